# SPDX-License-Identifier: GPL-3.0-or-later
"""German."""

from __future__ import annotations

CODE = "de_DE"

TEXTS: dict[str, str] = {}
