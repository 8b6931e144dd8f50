# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the motions of an FBX file by Blender's own importer, in a Blender of its own.

A second Blender without a window imports the file, samples one action and ends: nothing is left behind in this one,
and a file that crashes the importer crashes nothing else. It takes as long as Blender's start and the import.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

if TYPE_CHECKING:
    from ..motion import Motion
    from ..motion.formats import ReadOptions
    from ..motion.formats.motion_entries import MotionEntry

MAX_BYTES = 400 * 2**20
"""Largest file: the importer takes several times as much memory, and it has to end before ``MAX_SECONDS``."""

MAX_SECONDS = 180.0
"""Time that the import may take."""

_SIGNATURES = (b"Kaydara FBX Binary", b"; FBX")


def is_fbx(path: Path) -> bool:
    """Return whether a file begins as FBX does; False also if it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(32).startswith(_SIGNATURES)
    except OSError:
        return False


def list_fbx_motions(path: Path, number: int = 1) -> list[MotionEntry]:
    """List the actions in an FBX file; motion ``number`` (from 1) is read with the list. Raises ``FormatError``."""
    from ..motion.formats.motion_entries import MotionEntry, make_title

    arrays = _run_importer(path, number)
    titles = [str(title) for title in json.loads(arrays["titles"].tobytes())]

    def build(position: int, options: ReadOptions) -> Motion:
        return _build_motion(path, arrays if position == number else _run_importer(path, position), options)

    return [
        MotionEntry(make_title(title, f"action {k}"), partial(build, k)) for k, title in enumerate(titles, 1)
    ]


def _build_motion(path: Path, arrays: dict[str, Any], options: ReadOptions) -> Motion:
    """Return the motion of what the importer wrote. Raises ``FormatError``."""
    import numpy as np

    from ..motion import FormatError, Provenance
    from ..motion.formats.adjust_motion import FileSpace, adjust_motion
    from ..motion.formats.posed_joints import MatrixJoints
    from ..motion.formats.smpl_conversion import convert_joints
    from ..motion.formats.unique_names import make_unique
    from ..scene.axes import Z_UP_TO_Y_UP

    rest, poses = arrays["rest"], arrays["poses"]
    if not (np.all(np.isfinite(rest)) and np.all(np.isfinite(poses))):
        raise FormatError("{file} has numbers that are not finite: export it again", file=path.name)
    joints = MatrixJoints(
        make_unique([str(name) for name in json.loads(arrays["names"].tobytes())]),
        [int(parent) for parent in arrays["parents"]],
        rest,
        poses,
        Z_UP_TO_Y_UP,
        float(arrays["fps"]),
        Provenance(source=f"{path.name}: FBX of {len(rest) - 1} bones, {float(arrays['fps']):g} fps"),
    )
    return adjust_motion(convert_joints(joints), FileSpace("Y"), options)


def _run_importer(path: Path, number: int) -> dict[str, Any]:
    """Return the arrays that the other Blender wrote. Raises ``FormatError``."""
    import numpy as np

    from ..motion import FormatError
    from . import fbx_child, fbx_pruning

    _check_size(path)
    with tempfile.TemporaryDirectory(prefix="kinescribe-", ignore_cleanup_errors=True) as folder:
        out = Path(folder) / "poses.npz"
        arguments = [str(path.absolute()), str(number), str(out), str(fbx_pruning.__file__)]
        status = _run_blender(Path(fbx_child.__file__), arguments)
        if status is None:
            raise FormatError("{file} took too long to import: export the skeleton alone", file=path.name)
        if status == fbx_child.NO_SKELETON:
            raise FormatError("{file} holds no skeleton: export the character with its bones", file=path.name)
        if status == fbx_child.NO_ANIMATION:
            raise FormatError("{file} holds no animation: export it with its keys", file=path.name)
        if status == fbx_child.TOO_LONG:
            raise FormatError("{file} holds too long a motion: cut it into parts", file=path.name)
        if status == fbx_child.NO_IMPORTER:
            raise FormatError(
                "{file} is FBX as text, which this Blender can't read: export it as binary FBX",
                file=path.name,
            )
        try:
            with np.load(out, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise FormatError(
                "{file} can't be imported by Blender (exit status {status}): export it again",
                file=path.name,
                status=status,
            ) from error


def _check_size(path: Path) -> None:
    """Raise ``FormatError`` if the file is too large or can't be read."""
    from ..motion import FormatError

    try:
        size = path.stat().st_size
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    if size > MAX_BYTES:
        raise FormatError(
            "{file} is larger than {limit} MB: export the skeleton alone, without meshes",
            file=path.name,
            limit=MAX_BYTES // 2**20,
        )


def _run_blender(script: Path, arguments: list[str]) -> int | None:
    """Run a script in a Blender of its own and return the exit status; None if it took too long."""
    from ..inference.child_process import ChildProcess
    from ..motion import FormatError

    if bpy.app.binary_path:
        command = [bpy.app.binary_path, "--background", "--factory-startup", "--python", str(script), "--"]
    else:  # the bpy module
        command = [sys.executable, "-P", str(script), "--"]
    try:
        child = ChildProcess(
            [*command, *arguments], stdout_reader=_discard, merge_stderr=True, folder=script.parent.parent
        )
    except OSError as error:
        raise FormatError("Blender could not be started: {reason}", reason=error.strerror or error) from error
    deadline = time.monotonic() + MAX_SECONDS
    return child.run_to_end(lambda: time.monotonic() > deadline)


def _discard(stream: Any) -> None:
    """Read the importer's output to its end, so that it does not wait."""
    while stream.read(65536):
        pass
