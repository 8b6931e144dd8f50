# SPDX-License-Identifier: GPL-3.0-or-later
"""The rig of a family as data: one bone per line in a small language, and how its importer leaves it in Blender.

A line is ``name < parent : head -> tail ; flags``, for a bone without a parent ``name < - : head``. ``{l|r}`` in a line
makes two bones of it, left and right. A position is a point of :mod:`body`, ``a>b 0.4`` for a point between two points,
``@(x, y, z)`` in metres, or any of these ``+(x, y, z)``; x counts away from the middle. A bone without a tail ends at
the first child that continues the chain. Flags: "control" (does not deform), "loose" (inherits no rotation),
"mode=XYZ" (rotation mode), "prop=name" (a custom property, 0), "lock" (locks its location).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from .body import Point, Points, Proportions

_SIDES = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")
_TRIPLE = re.compile(r"\(\s*([^,()]+),\s*([^,()]+),\s*([^,()]+)\)")


@dataclass(frozen=True)
class BoneSpec:
    """A bone: rest head and tail in metres, in Blender's axes and world space, as if the object had no transform.

    Attributes
    ----------
    name, parent : str
        Bone names; a root bone has no parent.
    head, tail : (3,) metres
        Where it begins and ends.
    deform : bool
        Whether it deforms the mesh.
    inherits_rotation : bool
        Whether it inherits its parent's rotation.
    rotation_mode : str
        Blender's name of the rotation mode.
    prop : str, optional
        A custom property of the pose bone.
    lock_location : bool
        Whether its location is locked.
    """

    name: str
    parent: str | None
    head: Point
    tail: Point
    deform: bool = True
    inherits_rotation: bool = True
    rotation_mode: str = "QUATERNION"
    prop: str | None = None
    lock_location: bool = False


@dataclass(frozen=True)
class FkIkBlend:
    """An FK/IK switch: a bone copies its FK or IK counterpart, and a custom property chooses which.

    Attributes
    ----------
    bone, fk, ik : str
        The bone and the two that it can copy.
    switch : str
        Bone that has the property.
    prop : str
        Name of the property.
    fk_value : float
        Value at which FK is active.
    """

    bone: str
    fk: str
    ik: str
    switch: str
    prop: str
    fk_value: float


@dataclass(frozen=True)
class IkChain:
    """Blender's IK constraint over two bones: ``end`` reaches ``target``, bent towards ``pole`` if there is one."""

    end: str
    target: str
    pole: str


@dataclass(frozen=True)
class RigSpec:
    """A family's rig.

    Attributes
    ----------
    name, label : str
        Name on the command line, and in tables.
    family : tuple of str
        Families that recognition may return.
    source : str
        The public document or file that the bone list is from.
    lines : str
        The bones, in the language of this module.
    expected : mapping
        Joint to the right bone; "a / b" if both are right.
    spine : tuple of str
        Bones that may be mapped to spine1 to spine3, from below.
    build : Proportions
        Body that the bones are placed on.
    positions : str
        "measured" if positions come from the source, else "constructed".
    real : bool
        Whether the optional material has a real file of the family.
    scale, x_rotation : float
        The object's scale and its rotation about x in degrees, as the importer leaves them.
    units_per_metre : float
        World units for a metre, for importers that leave a character in centimetres or inches.
    axes : str
        "chain" (Y along the bone), "across" (X along it, as in FBX files) or "up" (all bones upright, as in glTF files
        whose nodes have no rotation).
    roll : float
        Largest bone roll in degrees; rolls are random but always the same.
    root : str, optional
        The root bone.
    position_overrides : mapping
        Joint to the bone whose head is the joint's position, if that is not the mapped bone.
    blends : tuple of FkIkBlend
        FK/IK switches.
    ik_chains : tuple of IkChain
        IK constraints.
    copied : tuple of (str, str)
        Bone, and the control whose transforms it copies.
    note : str
        A remark for the report.
    """

    name: str
    label: str
    family: tuple[str, ...]
    source: str
    lines: str
    expected: Mapping[str, str]
    spine: tuple[str, ...]
    build: Proportions = field(default_factory=Proportions)
    positions: str = "constructed"
    real: bool = False
    scale: float = 1.0
    x_rotation: float = 0.0
    units_per_metre: float = 1.0
    axes: str = "chain"
    roll: float = 0.0
    root: str | None = None
    position_overrides: Mapping[str, str] = field(default_factory=dict)
    blends: tuple[FkIkBlend, ...] = ()
    ik_chains: tuple[IkChain, ...] = ()
    copied: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @cached_property
    def bones(self) -> tuple[BoneSpec, ...]:
        """All bones, parents first. Raises ValueError with the line that can't be parsed."""
        points = self.build.points
        rows = [
            row
            for line in self.lines.splitlines()
            if line.strip()
            for row in _parse_line(line.strip(), points)
        ]
        return _add_tails(rows)

    @cached_property
    def joints(self) -> dict[str, tuple[str, ...]]:
        """Joint to the bones that are right for it."""
        bones_of: dict[str, tuple[str, ...]] = {}
        for joint, text in self.expected.items():
            for side, name in sided_names(joint):
                bones_of[name] = tuple(pick_side(choice.strip(), side) for choice in text.split(" / "))
        return bones_of

    @cached_property
    def position_bones(self) -> dict[str, str]:
        """Joint to the bone whose head is the joint's position."""
        bone_of = {joint: bones[0] for joint, bones in self.joints.items()}
        for joint, text in self.position_overrides.items():
            bone_of.update({name: pick_side(text, side) for side, name in sided_names(joint)})
        return bone_of


