# SPDX-License-Identifier: GPL-3.0-or-later
"""Daz Genesis 3 and 8 with their twist bones in line, and Genesis 9 with them beside the limb."""

from __future__ import annotations

from dataclasses import replace

from ..body import Proportions
from ..spec import RigSpec, body_joints, finger_joints

_TOES = "\n".join(
    f"{{l|r}}{toe} < {{l|r}}Toe : @({x}, {y}, 0.02) -> @({x}, {y - 0.02:.3f}, 0.015)"
    for toe, x, y in (
        ("BigToe", 0.117, -0.09), ("SmallToe1", 0.141, -0.089), ("SmallToe2", 0.157, -0.085),
        ("SmallToe3", 0.167, -0.077), ("SmallToe4", 0.181, -0.068),
    )
)  # fmt: skip
_KNUCKLES = {
    # carpal number, then the first, second and third knuckle and a tip
    "Thumb": (
        0,
        (0.686, -0.043, 1.446),
        (0.708, -0.076, 1.438),
        (0.731, -0.092, 1.428),
        (0.752, -0.107, 1.417),
    ),
    "Index": (
        1,
        (0.749, -0.058, 1.453),
        (0.787, -0.064, 1.450),
        (0.808, -0.066, 1.447),
        (0.829, -0.068, 1.445),
    ),
    "Mid": (
        2,
        (0.753, -0.037, 1.455),
        (0.796, -0.040, 1.453),
        (0.821, -0.042, 1.449),
        (0.843, -0.043, 1.446),
    ),
    "Ring": (
        3,
        (0.748, -0.019, 1.454),
        (0.788, -0.017, 1.451),
        (0.810, -0.016, 1.449),
        (0.830, -0.016, 1.447),
    ),
    "Pinky": (4, (0.743, 0.002, 1.448), (0.770, 0.004, 1.446), (0.787, 0.006, 1.445), (0.804, 0.008, 1.444)),
}
_CARPALS = {
    1: (0.676, -0.038, 1.457),
    2: (0.678, -0.029, 1.457),
    3: (0.679, -0.019, 1.457),
    4: (0.679, -0.010, 1.457),
}


def _fingers() -> str:
    rows = [
        f"{{l|r}}Carpal{k} < {{l|r}}Hand : @{_CARPALS[k]} -> @{places[0]}"
        for k, *places in _KNUCKLES.values()
        if k
    ]
    for name, (carpal, *places) in _KNUCKLES.items():
        above = f"{{l|r}}Carpal{carpal}" if carpal else "{l|r}Hand"
        for k in (1, 2, 3):
            rows.append(f"{{l|r}}{name}{k} < {above} : @{places[k - 1]} -> @{places[k]}")
            above = f"{{l|r}}{name}{k}"
    return "\n".join(rows)


