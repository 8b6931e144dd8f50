# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of reading: what is found by the content of a file, unless the user states it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import FormatError

AXES: tuple[str, ...] = ("X", "Y", "Z", "-X", "-Y", "-Z")
"""Names of the coordinate axes of a file."""

FLOORS: tuple[str, ...] = ("auto", "file", "lowest")
"""What the floor is: found by the contacts, the file's zero, or the lowest point of the clip."""


@dataclass(frozen=True)
class ReadOptions:
    """What a file means; by default everything is found by its content.

    Raises :class:`FormatError` for values that are not possible.

    Attributes
    ----------
    up : one of :data:`AXES`, or ""
        Axis of the file that points up.
    forward : one of :data:`AXES`, or ""
        Axis of the file that becomes the motion's +Z, the direction in which an unrotated character faces.
    unit : metres, or 0
        Length of the file's unit.
    fps : frames per second, or 0
    floor : one of :data:`FLOORS`
    keep_first_frame : whether a T-pose before the motion stays in it
    start, end : seconds
        The part of the motion that is read; an end of 0: to its end.
    """

    up: str = ""
    forward: str = ""
    unit: float = 0.0
    fps: float = 0.0
    floor: str = "auto"
    keep_first_frame: bool = False
    start: float = 0.0
    end: float = 0.0

    def __post_init__(self) -> None:
        for axis in (self.up, self.forward):
            if axis and axis not in AXES:
                raise FormatError("{axis!r:.20} is no axis: choose {axes}", axis=axis, axes=", ".join(AXES))
        if self.up and self.up[-1:] == self.forward[-1:]:
            raise FormatError(
                "{forward} can't be forward while {up} is up: choose another axis",
                forward=self.forward,
                up=self.up,
            )
        if not (math.isfinite(self.unit) and (self.unit == 0 or 1e-6 <= self.unit <= 1e6)):
            raise FormatError("A unit of {unit:g} m is not possible", unit=self.unit)
        if not (math.isfinite(self.fps) and (self.fps == 0 or 0.1 <= self.fps <= 10_000)):
            raise FormatError("A frame rate of {fps:g} is not possible", fps=self.fps)
        if not (math.isfinite(self.start) and math.isfinite(self.end) and self.start >= 0 and self.end >= 0):
            raise FormatError(
                "A motion can't be trimmed to {start:g} - {end:g} s", start=self.start, end=self.end
            )
        if self.end and self.end <= self.start:
            raise FormatError(
                "The end ({end:g} s) is not after the start ({start:g} s)", start=self.start, end=self.end
            )
        if self.floor not in FLOORS:
            raise FormatError(
                "{floor!r:.20} is no floor: choose {floors}", floor=self.floor, floors=", ".join(FLOORS)
            )


DEFAULT_OPTIONS = ReadOptions()
