# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored in the .blend (on Scene and Object), and what the panels show of the generation that runs."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    FloatProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)
from bpy.types import PropertyGroup

MIN_SECONDS = 0.5
MAX_SECONDS = 10.0
MAX_SEED = 2**31 - 1


@dataclass
class Status:
    """What the panels show: plain values of this Blender session, never part of a .blend.

    ``running``: a motion is being generated. ``step`` of ``steps``: diffusion steps done (0 of 0: not known yet).
    ``message``: one sentence about the last result or error; ``level``: 'INFO', 'WARNING' or 'ERROR'.
    ``unsure``: the model hardly knew the words of the last prompt.
    ``target``: name of the character that is (or was) generated for.
    ``motion``: id of the last motion that was generated or imported, empty when there is none; ``waits_for``:
    ``session_uid`` of the character that it is for and that it has not been applied to yet, else 0.
    """

    running: bool = False
    step: int = 0
    steps: int = 0
    message: str = ""
    level: str = "INFO"
    unsure: bool = False
    target: str = ""
    motion: str = ""
    waits_for: int = 0

    @property
    def progress(self) -> float:
        """Share of the diffusion steps done, 0 to 1."""
        return self.step / self.steps if self.steps else 0.0

    def say(self, message: str, level: str = "INFO") -> None:
        """Show one sentence."""
        self.message, self.level = message, level

    def clear(self) -> None:
        """Forget everything, as when Blender has just started."""
        self.__init__()  # type: ignore[misc]


status = Status()


class KINESCRIBE_PG_scene(PropertyGroup):
    """``scene.kinescribe``: what to generate and how to apply it."""

    # no maxlen: a prompt that is too long is refused with a sentence, not cut without one
    prompt: StringProperty(
        name="Prompt",
        description="What the character should do, as one English sentence",
        default="a person walks forward",
    )
    seconds: FloatProperty(
        name="Duration",
        description="Length of the motion in seconds",
        default=4.0,
        min=MIN_SECONDS,
        max=MAX_SECONDS,
        step=50,
        precision=1,
        subtype="TIME_ABSOLUTE",
    )
    seed: IntProperty(
        name="Seed",
        description="The same prompt, duration and seed always give the same motion",
        default=0,
        min=0,
        max=MAX_SEED,
    )
    random_seed: BoolProperty(
        name="New Seed Each Time",
        description="Choose another seed whenever a motion is generated",
        default=False,
    )
    use_current_frame: BoolProperty(
        name="Start at Current Frame",
        description="Let the motion begin at the frame that was current when it was asked for",
        default=True,
    )
    start_frame: IntProperty(
        name="Start Frame",
        description="Frame at which the motion begins",
        default=1,
        min=-1048574,
        max=1048574,
    )
    at_character: BoolProperty(
        name="At Character",
        description="Begin at the place and heading that the character has now, instead of the world's origin",
        default=True,
    )
    in_place: BoolProperty(
        name="In Place",
        description="Leave out the travel over the ground, as for game locomotion",
        default=False,
    )
    only_selected: BoolProperty(
        name="Only Selected Bones",
        description="Animate the selected bones only and keep the animation of all others",
        default=False,
    )
    extend_range: BoolProperty(
        name="Extend Scene Range",
        description="Let the scene end no earlier than the motion does",
        default=False,
    )


class KINESCRIBE_PG_bone(PropertyGroup):
    """One row of a bone map."""

    joint: StringProperty(name="Joint", description="Joint of the motion", override={"LIBRARY_OVERRIDABLE"})
    bone: StringProperty(
        name="Bone", description="Bone that follows the joint", override={"LIBRARY_OVERRIDABLE"}
    )


class KINESCRIBE_PG_switch(PropertyGroup):
    """A rig's own setting that must be keyed for the result to play, such as IK/FK."""

    bone: StringProperty(name="Bone", override={"LIBRARY_OVERRIDABLE"})
    property: StringProperty(name="Property", override={"LIBRARY_OVERRIDABLE"})
    value: FloatProperty(name="Value", override={"LIBRARY_OVERRIDABLE"})


class KINESCRIBE_PG_object(PropertyGroup):
    """``object.kinescribe``: how the motion's joints correspond to the armature's bones."""

    bone_map: CollectionProperty(
        type=KINESCRIBE_PG_bone, name="Bone Map", override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"}
    )
    active_bone: IntProperty(name="Active Row", default=0, min=0, override={"LIBRARY_OVERRIDABLE"})
    switches: CollectionProperty(
        type=KINESCRIBE_PG_switch, name="Rig Settings", override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"}
    )
    family: StringProperty(
        name="Rig Family", description="Kind of rig that was recognised", override={"LIBRARY_OVERRIDABLE"}
    )
    root: StringProperty(
        name="Root Bone",
        description="Separate bone that carries the whole rig",
        override={"LIBRARY_OVERRIDABLE"},
    )
    confidence: FloatProperty(
        name="Confidence",
        description="How sure the recognition is",
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        override={"LIBRARY_OVERRIDABLE"},
    )


# From 5.0 on Blender fails, with an error shown at each loading, to restore what the library's object had never set:
# there an override keeps its own map for the session and has the library's, or is mapped anew, after loading.
_OVERRIDE = {"LIBRARY_OVERRIDABLE"} if bpy.app.version < (5, 0, 0) else set()

_classes = (
    KINESCRIBE_PG_scene,
    KINESCRIBE_PG_bone,
    KINESCRIBE_PG_switch,
    KINESCRIBE_PG_object,
)


def register() -> None:
    """Add ``Scene.kinescribe`` and ``Object.kinescribe``."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    bpy.types.Scene.kinescribe = PointerProperty(type=KINESCRIBE_PG_scene)
    bpy.types.Object.kinescribe = PointerProperty(type=KINESCRIBE_PG_object, override=_OVERRIDE)


def unregister() -> None:
    """Remove them; what a .blend already stores stays in it for the next time."""
    del bpy.types.Object.kinescribe
    del bpy.types.Scene.kinescribe
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
    status.clear()
