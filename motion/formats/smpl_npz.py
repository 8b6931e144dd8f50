# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader and writer of AMASS, SMPL, SMPL-H and SMPL-X motions (``.npz``).

Such files hold axis-angle rotations relative to the body model's own rest pose, in a world that is Z up in AMASS and
often Y up elsewhere. Their ``trans`` is the position of the model's origin, near the upper chest, and not of the
pelvis: the pelvis is at ``trans`` plus its position in the model's rest pose, whatever the rotations. Fingers and jaw
are read if they move; eyes and face are ignored. The shape coefficients go into the provenance, for the body mesh, and
do not change the motion. ``provenance.source`` names the assumptions made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..errors import FormatError
from ..motion import MAX_BETAS, MAX_FRAMES, Motion, Provenance
from ..rest_pose import SMPL_REST_POSE, change_rest_pose
from ..rotations import (
    Array,
    axis_angle_to_quaternion,
    make_continuous,
    multiply,
    quaternion_to_axis_angle,
    rotate,
    rotation_about_axis,
)
from .atomic_write import write_arrays
from .npz_arrays import AnyArray, read_arrays
from .smpl_conversion import remove_extra_joints, to_smpl
from .smpl_hands import HAND_ALIASES as _EXTRA_ALIASES
from .smpl_hands import add_extra_joints, extract_extra_poses, read_extra_rotations

REST_PELVIS: dict[str, Array] = {
    "smplx": np.array([0.0, -0.36, 0.01]),
    "smplh": np.array([0.0, -0.23, 0.03]),
    "smpl": np.array([0.0, -0.22, 0.03]),
}
"""Position of the pelvis in the rest pose of the average body of each model, metres from the model's origin (rounded to
1 cm: it differs more between sexes and shapes)."""

_LABELS = {"smplx": "SMPL-X", "smplh": "SMPL-H", "smpl": "SMPL"}
_BODY_NUMBERS = 66  # numbers of the 22 joints that all these models have; they come first in every layout
_MODEL_OF_WIDTH = {165: "smplx", 156: "smplh", 72: "smpl", _BODY_NUMBERS: "smplx"}
_MAX_FINGER_FRAMES = 80_000
"""Longest motion, in frames, with fingers and jaw, which are two and a half times as many joints as the body's."""
_MODEL_OF_BODY_WIDTH = {63: "smplx", 69: "smpl"}

_ALIASES: dict[str, tuple[str, ...]] = {
    "poses": ("poses", "fullpose", "smpl_poses"),
    "root_orient": ("root_orient", "global_orient"),
    "pose_body": ("pose_body", "body_pose"),
    "trans": ("trans", "transl", "smpl_trans"),
    "rate": ("mocap_frame_rate", "mocap_framerate", "frame_rate", "fps"),
    "model": ("surface_model_type",),
    "provenance": ("kinescribe",),
    "contacts": ("contacts",),
    "scaling": ("smpl_scaling",),
    **_EXTRA_ALIASES,
}
POSE_ARRAYS: frozenset[str] = frozenset(("poses", "fullpose", "smpl_poses", "pose_body", "body_pose"))
"""A SMPL-family file has at least one of these arrays."""

ALL_ARRAYS: tuple[str, ...] = (*(name for names in _ALIASES.values() for name in names), "Rh")
"""All arrays that are read."""

UpAxis = Literal["Y", "camera"]
"""Coordinate system: Y up, or a camera's with Y down and Z forward."""


def read_smpl(path: Path) -> Motion:
    """Read a SMPL-family file with the rest pose :data:`SMPL_REST_POSE`, Y up. Raises :class:`FormatError`."""
    arrays = read_arrays(path, ALL_ARRAYS)
    with suppress(FormatError):  # the shape is optional: without it the body is the average one
        arrays |= read_arrays(path, ("betas",))
    return build_smpl_motion(path, arrays)


