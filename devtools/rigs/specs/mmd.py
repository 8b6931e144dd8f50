# SPDX-License-Identifier: GPL-3.0-or-later
"""MikuMikuDance models: Japanese names as files have them and as mmd_tools leaves them in Blender, and English ones.

Heights of the joints are those of the MMD rig table of ft-lab's BoneUtil plug-in for Shade3D (millimetres there).
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..body import Proportions
from ..spec import IkChain, RigSpec, body_joints

_FINGERS = (
    ("親", "thumb", 2),
    ("人", "index", 3),
    ("中", "middle", 3),
    ("薬", "ring", 3),
    ("小", "pinky", 3),
)
_WIDE = "０１２３"
_KNUCKLES = {
    "thumb": ((0.480, -0.043, 1.086), (0.514, -0.074, 1.063), (0.534, -0.093, 1.043)),
    "index": ((0.507, -0.008, 1.075), (0.540, -0.021, 1.053), (0.588, -0.035, 1.026), (0.615, -0.041, 1.002)),
    "middle": ((0.510, 0.033, 1.076), (0.544, 0.034, 1.052), (0.602, 0.033, 1.020), (0.646, 0.033, 1.008)),
    "ring": ((0.512, 0.069, 1.078), (0.546, 0.073, 1.052), (0.595, 0.074, 1.022), (0.628, 0.075, 0.997)),
    "pinky": ((0.497, 0.108, 1.082), (0.529, 0.115, 1.058), (0.572, 0.117, 1.032), (0.607, 0.117, 1.010)),
}


def _hand() -> tuple[str, dict[str, str]]:
    rows, joints = [], {}
    for sign, finger, count in _FINGERS:
        above = "{左|右}手首"
        places = _KNUCKLES[finger]
        for k in range(count):
            # a thumb's first bone is often left out: its second and third are numbered 1 and 2
            bone = f"{{左|右}}{sign}指{_WIDE[k + 1]}"
            rows.append(f"{bone} < {above} : @{places[k]} -> @{places[k + 1]}")
            joints[f"{finger}{k + 1 + (3 - count)}"] = bone
            above = bone
    return "\n".join(rows), joints


_ROWS, _HANDS = _hand()
_LINES = f"""
    全ての親 < - : @(0, 0, 0) -> @(0, 0, 0.1)
    センター < 全ての親 : @(0, 0, 0.8) -> @(0, 0, 0.7)
    グルーブ < センター : @(0, 0, 0.82) -> @(0, 0, 0.9)
    腰 < グルーブ : @(0, 0.02, 1.05) -> @(0, 0, 1.175)
    上半身 < 腰 : @(0, 0, 1.175) -> @(0, 0, 1.26)
    上半身2 < 上半身 : @(0, 0, 1.26) -> @(0, 0, 1.383)
    首 < 上半身2 : @(0, 0, 1.383)
    頭 < 首 : @(0, 0, 1.443) -> @(0, -0.02, 1.564)
    両目 < 頭 : @(0, -0.05, 1.7) -> @(0, -0.05, 1.75)
    {{左|右}}目 < 頭 : @(0.051, -0.065, 1.529) -> @(0.051, -0.092, 1.529)
    前髪１ < 頭 : @(0, -0.1, 1.6) -> @(0, -0.12, 1.5)
    {{左|右}}髪１ < 頭 : @(0.12, 0.02, 1.58) -> @(0.2, 0.04, 1.3)
    {{左|右}}髪２ < {{左|右}}髪１ : @(0.2, 0.04, 1.3) -> @(0.22, 0.06, 0.9)
    {{左|右}}胸 < 上半身2 : @(0.07, -0.08, 1.3) -> @(0.08, -0.14, 1.29)
    {{左|右}}肩P < 上半身2 : @(0.033, 0, 1.37) -> @(0.033, 0, 1.42) ; control
    {{左|右}}肩 < {{左|右}}肩P : @(0.033, 0, 1.37) -> @(0.102, 0, 1.34)
    {{左|右}}肩C < {{左|右}}肩 : @(0.102, 0, 1.34) -> @(0.102, 0, 1.39) ; control
    {{左|右}}腕 < {{左|右}}肩C : @(0.102, 0, 1.34) -> @(0.284, 0.019, 1.216)
    {{左|右}}腕捩 < {{左|右}}腕 : @(0.211, 0.011, 1.266) -> @(0.284, 0.019, 1.216)
    {{左|右}}ひじ < {{左|右}}腕捩 : @(0.284, 0.019, 1.216) -> @(0.432, 0.019, 1.094)
    {{左|右}}手捩 < {{左|右}}ひじ : @(0.373, 0.019, 1.143) -> @(0.432, 0.019, 1.094)
    {{左|右}}手首 < {{左|右}}手捩 : @(0.432, 0.019, 1.094) -> @(0.489, 0.019, 1.054)
    {{左|右}}ダミー < {{左|右}}手首 : @(0.47, 0.019, 1.05) -> @(0.5, 0.019, 1.0) ; control
    {_ROWS}
    下半身 < 腰 : @(0, 0, 1.175) -> @(0, 0, 0.96)
    スカート_{{0|1}}_0 < 下半身 : @(0.1, -0.08, 1.0) -> @(0.2, -0.12, 0.7)
    {{左|右}}足 < 下半身 : @(0.07, 0, 0.943)
    {{左|右}}ひざ < {{左|右}}足 : @(0.07, -0.027, 0.547)
    {{左|右}}足首 < {{左|右}}ひざ : @(0.07, -0.009, 0.091) -> @(0.07, -0.16, 0.03)
    {{左|右}}足D < 下半身 : @(0.07, 0, 0.943) -> @(0.07, -0.027, 0.547)
    {{左|右}}ひざD < {{左|右}}足D : @(0.07, -0.027, 0.547) -> @(0.07, -0.009, 0.091)
    {{左|右}}足首D < {{左|右}}ひざD : @(0.07, -0.009, 0.091) -> @(0.07, -0.16, 0.03)
    {{左|右}}足先EX < {{左|右}}足首D : @(0.07, -0.13, 0.04) -> @(0.07, -0.2, 0.03)
    {{左|右}}足IK親 < 全ての親 : @(0.07, -0.009, 0) -> @(0.07, -0.009, 0.05) ; control
    {{左|右}}足ＩＫ < {{左|右}}足IK親 : @(0.07, -0.009, 0.091) -> @(0.07, 0.1, 0.091) ; control
    {{左|右}}つま先ＩＫ < {{左|右}}足ＩＫ : @(0.07, -0.2, 0.03) -> @(0.07, -0.2, -0.05) ; control
