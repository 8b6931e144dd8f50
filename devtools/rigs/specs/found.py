# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs of characters and recordings that strangers use: VRM's sample and add-on, Meebits, GENEA, Seymour."""

from __future__ import annotations

from ..body import Proportions
from ..spec import RigSpec, body_joints

_FINGERS = ("index", "middle", "ring", "little", "thumb")
_JOINTS = ("index", "middle", "ring", "pinky", "thumb")
_KNUCKLES = ("proximal", "intermediate", "distal")


def _finger_rows(pattern: str, hand: str, fingers: tuple[str, ...], knuckles: tuple[str, ...]) -> str:
    """Return the lines of fingers; ``pattern`` has ``<F>`` for the finger and ``<K>`` for the knuckle."""
    rows = []
    for joint, finger in zip(_JOINTS, fingers, strict=True):
        above = hand
        for k, knuckle in enumerate(knuckles, start=1):
            bone = pattern.replace("<F>", finger).replace("<K>", knuckle)
            rows.append(f"{bone} < {above} : {joint}{k} -> {joint}{k + 1}")
            above = bone
    return "\n".join(rows)


def _finger_bones(pattern: str, fingers: tuple[str, ...], knuckles: tuple[str, ...]) -> dict[str, str]:
    return {
        f"{joint}{k}": pattern.replace("<F>", finger).replace("<K>", knuckle)
        for joint, finger in zip(_JOINTS, fingers, strict=True)
        for k, knuckle in enumerate(knuckles, start=1)
    }


VRM_ADDON = RigSpec(
    name="vrm_addon",
    label="VRM add-on for Blender",
    family=("vrm_addon",),
    source="Bones that the VRM add-on for Blender creates (saturday06/VRM-Addon-for-Blender): index.proximal.L",
    build=Proportions(height=1.6, head=1.3, shoulders=0.85, hips=0.9, arms_down=0.0),
    root="root",
    lines=f"""
    root < - : @(0, 0, 0) -> @(0, 0, 0.1)
    hips < root : pelvis
    spine < hips : belly
    chest < spine : waist
    upper_chest < chest : chest
    neck < upper_chest : neck
    head < neck : head -> top
    eye.{{L|R}} < head : eye
    shoulder.{{L|R}} < upper_chest : collar
    upper_arm.{{L|R}} < shoulder.{{L|R}} : shoulder
    lower_arm.{{L|R}} < upper_arm.{{L|R}} : elbow
    hand.{{L|R}} < lower_arm.{{L|R}} : wrist
    {_finger_rows("<F>.<K>.{L|R}", "hand.{L|R}", _FINGERS, _KNUCKLES)}
    upper_leg.{{L|R}} < hips : hip
    lower_leg.{{L|R}} < upper_leg.{{L|R}} : knee
    foot.{{L|R}} < lower_leg.{{L|R}} : ankle
    toes.{{L|R}} < foot.{{L|R}} : foot -> toe
    """,
    expected=body_joints(
        pelvis="hips", hip="upper_leg.{L|R}", knee="lower_leg.{L|R}", ankle="foot.{L|R}", foot="toes.{L|R}",
        collar="shoulder.{L|R}", shoulder="upper_arm.{L|R}", elbow="lower_arm.{L|R}", wrist="hand.{L|R}",
        neck="neck", head="head", **_finger_bones("<F>.<K>.{L|R}", _FINGERS, _KNUCKLES),
    ),
    spine=("spine", "chest", "upper_chest"),
)  # fmt: skip

VRM_SAMPLE = RigSpec(
    name="vrm_sample",
    label="VRM sample Seed-san",
    family=("vrm_rigify",),
    source="Node names of vrm-c/vrm-specification's sample Seed-san: hips above Rigify's spine, thigh.L and shin.L",
    build=Proportions(height=1.5, head=1.4, shoulders=0.8, hips=0.9, arms_down=30.0, arm=0.95),
    axes="up",
    root="root",
    lines="""
    root < - : @(0, 0, 0) -> @(0, 0, 0.1)
    hips < root : pelvis
    spine < hips : belly
    chest < spine : chest
    neck < chest : neck
    head < neck : head
    hair.{L|R} < head : top +(0.05, 0.05, -0.1)
    shoulder.{L|R} < chest : collar
    upper_arm.{L|R} < shoulder.{L|R} : shoulder
    forearm.{L|R} < upper_arm.{L|R} : elbow
    hand.{L|R} < forearm.{L|R} : wrist
    thigh.{L|R} < hips : hip
    shin.{L|R} < thigh.{L|R} : knee
    foot.{L|R} < shin.{L|R} : ankle
    toe.{L|R} < foot.{L|R} : foot
    """,
    expected=body_joints(
        pelvis="hips", hip="thigh.{L|R}", knee="shin.{L|R}", ankle="foot.{L|R}", foot="toe.{L|R}",
        collar="shoulder.{L|R}", shoulder="upper_arm.{L|R}", elbow="forearm.{L|R}", wrist="hand.{L|R}", neck="neck",
        head="head",
    ),
    spine=("spine", "chest"),
)  # fmt: skip

