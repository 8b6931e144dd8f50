# SPDX-License-Identifier: GPL-3.0-or-later
"""Script breakdown: what a text asks a character to do, part by part, as plain data. No network, no NumPy.

``break_down("a man turns left, then claps twice")`` gives two parts. See docs/prompts.md.
"""

from .breakdown import break_down
from .durations import share_seconds
from .part import UNKNOWN_ACTION, Accompaniment, Part

__all__ = ["UNKNOWN_ACTION", "Accompaniment", "Part", "break_down", "share_seconds"]
