# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of MDM's ``results.npy`` and ``*_smpl_params.npy``, and of HumanML3D's own ``.npy`` files.

Layouts: sample/generate.py and visualize/vis_utils.py (github.com/GuyTevet/motion-diffusion-model).

* ``results.npy``: a dictionary of ``motion`` (N, J, 3, T), positions in metres, Y up, of HumanML3D's 22 joints or
  of SMPL's 24; ``text`` and ``lengths`` of N samples. 20 frames a second. Repetitions follow one another.
* ``*_smpl_params.npy``: ``thetas`` (24, 6, T), the first two rows of SMPL's rotation matrices; ``root_translation``
  (3, T), positions of the pelvis; ``text``, ``length``; vertices, which are not read.
* arrays (T, 263) of HumanML3D's features or (T, 22, 3) of its joint positions, also batches of them; (T, 24, 3) of
  SMPL's, of which the two hands are left out.
* arrays (T, 492) of InterHuman's processed motions: 62 joints, then 51 rotations of two axes; 60 frames a second, Z up
  (utils/utils.py, datasets/interhuman.py, github.com/tr3e/InterGen).
* arrays (T, 322) of Motion-X: root 3, body 63, hands 90, jaw 3, expression 50, face shape 100, translation 3, shape 10;
  30 frames a second (README.md, github.com/IDEA-Research/Motion-X).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError
from ..joints_to_rotations import motion_from_joints
from ..motion import Motion, Provenance
from ..rest_pose import SMPL_REST_POSE
from ..rotations import make_continuous, matrix_to_quaternion, rotation_6d_to_matrix
from ..skeleton import SMPL_JOINTS
from . import humanml3d
from .adjust_motion import FileSpace, adjust_motion
from .motion_entries import MotionEntry, make_title
from .npz_arrays import AnyArray
from .read_options import ReadOptions
from .smpl_layouts import SmplLayout
from .smpl_names import find_frame_rate, fold_name
from .smpl_npz import build_smpl_motion

MAX_MOTIONS = 10_000
MAX_FRAMES = 60_000
"""Longest motion: 50 minutes."""

_BODY_JOINTS = len(SMPL_JOINTS)
_JOINT_COUNTS = tuple((count,) for count in (22, 24, 45, 52, 55, 62, 73, 127, 144))
"""Numbers of joints of the SMPL family, with fingers and points of the surface; the body's 22 come first in all."""

_JOINT_NAMES = ("joints", "jointpositions", "positions", "motion", "motions", "arr0")
_JOINT_WORDS = ("joint", "jnts", "keypoints3d", "kp3d", "xyz", "motion", "positions")
"""Names of joint positions or features, and words in such names, in lower case and without separators."""

_INTERHUMAN_NUMBERS = 492

_MOTION_X_NUMBERS = 322
_MOTION_X = SmplLayout("Motion-X", FileSpace("Y"), fps_reason="as in Motion-X")
_JOINTS_WITH_HANDS = 24  # SMPL's joints with the two hands
_KIT_JOINTS = 21  # joints of KIT-ML's skeleton, which is another one
_MAX_COORDINATE = 1e4
_NO_CONTACT = -0.6  # contact features without normalisation are not this far below 0, "no contact"


def is_results(content: Mapping[Any, Any]) -> bool:
    """Return whether a dictionary is the content of ``results.npy``."""
    motion = content.get("motion")
    return isinstance(motion, np.ndarray) and motion.ndim == 4 and "lengths" in content


