# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of BVH files with any skeleton, channel order and unit.

BVH states neither its unit nor its up axis. The unit is assumed to be the one in which the skeleton's size is nearest
to an adult's, the up axis the one along which the body stands; ``provenance.source`` names both.
"""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import numpy as np

from ..errors import FormatError
from ..motion import MAX_FRAMES, Motion
from ..rotations import Array
from .bvh_joints import BvhJoint, BvhJoints
from .joint_sources import END_SUFFIX
from .smpl_conversion import build_source_motion

MAX_BYTES = 2**28
MAX_JOINTS = 2000
MAX_POSES = 4_000_000
"""Largest number of frames times joints; a minute of 70 joints at 120 frames a second is half a million."""

_MAX_NUMBER = 1e9

_MAX_LINE = 2**20
"""Characters: three times what a frame of ``MAX_JOINTS`` joints needs."""


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

    def read_numbers(self, row: Array, frame: int) -> bool:
        """Read the next non-empty line as the finite numbers ``row`` (C,) of a frame.

        Returns False at the end of the file, also where it ends within the line. Raises :class:`FormatError`.
        """
        line = ""
        while not line.strip():
            line = self._file.readline(_MAX_LINE)
            if not line:
                return False
            self.line_number += 1
        if len(line) == _MAX_LINE:
            raise self.error_at_line("the line is too long for a motion")
        words = line.split()
        if len(words) < len(row) and not self._file.read(_MAX_LINE).strip():
            return False
        row[:] = self.parse_numbers(words, len(row), f"frame {frame}")
        return True

    def read_further_rows(self, width: int, most: int) -> Array:
        """Return the rows (N, C) after those that the file states, at most ``most``; what is no row ends them.

        ``width``: numbers of a row.
        """
        rows: list[Array] = []
        while len(rows) < most and (line := self._file.readline(_MAX_LINE)):
            words = line.split()
            if not words:
                continue
            self.line_number += 1
            try:
                rows.append(self.parse_numbers(words, width, "a frame"))
            except FormatError:
                break
        return np.array(rows).reshape(len(rows), width)

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
            values = np.array([float(word) for word in words])
        except ValueError:
            try:
                # some programs write the decimal comma of the user's language
                values = np.array([float(word.replace(",", ".", 1)) for word in words])
            except ValueError:
                raise self.error_at_line("{what} contains a word that is no number", what=label) from None
        if not np.all(np.abs(values) < _MAX_NUMBER):
            raise self.error_at_line("{what} contains a number that is not finite or too large", what=label)
        return values


def read_bvh(path: Path) -> Motion:
    """Read a BVH file with the file's own joints and rest pose, in metres, Y up and facing +Z at rest.

    End Sites become joints without rotation (``"head_end"``). Only the root is translated: other joints with position
    channels get their mean position as rest offset. If joints above the body's are translated (a ``Reference``), the
    root is the lowest joint that carries the body. Raises :class:`FormatError` with the line's number.
    """
    return build_source_motion(read_bvh_joints(path))


def read_bvh_joints(path: Path, unit: float | None = None) -> BvhJoints:
    """Read a BVH file as joints that are evaluated on demand; ``unit``: metres, None to guess it from the body's size.

    A file that ends early is read up to its last complete frame, one that holds more frames than it states to its end.
    Raises :class:`FormatError` with the line's number.
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
            values, fps, stated_frames = _parse_motion(lines, joints, size)
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error
    notes = []
    if len(values) < stated_frames:
        notes.append(f"ends early: {len(values)} of {stated_frames} frames")
    if len(values) > stated_frames:
        notes.append(f"states {stated_frames} frames and holds {len(values)}")
    return BvhJoints(path.name, joints, values, fps, notes, unit)


def _parse_hierarchy(lines: _LineReader) -> list[BvhJoint]:
    """Parse everything before ``MOTION``. Raises :class:`FormatError`."""
    words = lines.next_words("HIERARCHY is missing")
    if words[0].upper() != "HIERARCHY":
        raise lines.error_at_line("a BVH file begins with HIERARCHY")
    joints: list[BvhJoint] = []
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
            joints.append(BvhJoint(name, parent))
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
        if name[:1] not in ("x", "y", "z") or name[1:] not in ("position", "rotation"):
            raise lines.error_at_line("{name!r:.40} is no channel, such as Xposition or Zrotation", name=name)
    if len(set(names)) != len(names):
        raise lines.error_at_line("a channel is named twice")
    return names


def _read_stated(lines: _LineReader, label: str, missing: str) -> str:
    """Return what the next line states after its label and a colon, with or without spaces; empty for another line."""
    name, colon, value = " ".join(lines.next_words(missing)).partition(":")
    return value.strip() if colon and " ".join(name.lower().split()) == label else ""


def _parse_motion(lines: _LineReader, joints: list[BvhJoint], file_size: int) -> tuple[Array, float, int]:
    """Return the values (T, C) of all channels in the file's order, the frame rate, and the stated number of frames.

    Fewer frames are returned where the file ends early, more where it holds more than it states. ``file_size``: bytes
    of the file, which limits the number of frames. Raises :class:`FormatError`.
    """
    count = _read_stated(lines, "frames", "the number of frames is missing")
    if not count.isdecimal() or len(count) > 18 or int(count) == 0:
        raise lines.error_at_line("'Frames:' and their number, at least one, should follow MOTION")
    frames = int(count)
    words = _read_stated(lines, "frame time", "the frame time is missing").split()
    if len(words) != 1:
        raise lines.error_at_line("'Frame Time:' and its seconds should follow the number of frames")
    seconds = float(lines.parse_numbers(words, 1, "the frame time")[0])
    if not 1e-4 <= seconds <= 10:
        raise lines.error_at_line("a frame time of {seconds:g} seconds is not possible", seconds=seconds)
    width = sum(len(joint.channels) for joint in joints)
    if width == 0:
        raise lines.error_at_line("no joint has channels")
    # each value takes two bytes at least: refuse an impossible number of frames before memory is allocated for it; a
    # file may end early, but not by most of its frames
    if frames * width > file_size + 2:
        raise lines.error_at_line(
            "{frames} frames of {width} numbers are more than the file can hold", frames=frames, width=width
        )
    most_frames = min(MAX_FRAMES, MAX_POSES // max(len(joints), width // 3))
    if frames > most_frames:
        raise _make_length_error(lines, frames, joints)
    values = np.empty((frames, width))
    read = 0
    while read < frames and lines.read_numbers(values[read], read + 1):
        read += 1
    if read == 0:
        raise FormatError(
            "{file} is not complete, {reason}: export it again",
            file=lines.path.name,
            reason=FormatError("frame {frame} of {frames} is missing", frame=1, frames=frames),
        )
    values = values[:read]
    if read == frames:
        more = lines.read_further_rows(width, most_frames - frames + 1)
        if len(more) > most_frames - frames:
            raise _make_length_error(lines, frames + len(more), joints)
        values = np.concatenate([values, more]) if len(more) else values
    fps = 1.0 / seconds
    # frame times have few digits: 0.0083333 means 120 frames a second
    return values, float(round(fps)) if abs(fps - round(fps)) < 3e-4 * fps else fps, frames


def _make_length_error(lines: _LineReader, frames: int, joints: list[BvhJoint]) -> FormatError:
    return FormatError(
        "{file} holds {frames} frames of {joints} joints and ends, more than can be read: cut the motion into parts",
        file=lines.path.name,
        frames=frames,
        joints=len(joints),
    )
