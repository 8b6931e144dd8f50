# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of a motion file: one motion, or several to choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import FormatError
from ..motion import Motion
from .read_options import DEFAULT_OPTIONS, ReadOptions

MAX_TITLE_LENGTH = 80


@dataclass(frozen=True)
class MotionEntry:
    """One motion of a file, which is read when it is needed.

    Attributes
    ----------
    title : name to choose it by, such as its prompt; empty for the only motion of a file
    build : reads the motion, as the options say; raises :class:`FormatError`
    """

    title: str
    build: Callable[[ReadOptions], Motion]

    def read(self, options: ReadOptions = DEFAULT_OPTIONS) -> Motion:
        """Read the motion. Raises :class:`FormatError`, also if there is too little memory."""
        try:
            return self.build(options)
        except MemoryError:
            raise FormatError("The motion needs more memory than there is: cut it into parts") from None


def make_title(text: str, default: str) -> str:
    """Return ``text`` as a title of one line and bounded length, ``default`` if it is empty."""
    title = " ".join(text.split())
    return (title if len(title) <= MAX_TITLE_LENGTH else f"{title[: MAX_TITLE_LENGTH - 1]}…") or default
