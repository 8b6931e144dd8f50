# SPDX-License-Identifier: GPL-3.0-or-later
"""Random humanoid rigs with the other bones that rigs have, and creatures that are not human."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.rotations import (
    axis_angle_to_quaternion,
    multiply,
    normalise,
    rotate,
    rotation_about_axis,
)
from rig_kit import BodySpec, body_points

Random = np.random.Generator
FINGERS = ("thumb", "index", "middle", "ring", "pinky")


@dataclass
class Bones:
    """Bones in the order in which they were added: heads, tails and the joints that they stand for."""

    random: Random
    names: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    heads: list[np.ndarray] = field(default_factory=list)
    tails: list[np.ndarray] = field(default_factory=list)
    deform: list[bool] = field(default_factory=list)

    def add(
        self, name: str, parent: str, head: np.ndarray, tail: np.ndarray | None = None, deform: bool = True
    ) -> str:
        """Add a bone; without a tail it points anywhere, as importers leave them."""
        head = np.asarray(head, dtype=float)
        if tail is None:
            tail = head + 0.06 * normalise(self.random.normal(size=3))
        assert name not in self.names
        self.names.append(name)
        self.parents.append(parent)
        self.heads.append(head)
        self.tails.append(np.asarray(tail, dtype=float))
        self.deform.append(deform)
        return name

    def chain(self, name: str, parent: str, points: list[np.ndarray], **details: bool) -> str:
        """Add a chain with a bone at each point and return the name of the last one."""
        for i, point in enumerate(points):
            parent = self.add(
                f"{name}_{i}", parent, point, points[i + 1] if i + 1 < len(points) else None, **details
            )
        return parent

    def rig(
        self, transform: tuple[np.ndarray, float] | None = None, shuffle: bool = True
    ) -> tuple[Rig, dict[str, str]]:
        """The rig under names that say nothing, siblings in any order; and new name to old.

        ``transform``: rotation (4,) and scale of the object in the world.
        """
        order: list[str] = []
        open_bones = [n for n, p in zip(self.names, self.parents, strict=True) if not p]
        while open_bones:
            place = int(self.random.integers(len(open_bones))) if shuffle else 0
            bone = open_bones.pop(place)
            order.append(bone)
            open_bones += [n for n, p in zip(self.names, self.parents, strict=True) if p == bone]
        assert len(order) == len(self.names)
        places = {name: i for i, name in enumerate(order)}
        index = [self.names.index(name) for name in order]
        turn, scale = transform or (np.array([1.0, 0, 0, 0]), 1.0)
        heads = scale * rotate(turn, np.array(self.heads)[index])
        tails = scale * rotate(turn, np.array(self.tails)[index])
        new = [f"b_{n:03d}" for n in self.random.permutation(len(order))] if shuffle else order
        rig = make_plain_rig(
            "Somebody",
            tuple(new),
            tuple(places.get(self.parents[i], -1) for i in index),
            heads,
            tails,
            deform=np.array(self.deform)[index],
            axes=rotate(turn, np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])),
            scale=np.full(3, scale),
        )
        return rig, dict(zip(new, order, strict=True))


def humanoid(random: Random, clutter: bool = True, at: np.ndarray | None = None, prefix: str = "") -> Bones:
    """Return a human body of random build, in a rest pose from T-pose to hanging arms.

    Bones of joints are called by the joint; all others begin with an underscore. Faces +Z, Y up.
    """
    bones = Bones(random)
    spec = BodySpec(
        arms_down=float(random.choice([0, 0, 30, 45, 60, 80])),
        legs_out=float(random.uniform(0, 12)),
        elbow_bend=float(random.uniform(0, 25)),
        height=1.75,
        leg_factor=float(random.uniform(0.45, 1.25)),
    )
    shift = np.zeros(3) if at is None else at
    p = {joint: point * random.uniform(0.995, 1.005, 3) + shift for joint, point in body_points(spec).items()}
    for joint in list(p):
        if joint.startswith("right_"):
            p[joint] = (p["left_" + joint[6:]] - shift) * np.array([-1, 1, 1]) + shift
    middle = np.array([0, 1, 1]) * 1.0
    for joint in ("pelvis", "spine1", "spine2", "spine3", "neck", "head", "top"):
        p[joint] = (p[joint] - shift) * middle + shift

    def name(joint: str) -> str:
        return prefix + joint

    parent = ""
    for i in range(int(random.integers(0, 3))):
        parent = bones.add(
            f"_{prefix}root{i}", parent, shift + [0, 0.01 * i, 0], deform=bool(random.random() < 0.5)
        )
    pelvis = bones.add(name("pelvis"), parent, p["pelvis"])
    spine = int(random.integers(1, 7))
    below = pelvis
    for i in range(spine):
        share = i / max(spine - 1, 1)
        point = p["spine1"] + share * (p["spine3"] - p["spine1"]) if spine > 1 else p["spine2"]
        below = bones.add(f"_{prefix}spine{i}", below, point)
    chest = below
    necks = int(random.integers(1, 4))
    for i in range(necks):
        point = p["neck"] + i / necks * (p["head"] - p["neck"])
        below = bones.add(name("neck") if i == 0 else f"_{prefix}neck{i}", below, point)
    head = bones.add(name("head"), below, p["head"], p["top"])
    has_collar, has_toe, toe_end = random.random() < 0.8, random.random() < 0.85, random.random() < 0.5
    twists, offset = int(random.integers(0, 3)), random.random() < 0.2
    leaf_twists = random.random() < 0.4
    fingers = int(random.choice([0, 1, 3, 4, 5, 5]))
    palms = random.random() < 0.3
    for side in ("left", "right"):
        s = {joint: p[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle", "foot", "toe", "collar", "shoulder",
                                                       "elbow", "wrist", "tip")}  # fmt: skip
        s["hip"] = s["hip"] + [0, 0.03, 0]
        top = bones.add(f"_{prefix}{side}_offset", pelvis, p["pelvis"] + [0, -0.01, 0]) if offset else pelvis

        def limb(joint: str, end: str, top: str, s: dict[str, np.ndarray] = s, side: str = side) -> str:
            bone = bones.add(name(f"{side}_{joint}"), top, s[joint], s[end])
            if leaf_twists:
                bones.add(f"_{prefix}{side}_{joint}_leaf", bone, 0.5 * (s[joint] + s[end]))
            for i in range(twists):
                share = (i + 1) / (twists + 1)
                bone = bones.add(
                    f"_{prefix}{side}_{joint}_twist{i}", bone, s[joint] + share * (s[end] - s[joint])
                )
            return bone

        foot = bones.add(
            name(f"{side}_ankle"), limb("knee", "ankle", limb("hip", "knee", top)), s["ankle"], s["foot"]
        )
        if has_toe:
            toe = bones.add(name(f"{side}_foot"), foot, s["foot"], s["toe"])
            if toe_end:
                bones.add(f"_{prefix}{side}_toe_end", toe, s["toe"])
        top = bones.add(name(f"{side}_collar"), chest, s["collar"], s["shoulder"]) if has_collar else chest
        wrist = bones.add(
            name(f"{side}_wrist"),
            limb("elbow", "wrist", limb("shoulder", "elbow", top)),
            s["wrist"],
            s["tip"],
        )
        along = normalise(s["tip"] - s["wrist"])
        front = np.array([0.0, 0.0, 1.0])
        for i, finger in enumerate(FINGERS[:fingers] if fingers != 1 else ("middle",)):
            across = front * (0.03 - 0.018 * max(i - 1, 0)) if finger != "thumb" else front * 0.045
            if finger == "thumb":
                base = s["wrist"] + 0.03 * along + across
                links = [base, base + 0.03 * along + 0.015 * front, base + 0.055 * along + 0.025 * front]
            else:
                links = [s["wrist"] + reach * along + across for reach in (0.095, 0.13, 0.152)]
            above = wrist
            if palms and finger != "thumb":
                above = bones.add(
                    f"_{prefix}{side}_palm_{finger}", wrist, s["wrist"] + 0.02 * along + 0.4 * across
                )
            for number, link in enumerate(links, start=1):
                above = bones.add(name(f"{side}_{finger}{number}"), above, link)
    if clutter:
        _clutter(bones, random, prefix, p, pelvis, chest, head)
    return bones


def _clutter(
    bones: Bones, random: Random, prefix: str, p: dict[str, np.ndarray], pelvis: str, chest: str, head: str
) -> None:
    """Hair, eyes, skirt, tail, weapon, targets: whatever hangs on characters besides."""
    root = bones.names[0]

    def some(share: float = 0.4) -> bool:
        return bool(random.random() < share)

    for side, sign in (("left", 1.0), ("right", -1.0)):
        mirror = np.array([sign, 1, 1])
        if side == "left":
            chosen = {what: some() for what in ("eye", "hair", "breast", "target", "pole", "ear")}
            skirt = int(random.integers(0, 4)) if some() else 0
        if chosen["eye"]:
            bones.add(f"_{prefix}{side}_eye", head, p["head"] + mirror * [0.03, 0.06, 0.08])
        if chosen["ear"]:
            bones.add(f"_{prefix}{side}_ear", head, p["head"] + mirror * [0.08, 0.05, 0.0])
        if chosen["breast"]:
            bones.add(f"_{prefix}{side}_breast", chest, p["spine3"] + mirror * [0.08, -0.02, 0.1])
        if chosen["hair"]:
            start = p["head"] + mirror * np.array([0.09, 0.1, -0.06])
            bones.chain(
                f"_{prefix}{side}_hair", head, [start + i * mirror * [0.01, -0.12, -0.02] for i in range(5)]
            )
        if chosen["target"]:
            deform = some(0.3)
            bones.add(f"_{prefix}{side}_foot_target", root, p[f"{side}_ankle"], deform=deform)
            bones.add(f"_{prefix}{side}_hand_target", root, p[f"{side}_wrist"], deform=deform)
        if chosen["pole"]:
            bones.add(f"_{prefix}{side}_knee_pole", root, p[f"{side}_knee"] + [0, 0, 0.5], deform=False)
        for i in range(skirt):
            angle = np.pi * (i + 0.5) / skirt
            out = mirror * np.array([np.sin(angle), 0, np.cos(angle)])
            top = p["pelvis"] + 0.13 * out
            bones.chain(
                f"_{prefix}{side}_skirt{i}", pelvis, [top + j * (0.05 * out - [0, 0.11, 0]) for j in range(4)]
            )
    if some():
        bones.chain(
            f"_{prefix}tail", pelvis, [p["pelvis"] + [0, 0.02 - 0.06 * i, -0.1 - 0.07 * i] for i in range(6)]
        )
    if some():
        bones.chain(
            f"_{prefix}ponytail", head, [p["head"] + [0, 0.12 - 0.1 * i, -0.12 - 0.02 * i] for i in range(5)]
        )
    if some():
        bones.add(f"_{prefix}top", head, p["top"])
    if some(0.3):
        hand = f"{prefix}right_wrist"
        along = normalise(p["right_tip"] - p["right_wrist"])
        bones.chain(
            f"_{prefix}weapon", hand, [p["right_wrist"] + 0.08 * along + [0, 0, 0.3 * i] for i in range(3)]
        )


def turned(random: Random) -> tuple[np.ndarray, float]:
    """Return a random rotation (4,) about the vertical and a scale, as objects have them."""
    return rotation_about_axis("y", float(random.uniform(-np.pi, np.pi))), float(
        random.choice([0.01, 0.1, 1.0, 1.0, 7.0, 100.0])
    )


def laid(random: Random) -> tuple[np.ndarray, float]:
    """Return the same for an object that was imported lying on its back, on its face, or on its side."""
    axis = random.choice([[1.0, 0, 0], [-1.0, 0, 0], [0, 0, 1.0]])
    turn, scale = turned(random)
    return multiply(turn, axis_angle_to_quaternion(np.asarray(axis) * np.pi / 2)), scale


def creature(kind: str, random: Random) -> Bones:
    """Return the bones of a dog, spider, bird, snake or machine."""
    bones = Bones(random)
    root = bones.add("root", "", np.zeros(3))
    if kind == "dog":
        hips = bones.add("hips", root, [0, 0.6, -0.35])
        chest = bones.chain("spine", hips, [np.array([0, 0.62, -0.25 + 0.15 * i]) for i in range(4)])
        neck = bones.chain("neck", chest, [np.array([0, 0.68 + 0.08 * i, 0.32 + 0.08 * i]) for i in range(2)])
        bones.add("head", neck, [0, 0.86, 0.5], [0, 0.84, 0.68])
        bones.chain("tail", hips, [np.array([0, 0.62, -0.42 - 0.1 * i]) for i in range(4)])
        for sign in (1.0, -1.0):
            hind = [
                [0.09, 0.56, -0.35],
                [0.1, 0.36, -0.26],
                [0.1, 0.17, -0.42],
                [0.1, 0.05, -0.38],
                [0.1, 0.01, -0.31],
            ]
            fore = [
                [0.06, 0.66, 0.22],
                [0.1, 0.52, 0.32],
                [0.1, 0.33, 0.22],
                [0.1, 0.06, 0.24],
                [0.1, 0.01, 0.31],
            ]
            bones.chain(f"hind{sign}", hips, [np.array(q) * [sign, 1, 1] for q in hind])
            bones.chain(f"fore{sign}", chest, [np.array(q) * [sign, 1, 1] for q in fore])
    elif kind == "spider":
        body = bones.add("body", root, [0, 0.3, 0])
        bones.add("abdomen", body, [0, 0.32, -0.2])
        bones.add("head", body, [0, 0.3, 0.15])
        for sign in (1.0, -1.0):
            for i in range(4):
                z = 0.15 - 0.1 * i
                leg = [[0.08, 0.3, z], [0.3, 0.5, 1.6 * z], [0.55, 0.3, 2.4 * z], [0.7, 0.0, 2.8 * z]]
                bones.chain(f"leg{sign}{i}", body, [np.array(q) * [sign, 1, 1] for q in leg])
    elif kind == "bird":
        hips = bones.add("hips", root, [0, 0.3, 0])
        chest = bones.chain(
            "spine", hips, [np.array([0, 0.32 + 0.03 * i, 0.06 + 0.08 * i]) for i in range(3)]
        )
        neck = bones.chain("neck", chest, [np.array([0, 0.42 + 0.05 * i, 0.26 + 0.03 * i]) for i in range(3)])
        bones.add("head", neck, [0, 0.56, 0.36])
        bones.chain("tail", hips, [np.array([0, 0.3, -0.05 - 0.1 * i]) for i in range(3)])
        for sign in (1.0, -1.0):
            leg = [
                [0.04, 0.29, 0.02],
                [0.05, 0.2, 0.09],
                [0.05, 0.1, -0.02],
                [0.05, 0.01, 0.03],
                [0.05, 0.0, 0.09],
            ]
            wing = [
                [0.05, 0.38, 0.2],
                [0.2, 0.4, 0.14],
                [0.4, 0.42, 0.2],
                [0.55, 0.42, 0.1],
                [0.7, 0.42, 0.02],
            ]
            bones.chain(f"leg{sign}", hips, [np.array(q) * [sign, 1, 1] for q in leg])
            bones.chain(f"wing{sign}", chest, [np.array(q) * [sign, 1, 1] for q in wing])
    elif kind == "snake":
        bones.chain("body", root, [np.array([0.02 * np.sin(i), 0.05, 0.12 * i]) for i in range(24)])
    elif kind == "machine":
        base = bones.chain("arm", root, [np.array([0, 0.3 * i, 0.1 * i]) for i in range(5)])
        for sign in (1.0, -1.0):
            bones.chain(f"claw{sign}", base, [np.array([sign * 0.1, 1.3, 0.5 + 0.1 * i]) for i in range(3)])
            for z in (0.4, -0.4):
                bones.chain(
                    f"wheel{sign}{z}", root, [np.array([sign * (0.4 + 0.05 * i), 0.15, z]) for i in range(2)]
                )
    else:
        raise ValueError(kind)
    return bones
