# SPDX-License-Identifier: GPL-3.0-or-later
"""Simplified Chinese."""

from __future__ import annotations

CODE = "zh_HANS"

TEXTS: dict[str, str] = {}
