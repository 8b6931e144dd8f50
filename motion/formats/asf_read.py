# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of Acclaim motion (``.amc``), whose skeleton is in another file (``.asf``) beside it.

M. Schafer, description of the format, 1994 (research.cs.wisc.edu/graphics/Courses/cs-838-1999/Jeff/ASF-AMC.html). A
bone has a direction and a length in the axes of the world, and its own axes in which its angles count;
it turns about its upper end. AMC does not state its frame rate: CMU's recordings, for which it is used, have 120.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from ..errors import FormatError
from ..motion import MAX_FRAMES, Provenance
from ..rotations import Array, conjugate, identity_rotations, multiply, rotate, rotation_about_axis
from .bvh_joints import guess_unit
from .joint_sources import END_SUFFIX, FrameSelection, JointSource

MAX_BYTES = 2**27
MAX_BONES = 500
_MAX_LINE = 10_000
_MAX_NUMBER = 1e9
_FPS = 120.0
_MAX_FILES = 1000
_PART_LINES = 20_000
"""Lines of a motion file that are read at a time."""


@dataclass
class _Bone:
    """A bone as the skeleton file describes it; the root has no length."""

    name: str
    direction: Array = field(default_factory=lambda: np.zeros(3))
    length: float = 0.0
    axis: Array = field(default_factory=lambda: np.array([1.0, 0.0, 0.0, 0.0]))
    """Rotation (4,) of the bone's own axes in the world."""

    channels: tuple[str, ...] = ()
    """Such as "rx" or "tz", in the order of the motion file."""

    parent: int = -1


def read_amc_joints(path: Path, unit: float | None = None) -> AmcJoints:
    """Read an AMC file with the skeleton that lies beside it; ``unit``: metres, None to guess it from the body's size.

    Raises :class:`FormatError`, also if there is no skeleton file.
    """
    skeleton_path = _find_skeleton(path)
    bones = _parse_skeleton(skeleton_path)
    frames = _parse_motion(path, bones)
    return AmcJoints(f"{path.name}: ASF/AMC with {skeleton_path.name}", bones, frames, unit)


def _find_skeleton(path: Path) -> Path:
    """Return the skeleton file of a motion file: of the same name, of the subject's, or the only one."""
    try:
        beside = [p for p, _ in zip(sorted(path.parent.iterdir()), range(_MAX_FILES), strict=False)]
    except OSError:
        beside = []
    skeletons = [p for p in beside if p.suffix.lower() == ".asf"]
    stem = path.stem.lower()
    for wanted in (stem, stem.partition("_")[0]):
        for candidate in skeletons:
            if candidate.stem.lower() == wanted:
                return candidate
    if len(skeletons) == 1:
        return skeletons[0]
    raise FormatError(
        "{file} needs its skeleton: put the .asf file of the same subject into its folder", file=path.name
    )


def _read_raw_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, cut where they are longer than any of ASF/AMC. Raises :class:`FormatError`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(
                "{file} is larger than {limit} MB: cut the motion into parts",
                file=path.name,
                limit=MAX_BYTES // 2**20,
            )
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from iter(partial(file.readline, _MAX_LINE), "")
    except OSError as error:
        raise FormatError(
            "{file} can't be read: {reason}", file=path.name, reason=error.strerror or error
        ) from error


def _split_line(line: str) -> list[str]:
    """Return the words of a line without its comment."""
    if "#" in line or "(" in line:
        line = line.partition("#")[0].replace("(", " ").replace(")", " ")
    return line.split()


def _line_error(path: Path, line: int) -> FormatError:
    return FormatError(
        "{file}, line {line}: it is not what ASF/AMC needs there; export the file again",
        file=path.name,
        line=line,
    )


