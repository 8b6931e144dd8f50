# SPDX-License-Identifier: GPL-3.0-or-later
"""Epic's mannequins: Unreal Engine 4, and 5 with its metacarpals, second twists and corrective bones."""

from __future__ import annotations

from ..body import Proportions
from ..spec import RigSpec, body_joints, finger_joints, finger_lines

_IK = """
    ik_foot_root < root : @(0, 0, 0) ; control
    ik_foot_{l|r} < ik_foot_root : ankle ; control
    ik_hand_root < root : @(0, 0, 0) ; control
    ik_hand_gun < ik_hand_root : wrist +(-0.3, 0, 0) ; control
    ik_hand_{l|r} < ik_hand_gun : wrist ; control
"""
_FINGERS = "index middle ring pinky thumb"
_EXPECTED = body_joints(
    pelvis="pelvis", hip="thigh_{l|r}", knee="calf_{l|r}", ankle="foot_{l|r}", foot="ball_{l|r}",
    collar="clavicle_{l|r}", shoulder="upperarm_{l|r}", elbow="lowerarm_{l|r}", wrist="hand_{l|r}", neck="neck_01",
    head="head", **finger_joints("<F>_0<N>_{l|r}", _FINGERS),
)  # fmt: skip

UE4 = RigSpec(
    name="unreal4",
    label="Unreal Engine 4 mannequin",
    family=("unreal4", "unreal"),
    source="Bone list of the UE4 mannequin in Epic's documentation of its skeleton, as rename tables quote it "
    "(thigh_twist_01_l, ik_hand_gun)",
    build=Proportions(
        height=1.83, arms_down=48.0, arms_forward=8.0, elbow_bend=25.0, legs_out=5.0, feet_out=8.0
    ),
    real=True,
    scale=0.01,
    axes="across",
    root="root",
    lines=f"""
    root < - : @(0, 0, 0) -> @(0, 0.2, 0)
    pelvis < root : pelvis
    spine_01 < pelvis : pelvis>neck 0.2
    spine_02 < spine_01 : pelvis>neck 0.42
    spine_03 < spine_02 : pelvis>neck 0.62
    clavicle_{{l|r}} < spine_03 : collar
    upperarm_{{l|r}} < clavicle_{{l|r}} : shoulder
    lowerarm_{{l|r}} < upperarm_{{l|r}} : elbow
    hand_{{l|r}} < lowerarm_{{l|r}} : wrist
    {finger_lines("<F>_0<N>_{l|r}", _FINGERS, "hand_{l|r}")}
    lowerarm_twist_01_{{l|r}} < lowerarm_{{l|r}} : elbow>wrist 0.55 -> elbow>wrist 0.8
    upperarm_twist_01_{{l|r}} < upperarm_{{l|r}} : shoulder>elbow 0.02 -> shoulder>elbow 0.4
    neck_01 < spine_03 : neck
    head < neck_01 : head -> top
    thigh_{{l|r}} < pelvis : hip
    calf_{{l|r}} < thigh_{{l|r}} : knee
    calf_twist_01_{{l|r}} < calf_{{l|r}} : knee>ankle 0.5 -> knee>ankle 0.7
    foot_{{l|r}} < calf_{{l|r}} : ankle
    ball_{{l|r}} < foot_{{l|r}} : foot -> toe
    thigh_twist_01_{{l|r}} < thigh_{{l|r}} : hip>knee 0.5 -> hip>knee 0.7
    {_IK}
    """,
    expected=_EXPECTED,
    spine=("spine_01", "spine_02", "spine_03"),
)

_CORRECTIVES = """
    clavicle_out_{l|r} < clavicle_{l|r} : shoulder +(0.01, 0, 0.03)
    clavicle_scap_{l|r} < clavicle_{l|r} : shoulder +(-0.05, 0.08, -0.03)
    clavicle_pec_{l|r} < spine_05 : breast
    spine_04_latissimus_{l|r} < spine_05 : chest +(0.12, 0.06, 0)
    upperarm_correctiveRoot_{l|r} < upperarm_{l|r} : shoulder
    upperarm_bck_{l|r} < upperarm_correctiveRoot_{l|r} : shoulder +(0, 0.05, 0)
    upperarm_in_{l|r} < upperarm_correctiveRoot_{l|r} : shoulder +(0, 0, -0.05)
    upperarm_fwd_{l|r} < upperarm_correctiveRoot_{l|r} : shoulder +(0, -0.05, 0)
    upperarm_out_{l|r} < upperarm_correctiveRoot_{l|r} : shoulder +(0, 0, 0.05)
    upperarm_tricep_{l|r} < upperarm_twist_02_{l|r} : shoulder>elbow 0.5 +(0, 0.04, 0)
    upperarm_bicep_{l|r} < upperarm_twist_02_{l|r} : shoulder>elbow 0.5 +(0, -0.04, 0)
    thigh_correctiveRoot_{l|r} < thigh_{l|r} : hip
    thigh_fwd_{l|r} < thigh_correctiveRoot_{l|r} : hip +(0, -0.08, -0.05)
    thigh_bck_{l|r} < thigh_correctiveRoot_{l|r} : hip +(0, 0.08, -0.05)
    thigh_out_{l|r} < thigh_correctiveRoot_{l|r} : hip +(0.08, 0, -0.05)
    thigh_in_{l|r} < thigh_correctiveRoot_{l|r} : hip +(-0.07, 0, -0.1)
    calf_correctiveRoot_{l|r} < calf_{l|r} : knee
    calf_kneeBack_{l|r} < calf_correctiveRoot_{l|r} : knee +(0, 0.05, 0)
    calf_knee_{l|r} < calf_correctiveRoot_{l|r} : knee +(0, -0.05, 0)
    ankle_fwd_{l|r} < foot_{l|r} : ankle +(0, -0.05, 0)
    ankle_bck_{l|r} < foot_{l|r} : ankle +(0, 0.04, 0)
    weapon_{l|r} < hand_{l|r} : middle1 ; control
"""

