# SPDX-License-Identifier: GPL-3.0-or-later
"""Run pytest and exit at once: with Rigify loaded, bpy can crash or hang while Python shuts down."""

from __future__ import annotations

import os
import sys

import pytest

code = int(pytest.main(sys.argv[1:]))
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)
