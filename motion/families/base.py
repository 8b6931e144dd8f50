# SPDX-License-Identifier: GPL-3.0-or-later
"""How a family of rigs is described: names and conventions, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class IkLimb:
    """How an arm or a leg of a control rig is driven by inverse kinematics.

    ``end``: the joint at the limb's end, "left_ankle" or "left_wrist". ``control``: the control that this joint
    follows in place and rotation. ``pole``: the control that the knee or elbow points at, None where there is none.
    ``toe``: the control that turns the toes while the limb is driven this way.
    ``further``: controls that have to stay at rest (foot roll, heel, spin).
    ``on``, ``off``: (bone, custom property, value) that choose inverse and forward kinematics.
    """

    end: str
    control: str
    pole: str | None = None
    toe: str | None = None
    further: tuple[str, ...] = ()
    on: tuple[tuple[str, str, float], ...] = ()
    off: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True)
class Family:
    """One naming convention.

    ``bones``: SMPL joint to the names that stand for it, the usual one first, without prefix.
    ``root``: names of the separate bone above the hips.
    ``prefixed``: any prefix that all names share is welcome ("mixamorig:", "m_avg_"); else names match as they are.
    ``controls``: the bones are controls of a mechanism, so bones between them are never keyed.
    ``companions``: (joint, further bone) that turn together with the joint's own bone.
    ``at_rest``: further controls that have to stay at rest so that the mechanism follows the keyed ones.
    ``follows``: mechanism bone to the bone that its constraints make it follow, where that isn't its parent.
    ``switches``: (bone, custom property, value) to be keyed.
    ``ik``: limbs that may be keyed by inverse kinematics instead.
    """

    name: str
    label: str
    bones: Mapping[str, tuple[str, ...]]
    root: tuple[str, ...] = ()
    prefixed: bool = True
    controls: bool = False
    companions: tuple[tuple[str, str], ...] = ()
    at_rest: tuple[str, ...] = ()
    follows: Mapping[str, str] = field(default_factory=dict)
    switches: tuple[tuple[str, str, float], ...] = ()
    ik: tuple[IkLimb, ...] = ()


def both_sides(
    centre: Mapping[str, tuple[str, ...]], sides: Mapping[str, tuple[str, ...]], left: str, right: str
) -> dict[str, tuple[str, ...]]:
    """Names of all joints; ``sides`` names them once ("hip": "{}UpLeg"), with ``{}`` where the side stands."""
    bones = dict(centre)
    for joint, names in sides.items():
        bones[f"left_{joint}"] = tuple(n.format(left) for n in names)
        bones[f"right_{joint}"] = tuple(n.format(right) for n in names)
    return bones