def _parse_skeleton(path: Path) -> list[_Bone]:
    """Return the bones, parents first, the root as the first. Raises :class:`FormatError`."""
    bones = [_Bone("root", channels=("tx", "ty", "tz", "rx", "ry", "rz"))]
    indices = {"root": 0}
    section, is_radian = "", False
    root_order, root_angles, root_line = "XYZ", [0.0, 0.0, 0.0], 0
    for line, text in enumerate(_read_raw_lines(path), 1):
        if not (words := _split_line(text)):
            continue
        try:
            key = words[0].lower()
            if key.startswith(":"):
                section = key
            elif section == ":units" and key == "angle":
                is_radian = words[1].lower().startswith("rad")
            elif section == ":root" and key == "order":
                bones[0].channels = tuple(word.lower() for word in words[1:])
            elif section == ":root" and key == "axis":
                root_order, root_line = words[1].upper(), line
            elif section == ":root" and key == "orientation":
                root_angles = _parse_numbers(words[1:4], 3)
            elif section == ":bonedata" and key == "name":
                if len(bones) >= MAX_BONES or words[1] in indices:
                    raise ValueError
                indices[words[1]] = len(bones)
                bones.append(_Bone(words[1]))
            elif section == ":bonedata" and key == "direction":
                direction = np.array(_parse_numbers(words[1:4], 3))
                bones[-1].direction = direction / max(float(np.linalg.norm(direction)), 1e-12)
            elif section == ":bonedata" and key == "length":
                bones[-1].length = _parse_numbers(words[1:2], 1)[0]
            elif section == ":bonedata" and key == "axis":
                bones[-1].axis = _to_rotation(_parse_numbers(words[1:4], 3), words[4].upper(), is_radian)
            elif section == ":bonedata" and key == "dof":
                bones[-1].channels = tuple(word.lower() for word in words[1:])
            elif section == ":hierarchy" and key not in ("begin", "end"):
                for child in words[1:]:
                    bones[indices[child]].parent = indices[words[0]]
        except (ValueError, KeyError, IndexError):
            raise _line_error(path, line) from None
    try:
        bones[0].axis = _to_rotation(root_angles, root_order, is_radian)
    except ValueError:
        raise _line_error(path, root_line) from None
    if is_radian:
        for bone in bones:
            bone.channels = tuple(f"{channel}!" for channel in bone.channels)
    return _sort_bones(path, bones)


def _sort_bones(path: Path, bones: Sequence[_Bone]) -> list[_Bone]:
    """Return the bones below the root with parents first. Raises :class:`FormatError` if there are none."""
    children: dict[int, list[int]] = {}
    for k, bone in enumerate(bones[1:], 1):
        children.setdefault(bone.parent, []).append(k)
    order: list[int] = []
    waiting = [0]
    while waiting and len(order) <= len(bones):
        k = waiting.pop()
        order.append(k)
        waiting.extend(reversed(children.get(k, [])))
    if len(order) < 2 or len(order) > len(bones):
        raise FormatError("{file} has no bones below its root: export it again", file=path.name)
    places = {k: place for place, k in enumerate(order)}
    result = [bones[k] for k in order]
    for bone in result[1:]:
        bone.parent = places[bone.parent]
    return result


def _parse_numbers(words: Sequence[str], count: int) -> list[float]:
    """Return words as finite numbers. Raises ``ValueError``."""
    values = [float(word) for word in words]
    if len(values) != count or not all(abs(value) < _MAX_NUMBER for value in values):
        raise ValueError("not the numbers that are needed")
    return values


def _to_rotation(angles: Sequence[float], order: str, is_radian: bool) -> Array:
    """Return the rotation (4,) by angles about fixed axes, the first one first. Raises ``ValueError``."""
    if sorted(order) != ["X", "Y", "Z"]:
        raise ValueError("no order of axes")
    result = identity_rotations()
    for axis, angle in zip(order, angles, strict=True):
        result = multiply(
            rotation_about_axis(axis.lower(), angle if is_radian else np.radians(angle)), result
        )
    return result


