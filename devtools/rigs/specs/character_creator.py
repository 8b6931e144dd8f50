# SPDX-License-Identifier: GPL-3.0-or-later
"""Reallusion's Character Creator: limbs' twist bones stand where the limb's bone stands, share bones beside them."""

from __future__ import annotations

from ..body import Proportions
from ..spec import RigSpec, body_joints, finger_joints, finger_lines

_F = "Index Mid Ring Pinky Thumb"

CHARACTER_CREATOR = RigSpec(
    name="character_creator",
    label="Character Creator (CC_Base_)",
    family=("character_creator", "cc", "cc_base", "reallusion"),
    source="Skeleton of a CC4 character as a public web viewer's template lists it: names, parents and local "
    "translations (CC_Base_L_CalfTwist01 at the calf, thigh 47.6 cm, forearm 24.3 cm)",
    build=Proportions(height=1.73, leg=1.08, arm=1.02, arms_down=38.0, elbow_bend=6.0, legs_out=4.0, feet_out=4.0),
    scale=0.01,
    x_rotation=90.0,
    axes="chain",
    root="CC_Base_BoneRoot",
    lines=f"""
    CC_Base_BoneRoot < - : @(0, 0, 0) -> @(0, 0.1, 0)
    CC_Base_Hip < CC_Base_BoneRoot : pelvis -> belly
    CC_Base_Pelvis < CC_Base_Hip : pelvis -> pelvis +(0, 0, -0.1)
    CC_Base_{{L|R}}_Thigh < CC_Base_Pelvis : hip -> knee
    CC_Base_{{L|R}}_ThighTwist01 < CC_Base_{{L|R}}_Thigh : hip -> hip>knee 0.5
    CC_Base_{{L|R}}_ThighTwist02 < CC_Base_{{L|R}}_ThighTwist01 : hip>knee 0.5 -> knee
    CC_Base_{{L|R}}_Calf < CC_Base_{{L|R}}_Thigh : knee -> ankle
    CC_Base_{{L|R}}_KneeShareBone < CC_Base_{{L|R}}_Calf : knee -> knee +(0, -0.05, 0)
    CC_Base_{{L|R}}_CalfTwist01 < CC_Base_{{L|R}}_Calf : knee -> knee>ankle 0.5
    CC_Base_{{L|R}}_CalfTwist02 < CC_Base_{{L|R}}_CalfTwist01 : knee>ankle 0.5 -> ankle
    CC_Base_{{L|R}}_Foot < CC_Base_{{L|R}}_Calf : ankle -> foot
    CC_Base_{{L|R}}_ToeBaseShareBone < CC_Base_{{L|R}}_Foot : foot -> toe
    CC_Base_{{L|R}}_ToeBase < CC_Base_{{L|R}}_Foot : foot -> toe
    CC_Base_{{L|R}}_BigToe1 < CC_Base_{{L|R}}_ToeBase : foot +(-0.038, -0.026, 0)
    CC_Base_{{L|R}}_PinkyToe1 < CC_Base_{{L|R}}_ToeBase : foot +(0.028, 0, 0)
    CC_Base_Waist < CC_Base_Hip : belly
    CC_Base_Spine01 < CC_Base_Waist : waist
    CC_Base_Spine02 < CC_Base_Spine01 : chest -> neck
    CC_Base_{{L|R}}_RibsTwist < CC_Base_Spine02 : chest +(0.1, -0.02, 0)
    CC_Base_{{L|R}}_Breast < CC_Base_{{L|R}}_RibsTwist : breast
    CC_Base_NeckTwist01 < CC_Base_Spine02 : neck
    CC_Base_NeckTwist02 < CC_Base_NeckTwist01 : neck>head 0.5
    CC_Base_Head < CC_Base_NeckTwist02 : head -> top
    CC_Base_FacialBone < CC_Base_Head : head -> head +(0, -0.05, 0)
    CC_Base_JawRoot < CC_Base_FacialBone : jaw -> chin
    CC_Base_Tongue01 < CC_Base_JawRoot : jaw>chin 0.4
    CC_Base_Teeth02 < CC_Base_JawRoot : jaw>chin 0.6
    CC_Base_{{L|R}}_Eye < CC_Base_FacialBone : eye
    CC_Base_UpperJaw < CC_Base_FacialBone : chin +(0, 0.02, 0.04)
    CC_Base_Teeth01 < CC_Base_UpperJaw : chin +(0, 0, 0.04)
    CC_Base_{{L|R}}_Clavicle < CC_Base_Spine02 : collar -> shoulder
    CC_Base_{{L|R}}_Upperarm < CC_Base_{{L|R}}_Clavicle : shoulder -> elbow
    CC_Base_{{L|R}}_UpperarmTwist01 < CC_Base_{{L|R}}_Upperarm : shoulder -> shoulder>elbow 0.5
    CC_Base_{{L|R}}_UpperarmTwist02 < CC_Base_{{L|R}}_UpperarmTwist01 : shoulder>elbow 0.5 -> elbow
    CC_Base_{{L|R}}_Forearm < CC_Base_{{L|R}}_Upperarm : elbow -> wrist
    CC_Base_{{L|R}}_ForearmTwist01 < CC_Base_{{L|R}}_Forearm : elbow -> elbow>wrist 0.5
    CC_Base_{{L|R}}_ForearmTwist02 < CC_Base_{{L|R}}_ForearmTwist01 : elbow>wrist 0.5 -> wrist
    CC_Base_{{L|R}}_ElbowShareBone < CC_Base_{{L|R}}_Forearm : elbow -> elbow +(0, 0.04, 0)
    CC_Base_{{L|R}}_Hand < CC_Base_{{L|R}}_Forearm : wrist -> middle1
    {finger_lines("CC_Base_{L|R}_<F><N>", _F, "CC_Base_{L|R}_Hand")}
    """,
    expected=body_joints(
        pelvis="CC_Base_Hip / CC_Base_Pelvis", hip="CC_Base_{L|R}_Thigh", knee="CC_Base_{L|R}_Calf",
        ankle="CC_Base_{L|R}_Foot", foot="CC_Base_{L|R}_ToeBase", collar="CC_Base_{L|R}_Clavicle",
        shoulder="CC_Base_{L|R}_Upperarm", elbow="CC_Base_{L|R}_Forearm", wrist="CC_Base_{L|R}_Hand",
        neck="CC_Base_NeckTwist01", head="CC_Base_Head", jaw="CC_Base_JawRoot",
        **finger_joints("CC_Base_{L|R}_<F><N>", _F),
    ),
    spine=("CC_Base_Waist", "CC_Base_Spine01", "CC_Base_Spine02"),
)  # fmt: skip

SPECS = (CHARACTER_CREATOR,)
