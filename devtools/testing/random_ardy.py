# SPDX-License-Identifier: GPL-3.0-or-later
"""ARDY with small random weights, and a text encoder that needs none: its motions are noise, all else is as it is."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from kinescribe.inference.ardy.backend import ArdyBackend

from .ardy_files import SMALL, write_checkpoint

if TYPE_CHECKING:
    from numpy.typing import NDArray


class RandomTextEncoder:
    """Gives each sentence a random vector of its own."""

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return a vector (sentences, width) for each sentence."""
        seeds = [int.from_bytes(sentence.encode()[-8:], "little") for sentence in sentences]
        rows = [np.random.default_rng(seed).standard_normal(SMALL.text_width) for seed in seeds]
        return np.array(rows, np.float32).reshape(len(rows), SMALL.text_width)


def make_random_ardy() -> ArdyBackend:
    """Return the backend; its files are deleted when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="kinescribe-random-ardy-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return ArdyBackend(write_checkpoint(folder / "ARDY-Core-Random", SMALL), RandomTextEncoder())
