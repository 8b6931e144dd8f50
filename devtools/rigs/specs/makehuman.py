# SPDX-License-Identifier: GPL-3.0-or-later
"""MakeHuman's default and game engine rigs, and MB-Lab's.

Places of the first two are those of MPFB's rig files for the base mesh, moved up so that the soles are on the floor.
"""

from __future__ import annotations

import re

from ..body import Proportions
from ..spec import RigSpec, body_joints, finger_joints, finger_lines


def _raised(lines: str, by: float = 0.822) -> str:
    """Heights counted from the middle of MakeHuman's base mesh, counted from the floor."""

    def up(match: re.Match[str]) -> str:
        x, y, z = (float(number) for number in match.group(1).split(","))
        return f"@({x}, {y}, {z + by:.3f})"

    return re.sub(r"@\(([^)]*)\)", up, lines)


_FINGER_PLACES = {
    1: ((0.454, -0.227, 0.190), (0.434, -0.248, 0.181), (0.421, -0.279, 0.167), (0.416, -0.300, 0.150)),
    2: ((0.481, -0.278, 0.157), (0.484, -0.298, 0.142), (0.484, -0.315, 0.125), (0.480, -0.332, 0.105)),
    3: ((0.497, -0.260, 0.146), (0.505, -0.280, 0.120), (0.507, -0.297, 0.098), (0.507, -0.312, 0.076)),
    4: ((0.505, -0.243, 0.138), (0.514, -0.257, 0.114), (0.518, -0.269, 0.093), (0.521, -0.281, 0.069)),
    5: ((0.506, -0.223, 0.130), (0.512, -0.231, 0.110), (0.514, -0.237, 0.096), (0.517, -0.243, 0.078)),
}
_PALM = {
    1: (0.464, -0.209, 0.182),
    2: (0.464, -0.209, 0.182),
    3: (0.476, -0.199, 0.166),
    4: (0.476, -0.199, 0.166),
}


def _default_fingers() -> str:
    rows = [
        f"metacarpal{k}.{{L|R}} < wrist.{{L|R}} : @{_PALM[k]} -> @{_FINGER_PLACES[k + 1][0]}"
        for k in (1, 2, 3, 4)
    ]
    for finger, places in _FINGER_PLACES.items():
        above = f"metacarpal{finger - 1}.{{L|R}}" if finger > 1 else "wrist.{L|R}"
        for k in (1, 2, 3):
            bone = f"finger{finger}-{k}.{{L|R}}"
            rows.append(f"{bone} < {above} : @{places[k - 1]} -> @{places[k]}")
            above = bone
    return "\n".join(rows)


def _game_fingers() -> str:
    rows = []
    for number, name in enumerate(("thumb", "index", "middle", "ring", "pinky"), start=1):
        places, above = _FINGER_PLACES[number], "hand_{l|r}"
        for k in (1, 2, 3):
            rows.append(f"{name}_0{k}_{{l|r}} < {above} : @{places[k - 1]} -> @{places[k]}")
            above = f"{name}_0{k}_{{l|r}}"
    return "\n".join(rows)


_SOURCE = (
    "makehumancommunity/mpfb2, src/mpfb/data/rigs/standard/rig.{}.json (names, parents, default positions)"
)
_BODY = Proportions(height=1.67, arms_down=48.0)

