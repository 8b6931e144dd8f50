# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinescribe turns a sentence into keyframes on the selected character."""

from __future__ import annotations

import gc
from contextlib import ExitStack

_registered = ExitStack()


def register() -> None:
    """Register the subpackages that Blender uses; if one fails, unregister those before it."""
    from importlib import import_module

    global _registered
    with ExitStack() as afterwards, ExitStack() as stack:
        if gc.isenabled():
            # importing creates many objects and hardly any garbage, which a third of the time would go into looking for
            gc.disable()
            afterwards.callback(gc.enable)
        for name in ("properties", "preferences", "operators", "panels", "translations"):
            module = import_module(f".{name}", __package__)
            module.register()
            stack.callback(module.unregister)
        _registered = stack.pop_all()


def unregister() -> None:
    """Unregister all of them in reverse order, also if one of them fails."""
    _registered.close()
