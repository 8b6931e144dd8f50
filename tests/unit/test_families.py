# SPDX-License-Identifier: GPL-3.0-or-later
"""``mapping.families``: the tables, and rigs whose bones are prefixed, numbered, mirrored or partly renamed."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

import kinescribe.motion.mapping.families as package
import numpy as np
import pytest
from kinescribe.motion import SMPL_JOINTS, MappingError
from kinescribe.motion.mapping.bone_map import ESSENTIAL_JOINTS, SURE_CONFIDENCE, map_bones, suggest_bones
from kinescribe.motion.mapping.bone_names import fold_name
from kinescribe.motion.mapping.families import FAMILIES, Family, find_family
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.skeleton import MAPPED_JOINTS
from rig_kit import A_BODY, MIXAMO_NAMES
from test_bone_map import names_of, rig_of

from devtools.testing.working_tree import ROOT

EVERY = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def named(name: str) -> Family:
    """Return the family of a name."""
    family = find_family(name)
    assert family is not None
    return family


def joined(*rigs: Rig, apart: float = 0.0, **details: object) -> Rig:
    """Join rigs side by side into one armature."""
    starts = np.cumsum([0, *(len(rig) for rig in rigs)])
    shifts = [np.array([apart * i, 0, 0]) for i in range(len(rigs))]
    return make_plain_rig(
        "Both",
        tuple(name for rig in rigs for name in rig.bone_names),
        tuple(
            p + int(s) if p >= 0 else -1 for rig, s in zip(rigs, starts, strict=False) for p in rig.parents
        ),
        np.concatenate([rig.heads + shift for rig, shift in zip(rigs, shifts, strict=True)]),
        np.concatenate([rig.tails + shift for rig, shift in zip(rigs, shifts, strict=True)]),
        **details,
    )


@EVERY
def test_a_family_gives_no_name_to_two_joints_without_need(family: Family) -> None:
    first = [fold_name(names[0]) for names in family.bone_names.values()]
    assert len(set(first)) == len(first)
    assert set(family.bone_names) <= set(MAPPED_JOINTS) and set(ESSENTIAL_JOINTS) <= set(family.bone_names)
    assert {joint for joint, _ in family.companions} <= set(family.bone_names)
    assert all(names for names in family.bone_names.values())
    for joint, names in family.bone_names.items():
        side, _, rest = joint.partition("_")
        if side == "left":
            assert len(names) == len(family.bone_names[f"right_{rest}"])


def test_families_have_names_of_their_own_and_none_is_called_custom() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    assert find_family("custom") is None, "the name of maps that were made by structure"


def test_the_readme_states_how_many_there_are() -> None:
    assert f"Rigs of {len(FAMILIES)} families" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_table_says_where_its_names_come_from() -> None:
    tables = [m.name for m in pkgutil.iter_modules(package.__path__) if m.name != "base"]
    assert len(tables) >= 15
    for table in tables:
        doc = importlib.import_module(f"{package.__name__}.{table}").__doc__ or ""
        assert "Source" in doc, table


@EVERY
@pytest.mark.parametrize("dress", ["Armature|{}", "char1:{}", "ns:sub:{}", "{}.001", "{}_01", "X_{}"])
def test_prefixes_namespaces_and_numbers_change_nothing(family: Family, dress: str) -> None:
    names = {joint: dress.format(name) for joint, name in names_of(family).items()}
    bone_map = map_bones(rig_of(names, A_BODY))
    assert (bone_map.family, bone_map.bones, bone_map.confidence) == (family.name, names, 1.0)


@EVERY
@pytest.mark.parametrize(
    "change", [str.lower, str.upper, lambda name: name.replace(" ", "_").replace(".", "_")]
)
def test_case_and_separators_do_not_count(family: Family, change: object) -> None:
    names = {joint: change(name) for joint, name in names_of(family).items()}  # type: ignore[operator]
    bone_map = map_bones(rig_of(names))
    assert (bone_map.family, bone_map.bones) == (family.name, names)


@EVERY
def test_every_bone_with_a_number_of_its_own(family: Family) -> None:
    names = {joint: f"{name}_{10 + i:02d}" for i, (joint, name) in enumerate(names_of(family).items())}
    bone_map = map_bones(rig_of(names))
    assert (bone_map.family, bone_map.bones) == (family.name, names)


@EVERY
def test_names_on_the_wrong_side_are_doubted(family: Family) -> None:
    names = names_of(family)
    other = {"left": "right", "right": "left"}
    swapped = {
        f"{other[j.partition('_')[0]]}_{j.partition('_')[2]}" if j.startswith(("left", "right")) else j: name
        for j, name in names.items()
    }
    rig = rig_of(swapped, A_BODY)
    with pytest.raises(MappingError, match="left and right seem to be swapped"):
        map_bones(rig)
    guess = suggest_bones(rig)
    assert guess.confidence < SURE_CONFIDENCE and guess.doubts


def test_limbs_with_the_name_of_the_other_side_are_doubted() -> None:
    names = dict(MIXAMO_NAMES)
    for joint in ("shoulder", "elbow", "wrist", "collar"):
        left, right = f"left_{joint}", f"right_{joint}"
        names[left], names[right] = names[right], names[left]
    with pytest.raises(MappingError, match="name of the other side"):
        map_bones(rig_of(names))


@pytest.mark.parametrize("name", ["biped", "mixamo", "rigify_meta"])
def test_an_animal_under_human_names_is_doubted(name: str) -> None:
    names = names_of(named(name))
    rig = rig_of(names)
    # on all fours: the trunk forward, the arms down
    joints = {bone: joint for joint, bone in names.items()}
    heads, hips = rig.heads.copy(), rig.heads[rig.bone_index(names["pelvis"])]
    for i, bone in enumerate(rig.bone_names):
        if not any(part in joints[bone] for part in ("hip", "knee", "ankle", "foot")):
            x, y, z = rig.heads[i] - hips
            heads[i] = hips + [np.sign(x) * min(abs(x), 0.2), z - max(abs(x) - 0.2, 0), y]
    dog = make_plain_rig("Dog", rig.bone_names, rig.parents, heads, heads + 0.05)
    with pytest.raises(MappingError, match="does not stand upright"):
        map_bones(dog)


@pytest.mark.parametrize(
    "joint", ["left_wrist", "head", "spine2", "right_foot", "left_knee", "pelvis", "right_shoulder"]
)
def test_a_renamed_bone_is_completed_by_structure(joint: str) -> None:
    names = {**names_of(named("mixamo")), joint: "something else"}
    bone_map = map_bones(rig_of(names, A_BODY))
    assert bone_map.family == "mixamo" and bone_map.missing == ()
    assert {j: bone_map.bones[j] for j in SMPL_JOINTS} == {j: names[j] for j in SMPL_JOINTS}
    assert SURE_CONFIDENCE <= bone_map.confidence < 1.0


def test_several_renamed_bones_are_completed_too() -> None:
    names = names_of(named("unreal4"))
    for i, joint in enumerate(("left_hip", "right_hip", "left_elbow", "neck")):
        names[joint] = f"renamed {i}"
    bone_map = map_bones(rig_of(names, A_BODY))
    assert bone_map.family == "unreal4" and bone_map.missing == ()
    assert {j: bone_map.bones[j] for j in SMPL_JOINTS} == {j: names[j] for j in SMPL_JOINTS}


def test_names_that_say_nothing_leave_it_to_structure() -> None:
    names = {joint: f"b_{i:02d}" for i, joint in enumerate(names_of(named("mixamo")))}
    bone_map = map_bones(rig_of(names, A_BODY))
    assert bone_map.family == "custom" and SURE_CONFIDENCE <= bone_map.confidence < 1.0
    assert {j: bone_map.bones[j] for j in SMPL_JOINTS} == {j: names[j] for j in SMPL_JOINTS}


def test_short_spines_end_in_the_bone_that_carries_the_arms() -> None:
    names = names_of(named("unity"))
    del names["spine3"], names["spine2"]
    one = map_bones(rig_of(names))
    assert one.bones["spine3"] == "Spine" and "spine1" in one.missing
    names["spine2"] = "Chest"
    two = map_bones(rig_of(names))
    assert (two.bones["spine1"], two.bones["spine3"], two.missing) == ("Spine", "Chest", ("spine2",))


def test_the_lower_body_may_hang_beside_the_upper_one() -> None:
    names = names_of(named("mmd"))
    rig = rig_of(names)
    joints = {bone: joint for joint, bone in names.items()}
    parents = tuple(
        0 if p < 0 or joints[rig.bone_names[i]] == "spine1" else p + 1 for i, p in enumerate(rig.parents)
    )
    centre = np.array([[0, 0.7, 0]])
    beside = make_plain_rig(
        "Model",
        ("センター", *rig.bone_names),
        (-1, *parents),
        np.concatenate([centre, rig.heads]),
        np.concatenate([centre + 0.1, rig.tails]),
    )
    bone_map = map_bones(beside)
    assert (bone_map.family, bone_map.confidence, bone_map.root) == ("mmd", 1.0, "センター")


@pytest.mark.parametrize("second", ["{}.001", "B:{}"])
def test_two_named_characters_are_told_apart_by_selection(second: str) -> None:
    names = names_of(named("mixamo"))
    one, two = rig_of(names), rig_of({j: second.format(n) for j, n in names.items()})
    both = joined(one, two, apart=1.2)
    with pytest.raises(MappingError, match="two characters"):
        map_bones(both)
    knee = second.format(names["left_knee"])
    selected = np.array([name == knee for name in both.bone_names])
    chosen = map_bones(replace(both, selected=selected))
    assert set(chosen.bones.values()) == set(two.bone_names)


def test_layers_of_one_rig_are_one_character() -> None:
    names = names_of(named("rigify_meta"))
    layers = [rig_of({j: f"{layer}-{n}" for j, n in names.items()}) for layer in ("DEF", "ORG", "MCH")]
    assert map_bones(joined(*layers)).family == "rigify_meta"


def test_control_rigs_are_keyed_by_their_controls() -> None:
    for control, below in (
        ("auto_rig_pro", "auto_rig_pro_export"),
        ("mixamo_control", "mixamo"),
        ("rigify", "rigify_meta"),
    ):
        prefix = "DEF-" if control == "rigify" else ""
        deform = {j: prefix + n for j, n in names_of(named(below)).items()}
        both = joined(rig_of(deform), rig_of(names_of(named(control))))
        assert map_bones(both).family == control
        assert map_bones(rig_of(deform)).family == below
