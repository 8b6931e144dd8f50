# SPDX-License-Identifier: GPL-3.0-or-later
"""BVH in: any skeleton, any order of channels, any unit.

BVH states neither its unit nor its up axis. The unit is taken to be the one in which the skeleton is nearest to the
size of an adult, up is the axis along which the body stands; ``provenance.source`` says both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np

from ..errors import FormatError
from ..motion import MAX_FRAMES, Motion, Provenance
from ..rotations import Array, about, continuous, identity, multiply, rotate
from ..skeleton import Skeleton
from .unique_names import make_unique

MAX_BYTES = 2**28
MAX_JOINTS = 2000
MAX_POSES = 4_000_000
"""Frames times joints; a minute of 70 joints at 120 frames a second is half a million."""

_LONGEST_LINE = 2**20
"""Letters: three times what ``MAX_JOINTS`` need for a frame."""

END = "_end"
"""Ends the names of joints that stand for End Sites: they have a place and never turn."""

_UNITS = {
    "metres": 1.0,
    "centimetres": 0.01,
    "millimetres": 0.001,
    "inches": 0.0254,
    "CMU's units of 1/0.45 inch": 0.0254 / 0.45,
}
_ADULT = 1.7
_AXES = {"x": 0, "y": 1, "z": 2}


@dataclass
class _Joint:
    name: str
    parent: int
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    channels: list[str] = field(default_factory=list)
    """Such as "xposition" or "zrotation", in the file's order."""


class _Lines:
    """The file's lines that hold words, each with its number; never more than one of them in memory."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self.path = path
        self.number = 0
        self._file = file

    def next(self, expected: str) -> list[str]:
        """Words of the next line that has any; the error names what was expected where the file ends."""
        while line := self._file.readline(_LONGEST_LINE):
            self.number += 1
            if len(line) == _LONGEST_LINE:
                raise self.error("the line is too long for a motion")
            if words := line.split():
                return words
        raise FormatError(f"{self.path.name} ends before {expected}: it is not complete, export it again")

    def error(self, what: str) -> FormatError:
        return FormatError(
            f"{self.path.name}, line {self.number}: {what}; correct the line or export the file again"
        )

    def numbers(self, words: list[str], count: int, what: str) -> Array:
        """``count`` finite numbers."""
        if len(words) != count:
            raise self.error(f"{what} needs {count} numbers and has {len(words)}")
        try:
            values = np.array(words, dtype=float)
        except ValueError:
            raise self.error(f"{what} holds something that is no number") from None
        if not np.all(np.abs(values) < 1e9):
            raise self.error(f"{what} holds a number that is not finite or beyond all bounds")
        return values


def read_bvh(path: Path) -> Motion:
    """The motion in a BVH file with the file's own joints and rest pose, in metres, Y up and facing +Z at rest.

    End Sites become joints that never turn (``"head_end"``). Only the root moves: joints with position channels of
    their own keep their mean place. Raises :class:`FormatError` with the line's number.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise FormatError(
                f"{path.name} is larger than {MAX_BYTES // 2**20} MB: cut the motion into parts"
            )
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            lines = _Lines(path, file)
            joints = _hierarchy(lines)
            values, fps = _motion(lines, joints, size)
    except OSError as error:
        raise FormatError(f"{path.name} can't be read: {error.strerror or error}") from error
    offsets, root, local = _decode(joints, values)
    if not np.any(offsets):
        raise FormatError(f"{path.name} has all joints at one point: export it again")
    names = make_unique(joint.name for joint in joints)
    skeleton = Skeleton(names, tuple(joint.parent for joint in joints), offsets)

    unit, scale = _unit(skeleton)
    skeleton = Skeleton(names, skeleton.parents, offsets * scale)
    root, local, axis = _stand_up(skeleton, root * scale, local)
    if axis is not None:
        skeleton = Skeleton(names, skeleton.parents, rotate(axis, skeleton.rest_offsets))
    up = "Z" if axis is not None else "Y"
    ends = sum(name.endswith(END) for name in names)
    source = f"{path.name}: BVH of {len(names) - ends} joints, taken for {unit} and {up} up"
    return Motion(skeleton, fps, root, continuous(local), provenance=Provenance(source=source))


def _hierarchy(lines: _Lines) -> list[_Joint]:
    words = lines.next("HIERARCHY")
    if words[0].upper() != "HIERARCHY":
        raise lines.error("a BVH file begins with HIERARCHY")
    joints: list[_Joint] = []
    open_joints: list[int] = []  # the last one is being described
    while True:
        words = lines.next("MOTION")
        word = words[0].upper()
        if word == "MOTION":
            break
        if word in ("ROOT", "JOINT", "END"):
            if (word == "ROOT") != (not joints):
                raise lines.error("there must be one ROOT, before all JOINTs")
            if word != "ROOT" and not open_joints:
                raise lines.error(f"{words[0]} stands outside of the ROOT's braces")
            if len(joints) >= MAX_JOINTS:
                raise lines.error(f"more than {MAX_JOINTS} joints are not read")
            parent = open_joints[-1] if open_joints else -1
            braced = words[-1] == "{"
            name = "_".join(words[1:-1] if braced else words[1:])
            if word == "END":
                name = joints[parent].name + END
            elif not name:
                raise lines.error(f"a {words[0]} has no name")
            if not braced and lines.next("an opening brace") != ["{"]:
                raise lines.error(f"an opening brace should follow {name!r:.40}")
            joints.append(_Joint(name, parent))
            open_joints.append(len(joints) - 1)
        elif word == "}":
            if not open_joints:
                raise lines.error("a closing brace has no opening one")
            open_joints.pop()
        elif word == "OFFSET" and open_joints:
            x, y, z = lines.numbers(words[1:], 3, "OFFSET")
            joints[open_joints[-1]].offset = (float(x), float(y), float(z))
        elif word == "CHANNELS" and open_joints:
            joints[open_joints[-1]].channels = _channels(lines, words[1:])
        else:
            raise lines.error(f"{words[0]!r:.40} is not expected here")
    if open_joints:
        raise lines.error(f"{len(open_joints)} closing braces are missing before MOTION")
    if not joints:
        raise lines.error("there are no joints before MOTION")
    return joints


