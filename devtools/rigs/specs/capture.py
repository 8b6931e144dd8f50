# SPDX-License-Identifier: GPL-3.0-or-later
"""Skeletons of motion capture: both of cgspeed's conversions of the CMU database, and SOMA, which Kimodo moves."""

from __future__ import annotations

from ..body import Proportions
from ..spec import RigSpec, body_joints


def _modes(lines: str) -> str:
    """Blender's BVH importer keeps each joint's own Euler order."""
    return "\n".join(f"{line} ; mode=ZYX" for line in lines.splitlines() if line.strip())


CMU = RigSpec(
    name="cmu_motionbuilder",
    label="CMU BVH, cgspeed for MotionBuilder",
    family=("cmu", "cmu_bvh", "cgspeed", "bvh"),
    source="makehumancommunity/mpfb2, src/mpfb/data/rigs/standard/rig.cmu_mb.json (names and parents)",
    build=Proportions(height=1.75),
    units_per_metre=17.9,
    x_rotation=90.0,
    lines=_modes("""
    Hips < - : pelvis
    {L|R}HipJoint < Hips : pelvis -> hip
    {Left|Right}UpLeg < {L|R}HipJoint : hip
    {Left|Right}Leg < {Left|Right}UpLeg : knee
    {Left|Right}Foot < {Left|Right}Leg : ankle
    {Left|Right}ToeBase < {Left|Right}Foot : foot -> toe
    LowerBack < Hips : pelvis -> belly
    Spine < LowerBack : belly
    Spine1 < Spine : waist>chest 0.5 -> neck
    Neck < Spine1 : neck -> neck>head 0.4
    Neck1 < Neck : neck>head 0.4
    Head < Neck1 : head -> top
    {Left|Right}Shoulder < Spine1 : neck -> shoulder
    {Left|Right}Arm < {Left|Right}Shoulder : shoulder
    {Left|Right}ForeArm < {Left|Right}Arm : elbow
    {Left|Right}Hand < {Left|Right}ForeArm : wrist
    {Left|Right}FingerBase < {Left|Right}Hand : wrist>middle1 0.5 -> middle1
    {Left|Right}HandIndex1 < {Left|Right}FingerBase : middle1 -> middle3
    {L|R}Thumb < {Left|Right}Hand : thumb1 -> thumb3
    """),
    expected=body_joints(
        pelvis="Hips", hip="{Left|Right}UpLeg", knee="{Left|Right}Leg", ankle="{Left|Right}Foot",
        foot="{Left|Right}ToeBase", collar="{Left|Right}Shoulder", shoulder="{Left|Right}Arm",
        elbow="{Left|Right}ForeArm", wrist="{Left|Right}Hand", neck="Neck", head="Head",
    ),
    spine=("LowerBack", "Spine", "Spine1"),
)  # fmt: skip


def _daz_fingers() -> str:
    rows = []
    for name, finger in (("Thumb", "thumb"), ("Index", "index"), ("Mid", "middle"), ("Ring", "ring"),
                         ("Pinky", "pinky")):  # fmt: skip
        rows.append(f"{{l|r}}{name}1 < {{l|r}}Hand : {finger}1 -> {finger}2")
        rows.append(f"{{l|r}}{name}2 < {{l|r}}{name}1 : {finger}2 -> {finger}4")
    return "\n".join(rows)


CMU_DAZ = RigSpec(
    name="cmu_daz",
    label="CMU BVH, cgspeed for Daz",
    family=("cmu", "cmu_daz", "cmu_bvh", "poser", "daz", "cgspeed", "bvh"),
    source="Joint names of ../shared/samples/cmu_bvh (hip, abdomen, lButtock, lShldr), offsets rounded to proportions",
    build=Proportions(height=1.82, torso=1.02),
    units_per_metre=100.0,
    x_rotation=90.0,
    real=True,
    lines=_modes(f"""
    hip < - : pelvis
    abdomen < hip : belly
    chest < abdomen : waist>chest 0.5
    neck < chest : neck
    head < neck : head -> top
    leftEye < head : eye -> eye +(0, -0.02, 0)
    rightEye < head : eye +(-0.064, 0, 0) -> eye +(-0.064, -0.02, 0)
    {{l|r}}Collar < chest : collar
    {{l|r}}Shldr < {{l|r}}Collar : shoulder
    {{l|r}}ForeArm < {{l|r}}Shldr : elbow
    {{l|r}}Hand < {{l|r}}ForeArm : wrist
    {_daz_fingers()}
    {{l|r}}Buttock < hip : pelvis>hip 0.3 -> hip
    {{l|r}}Thigh < {{l|r}}Buttock : hip
    {{l|r}}Shin < {{l|r}}Thigh : knee
    {{l|r}}Foot < {{l|r}}Shin : ankle -> foot
    """),
    expected=body_joints(
        pelvis="hip", hip="{l|r}Thigh", knee="{l|r}Shin", ankle="{l|r}Foot", collar="{l|r}Collar",
        shoulder="{l|r}Shldr", elbow="{l|r}ForeArm", wrist="{l|r}Hand", neck="neck", head="head",
    ),
    spine=("abdomen", "chest"),
)  # fmt: skip

SOMA = RigSpec(
    name="soma",
    label="Kimodo SOMA, 30 joints",
    family=("soma", "kimodo", "kimodo_soma"),
    source="Joint names of the 30-joint SOMA skeleton as public Kimodo bridges list them (LeftLeg is the thigh)",
    build=Proportions(height=1.72, legs_out=1.0),
    x_rotation=90.0,
    lines=_modes("""
    Hips < - : pelvis
    Spine1 < Hips : belly
    Spine2 < Spine1 : waist
    Chest < Spine2 : chest
    Neck1 < Chest : neck -> neck>head 0.5
    Neck2 < Neck1 : neck>head 0.5
    Head < Neck2 : head -> top
    Jaw < Head : jaw -> chin
    {Left|Right}Eye < Head : eye -> eye +(0, -0.02, 0)
    {Left|Right}Shoulder < Chest : collar
    {Left|Right}Arm < {Left|Right}Shoulder : shoulder
    {Left|Right}ForeArm < {Left|Right}Arm : elbow
    {Left|Right}Hand < {Left|Right}ForeArm : wrist -> middle1
    {Left|Right}HandThumbEnd < {Left|Right}Hand : thumb4
    {Left|Right}HandMiddleEnd < {Left|Right}Hand : middle4
    {Left|Right}Leg < Hips : hip
    {Left|Right}Shin < {Left|Right}Leg : knee
    {Left|Right}Foot < {Left|Right}Shin : ankle
    {Left|Right}ToeBase < {Left|Right}Foot : foot -> toe
    """),
    expected=body_joints(
        pelvis="Hips", hip="{Left|Right}Leg", knee="{Left|Right}Shin", ankle="{Left|Right}Foot",
        foot="{Left|Right}ToeBase", collar="{Left|Right}Shoulder", shoulder="{Left|Right}Arm",
        elbow="{Left|Right}ForeArm", wrist="{Left|Right}Hand", neck="Neck1", head="Head", jaw="Jaw",
    ),
    spine=("Spine1", "Spine2", "Chest"),
)  # fmt: skip

SPECS = (CMU, CMU_DAZ, SOMA)
