# SPDX-License-Identifier: GPL-3.0-or-later
"""Matrix products by the fastest method of NumPy on this machine.

Blender's NumPy may come without a fast BLAS; then ``a @ b`` is many times slower than ``einsum``, which has vector
code of its own. The first product measures both, unless ``KINESCRIBE_MATMUL`` is ``blas`` or ``einsum``.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
MatrixProduct = Callable[[F32, F32], F32]


def _multiply_blas(a: F32, b: F32) -> F32:
    return np.asarray(a @ b)


def _multiply_einsum(a: F32, b: F32) -> F32:
    return np.asarray(np.einsum("...ij,...jk->...ik", a, b))


METHODS: dict[str, MatrixProduct] = {"blas": _multiply_blas, "einsum": _multiply_einsum}

_chosen_method: list[str] = []


_CLEAR_FACTOR = 2.0
"""Ratio of speeds above which a method is the faster one, whatever else the machine was doing."""


def measure_methods(
    rows: int = 40, inner: int = 256, columns: int = 768, seconds: float = 0.0, clear_factor: float = np.inf
) -> dict[str, float]:
    """Measure the GFLOP/s of each method, in the best of ten or more rounds.

    By default the product has the size that the network uses most. The methods alternate for ``seconds``, with pauses:
    a BLAS with several threads looks slow while another program uses one of the processors, and the choice is for the
    whole session. Load can make a method look slower but never faster, so the measurement ends as soon as BLAS was
    clearly faster.

    Parameters
    ----------
    rows, inner, columns
        The product is (rows, inner) by (inner, columns).
    seconds
        How long to measure at least; there are ten rounds in any case.
    clear_factor
        End as soon as BLAS was this many times as fast.
    """
    rng = np.random.RandomState(0)
    a = rng.standard_normal((rows, inner)).astype(np.float32)
    b = rng.standard_normal((inner, columns)).astype(np.float32)
    best = dict.fromkeys(METHODS, np.inf)
    deadline = time.perf_counter() + seconds
    for done in itertools.count(1):
        for name, product in METHODS.items():
            start = time.perf_counter()
            product(a, b)
            best[name] = min(best[name], time.perf_counter() - start)
        if (done >= 10 and time.perf_counter() > deadline) or best["blas"] * clear_factor < best["einsum"]:
            break
        if done >= 10:
            time.sleep(0.002)
    return {name: 2e-9 * rows * inner * columns / max(duration, 1e-9) for name, duration in best.items()}


def choose_method() -> str:
    """Return the name of the method in use: the forced one, else the fastest, measured once a session."""
    forced = os.environ.get("KINESCRIBE_MATMUL", "")
    if forced in METHODS:
        return forced
    if not _chosen_method:
        speeds = measure_methods(seconds=0.2, clear_factor=_CLEAR_FACTOR)
        _chosen_method.append(max(speeds, key=lambda name: speeds[name]))
    return _chosen_method[0]


def select_product() -> MatrixProduct:
    """Return the function in use for products (..., I, J) by (..., J, K)."""
    return METHODS[choose_method()]
