# SPDX-License-Identifier: GPL-3.0-or-later
"""Matrix products of float32 arrays by the fastest library at hand.

The choice depends on what is installed, never on a measurement, so that a request and a seed give the same result
on a machine whatever else runs on it: NumPy's own BLAS if NumPy was built with a fast one, as from PyPI; else OpenBLAS
if its package is installed, which the extension's zips for one system contain; else ``einsum``, because the NumPy of
Blender's official builds multiplies many times slower than that.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..motion import BackendError
from ..motion.errors import Note
from .openblas import load_openblas

F32 = NDArray[np.float32]
MatrixProduct = Callable[[F32, F32], F32]

VARIABLE = "KINESCRIBE_MATMUL"
"""Environment variable that forces a method by its name."""

_MAX_THREADS = 4

_FAST_LIBRARIES = ("openblas", "mkl", "accelerate", "armpl", "blis")
"""Parts of the names that NumPy's build configuration gives to fast implementations of BLAS."""


def _multiply_openblas(a: F32, b: F32) -> F32:
    return load_openblas().multiply(a, b)


def _multiply_numpy(a: F32, b: F32) -> F32:
    return np.asarray(a @ b)


def _multiply_einsum(a: F32, b: F32) -> F32:
    return np.asarray(np.einsum("...ij,...jk->...ik", a, b))


METHODS: dict[str, MatrixProduct] = {
    "openblas": _multiply_openblas,
    "numpy": _multiply_numpy,
    "einsum": _multiply_einsum,
}


def choose_method() -> str:
    """Return the name of the method in use: the forced one, else the fastest that can be used."""
    forced = os.environ.get(VARIABLE, "")
    if forced in METHODS:
        return forced
    if has_fast_numpy():
        return "numpy"
    try:
        load_openblas()
    except BackendError:
        return "einsum"
    return "openblas"


def select_product() -> MatrixProduct:
    """Return the function in use for products (..., I, J) by (..., J, K)."""
    name = choose_method()
    return load_openblas().multiply if name == "openblas" else METHODS[name]


def create_executor() -> ThreadPoolExecutor | None:
    """Return threads that may multiply at the same time; None if NumPy's BLAS is in use, which has its own."""
    if choose_method() == "numpy":
        return None
    return ThreadPoolExecutor(min(_MAX_THREADS, _count_processors()), "kinescribe-products")


def _count_processors() -> int:
    """Return how many processors this process may use."""
    get_affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(get_affinity(0)) if get_affinity else os.cpu_count() or 1


@cache
def has_fast_numpy() -> bool:
    """Return whether NumPy's build configuration names a fast implementation of BLAS."""
    config = np.__config__
    dependencies = getattr(config, "CONFIG", {}).get("Build Dependencies", {})
    names = [str(dependencies.get("blas", {}).get("name", ""))]
    # before NumPy 1.26: dictionaries such as openblas64__info, empty if the library was not used
    names += [key for key, value in vars(config).items() if key.endswith("_info") and value]
    return any(library in name.lower() for name in names for library in _FAST_LIBRARIES)


def explain_slowness() -> Note | None:
    """Return why the embedded model is several times slower here than it can be; None if it is not."""
    if choose_method() != "einsum":
        return None
    try:
        load_openblas()
    except BackendError as error:
        return Note(
            "Generating is slow here: {reason}. Install the zip of Kinescribe that is made for this system",
            reason=error,
        )
    return None
