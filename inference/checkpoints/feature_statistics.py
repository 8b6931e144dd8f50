# SPDX-License-Identifier: GPL-3.0-or-later
"""Mean and standard deviation of a data set's features, with which a checkpoint's numbers are normalised."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...motion.errors import CheckpointError

_FILE_NAMES = (("Mean.npy", "Std.npy"), ("t2m_mean.npy", "t2m_std.npy"))
"""File names in HumanML3D and in the original's repository."""

_SOURCE = "the data set it was trained on (HumanML3D has both in its folder)"


@dataclass(frozen=True, eq=False)
class FeatureStatistics:
    """``mean`` and ``deviation`` (features,) in real units."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]

    def to_real_units(self, features: ArrayLike) -> NDArray[np.float64]:
        """Convert the original's layout (B, features, 1, T), normalised, to (B, T, features) in real units."""
        frames = np.asarray(features, dtype=float)[:, :, 0].transpose(0, 2, 1)
        return np.asarray(frames * self.deviation + self.mean)

    def to_normalised(self, features: ArrayLike) -> NDArray[np.float32]:
        """Convert (T, features) in real units to the original's layout (1, features, 1, T), normalised."""
        frames = (np.asarray(features, dtype=float) - self.mean) / self.deviation
        return np.ascontiguousarray(frames.T[None, :, None], dtype=np.float32)


def find_statistics(
    folder: Path, features: int, file_names: tuple[tuple[str, str], ...] = _FILE_NAMES, source: str = _SOURCE
) -> FeatureStatistics:
    """Read the mean and the standard deviation in ``folder``. Raises :class:`CheckpointError`.

    Parameters
    ----------
    folder : Path
        Usually the checkpoint's.
    features : int
        Numbers that a frame has.
    file_names : pairs of str
        Names that the two files may have.
    source : str
        Where to get them, for the error message.
    """
    for names in file_names:
        mean, deviation = (folder / name for name in names)
        if mean.is_file() and deviation.is_file():
            statistics = FeatureStatistics(_read_array(mean, features), _read_array(deviation, features))
            if np.any(statistics.deviation <= 0):
                raise CheckpointError(
                    "{name} holds deviations that are not positive: copy it again", name=deviation.name
                )
            return statistics
    raise CheckpointError(
        "{mean} and {deviation} are not beside the checkpoint: copy them there from {source}",
        mean=file_names[0][0],
        deviation=file_names[0][1],
        source=source,
    )


def _read_array(path: Path, features: int) -> NDArray[np.float64]:
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise CheckpointError("{name} is damaged: copy it again from the data set", name=path.name) from error
    if np.shape(values) != (features,) or not np.all(np.isfinite(values)):
        raise CheckpointError(
            "{name} does not hold {features} numbers: copy it again from the data set",
            name=path.name,
            features=features,
        )
    return np.asarray(values, dtype=float)
