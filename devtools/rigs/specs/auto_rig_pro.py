# SPDX-License-Identifier: GPL-3.0-or-later
"""Auto-Rig Pro's control rig: FK and IK chains, deform bones between them, one switch a limb (1 is FK)."""

from __future__ import annotations

from ..body import Proportions
from ..spec import FkIkBlend, IkChain, RigSpec, body_joints, finger_joints, finger_lines

_F = "index middle ring pinky thumb"


def _blends() -> tuple[FkIkBlend, ...]:
    rows = []
    for side in "lr":
        for bone, fk, ik, switch in (
            ("thigh", "thigh_fk", "thigh_ik", "c_foot_ik"), ("leg", "leg_fk", "leg_ik", "c_foot_ik"),
            ("foot", "foot_fk", "foot_ik", "c_foot_ik"), ("toes_01", "c_toes_fk", "c_toes_ik", "c_foot_ik"),
            ("arm", "arm_fk", "arm_ik", "c_hand_ik"), ("forearm", "forearm_fk", "forearm_ik", "c_hand_ik"),
            ("hand", "c_hand_fk", "hand_ik", "c_hand_ik"),
        ):  # fmt: skip
            rows.append(
                FkIkBlend(
                    f"{bone}.{side}", f"{fk}.{side}", f"{ik}.{side}", f"{switch}.{side}", "ik_fk_switch", 1.0
                )
            )
    return tuple(rows)


