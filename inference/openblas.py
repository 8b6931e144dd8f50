# SPDX-License-Identifier: GPL-3.0-or-later
"""Matrix products by OpenBLAS, from the package ``scipy-openblas32`` that the extension's zip contains as a wheel.

The package is a shared library without Python code worth importing, so the library is called through ctypes, which
releases the GIL during a product. Blender unpacks the wheel where ``sys.path`` finds it.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..motion import BackendError

F32 = NDArray[np.float32]

PACKAGE = "scipy_openblas32"

_MAX_THREADS = 4
"""Threads of a product at most: the network's products are too small for more."""

_ROW_MAJOR, _NO_TRANSPOSE, _TRANSPOSE = 101, 111, 112
"""Constants of the C interface to BLAS (cblas.h)."""

_ONE, _ZERO = ctypes.byref(ctypes.c_float(1.0)), ctypes.byref(ctypes.c_float(0.0))

_FLOAT_BYTES = 4


class OpenBlas:
    """The loaded library."""

    def __init__(self, file: Path) -> None:
        """Load the library from a file and try a product.

        Raises ``BackendError`` if the file is no OpenBLAS for this computer, or calculates wrongly.
        """
        size, number, address = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
        try:
            library = ctypes.CDLL(str(file))
            self._gemm = library.scipy_cblas_sgemm
            self._gemm.argtypes = [
                *[size] * 6, number, address, size, address, size, number, address, size,
            ]  # fmt: skip
            self._gemm_batch = library.scipy_cblas_sgemm_batch
            self._gemm_batch.argtypes = [size, *[address] * 13, size, address]
            self._gemm.restype = self._gemm_batch.restype = None
            self._set_threads, get_config = (
                library.scipy_openblas_set_num_threads,
                library.scipy_openblas_get_config,
            )
            self._set_threads.argtypes, self._set_threads.restype = [size], None
            get_config.argtypes, get_config.restype = [], ctypes.c_char_p
        except (OSError, AttributeError) as error:
            raise BackendError("OpenBLAS cannot be loaded ({error})", error=error) from None
        self.limit_threads(os.cpu_count() or 1)
        # "OpenBLAS 0.3.34.481.3 DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64"
        self.description = bytes(get_config()).decode("ascii", "replace")
        self._check_products()

    def limit_threads(self, count: int) -> None:
        """Use at most ``count`` threads.

        A product's rounding depends on their number. So it is set here, whatever environment variables and processor
        affinity say: a seed gives one result on a machine.
        """
        self._set_threads(max(1, min(count, _MAX_THREADS)))

    def multiply(self, a: F32, b: F32) -> F32:
        """Return the products of float32 matrices (..., I, J) and (..., J, K); leading axes are broadcast."""
        if a.ndim == b.ndim == 2:
            return self._multiply_matrices(a, b)
        shape = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        result = np.empty((*shape, a.shape[-2], b.shape[-1]), np.float32)
        if result.size and a.shape[-1]:
            _check_inner_sizes(a, b)
            self._multiply_stacks(_make_addressable(a), _make_addressable(b), result)
        else:
            result[...] = 0
        return result

    def _multiply_matrices(self, a: F32, b: F32) -> F32:
        result = np.empty((a.shape[0], b.shape[1]), np.float32)
        if not result.size or not a.shape[1]:
            result[...] = 0
            return result
        _check_inner_sizes(a, b)
        a, b = _make_addressable(a), _make_addressable(b)
        (transpose_a, lead_a), (transpose_b, lead_b) = _describe_storage(a), _describe_storage(b)
        rows, columns = result.shape
        self._gemm(
            _ROW_MAJOR, transpose_a, transpose_b, rows, columns, a.shape[1],
            1.0, a.ctypes.data, lead_a, b.ctypes.data, lead_b, 0.0, result.ctypes.data, columns,
        )  # fmt: skip
        return result

    def _multiply_stacks(self, a: F32, b: F32, result: F32) -> None:
        """Write the products of stacks of matrices into ``result``, in one call of the library."""
        (transpose_a, lead_a), (transpose_b, lead_b) = _describe_storage(a), _describe_storage(b)
        rows, columns = result.shape[-2:]
        # the batch is one group of products of the same kind, and each argument an array with one value for a group
        sizes = [
            ctypes.byref(ctypes.c_int(value))
            for value in (transpose_a, transpose_b, rows, columns, a.shape[-1], lead_a, lead_b, columns)
        ]
        addresses = [
            _matrix_offsets(result.shape[:-2], m.shape[:-2], m.strides[:-2]) + np.intp(m.ctypes.data)
            for m in (a, b, result)
        ]
        start_a, start_b, start = (array.ctypes.data for array in addresses)
        self._gemm_batch(
            _ROW_MAJOR, *sizes[:5], _ONE, start_a, sizes[5], start_b, sizes[6], _ZERO, start, sizes[7],
            1, ctypes.byref(ctypes.c_int(addresses[0].size)),
        )  # fmt: skip

    def _check_products(self) -> None:
        """Compare two products with those of NumPy's own loops; raises ``BackendError`` if they differ."""
        a = np.linspace(-1, 1, 2 * 2 * 5 * 7, dtype=np.float32).reshape(2, 2, 5, 7)
        b = np.linspace(2, -1, 2 * 2 * 5 * 7, dtype=np.float32).reshape(2, 2, 5, 7).swapaxes(-1, -2)
        expected = np.einsum("...ij,...jk->...ik", a, b)
        products = self.multiply(a, b), self.multiply(a[0, 0], b[0, 0])
        if not all(
            np.allclose(p, e, atol=1e-4) for p, e in zip(products, (expected, expected[0, 0]), strict=True)
        ):
            raise BackendError("OpenBLAS calculates wrongly on this processor")


