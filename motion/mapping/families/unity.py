# SPDX-License-Identifier: GPL-3.0-or-later
"""Unity's humanoid bones (VRM 0 uses the same names), VRM 1, which counts the thumb from its metacarpal, and VRoid.

Sources: docs.unity3d.com/ScriptReference/HumanBodyBones; ``humanoid.md`` of the VRMC_vrm-1.0 specification
(github.com/vrm-c/vrm-specification); the node names of VRoid Studio's exports ("J_Bip_C_Hips"); the armature that the
VRM add-on for Blender makes, and VRM's sample Seed-san, whose limbs have Rigify's names below ``hips``.
"""

from __future__ import annotations

from .base import Family, name_both_sides, name_fingers

_FINGER_NAMES = {"index": "Index", "middle": "Middle", "pinky": "Little", "ring": "Ring", "thumb": "Thumb"}
_KNUCKLES = ("Proximal", "Intermediate", "Distal")
_SIDES = (("Left", "L"), ("Right", "R"))
_FINGERS = ("{side}{finger}{knuckle}", "{side}Hand{finger}{knuckle}")
_BODY = name_both_sides(
    {"pelvis": ("Hips",), "spine1": ("Spine",), "spine2": ("Chest",), "spine3": ("UpperChest", "Upper_Chest"),
     "neck": ("Neck",), "head": ("Head",), "jaw": ("Jaw",)},
    {"hip": ("{0}UpperLeg", "UpperLeg_{1}", "{1}_UpperLeg"), "knee": ("{0}LowerLeg", "LowerLeg_{1}", "{1}_LowerLeg"),
     "ankle": ("{0}Foot", "Foot_{1}", "{1}_Foot"),
     "foot": ("{0}Toes", "{0}Toe", "{0}ToeBase", "Toes_{1}", "Toe_{1}", "ToeBase_{1}"),
     "collar": ("{0}Shoulder", "Shoulder_{1}", "{1}_Shoulder"),
     "shoulder": ("{0}UpperArm", "UpperArm_{1}", "{1}_UpperArm"),
     "elbow": ("{0}LowerArm", "LowerArm_{1}", "{1}_LowerArm"), "wrist": ("{0}Hand", "Hand_{1}", "{1}_Hand")},
    *_SIDES,
)  # fmt: skip

UNITY = Family(
    "unity",
    "Unity humanoid / VRM 0",
    _BODY | name_fingers(_FINGERS, "Left", "Right", _FINGER_NAMES, _KNUCKLES),
    root_names=("Root", "Armature"),
)

VRM_1 = Family(
    "vrm1",
    "VRM 1",
    _BODY
    | name_fingers(
        _FINGERS, "Left", "Right", _FINGER_NAMES, _KNUCKLES, thumb=("Metacarpal", "Proximal", "Distal")
    ),
    root_names=("Root", "Armature"),
)

_ADDON_SIDES = ("L", "R")
_ADDON_BODY = name_both_sides(
    {"pelvis": ("hips",), "spine1": ("spine",), "spine2": ("chest",), "spine3": ("upper_chest",), "neck": ("neck",),
     "head": ("head",), "jaw": ("jaw",)},
    {"hip": ("upper_leg.{}",), "knee": ("lower_leg.{}",), "ankle": ("foot.{}",), "foot": ("toes.{}",),
     "collar": ("shoulder.{}",), "shoulder": ("upper_arm.{}",), "elbow": ("lower_arm.{}",), "wrist": ("hand.{}",)},
    *_ADDON_SIDES,
)  # fmt: skip
_ADDON_FINGERS = ("{finger}.{knuckle}.{side}", "{finger}_{knuckle}.{side}")

VRM_ADDON = Family(
    "vrm_addon",
    "VRM add-on",
    _ADDON_BODY
    | name_fingers(
        _ADDON_FINGERS,
        *_ADDON_SIDES,
        {name: label.lower() for name, label in _FINGER_NAMES.items()},
        tuple(knuckle.lower() for knuckle in _KNUCKLES),
    ),
    root_names=("root",),
)

VRM_RIGIFY = Family(
    "vrm_rigify",
    "VRM with Rigify's names",
    name_both_sides(
        {"pelvis": ("hips", "hip", "pelvis"), "spine1": ("spine",), "spine2": ("chest", "spine.001"),
         "spine3": ("upper_chest", "chest", "spine.002", "spine.001"), "neck": ("neck",), "head": ("head",)},
        {"hip": ("thigh.{}",), "knee": ("shin.{}",), "ankle": ("foot.{}",), "foot": ("toe.{}",),
         "collar": ("shoulder.{}",), "shoulder": ("upper_arm.{}",), "elbow": ("forearm.{}",), "wrist": ("hand.{}",)},
        *_ADDON_SIDES,
    ),
    root_names=("root",),
)  # fmt: skip

VROID = Family(
    "vroid",
    "VRoid",
    name_both_sides(
        {"pelvis": ("J_Bip_C_Hips",), "spine1": ("J_Bip_C_Spine",), "spine2": ("J_Bip_C_Chest",),
         "spine3": ("J_Bip_C_UpperChest",), "neck": ("J_Bip_C_Neck",), "head": ("J_Bip_C_Head",)},
        {joint: (f"J_Bip_{{}}_{name}", f"J_Bip_{name}_{{}}") for joint, name in {
            "hip": "UpperLeg", "knee": "LowerLeg", "ankle": "Foot", "foot": "ToeBase", "collar": "Shoulder",
            "shoulder": "UpperArm", "elbow": "LowerArm", "wrist": "Hand"}.items()},
        "L", "R",
    ) | name_fingers(("J_Bip_{side}_{finger}{knuckle}", "J_Bip_{finger}{knuckle}_{side}"), "L", "R", _FINGER_NAMES),
    root_names=("Root",),
)  # fmt: skip