def list_results(path: Path, content: Mapping[Any, Any]) -> list[MotionEntry]:
    """List the samples in ``results.npy``. Raises :class:`FormatError`."""
    motion: AnyArray = content["motion"]
    count, joints, coordinates, frames = motion.shape
    if joints == _KIT_JOINTS:
        raise FormatError(
            "{file} has KIT-ML's 21 joints, which can't be read: generate with a HumanML3D model",
            file=path.name,
        )
    if (
        coordinates != 3
        or joints not in (_BODY_JOINTS, _JOINTS_WITH_HANDS)
        or not 0 < count <= MAX_MOTIONS
        or frames == 0
    ):
        raise FormatError(
            "{file} holds motions of the shape {shape}, but only samples of 22 or 24 joints can be read: generate "
            "again with a HumanML3D model",
            file=path.name,
            shape=motion.shape,
        )
    texts, lengths = content.get("text"), _read_sample_lengths(content["lengths"], count, frames)
    entries = []
    for k in range(count):
        text = texts[k] if isinstance(texts, list) and k < len(texts) and isinstance(texts[k], str) else ""

        def read(options: ReadOptions, k: int = k, text: str = text) -> Motion:
            positions = motion[k, :_BODY_JOINTS, :, : lengths[k]].transpose(2, 0, 1)
            solved = _motion_from_joints(path, positions, f"MDM, {joints} joints", text)
            return adjust_motion(solved, FileSpace("Y", is_stated=True), options)

        entries.append(MotionEntry(make_title(text, f"sample {k + 1}"), read))
    return entries


def _read_sample_lengths(stated: Any, count: int, frames: int) -> list[int]:
    """Return the number of frames of each sample; all frames if ``stated`` is not usable."""
    if isinstance(stated, list):
        stated = np.asarray(stated) if all(type(n) is int for n in stated) else None
    if isinstance(stated, np.ndarray) and stated.shape == (count,) and stated.dtype.kind in "iu":
        return [int(min(max(n, 1), frames)) for n in stated.tolist()]
    return [frames] * count


def is_smpl_params(content: Mapping[Any, Any]) -> bool:
    """Return whether a dictionary is the content of ``*_smpl_params.npy``."""
    return all(isinstance(content.get(key), np.ndarray) for key in ("thetas", "root_translation"))


def build_smpl_params_motion(path: Path, content: Mapping[Any, Any]) -> Motion:
    """Build the motion of ``*_smpl_params.npy``. Raises :class:`FormatError`."""
    thetas, root = content["thetas"], content["root_translation"]
    if (
        thetas.ndim != 3
        or thetas.shape[:2] != (_JOINTS_WITH_HANDS, 6)
        or root.shape != (3, thetas.shape[2])
        or not root.size
    ):
        raise FormatError(
            "{file} has thetas and root_translation of the shapes {thetas} and {root}, which do not belong together: "
            "render it again with MDM",
            file=path.name,
            thetas=thetas.shape,
            root=root.shape,
        )
    stated = content.get("length")
    frames = min(thetas.shape[2], stated if type(stated) is int and stated > 0 else MAX_FRAMES)
    rotations_6d = _check_numbers(path, thetas[:_BODY_JOINTS, :, :frames].transpose(2, 0, 1), "rotations")
    positions = _check_numbers(path, root[:, :frames].T, "translations")
    if np.linalg.norm(rotations_6d[..., :3], axis=-1).min() < 1e-3:
        raise FormatError(
            "{file} has thetas that are not rotations: render it again with MDM", file=path.name
        )
    text = content.get("text")
    # the file has the rows of the matrices, rotation_6d_to_matrix expects their columns: transpose
    rotations = matrix_to_quaternion(np.swapaxes(rotation_6d_to_matrix(rotations_6d), -1, -2))
    source = f"{path.name}: MDM, SMPL, Y up, 20 fps assumed, average body, no fingers"
    prompt = text if isinstance(text, str) else ""
    return Motion(
        SMPL_REST_POSE,
        humanml3d.FPS,
        positions,
        make_continuous(rotations),
        None,
        Provenance(prompt=prompt, source=source),
    )


def is_usual_joint_name(name: str) -> bool:
    """Return whether an array of this name holds joint positions or features in any file."""
    return fold_name(name) in _JOINT_NAMES


def list_joint_names(names: Iterable[str]) -> list[str]:
    """Return those names that an array of joint positions or features can have, the usual ones first."""
    folded = {name: fold_name(name) for name in names}
    usual = [name for wanted in _JOINT_NAMES for name in folded if folded[name] == wanted]
    others = [name for name in folded if any(word in folded[name] for word in _JOINT_WORDS)]
    return list(dict.fromkeys([*usual, *others]))


