# SPDX-License-Identifier: GPL-3.0-or-later
"""What the animator does. One file a family of verbs; each turns the project's named errors into a report."""

from __future__ import annotations

from contextlib import ExitStack

_registered = ExitStack()


def register() -> None:
    """Register all operators with their menu entries, keys and handlers."""
    from . import (
        about,
        apply,
        body,
        bone_presets,
        bones,
        caption,
        environment,
        files,
        generate,
        guides,
        mannequin,
        nla,
        notice,
        prompts,
        running,
        servers,
        warm_up,
        worker,
    )

    modules = (
        notice,
        servers,
        worker,
        environment,
        caption,
        running,
        generate,
        apply,
        bones,
        bone_presets,
        nla,
        body,
        guides,
        files,
        mannequin,
        prompts,
        about,
        warm_up,
    )
    global _registered
    with ExitStack() as stack:
        for module in modules:
            module.register()
            stack.callback(module.unregister)
        _registered = stack.pop_all()


def unregister() -> None:
    """Take them back in reverse order; a generation that runs is cancelled last and joined."""
    _registered.close()
