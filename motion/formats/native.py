# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinescribe's own file: a motion exactly as it is in memory, for the cache of applied motions."""

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

MARK = "kinescribe_motion"
"""The array that tells our own files from others; its value is the layout's version."""

_VERSION = 1

_FURTHEST = 1e6
"""Metres beyond which nothing is a motion's."""


def save_native(motion: Motion, path: Path) -> None:
    """Write ``motion`` without loss to ``path`` (``.npz``), whole or not at all. Raises ``OSError``."""
    skeleton = motion.skeleton
    arrays: dict[str, Any] = {
        MARK: np.array(_VERSION),
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
    """Read what :func:`save_native` wrote. Raises :class:`FormatError`."""
    path = Path(path)
    arrays = read_arrays(
        path,
        (MARK, "joint_names", "parents", "rest_offsets", "fps", "root_translation", "local_rotations", "provenance",
         "contacts"),
    )  # fmt: skip
    try:
        if int(arrays[MARK]) != _VERSION:
            raise FormatError(
                f"{path.name} was written by another version of Kinescribe: generate the motion again"
            )
        skeleton = Skeleton(
            tuple(str(n) for n in json.loads(str(arrays["joint_names"]))),
            tuple(int(p) for p in arrays["parents"]),
            arrays["rest_offsets"],
        )
        places = arrays["rest_offsets"], arrays["root_translation"]
        if not all(np.all(np.abs(place) < _FURTHEST) for place in places):
            raise ValueError("places beyond all bounds")
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
            f"{path.name} is not a complete Kinescribe motion: generate the motion again"
        ) from error
