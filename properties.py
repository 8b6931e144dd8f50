# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored in the .blend, on Scene and Object."""

from __future__ import annotations

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

MIN_SECONDS = 0.5
MAX_SECONDS = 600.0
MAX_SEED = 2**31 - 1


class KeyTolerances:
    """How far reduced keys may be off: for applying, and for reducing the keys of a result."""

    tolerance_mm: FloatProperty(
        name="Tolerance (mm)",
        description=(
            "How far, in millimetres on a body as large as an adult, a joint may be from where it would be "
            "with all keys"
        ),
        default=5.0,
        min=0.1,
        max=1000.0,
        soft_max=50.0,
        step=50,
        precision=1,
        options={"SKIP_SAVE"},
    )
    tolerance_degrees: FloatProperty(
        name="Tolerance (°)",
        description="How far, in degrees, a bone may be turned from where it would be with all keys",
        default=1.0,
        min=0.01,
        max=90.0,
        soft_max=10.0,
        step=10,
        precision=2,
        options={"SKIP_SAVE"},
    )


class ApplyOptions(KeyTolerances):
    """Options of applying a motion, shared by the scene's settings and the operator ``kinescribe.apply``.

    The names are those of ``scene.apply.ApplyOptions``. SKIP_SAVE makes the operator take the scene's values
    for options that a call does not pass, not those of the last call; it has no effect on the scene.
    """

    start_frame: IntProperty(
        name="Start Frame",
        description="Frame at which the motion begins",
        default=1,
        min=-1048574,
        max=1048574,
        options={"SKIP_SAVE"},
    )
    at_character: BoolProperty(
        name="At Character",
        description="Begin at the character's present position and heading, instead of the world's origin",
        default=True,
        options={"SKIP_SAVE"},
    )
    root_mode: EnumProperty(
        name="Root Motion",
        description="Which bone moves the character over the ground",
        items=(
            ("HIPS", "Hips", "The hips move over the ground, and a root bone stays where it is"),
            (
                "ROOT",
                "Root Bone",
                "The rig's separate root bone takes position and heading on the ground, as game engines need it",
            ),
            ("IN_PLACE", "In Place", "Leave out the movement over the ground"),
        ),
        default="HIPS",
        options={"SKIP_SAVE"},
    )
    foot_lock: FloatProperty(
        name="Foot Lock",
        description="How firmly feet stay in place while they touch the ground",
        default=1.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        options={"SKIP_SAVE"},
    )
    hand_lock: FloatProperty(
        name="Hand Lock",
        description="How firmly hands stay in place while the motion holds them still",
        default=0.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        options={"SKIP_SAVE"},
    )
    limb_keys: EnumProperty(
        name="Limb Keys",
        description="Which controls of a control rig are keyed for arms and legs",
        items=(
            ("FK", "FK", "Key the rotation of each segment, and switch the limbs to FK"),
            ("IK", "IK", "Key hands, feet and their pole targets, and switch the limbs to IK"),
        ),
        default="FK",
        options={"SKIP_SAVE"},
    )
    relax_fingers: BoolProperty(
        name="Relaxed Fingers",
        description="Curl the fingers a little if the motion does not contain fingers",
        default=True,
        options={"SKIP_SAVE"},
    )
    only_selected: BoolProperty(
        name="Only Selected Bones",
        description="Animate the selected bones only and keep the animation of all others",
        default=False,
        options={"SKIP_SAVE"},
    )
    extend_range: BoolProperty(
        name="Extend Scene Range",
        description="Move the end of the scene to the end of the motion if it is earlier",
        default=False,
        options={"SKIP_SAVE"},
    )
    reduce_keys: BoolProperty(
        name="Reduce Keys",
        description="Keep only the keys that the motion needs, so that it can be edited by hand",
        default=False,
        options={"SKIP_SAVE"},
    )
    into: EnumProperty(
        name="Into",
        description="Where the motion is put",
        items=(
            ("ACTION", "Action", "A new Action that plays at once; the previous one is kept"),
            ("NLA", "NLA Strip", "A strip on a new NLA track above all others"),
            ("STASH", "Stash", "A muted NLA track, for later; the present animation keeps playing"),
        ),
        default="ACTION",
        options={"SKIP_SAVE"},
    )
    blend_frames: IntProperty(
        name="Blend",
        description="Frames over which the motion is blended with the previous animation at its start and its end",
        default=0,
        min=0,
        max=1000,
        soft_max=60,
        options={"SKIP_SAVE"},
    )
    repeat: IntProperty(
        name="Repeat",
        description="How often the motion is played, each time from where it ended",
        default=1,
        min=1,
        max=100,
        soft_max=10,
        options={"SKIP_SAVE"},
    )


APPLY_OPTIONS = (*ApplyOptions.__annotations__, *KeyTolerances.__annotations__)
"""Names of all options."""


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


class KINESCRIBE_PG_map(PropertyGroup):
    """``object.kinescribe``: which bone of an armature follows which joint of a motion."""

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


class KINESCRIBE_PG_segment(PropertyGroup):
    """A prompt that follows the first one."""

    prompt: StringProperty(
        name="Prompt",
        description="What the character does next; empty: the model decides",
        default="a person stands still",
    )
    seconds: FloatProperty(
        name="Duration",
        description="Length of this part in seconds",
        default=3.0,
        min=0.2,
        max=MAX_SECONDS,
        soft_max=30.0,
        step=50,
        precision=1,
        subtype="TIME_ABSOLUTE",
    )


