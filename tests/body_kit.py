# SPDX-License-Identifier: GPL-3.0-or-later
"""Body models without a licence to accept: tubes along the bones, with the published sizes and array names.

The key lists are those of the published files; all numbers are made here.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from kinescribe.motion.formats.smpl_hands import add_extra_joints
from kinescribe.motion.rest_pose import SMPL_REST_POSE
from kinescribe.motion.skeleton import HAND_JOINTS

from devtools.testing.pickled_files import replaced_modules

JOINTS = {"smpl": 24, "smplh": 52, "smplx": 55}
PUBLISHED = {"smpl": 6890, "smplh": 6890, "smplx": 10475}
ORIGIN = np.array([0.0, -0.36, 0.01])
"""Position of the pelvis at rest, from the model's origin."""

_SIDES = 6


def model_joints(kind: str) -> tuple[np.ndarray, tuple[int, ...]]:
    """Return joints (J, 3) at rest and their parents."""
    whole = add_extra_joints(list(HAND_JOINTS))
    positions, parents = whole.rest_positions + ORIGIN, whole.parents
    body, fingers = positions[:22], positions[22:]
    if kind == "smpl":
        hands = body[[20, 21]] + [[0.08, 0, 0], [-0.08, 0, 0]]
        return np.concatenate([body, hands]), (*SMPL_REST_POSE.parents, 20, 21)
    if kind == "smplh":
        return positions, parents
    face = body[15] + [[0, 0.02, 0.03], [0.03, 0.08, 0.07], [-0.03, 0.08, 0.07]]
    shifted = tuple(p if p < 22 else p + 3 for p in parents[22:])
    return np.concatenate([body, face, fingers]), (*SMPL_REST_POSE.parents, 15, 15, 15, *shifted)


def model_arrays(
    kind: str, vertex_count: int | None = None, betas: int = 10, seed: int = 0
) -> dict[str, Any]:
    """Return a model's arrays by their published names, in double precision.

    Parameters
    ----------
    kind : str
        "smpl", "smplh" or "smplx".
    vertex_count : int, optional
        Number of vertices; as few as possible by default.
    betas : int
        Number of shape coefficients.
    seed : int
        Of the random numbers.
    """
    rng = np.random.default_rng(seed)
    joints, parents = model_joints(kind)
    count = len(joints)
    points, weights, faces, rows = [], [], [], []
    for j, parent in enumerate(parents):
        # six vertices around each joint, whose mean is the joint
        cross = joints[j] + 0.02 * np.concatenate([np.eye(3), -np.eye(3)])
        rows.append(np.arange(6) + len(np.concatenate(points)) if points else np.arange(6))
        points.append(cross)
        weights.append(np.tile(np.eye(count)[j], (6, 1)))
        if parent < 0:
            continue
        start = len(np.concatenate(points))
        direction = joints[j] - joints[parent]
        side = np.linalg.svd(direction[None])[2][1:]
        radius = min(0.06, 0.2 * np.linalg.norm(direction))
        angles = np.linspace(0, 2 * np.pi, _SIDES, endpoint=False)
        ring = radius * (np.cos(angles)[:, None] * side[0] + np.sin(angles)[:, None] * side[1])
        for fraction in (0.0, 0.5, 1.0):
            points.append(joints[parent] + fraction * direction + ring)
            mixed = (1 - 0.5 * fraction) * np.eye(count)[parent] + 0.5 * fraction * np.eye(count)[j]
            weights.append(np.tile(mixed, (_SIDES, 1)))
        for k in range(2):
            for i in range(_SIDES):
                a, b = start + k * _SIDES + i, start + k * _SIDES + (i + 1) % _SIDES
                faces += [(a, b, a + _SIDES), (b, b + _SIDES, a + _SIDES)]
    template, skin = np.concatenate(points), np.concatenate(weights)
    if vertex_count is not None:  # unconnected vertices, to reach the size
        more = vertex_count - len(template)
        assert more >= 0
        template = np.concatenate([template, joints[0] + 0.05 * rng.standard_normal((more, 3))])
        skin = np.concatenate([skin, rng.dirichlet(np.ones(count), more)])
    size = len(template)
    regressor = np.zeros((count, size))
    for j, row in enumerate(rows):
        regressor[j, row] = 1 / 6
    table = np.stack([np.array(parents, dtype=np.int64) % 2**32, np.arange(count)]).astype(np.uint32)
    published: dict[str, Any] = {
        "v_template": template,
        "shapedirs": 0.004 * rng.standard_normal((size, 3, betas)),
        "posedirs": 0.002 * rng.standard_normal((size, 3, 9 * (count - 1))),
        "J_regressor": regressor,
        "weights": skin,
        "kintree_table": table,
        "f": np.array(faces, dtype=np.uint32),
    }
    if kind != "smpl":
        for side in "lr":
            published[f"hands_mean{side}"] = 0.2 * rng.standard_normal(45)
            published[f"hands_components{side}"] = np.linalg.qr(rng.standard_normal((45, 45)))[0]
    if kind == "smplx":
        published["lmk_faces_idx"] = np.zeros(51, dtype=np.int64)
        published["lmk_bary_coords"] = np.full((51, 3), 1 / 3)
    return published