def _check_inner_sizes(a: F32, b: F32) -> None:
    if a.shape[-1] != b.shape[-2] or a.dtype != np.float32 or b.dtype != np.float32:
        raise ValueError(f"no product of {a.dtype} {a.shape} and {b.dtype} {b.shape}")


def _make_addressable(matrices: F32) -> F32:
    """Return the matrices, copied if neither their rows nor their columns are contiguous in memory."""
    rows, columns = matrices.shape[-2:]
    row_step, column_step = matrices.strides[-2:]
    if column_step == _FLOAT_BYTES and row_step >= columns * _FLOAT_BYTES:
        contiguous = row_step % _FLOAT_BYTES == 0
    else:
        contiguous = (
            row_step == _FLOAT_BYTES
            and column_step >= rows * _FLOAT_BYTES
            and column_step % _FLOAT_BYTES == 0
        )
    if contiguous and all(step >= 0 and step % _FLOAT_BYTES == 0 for step in matrices.strides[:-2]):
        return matrices
    return np.ascontiguousarray(matrices)


def _describe_storage(matrices: F32) -> tuple[int, int]:
    """Return BLAS's transposition flag and leading dimension of matrices whose rows or columns are contiguous."""
    row_step, column_step = matrices.strides[-2:]
    if column_step == _FLOAT_BYTES and row_step >= matrices.shape[-1] * _FLOAT_BYTES:
        return _NO_TRANSPOSE, row_step // _FLOAT_BYTES
    return _TRANSPOSE, column_step // _FLOAT_BYTES


@lru_cache(maxsize=256)
def _matrix_offsets(
    broadcast_shape: tuple[int, ...], shape: tuple[int, ...], strides: tuple[int, ...]
) -> NDArray[np.intp]:
    """Return the distances in bytes of all matrices of a broadcast stack from the first.

    ``shape`` and ``strides`` are those of the stack's leading axes before broadcasting.
    """
    missing = len(broadcast_shape) - len(shape)
    steps = [0] * missing + [step if count > 1 else 0 for count, step in zip(shape, strides, strict=True)]
    offsets = np.zeros(1, np.intp)
    for count, step in zip(broadcast_shape, steps, strict=True):
        offsets = np.add.outer(offsets, np.arange(count) * step).ravel()
    return offsets.astype(np.intp)


def find_library() -> Path | None:
    """Return the shared library of the installed package, or None; nothing is imported or loaded."""
    try:
        spec = find_spec(PACKAGE)
    except (ImportError, ValueError):
        return None
    ending = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for file in sorted(Path(folder, "lib").glob(f"*scipy_openblas*{ending}")):
            return file
    return None


_lock = threading.Lock()
_outcome: list[OpenBlas | BackendError] = []


def load_openblas() -> OpenBlas:
    """Return the library, loaded once a session.

    Raises ``BackendError``, each time the same, if it isn't installed or can't be used.
    """
    with _lock:
        if not _outcome:
            file = find_library()
            try:
                if file is None:
                    raise BackendError("OpenBLAS is not installed")
                _outcome.append(OpenBlas(file))
            except BackendError as error:
                _outcome.append(error)
    outcome = _outcome[0]
    if isinstance(outcome, BackendError):
        # a new one each time, because an exception collects the tracebacks of all its raises
        raise BackendError(outcome.template, **outcome.fields)
    return outcome
