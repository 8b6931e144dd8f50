# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file holds: one motion, or several to choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..motion import Motion

LONGEST_TITLE = 80


@dataclass(frozen=True)
class Take:
    """One motion of a file, made only when it is asked for.

    ``title``: what tells it from the others, such as its prompt. ``read``: raises :class:`FormatError`.
    """

    title: str
    read: Callable[[], Motion]


def titled(text: str, otherwise: str) -> str:
    """``text`` as a title: one line of bounded length."""
    words = " ".join(text.split())
    return (words if len(words) <= LONGEST_TITLE else f"{words[: LONGEST_TITLE - 1]}…") or otherwise
