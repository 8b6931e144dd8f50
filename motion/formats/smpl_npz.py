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
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError
from ..motion import MAX_BETAS, MAX_FRAMES, Motion, Provenance
from ..rest_pose import SMPL_REST_POSE, change_rest_pose
from ..rotations import (
    Array,
    axis_angle_to_quaternion,
    make_continuous,
    matrix_to_quaternion,
    multiply,
    quaternion_to_axis_angle,
    rotate,
    rotation_about_axis,
)
from .adjust_motion import FileSpace, adjust_motion
from .atomic_write import write_arrays
from .joint_sources import with_notes
from .npz_arrays import AnyArray, list_members, read_arrays
from .read_options import DEFAULT_OPTIONS, ReadOptions
from .smpl_conversion import remove_extra_joints, to_smpl
from .smpl_hands import HAND_ALIASES as _EXTRA_ALIASES
from .smpl_hands import add_extra_joints, extract_extra_poses, read_extra_rotations
from .smpl_layouts import SmplLayout, find_layout
from .smpl_names import (
    BODY_NAMES,
    POSE_NAMES,
    ROOT_NAMES,
    TRANSLATION_NAMES,
    find_frame_rate,
    is_rate_name,
    name_plainly,
)
from .travel_unit import guess_travel_unit

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
    "poses": POSE_NAMES,
    "root_orient": ROOT_NAMES,
    "pose_body": BODY_NAMES,
    "trans": TRANSLATION_NAMES,
    "pelvis": ("root_trans_offset",),
    "model": ("surface_model_type",),
    "provenance": ("kinescribe",),
    "contacts": ("contacts",),
    "scaling": ("smpl_scaling", "scale"),
    **_EXTRA_ALIASES,
}
POSE_ARRAYS: frozenset[str] = frozenset((*POSE_NAMES, *BODY_NAMES))
"""A SMPL-family file has at least one of these arrays."""

_OTHER_NAMES = frozenset(("Rh", "full_pose", "motion_intent", "obj_name", "sbj_id"))
"""Arrays that tell which tool wrote a file."""


def list_array_names(members: Iterable[str]) -> list[str]:
    """Return those names of a file's arrays that are read, apart from the shape coefficients."""
    known = {name for names in _ALIASES.values() for name in names} | _OTHER_NAMES
    return [
        name
        for name in members
        if name in known or is_rate_name(name) or next(iter(name_plainly({name: 0}))) in known
    ]


def has_pose_arrays(members: Iterable[str]) -> bool:
    """Return whether one of a file's arrays has the name of poses, whatever word stands before it."""
    return any(next(iter(name_plainly({name: 0}))) in POSE_ARRAYS for name in members)


def read_smpl(path: Path, options: ReadOptions = DEFAULT_OPTIONS) -> Motion:
    """Read a SMPL-family file with the rest pose :data:`SMPL_REST_POSE`, Y up. Raises :class:`FormatError`."""
    return build_smpl_motion(path, read_smpl_arrays(path), None, options)


def read_smpl_arrays(path: Path) -> dict[str, AnyArray]:
    """Read the arrays of a SMPL-family file. Raises :class:`FormatError`."""
    arrays = read_arrays(path, list_array_names(sorted(list_members(path).arrays)))
    arrays = name_plainly(arrays)
    with suppress(FormatError):  # the shape is optional: without it the body is the average one
        arrays |= read_arrays(path, ("betas",))
    return arrays


