# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of Kimodo's and ARDY's ``.npz`` files: world positions and rotations in metres, Y up, facing +Z.

Layout: docs/source/user_guide/output_formats.md; joints: kimodo/skeleton/definitions.py (github.com/nv-tlabs/kimodo).
``posed_joints`` (T, J, 3), ``global_rot_mats`` (T, J, 3, 3), ``foot_contacts`` (T, 4) left heel, left toe, right heel,
right toe. Rotations are relative to a T-pose in which all are the identity. The file has no rest pose: the bone offsets
are computed from positions and rotations, in whose parent frames they are constant.

ARDY (github.com/nv-tlabs/ardy) has the same arrays for 27 joints at 20 frames a second. ``fps`` and ``text`` are read
where a file has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from ..errors import FormatError
from ..motion import Motion, Provenance
from ..rotations import Array, conjugate, make_continuous, matrix_to_quaternion, multiply
from ..skeleton import SMPL_JOINTS, SMPL_PARENTS, Skeleton
from .npz_arrays import AnyArray, read_arrays

REQUIRED_ARRAYS: frozenset[str] = frozenset(("posed_joints", "global_rot_mats"))
"""Arrays that a file must have."""

FPS, ARDY_FPS = 30.0, 20.0
"""Frames a second where the file does not say it."""

_ARDY_JOINTS = 27
_RATE_ARRAY, _TEXT_ARRAYS = "fps", ("text", "texts", "prompt")
_FPS_RANGE = (1.0, 240.0)
_MAX_TEXT = 500

MAX_POSES = 2_000_000
"""Largest number of frames times joints: a quarter of an hour of the larger skeleton."""

_FINGERS = ("Index", "Middle", "Ring", "Pinky")


def _list_hand_joints(side: str, full: bool) -> list[tuple[str, str]]:
    """Return the joints below a hand, each with its parent's name."""
    hand = f"{side}Hand"
    if not full:
        return [(f"{hand}ThumbEnd", hand), (f"{hand}MiddleEnd", hand)]
    chains = [[f"{hand}Thumb{n}" for n in ("1", "2", "3", "End")]]
    chains += [[f"{hand}{finger}{n}" for n in ("1", "2", "3", "4", "End")] for finger in _FINGERS]
    return [pair for chain in chains for pair in zip(chain, [hand, *chain], strict=False)]


def _list_soma_joints(full: bool) -> list[tuple[str, str]]:
    """Return SOMA's joints with their parents' names, in the file's order: all 77, or the 30 that the model moves."""
    joints = [("Hips", ""), ("Spine1", "Hips"), ("Spine2", "Spine1"), ("Chest", "Spine2"), ("Neck1", "Chest"),
             ("Neck2", "Neck1"), ("Head", "Neck2")]  # fmt: skip
    joints += [("HeadEnd", "Head")] * full + [("Jaw", "Head"), ("LeftEye", "Head"), ("RightEye", "Head")]
    for side in ("Left", "Right"):
        arm = ("Chest", f"{side}Shoulder", f"{side}Arm", f"{side}ForeArm", f"{side}Hand")
        joints += [*zip(arm[1:], arm, strict=False), *_list_hand_joints(side, full)]
    for side in ("Left", "Right"):
        leg: tuple[str, ...] = ("Hips", f"{side}Leg", f"{side}Shin", f"{side}Foot", f"{side}ToeBase")
        leg += (f"{side}ToeEnd",) * full
        joints += zip(leg[1:], leg, strict=False)
    return joints


def _list_ardy_joints() -> list[tuple[str, str]]:
    """Return the joints of ARDY's Core models with their parents' names, in the file's order."""
    joints = [("Hips", ""), ("Spine", "Hips"), ("Spine1", "Spine"), ("Spine2", "Spine1"), ("Spine3", "Spine2"),
              ("Neck", "Spine3"), ("Head", "Neck")]  # fmt: skip
    for side in ("Right", "Left"):
        hand = f"{side}Hand"
        arm = ("Spine3", f"{side}Shoulder", f"{side}Arm", f"{side}ForeArm", hand)
        joints += [*zip(arm[1:], arm, strict=False), (f"{hand}End", hand), (f"{hand}Thumb1", hand)]
    for side in ("Right", "Left"):
        leg = ("Hips", f"{side}UpLeg", f"{side}Leg", f"{side}Foot", f"{side}ToeBase")
        joints += zip(leg[1:], leg, strict=False)
    return joints