MEEBITS = RigSpec(
    name="meebits",
    label="Meebits, blocky",
    family=("unity",),
    source="Bone names of the Meebits' models as public tools list them: LeftUpperLegBone, SpineBone",
    build=Proportions(height=1.5, head=2.2, leg=0.75, arm=0.75, shoulders=1.2, arms_down=0.0, elbow_bend=0.0),
    axes="up",
    lines="""
    HipsBone < - : pelvis
    SpineBone < HipsBone : belly
    ChestBone < SpineBone : chest
    NeckBone < ChestBone : neck
    HeadBone < NeckBone : head
    {Left|Right}ShoulderBone < ChestBone : collar
    {Left|Right}UpperArmBone < {Left|Right}ShoulderBone : shoulder
    {Left|Right}LowerArmBone < {Left|Right}UpperArmBone : elbow
    {Left|Right}HandBone < {Left|Right}LowerArmBone : wrist
    {Left|Right}UpperLegBone < HipsBone : hip
    {Left|Right}LowerLegBone < {Left|Right}UpperLegBone : knee
    {Left|Right}FootBone < {Left|Right}LowerLegBone : ankle
    """,
    expected=body_joints(
        pelvis="HipsBone", hip="{Left|Right}UpperLegBone", knee="{Left|Right}LowerLegBone",
        ankle="{Left|Right}FootBone", collar="{Left|Right}ShoulderBone", shoulder="{Left|Right}UpperArmBone",
        elbow="{Left|Right}LowerArmBone", wrist="{Left|Right}HandBone", neck="NeckBone", head="HeadBone",
    ),
    spine=("SpineBone", "ChestBone"),
)  # fmt: skip

_GENEA_FINGERS = ("index", "middle", "ring", "pinky", "thumb")
GENEA = RigSpec(
    name="genea",
    label="Talking With Hands (GENEA 2022, 2023)",
    family=("talking_with_hands",),
    source="Joint list of the Talking With Hands recordings in public preprocessing scripts (b_l_arm_twist, p_l_scap)",
    build=Proportions(height=1.75, arms_down=40.0, legs_out=4.0),
    root="body_world",
    lines=f"""
    body_world < - : @(0, 0, 0) -> @(0, 0, 0.1)
    b_root < body_world : pelvis
    b_spine0 < b_root : belly
    b_spine1 < b_spine0 : waist
    b_spine2 < b_spine1 : waist>chest 0.5
    b_spine3 < b_spine2 : chest
    b_neck0 < b_spine3 : neck
    b_head < b_neck0 : head -> top
    b_{{l|r}}_shoulder < b_spine3 : collar
    p_{{l|r}}_scap < b_{{l|r}}_shoulder : collar>shoulder 0.5
    b_{{l|r}}_arm < p_{{l|r}}_scap : shoulder
    b_{{l|r}}_arm_twist < b_{{l|r}}_arm : shoulder -> elbow
    b_{{l|r}}_forearm < b_{{l|r}}_arm_twist : elbow
    b_{{l|r}}_wrist_twist < b_{{l|r}}_forearm : elbow>wrist 0.5 -> wrist
    b_{{l|r}}_wrist < b_{{l|r}}_wrist_twist : wrist
    {_finger_rows("b_{l|r}_<F><K>", "b_{l|r}_wrist", _GENEA_FINGERS, ("1", "2", "3"))}
    b_{{l|r}}_upleg < b_root : hip
    b_{{l|r}}_leg < b_{{l|r}}_upleg : knee
    b_{{l|r}}_foot_twist < b_{{l|r}}_leg : knee>ankle 0.7 -> ankle
    b_{{l|r}}_foot < b_{{l|r}}_foot_twist : ankle -> foot
    """,
    expected=body_joints(
        pelvis="b_root", hip="b_{l|r}_upleg", knee="b_{l|r}_leg", ankle="b_{l|r}_foot", collar="b_{l|r}_shoulder",
        shoulder="b_{l|r}_arm", elbow="b_{l|r}_forearm", wrist="b_{l|r}_wrist", neck="b_neck0", head="b_head",
        **_finger_bones("b_{l|r}_<F><K>", _GENEA_FINGERS, ("1", "2", "3")),
    ),
    spine=("b_spine0", "b_spine1", "b_spine3"),
)  # fmt: skip

SEYMOUR = RigSpec(
    name="seymour",
    label="Seymour, legs beside the pelvis",
    family=("smpl",),
    source="Bone names of the Seymour character of the COLLADA examples: legs and pelvis below root, l_humerus, l_ulna",
    build=Proportions(height=1.7, arms_down=0.0),
    root="root",
    lines="""
    root < - : @(0, 0, 0.955) -> @(0, 0, 0.985)
    pelvis < root : pelvis
    spine < pelvis : belly
    chest < spine : chest
    neck < chest : neck
    head < neck : head -> top
    {l|r}_clavicle < chest : collar
    {l|r}_humerus < {l|r}_clavicle : shoulder
    {l|r}_ulna < {l|r}_humerus : elbow
    {l|r}_wrist < {l|r}_ulna : wrist
    {l|r}_hip < root : hip
    {l|r}_knee < {l|r}_hip : knee
    {l|r}_ankle < {l|r}_knee : ankle
    {l|r}_toe < {l|r}_ankle : foot -> toe
    """,
    expected=body_joints(
        pelvis="pelvis", hip="{l|r}_hip", knee="{l|r}_knee", ankle="{l|r}_ankle", foot="{l|r}_toe",
        collar="{l|r}_clavicle", shoulder="{l|r}_humerus", elbow="{l|r}_ulna", wrist="{l|r}_wrist", neck="neck",
        head="head",
    ),
    spine=("spine", "chest"),
)  # fmt: skip

SPECS = (VRM_ADDON, VRM_SAMPLE, MEEBITS, GENEA, SEYMOUR)