DEFAULT = RigSpec(
    name="makehuman",
    label="MakeHuman default",
    family=("makehuman", "makehuman_default"),
    source=_SOURCE.format("default"),
    build=_BODY,
    positions="measured",
    root="root",
    roll=60.0,
    lines=_raised(f"""
    root < - : @(0, 0.065, 0.052) -> @(0, -0.013, 0.056)
    pelvis.{{L|R}} < root : @(0, -0.013, 0.056) -> @(0.101, -0.005, 0.048)
    upperleg01.{{L|R}} < pelvis.{{L|R}} : @(0.101, -0.005, 0.048)
    upperleg02.{{L|R}} < upperleg01.{{L|R}} : @(0.102, -0.030, -0.030)
    lowerleg01.{{L|R}} < upperleg02.{{L|R}} : @(0.142, -0.037, -0.343)
    lowerleg02.{{L|R}} < lowerleg01.{{L|R}} : @(0.162, -0.030, -0.546)
    foot.{{L|R}} < lowerleg02.{{L|R}} : @(0.181, -0.023, -0.749) -> @(0.183, -0.081, -0.779)
    toe1-1.{{L|R}} < foot.{{L|R}} : @(0.156, -0.155, -0.789) -> @(0.158, -0.179, -0.796)
    toe1-2.{{L|R}} < toe1-1.{{L|R}} : @(0.158, -0.179, -0.796) -> @(0.162, -0.206, -0.804)
    toe2-1.{{L|R}} < foot.{{L|R}} : @(0.178, -0.150, -0.793) -> @(0.182, -0.175, -0.798)
    toe5-1.{{L|R}} < foot.{{L|R}} : @(0.218, -0.120, -0.800) -> @(0.225, -0.140, -0.805)
    spine05 < root : @(0, -0.013, 0.056)
    spine04 < spine05 : @(0, 0.026, 0.136)
    spine03 < spine04 : @(0, 0.010, 0.202)
    spine02 < spine03 : @(0, 0.008, 0.277)
    breast.{{L|R}} < spine02 : @(0, 0.019, 0.421) -> @(0.102, -0.149, 0.396)
    spine01 < spine02 : @(0, 0.019, 0.421)
    clavicle.{{L|R}} < spine01 : @(0.023, -0.022, 0.525)
    shoulder01.{{L|R}} < clavicle.{{L|R}} : @(0.099, -0.022, 0.541)
    upperarm01.{{L|R}} < shoulder01.{{L|R}} : @(0.170, -0.019, 0.502)
    upperarm02.{{L|R}} < upperarm01.{{L|R}} : @(0.217, -0.018, 0.448)
    lowerarm01.{{L|R}} < upperarm02.{{L|R}} : @(0.331, -0.020, 0.322)
    lowerarm02.{{L|R}} < lowerarm01.{{L|R}} : @(0.392, -0.102, 0.259)
    wrist.{{L|R}} < lowerarm02.{{L|R}} : @(0.453, -0.183, 0.197) -> @(0.464, -0.209, 0.182)
    {_default_fingers()}
    neck01 < spine01 : @(0, -0.005, 0.596)
    neck02 < neck01 : @(0, -0.016, 0.627)
    neck03 < neck02 : @(0, -0.027, 0.664)
    head < neck03 : @(0, -0.044, 0.697) -> @(0, -0.037, 0.845)
    jaw < head : @(0, -0.056, 0.703) -> @(0, -0.107, 0.626)
    tongue00 < jaw : @(0, -0.08, 0.68) -> @(0, -0.1, 0.67)
    special05.{{L|R}} < head : @(0.015, -0.06, 0.73) -> @(0.025, -0.1, 0.735)
    eye.{{L|R}} < special05.{{L|R}} : @(0.029, -0.118, 0.736) -> @(0.031, -0.156, 0.733)
    """),
    expected=body_joints(
        pelvis="root / spine05", hip="upperleg01.{L|R}", knee="lowerleg01.{L|R}", ankle="foot.{L|R}",
        foot="toe1-1.{L|R} / toe2-1.{L|R}", collar="clavicle.{L|R}", shoulder="upperarm01.{L|R}",
        elbow="lowerarm01.{L|R}", wrist="wrist.{L|R}", neck="neck01", head="head", jaw="jaw",
        **finger_joints("finger<F>-<N>.{L|R}", "2 3 4 5 1"),
    ),
    spine=("spine05", "spine04", "spine03", "spine02", "spine01"),
    note="The face's muscles and most toes are left out.",
)  # fmt: skip