"""
_EXPECTED = body_joints(
    pelvis="下半身 / 腰 / グルーブ / センター", hip="{左|右}足 / {左|右}足D", knee="{左|右}ひざ / {左|右}ひざD",
    ankle="{左|右}足首 / {左|右}足首D", foot="{左|右}足先EX", collar="{左|右}肩", shoulder="{左|右}腕",
    elbow="{左|右}ひじ", wrist="{左|右}手首", neck="首", head="頭", **_HANDS,
)  # fmt: skip

JAPANESE = RigSpec(
    name="mmd_japanese",
    label="MMD, Japanese names",
    family=("mmd", "mmd_japanese"),
    source="Standard and semi-standard bone names of MMD models (ft-lab BoneUtil table; miu200521358 vmd_sizing)",
    build=Proportions(height=1.7, arms_down=35.0),
    positions="measured",
    root="全ての親",
    lines=_LINES,
    expected=_EXPECTED,
    spine=("上半身", "上半身2"),
    position_overrides={"hip": "{左|右}足D", "knee": "{左|右}ひざD", "ankle": "{左|右}足首D"},
    # grants of the semi-standard legs, as mmd_tools builds them
    copied=tuple(
        (f"{side}{bone}D", f"{side}{bone}") for side in ("左", "右") for bone in ("足", "ひざ", "足首")
    ),
)


def _suffixed(text: str) -> str:
    """As mmd_tools renames what it imports: "左足" becomes "足.L"."""
    whole = re.sub(r"\{左\|右\}(\w+)", r"\1.{L|R}", text)
    return re.sub(r"([左右])(\w+)", lambda m: f"{m.group(2)}.{'L' if m.group(1) == '左' else 'R'}", whole)


TOOLS = replace(
    JAPANESE,
    name="mmd_tools",
    label="MMD, as mmd_tools names bones",
    source="UuuNyaa/blender_mmd_tools documentation of its renaming to .L and .R",
    lines="\n".join(_suffixed(line) for line in _LINES.splitlines()),
    expected={joint: _suffixed(bone) for joint, bone in _EXPECTED.items()},
    position_overrides={joint: _suffixed(bone) for joint, bone in JAPANESE.position_overrides.items()},
    copied=tuple((_suffixed(a), _suffixed(b)) for a, b in JAPANESE.copied),
    # mmd_tools leaves the leg's IK constraint on, so that rotations of thigh and shin alone show nothing
    ik_chains=tuple(IkChain(f"ひざ.{side}", f"足ＩＫ.{side}", "") for side in "LR"),
    note="Its leg IK is always on, as mmd_tools leaves it.",
)

_ENGLISH_FINGERS = (
    ("thumb", "thumb", 2),
    ("fore", "index", 3),
    ("middle", "middle", 3),
    ("third", "ring", 3),
    ("little", "pinky", 3),
)


def _english_hand() -> tuple[str, dict[str, str]]:
    rows, joints = [], {}
    for name, finger, count in _ENGLISH_FINGERS:
        above = "wrist_{L|R}"
        for k in range(count):
            bone = f"{name}{k + 1}_{{L|R}}"
            rows.append(f"{bone} < {above} : @{_KNUCKLES[finger][k]} -> @{_KNUCKLES[finger][k + 1]}")
            joints[f"{finger}{k + 1 + (3 - count)}"] = bone
            above = bone
    return "\n".join(rows), joints


_ENGLISH_ROWS, _ENGLISH_HANDS = _english_hand()

ENGLISH = RigSpec(
    name="mmd_english",
    label="MMD, English names",
    family=("mmd", "mmd_english"),
    source="English bone names of MMD models (ft-lab BoneUtil table: lower body, leg_L, ankle_L, fore1_L)",
    build=Proportions(height=1.7, arms_down=35.0),
    positions="measured",
    root="mother",
    lines=f"""
    mother < - : @(0, 0, 0) -> @(0, 0, 0.1)
    center < mother : @(0, 0, 0.8) -> @(0, 0, 0.7)
    groove < center : @(0, 0, 0.82) -> @(0, 0, 0.9)
    upper body < groove : @(0, 0, 1.175) -> @(0, 0, 1.26)
    upper body2 < upper body : @(0, 0, 1.26) -> @(0, 0, 1.383)
    neck < upper body2 : @(0, 0, 1.383)
    head < neck : @(0, 0, 1.443) -> @(0, -0.02, 1.564)
    eyes < head : @(0, -0.05, 1.7) -> @(0, -0.05, 1.75)
    eye_{{L|R}} < head : @(0.051, -0.065, 1.529) -> @(0.051, -0.092, 1.529)
    shoulder_{{L|R}} < upper body2 : @(0.033, 0, 1.37)
    arm_{{L|R}} < shoulder_{{L|R}} : @(0.102, 0, 1.34)
    arm twist_{{L|R}} < arm_{{L|R}} : @(0.211, 0.011, 1.266) -> @(0.284, 0.019, 1.216)
    elbow_{{L|R}} < arm twist_{{L|R}} : @(0.284, 0.019, 1.216)
    wrist twist_{{L|R}} < elbow_{{L|R}} : @(0.373, 0.019, 1.143) -> @(0.432, 0.019, 1.094)
    wrist_{{L|R}} < wrist twist_{{L|R}} : @(0.432, 0.019, 1.094) -> @(0.489, 0.019, 1.054)
    {_ENGLISH_ROWS}
    lower body < groove : @(0, 0, 1.175) -> @(0, 0, 0.96)
    leg_{{L|R}} < lower body : @(0.07, 0, 0.943)
    knee_{{L|R}} < leg_{{L|R}} : @(0.07, -0.027, 0.547)
    ankle_{{L|R}} < knee_{{L|R}} : @(0.07, -0.009, 0.091) -> @(0.07, -0.2, 0.03)
    leg IK_{{L|R}} < mother : @(0.07, -0.009, 0.091) -> @(0.07, 0.1, 0.091) ; control
    toe IK_{{L|R}} < leg IK_{{L|R}} : @(0.07, -0.2, 0.03) -> @(0.07, -0.2, -0.05) ; control
    """,
    expected=body_joints(
        pelvis="lower body / groove / center", hip="leg_{L|R}", knee="knee_{L|R}", ankle="ankle_{L|R}",
        collar="shoulder_{L|R}", shoulder="arm_{L|R}", elbow="elbow_{L|R}", wrist="wrist_{L|R}", neck="neck",
        head="head", **_ENGLISH_HANDS,
    ),
    spine=("upper body", "upper body2"),
)  # fmt: skip

SPECS = (JAPANESE, TOOLS, ENGLISH)
