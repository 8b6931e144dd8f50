# SPDX-License-Identifier: GPL-3.0-or-later
"""Unity's humanoid names, VRM 0 as VRoid Studio writes it, and a character with the names of VRM 1.0 itself."""

from __future__ import annotations

from ..body import Proportions
from ..spec import RigSpec, body_joints, finger_joints, finger_lines

_U = "Index Middle Ring Little Thumb"


def _phalanges(side: str, upper: bool) -> tuple[str, dict[str, str]]:
    """Lines and joints of fingers called Proximal, Intermediate and Distal."""
    rows, joints = [], {}
    for joint, name in zip(("index", "middle", "ring", "pinky", "thumb"), _U.split(), strict=True):
        above = f"{side}Hand"
        parts = ("Proximal", "Intermediate", "Distal")
        if name == "Thumb" and not upper:
            parts = ("Metacarpal", "Proximal", "Distal")  # VRM 1.0 renamed them
        for k, part in enumerate(parts, start=1):
            bone = f"{side}{name}{part}"
            rows.append(f"{bone} < {above} : {joint}{k} -> {joint}{k + 1}")
            joints[f"{joint}{k}"] = bone
            above = bone
    return "\n".join(rows), joints


_UNITY_FINGERS, _UNITY_HANDS = _phalanges("{Left|Right}", True)
_VRM_FINGERS, _VRM_HANDS = _phalanges("{left|right}", False)

UNITY = RigSpec(
    name="unity",
    label="Unity humanoid names",
    family=("unity", "vrm", "vrm1", "humanoid"),
    source="Unity documentation, enumeration HumanBodyBones",
    build=Proportions(height=1.78, arms_down=0.0, legs_out=2.0),
    scale=0.01,
    x_rotation=90.0,
    axes="up",
    root="Root",
    lines=f"""
    Root < - : @(0, 0, 0) -> @(0, 0, 0.1)
    Hips < Root : pelvis
    Spine < Hips : belly
    Chest < Spine : waist
    UpperChest < Chest : chest
    Neck < UpperChest : neck
    Head < Neck : head
    Jaw < Head : jaw
    {{Left|Right}}Eye < Head : eye
    {{Left|Right}}Shoulder < UpperChest : collar
    {{Left|Right}}UpperArm < {{Left|Right}}Shoulder : shoulder
    {{Left|Right}}LowerArm < {{Left|Right}}UpperArm : elbow
    {{Left|Right}}Hand < {{Left|Right}}LowerArm : wrist
    {_UNITY_FINGERS}
    {{Left|Right}}UpperLeg < Hips : hip
    {{Left|Right}}LowerLeg < {{Left|Right}}UpperLeg : knee
    {{Left|Right}}Foot < {{Left|Right}}LowerLeg : ankle
    {{Left|Right}}Toes < {{Left|Right}}Foot : foot
    """,
    expected=body_joints(
        pelvis="Hips", hip="{Left|Right}UpperLeg", knee="{Left|Right}LowerLeg", ankle="{Left|Right}Foot",
        foot="{Left|Right}Toes", collar="{Left|Right}Shoulder", shoulder="{Left|Right}UpperArm",
        elbow="{Left|Right}LowerArm", wrist="{Left|Right}Hand", neck="Neck", head="Head", jaw="Jaw", **_UNITY_HANDS,
    ),
    spine=("Spine", "Chest", "UpperChest"),
)  # fmt: skip

_J = "Index Middle Ring Little Thumb"
_SKIRT = "\n".join(
    f"J_Sec_{{L|R}}_Skirt{part}0_01 < J_Bip_{{L|R}}_UpperLeg : hip>knee 0.1 +({x}, {y}, 0)\n"
    f"J_Sec_{{L|R}}_Skirt{part}1_01 < J_Sec_{{L|R}}_Skirt{part}0_01 : hip>knee 0.6 +({x}, {y}, 0)"
    for part, x, y in (("Front", 0.02, -0.12), ("Side", 0.1, 0.0), ("Back", 0.02, 0.12))
)
_HAIR = "\n".join(
    f"J_Sec_Hair1_{n:02d} < J_Bip_C_Head : top +({x}, {y}, -0.05)\n"
    f"J_Sec_Hair2_{n:02d} < J_Sec_Hair1_{n:02d} : head +({x}, {y}, 0)\n"
    f"J_Sec_Hair3_{n:02d} < J_Sec_Hair2_{n:02d} : chest +({x}, {y}, 0)"
    for n, x, y in ((1, 0.09, 0.02), (2, -0.09, 0.02), (3, 0.0, 0.11), (4, 0.05, 0.1), (5, -0.05, 0.1))
)

