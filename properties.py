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
    """How a motion becomes keyframes: stated once, for the scene and for ``kinescribe.apply``.

    The names are those of ``scene.apply.ApplyOptions``. SKIP_SAVE: a call of the operator without options takes the
    scene's, not those of the last call; to a scene it means nothing.
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
        description="Begin at the place and heading that the character has now, instead of the world's origin",
        default=True,
        options={"SKIP_SAVE"},
    )
    root_mode: EnumProperty(
        name="Travel",
        description="Which bone carries the character over the ground",
        items=(
            ("HIPS", "Hips", "The hips carry the travel, and a master bone stays where it is"),
            (
                "ROOT",
                "Root Bone",
                "The rig's separate root bone takes travel and heading along the ground, as game engines want it",
            ),
            ("IN_PLACE", "In Place", "Leave out the travel over the ground"),
        ),
        default="HIPS",
        options={"SKIP_SAVE"},
    )
    foot_lock: FloatProperty(
        name="Foot Lock",
        description="How firmly feet stay where they are planted, on this character's own legs",
        default=1.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        options={"SKIP_SAVE"},
    )
    hand_lock: FloatProperty(
        name="Hand Lock",
        description="How firmly hands stay where the motion holds them still",
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
        description="Curl the fingers a little where the motion says nothing about them",
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
        description="Let the scene end no earlier than the motion does",
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
            ("ACTION", "Action", "A new Action that plays at once; the one that was there is kept"),
            ("NLA", "NLA Strip", "A strip on a new NLA track, above what was there"),
            ("STASH", "Stash", "A muted NLA track, for later: what plays now goes on playing"),
        ),
        default="ACTION",
        options={"SKIP_SAVE"},
    )
    blend_frames: IntProperty(
        name="Blend",
        description="Frames over which the motion comes in from, and goes out to, the animation that was there",
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
    """A rig's own setting that must be keyed for the result to play, such as IK/FK."""

    bone: StringProperty(name="Bone", description="Bone that has the custom property")
    property: StringProperty(name="Property", description="Custom property that is keyed")
    value: FloatProperty(name="Value", description="What it is keyed with")


class KINESCRIBE_PG_turn(PropertyGroup):
    """A bone's part of the reference pose."""

    bone: StringProperty(name="Bone")
    # plain numbers: w, x, y, z about the armature's axes
    rotation: FloatVectorProperty(name="Rotation", size=4, default=(1.0, 0.0, 0.0, 0.0))


class KINESCRIBE_PG_map(PropertyGroup):
    """How the motion's joints correspond to an armature's bones."""

    bone_map: CollectionProperty(type=KINESCRIBE_PG_bone, name="Bone Map")
    switches: CollectionProperty(type=KINESCRIBE_PG_switch, name="Rig Settings")
    reference: CollectionProperty(type=KINESCRIBE_PG_turn, name="Reference Pose")
    family: StringProperty(name="Rig Family", description="Kind of rig that was recognised")
    label: StringProperty(name="Rig Family", description="The kind of rig by its usual name")
    root: StringProperty(
        name="Root Bone",
        description="Separate bone above the hips that carries the whole rig, where there is one",
    )
    confidence: FloatProperty(
        name="Confidence", description="How sure the recognition is", min=0.0, max=1.0, subtype="FACTOR"
    )
    state: EnumProperty(
        name="State",
        description="Who says that these are the bones",
        items=(
            ("FOUND", "Found", "The recognition was sure"),
            ("SUGGESTED", "Suggested", "A guess that nobody has accepted yet: no motion is applied with it"),
            ("ACCEPTED", "Accepted", "You did, or a preset or a file of yours"),
        ),
    )
    doubt: StringProperty(name="Doubt", description="What speaks against the map")
    has_ik: BoolProperty(
        name="IK Controls", description="The rig has controls of hands and feet that can be keyed instead"
    )


class KINESCRIBE_PG_override(PropertyGroup):
    """The map of a library override, which can't keep one of its own: see ``scene.character``."""

    object: PointerProperty(type=bpy.types.Object, name="Character")
    map: PointerProperty(type=KINESCRIBE_PG_map, name="Bone Map")


