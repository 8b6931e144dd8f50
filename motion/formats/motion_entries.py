# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of a motion file: one motion, or several to choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..motion import Motion

LONGEST_TITLE = 80


@dataclass(frozen=True)
class Take:
    """One motion of a file, which is read when it is needed."""

    title: str
    """Name to choose it by, such as its prompt; empty for the only motion of a file."""

    read: Callable[[], Motion]
    """Reads the motion. Raises :class:`FormatError`."""


def titled(text: str, otherwise: str) -> str:
    """Return ``text`` as a title of one line and bounded length, ``otherwise`` if it is empty."""
    words = " ".join(text.split())
    return (words if len(words) <= LONGEST_TITLE else f"{words[: LONGEST_TITLE - 1]}…") or otherwise
