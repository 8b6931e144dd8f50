# SPDX-License-Identifier: GPL-3.0-or-later
"""Detection of a file's format from its first bytes and the names of its arrays."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..errors import FormatError
from ..motion import Motion
from . import kimodo, mdm, smpl_npz
from .bvh_read import read_bvh
from .gltf_read import read_gltf
from .motion_entries import MotionEntry, make_title
from .native import MARKER_ARRAY, load_native
from .npz_arrays import list_members, read_array
from .pickled_motions import list_pickled_motions
from .smpl_conversion import to_smpl

EXPECTED_FORMATS = (
    "AMASS, SMPL, HY-Motion or Kimodo .npz, MDM or HumanML3D .npy, GVHMR .pt, WHAM .pkl, BVH or glTF"
)
"""The formats that can be read, for messages."""

_NPY_SIGNATURE = b"\x93NUMPY"
# pickle protocols 2 to 5, and protocol 0 of Python 2
_PICKLE_SIGNATURES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"(d")
# gzip and zlib, used by joblib
_COMPRESSED_SIGNATURES = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def list_motions(path: Path) -> list[MotionEntry]:
    """List the motions in a file, at least one. Raises :class:`FormatError` if it is no motion file."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    if start.startswith(b"PK\x03\x04"):
        return _list_zip(path)
    if start.startswith(_NPY_SIGNATURE):
        if b"'|O'" in start[:1024]:
            return list_pickled_motions(path)
        return mdm.list_array_motions(path, read_array(path))
    if start.startswith(b"glTF"):
        return _list_gltf(path)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:9].upper() == b"HIERARCHY":
        return [MotionEntry("", lambda: to_smpl(read_bvh(path)))]
    if text.startswith(b"{") and b'"' in text[:200]:
        return _list_gltf(path)
    if start[:2] in _PICKLE_SIGNATURES + _COMPRESSED_SIGNATURES:
        return list_pickled_motions(path)
    if not start:
        raise FormatError("{file} is empty: choose another file", file=path.name)
    raise FormatError(
        "{file} is no known motion file: choose {expected}", file=path.name, expected=EXPECTED_FORMATS
    )


def _list_zip(path: Path) -> list[MotionEntry]:
    """List the motions in a zip file: NumPy's ``.npz`` or torch's ``.pt``."""
    members = list_members(path)
    if "data.pkl" in members.other_members:
        return list_pickled_motions(path)
    arrays = members.arrays
    if MARKER_ARRAY in arrays:
        return [MotionEntry("", lambda: to_smpl(load_native(path)))]
    if arrays >= kimodo.REQUIRED_ARRAYS:
        return [MotionEntry("", lambda: to_smpl(kimodo.read_kimodo(path)))]
    if arrays & smpl_npz.POSE_ARRAYS:
        return [MotionEntry("", lambda: smpl_npz.read_smpl(path))]
    raise FormatError(
        "{file} holds no known motion: choose {expected}", file=path.name, expected=EXPECTED_FORMATS
    )


def _list_gltf(path: Path) -> list[MotionEntry]:
    """List the animations in a glTF file."""
    motions = read_gltf(path)

    def read(motion: Motion) -> Motion:
        source = motion.provenance.source or motion.provenance.model
        source = f"{path.name}: {source}" if source else f"{path.name}: glTF"
        return to_smpl(motion.with_provenance(source=source))

    return [
        MotionEntry(make_title(motion.provenance.source, f"animation {k}"), partial(read, motion))
        for k, motion in enumerate(motions, 1)
    ]