def _is_path_object(_self: PropertyGroup, obj: bpy.types.Object) -> bool:
    return obj.type in {"CURVE", "EMPTY"}


PINNABLE_JOINTS = (
    ("left_wrist", "Left Wrist", ""),
    ("right_wrist", "Right Wrist", ""),
    ("left_ankle", "Left Ankle", ""),
    ("right_ankle", "Right Ankle", ""),
    ("pelvis", "Hips", ""),
)
"""Joints that a pin can hold, as items of an enumeration."""


class KINESCRIBE_PG_pin(PropertyGroup):
    """A position that a hand, a foot or the hips have to reach."""

    object: PointerProperty(
        type=bpy.types.Object, name="Pin", description="Object, usually an empty, that marks the position"
    )
    joint: EnumProperty(
        name="Joint",
        description="Body part that has to be there",
        items=PINNABLE_JOINTS,
    )
    when: EnumProperty(
        name="When",
        description="Frames at which it has to be there",
        items=(
            ("FRAME", "At Frame", "At one frame"),
            ("KEYS", "At Keys", "At the frames at which the object itself has keys"),
            ("ALWAYS", "Always", "On every frame, following the object"),
        ),
    )
    frame: IntProperty(name="Frame", description="Frame of the scene at which it has to be there", default=1)


class KINESCRIBE_PG_directing(PropertyGroup):
    """``scene.kinescribe.directing``: constraints of the motion beside the prompt."""

    path: PointerProperty(
        type=bpy.types.Object,
        name="Path",
        description="Curve that the character follows, or an empty whose children are waypoints by their names",
        poll=_is_path_object,
    )
    from_character: BoolProperty(
        name="From the Character",
        description="Walk from the character's position to the start of the path, instead of starting on the path",
        default=True,
    )
    facing: EnumProperty(
        name="Facing",
        description="Direction that the character faces while it follows the path",
        items=(
            ("FREE", "As Prompted", "As the prompt describes it, such as sideways or backward"),
            ("ALONG", "Along Path", "Always forward along the path"),
        ),
    )
    pins: CollectionProperty(type=KINESCRIBE_PG_pin, name="Pins")
    active_pin: IntProperty(name="Active Pin")
    start_pose: BoolProperty(
        name="Start from Current Pose",
        description="Begin the motion in the character's current pose",
        default=False,
    )
    own_keys: BoolProperty(
        name="Use Own Keys",
        description="Keep the poses at the keys of the character's own animation",
        default=False,
    )
    keep_selected: BoolProperty(
        name="Keep Selected Bones",
        description="Keep the animation of the selected bones, and generate only the rest of the body",
        default=False,
    )
    segments: CollectionProperty(type=KINESCRIBE_PG_segment, name="Then")
    active_segment: IntProperty(name="Active Part")
    transition: FloatProperty(
        name="Transition",
        description="Seconds of the transition from one part to the next",
        default=0.8,
        min=0.1,
        max=5.0,
        soft_max=2.0,
        step=10,
        precision=1,
    )
    loop: BoolProperty(
        name="Loop",
        description="End the motion in the pose in which it begins, so that it can be repeated",
        default=False,
    )
    variations: IntProperty(
        name="Variations",
        description="Number of motions to generate at once, to choose from",
        default=1,
        min=1,
        max=8,
    )


class KINESCRIBE_PG_scene(ApplyOptions, PropertyGroup):
    """``scene.kinescribe``: what to generate and how to apply it."""

    # no maxlen: a prompt that is too long is an error with a message, and not cut silently
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
        soft_max=30.0,
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
    model: StringProperty(
        name="Model",
        description="Empty: the embedded model; else the name of a server, a slash and the name of its model",
        default="",
    )
    use_current_frame: BoolProperty(
        name="Start at Current Frame",
        description="Begin the motion at the frame that is current when it is requested",
        default=True,
    )
    override_maps: CollectionProperty(type=KINESCRIBE_PG_override, name="Bone Maps of Overrides")
    directing: PointerProperty(type=KINESCRIBE_PG_directing, name="Directing")


_classes = (
    KINESCRIBE_PG_bone,
    KINESCRIBE_PG_switch,
    KINESCRIBE_PG_bone_rotation,
    KINESCRIBE_PG_map,
    KINESCRIBE_PG_override,
    KINESCRIBE_PG_segment,
    KINESCRIBE_PG_pin,
    KINESCRIBE_PG_directing,
    KINESCRIBE_PG_scene,
)


def register() -> None:
    """Add ``Scene.kinescribe`` and ``Object.kinescribe``."""
    for cls in _classes:
        bpy.utils.register_class(cls)
    bpy.types.Scene.kinescribe = PointerProperty(type=KINESCRIBE_PG_scene)
    bpy.types.Object.kinescribe = PointerProperty(type=KINESCRIBE_PG_map)


def unregister() -> None:
    """Remove them; values that a .blend stores stay in the file."""
    del bpy.types.Object.kinescribe
    del bpy.types.Scene.kinescribe
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
