# SPDX-License-Identifier: GPL-3.0-or-later
"""Cached motions: what was generated or imported, on disk under an id that the Actions carry.

Applying reads from here, so that an option changed in the redo panel, or next week, needs no model. The id is
a hash of the content. The folder is bounded; what was not used for longest goes first.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from ..motion import FormatError, KinescribeError, Motion
from ..motion.formats.native import load_native, save_native
from .user_folder import user_folder

MAX_BYTES = 256 * 2**20
MAX_MOTIONS = 1000

_ID = re.compile(r"[0-9a-f]{24}")


def folder() -> Path:
    """Where motions are kept: the extension's own user folder, which Blender removes with the extension."""
    return user_folder("motions")


def motion_id(motion: Motion) -> str:
    """24 hexadecimal digits that stand for the motion's content, provenance included."""
    digest = hashlib.sha256()
    skeleton = motion.skeleton
    digest.update(repr((skeleton.joint_names, skeleton.parents, float(motion.fps))).encode())
    digest.update(repr(sorted(motion.provenance.as_dict().items())).encode("utf-8", errors="replace"))
    contacts = np.empty(0, dtype=bool) if motion.contacts is None else motion.contacts
    for array in (skeleton.rest_offsets, motion.root_translation, motion.local_rotations, contacts):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:24]


def put(motion: Motion) -> str:
    """Keep a motion; returns its id. Raises :class:`KinescribeError` where the disk is full."""
    key = motion_id(motion)
    try:
        path = _path(key)
        if _is_whole(path):
            os.utime(path)
        else:
            save_native(motion, path)
    except OSError as error:
        raise KinescribeError(
            "The motion could not be saved ({reason}): free some disk space and try again",
            reason=error.strerror or str(error),
        ) from error
    _tidy(keep=path)
    return key


def get(key: str) -> Motion:
    """The motion with that id. Raises :class:`FormatError` where it is no longer there, or damaged."""
    path = _path(key)
    if not path.is_file():
        raise FormatError("The motion is no longer in the cache: generate or import it again")
    try:
        motion = load_native(path)
    except FormatError as error:
        raise FormatError("The motion in the cache is damaged: generate or import it again") from error
    with suppress(OSError):  # a read-only folder can't be told that the file was used
        os.utime(path)
    return motion


def usage() -> tuple[int, int]:
    """How many motions are kept, and how many bytes they take."""
    sizes = [size for _, size, _ in _kept()]
    return len(sizes), sum(sizes)


def clear() -> int:
    """Delete every motion; returns how many are gone. Keyframes stay, but can't be applied anew."""
    gone = 0
    for _, _, path in _kept():
        with suppress(OSError):  # open in another Blender on Windows
            path.unlink()
            gone += 1
    return gone


def _is_whole(path: Path) -> bool:
    """Whether the motion is there and can be read: one that a crash of the computer has damaged is written anew."""
    try:
        load_native(path)
    except FormatError:
        return False
    return True


def _kept() -> list[tuple[float, int, Path]]:
    """Time of the last use, size in bytes and path of each motion, the last used first."""
    found: list[tuple[float, int, Path]] = []
    with suppress(OSError):
        for path in folder().glob("*.npz"):
            with suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
    return sorted(found, key=lambda entry: entry[0], reverse=True)


def _path(key: str) -> Path:
    # the id may come from a .blend of unknown origin: never a way out of the folder
    if not _ID.fullmatch(key):
        raise FormatError("The Action does not name a cached motion: generate or import it again")
    return folder() / f"{key}.npz"


def _tidy(keep: Path) -> None:
    """Delete the motions unused for longest until the folder is within its bounds; ``keep`` stays.

    What a Blender that was killed left half written goes too.
    """
    with suppress(OSError):
        for part in folder().glob(".*.part"):
            with suppress(OSError):
                if time.time() - part.stat().st_mtime > 3600:  # not one that is being written right now
                    part.unlink()
    total = 0
    for count, (_, size, path) in enumerate(_kept()):
        total += size
        if (count >= MAX_MOTIONS or total > MAX_BYTES) and path != keep:
            with suppress(OSError):  # open in another Blender on Windows; the next time will do
                path.unlink()