def build_smpl_motion(
    path: Path,
    arrays: Mapping[str, AnyArray],
    layout: SmplLayout | None = None,
    options: ReadOptions = DEFAULT_OPTIONS,
) -> Motion:
    """Build a motion from the arrays of a SMPL-family file. Raises :class:`FormatError`, naming ``path``.

    Parameters
    ----------
    path : Path
        The file, for messages and the provenance.
    arrays : dict of arrays
        By the names that files of the SMPL family use.
    layout : SmplLayout or None
        What the layout says about frame rate and axes; None: found by the names.
    options : ReadOptions
        What the user states about the file.
    """
    layout = find_layout(arrays) if layout is None else layout
    named_arrays = {
        key: next((arrays[n] for n in names if n in arrays), None) for key, names in _ALIASES.items()
    }
    notes: list[str] = []
    table, model = _read_poses(path, named_arrays, [] if layout.tool else notes)
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
    is_pelvis = named_arrays["trans"] is None and named_arrays["pelvis"] is not None
    trans = _read_translations(path, named_arrays["pelvis" if is_pelvis else "trans"], frames, notes)
    if named_arrays["scaling"] is not None and layout.fps_reason:  # AIST++: in the units of a scaled body
        trans = trans / _read_scaling(path, named_arrays["scaling"])
    fps = _read_frame_rate(path, find_frame_rate(arrays), layout, notes)
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
    if stored_provenance is None and not options.unit:
        unit, factor = guess_travel_unit(SMPL_REST_POSE, trans, rotations, fps)
        if factor != 1.0:
            trans = trans * factor
            notes.append(f"translations taken for {unit}")
    del poses, array  # the longest motions take a good part of a gigabyte
    pelvis: Array = trans if is_pelvis else trans + REST_PELVIS[model]
    provenance = stored_provenance or Provenance()
    betas = _read_betas(arrays.get("betas"))
    if stored_provenance is None and betas:
        provenance = replace(provenance, body_model=model, betas=betas)
    extra_joints = read_extra_rotations(named_arrays, table, frames) if frames <= _MAX_FINGER_FRAMES else {}
    del table
    skeleton = add_extra_joints(list(extra_joints)) if extra_joints else SMPL_REST_POSE
    if extra_joints:
        rotations = np.concatenate([rotations, np.stack(list(extra_joints.values()), axis=1)], axis=1)
    fingers = "with fingers" if set(extra_joints) - {"jaw"} else "no fingers"
    label = f"{layout.tool}, {_LABELS[model]}" if layout.tool else _LABELS[model]
    source = f"{path.name}: {', '.join((label, *notes))}"
    motion = Motion(
        skeleton,
        fps,
        pelvis,
        make_continuous(rotations),
        _read_contacts(named_arrays["contacts"], frames) if stored_provenance is not None else None,
        replace(provenance, source=source),
    )
    if stored_provenance is None:
        return with_notes(adjust_motion(motion, layout.space, options), ["average body", fingers])
    own_options = replace(
        options, floor="file" if options.floor == "auto" else options.floor, keep_first_frame=True
    )
    motion = adjust_motion(motion, FileSpace("Z", is_stated=True), own_options)
    motion = with_notes(motion, ["average body", fingers])
    return motion.with_provenance(source=stored_provenance.source or motion.provenance.source)


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
    """Return an array as (T, N); some files hold a single frame (N,), (T, J, 3), or rotation matrices (T, J, 3, 3).

    Raises :class:`FormatError`.

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
    if array.ndim > 2 and 1 in array.shape[:-1] and array.size:
        # batches of one sequence, and axes of one joint
        array = _remove_single_axes(array)
    if (matrices := _find_matrices(array)) is not None:
        return quaternion_to_axis_angle(matrix_to_quaternion(matrices)).reshape(len(matrices), -1)
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


def _remove_single_axes(array: AnyArray) -> AnyArray:
    """Return an array of three or more axes without those of length one, but for the frames' and the numbers'."""
    shape = [
        n
        for k, n in enumerate(array.shape[:-1])
        if n != 1 or (k == 0 and array.shape[1] != 1 and _is_frame(array))
    ]
    if not shape:
        shape = [1]
    return array.reshape(*shape, array.shape[-1])


def _is_frame(array: AnyArray) -> bool:
    """Return whether an array (1, J, ...) is one frame of many joints rather than one sequence of many frames."""
    is_matrix = array.shape[-2:] == (3, 3) and array.ndim > 3
    joints = array.shape[-3] if is_matrix else array.shape[-2]
    return (
        array.ndim == (4 if is_matrix else 3) and array.shape[-1] == 3 and joints in (21, 22, 23, 24, 52, 55)
    )


def _find_matrices(array: AnyArray) -> AnyArray | None:
    """Return an array of rotation matrices as (T, J, 3, 3), None if its numbers are something else."""
    if array.dtype.kind not in "fiu" or not array.size or array.ndim < 2:
        return None
    if (array.shape[-2:] == (3, 3) and array.ndim in (3, 4)) or (
        array.ndim in (2, 3) and array.shape[-1] % 9 == 0
    ):
        matrices = array.reshape(len(array), -1, 3, 3)
    else:
        return None
    sample = np.asarray(matrices[:: max(1, len(matrices) // 100)], dtype=float)
    if not np.all(np.isfinite(sample)) or np.abs(sample).max() > 1.1:
        return None
    products = np.einsum("tjab,tjcb->tjac", sample, sample)
    return matrices if np.abs(products - np.eye(3)).max() < 0.05 else None


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
    if table.shape == (1, 3) and frames > 1:
        table = np.repeat(table, frames, axis=0)
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


def _read_frame_rate(path: Path, array: AnyArray | None, layout: SmplLayout, notes: list[str]) -> float:
    """Return frames a second; those of the layout, with a note, if the file does not state them.

    Parameters
    ----------
    path : Path
        The file, for messages.
    array : array or None
        The stated rate.
    layout : SmplLayout
        Its rate, and the reason for it.
    notes : list of str
        Assumptions are appended.

    Raises :class:`FormatError`.
    """
    if array is None:
        notes.append(f"{layout.fps:g} fps {layout.fps_reason or 'assumed'}")
        return layout.fps
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
