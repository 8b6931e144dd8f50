#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinescribe's commands for whoever works on it. Needs Python 3.11 and nothing else: ``python dev.py --help``."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (says so to whoever starts it with an older one)
    sys.exit("dev.py needs Python 3.11: python3.11 dev.py ...")

from devtools.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
