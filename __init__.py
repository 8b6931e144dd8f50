# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinescribe: a sentence becomes keyframes on the character that is selected."""

from __future__ import annotations

from contextlib import ExitStack

_registered = ExitStack()


def register() -> None:
    """Register all rooms that Blender sees; where one fails, those before it are taken back."""
    from importlib import import_module

    global _registered
    with ExitStack() as stack:
        for name in ("properties", "preferences", "operators", "panels", "translations"):
            module = import_module(f".{name}", __package__)
            module.register()
            stack.callback(module.unregister)
        _registered = stack.pop_all()


def unregister() -> None:
    """Take everything back in reverse order, also where one room fails to."""
    _registered.close()
