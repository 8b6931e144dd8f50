# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion files, in and out. What a file is, is told by its content and never by its name.

In: SMPL family ``.npz`` (AMASS, HY-Motion), Kimodo, MDM, HumanML3D, GVHMR, WHAM, BVH, glTF. Out: SMPL-X, BVH, glTF.
What comes in has the 22 SMPL joints.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import FormatError
from ..motion import Motion
from .bvh_read import read_bvh
from .bvh_write import write_bvh
from .format_detection import EXPECTED, takes_in
from .gltf_write import write_gltf
from .motion_entries import Take
from .native import load_native, save_native
from .smpl_conversion import to_smpl
from .smpl_npz import read_smpl, write_smpl

READ_SUFFIXES: tuple[str, ...] = (".npz", ".npy", ".pt", ".pkl", ".bvh", ".glb", ".gltf")
"""How files are usually named that can be read, for file dialogs."""

SUFFIXES: tuple[str, ...] = (".npz", ".bvh", ".glb")
"""What :func:`write_motion` writes."""

__all__ = [
    "EXPECTED", "READ_SUFFIXES", "SUFFIXES", "Take", "load_native", "read_bvh", "read_motion", "read_smpl",
    "save_native", "takes_in", "to_smpl", "write_bvh", "write_motion", "write_smpl",
]  # fmt: skip


def read_motion(path: Path, number: int = 1) -> Motion:
    """The motion in a file, of whatever name: its content decides what it is.

    ``number``: which one, counted from 1, where there are several. The result has SMPL's joints, on its own
    proportions and rest pose where the file has any, metres and Y up; ``provenance.source`` says what was assumed.
    Raises :class:`FormatError` in one sentence.
    """
    path = Path(path)
    takes = takes_in(path)
    if not 1 <= number <= len(takes):
        holds = f"{len(takes)} motions" if len(takes) > 1 else "one motion"
        raise FormatError(
            f"{path.name} holds {holds}, and none of the number {number}: choose 1 to {len(takes)}"
        )
    motion = takes[number - 1].read()
    if len(takes) > 1:
        motion = motion.with_provenance(source=f"{motion.provenance.source}, motion {number} of {len(takes)}")
    return motion


def write_motion(motion: Motion, path: Path) -> None:
    """Write ``motion`` as SMPL-X ``.npz``, ``.bvh`` or ``.glb``, by the name's ending; whole or not at all.

    Raises :class:`FormatError` in one sentence, also where the disk is full or the folder can't be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FormatError(f"{path.name} ends in no known format: name it .npz (SMPL-X), .bvh or .glb")
    try:
        if suffix == ".glb":
            write_gltf([motion], path)
        else:
            (write_smpl if suffix == ".npz" else write_bvh)(motion, path)
    except OSError as error:
        raise FormatError(f"{path.name} could not be written: {error.strerror or error}") from error