class KINESCRIBE_PG_segment(PropertyGroup):
    """What comes after the prompt, and after that."""

    prompt: StringProperty(
        name="Prompt",
        description="What the character does next; empty: whatever leads on",
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


def _is_way(_self: PropertyGroup, obj: bpy.types.Object) -> bool:
    return obj.type in {"CURVE", "EMPTY"}


PINNED = (
    ("left_wrist", "Left Wrist", ""),
    ("right_wrist", "Right Wrist", ""),
    ("left_ankle", "Left Ankle", ""),
    ("right_ankle", "Right Ankle", ""),
    ("pelvis", "Hips", ""),
)
"""What a pin can hold, as items of an enumeration."""


class KINESCRIBE_PG_pin(PropertyGroup):
    """A place that a hand, a foot or the hips have to be at."""

    object: PointerProperty(
        type=bpy.types.Object, name="Pin", description="Object, mostly an empty, that marks the place"
    )
    joint: EnumProperty(
        name="Joint",
        description="What is brought there",
        items=PINNED,
    )
    when: EnumProperty(
        name="When",
        description="Frames at which it has to be there",
        items=(
            ("FRAME", "At Frame", "At one frame"),
            ("KEYS", "At Keys", "At the frames at which the object itself has keys"),
            ("ALWAYS", "Always", "All the time, wherever the object moves"),
        ),
    )
    frame: IntProperty(name="Frame", description="Frame of the scene at which it has to be there", default=1)


class KINESCRIBE_PG_directing(PropertyGroup):
    """``scene.kinescribe.directing``: what the motion has to meet beside the prompt."""

    path: PointerProperty(
        type=bpy.types.Object,
        name="Path",
        description="Curve that the character follows, or an empty whose children are waypoints by their names",
        poll=_is_way,
    )
    from_character: BoolProperty(
        name="From the Character",
        description="Walk from where the character stands to where the path begins, instead of beginning on the path",
        default=True,
    )
    facing: EnumProperty(
        name="Facing",
        description="Where the character looks while it follows the path",
        items=(
            ("FREE", "As Prompted", "The way that the prompt has it, such as sideways or backward"),
            ("ALONG", "Along Path", "Always ahead"),
        ),
    )
    pins: CollectionProperty(type=KINESCRIBE_PG_pin, name="Pins")
    active_pin: IntProperty(name="Active Pin")
    start_pose: BoolProperty(
        name="Start From Present Pose",
        description="Let the motion begin in the pose that the character is in",
        default=False,
    )
    own_keys: BoolProperty(
        name="Use Own Keys",
        description="Meet the poses at the frames at which the character's own animation has keys",
        default=False,
    )
    keep_selected: BoolProperty(
        name="Keep Selected Bones",
        description="Let the selected bones do what they do now, and make only the rest of the body anew",
        default=False,
    )
    segments: CollectionProperty(type=KINESCRIBE_PG_segment, name="Then")
    active_segment: IntProperty(name="Active Part")
    transition: FloatProperty(
        name="Transition",
        description="Seconds over which one part goes over into the next",
        default=0.8,
        min=0.1,
        max=5.0,
        soft_max=2.0,
        step=10,
        precision=1,
    )
    loop: BoolProperty(
        name="Loop",
        description="Let the motion end in the pose in which it begins, so that it can be repeated",
        default=False,
    )
    variations: IntProperty(
        name="Variations",
        description="How many motions are made at once, to choose from",
        default=1,
        min=1,
        max=8,
    )


class KINESCRIBE_PG_scene(ApplyOptions, PropertyGroup):
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
        description="Who makes the motion: empty for the embedded model, else a server's name, a slash and its model's",
        default="",
    )
    use_current_frame: BoolProperty(
        name="Start at Current Frame",
        description="Let the motion begin at the frame that was current when it was asked for",
        default=True,
    )
    override_maps: CollectionProperty(type=KINESCRIBE_PG_override, name="Bone Maps of Overrides")
    directing: PointerProperty(type=KINESCRIBE_PG_directing, name="Directing")


_classes = (
    KINESCRIBE_PG_bone,
    KINESCRIBE_PG_switch,
    KINESCRIBE_PG_turn,
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
    """Remove them; what a .blend already stores stays in it for the next time."""
    del bpy.types.Object.kinescribe
    del bpy.types.Scene.kinescribe
    for cls in reversed(_classes):
        bpy.utils.unregister_class(cls)
