# SPDX-License-Identifier: GPL-3.0-or-later
"""Unity's humanoid bones (VRM 0 uses the same names), VRM 1, which counts the thumb from its metacarpal, and VRoid.

Sources: docs.unity3d.com/ScriptReference/HumanBodyBones; ``humanoid.md`` of the VRMC_vrm-1.0 specification
(github.com/vrm-c/vrm-specification); the node names of VRoid Studio's exports ("J_Bip_C_Hips").
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
