# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up VMD files, as MikuMikuDance writes them: Shift-JIS names, left-handed axes, targets for the legs."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from kinescribe.motion import SMPL_JOINTS, Motion
from kinescribe.motion.formats.vmd_skeleton import BONE_NAMES, JOINT_BONES, PARENTS, REST_POSITIONS, UNIT
from kinescribe.motion.rotations import conjugate, identity_rotations, multiply, rotate, rotation_between

_NEXT = {"腕": "ひじ", "ひじ": "手首", "足": "ひざ", "ひざ": "足首"}
_JOINTS_AFTER = {"shoulder": "elbow", "elbow": "wrist", "hip": "knee", "knee": "ankle"}
LINEAR = bytes((20, 20, 0, 0, 20, 20, 20, 20, 107, 107, 107, 107, 107, 107, 107, 107)) + bytes(
    (20, 20, 20, 20, 20, 20, 20, 107, 107, 107, 107, 107, 107, 107, 107, 0)
) + bytes(32)  # fmt: skip
"""Curves of a key with straight lines; MMD has written its switch of the physics over two bytes of the first row."""


def write_vmd(
    path: Path,
    motion: Motion,
    solved_legs: bool = False,
    stated_switch: bool = True,
    step: int = 1,
    model: str = "初音ミク",
) -> None:
    """Write a motion at 30 frames a second on a standard model.

    Parameters
    ----------
    path : Path
        The file.
    motion : Motion
        At 30 frames a second.
    solved_legs : bool
        Key the targets of the legs in place of thighs and shins.
    stated_switch : bool
        Whether the file switches inverse kinematics on or off.
    step : int
        Frames from one key to the next.
    model : str
        Name of the model.
    """
    world, count = motion.world_transforms[1], len(motion)
    index = {bone: k for k, bone in enumerate(BONE_NAMES)}
    turned: dict[str, np.ndarray] = {}
    rest = motion.skeleton.rest_positions
    for joint, bone in JOINT_BONES.items():
        side, _, kind = joint.partition("_")
        own = world[:, SMPL_JOINTS.index(joint)]
        if kind in _JOINTS_AFTER:
            lower = SMPL_JOINTS.index(f"{side}_{_JOINTS_AFTER[kind]}")
            here = rest[lower] - rest[SMPL_JOINTS.index(joint)]
            there = REST_POSITIONS[index[bone[0] + _NEXT[bone[1:]]]] - REST_POSITIONS[index[bone]]
            own = multiply(own, rotation_between(there, here))
        turned["下半身" if bone == "pelvis" else bone] = own
    placed, local = _pose(motion, turned, index)
    keys: dict[str, tuple[np.ndarray, np.ndarray]] = {
        bone: (np.zeros((count, 3)), turns) for bone, turns in local.items()
    }
    keys["センター"] = placed["センター"], identity_rotations(count)
    if solved_legs:
        for side in "左右":
            for bone in ("足", "ひざ", "足首", "つま先"):
                del keys[side + bone]
            ankle = placed[f"{side}足首"] - REST_POSITIONS[index[f"{side}足ＩＫ"]]
            keys[f"{side}足ＩＫ"] = ankle, turned[f"{side}足首"]
    switches = [(0, {f"{side}足ＩＫ": solved_legs for side in "左右"})] if stated_switch else []
    path.write_bytes(pack_vmd(keys, step=step, model=model, switches=switches))


def _pose(
    motion: Motion, turned: Mapping[str, np.ndarray], index: Mapping[str, int]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return world positions of the bones, the centre's offset among them, and their rotations from their parents."""
    count = len(motion)
    rotations: dict[str, np.ndarray] = {}
    local: dict[str, np.ndarray] = {}
    placed: dict[str, np.ndarray] = {}
    travel = motion.root_translation - motion.root_translation[0] * [1, 0, 1]
    travel = travel - [0.0, float(REST_POSITIONS[index["pelvis"]][1]), 0.0]
    for bone, k in index.items():
        above = rotations[BONE_NAMES[PARENTS[k]]] if PARENTS[k] >= 0 else identity_rotations(count)
        rotations[bone] = turned.get(bone, above)
        if bone in turned:
            local[bone] = multiply(conjugate(above), turned[bone])
        if PARENTS[k] >= 0:
            offset = rotate(above, REST_POSITIONS[k] - REST_POSITIONS[PARENTS[k]])
            placed[bone] = placed[BONE_NAMES[PARENTS[k]]] + offset
        else:
            placed[bone] = np.tile(REST_POSITIONS[k], (count, 1))
    # the lower body turns about the waist: the centre is where that puts the pelvis
    centre = travel + REST_POSITIONS[index["pelvis"]] - placed["pelvis"]
    placed = {bone: at if "ＩＫ" in bone or "IK" in bone else at + centre for bone, at in placed.items()}
    placed["センター"] = centre
    return placed, local


def pack_vmd(
    keys: Mapping[str, tuple[np.ndarray, np.ndarray]],
    step: int = 1,
    model: str = "model",
    switches: Sequence[tuple[int, Mapping[str, bool]]] = (),
    curves: bytes = LINEAR,
    is_cut: bool = False,
) -> bytes:
    """Return a VMD file.

    Parameters
    ----------
    keys : bone to offsets (T, 3) in metres and rotations (T, 4)
        Right-handed, facing +Z.
    step : int
        Frames from one key to the next.
    model : str
        Name of the model.
    switches : sequence of (frame, target to state)
        Inverse kinematics.
    curves : bytes
        The curves of all keys.
    is_cut : bool
        End after the keys of the bones, as some writers do.
    """
    rows = []
    for bone, (offsets, rotations) in keys.items():
        name = bone.encode("cp932")[:15].ljust(15, b"\0")
        last = len(rotations) - 1
        for frame in sorted({*range(0, last + 1, step), last}):
            x, y, z = offsets[frame] / UNIT
            w, qx, qy, qz = rotations[frame]
            rows.append(name + struct.pack("<I3f4f", frame, x, y, -z, -qx, -qy, qz, w) + curves)
    data = b"Vocaloid Motion Data 0002".ljust(30, b"\0") + model.encode("cp932")[:20].ljust(20, b"\0")
    data += struct.pack("<I", len(rows)) + b"".join(rows)
    if is_cut:
        return data
    data += struct.pack("<4I", 0, 0, 0, 0) + struct.pack("<I", len(switches))
    for frame, states in switches:
        data += struct.pack("<IBI", frame, 1, len(states))
        for bone, state in states.items():
            data += bone.encode("cp932")[:20].ljust(20, b"\0") + bytes((state,))
    return data