def build_smpl_motion(
    path: Path, arrays: Mapping[str, AnyArray], up_axis: UpAxis | None = None, tool: str = ""
) -> Motion:
    """Build a motion from the arrays of a SMPL-family file. Raises :class:`FormatError`, naming ``path``.

    Parameters
    ----------
    path : Path
        The file, for messages and the provenance.
    arrays : dict of arrays
        By the names that files of the SMPL family use (:data:`ALL_ARRAYS`).
    up_axis : "Y", "camera" or None
        Coordinate system; None: detect Y up or Z up from the body's orientation.
    tool : str
        The tool that wrote the file, empty if unknown.
    """
    named_arrays = {
        key: next((arrays[n] for n in names if n in arrays), None) for key, names in _ALIASES.items()
    }
    if not tool and "Rh" in arrays:  # only HY-Motion stores the rotations of the pelvis twice
        tool, up_axis = "HY-Motion", "Y"
    notes: list[str] = []
    table, model = _read_poses(path, named_arrays, [] if tool else notes)
    poses, frames = np.asarray(table[:, :_BODY_NUMBERS], dtype=float), len(table)
    if frames == 0:
        raise FormatError("{file} holds no frames: choose another file", file=path.name)
    if frames > MAX_FRAMES:
        raise FormatError(
            "{file} holds {count} frames, at most {limit} can be read: cut it into parts",
            file=path.name,
            count=frames,
            limit=MAX_FRAMES,
        )
    trans = _read_translations(path, named_arrays["trans"], frames, notes)
    if named_arrays["scaling"] is not None:  # AIST++: ``trans`` is in the units of a scaled body
        trans = trans / _read_scaling(path, named_arrays["scaling"])
    fps = _read_frame_rate(path, named_arrays["rate"], notes)
    for name, array in (("rotations", poses), ("translations", trans)):
        is_bad = ~np.isfinite(array).all(axis=1)
        if is_bad.any():
            frame = int(np.argmax(is_bad))
            raise FormatError(
                "{file} has {what} that are not numbers in frame {frame}: export it again",
                file=path.name,
                what=name,
                frame=frame,
            )
        if np.abs(array).max() > 1e6:
            raise FormatError(
                "{file} has {what} that are too large: check that it holds a motion",
                file=path.name,
                what=name,
            )
    stored_provenance = _read_provenance(named_arrays["provenance"])
    rotations = axis_angle_to_quaternion(poses.reshape(frames, -1, 3))
    pelvis: Array = trans + REST_PELVIS[model]
    if up_axis == "camera":
        # camera coordinates: Y down, Z forward
        to_y_up = rotation_about_axis("x", np.pi)
        rotations[:, 0] = multiply(to_y_up, rotations[:, 0])
        pelvis = rotate(to_y_up, pelvis)
        notes.append("as the camera sees it")
    elif up_axis == "Y":
        notes.append("Y up")
    elif stored_provenance is not None or _is_z_up(rotations[:, 0]):
        # rotate +Z to +Y, which also rotates the forward direction from the file's -Y back to the model's +Z
        to_y_up = rotation_about_axis("x", -np.pi / 2)
        rotations[:, 0] = multiply(to_y_up, rotations[:, 0])
        pelvis = rotate(to_y_up, pelvis)
        notes.append("Z up" if stored_provenance is not None else "Z up as in AMASS")
    else:
        notes.append("Y up by how the body stands")
    provenance = stored_provenance or Provenance()
    betas = _read_betas(arrays.get("betas"))
    if stored_provenance is None and betas:
        provenance = replace(provenance, body_model=model, betas=betas)
    extra_joints = read_extra_rotations(named_arrays, table, frames) if frames <= _MAX_FINGER_FRAMES else {}
    skeleton = add_extra_joints(list(extra_joints)) if extra_joints else SMPL_REST_POSE
    if extra_joints:
        rotations = np.concatenate([rotations, np.stack(list(extra_joints.values()), axis=1)], axis=1)
    fingers = "with fingers" if set(extra_joints) - {"jaw"} else "no fingers"
    label = f"{tool}, {_LABELS[model]}" if tool else _LABELS[model]
    source = f"{path.name}: {label}, {', '.join(notes)}, average body, {fingers}"
    return Motion(
        skeleton,
        fps,
        pelvis,
        make_continuous(rotations),
        _read_contacts(named_arrays["contacts"], frames) if stored_provenance is not None else None,
        replace(provenance, source=provenance.source or source),
    )


