# SPDX-License-Identifier: GPL-3.0-or-later
"""Guides: path, waypoints, pins and poses, and how lists show them."""

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
)
from bpy.types import PropertyGroup

from .listeners import announce_guides
from .parts import KINESCRIBE_PG_segment


def _is_path_object(_self: PropertyGroup, obj: bpy.types.Object) -> bool:
    return obj.type in {"CURVE", "EMPTY"}


PINNABLE_JOINTS = (
    ("left_palm", "Left Palm", ""),
    ("right_palm", "Right Palm", ""),
    ("left_sole", "Left Sole", ""),
    ("right_sole", "Right Sole", ""),
    ("left_wrist", "Left Wrist", ""),
    ("right_wrist", "Right Wrist", ""),
    ("left_ankle", "Left Ankle", ""),
    ("right_ankle", "Right Ankle", ""),
    ("pelvis", "Hips", ""),
)
"""Joints and points of hands and feet that a pin can hold, as items of an enumeration."""

_JOINT_NUMBERS = (5, 6, 7, 8, 0, 1, 2, 3, 4)
"""What files store for each of them."""

POSE_GUIDES = ("start_pose", "own_keys", "keep_selected")
"""Names of the settings by which poses guide a motion; ``use_`` and the name: whether it counts."""


class KINESCRIBE_PG_pin(PropertyGroup):
    """A position that a hand, a foot or the hips have to reach."""

    object: PointerProperty(
        type=bpy.types.Object,
        name="Pin",
        description="Object that is held or touched, or an empty that marks the position",
        update=announce_guides,
    )
    use: BoolProperty(
        name="Use", description="Let the pin guide the motion", default=True, update=announce_guides
    )
    joint: EnumProperty(
        name="Joint",
        description="Body part that has to be there",
        items=[(*item, "NONE", number) for number, item in zip(_JOINT_NUMBERS, PINNABLE_JOINTS, strict=True)],
        default="left_wrist",
        update=announce_guides,
    )
    when: EnumProperty(
        name="When",
        description="Frames at which it has to be there",
        items=(
            ("FRAME", "At Frame", "At one frame", "NONE", 0),
            ("RANGE", "In Range", "From the first to the last frame, following the object", "NONE", 3),
            ("KEYS", "At Keys", "At the frames at which the object itself has keys", "NONE", 1),
            ("ALWAYS", "Always", "On every frame of the motion, following the object", "NONE", 2),
        ),
        update=announce_guides,
    )
    frame: IntProperty(
        name="Frame",
        description="Frame of the scene at which it has to be there, or the first one",
        default=1,
        update=announce_guides,
    )
    frame_end: IntProperty(
        name="End",
        description="Last frame of the scene at which it has to be there",
        default=48,
        update=announce_guides,
    )
    offset: FloatVectorProperty(
        name="Offset",
        description="Where on the object it has to be, in the object's own space",
        subtype="TRANSLATION",
        update=announce_guides,
    )
    use_rotation: BoolProperty(
        name="Orientation",
        description="Keep the hand or foot turned as it was when the pin was set, and turning with the object",
        update=announce_guides,
    )
    # w, x, y, z: the bone relative to the object
    rotation: FloatVectorProperty(name="Rotation", size=4, default=(1.0, 0.0, 0.0, 0.0))


class KINESCRIBE_PG_waypoint(PropertyGroup):
    """A place that the character passes."""

    object: PointerProperty(
        type=bpy.types.Object,
        name="Waypoint",
        description="Object that marks the place; its arrow is the direction that the character faces",
        update=announce_guides,
    )
    use: BoolProperty(
        name="Use", description="Let the waypoint guide the motion", default=True, update=announce_guides
    )
    use_facing: BoolProperty(
        name="Facing", description="Face in the direction of the arrow there", update=announce_guides
    )
    use_frame: BoolProperty(
        name="At a Frame",
        description="Pass the waypoint at a frame; off: when the distance says so",
        update=announce_guides,
    )
    frame: IntProperty(
        name="Frame",
        description="Frame of the scene at which the character is there",
        default=1,
        update=announce_guides,
    )


class KINESCRIBE_PG_guide(PropertyGroup):
    """A row of the list of guides: which setting or which entry of a list it shows. Rebuilt, never edited."""

    kind: EnumProperty(
        name="Kind",
        items=(
            ("PATH", "Path", ""),
            ("WAYPOINT", "Waypoint", ""),
            ("PIN", "Pin", ""),
            ("POSE", "Pose", ""),
        ),
        options={"HIDDEN", "SKIP_SAVE"},
    )
    # of the list of waypoints or pins, or of POSE_GUIDES
    index: IntProperty(name="Index", options={"HIDDEN", "SKIP_SAVE"})
    # of the scene, which files of 0.1.0 have
    shared: BoolProperty(name="Shared", options={"HIDDEN", "SKIP_SAVE"})


class KINESCRIBE_PG_window(PropertyGroup):
    """``window_manager.kinescribe``: what lists show of the active character, not saved."""

    guides: CollectionProperty(type=KINESCRIBE_PG_guide, name="Guides", options={"SKIP_SAVE"})
    active_guide: IntProperty(
        name="Active Guide", description="The guide whose settings are shown", options={"SKIP_SAVE"}
    )


class KINESCRIBE_PG_directing(PropertyGroup):
    """``scene.kinescribe.directing``: constraints of the motion beside the prompt."""

    path: PointerProperty(
        type=bpy.types.Object,
        name="Path",
        description="Curve that the character follows, or an empty whose children are waypoints by their names",
        poll=_is_path_object,
        update=announce_guides,
    )
    use_path: BoolProperty(
        name="Use", description="Let the path guide the motion", default=True, update=announce_guides
    )
    waypoints: CollectionProperty(type=KINESCRIBE_PG_waypoint, name="Waypoints")
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
    start_pose: BoolProperty(
        name="Start from Current Pose",
        description="Begin the motion in the character's current pose",
        default=False,
        update=announce_guides,
    )
    use_start_pose: BoolProperty(
        name="Use", description="Let the pose guide the motion", default=True, update=announce_guides
    )
    own_keys: BoolProperty(
        name="Use Own Keys",
        description="Keep the poses at the keys of the character's own animation",
        default=False,
        update=announce_guides,
    )
    use_own_keys: BoolProperty(
        name="Use", description="Let the pose guide the motion", default=True, update=announce_guides
    )
    keep_selected: BoolProperty(
        name="Keep Selected Bones",
        description="Keep the animation of the selected bones, and generate only the rest of the body",
        default=False,
        update=announce_guides,
    )
    use_keep_selected: BoolProperty(
        name="Use", description="Let the pose guide the motion", default=True, update=announce_guides
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
