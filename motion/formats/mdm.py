# SPDX-License-Identifier: GPL-3.0-or-later
"""What MDM and its relatives write: ``results.npy``, ``*_smpl_params.npy``, and HumanML3D's own ``.npy`` files.

Layouts: sample/generate.py and visualize/vis_utils.py (github.com/GuyTevet/motion-diffusion-model).

* ``results.npy``: a dictionary of ``motion`` (N, J, 3, T), positions in metres, Y up, of HumanML3D's 22 joints or
  of SMPL's 24; ``text`` and ``lengths`` of N. 20 frames a second. Repetitions follow one another.
* ``*_smpl_params.npy``: ``thetas`` (24, 6, T), the first two rows of SMPL's rotation matrices; ``root_translation``
  (3, T), where the pelvis is; ``text``, ``length``; vertices, which are not read.
* arrays (T, 263) of HumanML3D's features or (T, 22, 3) of its joints, also several in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError
from ..joints_to_rotations import motion_from_joints
from ..motion import Motion, Provenance
from ..rest_pose import SMPL_REST
from ..rotations import continuous, from_6d, from_matrix
from ..skeleton import SMPL_JOINTS
from . import humanml3d
from .motion_entries import Take, titled
from .npz_arrays import AnyArray

MAX_TAKES = 10_000
MAX_FRAMES = 60_000
"""Of one motion: 50 minutes."""

_JOINTS = len(SMPL_JOINTS)
_ALL = 24  # SMPL's joints with the two hands
_KIT = 21  # joints of KIT-ML, which are others
_FURTHEST = 1e4
_NO_CONTACT = -0.6  # below what a model makes of "no contact", which is 0


def is_results(content: Mapping[Any, Any]) -> bool:
    """Whether a dictionary is ``results.npy``'s."""
    motion = content.get("motion")
    return isinstance(motion, np.ndarray) and motion.ndim == 4 and "lengths" in content


