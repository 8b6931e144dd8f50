# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions that are being filled and that nothing uses yet.

Imports neither NumPy nor ``motion``, because every undo asks for such Actions.
"""

from __future__ import annotations

import bpy

UNFINISHED_PROPERTY = "kinescribe_unfinished"
"""Custom property of such an Action."""


def discard_unfinished_actions() -> None:
    """Remove them. They come back when an undo step is restored that was made while a bake ran."""
    for action in list(bpy.data.actions):
        if not action.users and UNFINISHED_PROPERTY in action:
            bpy.data.actions.remove(action)