AUTO_RIG_PRO = RigSpec(
    name="auto_rig_pro",
    label="Auto-Rig Pro",
    family=("auto_rig_pro", "arp"),
    source="Auto-Rig Pro's documentation of its controllers, and public tables of its bones and switches "
    "(c_thigh_fk.l, c_foot_ik.l with ik_fk_switch, arm_stretch.l); the mechanism is simplified",
    build=Proportions(height=1.75, arms_down=35.0, elbow_bend=8.0, legs_out=3.0, feet_out=8.0),
    root="c_traj",
    lines=f"""
    c_pos < - : @(0, 0, 0) -> @(0, 0.3, 0) ; control
    c_traj < c_pos : @(0, 0, 0) -> @(0, 0.2, 0) ; control
    c_root_master.x < c_traj : pelvis -> pelvis +(0, 0.1, 0) ; control
    c_root.x < c_root_master.x : belly -> pelvis ; control
    root.x < c_root.x : pelvis -> belly
    c_spine_01.x < c_root_master.x : belly -> belly>waist 0.5 ; control
    spine_01.x < c_spine_01.x : belly -> waist
    c_spine_02.x < spine_01.x : waist -> waist>chest 0.5 ; control
    spine_02.x < c_spine_02.x : waist -> chest
    c_spine_03.x < spine_02.x : chest -> chest>neck 0.5 ; control
    spine_03.x < c_spine_03.x : chest -> neck
    c_neck.x < spine_03.x : neck -> neck>head 0.5 ; control
    neck.x < c_neck.x : neck -> head
    c_head.x < neck.x : head -> top ; control
    head.x < c_head.x : head -> top
    c_jawbone.x < head.x : jaw -> chin ; control
    c_eye.{{l|r}} < head.x : eye -> eye +(0, -0.02, 0)
    c_shoulder.{{l|r}} < spine_03.x : collar -> shoulder ; control
    shoulder.{{l|r}} < c_shoulder.{{l|r}} : collar -> shoulder
    c_arm_fk.{{l|r}} < c_shoulder.{{l|r}} : shoulder -> elbow ; control
    arm_fk.{{l|r}} < c_arm_fk.{{l|r}} : shoulder -> elbow ; control
    c_forearm_fk.{{l|r}} < c_arm_fk.{{l|r}} : elbow -> wrist ; control
    forearm_fk.{{l|r}} < c_forearm_fk.{{l|r}} : elbow -> wrist ; control
    c_hand_fk.{{l|r}} < c_forearm_fk.{{l|r}} : wrist -> middle1 ; control
    arm_ik.{{l|r}} < c_shoulder.{{l|r}} : shoulder -> elbow ; control
    forearm_ik.{{l|r}} < arm_ik.{{l|r}} : elbow -> wrist ; control
    c_hand_ik.{{l|r}} < c_traj : wrist -> middle1 ; control prop=ik_fk_switch
    hand_ik.{{l|r}} < c_hand_ik.{{l|r}} : wrist -> middle1 ; control
    c_arms_pole.{{l|r}} < c_traj : elbow +(0, 0.45, 0) -> elbow +(0, 0.5, 0) ; control
    arm.{{l|r}} < shoulder.{{l|r}} : shoulder -> elbow ; control
    c_arm_twist_offset.{{l|r}} < arm.{{l|r}} : shoulder -> shoulder>elbow 0.5
    arm_stretch.{{l|r}} < arm.{{l|r}} : shoulder>elbow 0.5 -> elbow
    forearm.{{l|r}} < arm.{{l|r}} : elbow -> wrist ; control
    forearm_stretch.{{l|r}} < forearm.{{l|r}} : elbow -> elbow>wrist 0.5
    forearm_twist.{{l|r}} < forearm.{{l|r}} : elbow>wrist 0.5 -> wrist
    hand.{{l|r}} < forearm.{{l|r}} : wrist -> middle1
    {finger_lines("c_<F><N>.{l|r}", _F, "hand.{l|r}")}
    c_thigh_b.{{l|r}} < c_root.x : hip +(0, 0, 0.06) -> hip ; control
    c_thigh_fk.{{l|r}} < c_thigh_b.{{l|r}} : hip -> knee ; control
    thigh_fk.{{l|r}} < c_thigh_fk.{{l|r}} : hip -> knee ; control
    c_leg_fk.{{l|r}} < c_thigh_fk.{{l|r}} : knee -> ankle ; control
    leg_fk.{{l|r}} < c_leg_fk.{{l|r}} : knee -> ankle ; control
    c_foot_fk.{{l|r}} < c_leg_fk.{{l|r}} : ankle -> ankle +(0, -0.15, 0) ; control
    foot_fk.{{l|r}} < c_foot_fk.{{l|r}} : ankle -> foot ; control
    c_toes_fk.{{l|r}} < foot_fk.{{l|r}} : foot -> toe ; control
    thigh_ik.{{l|r}} < c_thigh_b.{{l|r}} : hip -> knee ; control
    leg_ik.{{l|r}} < thigh_ik.{{l|r}} : knee -> ankle ; control
    c_foot_ik.{{l|r}} < c_traj : ankle -> ankle +(0, -0.15, 0) ; control prop=ik_fk_switch
    c_foot_roll_cursor.{{l|r}} < c_foot_ik.{{l|r}} : heel +(0, 0.1, 0) -> heel +(0, 0.15, 0) ; control
    foot_ik.{{l|r}} < c_foot_ik.{{l|r}} : ankle -> foot ; control
    c_toes_ik.{{l|r}} < foot_ik.{{l|r}} : foot -> toe ; control
    c_leg_pole.{{l|r}} < c_traj : knee +(0, -0.45, 0) -> knee +(0, -0.5, 0) ; control
    thigh.{{l|r}} < root.x : hip -> knee ; control
    thigh_twist.{{l|r}} < thigh.{{l|r}} : hip -> hip>knee 0.5
    thigh_stretch.{{l|r}} < thigh.{{l|r}} : hip>knee 0.5 -> knee
    leg.{{l|r}} < thigh.{{l|r}} : knee -> ankle ; control
    leg_stretch.{{l|r}} < leg.{{l|r}} : knee -> knee>ankle 0.5
    leg_twist.{{l|r}} < leg.{{l|r}} : knee>ankle 0.5 -> ankle
    foot.{{l|r}} < leg.{{l|r}} : ankle -> foot
    toes_01.{{l|r}} < foot.{{l|r}} : foot -> toe
    """,
    expected=body_joints(
        pelvis="c_root_master.x / c_root.x", hip="c_thigh_fk.{l|r}", knee="c_leg_fk.{l|r}", ankle="c_foot_fk.{l|r}",
        foot="c_toes_fk.{l|r}", collar="c_shoulder.{l|r}", shoulder="c_arm_fk.{l|r}", elbow="c_forearm_fk.{l|r}",
        wrist="c_hand_fk.{l|r}", neck="c_neck.x", head="c_head.x", jaw="c_jawbone.x",
        **finger_joints("c_<F><N>.{l|r}", _F),
    ),
    spine=("c_spine_01.x", "c_spine_02.x", "c_spine_03.x"),
    position_overrides={
        "-pelvis": "root.x", "hip": "thigh_twist.{l|r}", "knee": "leg_stretch.{l|r}", "ankle": "foot.{l|r}",
        "foot": "toes_01.{l|r}", "collar": "shoulder.{l|r}", "shoulder": "c_arm_twist_offset.{l|r}",
        "elbow": "forearm_stretch.{l|r}", "wrist": "hand.{l|r}", "-neck": "neck.x", "-head": "head.x",
    },
    blends=_blends(),
    ik_chains=tuple(
        IkChain(end, target, pole)
        for side in "lr"
        for end, target, pole in (
            (f"leg_ik.{side}", f"c_foot_ik.{side}", f"c_leg_pole.{side}"),
            (f"forearm_ik.{side}", f"c_hand_ik.{side}", f"c_arms_pole.{side}"),
        )
    ),
)  # fmt: skip

SPECS = (AUTO_RIG_PRO,)
