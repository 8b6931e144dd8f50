# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.rigs``: its rigs are consistent data and are recognised without Blender."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS
from kinescribe.motion.errors import KinescribeError
from kinescribe.motion.mapping.bone_map import map_bones
from kinescribe.motion.rig import Rig, make_plain_rig

from devtools.rigs.body import Proportions
from devtools.rigs.spec import BoneSpec, RigSpec
from devtools.rigs.specs import SPECS

LIMBS = ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
FAMILIES = (
    "smplx", "mixamo", "mixamo_control", "unreal4", "unreal5", "unity", "vroid", "vrm1", "mmd_japanese", "mmd_english",
    "biped", "daz_genesis8", "daz_genesis9", "character_creator", "makehuman", "mb_lab", "auto_rig_pro",
    "cmu_motionbuilder", "soma", "quaternius", "kenney",
)  # fmt: skip


def by_name(spec: RigSpec) -> dict[str, BoneSpec]:
    return {bone.name: bone for bone in spec.bones}


def plain(spec: RigSpec) -> Rig:
    """Return the rig of a spec, Y up, all bones along their chains."""
    turned = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])
    names = tuple(bone.name for bone in spec.bones)
    heads, tails = (
        np.array([getattr(bone, end) for bone in spec.bones]) @ turned.T for end in ("head", "tail")
    )
    parents = tuple(names.index(bone.parent) if bone.parent else -1 for bone in spec.bones)
    deform = np.array([bone.deform for bone in spec.bones])
    switches = {bone.name: (bone.prop,) for bone in spec.bones if bone.prop}
    return make_plain_rig(spec.label, names, parents, heads, tails, deform=deform, properties=switches)


def renamed(rig: Rig, seed: int) -> tuple[Rig, dict[str, str]]:
    """Return the rig with meaningless names, and the old name of each new one."""
    numbers = np.random.default_rng(seed).permutation(len(rig))
    names = tuple(f"b_{number:03d}" for number in numbers)
    return replace(rig, bone_names=names, properties={}), dict(zip(names, rig.bone_names, strict=True))


def test_every_family_has_a_rig_and_a_source_that_is_named() -> None:
    names = [spec.name for spec in SPECS]
    assert len(set(names)) == len(names) and set(FAMILIES) <= set(names)
    for spec in SPECS:
        assert len(spec.source) > 20 and spec.label and spec.family, spec.name
        assert spec.positions in ("constructed", "measured"), spec.name


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_bones_hold_together(spec: RigSpec) -> None:
    bones = by_name(spec)
    named = [b for choice in spec.joints.values() for b in choice] + list(spec.position_bones.values())
    named += [*spec.spine, *([spec.root] if spec.root else [])]
    named += [end for pair in spec.copied for end in pair]
    named += [b for blend in spec.blends for b in (blend.bone, blend.fk, blend.ik, blend.switch)]
    named += [b for reach in spec.ik_chains for b in (reach.end, reach.target, reach.pole) if b]
    assert not set(named) - set(bones)
    short = [b.name for b in spec.bones if np.linalg.norm(b.tail - b.head) < 1e-3]
    assert not short


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_bodies_stand_on_the_floor_face_the_front_and_are_even(spec: RigSpec) -> None:
    bones = by_name(spec)
    at = {joint: bones[choice[0]].head for joint, choice in spec.joints.items()}
    for joint in (*LIMBS, "collar"):
        left, right = at[f"left_{joint}"], at[f"right_{joint}"]
        assert left[0] > 0.01 or joint == "collar", joint
        assert np.allclose(left * [-1, 1, 1], right, atol=1e-6), joint
    assert at["head"][2] > at["neck"][2] > at["left_hip"][2] > at["left_knee"][2] > at["left_ankle"][2] > 0
    assert min(bone.head[2] for bone in spec.bones if bone.deform) > -0.01
    if "left_foot" in at:
        assert at["left_foot"][1] < at["left_ankle"][1] - 0.03
    # a leg or an arm that bends backward would make every figure of the table meaningless
    assert at["left_knee"][1] < 0.5 * (at["left_hip"][1] + at["left_ankle"][1]) + 1e-6
    middle = 0.5 * (at["left_shoulder"] + at["left_wrist"])
    assert at["left_elbow"][1] > middle[1] - 0.01


@pytest.mark.parametrize("down", [0.0, 30.0, 60.0])
def test_arms_hang_as_far_down_as_asked(down: float) -> None:
    points = Proportions(height=1.8, arms_down=down).points
    arm = points["elbow"] - points["shoulder"]
    assert np.degrees(np.arctan2(-arm[2], arm[0])) == pytest.approx(down, abs=1e-6)
    assert points["top"][2] == pytest.approx(1.8)
    # thumbs forward, palms down
    assert points["thumb3"][1] < points["index1"][1] < points["pinky1"][1]


@pytest.mark.parametrize(
    "line", ["lonely", "a < b : hip", "a < - : nowhere", "a < - : @(1, 2)", "a < - : hip>knee"]
)
def test_lines_that_are_no_bones_are_refused(line: str) -> None:
    spec = replace(SPECS[0], lines=line)
    with pytest.raises(ValueError, match=r"not a bone|before its parent"):
        _ = spec.bones


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_recognised_by_name(spec: RigSpec) -> None:
    found = map_bones(plain(spec))
    assert found.family in spec.family
    there = {joint for joint in spec.joints if joint in SMPL_JOINTS}
    assert not there - set(found.bones)
    wrong = {j: b for j, b in found.bones.items() if j in spec.joints and b not in spec.joints[j]}
    assert not wrong
    spine = [spec.spine.index(found.bones[j]) for j in ("spine1", "spine2", "spine3") if j in found.bones]
    assert spine == sorted(spine) and len(spine) >= min(2, len(spec.spine))


def shape_faults(spec: RigSpec, seed: int) -> tuple[list[str], list[str]]:
    """Return limb joints that are missing or on other bones, and those on the other side."""
    rig = plain(spec)
    unnamed, old = renamed(rig, seed)
    try:
        bones = {joint: old[bone] for joint, bone in map_bones(unnamed).bones.items()}
    except KinescribeError:
        return ["not recognised"], []
    heads = dict(zip(rig.bone_names, rig.heads, strict=True))
    height = float(np.ptp(rig.heads[:, 1]))

    def there(bone: str, joint: str) -> bool:
        return any(np.linalg.norm(heads[bone] - heads[b]) < 0.015 * height for b in spec.joints[joint])

    sided = [f"{side}_{limb}" for side in ("left", "right") for limb in LIMBS]
    faults = [
        j
        for j in (*sided, "head", "spine1")
        if j not in bones or (j in spec.joints and not there(bones[j], j))
    ]
    others = {j: j.replace("left", "?").replace("right", "left").replace("?", "right") for j in sided}
    swapped = [j for j in sided if j in bones and there(bones[j], others[j])]
    return faults, swapped


def test_recognised_by_shape_alone() -> None:
    faults = {spec.name: [shape_faults(spec, seed) for seed in range(3)] for spec in SPECS}
    swapped = {name: tries for name, tries in faults.items() if any(other for _, other in tries)}
    assert not swapped
    short = {name: tries for name, tries in faults.items() if any(fault for fault, _ in tries)}
    assert len(short) <= len(SPECS) // 4, short
