# SPDX-License-Identifier: GPL-3.0-or-later
"""Body models of the SMPL family as arrays, from the files that their owners publish.

SMPL (Loper et al., SIGGRAPH Asia 2015), SMPL-H (Romero et al., 2017) and SMPL-X (Pavlakos et al., CVPR 2019) come as
``.npz`` files or as pickled dictionaries of the same arrays. The number of joints tells which model a file holds.
Python's ``pickle`` is never used: ``.npz`` entries with objects are not opened, pickles are read by
``restricted_pickle``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..errors import FormatError
from ..formats.npz_arrays import AnyArray, read_arrays
from ..formats.restricted_pickle import read_pickled
from ..rotations import Array
from ..skeleton import SMPL_PARENTS
from .body_pickle import body_pickle_options

BodyKind = Literal["smpl", "smplh", "smplx"]

BODY_LABELS: dict[BodyKind, str] = {"smpl": "SMPL", "smplh": "SMPL-H", "smplx": "SMPL-X"}
MAX_VERTICES = 200_000

_KINDS_BY_JOINT_COUNT: dict[int, BodyKind] = {24: "smpl", 52: "smplh", 55: "smplx"}
_REQUIRED_ARRAYS = ("v_template", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table", "f")
_HAND_ARRAYS = ("hands_meanl", "hands_meanr")
_ARRAY_NAMES = (*_REQUIRED_ARRAYS, *_HAND_ARRAYS)
_ZIP_SIGNATURE = b"PK\x03\x04"

Float32 = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, eq=False)
class BodyModel:
    """A body model of ``V`` vertices and ``J`` joints in its rest pose: metres, Y up, facing +Z."""

    kind: BodyKind
    template: Float32
    """(V, 3): vertices of the average body (``v_template``)."""

    shape_directions: Float32
    """(V, 3, B): vertex offsets for each shape coefficient (``shapedirs``)."""

    pose_directions: Float32
    """(V, 3, 9 (J - 1)): vertex offsets for each entry of the joints' rotation matrices minus the identity
    (``posedirs``)."""

    joint_regressor: Float32
    """(J, V): joint positions are this matrix times the vertices (``J_regressor``)."""

    skin_weights: Float32
    """(V, J): linear blend skinning weights."""

    parents: tuple[int, ...]
    """J indices, -1 for the root."""

    faces: np.ndarray[Any, np.dtype[np.int32]]
    """(F, 3): vertex indices of the triangles."""

    relaxed_hands: Array | None = None
    """(2, 45): axis-angle rotations of the finger joints of the relaxed left and right hand (``hands_mean``); None for
    models without fingers."""

    def compute_rest_pose(self, betas: Sequence[float] = ()) -> tuple[Array, Array]:
        """Return vertices (V, 3) and joints (J, 3) in rest pose for the shape coefficients ``betas``.

        Coefficients beyond those of the model are ignored.
        """
        used = np.asarray(betas, dtype=float)[: self.shape_directions.shape[2]]
        vertices = self.template + self.shape_directions[:, :, : len(used)].astype(float) @ used
        return vertices, np.asarray(self.joint_regressor.astype(float) @ vertices)


def read_body_model(path: Path) -> BodyModel:
    """Read a body model from a file. Raises :class:`FormatError` if the file holds none or is damaged."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            signature = file.read(4)
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    # files of torch.save are zips too, but no body model is published in them
    is_zip = signature == _ZIP_SIGNATURE
    content: Any = (
        read_arrays(path, _ARRAY_NAMES)
        if is_zip
        else read_pickled(path, body_pickle_options(frozenset(_ARRAY_NAMES)))
    )
    if not isinstance(content, dict):
        raise _unusable_error(path.name, "it does not hold named arrays")
    return build_body_model(path.name, content)


