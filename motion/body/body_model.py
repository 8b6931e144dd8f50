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
from .body_pickle import body_pickle

Kind = Literal["smpl", "smplh", "smplx"]

LABELS: dict[Kind, str] = {"smpl": "SMPL", "smplh": "SMPL-H", "smplx": "SMPL-X"}
MAX_VERTICES = 200_000

_JOINTS: dict[int, Kind] = {24: "smpl", 52: "smplh", 55: "smplx"}
_NEEDED = ("v_template", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table", "f")
_HANDS = ("hands_meanl", "hands_meanr")
_NAMES = (*_NEEDED, *_HANDS)
_ZIP = b"PK\x03\x04"

Float32 = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, eq=False)
class BodyModel:
    """A body model of ``V`` vertices and ``J`` joints in its rest pose: metres, Y up, facing +Z."""

    kind: Kind
    template: Float32
    """(V, 3): vertices of the average body (``v_template``)."""

    shapes: Float32
    """(V, 3, B): vertex offsets for each shape coefficient (``shapedirs``)."""

    correctives: Float32
    """(V, 3, 9 (J - 1)): vertex offsets for each entry of the joints' rotation matrices minus the identity
    (``posedirs``)."""

    regressor: Float32
    """(J, V): joint positions are this matrix times the vertices (``J_regressor``)."""

    weights: Float32
    """(V, J): linear blend skinning weights."""

    parents: tuple[int, ...]
    """J indices, -1 for the root."""

    faces: np.ndarray[Any, np.dtype[np.int32]]
    """(F, 3): vertex indices of the triangles."""

    hands: Array | None = None
    """(2, 45): axis-angle rotations of the finger joints of the relaxed left and right hand (``hands_mean``); None for
    models without fingers."""

    def shaped(self, betas: Sequence[float] = ()) -> tuple[Array, Array]:
        """Return vertices (V, 3) and joints (J, 3) in rest pose for the shape coefficients ``betas``.

        Coefficients beyond those of the model are ignored.
        """
        used = np.asarray(betas, dtype=float)[: self.shapes.shape[2]]
        vertices = self.template + self.shapes[:, :, : len(used)].astype(float) @ used
        return vertices, np.asarray(self.regressor.astype(float) @ vertices)


def read_body_model(path: Path) -> BodyModel:
    """Read a body model from a file. Raises :class:`FormatError` if the file holds none or is damaged."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    # files of torch.save are zips too, but no body model is published in them
    zipped = start == _ZIP
    found: Any = read_arrays(path, _NAMES) if zipped else read_pickled(path, body_pickle(frozenset(_NAMES)))
    if not isinstance(found, dict):
        raise _error(path.name, "it does not hold named arrays")
    return body_model(path.name, found)


def body_model(name: str, arrays: Mapping[str, Any]) -> BodyModel:
    """Build a body model from arrays with their published names. Raises :class:`FormatError`, naming the file."""
    lacking = [key for key in _NEEDED if not isinstance(arrays.get(key), np.ndarray)]
    if lacking:
        raise _error(name, "it lacks {arrays}", arrays=", ".join(lacking[:3]))
    given = {key: _numbers(name, key, arrays[key]) for key in _NEEDED}
    if given["shapedirs"].ndim == 2:
        given["shapedirs"] = given["shapedirs"][:, :, None]
    vertices, joints = len(given["v_template"]), given["weights"].shape[-1]
    kind = _JOINTS.get(joints)
    if kind is None:
        raise _error(
            name,
            "it has {joints} joints and not 24, 52 or 55 (a MANO hand has 16, a FLAME head 5)",
            joints=joints,
        )
    shapes = {
        "v_template": (vertices, 3),
        "shapedirs": (vertices, 3, given["shapedirs"].shape[-1]),
        "posedirs": (vertices, 3, 9 * (joints - 1)),
        "J_regressor": (joints, vertices),
        "weights": (vertices, joints),
        "kintree_table": (2, joints),
        "f": (len(given["f"]), 3),
    }
    wrong = next((key for key, shape in shapes.items() if given[key].shape != shape), None)
    if wrong is not None or not 3 <= vertices <= MAX_VERTICES:
        key = wrong or "v_template"
        raise _error(name, "its array {array} has the wrong shape {shape}", array=key, shape=given[key].shape)
    table, faces = given["kintree_table"], given["f"]
    parents = (-1, *(int(p) for p in table[0, 1:]))
    if parents[:22] != SMPL_PARENTS or any(not 0 <= p < j for j, p in enumerate(parents[1:], 1)):
        raise _error(name, "its joints are in an order that no SMPL model has")
    if faces.size and (faces.min() < 0 or faces.max() >= vertices):
        raise _error(name, "its faces use vertices that it lacks")
    return BodyModel(
        kind,
        _single(given["v_template"]),
        _single(_of_shape(kind, given["shapedirs"])),
        _single(given["posedirs"]),
        _single(given["J_regressor"]),
        _single(given["weights"]),
        parents,
        np.ascontiguousarray(faces, dtype=np.int32),
        _hands(name, arrays),
    )


def _error(name: str, template: str, **fields: object) -> FormatError:
    """Return the error for a file that is no usable body model; ``template`` and ``fields`` give the reason."""
    return FormatError(
        "{file} can't be used as a body model, {reason}: choose SMPLX_NEUTRAL.npz, SMPL_NEUTRAL.pkl or another body "
        "model as it was published",
        file=name,
        reason=FormatError(template, **fields),
    )


def _numbers(name: str, key: str, array: AnyArray) -> AnyArray:
    """Return ``array`` if it holds finite numbers. Raises :class:`FormatError` with ``name`` and ``key``."""
    if array.dtype.kind not in "iuf" or array.ndim == 0:
        raise _error(name, "its array {array} does not hold numbers", array=key)
    # row by row: a test of the whole array would need a copy of it, which may have 100 MB
    if array.dtype.kind == "f" and not all(np.all(np.abs(row) < 1e6) for row in array):
        raise FormatError(
            "{file} is damaged, {array} holds values that are not finite or too large: download it again",
            file=name,
            array=key,
        )
    return array


def _single(array: AnyArray) -> Float32:
    return np.ascontiguousarray(array, dtype=np.float32)


def _of_shape(kind: Kind, shapes: AnyArray) -> AnyArray:
    """Return the shape directions without SMPL-X's face expression directions, split as the package ``smplx`` does.

    SMPL-X keeps both in one array: 10 for the shape and 10 for the face in its first files, 300 and 100 in later ones.
    """
    if kind != "smplx":
        return shapes
    return shapes[:, :, : 300 if shapes.shape[2] >= 400 else 10]


def _hands(name: str, arrays: Mapping[str, Any]) -> Array | None:
    """Return the (2, 45) rotations of the relaxed hands, None if the arrays don't have both."""
    found = [hand for hand in map(arrays.get, _HANDS) if isinstance(hand, np.ndarray) and hand.size == 45]
    if len(found) != 2:
        return None
    hands = np.stack([_numbers(name, "hands_mean", hand.reshape(45)) for hand in found])
    return hands.astype(float)