def is_motion_array(array: Any) -> bool:
    """Return whether an array has the shape of joint positions or of features."""
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu" or not 2 <= array.ndim <= 4:
        return False
    if array.ndim < 4 and array.shape[-1] in (
        humanml3d.FEATURE_COUNT,
        _MOTION_X_NUMBERS,
        _INTERHUMAN_NUMBERS,
    ):
        return True
    if array.ndim > 2 and array.shape[-1] == 3 and array.shape[-2:-1] in _JOINT_COUNTS:
        return True
    return array.ndim > 2 and array.shape[-2] == 3 and array.shape[-3:-2] in _JOINT_COUNTS


def list_named_motions(path: Path, arrays: Mapping[Any, Any]) -> list[MotionEntry]:
    """List the motions in the first of several arrays that holds joint positions or features; empty if none does."""
    for name in list_joint_names(str(name) for name in arrays):
        if is_motion_array(arrays.get(name)):
            return list_array_motions(path, arrays[name], find_frame_rate(arrays))
    return []


def list_array_motions(path: Path, array: AnyArray, rate: AnyArray | None = None) -> list[MotionEntry]:
    """List the motions in an array of HumanML3D's features or joint positions. Raises :class:`FormatError`.

    ``rate``: the frame rate of joint positions that the file states beside them.
    """
    if array.dtype.kind not in "fiu":
        raise FormatError("{file} does not hold numbers: choose a motion file", file=path.name)
    if not array.size:
        raise FormatError("{file} holds no frames, or too many motions: choose another file", file=path.name)
    shape = array.shape
    if shape[-1:] == (humanml3d.FEATURE_COUNT,) and len(shape) in (2, 3):
        batch = array.reshape(-1, *shape[-2:])
        return _list_batch(path, batch, _motion_from_features)
    if shape[-1:] == (_MOTION_X_NUMBERS,) and len(shape) in (2, 3):
        return _list_batch(path, array.reshape(-1, *shape[-2:]), _motion_from_motion_x)
    if shape[-1:] == (_INTERHUMAN_NUMBERS,) and len(shape) in (2, 3):
        joints = array.reshape(-1, *shape[-2:])[..., : 3 * _BODY_JOINTS]
        batch = joints.reshape(*joints.shape[:2], _BODY_JOINTS, 3)
        return _list_batch(path, batch, partial(_motion_from_joint_array, layout=_INTERHUMAN))
    if not is_motion_array(array):
        raise FormatError(
            "{file} holds numbers of the shape {shape}, but only HumanML3D's 263 features, Motion-X's 322 numbers, or "
            "22 or 24 joints a frame can be read: choose such a file",
            file=path.name,
            shape=shape,
        )
    is_last = shape[-1] == 3 and shape[-2:-1] in _JOINT_COUNTS
    if not is_last:  # as MDM stores them: (..., J, 3, T)
        array = np.moveaxis(array, -1, -3)
    batch = array.reshape(-1, *array.shape[-3:])[:, :, :_BODY_JOINTS]
    layout = SmplLayout("joints", FileSpace("Y"), _read_rate(rate), "as stated" if rate is not None else "")
    return _list_batch(path, batch, partial(_motion_from_joint_array, layout=layout))


def _read_rate(rate: AnyArray | None) -> float:
    """Return the frames a second that a file states, HumanML3D's if they are not possible."""
    try:
        fps = humanml3d.FPS if rate is None else float(rate.reshape(-1)[0])
    except (ValueError, IndexError, TypeError):
        fps = 0.0
    return fps if 0.1 <= fps <= 10_000 else humanml3d.FPS


_INTERHUMAN = SmplLayout("InterHuman, 62 joints", FileSpace("Z"), 60.0, "as in InterHuman")