def _channels(lines: _Lines, words: list[str]) -> list[str]:
    names = [word.lower() for word in words[1:]]
    if not words or not words[0].isdecimal() or int(words[0]) != len(names):
        raise lines.error("CHANNELS must state how many names follow")
    for name in names:
        if name[:1] not in _AXES or name[1:] not in ("position", "rotation"):
            raise lines.error(f"{name!r:.40} is no channel, such as Xposition or Zrotation")
    if len(set(names)) != len(names):
        raise lines.error("a channel is named twice")
    return names


def _motion(lines: _Lines, joints: list[_Joint], size: int) -> tuple[Array, float]:
    """Values (T, C) of all channels in the file's order, and frames a second; ``size``: bytes of the file."""
    words = lines.next("the number of frames")
    count = words[1] if len(words) == 2 and words[0].upper() == "FRAMES:" else ""
    if not count.isdecimal() or len(count) > 18 or int(count) == 0:
        raise lines.error("'Frames:' and how many there are, at least one, should follow MOTION")
    frames = int(count)
    words = lines.next("the frame time")
    if len(words) != 3 or [word.upper() for word in words[:2]] != ["FRAME", "TIME:"]:
        raise lines.error("'Frame Time:' and its seconds should follow the number of frames")
    seconds = float(lines.numbers(words[2:], 1, "the frame time")[0])
    if not 1e-4 <= seconds <= 10:
        raise lines.error(f"a frame time of {seconds:g} seconds is not possible")
    width = sum(len(joint.channels) for joint in joints)
    if width == 0:
        raise lines.error("no joint has channels")
    # two bytes at least for each value: what claims more frames than the file can hold is not believed
    if 2 * frames * width > size + 2:
        raise lines.error(f"{frames} frames of {width} numbers are claimed, more than the file can hold")
    if frames > MAX_FRAMES or frames * max(len(joints), width // 3) > MAX_POSES:
        what = f"{frames} frames of {len(joints)} joints and ends"
        raise FormatError(f"{lines.path.name} holds {what}, more than is read: cut the motion into parts")
    values = np.empty((frames, width))
    for frame in range(frames):
        values[frame] = lines.numbers(
            lines.next(f"frame {frame + 1} of {frames}"), width, f"frame {frame + 1}"
        )
    fps = 1.0 / seconds
    # 0.0083333 is 120 frames a second, written with few digits
    return values, float(round(fps)) if abs(fps - round(fps)) < 3e-4 * fps else fps


def _decode(joints: list[_Joint], values: Array) -> tuple[Array, Array, Array]:
    """Rest offsets (J, 3), root positions (T, 3) and local rotations (T, J, 4), in the file's units and axes."""
    frames = len(values)
    offsets = np.array([joint.offset for joint in joints])
    root = np.tile(offsets[0], (frames, 1))
    local = identity(frames, len(joints))
    column = 0
    for j, joint in enumerate(joints):
        place = np.tile(offsets[j], (frames, 1))
        for channel in joint.channels:
            axis = channel[0]
            if channel.endswith("position"):
                place[:, _AXES[axis]] = values[:, column]
            else:
                # the channel named first turns last: each further one acts inside of it
                local[:, j] = multiply(local[:, j], about(axis, np.radians(values[:, column])))
            column += 1
        if joint.parent < 0:
            root = place
        elif np.any(np.abs(mean := place.mean(axis=0)) > 1e-6):
            offsets[j] = mean
    offsets[0] = 0.0
    return offsets, root, local


def _unit(skeleton: Skeleton) -> tuple[str, float]:
    """Name and size in metres of the unit in which the rest pose is nearest to an adult's size."""
    positions = skeleton.rest_positions
    size = max(float(np.ptp(positions, axis=0).max()), 1e-9)
    return min(_UNITS.items(), key=lambda unit: abs(math.log(size * unit[1] / _ADULT)))


def _stand_up(skeleton: Skeleton, root: Array, local: Array) -> tuple[Array, Array, Array | None]:
    """Root, rotations and rest pose turned from Z up to Y up, where the file is Z up.

    It is where the body extends along Z at rest, unless it stands along Y through the motion. The third result is
    then the turn (4,) of the rest pose, else None.
    """
    rest = skeleton.rest_positions
    extent = np.ptp(rest, axis=0)
    sample = slice(None, None, max(1, len(root) // 200))
    highest = int(np.argmax(rest[:, 2]))
    places = skeleton.forward(root[sample], local[sample])[0]
    rise = (places[:, highest] - places[:, 0]).mean(axis=0)
    if extent[2] < 1.5 * extent[1] or rise[1] > 0.8 * np.linalg.norm(rise):
        return root, local, None
    turn = about("x", -np.pi / 2)
    # world and rest pose turn alike, so every joint's rotation is the same one about turned axes
    local = multiply(multiply(turn, local), about("x", np.pi / 2))
    return rotate(turn, root), local, turn