GENESIS_8 = RigSpec(
    name="daz_genesis8",
    label="Daz Genesis 3 and 8",
    family=("daz_genesis8", "daz_genesis3", "daz8", "daz", "genesis8", "genesis3", "genesis"),
    source="A public dump of Genesis' bones with centre points (hip, lThighBend, lMetatarsals, chestUpper)",
    build=Proportions(height=1.76, arms_down=3.0),
    positions="measured",
    axes="chain",
    roll=35.0,
    root="Genesis8Female",
    lines=f"""
    Genesis8Female < - : @(0, 0, 0) -> @(0, 0, 0.1)
    hip < Genesis8Female : @(0, -0.018, 1.052) -> @(0, -0.018, 1.216)
    pelvis < hip : @(0, -0.019, 1.070) -> @(0, -0.019, 0.880)
    {{l|r}}ThighBend < pelvis : @(0.079, -0.004, 0.964) ; mode=YZX
    {{l|r}}ThighTwist < {{l|r}}ThighBend : @(0.086, -0.001, 0.755) ; mode=YZX
    {{l|r}}Shin < {{l|r}}ThighTwist : @(0.095, 0.014, 0.502) -> @(0.116, 0.040, 0.068) ; mode=YZX
    {{l|r}}Foot < {{l|r}}Shin : @(0.116, 0.040, 0.068) -> @(0.130, -0.012, 0.046) ; mode=ZYX
    {{l|r}}Metatarsals < {{l|r}}Foot : @(0.130, -0.012, 0.046) ; mode=ZYX
    {{l|r}}Toe < {{l|r}}Metatarsals : @(0.145, -0.068, 0.019) -> @(0.150, -0.128, 0.012) ; mode=ZYX
    {_TOES}
    {{l|r}}Heel < {{l|r}}Foot : @(0.118, 0.032, 0.062) -> @(0.120, 0.10, 0.02)
    abdomenLower < hip : @(0, -0.018, 1.070) -> @(0, -0.015, 1.151)
    abdomenUpper < abdomenLower : @(0, -0.015, 1.151) -> @(0, -0.011, 1.230)
    chestLower < abdomenUpper : @(0, -0.011, 1.230) -> @(0, 0.025, 1.361)
    {{l|r}}Pectoral < chestLower : @(0.03, -0.04, 1.30) -> @(0.09, -0.12, 1.27)
    chestUpper < chestLower : @(0, 0.025, 1.361) -> @(0, 0.05, 1.494)
    {{l|r}}Collar < chestUpper : @(0.016, 0.041, 1.465)
    {{l|r}}ShldrBend < {{l|r}}Collar : @(0.148, 0.049, 1.464)
    {{l|r}}ShldrTwist < {{l|r}}ShldrBend : @(0.274, 0.045, 1.456)
    {{l|r}}ForearmBend < {{l|r}}ShldrTwist : @(0.418, 0.047, 1.448)
    {{l|r}}ForearmTwist < {{l|r}}ForearmBend : @(0.535, 0.012, 1.451)
    {{l|r}}Hand < {{l|r}}ForearmTwist : @(0.672, -0.027, 1.452) -> @(0.753, -0.037, 1.455)
    {_fingers()}
    neckLower < chestUpper : @(0, 0.05, 1.494) -> @(0, 0.03, 1.538)
    neckUpper < neckLower : @(0, 0.03, 1.538) -> @(0, 0.01, 1.585)
    head < neckUpper : @(0, 0.01, 1.585) -> @(0, 0.01, 1.76)
    upperTeeth < head : @(0, -0.04, 1.62) -> @(0, -0.08, 1.62)
    lowerJaw < head : @(0, 0.0, 1.62) -> @(0, -0.08, 1.57)
    tongue01 < lowerJaw : @(0, -0.02, 1.60) -> @(0, -0.05, 1.60)
    {{l|r}}Eye < head : @(0.032, -0.06, 1.67) -> @(0.032, -0.08, 1.67)
    {{l|r}}Ear < head : @(0.07, 0.02, 1.66) -> @(0.09, 0.03, 1.67)
    upperFaceRig < head : @(0, -0.03, 1.65) -> @(0, -0.03, 1.70)
    """,
    expected=body_joints(
        pelvis="pelvis / hip", hip="{l|r}ThighBend", knee="{l|r}Shin", ankle="{l|r}Foot", foot="{l|r}Toe",
        collar="{l|r}Collar", shoulder="{l|r}ShldrBend", elbow="{l|r}ForearmBend", wrist="{l|r}Hand",
        neck="neckLower", head="head", jaw="lowerJaw", **finger_joints("{l|r}<F><N>", "Index Mid Ring Pinky Thumb"),
    ),
    spine=("abdomenLower", "abdomenUpper", "chestLower", "chestUpper"),
    note="The face's small bones are left out.",
)  # fmt: skip


