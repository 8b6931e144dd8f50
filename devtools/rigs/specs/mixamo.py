# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixamo downloads, with and without their prefix, and the control rig that Adobe's add-on puts around them."""

from __future__ import annotations

from dataclasses import replace

from ..body import Proportions
from ..spec import FkIkBlend, IkChain, RigSpec, body_joints, finger_joints, finger_lines

_FINGERS = "Index Middle Ring Pinky Thumb"
_LINES = f"""
    P:Hips < - : pelvis
    P:Spine < P:Hips : belly
    P:Spine1 < P:Spine : waist
    P:Spine2 < P:Spine1 : chest
    P:Neck < P:Spine2 : neck
    P:Head < P:Neck : head
    P:HeadTop_End < P:Head : top
    P:{{Left|Right}}Eye < P:Head : eye -> eye +(0, -0.02, 0)
    P:{{Left|Right}}Shoulder < P:Spine2 : collar
    P:{{Left|Right}}Arm < P:{{Left|Right}}Shoulder : shoulder
    P:{{Left|Right}}ForeArm < P:{{Left|Right}}Arm : elbow
    P:{{Left|Right}}Hand < P:{{Left|Right}}ForeArm : wrist -> middle1
    {finger_lines("P:{Left|Right}Hand<F><N>", _FINGERS, "P:{Left|Right}Hand", ends=True)}
    P:{{Left|Right}}UpLeg < P:Hips : hip
    P:{{Left|Right}}Leg < P:{{Left|Right}}UpLeg : knee
    P:{{Left|Right}}Foot < P:{{Left|Right}}Leg : ankle
    P:{{Left|Right}}ToeBase < P:{{Left|Right}}Foot : foot
    P:{{Left|Right}}Toe_End < P:{{Left|Right}}ToeBase : toe
"""
_EXPECTED = body_joints(
    pelvis="P:Hips", hip="P:{Left|Right}UpLeg", knee="P:{Left|Right}Leg", ankle="P:{Left|Right}Foot",
    foot="P:{Left|Right}ToeBase", collar="P:{Left|Right}Shoulder", shoulder="P:{Left|Right}Arm",
    elbow="P:{Left|Right}ForeArm", wrist="P:{Left|Right}Hand", neck="P:Neck", head="P:Head",
    **finger_joints("P:{Left|Right}Hand<F><N>", _FINGERS),
)  # fmt: skip


def _named(prefix: str) -> dict[str, str]:
    return {joint: bone.replace("P:", prefix) for joint, bone in _EXPECTED.items()}


MIXAMO = RigSpec(
    name="mixamo",
    label="Mixamo",
    family=("mixamo",),
    source="makehumancommunity/mpfb2, src/mpfb/data/rigs/standard/rig.mixamo.json (names and parents)",
    build=Proportions(height=1.8, arms_down=2.0, feet_out=6.0, legs_out=2.0),
    scale=0.01,
    x_rotation=90.0,
    lines=_LINES.replace("P:", "mixamorig:"),
    expected=_named("mixamorig:"),
    spine=("mixamorig:Spine", "mixamorig:Spine1", "mixamorig:Spine2"),
)

NO_PREFIX = replace(
    MIXAMO,
    name="mixamo_no_prefix",
    label="Mixamo without prefix, A-pose",
    build=Proportions(height=1.62, arms_down=40.0, elbow_bend=10.0, head=1.15, leg=0.95),
    scale=1.0,
    x_rotation=0.0,
    roll=70.0,
    lines=_LINES.replace("P:", ""),
    expected=_named(""),
    spine=("Spine", "Spine1", "Spine2"),
)

_CONTROLS = """
    Ctrl_Master < - : @(0, 0, 0) -> @(0, 0.3, 0) ; control
    Ctrl_Hips < Ctrl_Master : pelvis -> belly ; control
    Ctrl_Hips_Free < Ctrl_Hips : belly -> pelvis ; control
    Ctrl_Spine < Ctrl_Hips : belly -> waist ; control
    Ctrl_Spine1 < Ctrl_Spine : waist -> chest ; control
    Ctrl_Spine2 < Ctrl_Spine1 : chest -> neck ; control
    Ctrl_Neck < Ctrl_Spine2 : neck -> head ; control
    Ctrl_Head < Ctrl_Neck : head -> top ; control
    Ctrl_Shoulder_{Left|Right} < Ctrl_Spine2 : collar -> shoulder ; control
    Ctrl_Arm_FK_{Left|Right} < Ctrl_Shoulder_{Left|Right} : shoulder -> elbow ; control
    Ctrl_ForeArm_FK_{Left|Right} < Ctrl_Arm_FK_{Left|Right} : elbow -> wrist ; control
    Ctrl_Hand_FK_{Left|Right} < Ctrl_ForeArm_FK_{Left|Right} : wrist -> middle1 ; control
    Arm_IK_{Left|Right} < Ctrl_Shoulder_{Left|Right} : shoulder -> elbow ; control
    ForeArm_IK_{Left|Right} < Arm_IK_{Left|Right} : elbow -> wrist ; control
    Ctrl_UpLeg_FK_{Left|Right} < Ctrl_Hips_Free : hip -> knee ; control
    Ctrl_Leg_FK_{Left|Right} < Ctrl_UpLeg_FK_{Left|Right} : knee -> ankle ; control
    Ctrl_Foot_FK_{Left|Right} < Ctrl_Leg_FK_{Left|Right} : ankle -> ankle +(0, -0.15, 0) ; control
    Foot_FK_{Left|Right} < Ctrl_Foot_FK_{Left|Right} : ankle -> foot ; control
    Ctrl_Toe_FK_{Left|Right} < Foot_FK_{Left|Right} : foot -> toe ; control
    UpLeg_IK_{Left|Right} < Ctrl_Hips_Free : hip -> knee ; control
    Leg_IK_{Left|Right} < UpLeg_IK_{Left|Right} : knee -> ankle ; control
    Ctrl_Foot_IK_{Left|Right} < Ctrl_Master : ankle -> ankle +(0, -0.15, 0) ; control prop=ik_fk_switch
    Foot_IK_{Left|Right} < Ctrl_Foot_IK_{Left|Right} : ankle -> foot ; control
    Ctrl_Toe_IK_{Left|Right} < Foot_IK_{Left|Right} : foot -> toe ; control
    Ctrl_LegPole_IK_{Left|Right} < Ctrl_Foot_IK_{Left|Right} : knee +(0, -0.4, 0) -> knee +(0, -0.45, 0) ; control
    Ctrl_Hand_IK_{Left|Right} < Ctrl_Master : wrist -> middle1 ; control prop=ik_fk_switch
    Ctrl_ArmPole_IK_{Left|Right} < Ctrl_Hips : elbow +(0, 0.4, 0) -> elbow +(0, 0.45, 0) ; control
"""


