# SPDX-License-Identifier: GPL-3.0-or-later
"""Contact sheets: motions as rows of stick figures in a PNG, drawn with NumPy alone.

The camera is at the front left; each figure keeps its heading and height, its position on the ground is removed and
written below in metres. Left limbs are red, right limbs blue.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...motion import Motion
from ...motion.skeleton import SMPL_PARENTS
from ..data.joints import LIMB_JOINTS

Array = np.ndarray

_GLYPHS = (
    "a:0035530 b:4465560 c:0034430 d:1135530 e:0037430 f:1222720 g:0035316 h:4465550 i:2022220 j:1011160 k:4456650 "
    "l:2222210 m:0077550 n:0065550 o:0025520 p:0656440 q:0353110 r:0034440 s:0341600 t:2722210 u:0055530 v:0055520 "
    "w:0055770 x:0052550 y:0557160 z:0712470 0:7555700 1:2622700 2:7174700 3:7171700 4:5571100 5:7471700 6:7475700 "
    "7:7112200 8:7575700 9:7571700 .:0000200 ,:0000240 -:0070000 (:1222100 ):4222400 /:1122440 ':2200000 ?:7120200"
)
_FONT = {entry[0]: [int(row) for row in entry[2:]] for entry in _GLYPHS.split(" ")}
_RED, _BLUE, _GREY = (200, 40, 40), (40, 60, 200), (70, 70, 70)
CELL_WIDTH, CELL_HEIGHT, TITLE_HEIGHT = 84, 112, 20


def _draw_text(image: Array, text: str, x: int, y: int, colour: tuple[int, int, int], size: int = 2) -> None:
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


def _draw_line(image: Array, a: Array, b: Array, colour: tuple[int, int, int]) -> None:
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
    floor, scale, yaw = TITLE_HEIGHT + CELL_HEIGHT - 16, 46.0, np.radians(35)
    image[floor + 1] = 215
    for k, i in enumerate(np.linspace(0, len(motion) - 1, figures).astype(int)):
        p = motion.positions[i]
        flat = p - p[0] * np.array([1.0, 0.0, 1.0])
        # seen from the front left: forward is towards the viewer and to the right
        x = flat[:, 2] * np.sin(yaw) - flat[:, 0] * np.cos(yaw)
        points = np.stack([k * CELL_WIDTH + CELL_WIDTH / 2 + x * scale, floor - flat[:, 1] * scale], axis=-1)
        for joint, parent in enumerate(SMPL_PARENTS):
            if parent >= 0:
                right = _BLUE if joint in LIMB_JOINTS["right"] else _GREY
                limb_colour = _RED if joint in LIMB_JOINTS["left"] else right
                _draw_line(image, points[parent], points[joint], limb_colour)
        _draw_text(image, f"{p[0, 0]:.1f},{p[0, 2]:.1f}", k * CELL_WIDTH + 12, floor + 5, (150, 150, 150), 1)
    return image


def write_png(path: Path, image: Array) -> None:
    """Write an image (H, W, 3) uint8 of up to 256 colours as a PNG (ISO/IEC 15948)."""
    packed = image.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    colours, index = np.unique(packed, return_inverse=True)
    rows = index.reshape(packed.shape).astype(np.uint8)
    palette = b"".join(int(c).to_bytes(3, "big") for c in colours)
    raw = np.concatenate([np.zeros((len(rows), 1), np.uint8), rows], axis=1).tobytes()

    def encode_chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", rows.shape[1], rows.shape[0], 8, 3, 0, 0, 0)
    body = (
        encode_chunk(b"IHDR", header)
        + encode_chunk(b"PLTE", palette)
        + encode_chunk(b"IDAT", zlib.compress(raw, 9))
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body + encode_chunk(b"IEND", b""))


def write_sheets(
    folder: Path,
    rows: Sequence[tuple[str, bool | None, Motion]],
    rows_per_page: int = 15,
    name: str = "sheet",
) -> list[Path]:
    """Write rows of motions as numbered pages; return their paths.

    Parameters
    ----------
    folder : Path
        Created if it does not exist.
    rows : sequence of (title, passed, motion)
        See ``draw_strip``.
    rows_per_page : int
        Rows a page.
    name : str
        Start of the file names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for page, first in enumerate(range(0, len(rows), rows_per_page), start=1):
        strips = [
            draw_strip(motion, title, passed) for title, passed, motion in rows[first : first + rows_per_page]
        ]
        out.append(folder / f"{name}-{page}.png")
        write_png(out[-1], np.concatenate(strips))
    return out
