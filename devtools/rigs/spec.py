# SPDX-License-Identifier: GPL-3.0-or-later
"""The rig of a family as data: bones in a small language, one a line, and how its importer leaves it in Blender.

A line: ``name < parent : place -> tail ; flags``. Without a parent: ``name < - : place``. ``{l|r}`` in a line makes two
bones of it, left and right. A place is a point of :mod:`body`, ``a>b 0.4`` for a point between two, ``@(x, y, z)`` for
metres, or any of them ``+(x, y, z)``; x counts away from the middle. Without a tail the bone ends at its first child
that goes on along the chain. Flags: ``control`` (does not deform), ``loose`` (inherits no rotation), ``mode=XYZ``
(rotation mode), ``prop=name`` (a custom property, at 0), ``lock`` (its location is locked).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from .body import Build, Point, Points

_SIDES = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")
_TRIPLE = re.compile(r"\(\s*([^,()]+),\s*([^,()]+),\s*([^,()]+)\)")


@dataclass(frozen=True)
class BoneSpec:
    """One bone: rest head and tail in metres, Blender's axes, in the world (the object's matrix is taken back)."""

    name: str
    parent: str | None
    head: Point
    tail: Point
    deform: bool = True
    inherits: bool = True
    mode: str = "QUATERNION"
    prop: str | None = None
    lock: bool = False


@dataclass(frozen=True)
class Blend:
    """A mechanism: ``bone`` copies ``fk`` or ``ik``; ``prop`` of bone ``switch`` chooses, FK where it is ``fk_at``."""

    bone: str
    fk: str
    ik: str
    switch: str
    prop: str
    fk_at: float


@dataclass(frozen=True)
class Reach:
    """Blender's IK: two bones up from ``end`` reach for ``target``, bent towards ``pole`` where there is one."""

    end: str
    target: str
    pole: str


@dataclass(frozen=True)
class RigSpec:
    """A family's rig.

    ``family``: names that recognition may give it. ``source``: the public document or file that the bone list is
    from. ``positions``: "measured" where places come from it, else "constructed" from its proportions and pose.
    ``real``: whether a real file of the family is at hand in the optional material. ``expected``: joint to bone;
    "a / b" where either is right. ``spine``: bones that may be taken for spine1 to spine3, from below.
    ``scale`` and ``turn``: the object's scale and rotation about x in degrees, as the importer leaves them.
    ``size``: world units for a metre, where the importer leaves a character in centimetres or inches.
    ``axes``: "chain" (Y along the bone), "across" (X along it, as node axes come through FBX) or "up" (all
    bones upright, as glTF nodes without rotation come). ``roll``: degrees, with a spread that is the same every time.
    ``measured``: joints whose place is read from another bone than the one that is keyed.
    """

    name: str
    label: str
    family: tuple[str, ...]
    source: str
    lines: str
    expected: Mapping[str, str]
    spine: tuple[str, ...]
    build: Build = field(default_factory=Build)
    positions: str = "constructed"
    real: bool = False
    scale: float = 1.0
    turn: float = 0.0
    size: float = 1.0
    axes: str = "chain"
    roll: float = 0.0
    root: str | None = None
    measured: Mapping[str, str] = field(default_factory=dict)
    blends: tuple[Blend, ...] = ()
    reaches: tuple[Reach, ...] = ()
    follows: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @cached_property
    def bones(self) -> tuple[BoneSpec, ...]:
        """All bones, parents first. Raises ``ValueError`` with the line that can't be read."""
        points = self.build.points
        rows = [
            row for line in self.lines.splitlines() if line.strip() for row in _rows(line.strip(), points)
        ]
        return _with_tails(rows)

    @cached_property
    def joints(self) -> dict[str, tuple[str, ...]]:
        """Joint to the bones that are right for it."""
        found: dict[str, tuple[str, ...]] = {}
        for joint, text in self.expected.items():
            for side, name in sided(joint):
                found[name] = tuple(pick(choice.strip(), side) for choice in text.split(" / "))
        return found

    @cached_property
    def readings(self) -> dict[str, str]:
        """Joint to the bone whose head shows where the joint is."""
        found = {joint: bones[0] for joint, bones in self.joints.items()}
        for joint, text in self.measured.items():
            found.update({name: pick(text, side) for side, name in sided(joint)})
        return found

    def pairs(self, text: str) -> list[str]:
        """A name with ``{l|r}`` as two names."""
        return [pick(text, side) for side in ((0, 1) if _SIDES.search(text) else (0,))]


def sided(joint: str) -> Iterator[tuple[int, str]]:
    """Side and name of a joint: "hip" is "left_hip" and "right_hip", "-pelvis" is "pelvis" alone."""
    if joint.startswith("-"):
        yield 0, joint[1:]
    else:
        yield from ((0, f"left_{joint}"), (1, f"right_{joint}"))


def pick(text: str, side: int) -> str:
    """``text`` with each ``{l|r}`` replaced by its choice for a side, 0 for left."""
    return _SIDES.sub(lambda match: match.group(1 + side), text)


def body_joints(**bones: str) -> dict[str, str]:
    """Joint names for :attr:`RigSpec.expected`: pelvis, neck and head stand in the middle, the others on both sides."""
    return {(f"-{j}" if j in ("pelvis", "neck", "head", "jaw") else j): bone for j, bone in bones.items()}


