# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones of made-up birds and animals with four legs, in Blender's world: metres, Z up, facing -Y."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

Triple = tuple[float, float, float]
BoneLine = tuple[str, str, Triple, Triple]
"""Name, name of the parent ("" for none), head and tail."""


def _chain(name: str, parent: str, points: list[Triple]) -> list[BoneLine]:
    result: list[BoneLine] = []
    for k, (head, tail) in enumerate(pairwise(points)):
        result.append((name.format(k + 1), parent, head, tail))
        parent = name.format(k + 1)
    return result


def _both(name: str, parent: str, points: list[Triple]) -> list[BoneLine]:
    result = []
    for side, sign in (("L", 1.0), ("R", -1.0)):
        mirrored = [(sign * x, y, z) for x, y, z in points]
        result += _chain(name.replace("{S}", side), parent.replace("{S}", side), mirrored)
    return result


def make_bird(
    legs: float = 0.4, lean: float = 60.0, wing: str = "wing{}.{S}", leg: str = "leg{}.{S}", tail: bool = True
) -> tuple[BoneLine, ...]:
    """Return the bones of a bird with spread wings.

    Parameters
    ----------
    legs : float
        Length of the legs, metres.
    lean : float
        Angle of the trunk with the floor, degrees.
    wing, leg : str
        Patterns of the names, with a number and ``{S}`` for the side.
    tail : bool
        Whether it has a tail.
    """
    up, ahead = np.sin(np.radians(lean)), -np.cos(np.radians(lean))
    bones = [("root", "", (0.0, 0.0, 0.0), (0.0, 0.0, 0.1))]
    trunk = [(0.0, float(ahead * k), legs + float(up * k)) for k in (0.0, 0.08, 0.16, 0.24)]
    bones += _chain("body{}", "root", trunk)
    top = trunk[-1]
    bones += _chain("neck{}", "body3", [(0.0, top[1] - 0.02 * k, top[2] + 0.07 * k) for k in range(3)])
    bones += _chain("head{}", "neck2", [(0.0, top[1] - 0.04 - 0.05 * k, top[2] + 0.14) for k in range(3)])
    if tail:
        bones += _chain("tail{}", "body1", [(0.0, 0.06 + 0.08 * k, legs - 0.02) for k in range(4)])
    bones += _both(leg, "body1", [
        (0.05, 0.0, legs - 0.01), (0.06, -0.25 * legs, 0.68 * legs), (0.06, 0.15 * legs, 0.3 * legs), (0.06, 0.0, 0.03),
        (0.06, -0.09, 0.01),
    ])  # fmt: skip
    spread = [(0.04, 0.0, 0.0), (0.2, 0.06, 0.0), (0.4, -0.06, 0.0), (0.58, 0.05, 0.0), (0.75, 0.08, 0.0)]
    bones += _both(wing, "body3", [(x, top[1] + y, top[2]) for x, y, z in spread])
    return tuple(bones)


BIRD_NAMES = {
    "Rigify": ("{part}.{S}", ("thigh", "shin", "foot", "toe"), ("upper_arm", "forearm", "hand", "palm"),
               ("spine", "spine.001", "spine.002", "spine.003", "spine.006")),
    "Mixamo": ("{Side}{part}", ("UpLeg", "Leg", "Foot", "ToeBase"), ("Arm", "ForeArm", "Hand", "HandMiddle1"),
               ("Hips", "Spine", "Spine1", "Neck", "Head")),
    "Unreal": ("{part}_{s}", ("thigh", "calf", "foot", "ball"), ("upperarm", "lowerarm", "hand", "middle_01"),
               ("pelvis", "spine_01", "spine_02", "neck_01", "head")),
}  # fmt: skip
"""For each family of human rigs: pattern of a limb's names, names of legs and of arms, and of the middle."""


def make_named_bird(family: str, lean: float) -> tuple[BoneLine, ...]:
    """Return a bird whose bones all have the names of a family of human rigs."""
    pattern, leg, wing, middle = BIRD_NAMES[family]
    names = dict(zip(("body1", "body2", "body3", "neck1", "head1"), middle, strict=True))
    for side in ("left", "right"):
        letter = side[0].upper()
        for limb, parts in (("leg", leg), ("wing", wing)):
            for k, part in enumerate(parts, 1):
                names[f"{limb}{k}.{letter}"] = pattern.format(
                    part=part, S=letter, s=side[0], Side=side.title()
                )
    bones = make_bird(0.4, lean, tail=lean < 80.0)
    return tuple((names.get(n, n), names.get(p, p), head, tail) for n, p, head, tail in bones)


def make_four_legged(
    height: float = 0.6, neck: float = 0.4, fore: str = "front_leg{}.{S}", hind: str = "back_leg{}.{S}"
) -> tuple[BoneLine, ...]:
    """Return the bones of an animal with four legs: its height at the hips and the rise of its neck, metres."""
    length = 1.1 * height
    bones = [("root", "", (0.0, 0.0, 0.0), (0.0, 0.0, 0.1))]
    bones += _chain("spine{}", "root", [(0.0, length * (0.5 - 0.25 * k), height) for k in range(5)])
    top = -0.5 * length
    bones += _chain("neck{}", "spine4", [(0.0, top - 0.1 * k, height + neck * k / 2) for k in range(3)])
    bones += _chain("head{}", "neck2", [(0.0, top - 0.2 - 0.15 * k, height + neck) for k in range(2)])
    bones += _chain("tail{}", "spine1", [(0.0, 0.5 * length + 0.1 * k, height - 0.05 * k) for k in range(4)])
    bones += _both(hind, "spine1", [
        (0.1, 0.5 * length, 0.95 * height), (0.11, 0.4 * length, 0.6 * height), (0.11, 0.6 * length, 0.3 * height),
        (0.11, 0.55 * length, 0.08 * height), (0.11, 0.5 * length, 0.0),
    ])  # fmt: skip
    bones += _both(fore, "spine4", [
        (0.1, top, 0.8 * height), (0.11, top + 0.05, 0.52 * height), (0.11, top, 0.28 * height),
        (0.11, top, 0.08 * height), (0.11, top - 0.05, 0.0),
    ])  # fmt: skip
    return tuple(bones)
