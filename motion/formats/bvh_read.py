# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of BVH files with any skeleton, channel order and unit.

BVH states neither its unit nor its up axis. The unit is assumed to be the one in which the skeleton's size is nearest
to an adult's, the up axis the one along which the body stands; ``provenance.source`` names both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np

from ..errors import FormatError
from ..motion import MAX_FRAMES, Motion, Provenance
from ..rotations import Array, identity_rotations, make_continuous, multiply, rotate, rotation_about_axis
from ..skeleton import Skeleton
from .unique_names import make_unique

MAX_BYTES = 2**28
MAX_JOINTS = 2000
MAX_POSES = 4_000_000
"""Largest number of frames times joints; a minute of 70 joints at 120 frames a second is half a million."""

_MAX_LINE = 2**20
"""Characters: three times what a frame of ``MAX_JOINTS`` joints needs."""

END_SUFFIX = "_end"
"""Suffix of the joints made from End Sites, which have a position and no rotation."""

_UNITS = {
    "metres": 1.0,
    "centimetres": 0.01,
    "millimetres": 0.001,
    "inches": 0.0254,
    "CMU's units of 1/0.45 inch": 0.0254 / 0.45,
}
_ADULT_HEIGHT = 1.7
_AXES = {"x": 0, "y": 1, "z": 2}


@dataclass
class _Joint:
    """A joint or End Site as the hierarchy describes it."""

    name: str
    parent: int
    """Index of the parent joint, -1 for the root."""

    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Rest position relative to the parent, in the file's units and axes."""

    channels: list[str] = field(default_factory=list)
    """Such as "xposition" or "zrotation", in the file's order."""


class _LineReader:
    """Reads the file's non-empty lines one at a time and counts them for error messages."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self.path = path
        self.line_number = 0
        self._file = file

    def next_words(self, template: str, **fields: object) -> list[str]:
        """Return the words of the next non-empty line.

        Raises :class:`FormatError` at the end of the file; ``template`` and ``fields`` say what is missing.
        """
        while line := self._file.readline(_MAX_LINE):
            self.line_number += 1
            if len(line) == _MAX_LINE:
                raise self.error_at_line("the line is too long for a motion")
            if words := line.split():
                return words
        raise FormatError(
            "{file} is not complete, {reason}: export it again",
            file=self.path.name,
            reason=FormatError(template, **fields),
        )

    def error_at_line(self, template: str, **fields: object) -> FormatError:
        """Return an error with the current line's number; ``template`` and ``fields`` say what is wrong."""
        return FormatError(
            "{file}, line {line}: {reason}; correct the line or export the file again",
            file=self.path.name,
            line=self.line_number,
            reason=FormatError(template, **fields),
        )

    def parse_numbers(self, words: list[str], count: int, label: str) -> Array:
        """Return ``words`` as ``count`` finite numbers.

        Raises :class:`FormatError`; ``label`` says what the numbers are.
        """
        if len(words) != count:
            raise self.error_at_line(
                "{what} needs {count} numbers and has {found}", what=label, count=count, found=len(words)
            )
        try:
            values = np.array(words, dtype=float)
        except ValueError:
            raise self.error_at_line("{what} contains a word that is no number", what=label) from None
        if not np.all(np.abs(values) < 1e9):
            raise self.error_at_line("{what} contains a number that is not finite or too large", what=label)
        return values