GAME = RigSpec(
    name="makehuman_game",
    label="MakeHuman game engine",
    family=("makehuman_game", "makehuman", "unreal4", "unreal"),
    source=_SOURCE.format("game_engine"),
    build=_BODY,
    positions="measured",
    root="Root",
    roll=60.0,
    lines=_raised(f"""
    Root < - : @(0, 0, -0.822) -> @(0, 0.1, -0.822)
    pelvis < Root : @(0, -0.013, 0.056) -> @(0, 0.026, 0.136)
    spine_01 < pelvis : @(0, 0.026, 0.136)
    spine_02 < spine_01 : @(0, 0.010, 0.202)
    spine_03 < spine_02 : @(0, 0.008, 0.277) -> @(0, 0.019, 0.421)
    neck_01 < spine_03 : @(0, -0.005, 0.596)
    head < neck_01 : @(0, -0.044, 0.697) -> @(0, -0.037, 0.845)
    clavicle_{{l|r}} < spine_03 : @(0.023, -0.022, 0.525)
    upperarm_{{l|r}} < clavicle_{{l|r}} : @(0.170, -0.019, 0.502)
    lowerarm_{{l|r}} < upperarm_{{l|r}} : @(0.331, -0.020, 0.322)
    hand_{{l|r}} < lowerarm_{{l|r}} : @(0.453, -0.183, 0.197) -> @(0.464, -0.209, 0.182)
    {_game_fingers()}
    thigh_{{l|r}} < pelvis : @(0.101, -0.005, 0.048)
    calf_{{l|r}} < thigh_{{l|r}} : @(0.142, -0.037, -0.343)
    foot_{{l|r}} < calf_{{l|r}} : @(0.181, -0.023, -0.749) -> @(0.186, -0.139, -0.809)
    ball_{{l|r}} < foot_{{l|r}} : @(0.186, -0.139, -0.809) -> @(0.182, -0.205, -0.806)
    """),
    expected=body_joints(
        pelvis="pelvis", hip="thigh_{l|r}", knee="calf_{l|r}", ankle="foot_{l|r}", foot="ball_{l|r}",
        collar="clavicle_{l|r}", shoulder="upperarm_{l|r}", elbow="lowerarm_{l|r}", wrist="hand_{l|r}",
        neck="neck_01", head="head", **finger_joints("<F>_0<N>_{l|r}", "index middle ring pinky thumb"),
    ),
    spine=("spine_01", "spine_02", "spine_03"),
)  # fmt: skip

_MB = "index middle ring pinky thumb"

MB_LAB = RigSpec(
    name="mb_lab",
    label="MB-Lab",
    family=("mb_lab", "mblab", "makehuman", "manuelbastioni"),
    source="MB-Lab's bone names as conversion tables list them (upperarm_twist_L, calf_twist_L, index00_L)",
    build=Proportions(height=1.72, arms_down=45.0, elbow_bend=8.0, legs_out=6.0, feet_out=8.0),
    root="root",
    roll=25.0,
    lines=f"""
    root < - : @(0, 0, 0) -> @(0, 0.2, 0)
    pelvis < root : pelvis -> belly
    spine01 < pelvis : belly
    spine02 < spine01 : waist
    spine03 < spine02 : chest -> neck
    breast_{{L|R}} < spine03 : breast
    neck < spine03 : neck
    head < neck : head -> top
    clavicle_{{L|R}} < spine03 : collar
    upperarm_{{L|R}} < clavicle_{{L|R}} : shoulder -> elbow
    upperarm_twist_{{L|R}} < upperarm_{{L|R}} : shoulder -> shoulder>elbow 0.5
    lowerarm_{{L|R}} < upperarm_{{L|R}} : elbow -> wrist
    lowerarm_twist_{{L|R}} < lowerarm_{{L|R}} : elbow>wrist 0.5 -> wrist
    hand_{{L|R}} < lowerarm_{{L|R}} : wrist
    index00_{{L|R}} < hand_{{L|R}} : wrist>index1 0.25
    middle00_{{L|R}} < hand_{{L|R}} : wrist>middle1 0.25
    ring00_{{L|R}} < hand_{{L|R}} : wrist>ring1 0.25
    pinky00_{{L|R}} < hand_{{L|R}} : wrist>pinky1 0.25
    {finger_lines("<F>0<N>_{L|R}", _MB, "<F>00_{L|R}").replace("thumb00", "hand")}
    thigh_{{L|R}} < pelvis : hip -> knee
    thigh_twist_{{L|R}} < thigh_{{L|R}} : hip -> hip>knee 0.5
    calf_{{L|R}} < thigh_{{L|R}} : knee -> ankle
    calf_twist_{{L|R}} < calf_{{L|R}} : knee>ankle 0.5 -> ankle
    foot_{{L|R}} < calf_{{L|R}} : ankle
    toes_{{L|R}} < foot_{{L|R}} : foot -> toe
    """,
    expected=body_joints(
        pelvis="pelvis", hip="thigh_{L|R}", knee="calf_{L|R}", ankle="foot_{L|R}", foot="toes_{L|R}",
        collar="clavicle_{L|R}", shoulder="upperarm_{L|R}", elbow="lowerarm_{L|R}", wrist="hand_{L|R}", neck="neck",
        head="head", **finger_joints("<F>0<N>_{L|R}", _MB),
    ),
    spine=("spine01", "spine02", "spine03"),
)  # fmt: skip

SPECS = (DEFAULT, GAME, MB_LAB)
