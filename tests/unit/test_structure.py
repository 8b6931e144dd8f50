# SPDX-License-Identifier: GPL-3.0-or-later
"""``mapping.structure``: rigs recognised without names, and creatures that must not be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from kinescribe.motion import MappingError
from kinescribe.motion.mapping.bone_map import ESSENTIAL_JOINTS, SURE_CONFIDENCE, map_bones, suggest_bones
from kinescribe.motion.mapping.doubt import Doubt
from kinescribe.motion.mapping.side_names import read_side
from kinescribe.motion.mapping.structure import map_structure
from kinescribe.motion.rig import make_plain_rig
from kinescribe.motion.rotations import rotate, rotation_about_axis
from made_bodies import FINGERS, Bones, creature, humanoid, laid, turned
from strategies import SEEDS


def found_in(bones: Bones, transform: tuple[np.ndarray, float] | None = None) -> tuple[dict[str, str], float]:
    """Return the bone of each recognised joint by its own name, and the confidence."""
    rig, old = bones.rig(transform)
    found = map_structure(rig)
    return {joint: old[bone] for joint, bone in found.bones.items()}, found.confidence


def without(bones: Bones, *words: str) -> Bones:
    """Return the rig without bones whose own or parents' names contain one of these words."""
    gone: set[str] = set()
    for name, parent in zip(bones.names, bones.parents, strict=True):
        if parent in gone or any(word in name for word in words):
            gone.add(name)
    keep = [i for i, name in enumerate(bones.names) if name not in gone]
    lists = (bones.names, bones.parents, bones.heads, bones.tails, bones.deform)
    return Bones(bones.random, *([values[i] for i in keep] for values in lists))


def together(*several: Bones) -> Bones:
    """Join several armatures into one."""
    joined = Bones(several[0].random)
    for bones in several:
        joined.names += bones.names
        joined.parents += bones.parents
        joined.heads += bones.heads
        joined.tails += bones.tails
        joined.deform += bones.deform
    return joined


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_bodies_of_all_builds_are_found_with_all_that_hangs_on_them(seed: int) -> None:
    random = np.random.default_rng(seed)
    bones = humanoid(random)
    found, confidence = found_in(bones, turned(random))
    expected = {name: name for name in bones.names if name[0] != "_"}
    limbs = {j: b for j, b in expected.items() if j.startswith(("left", "right")) and not j[-1].isdigit()}
    if confidence < SURE_CONFIDENCE:
        # it may ask, but must not have taken a left limb for a right one
        sides = [(joint.split("_")[0], bone) for joint, bone in found.items() if "_" in joint]
        assert not any({"left": "right", "right": "left"}[side] in bone for side, bone in sides)
        return
    assert {joint: found.get(joint) for joint in limbs} == limbs
    assert found["pelvis"] == "pelvis" and "spine" in found["spine3"]
    spine = [int(found[joint][6:]) for joint in ("spine1", "spine2", "spine3") if joint in found]
    assert spine == sorted(spine) and len(set(spine)) == len(spine)


def test_nearly_all_of_them_are_certain_and_complete() -> None:
    complete, fingers, lying = [], [], []
    for seed in range(60):
        random = np.random.default_rng(1000 + seed)
        bones = humanoid(random)
        found, confidence = found_in(bones, (laid if seed % 4 == 0 else turned)(random))
        expected = {name for name in bones.names if name[0] != "_" and name != "neck"}
        body = {name for name in expected if not any(finger in name for finger in FINGERS)}
        complete.append(confidence >= SURE_CONFIDENCE and all(found.get(joint) == joint for joint in body))
        fingers.append(all(found.get(joint) == joint for joint in expected - body))
        if seed % 4 == 0:
            lying.append(complete[-1])
    assert np.mean(complete) >= 0.95
    assert np.mean(fingers) >= 0.9
    assert np.mean(lying) >= 0.9