def hands(pattern: str, fingers: str, first: int = 1) -> dict[str, str]:
    """Finger joints: ``pattern`` with ``F`` for the finger and ``N`` for the number; ``fingers`` names index, middle,
    ring, pinky and thumb in this order."""
    names = fingers.split()
    joints = ("index", "middle", "ring", "pinky", "thumb")
    return {
        f"{joint}{k}": pattern.replace("<F>", name).replace("<N>", str(first + k - 1))
        for joint, name in zip(joints, names, strict=True)
        for k in (1, 2, 3)
    }


def finger_lines(pattern: str, fingers: str, parent: str, first: int = 1, ends: bool = False) -> str:
    """Lines for all finger bones, with ``<F>`` and ``<N>`` as in :func:`hands`; ``ends`` adds a fourth bone to each."""
    rows = []
    for joint, name in zip(("index", "middle", "ring", "pinky", "thumb"), fingers.split(), strict=True):
        above = parent.replace("<F>", name)
        for k in range(1, 5 if ends else 4):
            bone = pattern.replace("<F>", name).replace("<N>", str(first + k - 1))
            tail = "" if k == 4 else f" -> {joint}{k + 1}"
            rows.append(f"{bone} < {above} : {joint}{k}{tail}")
            above = bone
    return "\n".join(rows)


def _rows(line: str, points: Points) -> Iterator[tuple[BoneSpec, bool]]:
    """The bone or the two bones of a line, and whether the line says where they end."""
    for side in (0, 1) if _SIDES.search(line) else (0,):
        text, _, flags = pick(line, side).partition(";")
        try:
            name, rest = text.split(" < ", 1)
            parent, places = rest.split(" : ", 1)
            head, _, tail = (part.strip() for part in places.partition("->"))
            start = _place(head, points, side)
            end = _place(tail, points, side) if tail else start
        except (ValueError, KeyError) as error:
            raise ValueError(f"this line is not a bone: {line!r} ({error})") from error
        words = flags.split()
        said = dict(word.split("=", 1) for word in words if "=" in word)
        yield (
            BoneSpec(
                name.strip(), None if parent.strip() == "-" else parent.strip(), start, end,
                deform="control" not in words, inherits="loose" not in words,
                mode=said.get("mode", "QUATERNION"), prop=said.get("prop"), lock="lock" in words,
            ),
            bool(tail),
        )  # fmt: skip


def _place(text: str, points: Points, side: int) -> Point:
    base, plus, shift = text.partition("+")
    base = base.strip()
    if base.startswith("@"):
        at = _triple(base)
    elif ">" in base:
        names, share = base.rsplit(" ", 1)
        a, b = (points[name.strip()] for name in names.split(">"))
        at = a + float(share) * (b - a)
    else:
        at = points[base]
    at = np.array(at, dtype=float) + (_triple(shift) if plus else 0.0)
    return at * np.array([-1.0 if side else 1.0, 1.0, 1.0])


def _triple(text: str) -> Point:
    match = _TRIPLE.search(text)
    if match is None:
        raise ValueError(f"{text!r} is not a point")
    return np.array([float(number) for number in match.groups()])


def _with_tails(rows: list[tuple[BoneSpec, bool]]) -> tuple[BoneSpec, ...]:
    """Bones that end nowhere yet end where the longest chain below them goes on, or go on as their parent does."""
    height = max(float(bone.head[2]) for bone, _ in rows)
    by_name: dict[str, BoneSpec] = {}
    for bone, _ in rows:
        if bone.name in by_name:
            raise ValueError(f"two bones are called {bone.name}")
        if bone.parent is not None and bone.parent not in by_name:
            raise ValueError(f"{bone.name} comes before its parent {bone.parent}")
        by_name[bone.name] = bone
    below = dict.fromkeys(by_name, 0)
    for bone, _ in reversed(rows):
        if bone.parent is not None:
            below[bone.parent] = max(below[bone.parent], below[bone.name] + 1)
    result: dict[str, BoneSpec] = {}
    for bone, ended in rows:
        tail = (
            bone.tail if ended else _tail(bone, [b for b, _ in rows if b.parent == bone.name], below, height)
        )
        if tail is None:
            above = result.get(bone.parent or "")
            along = above.tail - above.head if above is not None else np.array([0.0, 0.0, 1.0])
            size = float(np.linalg.norm(along))
            tail = bone.head + along / max(size, 1e-9) * min(max(0.3 * size, 0.01 * height), 0.12 * height)
        result[bone.name] = replace(bone, tail=tail)
    return tuple(result.values())


def _tail(bone: BoneSpec, children: list[BoneSpec], below: Mapping[str, int], height: float) -> Point | None:
    apart = [b for b in children if np.linalg.norm(b.head - bone.head) > 0.01 * height]
    if not apart:
        return None
    # a body's middle goes on in the middle, whatever hangs off its sides
    middle = [b for b in apart if abs(b.head[0]) < 1e-6] if abs(bone.head[0]) < 1e-6 else []
    longest = max(below[b.name] for b in middle or apart)
    ways = [b for b in middle or apart if below[b.name] == longest]
    # of ways that are equally long the farthest: a middle finger, the ball of a foot
    return max(ways, key=lambda b: float(np.linalg.norm(b.head - bone.head))).head