def read_bvh(path: Path) -> Motion:
    """Read a BVH file with the file's own joints and rest pose, in metres, Y up and facing +Z at rest.

    End Sites become joints without rotation (``"head_end"``). Only the root is translated: other joints with position
    channels get their mean position as rest offset. Raises :class:`FormatError` with the line's number.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise FormatError(
                "{file} is larger than {limit} MB: cut the motion into parts",
                file=path.name,
                limit=MAX_BYTES // 2**20,
            )
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            lines = _LineReader(path, file)
            joints = _parse_hierarchy(lines)
            values, fps = _parse_motion(lines, joints, size)
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    offsets, root, local = _decode_channels(joints, values)
    if not np.any(offsets):
        raise FormatError("{file} has all joints at one point: export it again", file=path.name)
    names = make_unique(joint.name for joint in joints)
    skeleton = Skeleton(names, tuple(joint.parent for joint in joints), offsets)

    unit, scale = _guess_unit(skeleton)
    skeleton = Skeleton(names, skeleton.parents, offsets * scale)
    root, local, up_rotation = _rotate_to_y_up(skeleton, root * scale, local)
    if up_rotation is not None:
        skeleton = Skeleton(names, skeleton.parents, rotate(up_rotation, skeleton.rest_offsets))
    up = "Z" if up_rotation is not None else "Y"
    ends = sum(name.endswith(END_SUFFIX) for name in names)
    source = f"{path.name}: BVH of {len(names) - ends} joints, taken for {unit} and {up} up"
    return Motion(skeleton, fps, root, make_continuous(local), provenance=Provenance(source=source))


def _parse_hierarchy(lines: _LineReader) -> list[_Joint]:
    """Parse everything before ``MOTION``. Raises :class:`FormatError`."""
    words = lines.next_words("HIERARCHY is missing")
    if words[0].upper() != "HIERARCHY":
        raise lines.error_at_line("a BVH file begins with HIERARCHY")
    joints: list[_Joint] = []
    # joints whose closing brace has not been read yet; lines describe the last one
    open_joints: list[int] = []
    while True:
        words = lines.next_words("MOTION is missing")
        keyword = words[0].upper()
        if keyword == "MOTION":
            break
        if keyword in ("ROOT", "JOINT", "END"):
            if (keyword == "ROOT") != (not joints):
                raise lines.error_at_line("there must be one ROOT, before all JOINTs")
            if keyword != "ROOT" and not open_joints:
                raise lines.error_at_line("{word} is outside of the ROOT's braces", word=words[0])
            if len(joints) >= MAX_JOINTS:
                raise lines.error_at_line("more than {limit} joints can't be read", limit=MAX_JOINTS)
            parent = open_joints[-1] if open_joints else -1
            has_brace = words[-1] == "{"
            name = "_".join(words[1:-1] if has_brace else words[1:])
            if keyword == "END":
                name = joints[parent].name + END_SUFFIX
            elif not name:
                raise lines.error_at_line("a {word} has no name", word=words[0])
            if not has_brace and lines.next_words("an opening brace is missing") != ["{"]:
                raise lines.error_at_line("an opening brace should follow {name!r:.40}", name=name)
            joints.append(_Joint(name, parent))
            open_joints.append(len(joints) - 1)
        elif keyword == "}":
            if not open_joints:
                raise lines.error_at_line("a closing brace has no opening one")
            open_joints.pop()
        elif keyword == "OFFSET" and open_joints:
            x, y, z = lines.parse_numbers(words[1:], 3, "OFFSET")
            joints[open_joints[-1]].offset = (float(x), float(y), float(z))
        elif keyword == "CHANNELS" and open_joints:
            joints[open_joints[-1]].channels = _parse_channels(lines, words[1:])
        else:
            raise lines.error_at_line("{word!r:.40} is not expected here", word=words[0])
    if open_joints:
        raise lines.error_at_line("{count} closing braces are missing before MOTION", count=len(open_joints))
    if not joints:
        raise lines.error_at_line("there are no joints before MOTION")
    return joints


def _parse_channels(lines: _LineReader, words: list[str]) -> list[str]:
    """Return the lower-case channel names of a CHANNELS line. Raises :class:`FormatError`."""
    names = [word.lower() for word in words[1:]]
    if not words or not words[0].isdecimal() or int(words[0]) != len(names):
        raise lines.error_at_line("CHANNELS must state how many names follow")
    for name in names:
        if name[:1] not in _AXES or name[1:] not in ("position", "rotation"):
            raise lines.error_at_line("{name!r:.40} is no channel, such as Xposition or Zrotation", name=name)
    if len(set(names)) != len(names):
        raise lines.error_at_line("a channel is named twice")
    return names


def _parse_motion(lines: _LineReader, joints: list[_Joint], file_size: int) -> tuple[Array, float]:
    """Return the values (T, C) of all channels in the file's order, and frames a second.

    ``file_size``: bytes of the file, which limits the number of frames. Raises :class:`FormatError`.
    """
    words = lines.next_words("the number of frames is missing")
    count = words[1] if len(words) == 2 and words[0].upper() == "FRAMES:" else ""
    if not count.isdecimal() or len(count) > 18 or int(count) == 0:
        raise lines.error_at_line("'Frames:' and their number, at least one, should follow MOTION")
    frames = int(count)
    words = lines.next_words("the frame time is missing")
    if len(words) != 3 or [word.upper() for word in words[:2]] != ["FRAME", "TIME:"]:
        raise lines.error_at_line("'Frame Time:' and its seconds should follow the number of frames")
    seconds = float(lines.parse_numbers(words[2:], 1, "the frame time")[0])
    if not 1e-4 <= seconds <= 10:
        raise lines.error_at_line("a frame time of {seconds:g} seconds is not possible", seconds=seconds)
    width = sum(len(joint.channels) for joint in joints)
    if width == 0:
        raise lines.error_at_line("no joint has channels")
    # each value takes two bytes at least: refuse an impossible number of frames before memory is allocated for it
    if 2 * frames * width > file_size + 2:
        raise lines.error_at_line(
            "{frames} frames of {width} numbers are more than the file can hold", frames=frames, width=width
        )
    if frames > MAX_FRAMES or frames * max(len(joints), width // 3) > MAX_POSES:
        raise FormatError(
            "{file} holds {frames} frames of {joints} joints and ends, more than can be read: cut the motion into "
            "parts",
            file=lines.path.name,
            frames=frames,
            joints=len(joints),
        )
    values = np.empty((frames, width))
    for frame in range(frames):
        words = lines.next_words("frame {frame} of {frames} is missing", frame=frame + 1, frames=frames)
        values[frame] = lines.parse_numbers(words, width, f"frame {frame + 1}")
    fps = 1.0 / seconds
    # frame times have few digits: 0.0083333 means 120 frames a second
    return values, float(round(fps)) if abs(fps - round(fps)) < 3e-4 * fps else fps


def _decode_channels(joints: list[_Joint], values: Array) -> tuple[Array, Array, Array]:
    """Return rest offsets (J, 3), root positions (T, 3) and local rotations (T, J, 4), in the file's units and axes."""
    frames = len(values)
    offsets = np.array([joint.offset for joint in joints])
    root = np.tile(offsets[0], (frames, 1))
    local = identity_rotations(frames, len(joints))
    column = 0
    for j, joint in enumerate(joints):
        positions = np.tile(offsets[j], (frames, 1))
        for channel in joint.channels:
            axis = channel[0]
            if channel.endswith("position"):
                positions[:, _AXES[axis]] = values[:, column]
            else:
                # intrinsic rotations: the first channel is the outermost one
                local[:, j] = multiply(local[:, j], rotation_about_axis(axis, np.radians(values[:, column])))
            column += 1
        if joint.parent < 0:
            root = positions
        elif np.any(np.abs(mean := positions.mean(axis=0)) > 1e-6):
            offsets[j] = mean
    offsets[0] = 0.0
    return offsets, root, local


