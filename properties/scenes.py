# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored on a scene: what to generate and how to apply it."""

# no "from __future__ import annotations": Blender would evaluate the text of each property's annotation again

from typing import Any

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)
from bpy.types import PropertyGroup

from .apply_options import ApplyOptions
from .characters import KINESCRIBE_PG_override
from .guides import KINESCRIBE_PG_directing
from .limits import MAX_SECONDS, MAX_SEED, MIN_SECONDS
from .listeners import announce_scene_setting


def _follow_start(self: Any, _context: bpy.types.Context) -> None:
    if self.use_current_frame != (self.start != "FRAME"):
        self.use_current_frame = self.start != "FRAME"


def _follow_current_frame(self: Any, _context: bpy.types.Context) -> None:
    if self.use_current_frame == (self.start == "FRAME"):
        self.start = "TAKE" if self.use_current_frame else "FRAME"


class KINESCRIBE_PG_scene(ApplyOptions, PropertyGroup):
    """``scene.kinescribe``: what to generate and how to apply it."""

    # no maxlen: a prompt that is too long is an error with a message, and not cut silently
    prompt: StringProperty(
        name="Prompt",
        description="What the character should do, as one English sentence",
        default="a person walks forward",
        update=announce_scene_setting("prompt"),
    )
    seconds: FloatProperty(
        name="Duration (s)",
        description="Length of the motion in seconds",
        default=4.0,
        min=MIN_SECONDS,
        max=MAX_SECONDS,
        soft_max=30.0,
        step=50,
        precision=2,
        update=announce_scene_setting("seconds"),
    )
    seed: IntProperty(
        name="Seed",
        description="The same prompt, duration and seed always give the same motion",
        default=0,
        min=0,
        max=MAX_SEED,
        update=announce_scene_setting("seed"),
    )
    random_seed: BoolProperty(
        name="New Seed Each Time",
        description="Choose another seed whenever a motion is generated",
        default=False,
    )
    model: StringProperty(
        name="Model",
        description=(
            "Empty: the embedded model; ardy: the downloaded model ARDY; else the name of a server, a slash and the "
            "name of its model"
        ),
        default="",
    )
    quality: EnumProperty(
        name="Quality",
        description="How much time a downloaded model takes for a motion",
        items=(
            ("DRAFT", "Draft", "4 steps: quick, for trying out"),
            ("GOOD", "Good", "7 steps"),
            ("BEST", "Best", "10 steps: as many as the model was made for"),
        ),
        default="GOOD",
    )
    # kept for scripts and files of earlier versions: False is the start "FRAME"
    use_current_frame: BoolProperty(
        name="Start at Current Frame",
        description="Begin the motion at the frame that is current when it is requested",
        default=True,
        update=_follow_current_frame,
    )
    start: EnumProperty(
        name="Start",
        description="Frame at which a new take begins; a take that was made keeps its place",
        items=(
            ("TAKE", "As the Take", "Where the take that plays begins; the first one at the playhead"),
            ("PLAYHEAD", "Playhead", "At the current frame"),
            ("AFTER", "After the Take", "After the last frame of the take that plays"),
            ("FRAME", "Frame", "At the frame that is entered"),
        ),
        update=_follow_start,
    )
    override_maps: CollectionProperty(type=KINESCRIBE_PG_override, name="Bone Maps of Overrides")
    directing: PointerProperty(type=KINESCRIBE_PG_directing, name="Directing")
    show_strips: BoolProperty(
        name="Kinescribe Parts",
        description="Show the parts of the character as strips in the Dope Sheet and the Timeline",
        default=True,
    )
    ghost_spacing: FloatProperty(
        name="Spacing",
        description="Distance between the ghosts; 0: in place",
        default=1.0,
        min=0.0,
        max=100.0,
        soft_max=3.0,
        subtype="DISTANCE",
    )
    show_guides: BoolProperty(
        name="Guides",
        description="Show in the 3D View which way paths lead and when, and what pins hold",
        default=True,
    )
    show_subtitles: BoolProperty(
        name="Prompts as Subtitles",
        description="Show the prompt of the part at the current frame in the 3D View",
    )
