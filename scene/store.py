# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion cache: generated and imported motions on disk, under an id that Actions carry.

Motions are applied from here, so that applying one again with other options, even next week, needs no model. The id
is a hash of the content. The folder's size is bounded; the motions that were not used for the longest time are
deleted first.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from ..motion import FormatError, KinescribeError, Motion
from ..motion.formats.native import load_native, save_native
from .user_folder import user_folder

MAX_BYTES = 256 * 2**20
MAX_MOTIONS = 1000

_ID = re.compile(r"[0-9a-f]{24}")


def cache_folder() -> Path:
    """Return the folder of the cache."""
    return user_folder("motions")


def compute_motion_id(motion: Motion) -> str:
    """Return 24 hexadecimal digits that identify the motion's content, its provenance included."""
    digest = hashlib.sha256()
    skeleton = motion.skeleton
    digest.update(repr((skeleton.joint_names, skeleton.parents, float(motion.fps))).encode())
    digest.update(repr(sorted(motion.provenance.as_dict().items())).encode("utf-8", errors="replace"))
    contacts = np.empty(0, dtype=bool) if motion.contacts is None else motion.contacts
    for array in (skeleton.rest_offsets, motion.root_translation, motion.local_rotations, contacts):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:24]


def save_motion(motion: Motion, folder: Path | None = None) -> str:
    """Save a motion; return its id. Raises :class:`KinescribeError` if it can't be written, as on a full disk.

    ``folder``: what :func:`cache_folder` returned, for a thread, which must not ask Blender for it.
    """
    return save_motions([motion], folder or cache_folder())[0]


def save_motions(motions: Sequence[Motion], folder: Path) -> list[str]:
    """Save several motions; return their ids. Raises as :func:`save_motion` does."""
    motion_ids = [_save_motion(motion, folder) for motion in motions]
    _remove_oldest(folder, keep={folder / f"{motion_id}.npz" for motion_id in motion_ids})
    return motion_ids


def _save_motion(motion: Motion, folder: Path) -> str:
    motion_id = compute_motion_id(motion)
    try:
        path = folder / f"{motion_id}.npz"
        if _is_readable(path):
            os.utime(path)
        else:
            save_native(motion, path)
    except OSError as error:
        raise KinescribeError(
            "The motion could not be saved ({reason}): free some disk space and try again",
            reason=error.strerror or str(error),
        ) from error
    return motion_id


def load_motion(motion_id: str) -> Motion:
    """Load the motion with that id. Raises :class:`FormatError` if it is missing or damaged."""
    return load_motion_file(motion_path(motion_id))


def load_motion_file(path: Path) -> Motion:
    """Load the motion at a path that :func:`motion_path` returned; any thread may call this. Raises as that does."""
    if not path.is_file():
        raise FormatError("The motion is no longer in the cache: generate or import it again")
    try:
        motion = load_native(path)
    except FormatError as error:
        raise FormatError("The motion in the cache is damaged: generate or import it again") from error
    with suppress(OSError):  # the time of the last use can't be stored in a read-only folder
        os.utime(path)
    return motion


def motion_path(motion_id: str) -> Path:
    """Return where the motion with that id is stored. Raises :class:`FormatError` if it is no id."""
    # the id may come from a .blend of unknown origin: it must not lead out of the folder
    if not _ID.fullmatch(motion_id):
        raise FormatError("The Action does not name a cached motion: generate or import it again")
    return cache_folder() / f"{motion_id}.npz"


def measure_cache() -> tuple[int, int]:
    """Return the number of motions in the cache and their size in bytes."""
    sizes = [size for _, size, _ in _list_motions(cache_folder())]
    return len(sizes), sum(sizes)


def clear_cache() -> int:
    """Delete every motion; return how many were deleted.

    Keyframes stay, but can't be applied again with other options.
    """
    deleted = 0
    for _, _, path in _list_motions(cache_folder()):
        with suppress(OSError):  # open in another Blender on Windows
            path.unlink()
            deleted += 1
    return deleted


def _is_readable(path: Path) -> bool:
    """Return True if the file exists and can be read; a file that a crash has damaged is written again."""
    try:
        load_native(path)
    except FormatError:
        return False
    return True


def _list_motions(folder: Path) -> list[tuple[float, int, Path]]:
    """Return time of the last use, size in bytes and path of each motion, the last used first."""
    motions: list[tuple[float, int, Path]] = []
    with suppress(OSError):
        for path in folder.glob("*.npz"):
            with suppress(OSError):
                status = path.stat()
                motions.append((status.st_mtime, status.st_size, path))
    return sorted(motions, key=lambda entry: entry[0], reverse=True)


def _remove_oldest(folder: Path, keep: Collection[Path]) -> None:
    """Delete the motions unused for the longest time until the cache is within its bounds; ``keep`` stays.

    Also delete unfinished files of a Blender that was killed.
    """
    with suppress(OSError):
        for part in folder.glob(".*.part"):
            with suppress(OSError):
                if time.time() - part.stat().st_mtime > 3600:  # newer ones may still be being written
                    part.unlink()
    total = 0
    for count, (_, size, path) in enumerate(_list_motions(folder)):
        total += size
        if (count >= MAX_MOTIONS or total > MAX_BYTES) and path not in keep:
            with suppress(OSError):  # open in another Blender on Windows: it is deleted the next time
                path.unlink()
