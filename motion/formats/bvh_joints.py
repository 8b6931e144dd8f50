# SPDX-License-Identifier: GPL-3.0-or-later
"""The joints of a BVH file: unit, up axis at rest, and world transforms from its channels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..errors import FormatError
from ..motion import Provenance
from ..rotations import Array, identity_rotations, multiply, rotate, rotation_about_axis
from .joint_sources import END_SUFFIX, FrameSelection, JointSource
from .unique_names import make_unique

UNITS = {
    "metres": 1.0,
    "decimetres": 0.1,
    "centimetres": 0.01,
    "millimetres": 0.001,
    "inches": 0.0254,
    "CMU's units of 1/0.45 inch": 0.0254 / 0.45,
}
"""Units of motion files, in metres."""

ADULT_HEIGHT = 1.7

_AXES = {"x": 0, "y": 1, "z": 2}
_STILL = 0.02
"""Largest change of a joint's position, in sizes of the body, that stretches its bone and is not travel."""


@dataclass
class BvhJoint:
    """A joint or End Site as the hierarchy describes it."""

    name: str
    parent: int
    """Index of the parent joint, -1 for the root."""

    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Rest position relative to the parent, in the file's units and axes."""

    channels: list[str] = field(default_factory=list)
    """Such as "xposition" or "zrotation", in the file's order."""


