# SPDX-License-Identifier: GPL-3.0-or-later
"""One side of a bone map made from the other."""

from __future__ import annotations

import numpy as np
import pytest
from kinescribe.motion.mapping.mirror_map import Side, mirror_bone_map
from kinescribe.motion.rig import Rig, make_plain_rig
from kinescribe.motion.rotations import rotate, rotation_about_axis
from kinescribe.motion.skeleton import SMPL_JOINTS
from rig_kit import MIXAMO_NAMES, PARENT_OF, T_BODY, body_points, bone_tail


def rig_of(names: dict[str, str], turned: float = 0.0, aside: float = 0.0) -> Rig:
    """A body with these bone names, turned about the vertical and beside the origin."""
    points = body_points(T_BODY)

    def placed(places: list[np.ndarray]) -> np.ndarray:
        return rotate(rotation_about_axis("y", np.array(turned)), np.array(places)) + np.array(
            [aside, 0.0, 0.0]
        )

    return make_plain_rig(
        "Somebody",
        tuple(names[joint] for joint in SMPL_JOINTS),
        tuple(SMPL_JOINTS.index(PARENT_OF[joint]) if PARENT_OF[joint] else -1 for joint in SMPL_JOINTS),
        placed([points[joint] for joint in SMPL_JOINTS]),
        placed([bone_tail(points, joint) for joint in SMPL_JOINTS]),
    )


def without(bones: dict[str, str], side: str) -> dict[str, str]:
    return {joint: bone for joint, bone in bones.items() if not joint.startswith(side)}


NUMBERED = {joint: f"b_{number:02d}" for number, joint in enumerate(SMPL_JOINTS)}
SIDED = {
    "by prefix": {joint: "x:" + name for joint, name in MIXAMO_NAMES.items()},
    "by word": {j: "CC_" + j.replace("left_", "L_").replace("right_", "R_") for j in SMPL_JOINTS},
    "in Japanese": {j: j.replace("left_", "左").replace("right_", "右") for j in SMPL_JOINTS},
    "not at all": NUMBERED,
}


@pytest.mark.parametrize("names", SIDED.values(), ids=SIDED)
@pytest.mark.parametrize("onto, other", [("left", "right_"), ("right", "left_")])
def test_a_side_comes_from_the_other(names: dict[str, str], onto: Side, other: str) -> None:
    assert mirror_bone_map(rig_of(names), without(names, onto + "_"), onto) == names
    # and over what was wrong before
    wrong = {joint: "pelvis" if joint.startswith(onto) else bone for joint, bone in names.items()}
    assert mirror_bone_map(rig_of(names), wrong, onto) == names


def test_the_application_knows_its_own_names() -> None:
    names = {j: j.replace("left_", "sinister ").replace("right_", "dexter ") for j in SMPL_JOINTS}

    def flip(name: str) -> str:
        return name.replace("sinister", "dexter")

    assert mirror_bone_map(rig_of(names), without(names, "right"), "right", flip) == names


@pytest.mark.parametrize("turned", [0.0, 0.7, np.pi / 2])
def test_bones_without_sides_are_found_by_position(turned: float) -> None:
    """Both hips are mapped, so that the plane is known however the rig stands."""
    rig = rig_of(NUMBERED, turned, aside=3.0)
    bones = without(NUMBERED, "right") | {"right_hip": NUMBERED["right_hip"]}
    assert mirror_bone_map(rig, bones, "right") == NUMBERED


def test_what_has_no_twin_stays() -> None:
    names = NUMBERED | {"right_wrist": "hook"}
    rig = rig_of(names)
    places = rig.heads.copy()
    places[rig.bone_index("hook")] += 0.5
    bent = make_plain_rig(rig.name, rig.bone_names, rig.parents, places, rig.tails)
    bones = without(names, "right")
    assert mirror_bone_map(bent, bones, "right") == {j: b for j, b in names.items() if j != "right_wrist"}
    kept = bones | {"right_wrist": "b_00"}
    assert mirror_bone_map(bent, kept, "right")["right_wrist"] == "b_00"


def test_bones_that_are_gone_and_empty_maps_change_nothing() -> None:
    rig = rig_of(NUMBERED)
    assert mirror_bone_map(rig, {}, "left") == {}
    assert mirror_bone_map(rig, {"right_knee": "gone"}, "left") == {"right_knee": "gone"}
