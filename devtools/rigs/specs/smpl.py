# SPDX-License-Identifier: GPL-3.0-or-later
"""SMPL-X as its Blender add-on has it, and the older SMPL characters with their prefix."""

from __future__ import annotations

from ..body import Proportions
from ..spec import RigSpec, body_joints, finger_joints, finger_lines

_BODY = Proportions(height=1.72, arm=0.97, legs_out=3.0, feet_out=8.0)

SMPLX = RigSpec(
    name="smplx",
    label="SMPL-X",
    family=("smplx",),
    source="Joint names of the SMPL-X model: vchoutas/smplx, smplx/joint_names.py",
    build=_BODY,
    x_rotation=90.0,
    root="root",
    lines=f"""
    root < - : @(0, 0, 0) -> @(0, 0, 0.1)
    pelvis < root : pelvis -> belly
    {{left|right}}_hip < pelvis : hip
    {{left|right}}_knee < {{left|right}}_hip : knee
    {{left|right}}_ankle < {{left|right}}_knee : ankle
    {{left|right}}_foot < {{left|right}}_ankle : foot -> toe
    spine1 < pelvis : belly
    spine2 < spine1 : waist
    spine3 < spine2 : chest
    neck < spine3 : neck
    head < neck : head -> top
    jaw < head : jaw -> chin
    {{left|right}}_eye_smplhf < head : eye -> eye +(0, -0.02, 0)
    {{left|right}}_collar < spine3 : collar
    {{left|right}}_shoulder < {{left|right}}_collar : shoulder
    {{left|right}}_elbow < {{left|right}}_shoulder : elbow
    {{left|right}}_wrist < {{left|right}}_elbow : wrist
    {finger_lines("{left|right}_<F><N>", "index middle ring pinky thumb", "{left|right}_wrist")}
    """,
    expected=body_joints(
        pelvis="pelvis", hip="{left|right}_hip", knee="{left|right}_knee", ankle="{left|right}_ankle",
        foot="{left|right}_foot", collar="{left|right}_collar", shoulder="{left|right}_shoulder",
        elbow="{left|right}_elbow", wrist="{left|right}_wrist", neck="neck", head="head", jaw="jaw",
        **finger_joints("{left|right}_<F><N>", "index middle ring pinky thumb"),
    ),
    spine=("spine1", "spine2", "spine3"),
)  # fmt: skip

SMPL = RigSpec(
    name="smpl",
    label="SMPL with prefix",
    family=("smplx", "smpl"),
    source="Joint names of the SMPL FBX characters: f_avg_root, f_avg_Pelvis, f_avg_L_Hip (softcat477/SMPL-to-FBX)",
    build=_BODY,
    scale=0.01,
    x_rotation=90.0,
    axes="up",
    root="f_avg_root",
    lines="""
    f_avg_root < - : @(0, 0, 0) -> @(0, 0, 0.1)
    f_avg_Pelvis < f_avg_root : pelvis
    f_avg_{L|R}_Hip < f_avg_Pelvis : hip
    f_avg_{L|R}_Knee < f_avg_{L|R}_Hip : knee
    f_avg_{L|R}_Ankle < f_avg_{L|R}_Knee : ankle
    f_avg_{L|R}_Foot < f_avg_{L|R}_Ankle : foot
    f_avg_Spine1 < f_avg_Pelvis : belly
    f_avg_Spine2 < f_avg_Spine1 : waist
    f_avg_Spine3 < f_avg_Spine2 : chest
    f_avg_Neck < f_avg_Spine3 : neck
    f_avg_Head < f_avg_Neck : head
    f_avg_{L|R}_Collar < f_avg_Spine3 : collar
    f_avg_{L|R}_Shoulder < f_avg_{L|R}_Collar : shoulder
    f_avg_{L|R}_Elbow < f_avg_{L|R}_Shoulder : elbow
    f_avg_{L|R}_Wrist < f_avg_{L|R}_Elbow : wrist
    f_avg_{L|R}_Hand < f_avg_{L|R}_Wrist : middle1
    """,
    expected=body_joints(
        pelvis="f_avg_Pelvis", hip="f_avg_{L|R}_Hip", knee="f_avg_{L|R}_Knee", ankle="f_avg_{L|R}_Ankle",
        foot="f_avg_{L|R}_Foot", collar="f_avg_{L|R}_Collar", shoulder="f_avg_{L|R}_Shoulder",
        elbow="f_avg_{L|R}_Elbow", wrist="f_avg_{L|R}_Wrist", neck="f_avg_Neck", head="f_avg_Head",
    ),
    spine=("f_avg_Spine1", "f_avg_Spine2", "f_avg_Spine3"),
)  # fmt: skip

SPECS = (SMPLX, SMPL)
