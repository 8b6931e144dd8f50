# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of a motion file: one motion, or several to choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..motion import Motion

MAX_TITLE_LENGTH = 80


@dataclass(frozen=True)
class MotionEntry:
    """One motion of a file, which is read when it is needed."""

    title: str
    """Name to choose it by, such as its prompt; empty for the only motion of a file."""

    read: Callable[[], Motion]
    """Reads the motion. Raises :class:`FormatError`."""


def make_title(text: str, default: str) -> str:
    """Return ``text`` as a title of one line and bounded length, ``default`` if it is empty."""
    title = " ".join(text.split())
    return (title if len(title) <= MAX_TITLE_LENGTH else f"{title[: MAX_TITLE_LENGTH - 1]}…") or default
