# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigify: the generated human rig (its FK controls are keyed) and the human metarig.

In the generated rig ``torso`` carries the body. ``hips`` and ``chest`` bend the spine through constraints, so they
stay at rest, and the ``spine_fk`` controls rotate one segment each. The lower ones are parented upside down below
``spine_fk.001``, which is why the pelvis segment ``spine_fk`` has to be rotated with the torso.

Source of the names: Blender's own add-on (``rigify/metarigs/human.py`` and the rig that it generates).
"""

from __future__ import annotations

from .base import Family, IkLimb, name_both_sides, name_fingers

_FINGERS = name_fingers(
    "{finger}.{knuckle}.{side}", "L", "R",
    {"index": "f_index", "middle": "f_middle", "pinky": "f_pinky", "ring": "f_ring", "thumb": "thumb"},
    ("01", "02", "03"),
)  # fmt: skip

_ROOT_PARENT = 1.0  # the first of the bones that IK controls and poles may be parented to


def _ik_limb(end: str, limb: str, control: str, side: str) -> IkLimb:
    """Return the IK limb of one side.

    Parameters
    ----------
    end : str
        "ankle" or "wrist".
    limb : str
        "thigh" or "upper_arm" in the names of switches and pole targets.
    control : str
        "foot_ik" or "hand_ik".
    side : str
        "L" or "R".
    """
    switch = f"{limb}_parent.{side}"
    is_foot = control == "foot_ik"
    return IkLimb(
        f"{'left' if side == 'L' else 'right'}_{end}",
        f"{control}.{side}",
        pole=f"{limb}_ik_target.{side}",
        toe_control=f"toe_ik.{side}" if is_foot else None,
        # its bones may stretch by 10 %, and stretch rather than bend unless they are bent already
        middle_bone=f"MCH-{'shin' if is_foot else 'forearm'}_ik.{side}",
        resting_controls=(f"{limb}_ik.{side}", *((f"foot_spin_ik.{side}", f"foot_heel_ik.{side}") if is_foot else ())),
        ik_switches=(
            (switch, "IK_FK", 0.0), (switch, "IK_Stretch", 0.0), (switch, "pole_vector", 1.0),
            (switch, "IK_parent", _ROOT_PARENT), (switch, "pole_parent", _ROOT_PARENT),
        ),
        fk_switches=((switch, "IK_FK", 1.0),),
    )  # fmt: skip


RIGIFY = Family(
    "rigify",
    "Rigify",
    name_both_sides(
        {"pelvis": ("torso",), "spine1": ("spine_fk.001",), "spine2": ("spine_fk.002",),
         "spine3": ("spine_fk.003",), "neck": ("neck",), "head": ("head",)},
        {"hip": ("thigh_fk.{}",), "knee": ("shin_fk.{}",), "ankle": ("foot_fk.{}",), "foot": ("toe_fk.{}",),
         "collar": ("shoulder.{}",), "shoulder": ("upper_arm_fk.{}",), "elbow": ("forearm_fk.{}",),
         "wrist": ("hand_fk.{}",)},
        "L", "R",
    ) | _FINGERS | {"jaw": ("jaw_master",)},
    root_names=("root",),
    is_control_rig=True,
    companions=(("pelvis", "spine_fk"),),
    resting_controls=("hips", "chest"),
    tweak_controls=(
        "tweak_spine", *(f"tweak_spine.00{k}" for k in range(1, 6)),
        *(f"{part}_tweak.{side}{half}" for side in "LR" for part in ("upper_arm", "forearm", "thigh", "shin")
          for half in ("", ".001")),
        *(f"{part}_tweak.{side}" for side in "LR" for part in ("hand", "foot")),
        *(f"{finger}.01_master.{side}" for side in "LR"
          for finger in ("f_index", "f_middle", "f_ring", "f_pinky", "thumb")),
    ),
    constraint_parents={
        "MCH-torso.parent": "root", "ORG-shoulder.L": "shoulder.L", "ORG-shoulder.R": "shoulder.R",
        # fingers are children of the hand's deform bone, the jaw of a bone that copies the head
        "DEF-hand.L": "hand_fk.L", "DEF-hand.R": "hand_fk.R", "ORG-spine.006": "head",
        **{f"MCH-{control}.parent.{side}": "root" for side in "LR"
           for control in ("foot_ik", "hand_ik", "thigh_ik_target", "upper_arm_ik_target")},
    },
    switches=(
        *((f"{limb}_parent.{side}", "IK_FK", 1.0) for limb in ("upper_arm", "thigh") for side in "LR"),
        *((f"{limb}_parent.{side}", "FK_limb_follow", 0.0) for limb in ("upper_arm", "thigh") for side in "LR"),
        ("torso", "torso_parent", 1.0),
        # 1: rotate with the bone below, as the keys assume; 0 would keep the torso's orientation
        ("torso", "neck_follow", 1.0),
        ("torso", "head_follow", 1.0),
    ),
    ik_limbs=tuple(
        limb for side in "LR"
        for limb in (_ik_limb("ankle", "thigh", "foot_ik", side), _ik_limb("wrist", "upper_arm", "hand_ik", side))
    ),
)  # fmt: skip

RIGIFY_META = Family(
    "rigify_meta",
    "Rigify metarig",
    name_both_sides(
        {"pelvis": ("spine",), "spine1": ("spine.001",), "spine2": ("spine.002",), "spine3": ("spine.003",),
         "neck": ("spine.004",), "head": ("spine.006",)},
        {"hip": ("thigh.{}",), "knee": ("shin.{}",), "ankle": ("foot.{}",), "foot": ("toe.{}",),
         "collar": ("shoulder.{}",), "shoulder": ("upper_arm.{}",), "elbow": ("forearm.{}",), "wrist": ("hand.{}",)},
        "L", "R",
    ) | _FINGERS | {"jaw": ("jaw",)},
    root_names=("root",),
)  # fmt: skip
