# SPDX-License-Identifier: GPL-3.0-or-later
"""A script for the unit tests' environment: ARDY and its text encoder with random weights at the published sizes.

``python -m devtools.bench.ardy_files FOLDER`` writes both into a folder, 0.5 GB.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ..testing.working_tree import load_working_tree

MODEL, TEXT = "ARDY-Core-Random", "text-encoder-random"
"""Folders of the two."""


def write_models(folder: Path) -> None:
    """Write both models into a folder; ARDY's tensors are bfloat16, whose numbers have to be converted."""
    from ..testing import ardy_files, text_encoder_files

    ardy_files.write_checkpoint(folder / MODEL, ardy_files.PUBLISHED, "BF16")
    text_encoder_files.write_student(
        folder / TEXT, sizes=text_encoder_files.PUBLISHED, **text_encoder_files.PUBLISHED_HEADS
    )


if __name__ == "__main__":
    load_working_tree()
    write_models(Path(sys.argv[1]))
