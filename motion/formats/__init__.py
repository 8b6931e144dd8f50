# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion files: SMPL family ``.npz`` and BVH, in and out. What comes in has the 22 SMPL joints."""

from __future__ import annotations

from pathlib import Path

from ..errors import FormatError
from ..motion import Motion
from .arrays import names_in
from .bvh import read_bvh
from .bvh_write import write_bvh
from .joint_names import to_smpl
from .smpl import NAMES, read_smpl, write_smpl
from .store import MARK, load_native, save_native

SUFFIXES: tuple[str, ...] = (".npz", ".bvh")

__all__ = [
    "SUFFIXES", "load_native", "read_bvh", "read_motion", "read_smpl", "save_native", "to_smpl", "write_bvh",
    "write_motion", "write_smpl",
]  # fmt: skip


def read_motion(path: Path) -> Motion:
    """The motion in a file, of whatever name: its content decides what it is.

    The result has SMPL's joints, on its own proportions and rest pose where the file has any, metres and Y up;
    ``provenance.source`` says what was assumed. Raises :class:`FormatError` in one sentence.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise FormatError(f"{path.name} can't be read: {error.strerror or error}") from error
    if start.startswith(b"PK\x03\x04"):
        names = names_in(path)
        if MARK in names:
            return to_smpl(load_native(path))
        if not names & NAMES:
            raise FormatError(
                f"{path.name} holds no motion that is known: choose an AMASS or SMPL .npz or a BVH file"
            )
        return read_smpl(path)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:9].upper() == b"HIERARCHY":
        return to_smpl(read_bvh(path))
    if not start:
        raise FormatError(f"{path.name} is empty: choose another file")
    raise FormatError(f"{path.name} is neither an AMASS or SMPL .npz nor a BVH file: choose one of these")


def write_motion(motion: Motion, path: Path) -> None:
    """Write ``motion`` as SMPL-X ``.npz`` or as ``.bvh``, by the name's ending; whole or not at all.

    Raises :class:`FormatError` in one sentence, also where the disk is full or the folder can't be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FormatError(f"{path.name} ends in no known format: name it .npz (SMPL-X) or .bvh")
    try:
        (write_smpl if suffix == ".npz" else write_bvh)(motion, path)
    except OSError as error:
        raise FormatError(f"{path.name} could not be written: {error.strerror or error}") from error