class _MotionRows:
    """Values of all bones, gathered block by block; a bone that is left out of a frame keeps its last values."""

    def __init__(self, widths: Mapping[str, int]) -> None:
        """Begin without frames; ``widths`` are the numbers of each bone."""
        self.widths, self.frames = widths, 0
        self._blocks: dict[str, list[Array]] = {name: [] for name in widths}
        self._counts = dict.fromkeys(widths, 0)

    def add_block(self, name: str, first: int, values: Array) -> None:
        """Append the values (N, C) of a bone from frame ``first`` on, counted from 0."""
        blocks = self._blocks[name]
        if missing := first - self._counts[name]:
            blocks.append(np.repeat(blocks[-1][-1:] if blocks else values[:1], missing, axis=0))
        blocks.append(values)
        self._counts[name] = first + len(values)

    def add_lines(self, lines: Sequence[tuple[int, list[str]]]) -> int:
        """Append lines, each with its number; return the number of a line that is wrong, 0 if none is."""
        found: dict[str, tuple[int, list[list[float]]]] = {}
        for line, words in lines:
            name = words[0]
            if name.startswith(":"):
                continue
            if len(words) == 1 and name.isdecimal():
                self.frames += 1
                continue
            if (width := self.widths.get(name)) is None:
                continue
            first, values = found.setdefault(name, (self.frames - 1, []))
            missing = self.frames - 1 - first - len(values)
            try:
                row = [float(word) for word in words[1:]]
            except ValueError:
                return line
            if len(row) != width or missing < 0 or self.frames <= self._counts[name]:
                return line
            values.extend(values[-1:] * missing)
            values.append(row)
        for name, (first, values) in found.items():
            self.add_block(name, first, np.array(values))
        return 0

    def add_equal_frames(self, lines: Sequence[str], length: int) -> bool:
        """Append frames of the same ``length`` lines each; return False, with nothing appended, if they are not."""
        count, rest = divmod(len(lines), length)
        if rest or not all(line.strip().isdecimal() for line in lines[::length]):
            return False
        found: dict[str, Array] = {}
        for k in range(1, length):
            words = "".join(lines[k::length]).split()
            name = words[0] if words else ""
            width = self.widths.get(name)
            if width is None:
                if name[:1] in ("", ":") or not all(
                    line.split(None, 1)[:1] == [name] for line in lines[k::length]
                ):
                    return False
                continue
            # a name stands where it belongs in every line only if each line has as many numbers as the bone
            if name in found or len(words) != (width + 1) * count or words[:: width + 1].count(name) != count:
                return False
            del words[:: width + 1]
            try:
                found[name] = np.fromiter(map(float, words), float, len(words)).reshape(count, width)
            except ValueError:
                return False
        for name, values in found.items():
            self.add_block(name, self.frames, values)
        self.frames += count
        return True

    def join_blocks(self) -> dict[str, Array]:
        """Return the values (T, C) of each bone that any line has, of the frames that all of these have."""
        complete = min((count for count in self._counts.values() if count), default=0)
        return {
            name: np.concatenate(blocks)[:complete]
            for name, blocks in self._blocks.items()
            if blocks and complete
        }


def _parse_motion(path: Path, bones: Sequence[_Bone]) -> dict[str, Array]:
    """Return the values (T, C) of each bone that the motion file names. Raises :class:`FormatError`.

    The file is read in parts of some hundred frames. Where the lines of all frames name the same bones, as usual, their
    numbers are read bone by bone, which takes a fifth of the time.
    """
    rows = _MotionRows({bone.name: len(bone.channels) for bone in bones})
    number = 0
    for lines in _split_frames(path):
        length = next((k for k, line in enumerate(lines) if k and line.strip().isdecimal()), len(lines))
        if not rows.add_equal_frames(lines, length):
            words = [(number + k, _split_line(line)) for k, line in enumerate(lines, 1)]
            if wrong := rows.add_lines([(k, line) for k, line in words if line]):
                raise _line_error(path, wrong)
        number += len(lines)
        if rows.frames > MAX_FRAMES:
            raise FormatError(
                "{file} holds more than {limit} frames: cut it into parts",
                file=path.name,
                limit=MAX_FRAMES,
            )
    values_by_bone = rows.join_blocks()
    if not values_by_bone:
        raise FormatError("{file} holds no frames: choose another file", file=path.name)
    if not all(np.all(np.abs(values) < _MAX_NUMBER) for values in values_by_bone.values()):
        raise FormatError(
            "{file} holds numbers that are not finite or too large: export it again", file=path.name
        )
    return values_by_bone