def _genesis9() -> RigSpec:
    rows = []
    for name, knuckles in (("index", 1), ("mid", 1), ("ring", 1), ("pinky", 1), ("thumb", 0)):
        finger = {"mid": "middle"}.get(name, name)
        above = "{l|r}_hand"
        if knuckles:
            rows.append(f"{{l|r}}_{name}metacarpal < {above} : wrist>{finger}1 0.2 -> {finger}1")
            above = f"{{l|r}}_{name}metacarpal"
        for k in (1, 2, 3):
            rows.append(f"{{l|r}}_{name}{k} < {above} : {finger}{k} -> {finger}{k + 1}")
            above = f"{{l|r}}_{name}{k}"
    fingers = "\n".join(rows)
    return replace(
        GENESIS_8,
        name="daz_genesis9",
        label="Daz Genesis 9",
        family=("daz_genesis9", "daz9", "daz", "genesis9", "genesis"),
        source="Genesis 9 bone names and which twist bones belong to which limb, as Daz-to-Unreal and Blender bridge "
        "tables list them (l_thightwist1, l_indexmetacarpal, spine4)",
        build=Proportions(height=1.78, arms_down=38.0, elbow_bend=8.0, legs_out=6.0, feet_out=6.0),
        positions="constructed",
        root="Genesis9",
        scale=0.01,
        lines=f"""
        Genesis9 < - : @(0, 0, 0) -> @(0, 0, 0.1)
        hip < Genesis9 : pelvis -> belly
        pelvis < hip : pelvis -> pelvis +(0, 0, -0.12)
        {{l|r}}_thigh < pelvis : hip -> knee
        {{l|r}}_thightwist1 < {{l|r}}_thigh : hip -> hip>knee 0.5
        {{l|r}}_thightwist2 < {{l|r}}_thigh : hip>knee 0.5 -> knee
        {{l|r}}_shin < {{l|r}}_thigh : knee -> ankle
        {{l|r}}_foot < {{l|r}}_shin : ankle -> ankle>foot 0.5
        {{l|r}}_metatarsal < {{l|r}}_foot : ankle>foot 0.5 -> foot
        {{l|r}}_toes < {{l|r}}_metatarsal : foot -> toe
        {{l|r}}_bigtoe1 < {{l|r}}_toes : foot +(-0.02, -0.02, 0) -> toe +(-0.02, 0, 0)
        {{l|r}}_pinkytoe1 < {{l|r}}_toes : foot +(0.03, -0.01, 0) -> toe +(0.03, 0.02, 0)
        spine1 < hip : belly -> belly>waist 0.7
        spine2 < spine1 : belly>waist 0.7 -> waist>chest 0.4
        spine3 < spine2 : waist>chest 0.4 -> chest>neck 0.2
        {{l|r}}_pectoral < spine3 : breast
        spine4 < spine3 : chest>neck 0.2 -> neck
        {{l|r}}_shoulder < spine4 : collar -> shoulder
        {{l|r}}_upperarm < {{l|r}}_shoulder : shoulder -> elbow
        {{l|r}}_upperarmtwist1 < {{l|r}}_upperarm : shoulder -> shoulder>elbow 0.5
        {{l|r}}_upperarmtwist2 < {{l|r}}_upperarm : shoulder>elbow 0.5 -> elbow
        {{l|r}}_forearm < {{l|r}}_upperarm : elbow -> wrist
        {{l|r}}_forearmtwist1 < {{l|r}}_forearm : elbow -> elbow>wrist 0.5
        {{l|r}}_forearmtwist2 < {{l|r}}_forearm : elbow>wrist 0.5 -> wrist
        {{l|r}}_hand < {{l|r}}_forearm : wrist -> middle1
        {fingers}
        neck1 < spine4 : neck -> neck>head 0.5
        neck2 < neck1 : neck>head 0.5 -> head
        head < neck2 : head -> top
        {{l|r}}_eye < head : eye
        {{l|r}}_ear < head : head +(0.07, 0, 0.06)
        upperteeth < head : chin +(0, 0, 0.02)
        lowerjaw < head : jaw -> chin
        tongue01 < lowerjaw : jaw>chin 0.5
        """,
        expected=body_joints(
            pelvis="pelvis / hip", hip="{l|r}_thigh", knee="{l|r}_shin", ankle="{l|r}_foot", foot="{l|r}_toes",
            collar="{l|r}_shoulder", shoulder="{l|r}_upperarm", elbow="{l|r}_forearm", wrist="{l|r}_hand",
            neck="neck1", head="head", jaw="lowerjaw", **finger_joints("{l|r}_<F><N>", "index mid ring pinky thumb"),
        ),
        spine=("spine1", "spine2", "spine3", "spine4"),
    )  # fmt: skip


SPECS = (GENESIS_8, _genesis9())