def _list_batch(
    path: Path, batch: AnyArray, make_motion: Callable[[Path, AnyArray, ReadOptions], Motion]
) -> list[MotionEntry]:
    """List the motions of a batch; ``make_motion(path, array, options)`` builds one. Raises :class:`FormatError`."""
    if not 0 < len(batch) <= MAX_MOTIONS or batch.shape[1] == 0:
        raise FormatError("{file} holds no frames, or too many motions: choose another file", file=path.name)
    return [MotionEntry(f"sample {k}", partial(make_motion, path, array)) for k, array in enumerate(batch, 1)]


def _motion_from_joint_array(
    path: Path, positions: AnyArray, options: ReadOptions, layout: SmplLayout
) -> Motion:
    """Solve the motion of joints whose axes and unit the file does not state.

    Parameters
    ----------
    path : Path
        The file, for messages and the provenance.
    positions : (T, 22, 3)
        World positions, not checked yet.
    options : ReadOptions
        What the user states about the file.
    layout : SmplLayout
        Label, axes and frame rate.
    """
    motion = _motion_from_joints(path, positions, layout.tool, "", layout.fps)
    return adjust_motion(motion, layout.space, options)


def _motion_from_motion_x(path: Path, values: AnyArray, options: ReadOptions) -> Motion:
    """Build the motion of Motion-X's numbers."""
    values = _check_numbers(path, values, "numbers")
    arrays = {
        "root_orient": values[:, :3], "pose_body": values[:, 3:66], "pose_hand": values[:, 66:156],
        "pose_jaw": values[:, 156:159], "trans": values[:, 309:312], "betas": values[:, 312:],
        "surface_model_type": np.array("smplx"),
    }  # fmt: skip
    return build_smpl_motion(path, arrays, _MOTION_X, options)


def _motion_from_features(path: Path, features: AnyArray, options: ReadOptions) -> Motion:
    values = _check_numbers(path, features, "features")
    contacts = values[:, humanml3d.CONTACTS]
    if values[:, humanml3d.ROOT_HEIGHT].mean() < 0 or np.percentile(contacts, 2) < _NO_CONTACT:
        raise FormatError(
            "{file} holds normalised features: multiply them by Std.npy and add Mean.npy of their model first",
            file=path.name,
        )
    source = f"{path.name}: HumanML3D features, 20 fps, rotations solved from joints, no fingers"
    motion = motion_from_joints(
        humanml3d.features_to_joints(values),
        humanml3d.FPS,
        humanml3d.features_to_contacts(values),
        Provenance(source=source),
    )
    return adjust_motion(motion, FileSpace("Y", is_stated=True), options)


def _motion_from_joints(
    path: Path, positions: AnyArray, layout: str, text: str, fps: float = humanml3d.FPS
) -> Motion:
    """Solve rotations from joint positions.

    Parameters
    ----------
    path : Path
        The file, for messages and the provenance.
    positions : (T, 22, 3) metres
        World positions, not checked yet.
    layout : str
        The file's layout, for the provenance.
    text : str
        The prompt, empty if unknown.
    fps : float
        Frames per second.
    """
    source = f"{path.name}: {layout}, {fps:g} fps, rotations solved from joints, no fingers"
    checked = _check_numbers(path, positions, "positions")
    if np.linalg.norm(np.ptp(checked, axis=1), axis=-1).min() < 1e-3:
        raise FormatError("{file} has all joints at one point: generate it again", file=path.name)
    return motion_from_joints(checked, fps, None, Provenance(prompt=text, source=source))


def _check_numbers(path: Path, array: AnyArray, label: str) -> Any:
    """Return ``array`` as floats after checking the number of frames (first axis) and that all values are finite.

    Raises :class:`FormatError`; ``label`` says what the values are.
    """
    if len(array) > MAX_FRAMES:
        raise FormatError(
            "{file} holds {count} frames, at most {limit} can be read: cut it into parts",
            file=path.name,
            count=len(array),
            limit=MAX_FRAMES,
        )
    if array.dtype.kind not in "fiu":
        raise FormatError("{file} does not hold numbers: choose a motion file", file=path.name)
    values = array.astype(float)
    if not np.all(np.abs(values) < _MAX_COORDINATE):
        raise FormatError(
            "{file} has {what} that are not finite or too large: generate it again",
            file=path.name,
            what=label,
        )
    return values
