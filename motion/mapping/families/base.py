# SPDX-License-Identifier: GPL-3.0-or-later
"""How the names and conventions of a rig family are described, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...skeleton import FINGERS


@dataclass(frozen=True)
class IkLimb:
    """How an arm or a leg of a control rig is driven by IK.

    Attributes
    ----------
    end_joint : str
        The joint at the limb's end, "left_ankle" or "left_wrist".
    control : str
        The control whose position and rotation this joint follows.
    pole : str or None
        The pole target of the knee or elbow.
    toe_control : str or None
        The control that rotates the toes while the limb is driven by IK.
    middle_bone : str or None
        The mechanism bone below the knee or elbow, if the result of its IK constraint depends on the bend it starts
        with.
    resting_controls : tuple of str
        Controls that have to stay at rest (foot roll, heel, spin).
    ik_switches, fk_switches : tuple of (bone, custom property, value)
        Values that choose IK and FK.
    """

    end_joint: str
    control: str
    pole: str | None = None
    toe_control: str | None = None
    middle_bone: str | None = None
    resting_controls: tuple[str, ...] = ()
    ik_switches: tuple[tuple[str, str, float], ...] = ()
    fk_switches: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True)
class Family:
    """The naming convention of a family of rigs.

    Attributes
    ----------
    name : str
        Identifier, stored in files.
    label : str
        Name to show.
    bone_names : joint name to names
        Names of the bones for the joints of the body, of the hands, and for "jaw", the usual one first, without
        prefix. Case and separators do not matter.
    root_names : tuple of str
        Names of the separate bone above the hips.
    is_control_rig : bool
        The bones are controls of a mechanism; bones between them are never keyed.
    companions : tuple of (joint, bone)
        Further bones that rotate together with the joint's own bone.
    resting_controls : tuple of str
        Further controls that have to stay at rest so that the mechanism follows the keyed ones.
    tweak_controls : tuple of str
        Controls that deform the result of the keyed ones; held at rest where they are found away from it.
    constraint_parents : bone name to bone name
        Mechanism bones that follow another bone than their parent because of constraints.
    position_parents : bone name to bone name
        Controls that a constraint moves to the end of another bone while they rotate with their parent.
    switches : tuple of (bone, custom property, value)
        Custom properties to be keyed.
    ik_limbs : tuple of IkLimb
        Limbs that can be driven by IK instead.
    """

    name: str
    label: str
    bone_names: Mapping[str, tuple[str, ...]]
    root_names: tuple[str, ...] = ()
    is_control_rig: bool = False
    companions: tuple[tuple[str, str], ...] = ()
    resting_controls: tuple[str, ...] = ()
    tweak_controls: tuple[str, ...] = ()
    constraint_parents: Mapping[str, str] = field(default_factory=dict)
    position_parents: Mapping[str, str] = field(default_factory=dict)
    switches: tuple[tuple[str, str, float], ...] = ()
    ik_limbs: tuple[IkLimb, ...] = ()


def name_both_sides(
    centre: Mapping[str, tuple[str, ...]],
    sides: Mapping[str, tuple[str, ...]],
    left: str | tuple[str, ...],
    right: str | tuple[str, ...],
) -> dict[str, tuple[str, ...]]:
    """Return the names of all joints, with those of both sides from one pattern each.

    Parameters
    ----------
    centre : joint name to names
        Joints of the trunk.
    sides : joint name without side to patterns
        Such as "hip": "{}UpLeg", with ``{}`` for the side.
    left, right : str or tuple of str
        How the side is written. If in several ways, ``{0}`` is the first ("Left") and ``{1}`` the second ("L").
    """
    bones = dict(centre)
    for side, side_names in (("left", left), ("right", right)):
        side_forms = (side_names,) if isinstance(side_names, str) else side_names
        for joint, names in sides.items():
            bones[f"{side}_{joint}"] = tuple(name.format(*side_forms) for name in names)
    return bones


FINGER_NAMES: Mapping[str, str] = {finger: finger.capitalize() for finger in FINGERS}
"""The usual names of the fingers: "Index", "Middle", "Pinky", "Ring", "Thumb"."""


def name_fingers(
    pattern: str | tuple[str, ...],
    left: str,
    right: str,
    finger_names: Mapping[str, str] = FINGER_NAMES,
    knuckles: tuple[str, ...] = ("1", "2", "3"),
    thumb: tuple[str, ...] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Return the names of the finger joints from patterns such as "{side}Hand{finger}{knuckle}".

    Parameters
    ----------
    pattern : str or tuple of str
        One pattern or several, the usual one first.
    left, right : str
        How the side is written.
    finger_names : finger to name
        The rig's name of each finger.
    knuckles : tuple of str
        How the rig counts the joints from the palm outwards.
    thumb : tuple of str, optional
        How it counts those of the thumb, if that is different.
    """
    patterns = (pattern,) if isinstance(pattern, str) else pattern
    bones: dict[str, tuple[str, ...]] = {}
    for side, side_name in (("left", left), ("right", right)):
        for finger, name in finger_names.items():
            finger_knuckles = thumb if thumb is not None and finger == "thumb" else knuckles
            for number, knuckle in enumerate(finger_knuckles, start=1):
                bones[f"{side}_{finger}{number}"] = tuple(
                    p.format(side=side_name, finger=name, knuckle=knuckle) for p in patterns
                )
    return bones
