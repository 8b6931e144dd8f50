# SPDX-License-Identifier: GPL-3.0-or-later
"""What the animator does. One file a family of verbs; each turns the project's named errors into a report."""

from __future__ import annotations

from contextlib import ExitStack

_registered = ExitStack()


def register() -> None:
    """Register all operators with their menu entries, keys and handlers."""
    from . import about, apply, bones, files, generate, mannequin, notice, prompts, running, warm_up

    global _registered
    with ExitStack() as stack:
        for module in (notice, running, generate, apply, bones, files, mannequin, prompts, about, warm_up):
            module.register()
            stack.callback(module.unregister)
        _registered = stack.pop_all()


def unregister() -> None:
    """Take them back in reverse order; a generation that runs is cancelled last and joined."""
    _registered.close()
