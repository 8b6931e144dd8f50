# SPDX-License-Identifier: GPL-3.0-or-later
"""Install zips as a user would: ``install.py ZIP...``; they stay enabled for this process alone."""

from __future__ import annotations

import os
import sys

import bpy

for path in sys.argv[1:]:
    bpy.ops.extensions.package_install_files(repo="user_default", filepath=path, enable_on_install=False)
sys.stdout.flush()
os._exit(0)
