# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators: one file for each subject, and what they share (reports of errors, background tasks)."""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module

_registered = ExitStack()


_MODULES = (
    "notify",
    "endpoint_tasks",
    "servers",
    "worker",
    "environment",
    "models",
    "caption",
    "generated",
    "generation",
    "generate",
    "directing",
    "remake",
    "apply",
    "bones",
    "bone_presets",
    "results",
    "takes",
    "live",
    "ghosts",
    "body",
    "guide_list",
    "guides",
    "guide_tool",
    "files",
    "armature_import",
    "batch",
    "mannequin",
    "prompts",
    "prompt_text",
    "parts",
    "strips",
    "about",
    "manual",
    "shortcuts",
    "warm_up",
)


def register() -> None:
    """Register all operators with their menu entries, keys and handlers."""
    from . import background_tasks

    global _registered
    with ExitStack() as stack:
        # called last, when nothing starts tasks any more
        stack.callback(background_tasks.stop_all)
        for name in _MODULES:
            module = import_module(f".{name}", __package__)
            module.register()
            stack.callback(module.unregister)
        _registered = stack.pop_all()


def unregister() -> None:
    """Unregister all operators in reverse order; then cancel all background tasks and wait for their threads."""
    _registered.close()
