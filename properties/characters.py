# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored on a character: its takes and parts, and which of its bones follows which joint."""

# no "from __future__ import annotations": Blender would evaluate the text of each property's annotation again

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)
from bpy.types import PropertyGroup

from .guides import KINESCRIBE_PG_directing
from .limits import MAX_SECONDS, MAX_SEED, MIN_SECONDS
from .listeners import announce_active_take
from .parts import (
    KINESCRIBE_PG_part,
    get_frames,
    get_prompt,
    get_seconds,
    get_seed,
    set_frames,
    set_prompt,
    set_seconds,
    set_seed,
)


class KINESCRIBE_PG_bone(PropertyGroup):
    """One row of a bone map."""

    joint: StringProperty(name="Joint", description="Joint of the motion")
    bone: StringProperty(name="Bone", description="Bone that follows the joint")


class KINESCRIBE_PG_switch(PropertyGroup):
    """A custom property of the rig, such as an IK/FK switch, that must be keyed for the motion to play."""

    bone: StringProperty(name="Bone", description="Bone that has the custom property")
    property: StringProperty(name="Property", description="Custom property that is keyed")
    value: FloatProperty(name="Value", description="Value of its key")


class KINESCRIBE_PG_bone_rotation(PropertyGroup):
    """The rotation of one bone in the reference pose."""

    bone: StringProperty(name="Bone")
    # w, x, y, z about the armature's axes
    rotation: FloatVectorProperty(name="Rotation", size=4, default=(1.0, 0.0, 0.0, 0.0))


class KINESCRIBE_PG_take(PropertyGroup):
    """A motion that was made for a character."""

    action: PointerProperty(type=bpy.types.Action, name="Action", description="The keys of the take")
    prompt: StringProperty(name="Prompt", description="What the motion was made from")
    seed: IntProperty(name="Seed", description="Seed of the motion", min=0)
    start: IntProperty(name="Start", description="Frame at which the take begins")
    end: IntProperty(name="End", description="Last frame of the take")
    starred: BoolProperty(name="Star", description="Mark the take as one to be kept")
    model: StringProperty(name="Model", description="Model that made the motion")
    made: StringProperty(name="Made", description="When the take was made")


class KINESCRIBE_PG_map(PropertyGroup):
    """``object.kinescribe``: the takes of an armature, and which of its bones follows which joint of a motion."""

    takes: CollectionProperty(type=KINESCRIBE_PG_take, name="Takes")
    active_take: IntProperty(
        name="Active Take",
        description="The take that the character plays: choose another to see it at the same frames",
        min=0,
        update=announce_active_take,
    )
    parts: CollectionProperty(type=KINESCRIBE_PG_part, name="Parts")
    active_part: IntProperty(name="Active Part", min=0)
    own_parts: BoolProperty(
        name="Own Parts",
        description="The parts belong to this character; off: they follow the prompt of the scene",
    )
    directing: PointerProperty(type=KINESCRIBE_PG_directing, name="Directing")
    prompt: StringProperty(
        name="Prompt",
        description="What this character should do, as one English sentence",
        get=get_prompt,
        set=set_prompt,
    )
    seconds: FloatProperty(
        name="Duration (s)",
        description="Length of the motion in seconds",
        min=MIN_SECONDS,
        max=MAX_SECONDS,
        soft_max=30.0,
        step=50,
        precision=2,
        get=get_seconds,
        set=set_seconds,
    )
    frames: IntProperty(
        name="Frames",
        description="Length of the motion in frames of the scene",
        min=1,
        get=get_frames,
        set=set_frames,
    )
    seed: IntProperty(
        name="Seed",
        description="The same prompt, duration and seed always give the same motion",
        min=0,
        max=MAX_SEED,
        get=get_seed,
        set=set_seed,
    )
    task: EnumProperty(
        name="Task",
        description="What the button does",
        items=(
            ("GENERATE", "Generate", "Make a new take from the prompt or the parts"),
            ("CONTINUE", "Continue", "Go on after the take that plays, which stays as it is"),
            ("RANGE", "Redo Range", "Make a range of frames again; all other frames stay as they are"),
            ("BODY", "Redo Bones", "Make the selected bones again; all others stay as they are"),
        ),
    )
    prompt_text: PointerProperty(
        type=bpy.types.Text,
        name="Prompt Text",
        description="Text of Blender's Text Editor that is the prompt",
    )
    next_prompt: StringProperty(
        name="Prompt", description="What the new frames show; empty: what the take shows there"
    )
    next_seconds: FloatProperty(
        name="Duration (s)",
        description="Length of the new frames in seconds",
        default=3.0,
        min=0.2,
        max=MAX_SECONDS,
        soft_max=30.0,
        step=50,
        precision=2,
    )
    range_start: IntProperty(name="Start", description="First frame that is made again")
    range_end: IntProperty(
        name="End",
        description="Last frame that is made again; both 0: the preview range, or the selected keys",
    )
    arrive: BoolProperty(
        name="Arrive",
        description="Parts after one that is made again stay where they are; off: they move along",
    )
    blend: IntProperty(
        name="Blend",
        description="Frames over which new frames meet those that stay",
        default=8,
        min=1,
        max=100,
    )

    bone_map: CollectionProperty(type=KINESCRIBE_PG_bone, name="Bone Map")
    switches: CollectionProperty(type=KINESCRIBE_PG_switch, name="Rig Settings")
    reference: CollectionProperty(type=KINESCRIBE_PG_bone_rotation, name="Reference Pose")
    family: StringProperty(name="Rig Family", description="Kind of rig that was detected")
    label: StringProperty(name="Rig Family", description="The kind of rig by its usual name")
    root: StringProperty(
        name="Root Bone",
        description="Separate bone above the hips that moves the whole rig, if there is one",
    )
    confidence: FloatProperty(
        name="Confidence", description="Confidence of the detection", min=0.0, max=1.0, subtype="FACTOR"
    )
    state: EnumProperty(
        name="State",
        description="Where the bone map comes from",
        items=(
            ("FOUND", "Found", "Detected with high confidence"),
            (
                "SUGGESTED",
                "Suggested",
                "Detected with low confidence: accept it before a motion can be applied",
            ),
            ("ACCEPTED", "Accepted", "Accepted by the user, or from a preset or a file"),
        ),
    )
    doubt: StringProperty(name="Doubt", description="Reason to doubt the bone map")
    has_ik: BoolProperty(
        name="IK Controls", description="The rig has controls of hands and feet that can be keyed instead"
    )


class KINESCRIBE_PG_override(PropertyGroup):
    """The bone map of a library override, which can't have one on the object: see ``scene.character``."""

    object: PointerProperty(type=bpy.types.Object, name="Character")
    map: PointerProperty(type=KINESCRIBE_PG_map, name="Bone Map")
