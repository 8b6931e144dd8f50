# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m kinescribe``, the command in a Python in which it is installed; pyproject.toml puts this file there."""

from __future__ import annotations

import runpy

runpy.run_module("kinescribe.inference", run_name="__main__", alter_sys=True)
