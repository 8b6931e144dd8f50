# SPDX-License-Identifier: GPL-3.0-or-later
"""Body models of the SMPL family as arrays, from the files that their owners publish.

SMPL (Loper et al., SIGGRAPH Asia 2015), SMPL-H (Romero et al., 2017) and SMPL-X (Pavlakos et al., CVPR 2019) come as
``.npz`` or pickled dictionaries of the same arrays. Which one a file is, is told by how many joints it has. Nothing
is unpickled by Python: ``.npz`` entries with objects are never opened, pickles go through the restricted reader.
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
EXPECTED = "choose SMPLX_NEUTRAL.npz, SMPL_NEUTRAL.pkl or another body model as it was published"

_JOINTS: dict[int, Kind] = {24: "smpl", 52: "smplh", 55: "smplx"}
_OTHERS = {16: "a hand (MANO)", 5: "a head (FLAME)"}
_NEEDED = ("v_template", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table", "f")
_HANDS = ("hands_meanl", "hands_meanr")
_FACE = 10, 100
"""Shape and face coefficients lie in one array in SMPL-X: 10 and 10 of them in its first files, 300 and 100 since."""

_NAMES = (*_NEEDED, *_HANDS)
_ZIP = b"PK\x03\x04"

Float32 = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, eq=False)
class BodyModel:
    """A body of ``V`` vertices and ``J`` joints, Y up and facing +Z, metres, as published.

    ``template`` (V, 3): the average body. ``shapes`` (V, 3, B): what each shape coefficient adds. ``correctives``
    (V, 3, 9 (J - 1)): what each entry of the joints' rotation matrices, less the identity, adds. ``regressor`` (J, V):
    from vertices to joints. ``weights`` (V, J): of the skin. ``parents``: J indices, -1 for the root. ``faces`` (F, 3).
    ``hands`` (2, 45): axis and angle of the finger joints of a hand at ease, left and right; None for models without.
    """

    kind: Kind
    template: Float32
    shapes: Float32
    correctives: Float32
    regressor: Float32
    weights: Float32
    parents: tuple[int, ...]
    faces: np.ndarray[Any, np.dtype[np.int32]]
    hands: Array | None = None

    def shaped(self, betas: Sequence[float] = ()) -> tuple[Array, Array]:
        """Vertices (V, 3) and joints (J, 3) at rest, with shape coefficients; those beyond what it has are left out."""
        used = np.asarray(betas, dtype=float)[: self.shapes.shape[2]]
        vertices = self.template + self.shapes[:, :, : len(used)].astype(float) @ used
        return vertices, np.asarray(self.regressor.astype(float) @ vertices)


def read_body_model(path: Path) -> BodyModel:
    """The body model in a file. Raises :class:`FormatError` in one sentence where it holds none, or a damaged one."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise FormatError(f"{path.name} can't be read: {error.strerror or error}") from error
    # a pickle of torch's is a zip too, and holds no body
    zipped = start == _ZIP
    found: Any = read_arrays(path, _NAMES) if zipped else read_pickled(path, body_pickle(frozenset(_NAMES)))
    if not isinstance(found, dict):
        raise FormatError(f"{path.name} holds no body model: {EXPECTED}")
    return body_model(path.name, found)


def body_model(name: str, arrays: Mapping[str, Any]) -> BodyModel:
    """The body model that arrays by their published names make. Raises :class:`FormatError`, naming ``name``."""
    lacking = [key for key in _NEEDED if not isinstance(arrays.get(key), np.ndarray)]
    if lacking:
        raise FormatError(f"{name} holds no body model, it lacks {', '.join(lacking[:3])}: {EXPECTED}")
    given = {key: _numbers(name, key, arrays[key]) for key in _NEEDED}
    if given["shapedirs"].ndim == 2:
        given["shapedirs"] = given["shapedirs"][:, :, None]
    vertices, joints = len(given["v_template"]), given["weights"].shape[-1]
    kind = _JOINTS.get(joints)
    if kind is None:
        what = _OTHERS.get(joints, f"a model of {joints} joints")
        raise FormatError(f"{name} holds {what} and not a body: {EXPECTED}")
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
        raise FormatError(f"{name} has {key} of the shape {given[key].shape}, which does not fit: {EXPECTED}")
    table, faces = given["kintree_table"], given["f"]
    parents = (-1, *(int(p) for p in table[0, 1:]))
    if parents[:22] != SMPL_PARENTS or any(not 0 <= p < j for j, p in enumerate(parents[1:], 1)):
        raise FormatError(f"{name} has joints in an order that no SMPL model has: {EXPECTED}")
    if faces.size and (faces.min() < 0 or faces.max() >= vertices):
        raise FormatError(f"{name} has faces of vertices that it lacks: {EXPECTED}")
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


def _numbers(name: str, key: str, array: AnyArray) -> AnyArray:
    if array.dtype.kind not in "iuf" or array.ndim == 0:
        raise FormatError(f"{name} has something else than numbers as {key}: {EXPECTED}")
    # line by line, so that no copy of a large array is made
    if array.dtype.kind == "f" and not all(np.all(np.abs(row) < 1e6) for row in array):
        raise FormatError(f"{name} has numbers in {key} that are none: download it again")
    return array


def _single(array: AnyArray) -> Float32:
    return np.ascontiguousarray(array, dtype=np.float32)


def _of_shape(kind: Kind, shapes: AnyArray) -> AnyArray:
    """The part of SMPL-X's coefficients that is shape and not face, as the package ``smplx`` divides them."""
    if kind != "smplx":
        return shapes
    few, most = _FACE
    return shapes[:, :, : 3 * most if shapes.shape[2] >= 4 * most else few]


def _hands(name: str, arrays: Mapping[str, Any]) -> Array | None:
    found = [hand for hand in map(arrays.get, _HANDS) if isinstance(hand, np.ndarray) and hand.size == 45]
    if len(found) != 2:
        return None
    hands = np.stack([_numbers(name, "hands_mean", hand.reshape(45)) for hand in found])
    return hands.astype(float)
