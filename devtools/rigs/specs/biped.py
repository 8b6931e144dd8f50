# SPDX-License-Identifier: GPL-3.0-or-later
"""3ds Max Biped, with the nubs, footsteps and twist bones that exporters keep."""

from __future__ import annotations

from ..body import Proportions
from ..spec import RigSpec, body_joints

_B = "Bip001 {L|R}"


def _hand() -> tuple[str, dict[str, str]]:
    rows, joints = [], {}
    for number, finger in enumerate(("thumb", "index", "middle", "ring", "pinky")):
        above = f"{_B} Hand"
        for k, tail in enumerate(("", "1", "2"), start=1):
            bone = f"{_B} Finger{number}{tail}"
            rows.append(f"{bone} < {above} : {finger}{k} -> {finger}{k + 1}")
            joints[f"{finger}{k}"] = bone
            above = bone
        rows.append(f"{_B} Finger{number}Nub < {above} : {finger}4")
    return "\n".join(rows), joints


_ROWS, _HANDS = _hand()

BIPED = RigSpec(
    name="biped",
    label="3ds Max Biped",
    family=("biped",),
    source="Biped bone names as public game tools list them (Bip001 L Finger01, Bip001 L Thigh); 3ds Max help, "
    "Understanding Biped",
    build=Proportions(height=1.8, arms_down=50.0, elbow_bend=8.0, legs_out=4.0, feet_out=10.0),
    real=True,
    scale=0.01,
    axes="across",
    root="Bip001",
    lines=f"""
    Bip001 < - : pelvis -> belly
    Bip001 Footsteps < Bip001 : @(0, 0, 0) -> @(0, 0.1, 0) ; control
    Bip001 Pelvis < Bip001 : pelvis -> belly
    Bip001 Spine < Bip001 Pelvis : pelvis>neck 0.15
    Bip001 Spine1 < Bip001 Spine : pelvis>neck 0.4
    Bip001 Spine2 < Bip001 Spine1 : pelvis>neck 0.65
    Bip001 Neck < Bip001 Spine2 : neck
    Bip001 Head < Bip001 Neck : head -> top
    Bip001 HeadNub < Bip001 Head : top
    Bip001 Ponytail1 < Bip001 Head : top +(0, 0.1, -0.05)
    Bip001 Ponytail11 < Bip001 Ponytail1 : neck +(0, 0.14, 0)
    {_B} Clavicle < Bip001 Spine2 : collar
    {_B} UpperArm < {_B} Clavicle : shoulder
    {_B} UpArmTwist < {_B} UpperArm : shoulder>elbow 0.3 -> shoulder>elbow 0.7
    {_B} Forearm < {_B} UpperArm : elbow
    {_B} ForeTwist < {_B} Forearm : elbow>wrist 0.4 -> elbow>wrist 0.8
    {_B} Hand < {_B} Forearm : wrist -> middle1
    {_ROWS}
    {_B} Thigh < Bip001 Pelvis : hip
    {_B} ThighTwist < {_B} Thigh : hip>knee 0.3 -> hip>knee 0.7
    {_B} Calf < {_B} Thigh : knee
    {_B} Foot < {_B} Calf : ankle
    {_B} Toe0 < {_B} Foot : foot -> toe
    {_B} Toe0Nub < {_B} Toe0 : toe
    """,
    expected=body_joints(
        pelvis="Bip001 Pelvis / Bip001", hip=f"{_B} Thigh", knee=f"{_B} Calf", ankle=f"{_B} Foot", foot=f"{_B} Toe0",
        collar=f"{_B} Clavicle", shoulder=f"{_B} UpperArm", elbow=f"{_B} Forearm", wrist=f"{_B} Hand",
        neck="Bip001 Neck", head="Bip001 Head", **_HANDS,
    ),
    spine=("Bip001 Spine", "Bip001 Spine1", "Bip001 Spine2"),
)  # fmt: skip

SPECS = (BIPED,)
