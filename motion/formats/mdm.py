# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of MDM's ``results.npy`` and ``*_smpl_params.npy``, and of HumanML3D's own ``.npy`` files.

Layouts: sample/generate.py and visualize/vis_utils.py (github.com/GuyTevet/motion-diffusion-model).

* ``results.npy``: a dictionary of ``motion`` (N, J, 3, T), positions in metres, Y up, of HumanML3D's 22 joints or
  of SMPL's 24; ``text`` and ``lengths`` of N samples. 20 frames a second. Repetitions follow one another.
* ``*_smpl_params.npy``: ``thetas`` (24, 6, T), the first two rows of SMPL's rotation matrices; ``root_translation``
  (3, T), positions of the pelvis; ``text``, ``length``; vertices, which are not read.
* arrays (T, 263) of HumanML3D's features or (T, 22, 3) of its joint positions, also batches of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from .motion_entries import MotionEntry, make_title
from .npz_arrays import AnyArray

MAX_MOTIONS = 10_000
MAX_FRAMES = 60_000
"""Longest motion: 50 minutes."""

_BODY_JOINTS = len(SMPL_JOINTS)
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

        def read(k: int = k, text: str = text) -> Motion:
            positions = motion[k, :_BODY_JOINTS, :, : lengths[k]].transpose(2, 0, 1)
            return _motion_from_joints(path, positions, f"MDM, {joints} joints", text)

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


def list_array_motions(path: Path, array: AnyArray) -> list[MotionEntry]:
    """List the motions in an array of HumanML3D's features or joint positions. Raises :class:`FormatError`."""
    if array.dtype.kind not in "fiu":
        raise FormatError("{file} does not hold numbers: choose a motion file", file=path.name)
    shape = array.shape
    if shape[-1:] == (humanml3d.FEATURE_COUNT,) and len(shape) in (2, 3):
        batch = array.reshape(-1, *shape[-2:])
        return _list_batch(path, batch, _motion_from_features)
    if shape[-2:] == (_BODY_JOINTS, 3) and len(shape) in (3, 4):
        return _list_batch(path, array.reshape(-1, *shape[-3:]), _motion_from_joint_array)
    if len(shape) == 4 and shape[1:3] in ((_BODY_JOINTS, 3), (_JOINTS_WITH_HANDS, 3)):
        return _list_batch(path, array[:, :_BODY_JOINTS].transpose(0, 3, 1, 2), _motion_from_joint_array)
    raise FormatError(
        "{file} holds numbers of the shape {shape}, but only HumanML3D's 263 features or 22 joints a frame can be "
        "read: choose such a file",
        file=path.name,
        shape=shape,
    )


def _list_batch(
    path: Path, batch: AnyArray, make_motion: Callable[[Path, AnyArray], Motion]
) -> list[MotionEntry]:
    """List the motions of a batch; ``make_motion(path, array)`` builds one. Raises :class:`FormatError`."""
    if not 0 < len(batch) <= MAX_MOTIONS or batch.shape[1] == 0:
        raise FormatError("{file} holds no frames, or too many motions: choose another file", file=path.name)
    return [MotionEntry(f"sample {k}", partial(make_motion, path, array)) for k, array in enumerate(batch, 1)]


def _motion_from_joint_array(path: Path, positions: AnyArray) -> Motion:
    return _motion_from_joints(path, positions, "HumanML3D joints", "")


def _motion_from_features(path: Path, features: AnyArray) -> Motion:
    values = _check_numbers(path, features, "features")
    contacts = values[:, humanml3d.CONTACTS]
    if values[:, humanml3d.ROOT_HEIGHT].mean() < 0 or np.percentile(contacts, 2) < _NO_CONTACT:
        raise FormatError(
            "{file} holds normalised features: multiply them by Std.npy and add Mean.npy of their model first",
            file=path.name,
        )
    source = f"{path.name}: HumanML3D features, 20 fps, rotations solved from joints, no fingers"
    return motion_from_joints(
        humanml3d.features_to_joints(values),
        humanml3d.FPS,
        humanml3d.features_to_contacts(values),
        Provenance(source=source),
    )


def _motion_from_joints(path: Path, positions: AnyArray, layout: str, text: str) -> Motion:
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
    """
    source = f"{path.name}: {layout}, 20 fps, rotations solved from joints, no fingers"
    checked = _check_numbers(path, positions, "positions")
    if np.linalg.norm(np.ptp(checked, axis=1), axis=-1).min() < 1e-3:
        raise FormatError("{file} has all joints at one point: generate it again", file=path.name)
    return motion_from_joints(checked, humanml3d.FPS, None, Provenance(prompt=text, source=source))


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