def _build_tree(pairs: list[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return joint names and parent indices for pairs of a joint's and its parent's name."""
    names = tuple(name for name, _ in pairs)
    return names, tuple(names.index(parent) if parent else -1 for _, parent in pairs)


_SKELETONS: dict[int, tuple[tuple[str, ...], tuple[int, ...]]] = {
    30: _build_tree(_list_soma_joints(full=False)),
    77: _build_tree(_list_soma_joints(full=True)),
    22: (SMPL_JOINTS, SMPL_PARENTS),
    _ARDY_JOINTS: _build_tree(_list_ardy_joints()),
}
_ROBOT_JOINTS = 34  # joints of Unitree's G1

_MAX_BONE_CHANGE = 0.02  # metres by which a bone's offset may differ from its median
_MAX_COORDINATE = 1e4


def read_kimodo(path: Path) -> Motion:
    """Read a file of Kimodo or ARDY with its own joints. Raises :class:`FormatError`."""
    arrays = read_arrays(path, (*REQUIRED_ARRAYS, "foot_contacts"))
    for name in (_RATE_ARRAY, *_TEXT_ARRAYS):
        # beside the motion: what can't be read of these is left out
        with suppress(FormatError):
            arrays |= read_arrays(path, (name,))
    return build_kimodo_motion(path, arrays)


def build_kimodo_motion(path: Path, arrays: Mapping[str, AnyArray]) -> Motion:
    """Build a motion from the arrays of a file of Kimodo or ARDY. Raises :class:`FormatError`, naming ``path``."""
    positions, matrices = _check_arrays(path, arrays.get("posed_joints"), arrays.get("global_rot_mats"))
    names, parents = _SKELETONS[positions.shape[1]]
    parent_indices = np.array(parents[1:])
    frame_offsets = np.einsum(
        "tjba,tjb->tja", matrices[:, parent_indices], positions[:, 1:] - positions[:, parent_indices]
    )
    offsets = np.median(frame_offsets, axis=0)
    if np.abs(frame_offsets - offsets).max() > _MAX_BONE_CHANGE:
        raise FormatError(
            "{file} has joints that do not follow their rotations: export it again from Kimodo",
            file=path.name,
        )
    # joint by joint: the temporary arrays of all joints of the longest motion would take half a gigabyte
    world = np.stack([matrix_to_quaternion(matrices[:, j]) for j in range(len(names))], axis=1)
    local = world.copy()
    local[:, 1:] = multiply(conjugate(world[:, parent_indices]), world[:, 1:])
    contacts = arrays.get("foot_contacts")
    has_contacts = (
        contacts is not None and contacts.shape == (len(positions), 4) and contacts.dtype.kind in "bifu"
    )
    fps = _read_rate(arrays.get(_RATE_ARRAY), ARDY_FPS if len(names) == _ARDY_JOINTS else FPS)
    if len(names) == _ARDY_JOINTS:
        source = f"{path.name}: ARDY, 27 joints, {fps:g} fps"
    else:
        body = "SMPL-X" if len(names) == len(SMPL_JOINTS) else "SOMA"
        source = f"{path.name}: Kimodo, {body} with {len(names)} joints, {fps:g} fps"
    return Motion(
        Skeleton(names, parents, np.concatenate([np.zeros((1, 3)), offsets])),
        fps,
        positions[:, 0],
        make_continuous(local),
        np.asarray(contacts) > 0.5 if has_contacts else None,
        Provenance(prompt=_read_text(arrays), source=source),
    )


def _read_rate(array: AnyArray | None, usual: float) -> float:
    """Return the frame rate that a file states if it is a plausible number, else the usual one."""
    if array is None or array.size != 1 or array.dtype.kind not in "fiu":
        return usual
    rate = float(array.reshape(-1)[0])
    return rate if _FPS_RANGE[0] <= rate <= _FPS_RANGE[1] else usual


def _read_text(arrays: Mapping[str, AnyArray]) -> str:
    """Return the prompt that a file states, or its several prompts in a row; empty if there is none."""
    for name in _TEXT_ARRAYS:
        array = arrays.get(name)
        if array is not None and array.dtype.kind == "U" and 0 < array.size <= 100:
            return " ".join(" ".join(str(text) for text in array.reshape(-1)).split())[:_MAX_TEXT]
    return ""


def _check_arrays(path: Path, joints: AnyArray | None, mats: AnyArray | None) -> tuple[Array, Array]:
    """Return positions (T, J, 3) and rotation matrices (T, J, 3, 3) as floats. Raises :class:`FormatError`."""
    if joints is None or mats is None:
        raise FormatError(
            "{file} lacks Kimodo's posed_joints or global_rot_mats: export it again", file=path.name
        )
    if joints.ndim == 4 and mats.ndim == 5 and len(joints) == len(mats) == 1:
        joints, mats = joints[0], mats[0]
    if joints.ndim == 3 and joints.shape[1] == _ROBOT_JOINTS:
        raise FormatError(
            "{file} is a motion of Unitree's robot G1, which has no human joints: generate it with a SOMA or SMPL-X "
            "model",
            file=path.name,
        )
    if joints.ndim != 3 or joints.shape[1:] not in {(n, 3) for n in _SKELETONS} or len(joints) == 0:
        raise FormatError(
            "{file} has posed_joints of the shape {shape}, but only frames of 30 or 77 SOMA joints, 22 SMPL-X joints "
            "or ARDY's 27 can be read: export it again",
            file=path.name,
            shape=joints.shape,
        )
    if mats.shape != (*joints.shape[:2], 3, 3):
        raise FormatError(
            "{file} has global_rot_mats of the shape {shape}, which do not fit its joints: export it again",
            file=path.name,
            shape=mats.shape,
        )
    longest = MAX_POSES // joints.shape[1]
    if len(joints) > longest:
        raise FormatError(
            "{file} holds {count} frames, at most {limit} can be read: cut it into parts",
            file=path.name,
            count=len(joints),
            limit=longest,
        )
    if any(array.dtype.kind not in "fiu" for array in (joints, mats)):
        raise FormatError("{file} has text where numbers should be: export it again", file=path.name)
    positions, matrices = joints.astype(float), mats.astype(float)
    if not (np.all(np.abs(positions) < _MAX_COORDINATE) and np.all(np.abs(matrices) < 2.0)):
        raise FormatError(
            "{file} has positions or rotations that are not finite or too large: export it again",
            file=path.name,
        )
    if np.abs(np.linalg.det(matrices) - 1.0).max() > 0.1:
        raise FormatError(
            "{file} has matrices that are not rotations: export it again from Kimodo", file=path.name
        )
    return positions, matrices
