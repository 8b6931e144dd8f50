# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions in pickled results of GVHMR, WHAM and MDM, and in pickled SMPL parameters.

* GVHMR, ``hmr4d_results.pt`` (tools/demo/demo.py, github.com/zju3dv/GVHMR): ``smpl_params_global`` with SMPL-X's
  ``body_pose`` (T, 63), ``global_orient`` (T, 3), ``transl`` (T, 3), Y up, 30 frames a second, the rate of
  the tool's videos; ``smpl_params_incam`` the same in camera coordinates.
* WHAM, ``wham_output.pkl`` by joblib (demo.py, github.com/yohanshin/WHAM): for each person SMPL's ``pose_world``
  (T, 72) and ``trans_world`` (T, 3), Y up; ``pose`` and ``trans`` in camera coordinates. The frame rate is not stored.
* MDM: see ``mdm``. Dictionaries with the names of the SMPL family (AIST++ among them): see ``smpl_npz``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError
from ..motion import Motion
from . import mdm
from .motion_entries import MotionEntry
from .npz_arrays import AnyArray
from .restricted_pickle import read_pickled
from .smpl_npz import ALL_ARRAYS, POSE_ARRAYS, UpAxis, build_smpl_motion

_GVHMR_KEYS: tuple[tuple[str, UpAxis], ...] = (("smpl_params_global", "Y"), ("smpl_params_incam", "camera"))
_WHAM_KEYS: tuple[tuple[str, str, UpAxis], ...] = (
    ("pose_world", "trans_world", "Y"),
    ("pose", "trans", "camera"),
)
_MAX_PEOPLE = 1000


def list_pickled_motions(path: Path) -> list[MotionEntry]:
    """List the motions in a pickled file, at least one. Raises :class:`FormatError`."""
    entries = list_content_motions(path, read_pickled(path))
    if not entries:
        raise FormatError(
            "{file} holds no known motion: choose results of MDM, GVHMR or WHAM, or SMPL parameters",
            file=path.name,
        )
    return entries


def list_content_motions(path: Path, content: Any) -> list[MotionEntry]:
    """List the motions in unpickled content; empty if the layout is not known. Raises :class:`FormatError`."""
    if isinstance(content, np.ndarray):
        return mdm.list_array_motions(path, content)
    if isinstance(content, dict):
        if mdm.is_results(content):
            return mdm.list_results(path, content)
        if mdm.is_smpl_params(content):
            return [MotionEntry("", lambda: mdm.build_smpl_params_motion(path, content))]
        for key, up_axis in _GVHMR_KEYS:
            if isinstance(part := content.get(key), dict):
                return [MotionEntry("", partial(_build_smpl_motion, path, part, "GVHMR", up_axis))]
        if POSE_ARRAYS & content.keys():
            return [MotionEntry("", partial(_build_smpl_motion, path, content, "", None))]
        people = content.items()
    elif isinstance(content, list):
        people = dict(enumerate(content, 1)).items()
    else:
        return []
    if len(people) > _MAX_PEOPLE:
        return []
    entries = []
    for key, person in people:
        if isinstance(person, dict):
            for pose, trans, up_axis in _WHAM_KEYS:
                if _is_table(person.get(pose), 72):
                    part = {"poses": person[pose], "trans": person.get(trans)}
                    entries.append(
                        MotionEntry(f"person {key}", partial(_build_smpl_motion, path, part, "WHAM", up_axis))
                    )
                    break
    return entries


def _is_table(value: Any, width: int) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[1] == width and len(value) > 0


def _build_smpl_motion(path: Path, content: Mapping[Any, Any], tool: str, up_axis: UpAxis | None) -> Motion:
    """Build the motion of a dictionary of SMPL parameters. Raises :class:`FormatError`.

    Parameters
    ----------
    path : Path
        The file, for messages and the provenance.
    content : dict
        SMPL parameters by the names of ``smpl_npz``; other entries are ignored.
    tool : str
        The tool that wrote the file, empty if unknown.
    up_axis : "Y", "camera" or None
        Coordinate system; None: detect Y up or Z up.
    """
    arrays: dict[str, AnyArray] = {}
    for name in ALL_ARRAYS:
        value = content.get(name)
        if isinstance(value, (bool, int, float, str)):
            value = np.asarray(value)
        if isinstance(value, np.ndarray):
            # models return batches: take the only sequence of a batch of one
            arrays[name] = value[0] if value.ndim == 3 and len(value) == 1 else value
    return build_smpl_motion(path, arrays, up_axis, tool)
