# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixamo characters ("mixamorig:Hips"), and the many rigs that use the same names with another or no prefix.

The names are also those of Autodesk's HumanIK, Ready Player Me and Rokoko. ``MIXAMO_CONTROL`` is the control rig that
Adobe's add-on for Blender puts on top of them. Sources: Adobe's Mixamo FBX files; ``definitions/naming.py`` of the
add-on (github.com/tdw46/mixamo_blender4-main).
"""

from __future__ import annotations

from .base import Family, IkLimb, both_sides, hands

MIXAMO = Family(
    "mixamo",
    "Mixamo",
    both_sides(
        {"pelvis": ("Hips",), "spine1": ("Spine",), "spine2": ("Spine1",), "spine3": ("Spine2",),
         "neck": ("Neck",), "head": ("Head",), "jaw": ("Jaw",)},
        {"hip": ("{}UpLeg",), "knee": ("{}Leg",), "ankle": ("{}Foot",), "foot": ("{}ToeBase", "{}Toe"),
         "collar": ("{}Shoulder",), "shoulder": ("{}Arm",), "elbow": ("{}ForeArm",), "wrist": ("{}Hand",)},
        "Left", "Right",
    ) | hands("{side}Hand{finger}{knuckle}", "Left", "Right"),
    root=("Root", "Reference", "Armature"),
)  # fmt: skip


def _ik(end: str, limb: str, word: str, side: str) -> IkLimb:
    """Return the IK limb of one side.

    Parameters
    ----------
    end : str
        "ankle" or "wrist".
    limb : str
        "Leg" or "Arm" in the name of the pole target.
    part : str
        "Foot" or "Hand" in the names of controls.
    side : str
        "Left" or "Right".
    """
    control = f"Ctrl_{word}_IK_{side}"
    foot = word == "Foot"
    return IkLimb(
        f"{side.lower()}_{end}",
        control,
        pole=f"Ctrl_{limb}Pole_IK_{side}",
        toe=f"Ctrl_Toe_IK_{side}" if foot else None,
        further=(f"Ctrl_FootRoll_Cursor_{side}", f"Ctrl_Foot_01_{side}") if foot else (),
        on=((control, "ik_fk_switch", 0.0),),
        off=((control, "ik_fk_switch", 1.0),),
    )


MIXAMO_CONTROL = Family(
    "mixamo_control",
    "Mixamo control rig",
    both_sides(
        {"pelvis": ("Ctrl_Hips",), "spine1": ("Ctrl_Spine",), "spine2": ("Ctrl_Spine1",),
         "spine3": ("Ctrl_Spine2",), "neck": ("Ctrl_Neck",), "head": ("Ctrl_Head",)},
        {"hip": ("Ctrl_UpLeg_FK_{}",), "knee": ("Ctrl_Leg_FK_{}",), "ankle": ("Ctrl_Foot_FK_{}",),
         "foot": ("Ctrl_Toe_FK_{}",), "collar": ("Ctrl_Shoulder_{}",), "shoulder": ("Ctrl_Arm_FK_{}",),
         "elbow": ("Ctrl_ForeArm_FK_{}",), "wrist": ("Ctrl_Hand_FK_{}",)},
        "Left", "Right",
    ) | hands(
        ("Ctrl_{finger}{knuckle}_{side}", "mixamorig:{side}Hand{finger}{knuckle}", "{side}Hand{finger}{knuckle}"),
        "Left", "Right",
    ),
    root=("Ctrl_Master",),
    controls=True,
    at_rest=("Ctrl_Hips_Free",),
    # by Child Of constraints; the hands below the finger controls by Copy Rotation
    follows={
        control.format(side): above.format(side)
        for side in ("Left", "Right")
        for control, above in (("Ctrl_Foot_IK_{}", "Ctrl_Master"), ("Ctrl_Hand_IK_{}", "Ctrl_Master"),
                               ("Ctrl_LegPole_IK_{}", "Ctrl_Foot_IK_{}"), ("Ctrl_ArmPole_IK_{}", "Ctrl_Hips"),
                               ("mixamorig:{}Hand", "Ctrl_Hand_FK_{}"), ("{}Hand", "Ctrl_Hand_FK_{}"))
    },
    placed={f"Ctrl_Arm_FK_{side}": f"Ctrl_Shoulder_{side}" for side in ("Left", "Right")},
    switches=tuple(
        (f"Ctrl_{end}_IK_{side}", "ik_fk_switch", 1.0) for end in ("Hand", "Foot") for side in ("Left", "Right")
    ),
    ik=tuple(
        limb for side in ("Left", "Right")
        for limb in (_ik("ankle", "Leg", "Foot", side), _ik("wrist", "Arm", "Hand", side))
    ),
)  # fmt: skip