def sided_names(joint: str) -> Iterator[tuple[int, str]]:
    """Yield side and name of a joint: "hip" is "left_hip" and "right_hip", "-pelvis" is "pelvis" alone."""
    if joint.startswith("-"):
        yield 0, joint[1:]
    else:
        yield from ((0, f"left_{joint}"), (1, f"right_{joint}"))


def pick_side(text: str, side: int) -> str:
    """Return ``text`` with each ``{l|r}`` replaced by its choice for a side, 0 for left."""
    return _SIDES.sub(lambda match: match.group(1 + side), text)


def body_joints(**bones: str) -> dict[str, str]:
    """Return joints for :attr:`RigSpec.expected`: pelvis, neck, head and jaw are single, the others have sides."""
    return {(f"-{j}" if j in ("pelvis", "neck", "head", "jaw") else j): bone for j, bone in bones.items()}


def finger_joints(pattern: str, fingers: str, first: int = 1) -> dict[str, str]:
    """Return finger joints and their bones.

    Parameters
    ----------
    pattern : str
        Bone name with ``<F>`` for the finger and ``<N>`` for the number.
    fingers : str
        Names of index, middle, ring, pinky and thumb, in this order.
    first : int
        Number of each finger's first bone.
    """
    names = fingers.split()
    joints = ("index", "middle", "ring", "pinky", "thumb")
    return {
        f"{joint}{k}": pattern.replace("<F>", name).replace("<N>", str(first + k - 1))
        for joint, name in zip(joints, names, strict=True)
        for k in (1, 2, 3)
    }


def finger_lines(pattern: str, fingers: str, parent: str, first: int = 1, ends: bool = False) -> str:
    """Return lines for all finger bones.

    Parameters
    ----------
    pattern, fingers, first
        As in :func:`finger_joints`.
    parent : str
        Bone that fingers hang on; may contain ``<F>``.
    ends : bool
        Add a fourth bone to each finger.
    """
    rows = []
    for joint, name in zip(("index", "middle", "ring", "pinky", "thumb"), fingers.split(), strict=True):
        above = parent.replace("<F>", name)
        for k in range(1, 5 if ends else 4):
            bone = pattern.replace("<F>", name).replace("<N>", str(first + k - 1))
            tail = "" if k == 4 else f" -> {joint}{k + 1}"
            rows.append(f"{bone} < {above} : {joint}{k}{tail}")
            above = bone
    return "\n".join(rows)


