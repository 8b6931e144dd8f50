# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom an object stands for. Asked whenever the sidebar is drawn, so nothing here brings NumPy."""

from __future__ import annotations

import bpy


def armature_of(obj: bpy.types.Object | None) -> bpy.types.Object | None:
    """The armature that ``obj`` is, or that deforms it by a modifier or as its parent; None where there is none."""
    if obj is None or obj.type == "ARMATURE":
        return obj
    for modifier in obj.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None:
            return modifier.object
    parent = obj.parent
    return parent if parent is not None and parent.type == "ARMATURE" else None
