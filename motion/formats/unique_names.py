# SPDX-License-Identifier: GPL-3.0-or-later
"""Unique joint names for files in which a name may occur twice."""

from __future__ import annotations

from collections.abc import Iterable


def make_unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names in order, a repeated one with ``.2``, ``.3`` and so on appended."""
    taken: set[str] = set()
    result = []
    for name in names:
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}.{number}", number + 1
        taken.add(unique)
        result.append(unique)
    return tuple(result)