def _parse_line(line: str, points: Points) -> Iterator[tuple[BoneSpec, bool]]:
    """Yield the bone or the two bones of a line, and whether the line states their tails."""
    for side in (0, 1) if _SIDES.search(line) else (0,):
        text, _, flags = pick_side(line, side).partition(";")
        try:
            name, rest = text.split(" < ", 1)
            parent, positions = rest.split(" : ", 1)
            head, _, tail = (part.strip() for part in positions.partition("->"))
            start = _parse_position(head, points, side)
            end = _parse_position(tail, points, side) if tail else start
        except (ValueError, KeyError) as error:
            raise ValueError(f"this line is not a bone: {line!r} ({error})") from error
        words = flags.split()
        values = dict(word.split("=", 1) for word in words if "=" in word)
        yield (
            BoneSpec(
                name.strip(), None if parent.strip() == "-" else parent.strip(), start, end,
                deform="control" not in words, inherits_rotation="loose" not in words,
                rotation_mode=values.get("mode", "QUATERNION"), prop=values.get("prop"), lock_location="lock" in words,
            ),
            bool(tail),
        )  # fmt: skip


def _parse_position(text: str, points: Points, side: int) -> Point:
    base, plus, shift = text.partition("+")
    base = base.strip()
    if base.startswith("@"):
        position = _parse_triple(base)
    elif ">" in base:
        names, fraction = base.rsplit(" ", 1)
        a, b = (points[name.strip()] for name in names.split(">"))
        position = a + float(fraction) * (b - a)
    else:
        position = points[base]
    position = np.array(position, dtype=float) + (_parse_triple(shift) if plus else 0.0)
    return position * np.array([-1.0 if side else 1.0, 1.0, 1.0])


def _parse_triple(text: str) -> Point:
    match = _TRIPLE.search(text)
    if match is None:
        raise ValueError(f"{text!r} is not a point")
    return np.array([float(number) for number in match.groups()])


def _add_tails(rows: list[tuple[BoneSpec, bool]]) -> tuple[BoneSpec, ...]:
    """Return the bones with their tails.

    A bone without a tail ends where the longest chain below it continues, or continues in its parent's direction.
    """
    height = max(float(bone.head[2]) for bone, _ in rows)
    by_name: dict[str, BoneSpec] = {}
    for bone, _ in rows:
        if bone.name in by_name:
            raise ValueError(f"two bones are called {bone.name}")
        if bone.parent is not None and bone.parent not in by_name:
            raise ValueError(f"{bone.name} comes before its parent {bone.parent}")
        by_name[bone.name] = bone
    chain_lengths = dict.fromkeys(by_name, 0)
    for bone, _ in reversed(rows):
        if bone.parent is not None:
            chain_lengths[bone.parent] = max(chain_lengths[bone.parent], chain_lengths[bone.name] + 1)
    result: dict[str, BoneSpec] = {}
    for bone, has_tail in rows:
        tail = (
            bone.tail
            if has_tail
            else _find_tail(bone, [b for b, _ in rows if b.parent == bone.name], chain_lengths, height)
        )
        if tail is None:
            above = result.get(bone.parent or "")
            direction = above.tail - above.head if above is not None else np.array([0.0, 0.0, 1.0])
            size = float(np.linalg.norm(direction))
            tail = bone.head + direction / max(size, 1e-9) * min(
                max(0.3 * size, 0.01 * height), 0.12 * height
            )
        result[bone.name] = replace(bone, tail=tail)
    return tuple(result.values())


def _find_tail(
    bone: BoneSpec, children: list[BoneSpec], chain_lengths: Mapping[str, int], height: float
) -> Point | None:
    candidates = [b for b in children if np.linalg.norm(b.head - bone.head) > 0.01 * height]
    if not candidates:
        return None
    # the chain of a body's middle continues in the middle, not in children at its sides
    middle = [b for b in candidates if abs(b.head[0]) < 1e-6] if abs(bone.head[0]) < 1e-6 else []
    longest = max(chain_lengths[b.name] for b in middle or candidates)
    longest_chains = [b for b in middle or candidates if chain_lengths[b.name] == longest]
    # of chains that are equally long the one that begins farthest away: a middle finger, the ball of a foot
    return max(longest_chains, key=lambda b: float(np.linalg.norm(b.head - bone.head))).head