@pytest.mark.parametrize("kind", ["dog", "spider", "bird", "snake", "machine"])
def test_creatures_are_refused(kind: str) -> None:
    for seed in range(3):
        random = np.random.default_rng(seed)
        rig, _ = creature(kind, random).rig(turned(random))
        with pytest.raises(MappingError) as refusal:
            map_bones(rig)
        assert "Somebody" in str(refusal.value)
        assert suggest_bones(rig).confidence < 0.5


@pytest.mark.parametrize(
    "words, what",
    [
        (("left_shoulder", "right_shoulder", "left_collar", "right_collar"), "no two arms"),
        (("left_hip", "right_hip", "left_offset", "right_offset"), "legs"),
        (("left_shoulder", "left_collar"), "no two arms"),
        (("left_hip", "left_offset"), "legs"),
    ],
)
def test_missing_limbs_are_named(words: tuple[str, ...], what: str) -> None:
    for seed in range(4):
        random = np.random.default_rng(seed)
        rig, _ = without(humanoid(random, clutter=False), *words).rig()
        with pytest.raises(MappingError, match=what):
            map_bones(rig)


@pytest.mark.parametrize("joint", ["left_elbow", "right_knee", "left_wrist"])
def test_a_limb_that_is_cut_off_is_not_made_up(joint: str) -> None:
    random = np.random.default_rng(5)
    rig, old = without(humanoid(random, clutter=False), joint).rig()
    found = suggest_bones(rig)
    side = joint.split("_")[0]
    mine = {j: old[b] for j, b in found.bones.items() if j.startswith(side)}
    wrong = {j: b for j, b in mine.items() if b != j and b[0] != "_"}
    assert not wrong or found.confidence < SURE_CONFIDENCE


def test_two_characters_are_told_apart_by_selection() -> None:
    for seed in range(4):
        random = np.random.default_rng(seed)
        aside = np.array([1.6, 0, 0]) if seed % 2 else np.array([0, 0, 1.6])
        bones = together(humanoid(random, prefix="A"), humanoid(random, at=aside, prefix="B"))
        rig, old = bones.rig(turned(random))
        with pytest.raises(MappingError, match="two characters"):
            map_bones(rig)
        assert map_structure(rig).doubts == (Doubt.TWO_CHARACTERS,)
        for who in "AB":
            selected = np.array([old[name] == f"{who}left_knee" for name in rig.bone_names])
            chosen = suggest_bones(replace(rig, selected=selected))
            assert Doubt.TWO_CHARACTERS not in chosen.doubts
            assert {old[bone].lstrip("_")[0] for bone in chosen.bones.values()} == {who}
            assert old[chosen.bones["left_knee"]] == f"{who}left_knee"


def test_the_root_is_the_bone_on_the_floor() -> None:
    random = np.random.default_rng(3)
    bones = humanoid(random, clutter=False)
    bones.parents[0] = "_master"
    bones.add("_master", "", np.array([0, 0.001, 0]))
    rig, old = bones.rig()
    found = map_structure(rig)
    assert found.root is not None and old[found.root] == "_master"


def test_a_body_without_feet_faces_as_its_object_does_but_not_for_certain() -> None:
    random = np.random.default_rng(11)
    bones = without(
        humanoid(random, clutter=False), "ankle", "foot", "thumb", "index", "middle", "ring", "pinky"
    )
    straight = together(bones)
    for joint in ("left_knee", "right_knee", "left_elbow", "right_elbow"):
        i = straight.names.index(joint)
        straight.heads[i] = straight.heads[i] * np.array([1, 1, 0.0])
    rig, _ = straight.rig()
    assert map_structure(rig).confidence < SURE_CONFIDENCE


def test_bones_that_follow_controls_are_not_taken_for_granted() -> None:
    random = np.random.default_rng(2)
    rig, _ = humanoid(random, clutter=False).rig()
    assert map_structure(rig).confidence >= SURE_CONFIDENCE
    held = replace(rig, constrained=np.ones(len(rig), bool))
    with pytest.raises(MappingError, match="constraints act on most of its bones"):
        map_bones(held)