def _split_frames(path: Path) -> Iterator[list[str]]:
    """Yield the lines of a file in parts, the first up to the first frame, the others of whole frames.

    Raises :class:`FormatError`.
    """
    part: list[str] = []
    wanted = 0
    for line in _read_raw_lines(path):
        # a frame never has as many lines as a part
        if len(part) >= wanted and (line.strip().isdecimal() or len(part) >= 2 * _PART_LINES):
            if part:
                yield part
            part, wanted = [], _PART_LINES
        part.append(line)
    if part:
        yield part


class AmcJoints(JointSource):
    """Joints of an AMC file: each bone's upper end, and the lower ends of the last bones."""

    def __init__(
        self, source: str, bones: Sequence[_Bone], values: dict[str, Array], unit: float | None
    ) -> None:
        """Find the unit from the size of the body.

        Parameters
        ----------
        source : file names, for the provenance
        bones : the skeleton, parents first
        values : (T, C) of each bone in the motion file
        unit : metres, or None
            The file's unit; None: the one in which the body has an adult's size.
        """
        self._bones, self._values = bones, values
        vectors = np.array([bone.direction * bone.length for bone in bones])
        names = [bone.name for bone in bones]
        parents = [bone.parent for bone in bones]
        parts = {bone.parent for bone in bones}
        ends = [k for k in range(1, len(bones)) if k not in parts]
        names += [f"{bones[k].name}{END_SUFFIX}" for k in ends]
        parents += ends
        rest = np.zeros((len(names), 3))
        for j, parent in enumerate(parents[1:], 1):
            rest[j] = rest[parent] + vectors[parent]
        if not np.any(rest):
            raise FormatError(
                "{file} has all joints at one point: export it again", file=source.partition(":")[0]
            )
        name, self._scale = guess_unit(rest) if unit is None else (f"units of {unit:g} m", unit)
        self._vectors = vectors
        frames = len(next(iter(values.values())))
        provenance = Provenance(source=f"{source}, taken for {name}, {_FPS:g} fps as CMU's recordings")
        super().__init__(names, parents, rest * self._scale, frames, _FPS, provenance)

    def evaluate_joints(
        self, joints: Sequence[int], frames: FrameSelection = slice(None)
    ) -> tuple[Array, Array]:
        """Return world positions (T, N, 3) and world rotations (T, N, 4) of ``N`` joints."""
        count = len(np.arange(self.frame_count)[frames])
        transforms: dict[int, tuple[Array, Array]] = {}
        for j in self.add_ancestors(joints):
            parent = self.parents[j]
            local, offset = self._evaluate_bone(j, frames, count)
            if parent < 0:
                transforms[j] = offset, local
                continue
            position, rotation = transforms[parent]
            position = position + rotate(rotation, self._vectors[parent])
            transforms[j] = position, multiply(rotation, local)
        positions = np.stack([transforms[j][0] for j in joints], axis=1) * self._scale
        return positions, np.stack([transforms[j][1] for j in joints], axis=1)

    def _evaluate_bone(self, joint: int, frames: FrameSelection, count: int) -> tuple[Array, Array]:
        """Return the rotation (T, 4) of a joint relative to its parent's, and its translation (T, 3)."""
        local, offset = identity_rotations(count), np.zeros((count, 3))
        if joint >= len(self._bones):
            return local, offset
        bone = self._bones[joint]
        values = self._values.get(bone.name)
        if values is None:
            return local, offset
        for k, channel in enumerate(bone.channels):
            column = values[frames][:, k]
            kind, axis = channel[:1], channel[1:2]
            if kind == "t" and axis in ("x", "y", "z"):
                offset[:, "xyz".index(axis)] = column
            elif kind == "r" and axis in ("x", "y", "z"):
                angles = column if channel.endswith("!") else np.radians(column)
                local = multiply(rotation_about_axis(axis, angles), local)
        return multiply(multiply(bone.axis, local), conjugate(bone.axis)), offset
