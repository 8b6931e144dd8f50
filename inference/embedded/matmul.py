# SPDX-License-Identifier: GPL-3.0-or-later
"""Matrix products by whichever of NumPy's ways is fastest on this machine.

Blender's NumPy may come without a fast BLAS, where ``a @ b`` runs many times slower than ``einsum``, which carries
its own vector code. The first product decides by timing both, unless ``KINESCRIBE_MATMUL`` says ``blas`` or ``einsum``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
Product = Callable[[F32, F32], F32]


def _blas(a: F32, b: F32) -> F32:
    return np.asarray(a @ b)


def _einsum(a: F32, b: F32) -> F32:
    return np.asarray(np.einsum("...ij,...jk->...ik", a, b))


PATHS: dict[str, Product] = {"blas": _blas, "einsum": _einsum}

_chosen: list[str] = []


def time_paths(rows: int = 40, inner: int = 256, columns: int = 768, rounds: int = 10) -> dict[str, float]:
    """GFLOP/s of each path for a product of the size that the network uses most: the best of ``rounds``.

    The paths take turns, and each has several: a BLAS that shares its work among threads looks slow while another
    program holds one of the processors, and the choice is for the whole session.
    """
    rng = np.random.RandomState(0)
    a = rng.standard_normal((rows, inner)).astype(np.float32)
    b = rng.standard_normal((inner, columns)).astype(np.float32)
    best = dict.fromkeys(PATHS, np.inf)
    for _ in range(rounds):
        for name, product in PATHS.items():
            start = time.perf_counter()
            product(a, b)
            best[name] = min(best[name], time.perf_counter() - start)
    return {name: 2e-9 * rows * inner * columns / max(seconds, 1e-9) for name, seconds in best.items()}


def chosen_path() -> str:
    """Name of the path in use: the forced one, else the faster, timed once a session."""
    forced = os.environ.get("KINESCRIBE_MATMUL", "")
    if forced in PATHS:
        return forced
    if not _chosen:
        speeds = time_paths()
        _chosen.append(max(speeds, key=lambda name: speeds[name]))
    return _chosen[0]


def product() -> Product:
    """The function for products (..., I, J) by (..., J, K) in use at the moment."""
    return PATHS[chosen_path()]
