# SPDX-License-Identifier: GPL-3.0-or-later
"""Free game characters: Quaternius' packs, whose feet hang on the root and not on the shins, and Kenney's blocks."""

from __future__ import annotations

from ..body import Proportions
from ..spec import RigSpec, body_joints

QUATERNIUS = RigSpec(
    name="quaternius",
    label="Quaternius",
    family=("quaternius",),
    source="Required bones of the Animated Knight pack as public validators list them (Bone, Body, Abdomen, Palm.L, "
    "MiddleHand.L, PoleTarget.L); feet and pole targets are children of Bone",
    build=Proportions(height=1.7, head=1.5, leg=0.85, arms_down=5.0, shoulders=1.1),
    scale=1.0,
    x_rotation=90.0,
    root="Bone",
    lines="""
    Bone < - : @(0, 0, 0) -> @(0, 0.2, 0)
    Foot.{L|R} < Bone : ankle -> foot
    Body < Bone : pelvis -> belly
    Hips < Body : pelvis -> pelvis +(0, 0, -0.06)
    Abdomen < Body : belly
    Torso < Abdomen : waist>chest 0.5
    Neck < Torso : neck
    Head < Neck : head -> top
    Shoulder.{L|R} < Torso : collar
    UpperArm.{L|R} < Shoulder.{L|R} : shoulder
    LowerArm.{L|R} < UpperArm.{L|R} : elbow
    Palm.{L|R} < LowerArm.{L|R} : wrist -> middle1
    MiddleHand.{L|R} < Palm.{L|R} : middle1 -> middle2
    Fingers.{L|R} < MiddleHand.{L|R} : middle2 -> middle4
    Thumb.{L|R} < Palm.{L|R} : thumb1 -> thumb2
    Thumb2.{L|R} < Thumb.{L|R} : thumb2 -> thumb4
    UpperLeg.{L|R} < Hips : hip
    LowerLeg.{L|R} < UpperLeg.{L|R} : knee -> ankle
    PoleTarget.{L|R} < Bone : knee +(0, -0.5, 0) -> knee +(0, -0.6, 0)
    """,
    expected=body_joints(
        pelvis="Hips / Body", hip="UpperLeg.{L|R}", knee="LowerLeg.{L|R}", ankle="Foot.{L|R}",
        collar="Shoulder.{L|R}", shoulder="UpperArm.{L|R}", elbow="LowerArm.{L|R}", wrist="Palm.{L|R}", neck="Neck",
        head="Head",
    ),
    spine=("Abdomen", "Torso"),
    note="Its ankles are not carried by its shins.",
)  # fmt: skip

KENNEY = RigSpec(
    name="kenney",
    label="Kenney",
    family=("kenney",),
    source="Node names of Kenney's Mini and Blocky Characters as public loaders list them "
    "(LeftFootCtrl, LeftHeelRoll, UpperLeg.L)",
    build=Proportions(height=1.2, head=2.2, leg=0.6, torso=0.7, arm=0.6, arms_down=8.0, shoulders=1.1),
    real=True,
    root="Root",
    lines="""
    Root < - : @(0, 0, 0) -> @(0, 0.2, 0)
    Hips < Root : pelvis -> belly
    Spine < Hips : belly
    Chest < Spine : waist
    UpperChest < Chest : chest -> neck
    Neck < UpperChest : neck
    Head < Neck : head -> top
    {Left|Right}Shoulder < UpperChest : collar
    {Left|Right}Arm < {Left|Right}Shoulder : shoulder
    {Left|Right}ForeArm < {Left|Right}Arm : elbow
    {Left|Right}Hand < {Left|Right}ForeArm : wrist -> middle1
    {Left|Right}HandIndex1 < {Left|Right}Hand : index1 -> index2
    {Left|Right}HandIndex2 < {Left|Right}HandIndex1 : index2 -> index3
    {Left|Right}HandThumb1 < {Left|Right}Hand : thumb1 -> thumb2
    {Left|Right}HandThumb2 < {Left|Right}HandThumb1 : thumb2 -> thumb3
    {Left|Right}UpLeg < Hips : hip
    {Left|Right}Leg < {Left|Right}UpLeg : knee
    {Left|Right}Foot < {Left|Right}Leg : ankle
    {Left|Right}Toes < {Left|Right}Foot : foot -> toe
    {Left|Right}FootCtrl < Root : ankle -> ankle +(0, -0.1, 0) ; control
    {Left|Right}FootIK < {Left|Right}FootCtrl : ankle -> ankle +(0, 0.05, 0) ; control
    {Left|Right}HeelRoll < {Left|Right}FootCtrl : heel -> heel +(0, -0.05, 0) ; control
    {Left|Right}ToeRoll < {Left|Right}HeelRoll : foot -> foot +(0, -0.05, 0) ; control
    {Left|Right}KneeCtrl < Root : knee +(0, -0.4, 0) -> knee +(0, -0.45, 0) ; control
    """,
    expected=body_joints(
        pelvis="Hips", hip="{Left|Right}UpLeg", knee="{Left|Right}Leg", ankle="{Left|Right}Foot",
        foot="{Left|Right}Toes", collar="{Left|Right}Shoulder", shoulder="{Left|Right}Arm",
        elbow="{Left|Right}ForeArm", wrist="{Left|Right}Hand", neck="Neck", head="Head",
    ),
    spine=("Spine", "Chest", "UpperChest"),
)  # fmt: skip

SPECS = (QUATERNIUS, KENNEY)
