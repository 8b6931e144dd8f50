# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions as rows of stick figures in a PNG.

The camera is behind on the right; each figure keeps its heading and height, its position on the ground is removed and
written below in metres. Left limbs are red, right limbs blue.
"""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .motion import Motion
from .skeleton import SMPL_JOINTS, SMPL_PARENTS

Array = NDArray[np.uint8]
Colour = tuple[int, int, int]

_GLYPHS = (
    "a:0035530 b:4465560 c:0034430 d:1135530 e:0037430 f:1222720 g:0035316 h:4465550 i:2022220 j:1011160 k:4456650 "
    "l:2222210 m:0077550 n:0065550 o:0025520 p:0656440 q:0353110 r:0034440 s:0341600 t:2722210 u:0055530 v:0055520 "
    "w:0055770 x:0052550 y:0557160 z:0712470 0:7555700 1:2622700 2:7174700 3:7171700 4:5571100 5:7471700 6:7475700 "
    "7:7112200 8:7575700 9:7571700 .:0000200 ,:0000240 -:0070000 (:1222100 ):4222400 /:1122440 ':2200000 ?:7120200"
)
_FONT = {entry[0]: [int(row) for row in entry[2:]] for entry in _GLYPHS.split(" ")}
_RED, _BLUE, _GREY = (200, 40, 40), (40, 60, 200), (70, 70, 70)
_COLOURS = tuple(
    _RED if name.startswith("left_") else _BLUE if name.startswith("right_") else _GREY
    for name in SMPL_JOINTS
)
CELL_WIDTH, CELL_HEIGHT, TITLE_HEIGHT = 84, 112, 20
_MAP_SIZE = 140
_SCALE = 46.0  # pixels a metre
_BEHIND_RIGHT = np.radians(35.0)
_LEFT_HIP, _RIGHT_HIP = SMPL_JOINTS.index("left_hip"), SMPL_JOINTS.index("right_hip")


def _draw_text(image: Array, text: str, x: int, y: int, colour: Colour, size: int = 2) -> None:
    """Draw text with letters of three by seven dots.

    Parameters
    ----------
    image : (H, W, 3) uint8
        The image; changed in place.
    text : str
        Letters without a glyph are left out.
    x, y : int
        Top left corner in pixels.
    colour : (int, int, int)
        RGB.
    size : int
        Pixels a dot.
    """
    for letter in text.lower():
        for row, bits in enumerate(_FONT.get(letter, [0] * 7)):
            for column in range(3):
                if bits >> (2 - column) & 1:
                    top, left = y + row * size, x + column * size
                    image[top : top + size, left : left + size] = colour
        x += 4 * size


def _draw_line(image: Array, a: NDArray[np.float64], b: NDArray[np.float64], colour: Colour) -> None:
    """Draw a line two pixels wide between points ``a`` and ``b``, (x, y) each, into an image (H, W, 3)."""
    steps = int(np.abs(b - a).max() * 2) + 2
    points = np.rint(a + (b - a) * np.linspace(0, 1, steps)[:, None]).astype(int)
    for dx in (0, 1):
        for dy in (0, 1):
            x, y = points[:, 0] + dx, points[:, 1] + dy
            inside = (x >= 0) & (y >= 0) & (x < image.shape[1]) & (y < image.shape[0])
            image[y[inside], x[inside]] = colour


def draw_strip(motion: Motion, title: str, passed: bool | None, figures: int = 12) -> Array:
    """Draw a row of evenly spaced frames of a motion: (H, W, 3) uint8.

    Parameters
    ----------
    motion : Motion
        With SMPL joints.
    title : str
        Written above the figures.
    passed : bool or None
        Makes the title green or red; None: black.
    figures : int
        Number of frames.
    """
    image = np.full((TITLE_HEIGHT + CELL_HEIGHT, CELL_WIDTH * figures, 3), 255, np.uint8)
    colour = {True: (0, 120, 0), False: (200, 0, 0), None: (0, 0, 0)}[passed]
    _draw_text(image, title, 4, 3, colour)
    floor = TITLE_HEIGHT + CELL_HEIGHT - 16
    image[floor + 1] = 215
    for k, i in enumerate(np.linspace(0, len(motion) - 1, figures).astype(int)):
        p = motion.positions[i]
        _draw_figure(image, p, k * CELL_WIDTH + CELL_WIDTH / 2, floor, _BEHIND_RIGHT)
        _draw_text(image, f"{p[0, 0]:.1f},{p[0, 2]:.1f}", k * CELL_WIDTH + 12, floor + 5, (150, 150, 150), 1)
    return image


def draw_card(motion: Motion, title: str, figures: int = 13) -> Array:
    """Draw a motion from two sides and its path from above, to be judged by eye: (H, W, 3) uint8.

    The upper row is seen from behind on the right, the lower one from the right of where the character faces at the
    start, with the seconds below. On the map up is ahead, a square has sides of one metre, and ticks show the
    heading twice a second.

    Parameters
    ----------
    motion : Motion
        With SMPL joints.
    title : str
        Written above the figures; what is too long for one line is cut.
    figures : int
        Number of frames.
    """
    width = CELL_WIDTH * figures
    image = np.full((TITLE_HEIGHT + 2 * CELL_HEIGHT, width + _MAP_SIZE, 3), 255, np.uint8)
    _draw_text(image, title, 4, 3, (0, 0, 0))
    for row, yaw in enumerate((_BEHIND_RIGHT, np.radians(90.0))):
        floor = TITLE_HEIGHT + (row + 1) * CELL_HEIGHT - 16
        image[floor + 1, :width] = 215
        for k, i in enumerate(np.linspace(0, len(motion) - 1, figures).astype(int)):
            _draw_figure(image, motion.positions[i], k * CELL_WIDTH + CELL_WIDTH / 2, floor, yaw)
            if row:
                _draw_text(image, f"{i / motion.fps:.1f}", k * CELL_WIDTH + 30, floor + 5, (150, 150, 150), 1)
    _draw_map(image[TITLE_HEIGHT:, width:], motion)
    return image


def _draw_figure(image: Array, p: NDArray[np.float64], middle: float, floor: int, yaw: float) -> None:
    """Draw the joints ``p`` (22, 3) of one frame on the row ``floor`` of pixels, with the camera turned by ``yaw``."""
    flat = p - p[0] * np.array([1.0, 0.0, 1.0])
    # at 0 seen from behind, at 90 degrees from the character's right
    x = flat[:, 2] * np.sin(yaw) - flat[:, 0] * np.cos(yaw)
    points = np.stack([middle + x * _SCALE, floor - flat[:, 1] * _SCALE], axis=-1)
    for joint, parent in enumerate(SMPL_PARENTS):
        if parent >= 0:
            _draw_line(image, points[parent], points[joint], _COLOURS[joint])


def _draw_map(image: Array, motion: Motion) -> None:
    """Draw the path of the pelvis from above into a part of an image: +Z up, +X to the left."""
    height, width = image.shape[:2]
    ground = motion.positions[:, 0][:, [0, 2]]
    middle = (ground.max(axis=0) + ground.min(axis=0)) / 2
    scale = min(40.0, (min(height, width) - 40) / max(0.5, float(np.ptp(ground, axis=0).max())))
    corner = np.array([width / 2, height / 2])

    def to_pixels(points: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.asarray(corner - (points - middle) * scale)

    for number in range(-40, 41):
        column, row = np.rint(to_pixels(np.array([float(number), float(number)]))).astype(int)
        if 0 <= column < width:
            image[:, column] = 235
        if 0 <= row < height:
            image[row] = 235
    pixels = to_pixels(ground)
    for a, b in pairwise(pixels):
        _draw_line(image, a, b, _GREY)
    across = motion.positions[:, _LEFT_HIP] - motion.positions[:, _RIGHT_HIP]
    ahead = np.stack([-across[:, 2], across[:, 0]], axis=-1)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=-1, keepdims=True), 1e-6)
    for i in range(0, len(ground), max(1, round(motion.fps / 2))):
        _draw_line(image, pixels[i], pixels[i] - 10 * ahead[i], _RED if i == 0 else _BLUE)


def write_png(path: Path, image: Array) -> None:
    """Write an image (H, W, 3) uint8 of up to 256 colours as a PNG (ISO/IEC 15948)."""
    packed = image.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    colours, index = np.unique(packed, return_inverse=True)
    rows = index.reshape(image.shape[:2]).astype(np.uint8)
    palette = b"".join(int(c).to_bytes(3, "big") for c in colours)
    raw = np.concatenate([np.zeros((len(rows), 1), np.uint8), rows], axis=1).tobytes()

    def encode_chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", image.shape[1], image.shape[0], 8, 3, 0, 0, 0)
    body = (
        encode_chunk(b"IHDR", header)
        + encode_chunk(b"PLTE", palette)
        + encode_chunk(b"IDAT", zlib.compress(raw, 9))
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body + encode_chunk(b"IEND", b""))