def test_points_on_one_spot_and_few_bones_are_no_body() -> None:
    names = tuple(f"b{i}" for i in range(30))
    nowhere = make_plain_rig("Dot", names, tuple(range(-1, 29)), np.zeros((30, 3)), np.zeros((30, 3)))
    assert map_structure(nowhere).confidence == 0.0
    three = make_plain_rig("Three", names[:3], (-1, 0, 1), np.eye(3), 2 * np.eye(3))
    assert map_structure(three).bones == {}
    with pytest.raises(MappingError, match="too few bones"):
        map_bones(three)


@settings(max_examples=80, deadline=None)
@given(SEEDS)
def test_bones_at_random_are_no_body_and_break_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 60))
    heads = random.normal(size=(count, 3)) * random.choice([0.0, 1.0, 100.0], p=[0.1, 0.6, 0.3])
    if random.random() < 0.5:  # two halves all the same
        heads[1::2] = heads[: len(heads[1::2]) * 2 : 2] * [-1, 1, 1]
    parents = tuple(int(random.integers(-1, i)) if i else -1 for i in range(count))
    rig = make_plain_rig(
        "Noise", tuple(f"b{i}" for i in range(count)), parents, heads, heads + random.normal(size=3)
    )
    guess = suggest_bones(rig)
    assert guess.confidence < SURE_CONFIDENCE
    assert len(set(guess.bones.values())) == len(guess.bones)


def test_nothing_is_mapped_twice_and_all_essentials_are_there_when_sure() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        bone_map = suggest_bones(humanoid(random).rig(turned(random))[0])
        assert len(set(bone_map.bones.values())) == len(bone_map.bones)
        if bone_map.confidence >= SURE_CONFIDENCE:
            assert bone_map.family == "custom" and set(ESSENTIAL_JOINTS) <= set(bone_map.bones)


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("LeftUpperLegBone", 1),
        ("thigh_right", -1),
        ("upper_arm.L", 1),
        ("L_Thigh", 1),
        ("Bip01 R Calf", -1),
        ("lFoot", 1),
        ("\u53f3\u8155", -1),
        ("Leg", 0),
        ("Root", 0),
        ("Roll", 0),
        ("b_01", 0),
        ("arm_l_r", 0),
    ],
)
def test_sides_are_read_from_names(name: str, side: int) -> None:
    assert read_side(name) == side


@pytest.mark.parametrize("turn", [0.0, np.pi])
def test_names_tell_front_from_back(turn: float) -> None:
    """A body without feet and bends faces where its names say, whichever way it is turned."""
    middle = {"hips": 0.98, "spine": 1.1, "chest": 1.34, "neck": 1.54, "head": 1.64}
    heads = {name: (0.0, height, 0.0) for name, height in middle.items()}
    tree = {"hips": "", "spine": "hips", "chest": "spine", "neck": "chest", "head": "neck"}
    for side, x in (("Left", 1.0), ("Right", -1.0)):
        chain = [
            ("thigh", "hips", 0.09, 0.92), ("shin", "thigh", 0.09, 0.5), ("foot", "shin", 0.09, 0.08),
            ("arm", "chest", 0.18, 1.46), ("fore", "arm", 0.45, 1.46), ("hand", "fore", 0.7, 1.46),
        ]  # fmt: skip
        for part, above, across, height in chain:
            heads[f"{side}_{part}x"] = (x * across, height, 0)
            tree[f"{side}_{part}x"] = above if above in ("hips", "chest") else f"{side}_{above}x"
    names = tuple(heads)
    points = rotate(rotation_about_axis("y", turn), np.array([heads[name] for name in names], dtype=float))
    parents = tuple(names.index(tree[name]) if tree[name] else -1 for name in names)
    children = [[k for k, p in enumerate(parents) if p == j] for j in range(len(names))]
    tails = np.array([points[c[0]] if c else points[j] + [0, -0.03, 0] for j, c in enumerate(children)])
    found = map_structure(make_plain_rig("rig", names, parents, points, tails))
    assert found.bones["left_hip"] == "Left_thighx" and found.bones["right_elbow"] == "Right_forex"
    assert Doubt.FRONT_UNCLEAR not in found.doubts
