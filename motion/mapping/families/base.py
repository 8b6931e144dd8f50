# SPDX-License-Identifier: GPL-3.0-or-later
"""How a family of rigs is described: names and conventions, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...skeleton import FINGERS


@dataclass(frozen=True)
class IkLimb:
    """How an arm or a leg of a control rig is driven by inverse kinematics.

    ``end``: the joint at the limb's end, "left_ankle" or "left_wrist". ``control``: the control that this joint
    follows in place and rotation. ``pole``: the control that the knee or elbow points at, None where there is none.
    ``toe``: the control that turns the toes while the limb is driven this way. ``middle``: the mechanism's bone from
    the knee or elbow on, where what its constraint makes of a limb depends on the bend that it starts from.
    ``further``: controls that have to stay at rest (foot roll, heel, spin).
    ``on``, ``off``: (bone, custom property, value) that choose inverse and forward kinematics.
    """

    end: str
    control: str
    pole: str | None = None
    toe: str | None = None
    middle: str | None = None
    further: tuple[str, ...] = ()
    on: tuple[tuple[str, str, float], ...] = ()
    off: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True)
class Family:
    """One naming convention.

    ``bones``: joint (of the body, the hands, "jaw") to the names that stand for it, the usual one first, without
    prefix. Case and separators do not count.
    ``root``: names of the separate bone above the hips.
    ``controls``: the bones are controls of a mechanism, so bones between them are never keyed.
    ``companions``: (joint, further bone) that turn together with the joint's own bone.
    ``at_rest``: further controls that have to stay at rest so that the mechanism follows the keyed ones.
    ``tweaks``: controls that bend what the keyed ones move; held at rest where they are found away from it.
    ``follows``: mechanism bone to the bone that its constraints make it follow, where that isn't its parent.
    ``placed``: control to the bone whose end it is put at by a constraint, while it turns with its parent.
    ``switches``: (bone, custom property, value) to be keyed.
    ``ik``: limbs that may be keyed by inverse kinematics instead.
    """

    name: str
    label: str
    bones: Mapping[str, tuple[str, ...]]
    root: tuple[str, ...] = ()
    controls: bool = False
    companions: tuple[tuple[str, str], ...] = ()
    at_rest: tuple[str, ...] = ()
    tweaks: tuple[str, ...] = ()
    follows: Mapping[str, str] = field(default_factory=dict)
    placed: Mapping[str, str] = field(default_factory=dict)
    switches: tuple[tuple[str, str, float], ...] = ()
    ik: tuple[IkLimb, ...] = ()


def both_sides(
    centre: Mapping[str, tuple[str, ...]],
    sides: Mapping[str, tuple[str, ...]],
    left: str | tuple[str, ...],
    right: str | tuple[str, ...],
) -> dict[str, tuple[str, ...]]:
    """Names of all joints; ``sides`` names them once ("hip": "{}UpLeg"), with ``{}`` where the side stands.

    A side that is written in several ways is a tuple: ``{0}`` stands for the first ("Left"), ``{1}`` for the second
    ("L").
    """
    bones = dict(centre)
    for side, words in (("left", left), ("right", right)):
        written = (words,) if isinstance(words, str) else words
        for joint, names in sides.items():
            bones[f"{side}_{joint}"] = tuple(name.format(*written) for name in names)
    return bones


FINGER_WORDS: Mapping[str, str] = {finger: finger.capitalize() for finger in FINGERS}
"""What most rigs call the fingers: "Index", "Middle", "Pinky", "Ring", "Thumb"."""


def hands(
    pattern: str | tuple[str, ...],
    left: str,
    right: str,
    words: Mapping[str, str] = FINGER_WORDS,
    knuckles: tuple[str, ...] = ("1", "2", "3"),
    thumb: tuple[str, ...] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Names of the finger joints from patterns such as "{side}Hand{finger}{knuckle}", the usual one first.

    ``words``: what the rig calls each finger; ``knuckles``: how it counts them from the palm outwards, which may be
    another way for the ``thumb``.
    """
    patterns = (pattern,) if isinstance(pattern, str) else pattern
    bones: dict[str, tuple[str, ...]] = {}
    for side, word in (("left", left), ("right", right)):
        for finger, name in words.items():
            counted = thumb if thumb is not None and finger == "thumb" else knuckles
            for number, knuckle in enumerate(counted, start=1):
                bones[f"{side}_{finger}{number}"] = tuple(
                    p.format(side=word, finger=name, knuckle=knuckle) for p in patterns
                )
    return bones
