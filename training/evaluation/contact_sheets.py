# SPDX-License-Identifier: GPL-3.0-or-later
"""Contact sheets: pages with motions as rows of stick figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...motion import Motion
from ...motion.stick_figures import draw_card, draw_strip, write_png


def write_sheets(
    folder: Path,
    rows: Sequence[tuple[str, bool | None, Motion]],
    rows_per_page: int = 15,
    name: str = "sheet",
    cards: bool = False,
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
    cards : bool
        Draw each motion from two sides, with its path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for page, first in enumerate(range(0, len(rows), rows_per_page), start=1):
        strips = [
            draw_card(motion, title) if cards else draw_strip(motion, title, passed)
            for title, passed, motion in rows[first : first + rows_per_page]
        ]
        out.append(folder / f"{name}-{page}.png")
        write_png(out[-1], np.concatenate(strips))
    return out
