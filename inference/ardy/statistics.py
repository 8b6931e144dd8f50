# SPDX-License-Identifier: GPL-3.0-or-later
"""Mean and deviation of features, with which a checkpoint's numbers are normalised."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...motion.errors import CheckpointError
from .representation import BODY, FEATURES, LOCAL_ROOT_FEATURES, ROOT, ROOT_FEATURES

F32 = NDArray[np.float32]

_VARIANCE_FLOOR = 1e-5
_MAX_FILE_BYTES = 1 << 20


@dataclass(frozen=True, eq=False)
class Normalisation:
    """``mean`` and ``scale`` (features,): normalised numbers are (x - mean) / scale."""

    mean: F32
    scale: F32

    def normalise(self, values: F32) -> F32:
        """Return values (..., features) in normalised form."""
        return np.asarray((values - self.mean) / self.scale, np.float32)

    def restore(self, values: F32) -> F32:
        """Return normalised values (..., features) in real units."""
        return np.asarray(values * self.scale + self.mean, np.float32)


@dataclass(frozen=True, eq=False)
class Statistics:
    """Normalisation of all that a checkpoint normalises.

    Attributes
    ----------
    features : all features of a frame
    root, body : the two parts of them
    local_root : the local root
    tokens : the latent body of a token
    """

    features: Normalisation
    root: Normalisation
    body: Normalisation
    local_root: Normalisation
    tokens: Normalisation


def read_statistics(folder: Path, latent: int) -> Statistics:
    """Read the statistics below a checkpoint's folder; ``latent`` is the size of a token's latent body.

    Raises :class:`CheckpointError` if a file is missing, or holds other than that many finite numbers and positive
    deviations.
    """
    motion = read_normalisation(folder / "stats" / "motion", FEATURES + LOCAL_ROOT_FEATURES)
    root_end, local_end = ROOT_FEATURES, ROOT_FEATURES + LOCAL_ROOT_FEATURES

    def select(part: slice | list[int]) -> Normalisation:
        return Normalisation(motion.mean[part], motion.scale[part])

    # the file's order: root, local root, body
    features = select([*range(root_end), *range(local_end, FEATURES + LOCAL_ROOT_FEATURES)])
    return Statistics(
        features=features,
        root=Normalisation(features.mean[ROOT], features.scale[ROOT]),
        body=Normalisation(features.mean[BODY], features.scale[BODY]),
        local_root=select(slice(root_end, local_end)),
        tokens=read_normalisation(folder / "stats" / "post_quantization", latent),
    )


def read_normalisation(folder: Path, count: int) -> Normalisation:
    """Read ``mean.npy`` and ``std.npy`` of that many numbers from a folder. Raises :class:`CheckpointError`."""
    mean, deviation = _read_numbers(folder / "mean.npy", count), _read_numbers(folder / "std.npy", count)
    if not np.all(deviation > 0):
        raise CheckpointError(
            "{name} in {folder} holds deviations that are not positive: download it again",
            name="std.npy",
            folder=folder.name,
        )
    return Normalisation(mean, np.sqrt(deviation * deviation + np.float32(_VARIANCE_FLOOR)))


def _read_numbers(path: Path, count: int) -> F32:
    if not path.is_file():
        raise CheckpointError(
            "The checkpoint lacks {name} in stats/{folder}: download it again",
            name=path.name,
            folder=path.parent.name,
        )
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise ValueError("the file is too large for statistics")
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise CheckpointError(
            "{name} in {folder} is damaged: download it again", name=path.name, folder=path.parent.name
        ) from error
    if not isinstance(values, np.ndarray) or values.shape != (count,) or values.dtype.kind != "f":
        raise CheckpointError(
            "{name} in {folder} does not hold {count} numbers: download it again",
            name=path.name,
            folder=path.parent.name,
            count=count,
        )
    with np.errstate(over="ignore"):
        numbers = values.astype(np.float32)
    if not np.all(np.isfinite(numbers)):
        raise CheckpointError(
            "{name} in {folder} holds numbers that are not finite: download it again",
            name=path.name,
            folder=path.parent.name,
        )
    return numbers
