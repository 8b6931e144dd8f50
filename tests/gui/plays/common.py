# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plays share: the installed extension's modules, its character, and a model that takes its time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import bpy

from devtools.testing.window import driver as d

PACKAGE = "bl_ext.user_default.kinescribe"


def module(name: str) -> Any:
    """A module of the extension as Blender has loaded it."""
    return import_module(f"{PACKAGE}.{name}")


def status() -> Any:
    """What the panel shows of the generation that runs."""
    return module("session").session.generation


def idle() -> bool:
    """Whether nothing is generated."""
    return not status().is_running


def action_of(character: bpy.types.Object) -> bpy.types.Action | None:
    """The Action that plays on the character."""
    return character.animation_data.action if character.animation_data else None


def wait_for_warm_up() -> Iterator[float]:
    """Let Blender run until the modules of the first generation have been imported, a moment after its start."""
    warm_up = module("operators.warm_up")
    yield from d.wait_for(
        lambda: warm_up._thread is not None and not warm_up._thread.is_alive(), 30, "the modules"
    )


def slow_model(steps: int = 100, seconds: float = 5.0) -> None:
    """Let the embedded model be one that takes ``seconds`` and answers with a character that stands still."""
    motion = module("motion")
    skeleton = module("motion.skeleton").T_POSE

    class Slow:
        def capabilities(self) -> Any:
            return motion.Capabilities(
                model="Slow", licence="none", fps=20.0, min_seconds=0.5, max_seconds=10.0
            )

        def generate(self, request: Any, progress: Any = None, cancelled: Any = None) -> list[Any]:
            import numpy as np

            for step in range(steps):
                if cancelled():
                    raise motion.Cancelled("Cancelled")
                progress(step, steps)
                time.sleep(seconds / steps)
            frames = request.total_frames
            rotations = np.zeros((frames, len(skeleton), 4))
            rotations[..., 0] = 1.0
            root = np.tile([0.0, 0.95, 0.0], (frames, 1))
            made = motion.Motion(skeleton, request.fps, root, rotations)
            return [made.with_provenance(prompt=request.prompt, model="Slow", confidence=0.9)]

    module("inference.registry").default_backend = Slow


def open_panels(*wanted: str) -> None:
    """Let only the sub-panels of these ``bl_idname`` be open; to be called before the sidebar is shown.

    What is open at first is a class' own statement: plays need not know where its header is drawn.
    """
    panels = module("panels")
    classes = [
        cls for cls in bpy.types.Panel.__subclasses__() if cls.__module__.startswith(f"{PACKAGE}.panels.")
    ]
    known = {getattr(cls, "bl_idname", "") for cls in classes}
    assert set(wanted) <= known, set(wanted) - known
    panels.unregister()
    for cls in classes:
        options = set(getattr(cls, "bl_options", ()))
        if getattr(cls, "bl_parent_id", ""):
            options -= {"DEFAULT_CLOSED"}
            cls.bl_options = options if cls.bl_idname in wanted else options | {"DEFAULT_CLOSED"}
    panels.register()
