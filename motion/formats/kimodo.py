# SPDX-License-Identifier: GPL-3.0-or-later
"""Kimodo's ``.npz`` files: joints and their rotations in the world, 30 frames a second, metres, Y up, facing +Z.

Layout: docs/source/user_guide/output_formats.md; joints: kimodo/skeleton/definitions.py (github.com/nv-tlabs/kimodo).
``posed_joints`` (T, J, 3), ``global_rot_mats`` (T, J, 3, 3), ``foot_contacts`` (T, 4) left heel, left toe, right heel,
right toe. Rotations count from a T-pose in which they are all the identity, so that the file itself tells how long its
bones are: each is still as seen from the joint that carries it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..errors import FormatError
from ..motion import Motion, Provenance
from ..rotations import Array, conjugate, continuous, from_matrix, multiply
from ..skeleton import SMPL_JOINTS, SMPL_PARENTS, Skeleton
from .npz_arrays import AnyArray, read_arrays

NAMES: frozenset[str] = frozenset(("posed_joints", "global_rot_mats"))
"""Arrays that a file has to have."""

FPS = 30.0

MAX_POSES = 2_000_000
"""Frames times joints: a quarter of an hour of the larger skeleton."""

_FINGERS = ("Index", "Middle", "Ring", "Pinky")


def _hand(side: str, full: bool) -> list[tuple[str, str]]:
    """Joints below a hand, each with its parent's name."""
    hand = f"{side}Hand"
    if not full:
        return [(f"{hand}ThumbEnd", hand), (f"{hand}MiddleEnd", hand)]
    chains = [[f"{hand}Thumb{n}" for n in ("1", "2", "3", "End")]]
    chains += [[f"{hand}{finger}{n}" for n in ("1", "2", "3", "4", "End")] for finger in _FINGERS]
    return [pair for chain in chains for pair in zip(chain, [hand, *chain], strict=False)]


def _soma(full: bool) -> list[tuple[str, str]]:
    """SOMA's joints with their parents' names, in the order of the file: all 77, or the 30 that the model moves."""
    found = [("Hips", ""), ("Spine1", "Hips"), ("Spine2", "Spine1"), ("Chest", "Spine2"), ("Neck1", "Chest"),
             ("Neck2", "Neck1"), ("Head", "Neck2")]  # fmt: skip
    found += [("HeadEnd", "Head")] * full + [("Jaw", "Head"), ("LeftEye", "Head"), ("RightEye", "Head")]
    for side in ("Left", "Right"):
        arm = ("Chest", f"{side}Shoulder", f"{side}Arm", f"{side}ForeArm", f"{side}Hand")
        found += [*zip(arm[1:], arm, strict=False), *_hand(side, full)]
    for side in ("Left", "Right"):
        leg: tuple[str, ...] = ("Hips", f"{side}Leg", f"{side}Shin", f"{side}Foot", f"{side}ToeBase")
        leg += (f"{side}ToeEnd",) * full
        found += zip(leg[1:], leg, strict=False)
    return found


def _tree(pairs: list[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    names = tuple(name for name, _ in pairs)
    return names, tuple(names.index(parent) if parent else -1 for _, parent in pairs)


_SKELETONS: dict[int, tuple[tuple[str, ...], tuple[int, ...]]] = {
    30: _tree(_soma(full=False)),
    77: _tree(_soma(full=True)),
    22: (SMPL_JOINTS, SMPL_PARENTS),
}
_ROBOT = 34  # joints of Unitree's G1

_STILL = 0.02  # metres by which a bone may seem to change its length
_FURTHEST = 1e4


def read_kimodo(path: Path) -> Motion:
    """The motion in a Kimodo file with its own joints. Raises :class:`FormatError`."""
    arrays = read_arrays(path, (*NAMES, "foot_contacts"))
    return kimodo_motion(path, arrays)


def kimodo_motion(path: Path, arrays: Mapping[str, AnyArray]) -> Motion:
    """The motion that the arrays tell. Raises :class:`FormatError`, naming ``path``."""
    places, turns = _checked(path, arrays.get("posed_joints"), arrays.get("global_rot_mats"))
    names, parents = _SKELETONS[places.shape[1]]
    above = np.array(parents[1:])
    ways = np.einsum("tjba,tjb->tja", turns[:, above], places[:, 1:] - places[:, above])
    bones = np.median(ways, axis=0)
    if np.abs(ways - bones).max() > _STILL:
        raise FormatError(
            f"{path.name} has joints that do not follow their rotations: export it again from Kimodo"
        )
    # joint by joint: the candidates of all at once would take half a gigabyte of the longest motion
    world = np.stack([from_matrix(turns[:, j]) for j in range(len(names))], axis=1)
    local = world.copy()
    local[:, 1:] = multiply(conjugate(world[:, above]), world[:, 1:])
    contacts = arrays.get("foot_contacts")
    known = contacts is not None and contacts.shape == (len(places), 4) and contacts.dtype.kind in "bifu"
    body = "SMPL-X" if len(names) == len(SMPL_JOINTS) else "SOMA"
    return Motion(
        Skeleton(names, parents, np.concatenate([np.zeros((1, 3)), bones])),
        FPS,
        places[:, 0],
        continuous(local),
        np.asarray(contacts) > 0.5 if known else None,
        Provenance(source=f"{path.name}: Kimodo, {body} with {len(names)} joints, 30 fps"),
    )


def _checked(path: Path, joints: AnyArray | None, mats: AnyArray | None) -> tuple[Array, Array]:
    if joints is None or mats is None:
        raise FormatError(f"{path.name} lacks Kimodo's posed_joints or global_rot_mats: export it again")
    if joints.ndim == 4 and mats.ndim == 5 and len(joints) == len(mats) == 1:
        joints, mats = joints[0], mats[0]
    if joints.ndim == 3 and joints.shape[1] == _ROBOT:
        raise FormatError(
            f"{path.name} moves Unitree's robot G1, whose joints are no human's: generate with a SOMA or SMPL-X model"
        )
    if joints.ndim != 3 or joints.shape[1:] not in {(n, 3) for n in _SKELETONS} or len(joints) == 0:
        raise FormatError(
            f"{path.name} has posed_joints of the shape {joints.shape}, known are frames of 30 or 77 SOMA joints or "
            "22 SMPL-X joints: export it again from Kimodo"
        )
    if mats.shape != (*joints.shape[:2], 3, 3):
        raise FormatError(
            f"{path.name} has global_rot_mats of the shape {mats.shape}, which do not fit its joints: export it again"
        )
    longest = MAX_POSES // joints.shape[1]
    if len(joints) > longest:
        raise FormatError(
            f"{path.name} holds {len(joints)} frames, at most {longest} are read: cut it into parts"
        )
    if any(array.dtype.kind not in "fiu" for array in (joints, mats)):
        raise FormatError(f"{path.name} has text where numbers should be: export it again")
    places, turns = joints.astype(float), mats.astype(float)
    if not (np.all(np.abs(places) < _FURTHEST) and np.all(np.abs(turns) < 2.0)):
        raise FormatError(
            f"{path.name} has joints or rotations that are not finite or beyond all bounds: export it again"
        )
    if np.abs(np.linalg.det(turns) - 1.0).max() > 0.1:
        raise FormatError(f"{path.name} has rotations that are none: export it again from Kimodo")
    return places, turns
