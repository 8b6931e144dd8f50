# SPDX-License-Identifier: GPL-3.0-or-later
"""The X screen that Xvfb keeps in a file (XWD version 7, 32 bits per pixel), as rows of RGB and as PNG."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels, y down from the top."""


def read_rows(screen: Path, box: Box | None = None) -> tuple[int, list[bytes]]:
    """Return the width and the rows of RGB bytes of ``screen``, or of a ``box`` of it."""
    raw = screen.read_bytes()
    head = struct.unpack(">25I", raw[:100])
    header_size, version, width, height, depth, stride, colours = (head[i] for i in (0, 1, 4, 5, 11, 12, 19))
    if version != 7 or depth != 32:
        raise ValueError(f"{screen} is no 32 bit XWD file (version {version}, {depth} bits)")
    little_endian = head[7] == 0
    left, top, box_width, box_height = box or (0, 0, width, height)
    start = header_size + 12 * colours
    result = []
    for y in range(top, min(top + box_height, height)):
        row_start = start + y * stride
        pixels = raw[row_start + 4 * left : row_start + 4 * min(left + box_width, width)]
        row = bytearray(len(pixels) // 4 * 3)
        blue_first = slice(0, None, 4), slice(1, None, 4), slice(2, None, 4)
        red_first = slice(3, None, 4), slice(2, None, 4), slice(1, None, 4)
        blue, green, red = blue_first if little_endian else red_first
        row[0::3], row[1::3], row[2::3] = pixels[red], pixels[green], pixels[blue]
        result.append(bytes(row))
    return len(result[0]) // 3, result


def save_png(screen: Path, path: Path, box: Box | None = None) -> None:
    """Write ``screen``, or a ``box`` of it, as a PNG file."""
    width, lines = read_rows(screen, box)

    def png_chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, len(lines), 8, 2, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")
    )