def write_smpl(motion: Motion, path: Path) -> None:
    """Write ``motion`` as SMPL-X in the layout of AMASS: Z up, neutral average body.

    Rotations are relative to SMPL's rest pose, and the root motion is scaled to the average body's legs. Eyes are zero,
    and so are fingers and jaw unless the motion was read from such a file. Kinescribe's provenance and contacts are
    stored in additional arrays. Raises :class:`FormatError` if the motion has no human joints, ``OSError`` if the file
    can't be written.
    """
    jaw, hands = extract_extra_poses(motion)
    motion = change_rest_pose(remove_extra_joints(to_smpl(motion)), SMPL_REST_POSE)
    frames = len(motion)
    to_z_up = rotation_about_axis("x", np.pi / 2)
    rotations = motion.local_rotations.copy()
    rotations[:, 0] = multiply(to_z_up, rotations[:, 0])
    poses = np.zeros((frames, 165))
    poses[:, :_BODY_NUMBERS] = quaternion_to_axis_angle(rotations).reshape(frames, _BODY_NUMBERS)
    poses[:, _BODY_NUMBERS : _BODY_NUMBERS + 3], poses[:, -hands.shape[1] :] = jaw, hands
    arrays: dict[str, Any] = {
        "surface_model_type": np.array("smplx"),
        "gender": np.array("neutral"),
        "mocap_frame_rate": np.array(motion.fps),
        "mocap_time_length": np.array(motion.seconds),
        "trans": rotate(to_z_up, motion.root_translation) - REST_PELVIS["smplx"],
        "betas": np.zeros(16),
        "num_betas": np.array(16),
        "poses": poses,
        "root_orient": poses[:, :3],
        "pose_body": poses[:, 3:_BODY_NUMBERS],
        "pose_jaw": poses[:, 66:69],
        "pose_eye": poses[:, 69:75],
        "pose_hand": poses[:, 75:],
        "kinescribe": np.array(json.dumps(motion.provenance.as_dict())),
    }
    if motion.contacts is not None:
        arrays["contacts"] = motion.contacts
    write_arrays(path, arrays)


def _read_poses(path: Path, arrays: dict[str, AnyArray | None], notes: list[str]) -> tuple[AnyArray, str]:
    """Return axis-angle rotations (T, N), the body's 66 numbers first, and the kind of model.

    ``arrays`` has the keys of ``_ALIASES``; assumptions are appended to ``notes``. Raises :class:`FormatError`.
    """
    poses, root, body = arrays["poses"], arrays["root_orient"], arrays["pose_body"]
    if poses is not None:
        table = _to_table(path, "poses", poses, 3)
        model = _MODEL_OF_WIDTH.get(table.shape[1])
        if model is None:
            widths = ", ".join(str(w) for w in sorted(_MODEL_OF_WIDTH))
            raise FormatError(
                "{file} has poses of the shape {shape}, but only {widths} numbers a frame can be read: export it as "
                "SMPL, SMPL-H or SMPL-X",
                file=path.name,
                shape=poses.shape,
                widths=widths,
            )
        is_assumed = table.shape[1] == _BODY_NUMBERS
    elif root is not None and body is not None:
        body = _to_table(path, "pose_body", body, 3)
        root = _to_table(path, "root_orient", root, 3)
        model = _MODEL_OF_BODY_WIDTH.get(body.shape[1])
        if model is None or root.shape != (len(body), 3):
            raise FormatError(
                "{file} has root_orient and pose_body of the shapes {root} and {body}, which do not belong together: "
                "export it again",
                file=path.name,
                root=root.shape,
                body=body.shape,
            )
        table, is_assumed = np.concatenate([root, body], axis=1), body.shape[1] == 63
    else:
        raise FormatError(
            "{file} has no body poses: choose an AMASS, SMPL, SMPL-H or SMPL-X motion", file=path.name
        )
    model_name = _get_text(arrays["model"]).lower().replace("-", "").replace("_", "")
    stated_model = next((key for key in ("smplx", "smplh", "smpl") if model_name.startswith(key)), None)
    if stated_model is not None:
        model, is_assumed = stated_model, False
    if is_assumed:
        notes.append("taken for SMPL-X")
    return table, model


