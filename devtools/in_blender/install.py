# SPDX-License-Identifier: GPL-3.0-or-later
"""``install ZIP...``: install zips as a user would; they stay enabled in this process only."""

from __future__ import annotations

import os
import sys

import bpy

for path in sys.argv[1:]:
    bpy.ops.extensions.package_install_files(repo="user_default", filepath=path, enable_on_install=False)
sys.stdout.flush()
os._exit(0)
