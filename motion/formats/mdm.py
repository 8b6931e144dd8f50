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
from .motion_entries import Take, titled
from .npz_arrays import AnyArray

MAX_TAKES = 10_000
MAX_FRAMES = 60_000
"""Longest motion: 50 minutes."""

_JOINTS = len(SMPL_JOINTS)
_ALL = 24  # SMPL's joints with the two hands
_KIT = 21  # joints of KIT-ML's skeleton, which is another one
_FURTHEST = 1e4
_NO_CONTACT = -0.6  # contact features without normalisation are not this far below 0, "no contact"


def is_results(content: Mapping[Any, Any]) -> bool:
    """Return whether a dictionary is the content of ``results.npy``."""
    motion = content.get("motion")
    return isinstance(motion, np.ndarray) and motion.ndim == 4 and "lengths" in content


def results_takes(path: Path, content: Mapping[Any, Any]) -> list[Take]:
    """List the samples in ``results.npy``. Raises :class:`FormatError`."""
    motion: AnyArray = content["motion"]
    count, joints, numbers, frames = motion.shape
    if joints == _KIT:
        raise FormatError(
            "{file} has KIT-ML's 21 joints, which can't be read: generate with a HumanML3D model",
            file=path.name,
        )
    if numbers != 3 or joints not in (_JOINTS, _ALL) or not 0 < count <= MAX_TAKES or frames == 0:
        raise FormatError(
            "{file} holds motions of the shape {shape}, but only samples of 22 or 24 joints can be read: generate "
            "again with a HumanML3D model",
            file=path.name,
            shape=motion.shape,
        )
    texts, lengths = content.get("text"), _lengths(content["lengths"], count, frames)
    takes = []
    for k in range(count):
        text = texts[k] if isinstance(texts, list) and k < len(texts) and isinstance(texts[k], str) else ""

        def read(k: int = k, text: str = text) -> Motion:
            places = motion[k, :_JOINTS, :, : lengths[k]].transpose(2, 0, 1)
            return _from_joints(path, places, f"MDM, {joints} joints", text)

        takes.append(Take(titled(text, f"sample {k + 1}"), read))
    return takes


def _lengths(stated: Any, count: int, frames: int) -> list[int]:
    """Return the number of frames of each sample; all frames if ``stated`` is not usable."""
    if isinstance(stated, list):
        stated = np.asarray(stated) if all(type(n) is int for n in stated) else None
    if isinstance(stated, np.ndarray) and stated.shape == (count,) and stated.dtype.kind in "iu":
        return [int(min(max(n, 1), frames)) for n in stated.tolist()]
    return [frames] * count


def is_smpl_params(content: Mapping[Any, Any]) -> bool:
    """Return whether a dictionary is the content of ``*_smpl_params.npy``."""
    return all(isinstance(content.get(key), np.ndarray) for key in ("thetas", "root_translation"))


def smpl_params_motion(path: Path, content: Mapping[Any, Any]) -> Motion:
    """Build the motion of ``*_smpl_params.npy``. Raises :class:`FormatError`."""
    thetas, root = content["thetas"], content["root_translation"]
    if (
        thetas.ndim != 3
        or thetas.shape[:2] != (_ALL, 6)
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
    six = _numbers(path, thetas[:_JOINTS, :, :frames].transpose(2, 0, 1), "rotations")
    places = _numbers(path, root[:, :frames].T, "translations")
    if np.linalg.norm(six[..., :3], axis=-1).min() < 1e-3:
        raise FormatError(
            "{file} has thetas that are not rotations: render it again with MDM", file=path.name
        )
    text = content.get("text")
    # the file has the rows of the matrices, from_6d expects their columns: transpose
    turns = matrix_to_quaternion(np.swapaxes(rotation_6d_to_matrix(six), -1, -2))
    source = f"{path.name}: MDM, SMPL, Y up, 20 fps assumed, average body, no fingers"
    prompt = text if isinstance(text, str) else ""
    return Motion(
        SMPL_REST_POSE,
        humanml3d.FPS,
        places,
        make_continuous(turns),
        None,
        Provenance(prompt=prompt, source=source),
    )


def array_takes(path: Path, array: AnyArray) -> list[Take]:
    """List the motions in an array of HumanML3D's features or joint positions. Raises :class:`FormatError`."""
    if array.dtype.kind not in "fiu":
        raise FormatError("{file} does not hold numbers: choose a motion file", file=path.name)
    shape = array.shape
    if shape[-1:] == (humanml3d.FEATURES,) and len(shape) in (2, 3):
        whole = array.reshape(-1, *shape[-2:])
        return _takes(path, whole, _from_features)
    if shape[-2:] == (_JOINTS, 3) and len(shape) in (3, 4):
        return _takes(path, array.reshape(-1, *shape[-3:]), _from_joint_array)
    if len(shape) == 4 and shape[1:3] in ((_JOINTS, 3), (_ALL, 3)):
        return _takes(path, array[:, :_JOINTS].transpose(0, 3, 1, 2), _from_joint_array)
    raise FormatError(
        "{file} holds numbers of the shape {shape}, but only HumanML3D's 263 features or 22 joints a frame can be "
        "read: choose such a file",
        file=path.name,
        shape=shape,
    )


def _takes(path: Path, whole: AnyArray, make: Callable[[Path, AnyArray], Motion]) -> list[Take]:
    """List the motions of a batch; ``make_motion(path, array)`` builds one. Raises :class:`FormatError`."""
    if not 0 < len(whole) <= MAX_TAKES or whole.shape[1] == 0:
        raise FormatError("{file} holds no frames, or too many motions: choose another file", file=path.name)
    return [Take(f"sample {k}", partial(make, path, array)) for k, array in enumerate(whole, 1)]


def _from_joint_array(path: Path, places: AnyArray) -> Motion:
    return _from_joints(path, places, "HumanML3D joints", "")


def _from_features(path: Path, features: AnyArray) -> Motion:
    values = _numbers(path, features, "features")
    contacts = values[:, humanml3d.CONTACTS]
    if values[:, humanml3d.HEIGHT].mean() < 0 or np.percentile(contacts, 2) < _NO_CONTACT:
        raise FormatError(
            "{file} holds normalised features: multiply them by Std.npy and add Mean.npy of their model first",
            file=path.name,
        )
    source = f"{path.name}: HumanML3D features, 20 fps, rotations solved from joints, no fingers"
    return motion_from_joints(
        humanml3d.joints_of(values), humanml3d.FPS, humanml3d.contacts_of(values), Provenance(source=source)
    )


def _from_joints(path: Path, places: AnyArray, what: str, text: str) -> Motion:
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
    source = f"{path.name}: {what}, 20 fps, rotations solved from joints, no fingers"
    found = _numbers(path, places, "positions")
    if np.linalg.norm(np.ptp(found, axis=1), axis=-1).min() < 1e-3:
        raise FormatError("{file} has all joints at one point: generate it again", file=path.name)
    return motion_from_joints(found, humanml3d.FPS, None, Provenance(prompt=text, source=source))


def _numbers(path: Path, array: AnyArray, what: str) -> Any:
    """Return ``array`` as floats after checking the number of frames (first axis) and that all values are finite.

    Raises :class:`FormatError` that names ``what`` the values are.
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
    found = array.astype(float)
    if not np.all(np.abs(found) < _FURTHEST):
        raise FormatError(
            "{file} has {what} that are not finite or too large: generate it again", file=path.name, what=what
        )
    return found
