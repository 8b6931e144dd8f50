# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user of the command line states about a motion file; by default everything is found by its content."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..motion.formats import ReadOptions


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that the importer in Blender has too."""
    parser.add_argument(
        "--up", type=str.upper, default="", metavar="AXIS",
        help="axis of the file that points up: X, Y, Z, or --up=-Y (default: as the body stands)",
    )  # fmt: skip
    parser.add_argument(
        "--forward", type=str.upper, default="", metavar="AXIS",
        help="axis of the file that becomes forward (default: keep the directions of the file)",
    )  # fmt: skip
    parser.add_argument(
        "--unit", type=float, default=0.0, metavar="METRES",
        help="length unit of the file: 0.01 for centimetres (default: by the size of the body)",
    )  # fmt: skip
    parser.add_argument(
        "--file-fps", type=float, default=0.0, metavar="FPS",
        help="frames a second that the file has (default: as it says)",
    )  # fmt: skip
    parser.add_argument(
        "--floor",
        default="auto",
        metavar="FLOOR",
        help="auto (the default), file (its zero) or lowest (point)",
    )
    parser.add_argument(
        "--start", type=float, default=0.0, metavar="SECONDS", help="leave out what comes before (default: 0)"
    )
    parser.add_argument(
        "--end",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="leave out what comes after (default: nothing)",
    )
    parser.add_argument(
        "--keep-first-frame", action="store_true", help="keep a T-pose that comes before the motion"
    )


def get_reading_options(options: argparse.Namespace) -> ReadOptions:
    """Return what was stated. Raises ``FormatError`` for values that are not possible."""
    from ..motion.formats import ReadOptions

    return ReadOptions(
        up=options.up,
        forward=options.forward,
        unit=options.unit,
        fps=options.file_fps,
        floor=options.floor,
        keep_first_frame=options.keep_first_frame,
        start=options.start,
        end=options.end,
    )
