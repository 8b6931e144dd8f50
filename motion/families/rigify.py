# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigify: the generated human rig (its FK controls are keyed) and the human metarig.

In the generated rig ``torso`` carries the body. ``hips`` and ``chest`` bend the spine through constraints, so they
stay at rest, and the ``spine_fk`` controls turn one segment each; the lower ones hang upside down under
``spine_fk.001``, which is why the pelvis segment ``spine_fk`` has to turn with the torso on its own.

Source of the names: Blender's own add-on (``rigify/metarigs/human.py`` and the rig that it generates).
"""

from __future__ import annotations

from .base import Family, both_sides, hands

_FINGERS = hands(
    "{finger}.{knuckle}.{side}", "L", "R",
    {"index": "f_index", "middle": "f_middle", "pinky": "f_pinky", "ring": "f_ring", "thumb": "thumb"},
    ("01", "02", "03"),
)  # fmt: skip

RIGIFY = Family(
    "rigify",
    "Rigify",
    both_sides(
        {"pelvis": ("torso",), "spine1": ("spine_fk.001",), "spine2": ("spine_fk.002",),
         "spine3": ("spine_fk.003",), "neck": ("neck",), "head": ("head",)},
        {"hip": ("thigh_fk.{}",), "knee": ("shin_fk.{}",), "ankle": ("foot_fk.{}",), "foot": ("toe_fk.{}",),
         "collar": ("shoulder.{}",), "shoulder": ("upper_arm_fk.{}",), "elbow": ("forearm_fk.{}",),
         "wrist": ("hand_fk.{}",)},
        "L", "R",
    ) | _FINGERS | {"jaw": ("jaw_master",)},
    root=("root",),
    controls=True,
    companions=(("pelvis", "spine_fk"),),
    at_rest=("hips", "chest"),
    follows={"MCH-torso.parent": "root", "ORG-shoulder.L": "shoulder.L", "ORG-shoulder.R": "shoulder.R"},
    switches=(
        *((f"{limb}_parent.{side}", "IK_FK", 1.0) for limb in ("upper_arm", "thigh") for side in "LR"),
        *((f"{limb}_parent.{side}", "FK_limb_follow", 0.0) for limb in ("upper_arm", "thigh") for side in "LR"),
        ("torso", "torso_parent", 1.0),
        # 1: turn with the bone below, as the keys assume; 0 would hold the torso's orientation
        ("torso", "neck_follow", 1.0),
        ("torso", "head_follow", 1.0),
    ),
)  # fmt: skip

RIGIFY_META = Family(
    "rigify_meta",
    "Rigify metarig",
    both_sides(
        {"pelvis": ("spine",), "spine1": ("spine.001",), "spine2": ("spine.002",), "spine3": ("spine.003",),
         "neck": ("spine.004",), "head": ("spine.006",)},
        {"hip": ("thigh.{}",), "knee": ("shin.{}",), "ankle": ("foot.{}",), "foot": ("toe.{}",),
         "collar": ("shoulder.{}",), "shoulder": ("upper_arm.{}",), "elbow": ("forearm.{}",), "wrist": ("hand.{}",)},
        "L", "R",
    ) | _FINGERS | {"jaw": ("jaw",)},
    root=("root",),
)  # fmt: skip
