# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs recognised by the names of their bones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, T_POSE, MappingError
from kinescribe.motion.mapping.bone_map import ESSENTIAL_JOINTS, find_switches, fold_name, map_bones
from kinescribe.motion.mapping.doubt import Doubt
from kinescribe.motion.mapping.families import FAMILIES, Family, find_family
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.skeleton import HAND_JOINTS, MAPPED_JOINTS
from rig_kit import MIXAMO_NAMES, PARENT_OF, T_BODY, BodySpec, body_points, bone_tail

HAND_PARENTS = {
    joint: f"{joint[:-1]}{int(joint[-1]) - 1}" if joint[-1] != "1" else f"{joint.partition('_')[0]}_wrist"
    for joint in HAND_JOINTS
}
PARENTS = {**PARENT_OF, **HAND_PARENTS, "jaw": "head"}


def points_of(spec: BodySpec) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the heads and tails (3,) of the bones of all joints, hands with the palms down."""
    heads = body_points(spec)
    tails = {joint: bone_tail(heads, joint) for joint in SMPL_JOINTS}
    spread = {"thumb": 0.035, "index": 0.025, "middle": 0.008, "ring": -0.009, "pinky": -0.025}
    for joint in HAND_JOINTS:
        side, _, name = joint.partition("_")
        wrist, tip = heads[f"{side}_wrist"], heads[f"{side}_tip"]
        along = (tip - wrist) / np.linalg.norm(tip - wrist)
        reach = (0.03 if "thumb" in name else 0.09) + 0.03 * (int(name[-1]) - 1)
        heads[joint] = wrist + along * reach + np.array([0, 0, spread[name[:-1]]])
        tails[joint] = heads[joint] + 0.03 * along
    heads["jaw"] = heads["head"] + np.array([0, 0.02, 0.03])
    tails["jaw"] = heads["jaw"] + np.array([0, -0.03, 0.06])
    return heads, tails


def rig_of(names: dict[str, str], spec: BodySpec = T_BODY, **details: object) -> Rig:
    """Return a rig with these bone names by joint; joints without a name have no bone."""
    heads, tails = points_of(spec)
    joints = [joint for joint in MAPPED_JOINTS if joint in names]
    parents = []
    for joint in joints:
        parent = PARENTS[joint]
        while parent is not None and parent not in names:
            parent = PARENTS[parent]
        parents.append(joints.index(parent) if parent else -1)
    return make_plain_rig(
        "Somebody",
        tuple(names[joint] for joint in joints),
        tuple(parents),
        np.array([heads[joint] for joint in joints]),
        np.array([tails[joint] for joint in joints]),
        **details,
    )


def names_of(family: Family) -> dict[str, str]:
    """Return the usual bone name of every joint of a family."""
    return {joint: family.bone_names[joint][0] for joint in MAPPED_JOINTS if joint in family.bone_names}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_each_family_recognises_itself_and_no_other_scores_higher(family: Family) -> None:
    names = names_of(family)
    bone_map = map_bones(rig_of(names))
    assert bone_map.family == family.name
    assert bone_map.bones == names
    assert bone_map.confidence == 1.0
    assert set(bone_map.missing) == set(SMPL_JOINTS) - set(names)
    assert bone_map.doubts == ()


@pytest.mark.parametrize("prefix", ["mixamorig:", "mixamorig1:", "mixamorig9_", "Character|", "x ", ""])
def test_mixamo_with_any_prefix(prefix: str) -> None:
    names = {joint: prefix + name for joint, name in MIXAMO_NAMES.items()}
    bone_map = map_bones(rig_of(names))
    assert (bone_map.family, bone_map.bones, bone_map.missing) == ("mixamo", names, ())


@pytest.mark.parametrize("prefix", ["", "m_avg_", "f_avg_", "SMPLX-"])
def test_smplx_with_any_prefix_and_case(prefix: str) -> None:
    names = {joint: prefix + joint.title() for joint in SMPL_JOINTS}
    bone_map = map_bones(rig_of(names))
    assert (bone_map.family, bone_map.bones) == ("smplx", names)


def test_the_prefix_with_most_bones_wins() -> None:
    names = {joint: "rig:" + name for joint, name in MIXAMO_NAMES.items()}
    names["head"] = "cape:Hips"
    assert map_bones(rig_of(names)).bones["pelvis"] == "rig:Hips"


def test_missing_joints_are_named_and_lower_the_confidence() -> None:
    left_out = ("left_foot", "right_foot", "spine2", "left_wrist")
    names = {joint: name for joint, name in MIXAMO_NAMES.items() if joint not in left_out}
    bone_map = map_bones(rig_of(names))
    assert set(bone_map.missing) == set(left_out)
    assert 0.8 < bone_map.confidence < 1.0


def test_an_impossible_hierarchy_lowers_the_confidence() -> None:
    rig = rig_of(dict(MIXAMO_NAMES))
    flat = make_plain_rig("Flat", rig.bone_names, (-1,) * len(rig), rig.heads, rig.tails)
    with pytest.raises(MappingError):
        map_bones(flat)


def test_root_must_be_above_the_hips() -> None:
    points = body_points(T_BODY)
    for parents, expected in (((-1, 0, 1), "root"), ((-1, 0, -1), None)):
        order = ("root", "pelvis", *(joint for joint in SMPL_JOINTS if joint != "pelvis"))
        if expected is None:
            order = ("pelvis", "spine1", "root", *(j for j in SMPL_JOINTS if j not in ("pelvis", "spine1")))
        heads = np.array([points.get(name, np.zeros(3)) for name in order])
        above = [
            order.index(PARENT_OF[name] or "root")
            if PARENT_OF.get(name) or (expected and name == "pelvis")
            else -1
            for name in order
        ]
        assert above[:3] == list(parents)
        bone_map = map_bones(make_plain_rig("Somebody", order, tuple(above), heads, heads + [0, 0.1, 0]))
        assert bone_map.root == expected


def test_no_bones() -> None:
    nothing = make_plain_rig("Nothing", (), (), np.zeros((0, 3)), np.zeros((0, 3)))
    with pytest.raises(MappingError, match="Nothing has no bones"):
        map_bones(nothing)


def test_no_human_body() -> None:
    heads = np.arange(12.0).reshape(4, 3)
    dog = make_plain_rig("Dog", ("Spine", "Tail", "Head", "Hips"), (-1, 0, 0, 0), heads, heads + 1)
    with pytest.raises(MappingError, match="No humanoid bones were recognised in Dog"):
        map_bones(dog)


def test_the_doubt_in_a_refusal_is_translated_with_it() -> None:
    heads = np.arange(12.0).reshape(4, 3)
    dog = make_plain_rig("Dog", ("Spine", "Tail", "Head", "Hips"), (-1, 0, 0, 0), heads, heads + 1)
    texts = {
        "No humanoid bones were recognised in {name}: {reason}": "{name} wurde nicht erkannt: {reason}",
        Doubt.TOO_FEW_BONES.value: "zu wenige Knochen",
    }
    with pytest.raises(MappingError) as caught:
        map_bones(dog)
    assert caught.value.translated_message(texts.__getitem__) == "Dog wurde nicht erkannt: zu wenige Knochen"


@pytest.mark.parametrize("joint", ESSENTIAL_JOINTS)
def test_a_body_without_an_essential_limb_is_refused_by_name(joint: str) -> None:
    names = {j: name for j, name in MIXAMO_NAMES.items() if j != joint}
    with pytest.raises(MappingError, match=joint):
        map_bones(rig_of(names))


def test_switches_are_only_those_that_the_rig_has() -> None:
    rigify = find_family("rigify")
    assert rigify is not None
    properties = {"torso": ("neck_follow", "other"), "thigh_parent.L": ("IK_FK",)}
    rig = rig_of(names_of(rigify), properties=properties)
    expected = {("torso", "neck_follow", 1.0), ("thigh_parent.L", "IK_FK", 1.0)}
    assert set(map_bones(rig).switches) == expected == set(find_switches(rigify, properties))


def test_control_rig_wins_over_the_deform_bones_that_it_contains() -> None:
    rigify, meta = find_family("rigify"), find_family("rigify_meta")
    assert rigify is not None and meta is not None
    controls = rig_of(names_of(rigify))
    deform = rig_of({joint: "DEF-" + name for joint, name in names_of(meta).items()})
    both = make_plain_rig(
        "Both",
        controls.bone_names + deform.bone_names,
        controls.parents + tuple(p + len(controls) if p >= 0 else -1 for p in deform.parents),
        np.concatenate([controls.heads, deform.heads]),
        np.concatenate([controls.tails, deform.tails]),
    )
    assert map_bones(both).family == "rigify"
    # a game rig keeps the deform bones alone
    assert map_bones(deform).family == "rigify_meta"


def test_folding() -> None:
    assert fold_name("mixamorig:Left_Arm.001") == "mixamorigleftarm001"
    assert fold_name("左腕.L") == "左腕l"


@pytest.mark.parametrize(
    ("name", "height", "is_hips"),
    [
        ("mixamorig:Hips", 1.0, True),
        ("mixamorig:Hips.001", 1.0, True),
        ("Armature", 1.0, False),
        ("Armature", 0.0, True),
    ],
)
def test_hips_that_became_the_armature_object_are_explained(name: str, height: float, is_hips: bool) -> None:
    pairs = [("Spine", ""), ("Spine1", "Spine"), ("Spine2", "Spine1"), ("Neck", "Spine2"), ("Head", "Neck")]
    for side in ("Left", "Right"):
        chain = [("UpLeg", ""), ("Leg", "UpLeg"), ("Foot", "Leg"), ("ToeBase", "Foot")]
        pairs += [(side + bone, side + above if above else "") for bone, above in chain]
        chain = [("Shoulder", ""), ("Arm", "Shoulder"), ("ForeArm", "Arm"), ("Hand", "ForeArm")]
        pairs += [(side + bone, side + above if above else "Spine2") for bone, above in chain]
    names = [f"mixamorig:{bone}" for bone, _ in pairs]
    parents = [names.index(f"mixamorig:{above}") if above else -1 for _, above in pairs]
    points = {joint: T_POSE.rest_positions[k] for k, joint in enumerate(SMPL_JOINTS)}
    joints = ["spine1", "spine2", "spine3", "neck", "head"]
    for side in ("left", "right"):
        joints += [f"{side}_{joint}" for joint in ("hip", "knee", "ankle", "foot")]
        joints += [f"{side}_{joint}" for joint in ("collar", "shoulder", "elbow", "wrist")]
    heads = np.array([points[joint] for joint in joints]) + [0, height, 0]
    rig = make_plain_rig(name, tuple(names), tuple(parents), heads, heads + [0, 0.05, 0])
    with pytest.raises(
        MappingError, match="became the armature object" if is_hips else "has no bone for: pelvis"
    ):
        map_bones(rig)


def test_equal_bodies_are_mapped_once_and_get_maps_of_their_own() -> None:
    rig = rig_of(MIXAMO_NAMES)
    moved = replace(rig, name="Another", heads=rig.heads + [3.0, 0.0, 1.0], tails=rig.tails + [3.0, 0.0, 1.0],
                    origin=rig.origin + [3.0, 0.0, 1.0])  # fmt: skip
    first, second = map_bones(rig), map_bones(moved)
    assert first == second and first.bones is not second.bones
    mirrored = replace(rig, heads=rig.heads * [-1.0, 1.0, 1.0], tails=rig.tails * [-1.0, 1.0, 1.0])
    try:
        other = map_bones(mirrored)
    except MappingError:
        return
    assert other.doubts or other.bones != first.bones, "another body is looked at for itself"
