# SPDX-License-Identifier: GPL-3.0-or-later
"""Panels, menus and lists of the tab Kinescribe in the sidebar of the 3D View.

``draw()`` shows stored values only: it reads no file, computes nothing and never waits.
"""

from __future__ import annotations

from contextlib import ExitStack

_registered = ExitStack()


def register() -> None:
    """Register menus, lists and panels, each panel before its sub-panels."""
    from . import (
        apply,
        bone_map,
        caption,
        directing,
        ghosts,
        guide_marks,
        guide_tool,
        main,
        menus,
        models,
        parts,
        pie,
        results,
        strips,
        takes,
        tool_header,
    )

    global _registered
    with ExitStack() as stack:
        for module in (
            pie,
            menus,
            main,
            parts,
            strips,
            ghosts,
            guide_marks,
            guide_tool,
            takes,
            directing,
            apply,
            results,
            caption,
            models,
            bone_map,
            tool_header,
        ):
            module.register()
            stack.callback(module.unregister)
        _registered = stack.pop_all()


def unregister() -> None:
    """Unregister all in reverse order."""
    _registered.close()
