# SPDX-License-Identifier: GPL-3.0-or-later
"""Matrix products of float32 arrays by the fastest library at hand.

The choice depends on what is installed, never on a measurement, so that a request and a seed give the same result
on a machine whatever else runs on it: NumPy's own BLAS if NumPy was built with a fast one, as from PyPI; else OpenBLAS
if its package is installed, which the extension's zips for one system contain; else ``einsum``, because the NumPy of
Blender's official builds multiplies many times slower than that.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
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

_PART_COLUMNS = 256
"""Outputs of a linear map that are computed together. They are the same on every computer, because products of other
sizes are rounded differently: a result must not depend on the number of processors."""

_MIN_SHARED_NUMBERS = 1 << 18
"""Numbers of a weight from which on threads share its product; for fewer they wait longer than they calculate."""

_threads: ContextVar[ThreadPoolExecutor | None] = ContextVar("threads", default=None)

_product: ContextVar[MatrixProduct | None] = ContextVar("product", default=None)

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
    product = _product.get()
    if product is not None:
        return product
    name = choose_method()
    return load_openblas().multiply if name == "openblas" else METHODS[name]


def create_executor() -> ThreadPoolExecutor | None:
    """Return threads that may multiply at the same time; None if NumPy's BLAS is in use, which has its own."""
    if choose_method() == "numpy":
        return None
    return ThreadPoolExecutor(min(_MAX_THREADS, _count_processors()), "kinescribe-products")


@contextmanager
def use_product(multiply: MatrixProduct) -> Iterator[None]:
    """Context manager: products in this thread are computed by ``multiply``, which shares its work by itself.

    Two libraries in turn, each with its own threads, take twice as long as one: the threads of one still wait for work
    while the other calculates.
    """
    token = _product.set(multiply)
    try:
        yield
    finally:
        _product.reset(token)


@contextmanager
def share_threads() -> Iterator[None]:
    """Context manager: :func:`multiply_weight` in this thread shares its work among the processors."""
    executor = create_executor()
    token = _threads.set(executor)
    try:
        yield
    finally:
        _threads.reset(token)
        if executor is not None:
            executor.shutdown()


def multiply_weight(rows: F32, weight: F32, finish: Callable[[F32, slice], None] | None = None) -> F32:
    """Return the products (n, outputs) of rows (n, inputs) by a weight (outputs, inputs).

    Parameters
    ----------
    rows, weight
        The matrices.
    finish
        Called with some columns of the result, which it may change, and with their place; perhaps in another thread,
        while the others are computed.
    """
    outputs = len(weight)
    whole = _product.get() or (_multiply_numpy if choose_method() == "numpy" else None)
    if whole is not None:
        result = whole(rows, weight.T)
        if finish is not None:
            finish(result, slice(0, outputs))
        return result
    product = select_product()
    result = np.empty((len(rows), outputs), np.float32)

    def compute(first_part: int, step: int) -> None:
        for start in range(first_part * _PART_COLUMNS, outputs, step * _PART_COLUMNS):
            columns = slice(start, min(start + _PART_COLUMNS, outputs))
            part = product(rows, weight[columns].T)
            if finish is not None:
                finish(part, columns)
            result[:, columns] = part

    executor = _threads.get()
    count = min(_MAX_THREADS, _count_processors(), -(-outputs // _PART_COLUMNS))
    if executor is None or count == 1 or weight.size < _MIN_SHARED_NUMBERS:
        compute(0, 1)
        return result
    # this thread computes a share too
    futures = [executor.submit(compute, n, count) for n in range(1, count)]
    try:
        compute(0, count)
    finally:
        for future in futures:
            future.result()
    return result


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
