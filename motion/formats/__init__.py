# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers and writers of motion files.

The format is detected from the content, never from the file name. Read: SMPL family ``.npz`` (AMASS, HY-Motion),
Kimodo, MDM, HumanML3D, GVHMR, WHAM, BVH, glTF. Written: SMPL-X, BVH, glTF. Motions that are read have SMPL's 22 joints.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import FormatError
from ..file_suffixes import EXPECTED_FORMATS, READ_SUFFIXES, WRITE_SUFFIXES
from ..motion import Motion
from ..trim import trim_motion
from .bvh_read import read_bvh
from .bvh_write import write_bvh
from .format_detection import list_motions
from .gltf_write import write_gltf
from .motion_entries import MotionEntry
from .native import load_native, save_native
from .read_options import DEFAULT_OPTIONS, ReadOptions
from .smpl_conversion import to_smpl
from .smpl_npz import read_smpl, write_smpl

__all__ = [
    "EXPECTED_FORMATS",
    "READ_SUFFIXES",
    "WRITE_SUFFIXES",
    "MotionEntry",
    "ReadOptions",
    "choose_motion",
    "list_motions",
    "load_native",
    "read_bvh",
    "read_motion",
    "read_smpl",
    "save_native",
    "to_smpl",
    "write_bvh",
    "write_motion",
    "write_smpl",
]  # fmt: skip


def read_motion(path: Path, number: int = 1, options: ReadOptions = DEFAULT_OPTIONS) -> Motion:
    """Read a motion from a file of any supported format.

    ``number``: which motion of a file with several, counted from 1; ``options``: what the user states about the file.
    The result has SMPL's joints with the file's own proportions and rest pose if it has them, metres, Y up;
    ``provenance.source`` names the assumptions made. Raises :class:`FormatError`.
    """
    path = Path(path)
    return choose_motion(path, list_motions(path), number, options)


def choose_motion(
    path: Path, entries: Sequence[MotionEntry], number: int = 1, options: ReadOptions = DEFAULT_OPTIONS
) -> Motion:
    """Read motion ``number`` of the motions in a file, as :func:`read_motion` does. Raises :class:`FormatError`.

    Parameters
    ----------
    path : Path
        The file, for messages.
    entries : sequence of MotionEntry
        What it holds.
    number : int
        Which of them, from 1.
    options : ReadOptions
        What the user states about the file.
    """
    if not 1 <= number <= len(entries):
        if len(entries) == 1:
            raise FormatError(
                "{file} holds one motion, there is no motion {number}: choose 1",
                file=path.name,
                number=number,
            )
        raise FormatError(
            "{file} holds {count} motions, there is no motion {number}: choose 1 to {count}",
            file=path.name,
            count=len(entries),
            number=number,
        )
    motion = trim_motion(entries[number - 1].read(options), options.start, options.end)
    if len(entries) > 1:
        motion = motion.with_provenance(
            source=f"{motion.provenance.source}, motion {number} of {len(entries)}"
        )
    return motion


def write_motion(motion: Motion, path: Path) -> None:
    """Write ``motion`` as SMPL-X ``.npz``, ``.bvh`` or ``.glb``, chosen by the suffix; completely or not at all.

    Raises :class:`FormatError`, also if the disk is full or the folder can't be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in WRITE_SUFFIXES:
        raise FormatError(
            "{file} has no known format suffix: name it .npz (SMPL-X), .bvh or .glb", file=path.name
        )
    try:
        if suffix == ".glb":
            write_gltf([motion], path)
        else:
            (write_smpl if suffix == ".npz" else write_bvh)(motion, path)
    except OSError as error:
        raise FormatError(
            "{file} could not be written: {reason}", file=path.name, reason=error.strerror or error
        ) from error
