# SPDX-License-Identifier: GPL-3.0-or-later
"""What operators do when properties change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import bpy


class Listeners:
    """What operators do when properties change: lists of functions, which they add to and remove from."""

    take_chosen: ClassVar[list[Callable[[Any], None]]] = []
    """Called with the properties of a character whose active take was chosen."""

    part_changed: ClassVar[list[Callable[[Any], None]]] = []
    """Called with a part that was changed."""

    guides_changed: ClassVar[list[Callable[[], None]]] = []
    """Called when something that guides a motion was changed or switched."""

    scene_changed: ClassVar[list[Callable[[bpy.types.Context, str], None]]] = []
    """Called with the name when the scene's prompt, duration or seed was changed."""


def announce_active_take(self: Any, _context: bpy.types.Context) -> None:
    """Call the listeners to the choice of a take."""
    for listener in Listeners.take_chosen:
        listener(self)


def announce_part(self: Any, _context: bpy.types.Context) -> None:
    """Call the listeners to changes of a part."""
    for listener in Listeners.part_changed:
        listener(self)


def announce_scene_setting(name: str) -> Callable[[Any, bpy.types.Context], None]:
    """Return the function that calls the listeners to changes of the scene's setting ``name``."""

    def announce(_self: Any, context: bpy.types.Context) -> None:
        for listener in Listeners.scene_changed:
            listener(context, name)

    return announce


def announce_guides(_self: Any, _context: bpy.types.Context) -> None:
    """Call the listeners to changes of guides."""
    for listener in Listeners.guides_changed:
        listener()