def _to_table(path: Path, name: str, array: AnyArray, joint_width: int) -> AnyArray:
    """Return an array as (T, N); some files hold a single frame (N,) or (T, J, 3). Raises :class:`FormatError`.

    Parameters
    ----------
    path : Path
        The file, for messages.
    name : str
        Name of the array, for messages.
    array : array
        Of numbers; the shape is checked here.
    joint_width : int
        Numbers of one joint, 3.
    """
    if array.dtype.kind in "US":
        raise FormatError(
            "{file} has text where {array} should be: export it again", file=path.name, array=name
        )
    if array.ndim == 1 and array.size % joint_width == 0:
        return array.reshape(1, -1)
    if array.ndim == 3 and array.shape[2] == joint_width:
        return array.reshape(len(array), array.shape[1] * joint_width)
    if array.ndim == 2:
        return array
    raise FormatError(
        "{file} has {array} of the shape {shape}, not frames by numbers: export it again",
        file=path.name,
        array=name,
        shape=array.shape,
    )


def _read_translations(path: Path, array: AnyArray | None, frames: int, notes: list[str]) -> Array:
    """Return the positions (T, 3) of the model's origin; zeros with a note if there are none.

    Parameters
    ----------
    path : Path
        The file, for messages.
    array : array or None
        The file's ``trans``.
    frames : int
        Number of frames of the poses.
    notes : list of str
        Assumptions are appended.
    """
    if array is None:
        notes.append("no root motion: stays in place")
        return np.zeros((frames, 3))
    table = _to_table(path, "trans", array, 3)
    if table.shape != (frames, 3):
        raise FormatError(
            "{file} has {frames} frames of poses, but trans of the shape {shape}: export it again",
            file=path.name,
            frames=frames,
            shape=array.shape,
        )
    return np.asarray(table, dtype=float)


def _read_scaling(path: Path, array: AnyArray) -> float:
    """Return AIST++'s scale of the body. Raises :class:`FormatError` if it is not possible."""
    try:
        scaling = float(array.reshape(-1)[0])
    except (ValueError, IndexError, TypeError):
        scaling = 0.0
    if not 1e-3 <= scaling <= 1e6:
        raise FormatError(
            "{file} states a scaling of {scaling:g}: correct it or export the file again",
            file=path.name,
            scaling=scaling,
        )
    return scaling


def _read_frame_rate(path: Path, array: AnyArray | None, notes: list[str]) -> float:
    """Return frames a second; 30 with a note if the file does not state them. Raises :class:`FormatError`."""
    if array is None:
        notes.append("30 fps assumed")
        return 30.0
    try:
        fps = float(array.reshape(-1)[0])
    except (ValueError, IndexError, TypeError):
        fps = 0.0
    if not 0.1 <= fps <= 10_000:
        raise FormatError(
            "{file} states a frame rate of {fps:g}: correct it or export the file again",
            file=path.name,
            fps=fps,
        )
    return fps


def _is_z_up(root: Array) -> bool:
    """Return whether a body with these root rotations (T, 4) stands along Z rather than Y; True if it lies."""
    up = rotate(root, np.array([0.0, 1.0, 0.0])).mean(axis=0)
    return bool(up[1] < 0.3 or up[1] < up[2])


def _get_text(array: AnyArray | None) -> str:
    """Return the text of an array with one entry, empty for other arrays."""
    if array is None or array.size != 1:
        return ""
    value = array.reshape(-1)[0]
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)


def _read_provenance(array: AnyArray | None) -> Provenance | None:
    """Return the provenance that Kinescribe wrote, None for files of other tools."""
    if array is None:
        return None
    try:
        values = json.loads(_get_text(array))
    except (ValueError, RecursionError):
        return None
    return Provenance.from_dict(values) if isinstance(values, dict) else None


def _read_betas(array: AnyArray | None) -> tuple[float, ...]:
    """Return the shape coefficients (of the first frame if each has its own), empty for an average body."""
    if array is None or array.dtype.kind not in "fiu" or array.ndim not in (1, 2) or not array.size:
        return ()
    row = np.asarray(array if array.ndim == 1 else array[0], dtype=float)
    return (
        tuple(float(b) for b in row)
        if len(row) <= MAX_BETAS and np.any(row) and np.all(np.abs(row) < 1e3)
        else ()
    )


def _read_contacts(
    array: AnyArray | None, frames: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None:
    """Return contacts (T, 4) if ``array`` holds them, else None."""
    return (
        array.astype(bool)
        if array is not None and array.shape == (frames, 4) and array.dtype == bool
        else None
    )