def _guess_unit(skeleton: Skeleton) -> tuple[str, float]:
    """Return the unit in which the rest pose is nearest to an adult's size: its name and its size in metres."""
    positions = skeleton.rest_positions
    size = max(float(np.ptp(positions, axis=0).max()), 1e-9)
    return min(_UNITS.items(), key=lambda unit: abs(math.log(size * unit[1] / _ADULT_HEIGHT)))


def _rotate_to_y_up(skeleton: Skeleton, root: Array, local: Array) -> tuple[Array, Array, Array | None]:
    """Rotate root positions (T, 3) and local rotations (T, J, 4) from Z up to Y up if the file is Z up.

    It is Z up if the body extends along Z at rest, unless it stands along Y during the motion. The third result is the
    rotation (4,) for the rest pose, None for a file that is Y up.
    """
    rest = skeleton.rest_positions
    extent = np.ptp(rest, axis=0)
    sample = slice(None, None, max(1, len(root) // 200))
    highest = int(np.argmax(rest[:, 2]))
    positions = skeleton.forward_kinematics(root[sample], local[sample])[0]
    rise = (positions[:, highest] - positions[:, 0]).mean(axis=0)
    if extent[2] < 1.5 * extent[1] or rise[1] > 0.8 * np.linalg.norm(rise):
        return root, local, None
    rotation = rotation_about_axis("x", -np.pi / 2)
    # world and rest pose get the same rotation, so each local rotation keeps its angle and its axis is rotated
    local = multiply(multiply(rotation, local), rotation_about_axis("x", np.pi / 2))
    return rotate(rotation, root), local, rotation
