# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that tools give to SMPL parameters and frame rates, and the shapes by which poses are recognised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .npz_arrays import AnyArray

POSE_NAMES = (
    "poses", "fullpose", "smpl_poses", "pose_world", "smpl_thetas", "smplx_thetas", "pred_rotmat", "rotmat", "pose",
    "q", "pose_aa", "smpl_pose", "smplx_pose", "thetas", "full_pose",
)  # fmt: skip
ROOT_NAMES = ("root_orient", "global_orient", "root_pose", "smplx_root_pose")
BODY_NAMES = ("pose_body", "body_pose", "smplx_body_pose")
TRANSLATION_NAMES = (
    "trans", "transl", "trans_orig", "smpl_trans", "trans_world", "translation", "global_transl", "global_trans",
    "cam_trans", "pred_trans", "pos", "smplx_transl", "global_t",
)  # fmt: skip
RATE_NAMES = frozenset((
    "mocapframerate", "framerate", "fps", "mocapfps", "motionfps", "capturefps", "videofps", "datafps", "samplingrate",
    "samplerate", "capturerate", "mocaprate", "framespersecond", "framepersecond", "framespersec", "rate",
    "hz", "frameratehz",
))  # fmt: skip
"""Names of frame rates, in lower case and without separators."""

STEP_NAMES = frozenset(("frametime", "dt", "timestep", "deltatime", "deltat", "mocaptimestep"))
"""Names of the seconds between two frames."""

_OTHER_RATES = ("orig", "source", "src", "input", "audio")
"""Beginnings of names of frame rates that are not those of the motion in the file."""

_PREFIXES = ("pred", "smplx", "smplh", "smpl", "opt", "est", "gt")
"""Words before the names of parameters that say nothing about their layout."""

POSE_WIDTHS = (66, 72, 156, 165)


def fold_name(name: object) -> str:
    """Return a name in lower case without separators."""
    return "".join(c for c in str(name)[:60].lower() if c.isalnum())


def is_rate_name(name: object) -> bool:
    """Return whether an array of this name states the frame rate: a known name, or one that ends as these do."""
    folded = fold_name(name)
    return folded in RATE_NAMES | STEP_NAMES or (
        (folded.endswith(("fps", "framerate")) or folded.startswith("fps"))
        and not any(word in folded for word in _OTHER_RATES)
    )


def find_frame_rate(arrays: Mapping[Any, Any]) -> AnyArray | None:
    """Return the stated frame rate, whatever its spelling; a time step is inverted. None if there is none."""
    for name, value in arrays.items():
        if fold_name(name) in RATE_NAMES and _is_number(value):
            return np.asarray(value)
    for name, value in arrays.items():
        if fold_name(name) in STEP_NAMES and _is_number(value):
            array = np.asarray(value)
            step = float(array.reshape(-1)[0]) if array.size and array.dtype.kind in "fiu" else 0.0
            if 1e-4 <= step <= 1.0:
                return np.asarray(1.0 / step)
    for name, value in arrays.items():
        if is_rate_name(name) and fold_name(name) not in STEP_NAMES and _is_number(value):
            return np.asarray(value)
    return None


def _is_number(value: Any) -> bool:
    array = np.asarray(value) if isinstance(value, (int, float, str)) else value
    return isinstance(array, np.ndarray) and array.size <= 1 and array.dtype.kind in "fiuUS"


def name_plainly(content: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return SMPL parameters under their usual names: "pred_body_pose" or "smplx_body_pose" becomes "body_pose".

    Content with poses under a usual name is returned as it is.
    """
    if has_poses(content):
        return dict(content)
    known = (*ROOT_NAMES, *BODY_NAMES, *POSE_NAMES, *TRANSLATION_NAMES)
    renamed = dict(content)
    for key, value in content.items():
        plain = key if isinstance(key, str) else ""
        while (parts := plain.partition("_"))[0] in _PREFIXES and parts[2]:
            plain = parts[2]
        if plain in known and plain not in renamed:
            renamed[plain] = value
            del renamed[key]
    return renamed


def has_poses(content: Mapping[Any, Any]) -> bool:
    """Return whether a dictionary holds SMPL parameters."""
    if any(is_pose_array(content.get(name)) for name in POSE_NAMES):
        return True
    return any(isinstance(content.get(n), np.ndarray) for n in BODY_NAMES) and any(
        isinstance(content.get(n), np.ndarray) for n in ROOT_NAMES
    )


def is_pose_array(value: Any) -> bool:
    """Return whether an array can be frames of axis-angle rotations or rotation matrices of a SMPL body."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu" or value.ndim < 1 or not value.size:
        return False
    if value.shape[-2:] == (3, 3) and value.ndim >= 4:
        return value.shape[-3] in (22, 24, 52, 55)
    if value.ndim >= 3 and value.shape[-1] in (3, 9):
        return value.shape[-2] in (22, 24, 52, 55)
    return value.shape[-1] in (*POSE_WIDTHS, *(3 * width for width in POSE_WIDTHS))