def build_body_model(name: str, arrays: Mapping[str, Any]) -> BodyModel:
    """Build a body model from arrays with their published names. Raises :class:`FormatError`, naming the file."""
    missing = [key for key in _REQUIRED_ARRAYS if not isinstance(arrays.get(key), np.ndarray)]
    if missing:
        raise _unusable_error(name, "it lacks {arrays}", arrays=", ".join(missing[:3]))
    checked = {key: _check_numbers(name, key, arrays[key]) for key in _REQUIRED_ARRAYS}
    if checked["shapedirs"].ndim == 2:
        checked["shapedirs"] = checked["shapedirs"][:, :, None]
    vertices, joints = len(checked["v_template"]), checked["weights"].shape[-1]
    kind = _KINDS_BY_JOINT_COUNT.get(joints)
    if kind is None:
        raise _unusable_error(
            name,
            "it has {joints} joints and not 24, 52 or 55 (a MANO hand has 16, a FLAME head 5)",
            joints=joints,
        )
    shapes = {
        "v_template": (vertices, 3),
        "shapedirs": (vertices, 3, checked["shapedirs"].shape[-1]),
        "posedirs": (vertices, 3, 9 * (joints - 1)),
        "J_regressor": (joints, vertices),
        "weights": (vertices, joints),
        "kintree_table": (2, joints),
        "f": (len(checked["f"]), 3),
    }
    wrong = next((key for key, shape in shapes.items() if checked[key].shape != shape), None)
    if wrong is not None or not 3 <= vertices <= MAX_VERTICES:
        key = wrong or "v_template"
        raise _unusable_error(
            name, "its array {array} has the wrong shape {shape}", array=key, shape=checked[key].shape
        )
    table, faces = checked["kintree_table"], checked["f"]
    parents = (-1, *(int(p) for p in table[0, 1:]))
    if parents[:22] != SMPL_PARENTS or any(not 0 <= p < j for j, p in enumerate(parents[1:], 1)):
        raise _unusable_error(name, "its joints are in an order that no SMPL model has")
    if faces.size and (faces.min() < 0 or faces.max() >= vertices):
        raise _unusable_error(name, "its faces use vertices that it lacks")
    return BodyModel(
        kind,
        _to_float32(checked["v_template"]),
        _to_float32(_drop_face_directions(kind, checked["shapedirs"])),
        _to_float32(checked["posedirs"]),
        _to_float32(checked["J_regressor"]),
        _to_float32(checked["weights"]),
        parents,
        np.ascontiguousarray(faces, dtype=np.int32),
        _stack_relaxed_hands(name, arrays),
    )


def _unusable_error(name: str, template: str, **fields: object) -> FormatError:
    """Return the error for a file that is no usable body model; ``template`` and ``fields`` give the reason."""
    return FormatError(
        "{file} can't be used as a body model, {reason}: choose SMPLX_NEUTRAL.npz, SMPL_NEUTRAL.pkl or another body "
        "model as it was published",
        file=name,
        reason=FormatError(template, **fields),
    )


def _check_numbers(name: str, key: str, array: AnyArray) -> AnyArray:
    """Return ``array`` if it holds finite numbers. Raises :class:`FormatError` with ``name`` and ``key``."""
    if array.dtype.kind not in "iuf" or array.ndim == 0:
        raise _unusable_error(name, "its array {array} does not hold numbers", array=key)
    # row by row: a test of the whole array would need a copy of it, which may have 100 MB
    if array.dtype.kind == "f" and not all(np.all(np.abs(row) < 1e6) for row in array):
        raise FormatError(
            "{file} is damaged, {array} holds values that are not finite or too large: download it again",
            file=name,
            array=key,
        )
    return array


def _to_float32(array: AnyArray) -> Float32:
    return np.ascontiguousarray(array, dtype=np.float32)


def _drop_face_directions(kind: BodyKind, directions: AnyArray) -> AnyArray:
    """Return the shape directions without SMPL-X's face expression directions, split as the package ``smplx`` does.

    SMPL-X keeps both in one array: 10 for the shape and 10 for the face in its first files, 300 and 100 in later ones.
    """
    if kind != "smplx":
        return directions
    return directions[:, :, : 300 if directions.shape[2] >= 400 else 10]


def _stack_relaxed_hands(name: str, arrays: Mapping[str, Any]) -> Array | None:
    """Return the (2, 45) rotations of the relaxed hands, None if the arrays don't have both."""
    hand_means = [
        hand for hand in map(arrays.get, _HAND_ARRAYS) if isinstance(hand, np.ndarray) and hand.size == 45
    ]
    if len(hand_means) != 2:
        return None
    hands = np.stack([_check_numbers(name, "hands_mean", hand.reshape(45)) for hand in hand_means])
    return hands.astype(float)
