# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinescribe's own ``.npz`` file, which stores a motion without loss: the cache of applied motions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError
from ..motion import Motion, Provenance
from ..skeleton import Skeleton
from .atomic_write import write_arrays
from .npz_arrays import read_arrays

MARKER_ARRAY = "kinescribe_motion"
"""Name of the array that only Kinescribe's own files have; its value is the version of the layout."""

_ARRAYS = (
    MARKER_ARRAY,
    "joint_names",
    "parents",
    "rest_offsets",
    "fps",
    "root_translation",
    "local_rotations",
    "provenance",
    "contacts",
)
_VERSION = 1

_MAX_COORDINATE = 1e6
"""Largest coordinate of a motion, metres."""


def save_native(motion: Motion, path: Path) -> None:
    """Write ``motion`` without loss to ``path`` (``.npz``), completely or not at all. Raises ``OSError``."""
    skeleton = motion.skeleton
    arrays: dict[str, Any] = {
        MARKER_ARRAY: np.array(_VERSION),
        "joint_names": np.array(json.dumps(skeleton.joint_names)),
        "parents": np.array(skeleton.parents, dtype=np.int64),
        "rest_offsets": skeleton.rest_offsets,
        "fps": np.array(motion.fps),
        "root_translation": motion.root_translation,
        "local_rotations": motion.local_rotations,
        "provenance": np.array(json.dumps(motion.provenance.as_dict())),
    }
    if motion.contacts is not None:
        arrays["contacts"] = motion.contacts
    write_arrays(path, arrays)


def load_native(path: Path) -> Motion:
    """Read a file of :func:`save_native`. Raises :class:`FormatError`."""
    path = Path(path)
    arrays = read_arrays(path, _ARRAYS)
    try:
        if int(arrays[MARKER_ARRAY]) != _VERSION:
            raise FormatError(
                "{file} was written by another version of Kinescribe: generate the motion again",
                file=path.name,
            )
        skeleton = Skeleton(
            tuple(str(n) for n in json.loads(str(arrays["joint_names"]))),
            tuple(int(p) for p in arrays["parents"]),
            arrays["rest_offsets"],
        )
        positions = arrays["rest_offsets"], arrays["root_translation"]
        if not all(np.all(np.abs(values) < _MAX_COORDINATE) for values in positions):
            raise ValueError("a position is too large")
        contacts = arrays.get("contacts")
        return Motion(
            skeleton,
            float(arrays["fps"]),
            arrays["root_translation"],
            arrays["local_rotations"],
            None if contacts is None else contacts.astype(bool),
            Provenance.from_dict(json.loads(str(arrays["provenance"]))),
        )
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise FormatError(
            "{file} is not a complete Kinescribe motion: generate the motion again", file=path.name
        ) from error
