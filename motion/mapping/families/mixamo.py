# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixamo characters ("mixamorig:Hips"), and the many rigs that use the same names with another or no prefix.

The names are also those of Autodesk's HumanIK, Ready Player Me and Rokoko. ``MIXAMO_CONTROL`` is the control rig that
Adobe's add-on for Blender puts on top of them. Sources: Adobe's Mixamo FBX files; ``definitions/naming.py`` of the
add-on (github.com/tdw46/mixamo_blender4-main).
"""

from __future__ import annotations

from .base import Family, IkLimb, name_both_sides, name_fingers

MIXAMO = Family(
    "mixamo",
    "Mixamo",
    name_both_sides(
        {"pelvis": ("Hips",), "spine1": ("Spine",), "spine2": ("Spine1",), "spine3": ("Spine2",),
         "neck": ("Neck",), "head": ("Head",), "jaw": ("Jaw",)},
        {"hip": ("{}UpLeg",), "knee": ("{}Leg",), "ankle": ("{}Foot",), "foot": ("{}ToeBase", "{}Toe"),
         "collar": ("{}Shoulder",), "shoulder": ("{}Arm",), "elbow": ("{}ForeArm",), "wrist": ("{}Hand",)},
        "Left", "Right",
    ) | name_fingers("{side}Hand{finger}{knuckle}", "Left", "Right"),
    root_names=("Root", "Reference", "Armature"),
)  # fmt: skip


def _ik_limb(end: str, limb: str, part: str, side: str) -> IkLimb:
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
    control = f"Ctrl_{part}_IK_{side}"
    is_foot = part == "Foot"
    return IkLimb(
        f"{side.lower()}_{end}",
        control,
        pole=f"Ctrl_{limb}Pole_IK_{side}",
        toe_control=f"Ctrl_Toe_IK_{side}" if is_foot else None,
        resting_controls=(f"Ctrl_FootRoll_Cursor_{side}", f"Ctrl_Foot_01_{side}") if is_foot else (),
        ik_switches=((control, "ik_fk_switch", 0.0),),
        fk_switches=((control, "ik_fk_switch", 1.0),),
    )


MIXAMO_CONTROL = Family(
    "mixamo_control",
    "Mixamo control rig",
    name_both_sides(
        {"pelvis": ("Ctrl_Hips",), "spine1": ("Ctrl_Spine",), "spine2": ("Ctrl_Spine1",),
         "spine3": ("Ctrl_Spine2",), "neck": ("Ctrl_Neck",), "head": ("Ctrl_Head",)},
        {"hip": ("Ctrl_UpLeg_FK_{}",), "knee": ("Ctrl_Leg_FK_{}",), "ankle": ("Ctrl_Foot_FK_{}",),
         "foot": ("Ctrl_Toe_FK_{}",), "collar": ("Ctrl_Shoulder_{}",), "shoulder": ("Ctrl_Arm_FK_{}",),
         "elbow": ("Ctrl_ForeArm_FK_{}",), "wrist": ("Ctrl_Hand_FK_{}",)},
        "Left", "Right",
    ) | name_fingers(
        ("Ctrl_{finger}{knuckle}_{side}", "mixamorig:{side}Hand{finger}{knuckle}", "{side}Hand{finger}{knuckle}"),
        "Left", "Right",
    ),
    root_names=("Ctrl_Master",),
    is_control_rig=True,
    resting_controls=("Ctrl_Hips_Free",),
    # by Child Of constraints; the hands below the finger controls by Copy Rotation
    constraint_parents={
        control.format(side): above.format(side)
        for side in ("Left", "Right")
        for control, above in (("Ctrl_Foot_IK_{}", "Ctrl_Master"), ("Ctrl_Hand_IK_{}", "Ctrl_Master"),
                               ("Ctrl_LegPole_IK_{}", "Ctrl_Foot_IK_{}"), ("Ctrl_ArmPole_IK_{}", "Ctrl_Hips"),
                               ("mixamorig:{}Hand", "Ctrl_Hand_FK_{}"), ("{}Hand", "Ctrl_Hand_FK_{}"))
    },
    position_parents={f"Ctrl_Arm_FK_{side}": f"Ctrl_Shoulder_{side}" for side in ("Left", "Right")},
    switches=tuple(
        (f"Ctrl_{end}_IK_{side}", "ik_fk_switch", 1.0) for end in ("Hand", "Foot") for side in ("Left", "Right")
    ),
    ik_limbs=tuple(
        limb for side in ("Left", "Right")
        for limb in (_ik_limb("ankle", "Leg", "Foot", side), _ik_limb("wrist", "Arm", "Hand", side))
    ),
)  # fmt: skip
