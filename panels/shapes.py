# SPDX-License-Identifier: GPL-3.0-or-later
"""Flat shapes in a region, collected and drawn in two calls: each call costs as much as a hundred shapes."""

from __future__ import annotations

from itertools import pairwise

import gpu
from gpu_extras.batch import batch_for_shader

Colour = tuple[float, float, float, float]
"""Red, green, blue, alpha."""

Point = tuple[float, float]
"""Pixels of the region."""


class Shapes:
    """Filled shapes and, above all of them, outlines."""

    def __init__(self) -> None:
        self._corners: list[Point] = []
        self._corner_colours: list[Colour] = []
        self._ends: list[Point] = []
        self._end_colours: list[Colour] = []

    def add_rectangle(self, left: float, right: float, bottom: float, top: float, colour: Colour) -> None:
        """Fill a rectangle.

        Parameters
        ----------
        left, right, bottom, top : float
            Pixels of the region.
        colour : Colour
            Of it.
        """
        if right > left:
            self.add_triangle((left, bottom), (right, bottom), (left, top), colour)
            self.add_triangle((left, top), (right, bottom), (right, top), colour)

    def add_triangle(self, first: Point, second: Point, third: Point, colour: Colour) -> None:
        """Fill a triangle."""
        self._corners += (first, second, third)
        self._corner_colours += (colour, colour, colour)

    def add_outline(self, left: float, right: float, bottom: float, top: float, colour: Colour) -> None:
        """Draw the outline of a rectangle; see :meth:`add_rectangle`.

        Parameters
        ----------
        left, right, bottom, top : float
            Pixels of the region.
        colour : Colour
            Of it.
        """
        corners = [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
        for start, end in pairwise(corners):
            self._ends += (start, end)
            self._end_colours += (colour, colour)

    def draw(self) -> None:
        """Draw all of them in the region of the context."""
        shader = gpu.shader.from_builtin("FLAT_COLOR")
        for kind, points, colours in (
            ("TRIS", self._corners, self._corner_colours),
            ("LINES", self._ends, self._end_colours),
        ):
            if points:
                places = [(x, y, 0.0) for x, y in points]
                batch_for_shader(shader, kind, {"pos": places, "color": colours}).draw(shader)