UE5 = RigSpec(
    name="unreal5",
    label="Unreal Engine 5 mannequin (Manny)",
    family=("unreal5", "unreal"),
    source="Parents of the UE5 bones as a Daz-to-Unreal tool tabulates them (spine_05, index_metacarpal_l, "
    "upperarm_correctiveRoot_l, ankle_bck_l)",
    build=Proportions(
        height=1.8, arms_down=50.0, arms_forward=6.0, elbow_bend=18.0, legs_out=4.0, feet_out=5.0, leg=1.05
    ),
    scale=0.01,
    axes="across",
    root="root",
    lines=f"""
    root < - : @(0, 0, 0) -> @(0, 0.2, 0)
    pelvis < root : pelvis
    spine_01 < pelvis : pelvis>neck 0.06
    spine_02 < spine_01 : pelvis>neck 0.2
    spine_03 < spine_02 : pelvis>neck 0.35
    spine_04 < spine_03 : pelvis>neck 0.5
    spine_05 < spine_04 : pelvis>neck 0.75
    neck_01 < spine_05 : neck
    neck_02 < neck_01 : neck>head 0.5
    head < neck_02 : head -> top
    clavicle_{{l|r}} < spine_05 : collar
    upperarm_{{l|r}} < clavicle_{{l|r}} : shoulder
    lowerarm_{{l|r}} < upperarm_{{l|r}} : elbow
    hand_{{l|r}} < lowerarm_{{l|r}} : wrist
    index_metacarpal_{{l|r}} < hand_{{l|r}} : wrist>index1 0.3
    middle_metacarpal_{{l|r}} < hand_{{l|r}} : wrist>middle1 0.3
    ring_metacarpal_{{l|r}} < hand_{{l|r}} : wrist>ring1 0.3
    pinky_metacarpal_{{l|r}} < hand_{{l|r}} : wrist>pinky1 0.3
    {finger_lines("<F>_0<N>_{l|r}", _FINGERS, "<F>_metacarpal_{l|r}").replace("thumb_metacarpal", "hand")}
    upperarm_twist_01_{{l|r}} < upperarm_{{l|r}} : shoulder>elbow 0.33
    upperarm_twistCor_01_{{l|r}} < upperarm_twist_01_{{l|r}} : shoulder>elbow 0.33 +(0, 0.02, 0)
    upperarm_twist_02_{{l|r}} < upperarm_{{l|r}} : shoulder>elbow 0.67
    lowerarm_twist_02_{{l|r}} < lowerarm_{{l|r}} : elbow>wrist 0.33
    lowerarm_twist_01_{{l|r}} < lowerarm_{{l|r}} : elbow>wrist 0.67
    thigh_{{l|r}} < pelvis : hip
    calf_{{l|r}} < thigh_{{l|r}} : knee
    foot_{{l|r}} < calf_{{l|r}} : ankle
    ball_{{l|r}} < foot_{{l|r}} : foot -> toe
    thigh_twist_01_{{l|r}} < thigh_{{l|r}} : hip>knee 0.33
    thigh_twist_02_{{l|r}} < thigh_{{l|r}} : hip>knee 0.67
    calf_twist_02_{{l|r}} < calf_{{l|r}} : knee>ankle 0.33
    calf_twist_01_{{l|r}} < calf_{{l|r}} : knee>ankle 0.67
    {_CORRECTIVES}
    {_IK}
    interaction < root : @(0, 0, 0) -> @(0, 0, 0.1) ; control
    center_of_mass < root : pelvis -> belly ; control
    """,
    expected=_EXPECTED,
    spine=("spine_01", "spine_02", "spine_03", "spine_04", "spine_05"),
)

SPECS = (UE4, UE5)
