# SPDX-License-Identifier: GPL-3.0-or-later
"""Mean and deviation of a data set's features, without which a checkpoint's numbers mean nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...motion.errors import CheckpointError

_NAMES = (("Mean.npy", "Std.npy"), ("t2m_mean.npy", "t2m_std.npy"))
"""As HumanML3D and the original's repository call them."""

_SOURCE = "the data set it was trained on (HumanML3D has both in its folder)"


@dataclass(frozen=True, eq=False)
class Statistics:
    """``mean`` and ``deviation`` (features,) in real units."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]

    def real(self, normalised: ArrayLike) -> NDArray[np.float64]:
        """Features (B, T, features) in real units from the original's layout (B, features, 1, T)."""
        frames = np.asarray(normalised, dtype=float)[:, :, 0].transpose(0, 2, 1)
        return np.asarray(frames * self.deviation + self.mean)

    def normalised(self, real: ArrayLike) -> NDArray[np.float32]:
        """The inverse: (T, features) in real units to (1, features, 1, T)."""
        frames = (np.asarray(real, dtype=float) - self.mean) / self.deviation
        return np.ascontiguousarray(frames.T[None, :, None], dtype=np.float32)


def find_statistics(
    folder: Path, features: int, known: tuple[tuple[str, str], ...] = _NAMES, source: str = _SOURCE
) -> Statistics:
    """The statistics in ``folder``, where the checkpoint lies, as two files of ``known`` names; ``source`` tells where
    to get them. Raises :class:`CheckpointError`."""
    for names in known:
        mean, deviation = (folder / name for name in names)
        if mean.is_file() and deviation.is_file():
            found = Statistics(_read(mean, features), _read(deviation, features))
            if np.any(found.deviation <= 0):
                raise CheckpointError(
                    f"{deviation.name} holds deviations that are not positive: copy it again"
                )
            return found
    raise CheckpointError(
        f"{known[0][0]} and {known[0][1]} are not beside the checkpoint: copy them there from {source}"
    )


def _read(path: Path, features: int) -> NDArray[np.float64]:
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise CheckpointError(f"{path.name} is damaged: copy it again from the data set") from error
    if np.shape(values) != (features,) or not np.all(np.isfinite(values)):
        raise CheckpointError(
            f"{path.name} does not hold {features} numbers: copy it again from the data set"
        )
    return np.asarray(values, dtype=float)
