# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of applying a motion, for the scene and for operators."""

# no "from __future__ import annotations": Blender would evaluate the text of each property's annotation again

from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty


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
    pose_keys: BoolProperty(
        name="Pose Keys",
        description="Give all bones their keys at the same frames, so that each is a pose of the whole body",
        default=False,
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
                "The root bone, or the object if it is the root, moves over the ground and turns, for game engines",
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
