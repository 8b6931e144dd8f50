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
        generation,
        guides,
        mannequin,
        notify,
        prompts,
        results,
        servers,
        warm_up,
        worker,
    )

    modules = (
        notify,
        servers,
        worker,
        environment,
        caption,
        generation,
        generate,
        apply,
        bones,
        bone_presets,
        results,
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