def results_takes(path: Path, content: Mapping[Any, Any]) -> list[Take]:
    """The samples in ``results.npy``. Raises :class:`FormatError`."""
    motion: AnyArray = content["motion"]
    count, joints, numbers, frames = motion.shape
    if joints == _KIT:
        raise FormatError(
            f"{path.name} holds KIT-ML's 21 joints, which are not read: generate with a HumanML3D model"
        )
    if numbers != 3 or joints not in (_JOINTS, _ALL) or not 0 < count <= MAX_TAKES or frames == 0:
        raise FormatError(
            f"{path.name} holds motions of the shape {motion.shape}, known are samples of 22 or 24 joints: generate "
            "again with a HumanML3D model"
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
    """Frames of each sample: all of them, where that is not told."""
    if isinstance(stated, list):
        stated = np.asarray(stated) if all(type(n) is int for n in stated) else None
    if isinstance(stated, np.ndarray) and stated.shape == (count,) and stated.dtype.kind in "iu":
        return [int(min(max(n, 1), frames)) for n in stated.tolist()]
    return [frames] * count


def is_smpl_params(content: Mapping[Any, Any]) -> bool:
    """Whether a dictionary is ``*_smpl_params.npy``'s."""
    return all(isinstance(content.get(key), np.ndarray) for key in ("thetas", "root_translation"))


def smpl_params_motion(path: Path, content: Mapping[Any, Any]) -> Motion:
    """The motion in ``*_smpl_params.npy``. Raises :class:`FormatError`."""
    thetas, root = content["thetas"], content["root_translation"]
    if (
        thetas.ndim != 3
        or thetas.shape[:2] != (_ALL, 6)
        or root.shape != (3, thetas.shape[2])
        or not root.size
    ):
        raise FormatError(
            f"{path.name} has thetas and root_translation of the shapes {thetas.shape} and {root.shape}, which do "
            "not belong together: render it again with MDM"
        )
    stated = content.get("length")
    frames = min(thetas.shape[2], stated if type(stated) is int and stated > 0 else MAX_FRAMES)
    six = _numbers(path, thetas[:_JOINTS, :, :frames].transpose(2, 0, 1), "rotations")
    places = _numbers(path, root[:, :frames].T, "translations")
    if np.linalg.norm(six[..., :3], axis=-1).min() < 1e-3:
        raise FormatError(f"{path.name} has rotations that are none: render it again with MDM")
    text = content.get("text")
    # rows here, columns in from_6d: the transposed matrix
    turns = from_matrix(np.swapaxes(from_6d(six), -1, -2))
    source = f"{path.name}: MDM, SMPL, Y up, 20 fps assumed, average body, no fingers"
    prompt = text if isinstance(text, str) else ""
    return Motion(
        SMPL_REST, humanml3d.FPS, places, continuous(turns), None, Provenance(prompt=prompt, source=source)
    )


def array_takes(path: Path, array: AnyArray) -> list[Take]:
    """The motions in a plain array of HumanML3D's features or joints. Raises :class:`FormatError`."""
    if array.dtype.kind not in "fiu":
        raise FormatError(f"{path.name} does not hold numbers: choose a motion file")
    shape = array.shape
    if shape[-1:] == (humanml3d.FEATURES,) and len(shape) in (2, 3):
        whole = array.reshape(-1, *shape[-2:])
        return _takes(path, whole, _from_features)
    if shape[-2:] == (_JOINTS, 3) and len(shape) in (3, 4):
        return _takes(path, array.reshape(-1, *shape[-3:]), _from_joint_array)
    if len(shape) == 4 and shape[1:3] in ((_JOINTS, 3), (_ALL, 3)):
        return _takes(path, array[:, :_JOINTS].transpose(0, 3, 1, 2), _from_joint_array)
    raise FormatError(
        f"{path.name} holds numbers of the shape {shape}, known are HumanML3D's 263 features a frame and 22 joints a "
        "frame: choose such a file"
    )


def _takes(path: Path, whole: AnyArray, make: Any) -> list[Take]:
    if not 0 < len(whole) <= MAX_TAKES or whole.shape[1] == 0:
        raise FormatError(f"{path.name} holds no frames, or too many motions: choose another file")
    return [Take(f"sample {k + 1}", lambda k=k: make(path, whole[k])) for k in range(len(whole))]  # type: ignore[misc]


def _from_joint_array(path: Path, places: AnyArray) -> Motion:
    return _from_joints(path, places, "HumanML3D joints", "")


def _from_features(path: Path, features: AnyArray) -> Motion:
    values = _numbers(path, features, "features")
    contacts = values[:, humanml3d.CONTACTS]
    if values[:, humanml3d.HEIGHT].mean() < 0 or np.percentile(contacts, 2) < _NO_CONTACT:
        raise FormatError(
            f"{path.name} holds normalised features: multiply them by Std.npy and add Mean.npy of their model first"
        )
    source = f"{path.name}: HumanML3D features, 20 fps, rotations solved from joints, no fingers"
    return motion_from_joints(
        humanml3d.joints_of(values), humanml3d.FPS, humanml3d.contacts_of(values), Provenance(source=source)
    )


def _from_joints(path: Path, places: AnyArray, what: str, text: str) -> Motion:
    source = f"{path.name}: {what}, 20 fps, rotations solved from joints, no fingers"
    found = _numbers(path, places, "positions")
    if np.linalg.norm(np.ptp(found, axis=1), axis=-1).min() < 1e-3:
        raise FormatError(f"{path.name} has all joints at one point: generate it again")
    return motion_from_joints(found, humanml3d.FPS, None, Provenance(prompt=text, source=source))


def _numbers(path: Path, array: AnyArray, what: str) -> Any:
    """``array`` as floats, the frames first, after it is known that they are few and finite."""
    if len(array) > MAX_FRAMES:
        raise FormatError(
            f"{path.name} holds {len(array)} frames, at most {MAX_FRAMES} are read: cut it into parts"
        )
    if array.dtype.kind not in "fiu":
        raise FormatError(f"{path.name} does not hold numbers: choose a motion file")
    found = array.astype(float)
    if not np.all(np.abs(found) < _FURTHEST):
        raise FormatError(
            f"{path.name} has {what} that are not finite or beyond all bounds: generate it again"
        )
    return found
