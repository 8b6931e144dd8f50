# SPDX-License-Identifier: GPL-3.0-or-later
"""Auto-Rig Pro: the control rig (its FK controls are keyed), and the skeleton that it exports to games.

``c_root_master.x`` carries the body, ``c_pos`` and ``c_traj`` the character. In the exported skeleton ``root.x`` is
the hips, and a limb is named after the bone that stretches. Sources: lucky3d.fr/auto-rig-pro/doc ("Auto-Rig" and
"Export"); bone lists in github.com/Taremin/Auto-Rig-Pro-Migration-Helper.
"""

from __future__ import annotations

from .base import Family, IkLimb, name_both_sides, name_fingers


def _ik_limb(end: str, part: str, pole: str, side: str) -> IkLimb:
    """Return the IK limb of one side.

    Parameters
    ----------
    end : str
        "ankle" or "wrist".
    part : str
        "foot" or "hand" in the names of controls.
    pole : str
        Name of the pole target without the side.
    side : str
        "l" or "r".
    """
    control = f"c_{part}_ik.{side}"
    is_foot = part == "foot"
    return IkLimb(
        f"{'left' if side == 'l' else 'right'}_{end}",
        control,
        pole=f"{pole}.{side}",
        toe_control=f"c_toes_ik.{side}" if is_foot else None,
        resting_controls=tuple(f"{name}.{side}" for name in (_FOOT_CONTROLS if is_foot else _HAND_CONTROLS)),
        ik_switches=(
            (control, "ik_fk_switch", 0.0),
            (control, "auto_stretch", 0.0),
            # 0 parents the pole to the character, 1 to the hand or foot
            (f"{pole}.{side}", "pole_parent", 0.0),
        ),
        fk_switches=((control, "ik_fk_switch", 1.0),),
    )


_HAND_CONTROLS = ("c_hand_ik_offset",)
_FOOT_CONTROLS = ("c_foot_roll_cursor", "c_foot_01", "c_foot_ik_offset", "c_toes_pivot", "c_thigh_ik")

AUTO_RIG_PRO = Family(
    "auto_rig_pro",
    "Auto-Rig Pro",
    name_both_sides(
        {"pelvis": ("c_root_master.x",), "spine1": ("c_spine_01.x",), "spine2": ("c_spine_02.x",),
         "spine3": ("c_spine_03.x",), "neck": ("c_neck.x",), "head": ("c_head.x",), "jaw": ("c_jawbone.x",)},
        {"hip": ("c_thigh_fk.{}",), "knee": ("c_leg_fk.{}",), "ankle": ("c_foot_fk.{}",), "foot": ("c_toes_fk.{}",),
         "collar": ("c_shoulder.{}",), "shoulder": ("c_arm_fk.{}",), "elbow": ("c_forearm_fk.{}",),
         "wrist": ("c_hand_fk.{}",)},
        "l", "r",
    ) | name_fingers("c_{finger}{knuckle}.{side}", "l", "r"),
    root_names=("c_traj", "c_pos"),
    is_control_rig=True,
    resting_controls=("c_root.x", "c_thigh_b.l", "c_thigh_b.r"),
    # by Child Of constraints; fingers are children of the hand's deform bone, which copies its control
    constraint_parents={f"{control}.{side}": "c_traj" for side in "lr"
             for control in ("c_foot_ik", "c_hand_ik", "c_leg_pole", "c_arms_pole")}
    | {f"hand.{side}": f"c_hand_fk.{side}" for side in "lr"},
    switches=tuple((f"c_{end}_ik.{side}", "ik_fk_switch", 1.0) for end in ("hand", "foot") for side in "lr"),
    ik_limbs=tuple(
        limb for side in "lr"
        for limb in (_ik_limb("ankle", "foot", "c_leg_pole", side), _ik_limb("wrist", "hand", "c_arms_pole", side))
    ),
)  # fmt: skip

AUTO_RIG_PRO_EXPORT = Family(
    "auto_rig_pro_export",
    "Auto-Rig Pro export",
    name_both_sides(
        {"pelvis": ("root.x",), "spine1": ("spine_01.x",), "spine2": ("spine_02.x",), "spine3": ("spine_03.x",),
         "neck": ("neck.x",), "head": ("head.x",), "jaw": ("jawbone.x", "c_jawbone.x")},
        {"hip": ("thigh_stretch.{}",), "knee": ("leg_stretch.{}",), "ankle": ("foot.{}",), "foot": ("toes_01.{}",),
         "collar": ("shoulder.{}",), "shoulder": ("arm_stretch.{}",), "elbow": ("forearm_stretch.{}",),
         "wrist": ("hand.{}",)},
        "l", "r",
    ) | name_fingers(("{finger}{knuckle}.{side}", "c_{finger}{knuckle}.{side}"), "l", "r"),
    root_names=("root", "c_traj", "c_pos"),
)  # fmt: skip