VROID = RigSpec(
    name="vroid",
    label="VRM 0, VRoid Studio",
    family=("vroid", "vrm", "vrm0"),
    source="Node names of VRoid Studio exports as public viewers map them (J_Bip_C_UpperChest, J_Bip_L_Little1)",
    build=Proportions(height=1.62, head=1.35, shoulders=0.8, hips=0.85, leg=1.02, torso=0.9, arm=0.9, arms_down=0.0),
    root="Root",
    lines=f"""
    Root < - : @(0, 0, 0) -> @(0, 0, 0.1)
    J_Bip_C_Hips < Root : pelvis -> belly
    J_Bip_C_Spine < J_Bip_C_Hips : belly
    J_Bip_C_Chest < J_Bip_C_Spine : waist
    J_Bip_C_UpperChest < J_Bip_C_Chest : chest -> neck
    J_Sec_{{L|R}}_Bust1 < J_Bip_C_UpperChest : breast
    J_Sec_{{L|R}}_Bust2 < J_Sec_{{L|R}}_Bust1 : breast +(0, -0.05, 0)
    J_Bip_C_Neck < J_Bip_C_UpperChest : neck
    J_Bip_C_Head < J_Bip_C_Neck : head -> top
    J_Adj_{{L|R}}_FaceEye < J_Bip_C_Head : eye
    {_HAIR}
    J_Bip_{{L|R}}_Shoulder < J_Bip_C_UpperChest : collar
    J_Bip_{{L|R}}_UpperArm < J_Bip_{{L|R}}_Shoulder : shoulder
    J_Bip_{{L|R}}_LowerArm < J_Bip_{{L|R}}_UpperArm : elbow
    J_Bip_{{L|R}}_Hand < J_Bip_{{L|R}}_LowerArm : wrist
    {finger_lines("J_Bip_{L|R}_<F><N>", _J, "J_Bip_{L|R}_Hand")}
    J_Bip_{{L|R}}_UpperLeg < J_Bip_C_Hips : hip
    {_SKIRT}
    J_Bip_{{L|R}}_LowerLeg < J_Bip_{{L|R}}_UpperLeg : knee
    J_Bip_{{L|R}}_Foot < J_Bip_{{L|R}}_LowerLeg : ankle
    J_Bip_{{L|R}}_ToeBase < J_Bip_{{L|R}}_Foot : foot -> toe
    """,
    expected=body_joints(
        pelvis="J_Bip_C_Hips", hip="J_Bip_{L|R}_UpperLeg", knee="J_Bip_{L|R}_LowerLeg", ankle="J_Bip_{L|R}_Foot",
        foot="J_Bip_{L|R}_ToeBase", collar="J_Bip_{L|R}_Shoulder", shoulder="J_Bip_{L|R}_UpperArm",
        elbow="J_Bip_{L|R}_LowerArm", wrist="J_Bip_{L|R}_Hand", neck="J_Bip_C_Neck", head="J_Bip_C_Head",
        **finger_joints("J_Bip_{L|R}_<F><N>", _J),
    ),
    spine=("J_Bip_C_Spine", "J_Bip_C_Chest", "J_Bip_C_UpperChest"),
)  # fmt: skip

VRM1 = RigSpec(
    name="vrm1",
    label="VRM 1.0 names",
    family=("vrm", "vrm1", "unity", "humanoid"),
    source="vrm-c/vrm-specification, VRMC_vrm-1.0, humanoid.md",
    build=Proportions(height=1.55, head=1.4, shoulders=0.8, hips=0.85, arms_down=2.0, arm=0.95),
    axes="up",
    lines=f"""
    hips < - : pelvis
    spine < hips : belly
    chest < spine : waist
    upperChest < chest : chest
    neck < upperChest : neck
    head < neck : head
    jaw < head : jaw
    {{left|right}}Eye < head : eye
    {{left|right}}Shoulder < upperChest : collar
    {{left|right}}UpperArm < {{left|right}}Shoulder : shoulder
    {{left|right}}LowerArm < {{left|right}}UpperArm : elbow
    {{left|right}}Hand < {{left|right}}LowerArm : wrist
    {_VRM_FINGERS}
    {{left|right}}UpperLeg < hips : hip
    {{left|right}}LowerLeg < {{left|right}}UpperLeg : knee
    {{left|right}}Foot < {{left|right}}LowerLeg : ankle
    {{left|right}}Toes < {{left|right}}Foot : foot
    """,
    expected=body_joints(
        pelvis="hips", hip="{left|right}UpperLeg", knee="{left|right}LowerLeg", ankle="{left|right}Foot",
        foot="{left|right}Toes", collar="{left|right}Shoulder", shoulder="{left|right}UpperArm",
        elbow="{left|right}LowerArm", wrist="{left|right}Hand", neck="neck", head="head", jaw="jaw", **_VRM_HANDS,
    ),
    spine=("spine", "chest", "upperChest"),
)  # fmt: skip

SPECS = (UNITY, VROID, VRM1)