def write_model_npz(path: Path, kind: str, **more: Any) -> Path:
    """Write a model as ``.npz``, with entries of Python objects as published files have them."""
    objects = {
        "part2num": np.array({"pelvis": 0}, dtype=object),
        "joint2num": np.array({"x": 1}, dtype=object),
    }
    np.savez(path, **model_arrays(kind, **more), **objects)
    return path


class Ch:
    """Stand-in for chumpy's array."""


class Select:
    """Stand-in for chumpy's index expression."""


class csc_matrix:
    """Stand-in for SciPy's sparse matrix."""


@contextmanager
def _stand_in_modules() -> Iterator[None]:
    """Context manager: provide the modules whose names such pickles mention."""
    homes = {Ch: "chumpy.ch", Select: "chumpy.reordering", csc_matrix: "scipy.sparse.csc"}
    names = sorted({".".join(n.split(".")[: k + 1]) for n in homes.values() for k in range(n.count(".") + 1)})
    modules = {name: ModuleType(name) for name in names}
    for kind, home in homes.items():
        kind.__module__ = home
        setattr(modules[home], kind.__name__, kind)
    with replaced_modules(modules):
        yield


_ESCAPES = np.array([[*f"\\x{b:02x}".encode()] for b in range(256)], dtype=np.uint8)


class _Python2(pickle._Pickler):
    """Pickler that writes bytes as the strings of Python 2."""

    def save_data(self, data: bytes) -> None:
        if self.proto == 0:
            self.write(b"S'" + _ESCAPES[np.frombuffer(data, np.uint8)].tobytes() + b"'\n")
        else:
            self.write(b"T" + struct.pack("<i", len(data)) + data)
        self.memoize(data)

    dispatch = {**pickle._Pickler.dispatch, bytes: save_data}


def _make_instance(kind: type, **state: Any) -> Any:
    instance = kind()
    instance.__dict__.update(state)
    return instance


def python2_pickle(published: dict[str, Any], protocol: int = 2) -> bytes:
    """Return a pickle as SMPL was published: sparse regressor, index expression for the shapes, unused entries."""
    dense = published["J_regressor"]
    columns, rows = np.nonzero(dense.T)
    shapes = published["shapedirs"]
    rest = {"_dirty_vars": set(), "_itr": None, "_make_dense": False, "_depends_on_deps": {}}
    wide = np.concatenate([shapes, np.zeros_like(shapes)], axis=2)
    numbers = np.arange(wide.size).reshape(wide.shape)[:, :, : shapes.shape[2]]
    whole = {
        **published,
        "J_regressor": _make_instance(
            csc_matrix,
            _shape=dense.shape,
            maxprint=50,
            data=dense[rows, columns],
            indices=rows.astype(np.int32),
            indptr=np.searchsorted(columns, np.arange(dense.shape[1] + 1)).astype(np.int32),
        ),
        "shapedirs": _make_instance(
            Select,
            a=_make_instance(Ch, x=wide, **rest),
            idxs=numbers.ravel(),
            preferred_shape=shapes.shape,
            **rest,
        ),
        "J": _make_instance(Ch, x=np.zeros((len(dense), 3)), **rest),
        "bs_style": b"lbs",
        "pose_training_info": {b"gender": b"f", b"names": [b"a", b"b"]},
    }
    file = io.BytesIO()
    with _stand_in_modules():
        _Python2(file, protocol).dump({key.encode(): value for key, value in whole.items()})
    return file.getvalue()