def _blends() -> tuple[FkIkBlend, ...]:
    found = []
    for side in ("Left", "Right"):
        legs = [("UpLeg", "Ctrl_UpLeg", "UpLeg"), ("Leg", "Ctrl_Leg", "Leg"), ("Foot", "Foot", "Foot"),
                ("ToeBase", "Ctrl_Toe", "Ctrl_Toe")]  # fmt: skip
        arms = [
            ("Arm", "Ctrl_Arm", "Arm"),
            ("ForeArm", "Ctrl_ForeArm", "ForeArm"),
            ("Hand", "Ctrl_Hand", "Ctrl_Hand"),
        ]
        for rows, switch in ((legs, f"Ctrl_Foot_IK_{side}"), (arms, f"Ctrl_Hand_IK_{side}")):
            for bone, fk, ik in rows:
                found.append(FkIkBlend(f"mixamorig:{side}{bone}", f"{fk}_FK_{side}", f"{ik}_IK_{side}", switch,
                                   "ik_fk_switch", 1.0))  # fmt: skip
    return tuple(found)


CONTROL = RigSpec(
    name="mixamo_control",
    label="Mixamo control rig",
    family=("mixamo_control", "mixamo_ctrl", "mixamo_rig", "mixamo"),
    source="Bone tree of an exported character that wears Adobe's control rig (Ctrl_Hips_Free, Ctrl_UpLeg_FK_Left, "
    "Ctrl_Foot_IK_Left), as gltfjsx lists it in public React scenes; the mechanism is simplified",
    build=Proportions(height=1.75, arms_down=2.0, legs_out=2.0),
    root="Ctrl_Master",
    lines=_CONTROLS + _LINES.replace("P:", "mixamorig:"),
    expected=body_joints(
        pelvis="Ctrl_Hips", hip="Ctrl_UpLeg_FK_{Left|Right}", knee="Ctrl_Leg_FK_{Left|Right}",
        ankle="Ctrl_Foot_FK_{Left|Right} / Foot_FK_{Left|Right}", foot="Ctrl_Toe_FK_{Left|Right}",
        collar="Ctrl_Shoulder_{Left|Right}", shoulder="Ctrl_Arm_FK_{Left|Right}",
        elbow="Ctrl_ForeArm_FK_{Left|Right}", wrist="Ctrl_Hand_FK_{Left|Right}", neck="Ctrl_Neck", head="Ctrl_Head",
        **finger_joints("mixamorig:{Left|Right}Hand<F><N>", _FINGERS),
    ),
    spine=("Ctrl_Spine", "Ctrl_Spine1", "Ctrl_Spine2"),
    position_overrides={
        "-pelvis": "mixamorig:Hips", "hip": "mixamorig:{Left|Right}UpLeg", "knee": "mixamorig:{Left|Right}Leg",
        "ankle": "mixamorig:{Left|Right}Foot", "foot": "mixamorig:{Left|Right}ToeBase",
        "collar": "mixamorig:{Left|Right}Shoulder", "shoulder": "mixamorig:{Left|Right}Arm",
        "elbow": "mixamorig:{Left|Right}ForeArm", "wrist": "mixamorig:{Left|Right}Hand",
        "-neck": "mixamorig:Neck", "-head": "mixamorig:Head",
    },
    blends=_blends(),
    ik_chains=tuple(
        IkChain(end, target, pole)
        for side in ("Left", "Right")
        for end, target, pole in (
            (f"Leg_IK_{side}", f"Ctrl_Foot_IK_{side}", f"Ctrl_LegPole_IK_{side}"),
            (f"ForeArm_IK_{side}", f"Ctrl_Hand_IK_{side}", f"Ctrl_ArmPole_IK_{side}"),
        )
    ),
    copied=tuple(
        (f"mixamorig:{bone}", control)
        for bone, control in (
            ("Hips", "Ctrl_Hips"), ("Spine", "Ctrl_Spine"), ("Spine1", "Ctrl_Spine1"), ("Spine2", "Ctrl_Spine2"),
            ("Neck", "Ctrl_Neck"), ("Head", "Ctrl_Head"), ("LeftShoulder", "Ctrl_Shoulder_Left"),
            ("RightShoulder", "Ctrl_Shoulder_Right"),
        )
    ),
)  # fmt: skip

SPECS = (MIXAMO, NO_PREFIX, CONTROL)
