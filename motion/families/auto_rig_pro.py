# SPDX-License-Identifier: GPL-3.0-or-later
"""Auto-Rig Pro: the control rig (its FK controls are keyed), and the skeleton that it exports to games.

``c_root_master.x`` carries the body, ``c_pos`` and ``c_traj`` the character. In the exported skeleton ``root.x`` is
the hips, and a limb is named after the bone that stretches. Sources: lucky3d.fr/auto-rig-pro/doc ("Auto-Rig" and
"Export"); bone lists in github.com/Taremin/Auto-Rig-Pro-Migration-Helper.
"""

from __future__ import annotations

from .base import Family, both_sides, hands

AUTO_RIG_PRO = Family(
    "auto_rig_pro",
    "Auto-Rig Pro",
    both_sides(
        {"pelvis": ("c_root_master.x",), "spine1": ("c_spine_01.x",), "spine2": ("c_spine_02.x",),
         "spine3": ("c_spine_03.x",), "neck": ("c_neck.x",), "head": ("c_head.x",), "jaw": ("c_jawbone.x",)},
        {"hip": ("c_thigh_fk.{}",), "knee": ("c_leg_fk.{}",), "ankle": ("c_foot_fk.{}",), "foot": ("c_toes_fk.{}",),
         "collar": ("c_shoulder.{}",), "shoulder": ("c_arm_fk.{}",), "elbow": ("c_forearm_fk.{}",),
         "wrist": ("c_hand_fk.{}",)},
        "l", "r",
    ) | hands("c_{finger}{knuckle}.{side}", "l", "r"),
    root=("c_traj", "c_pos"),
    controls=True,
    at_rest=("c_root.x",),
    switches=tuple((f"c_{end}_ik.{side}", "ik_fk_switch", 1.0) for end in ("hand", "foot") for side in "lr"),
)  # fmt: skip

AUTO_RIG_PRO_EXPORT = Family(
    "auto_rig_pro_export",
    "Auto-Rig Pro export",
    both_sides(
        {"pelvis": ("root.x",), "spine1": ("spine_01.x",), "spine2": ("spine_02.x",), "spine3": ("spine_03.x",),
         "neck": ("neck.x",), "head": ("head.x",), "jaw": ("jawbone.x", "c_jawbone.x")},
        {"hip": ("thigh_stretch.{}",), "knee": ("leg_stretch.{}",), "ankle": ("foot.{}",), "foot": ("toes_01.{}",),
         "collar": ("shoulder.{}",), "shoulder": ("arm_stretch.{}",), "elbow": ("forearm_stretch.{}",),
         "wrist": ("hand.{}",)},
        "l", "r",
    ) | hands(("{finger}{knuckle}.{side}", "c_{finger}{knuckle}.{side}"), "l", "r"),
    root=("root", "c_traj", "c_pos"),
)  # fmt: skip
