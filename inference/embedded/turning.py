# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns and ways by construction: the heading of a segment follows a course, whatever the network makes of the words.

Features are relative to the heading, so a course replaces one column, the yaw rate, and the path bends with it: a walk
whose heading turns by 360 degrees evenly over its length is a circle. The course is imposed on each prediction of the
denoiser, so that steps and lean can follow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...motion.smoothing import gaussian_smooth
from ..breakdown import Part
from ..breakdown.tables import read_tables

F32 = NDArray[np.float32]

Denoiser = Callable[[F32, float, F32 | None, F32 | None], F32]

_YAW_COLUMN = 2
_SWAY_SIGMA = 5.0  # frames; a faster change of the heading is the sway of steps and stays
_REST_PROGRESS = 0.004  # metres a frame, or radians: what a standing character is moved along a course
_CORNER_SHARE = 0.45  # of the way between two corners that a corner takes
_LEG_SECONDS = 1.4  # of a zigzag
_ZIGZAG_DEGREES = 40.0
_DIAGONAL_DEGREES = 45


@dataclass(frozen=True)
class TurnCourse:
    """How the heading changes over a segment.

    Attributes
    ----------
    degrees
        Of the whole segment, left is positive; spread evenly over the way that is travelled.
    corners
        Instead of that, degrees of turns at equal distances along the way.
    on_the_spot
        Whether the turn keeps its own timing instead: the character turns without travelling.
    any_direction
        Whether the character may turn to the other side.
    """

    degrees: float = 0.0
    corners: tuple[float, ...] = ()
    on_the_spot: bool = False
    any_direction: bool = False

    def read_heading(self, progress: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the heading in radians at fractions 0 to 1 of the way."""
        if not self.corners:
            return np.asarray(math.radians(self.degrees) * progress)
        heading = np.zeros_like(progress)
        width = _CORNER_SHARE / (len(self.corners) + 1)
        for k, degrees in enumerate(self.corners):
            x = np.clip((progress - (k + 1) / (len(self.corners) + 1)) / width + 0.5, 0.0, 1.0)
            heading += math.radians(degrees) * x * x * (3.0 - 2.0 * x)
        return heading


def plan_course(part: Part) -> TurnCourse | None:
    """Return the course of a part that turns or takes a way; None if it does neither.

    A figure eight is two circles, so each half has a course of its own.
    """
    sign = -1.0 if part.direction == "right" or (part.turn_degrees or 0) < 0 else 1.0
    if part.action == "turn" and part.turn_degrees:
        return TurnCourse(sign * abs(part.turn_degrees), on_the_spot=True)
    if part.action == "spin":
        turns = part.count or 1
        return TurnCourse(sign * 360.0 * turns, on_the_spot=True, any_direction=part.direction is None)
    row = read_tables().actions.get(part.action)
    if row is None or row.kind != "travel":
        return None
    if part.way == "circle":
        return TurnCourse(sign * abs(part.turn_degrees or 360))
    if part.way == "square":
        return TurnCourse(corners=(sign * 90.0,) * 3)
    if part.way == "there_and_back":
        return TurnCourse(corners=(sign * 180.0,))
    if part.way == "zigzag":
        legs = max(3, round(part.seconds / _LEG_SECONDS))
        swing = [2 * _ZIGZAG_DEGREES * (-1) ** k for k in range(legs)]
        return TurnCourse(corners=(-_ZIGZAG_DEGREES, *swing))
    return None


def halve_figure_eight(part: Part) -> tuple[Part, Part]:
    """Return the two circles of a figure eight."""
    circle = replace(part, way="circle", seconds=part.seconds / 2)
    return replace(circle, direction="left", turn_degrees=360), replace(
        circle, direction="right", turn_degrees=-360
    )


def find_bend_degrees(part: Part) -> int:
    """Return by how many degrees a walk bears left or right."""
    return abs(part.turn_degrees or (_DIAGONAL_DEGREES if "diagonal" in part.manner else 90))


def impose_course(features: NDArray[np.float64], course: TurnCourse) -> NDArray[np.float64]:
    """Return features (T, 3 or more) of a segment, in real units, whose heading follows a course.

    The first columns are the velocity x, z and the yaw rate, relative to the heading, per frame.
    """
    rate = features[:, _YAW_COLUMN]
    if course.on_the_spot:
        sign = math.copysign(1.0, course.degrees)
        if course.any_direction and float(rate.sum()) * sign < 0:
            course, sign = replace(course, degrees=-course.degrees), -sign
        steps = np.maximum(sign * gaussian_smooth(rate[:, None], 1.0)[:, 0], 0.0)
        detail = np.zeros_like(rate)
    else:
        steps = np.hypot(features[:, 0], features[:, 1])
        detail = rate - gaussian_smooth(rate[:, None], _SWAY_SIGMA)[:, 0]
        detail -= detail.mean()
    progress = np.concatenate([[0.0], np.cumsum(steps + _REST_PROGRESS)])
    out = features.copy()
    out[:, _YAW_COLUMN] = np.diff(course.read_heading(progress / progress[-1])) + detail
    return out


class TurningDenoiser:
    """A denoiser in whose predictions the headings of segments follow their courses."""

    def __init__(
        self, denoiser: Denoiser, courses: Sequence[tuple[slice, TurnCourse]], mean: F32, std: F32
    ) -> None:
        """Add courses to a denoiser.

        Parameters
        ----------
        denoiser
            The denoiser without them.
        courses
            Each with the frames of its segment.
        mean, std : (140,)
            Undo the normalisation of the features.
        """
        self._denoiser, self._courses = denoiser, list(courses)
        self._mean, self._std = mean[: _YAW_COLUMN + 1], std[: _YAW_COLUMN + 1]

    def __call__(
        self, x: F32, t: float, condition: F32 | None = None, condition_mask: F32 | None = None
    ) -> F32:
        """Return clean normalised features (T, 140) whose headings follow the courses.

        Parameters
        ----------
        x : (T, 140)
            Noisy normalised features.
        t
            Noise level, 0 to 1.
        condition, condition_mask : (T, 140)
            As of the denoiser.
        """
        clean = self._denoiser(x, t, condition, condition_mask)
        columns = slice(0, _YAW_COLUMN + 1)
        for frames, course in self._courses:
            real = np.asarray(clean[frames, columns] * self._std + self._mean, dtype=np.float64)
            clean[frames, columns] = (impose_course(real, course) - self._mean) / self._std
        return clean
