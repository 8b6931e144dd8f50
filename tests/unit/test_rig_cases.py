# SPDX-License-Identifier: GPL-3.0-or-later
"""``mapping``: rigs that real files have, with their right bone maps, and animals that are asked about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion.mapping.bone_map import SURE_CONFIDENCE, suggest_bones
from kinescribe.motion.mapping.side_names import has_animal_limbs

from devtools.testing.animals import make_bird, make_four_legged
from devtools.testing.rig_cases import (
    RIG_CASES,
    RigCase,
    build_rig,
    check_rig,
    read_rig_case,
)


@pytest.mark.parametrize("case", RIG_CASES, ids=lambda case: case.name)
def test_rigs_are_mapped_right(case: RigCase) -> None:
    assert check_rig(case) == []


def test_rigs_of_the_optional_material_are_mapped_right(shared: Path) -> None:
    found = sorted((shared / "cases").glob("rig-*/rig.json"))
    if not found:
        pytest.skip("the optional material has no rigs")
    for path in found:
        assert check_rig(read_rig_case(path)) == [], path.parent.name


def test_animals_of_many_builds_are_never_certain() -> None:
    random = np.random.default_rng(3)
    for _ in range(60):
        bird = make_bird(
            legs=random.uniform(0.15, 0.8),
            lean=random.uniform(5.0, 88.0),
            wing=str(random.choice(["wing{}.{S}", "b{S}{}"])),
            leg="c{S}{}",
            tail=bool(random.random() < 0.5),
        )
        animal = make_four_legged(
            random.uniform(0.3, 1.8),
            random.uniform(0.1, 2.0),
            str(random.choice(["foreleg{}.{S}", "b{S}{}"])),
            "c{S}{}",
        )
        for name, bones in (("bird", bird), ("animal", animal)):
            suggestion = suggest_bones(build_rig(RigCase(name, bones, turn=random.uniform(0, 360))))
            assert suggestion.confidence < SURE_CONFIDENCE, name


@pytest.mark.parametrize(
    ("bones", "is_animal"),
    [
        ({"left_shoulder": "Wing1.L", "right_shoulder": "Wing1.R"}, True),
        ({"left_shoulder": "LeftWing", "right_shoulder": "RightWing"}, True),
        ({"left_elbow": "lwing2", "right_elbow": "rwing2"}, True),
        ({"left_shoulder": "front_leg.L", "right_shoulder": "front_leg.R"}, True),
        ({"left_hip": "BackLeg_L", "right_hip": "BackLeg_R"}, True),
        ({"left_wrist": "Paw.L", "right_wrist": "Paw.R"}, True),
        ({"left_shoulder": "LegUpper.L", "right_shoulder": "LegUpper.R"}, True),
        ({"left_elbow": "LeftForeArm", "right_elbow": "RightForeArm"}, False),
        ({"left_hip": "LeftUpLeg", "right_hip": "RightUpLeg", "left_ankle": "l_foot"}, False),
        ({"left_hip": "Spawn_Leg_L", "right_hip": "Spawn_Leg_R"}, False),
        ({"left_wrist": "Paw.L", "right_wrist": "Hand.R"}, False),
        ({"left_index1": "feather", "right_index1": "feather.R"}, False),
    ],
)
def test_animals_are_known_by_the_names_of_their_limbs(bones: dict[str, str], is_animal: bool) -> None:
    assert has_animal_limbs(bones) is is_animal