class BvhJoints(JointSource):
    """Joints of a BVH file; a rest pose that stands along Z is rotated to Y up, and so is its world."""

    def __init__(
        self,
        file_name: str,
        joints: Sequence[BvhJoint],
        values: Array,
        fps: float,
        notes: Sequence[str],
        unit: float | None = None,
    ) -> None:
        """Find unit and up axis. Raises :class:`FormatError` if all joints are at one point.

        Parameters
        ----------
        file_name : name of the file, for messages
        joints : the hierarchy, parents first
        values : (T, C)
            Values of all channels in the file's order.
        fps : frames per second
        notes : what was assumed so far
        unit : metres, or None
            The file's unit; None: the one in which the body has an adult's size.
        """
        names = make_unique(joint.name for joint in joints)
        parents = [joint.parent for joint in joints]
        self._values, self._joints = values, joints
        starts = np.cumsum([0, *(len(joint.channels) for joint in joints)])
        self._columns = [
            {channel: int(start) + k for k, channel in enumerate(joint.channels)}
            for joint, start in zip(joints, starts[:-1], strict=True)
        ]
        offsets = np.array([joint.offset for joint in joints])
        moving = self._find_offsets(offsets)
        offsets[0] = 0.0
        if not np.any(offsets):
            raise FormatError("{file} has all joints at one point: export it again", file=file_name)
        rest = offsets.copy()
        for j, parent in enumerate(parents[1:], 1):
            rest[j] = rest[parent] + offsets[j]
        self._offsets, self._scale = offsets, 1.0
        self.up_rotation: Array | None = None
        super().__init__(names, parents, rest, len(values), fps, Provenance())
        self.translated_joints = frozenset(moving)
        unit_name, self._scale = guess_unit(rest) if unit is None else (f"units of {unit:g} m", unit)
        self.rest_positions = rest * self._scale
        self.up_rotation = self._find_up_rotation()
        if self.up_rotation is not None:
            self.rest_positions = rotate(self.up_rotation, self.rest_positions)
        ends = sum(name.endswith(END_SUFFIX) for name in names)
        parts = [f"BVH of {len(names) - ends} joints", *notes, f"taken for {unit_name}"]
        self.provenance = Provenance(source=f"{file_name}: {', '.join(parts)}")

    def _find_offsets(self, offsets: Array) -> list[int]:
        """Replace the rest offsets (J, 3) of joints with position channels, and return those joints that travel.

        Position channels stand for the whole offset in most exports and are added to it in some: the reading that
        is nearer to the offset is taken. Joints that hardly move get their mean offset at rest.
        """
        size = max(float(np.linalg.norm(np.ptp(offsets, axis=0))), float(np.abs(offsets).max()), 1e-9)
        moving = []
        for j, joint in enumerate(self._joints):
            if joint.parent < 0 or not any(channel.endswith("position") for channel in joint.channels):
                continue
            positions = self._read_positions(j, slice(None), offsets[j])
            mean = positions.mean(axis=0)
            self._columns[j]["added"] = int(
                np.linalg.norm(mean) < np.linalg.norm(mean - offsets[j]) - 1e-6 * size
            )
            if self._columns[j]["added"]:
                positions, mean = positions + offsets[j], mean + offsets[j]
            if np.ptp(positions, axis=0).max() > _STILL * size:
                moving.append(j)
            else:
                offsets[j] = mean
        return moving

    def _read_positions(self, joint: int, frames: FrameSelection, offset: Array) -> Array:
        """Return a joint's position channels (T, 3); axes without a channel keep the ``offset`` (3,)."""
        columns = self._columns[joint]
        selected = self._values[frames]
        positions = np.tile(offset, (len(selected), 1))
        for axis, k in _AXES.items():
            if (column := columns.get(f"{axis}position")) is not None:
                positions[:, k] = selected[:, column]
        if columns.get("added"):
            positions += offset
        return positions

    def evaluate_joints(
        self, joints: Sequence[int], frames: FrameSelection = slice(None)
    ) -> tuple[Array, Array]:
        """Return world positions (T, N, 3) and world rotations (T, N, 4) of ``N`` joints."""
        selected = self._values[frames]
        count = len(selected)
        result = np.empty((count, len(joints), 3)), np.empty((count, len(joints), 4))
        slots: dict[int, list[int]] = {}
        for slot, joint in enumerate(joints):
            slots.setdefault(joint, []).append(slot)
        needed = self.add_ancestors(joints)
        last_child = {self.parents[j]: j for j in needed}
        transforms: dict[int, tuple[Array, Array]] = {}
        for j in needed:
            node = self._joints[j]
            rotation = identity_rotations(count)
            for channel in node.channels:
                if channel.endswith("rotation"):
                    # intrinsic rotations: the first channel is the outermost one
                    angles = np.radians(selected[:, self._columns[j][channel]])
                    rotation = multiply(rotation, rotation_about_axis(channel[0], angles))
            if node.parent < 0:
                positions = self._read_positions(j, frames, np.array(node.offset))
            else:
                positions, parent_rotation = transforms[node.parent]
                if j in self.translated_joints:
                    offset = self._read_positions(j, frames, np.array(node.offset))
                    positions = positions + rotate(parent_rotation, offset)
                else:
                    positions = positions + rotate(parent_rotation, self._offsets[j])
                rotation = multiply(parent_rotation, rotation)
            transforms[j] = positions, rotation
            for slot in slots.get(j, ()):
                result[0][:, slot], result[1][:, slot] = positions * self._scale, rotation
            if node.parent >= 0 and last_child[node.parent] == j:
                del transforms[node.parent]
        if self.up_rotation is None:
            return result
        # world and rest pose get the same rotation, so each local rotation keeps its angle and its axis is rotated
        to_file = self.up_rotation * np.array([1.0, -1.0, -1.0, -1.0])
        rotations = multiply(multiply(self.up_rotation, result[1]), to_file)
        return rotate(self.up_rotation, result[0]), rotations

    def _find_up_rotation(self) -> Array | None:
        """Return the rotation (4,) from Z up to Y up for a file that is Z up, else None.

        It is Z up if the body extends along Z at rest, unless it stands along Y during the motion. Bones that all run
        along X say nothing.
        """
        rest = self.rest_positions
        extent = np.ptp(rest, axis=0)
        if extent[2] < 1.5 * extent[1] or extent[2] < 0.7 * extent[0]:
            return None
        highest = int(np.argmax(rest[:, 2]))
        positions, _ = self.evaluate_joints([0, highest], slice(None, None, max(1, self.frame_count // 200)))
        rise = (positions[:, 1] - positions[:, 0]).mean(axis=0)
        return None if rise[1] > 0.8 * np.linalg.norm(rise) else rotation_about_axis("x", -np.pi / 2)


def guess_unit(positions: Array) -> tuple[str, float]:
    """Return the unit in which a body (J, 3) is nearest to an adult's size: its name and its size in metres."""
    size = max(float(np.ptp(positions, axis=0).max()), 1e-9)
    return min(UNITS.items(), key=lambda unit: abs(math.log(size * unit[1] / ADULT_HEIGHT)))
