# SPDX-License-Identifier: GPL-3.0-or-later
"""Matrix products by OpenBLAS, from the package ``scipy-openblas32`` that the extension's zip contains as a wheel.

The package is a shared library without Python code worth importing, so the library is called through ctypes, which
releases the GIL during a product: threads may multiply at the same time. Blender unpacks the wheel where ``sys.path``
finds it.
"""

from __future__ import annotations

import csv
import ctypes
import operator
import sys
import threading
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..motion import BackendError

F32 = NDArray[np.float32]

PACKAGE = "scipy_openblas32"

_ROW_MAJOR, _NO_TRANSPOSE, _TRANSPOSE = 101, 111, 112
"""Constants of the C interface to BLAS (cblas.h)."""

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
            self._gemm.restype = None
            set_threads, get_config = (
                library.scipy_openblas_set_num_threads,
                library.scipy_openblas_get_config,
            )
            set_threads.argtypes, set_threads.restype = [size], None
            get_config.argtypes, get_config.restype = [], ctypes.c_char_p
        except (OSError, AttributeError) as error:
            raise BackendError("OpenBLAS cannot be loaded ({error})", error=error) from None
        # Its own threads wait for each other actively: beside a program that uses one of the processors, products took
        # ten times as long. Without them no result depends on the number of processors either.
        set_threads(1)
        # "OpenBLAS 0.3.34.481.3 DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64"
        self.description = bytes(get_config()).decode("ascii", "replace")
        self._check_products()

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
            1.0, _get_address(a), lead_a, _get_address(b), lead_b, 0.0, _get_address(result), columns,
        )  # fmt: skip
        return result

    def _multiply_stacks(self, a: F32, b: F32, result: F32) -> None:
        """Write the products of stacks of matrices into ``result``.

        One call for each matrix: the library's functions for stacks take longer for a few small ones.
        """
        (transpose_a, lead_a), (transpose_b, lead_b) = _describe_storage(a), _describe_storage(b)
        rows, columns = result.shape[-2:]
        gemm, inner, shape = self._gemm, a.shape[-1], result.shape[:-2]
        start_a, start_b, start = _get_address(a), _get_address(b), _get_address(result)
        offsets = (_matrix_offsets(shape, m.shape[:-2], m.strides[:-2]) for m in (a, b, result))
        for offset_a, offset_b, offset in zip(*offsets, strict=True):
            gemm(
                _ROW_MAJOR, transpose_a, transpose_b, rows, columns, inner,
                1.0, start_a + offset_a, lead_a, start_b + offset_b, lead_b, 0.0, start + offset, columns,
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
    if matrices.flags.c_contiguous:
        return matrices
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


def _get_address(array: NDArray[Any]) -> int:
    """Return the address of an array's first number."""
    flags = array.flags
    if flags.c_contiguous and flags.writeable:
        # half as long as array.ctypes takes, which matters with 700 products a second of motion
        return ctypes.addressof(ctypes.c_char.from_buffer(array))  # type: ignore[arg-type]
    return int(array.ctypes.data)


def _describe_storage(matrices: F32) -> tuple[int, int]:
    """Return BLAS's transposition flag and leading dimension of matrices whose rows or columns are contiguous."""
    if matrices.flags.c_contiguous:
        return _NO_TRANSPOSE, matrices.shape[-1]
    row_step, column_step = matrices.strides[-2:]
    if column_step == _FLOAT_BYTES and row_step >= matrices.shape[-1] * _FLOAT_BYTES:
        return _NO_TRANSPOSE, row_step // _FLOAT_BYTES
    return _TRANSPOSE, column_step // _FLOAT_BYTES


@lru_cache(maxsize=256)
def _matrix_offsets(
    broadcast_shape: tuple[int, ...], shape: tuple[int, ...], strides: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the distances in bytes of all matrices of a broadcast stack from the first.

    ``shape`` and ``strides`` are those of the stack's leading axes before broadcasting.
    """
    missing = len(broadcast_shape) - len(shape)
    steps = [0] * missing + [step if count > 1 else 0 for count, step in zip(shape, strides, strict=True)]
    return tuple(sum(map(operator.mul, index, steps)) for index in np.ndindex(*broadcast_shape))


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


def check_unpacked(library: Path) -> None:
    """Raise ``BackendError`` unless the library's file has the size that the package's list of files states.

    Blender leaves what it has unpacked when the disk is full. Loading a truncated library ends the process.
    """
    package = library.parents[1]
    name = f"{PACKAGE}/lib/{library.name}"
    for listing in package.parent.glob(f"{PACKAGE}-*.dist-info/RECORD"):
        with listing.open(encoding="utf-8", newline="") as file:
            sizes = [row[2] for row in csv.reader(file) if len(row) == 3 and row[0] == name]
        if sizes == [str(library.stat().st_size)]:
            return
    raise BackendError(
        "OpenBLAS is not unpacked completely: disable Kinescribe in the preferences and enable it again"
    )


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
                check_unpacked(file)
                _outcome.append(OpenBlas(file))
            except BackendError as error:
                _outcome.append(error)
            except (OSError, ValueError, csv.Error) as error:
                _outcome.append(BackendError("OpenBLAS cannot be loaded ({error})", error=error))
    outcome = _outcome[0]
    if isinstance(outcome, BackendError):
        # a new one each time, because an exception collects the tracebacks of all its raises
        raise BackendError(outcome.template, **outcome.fields)
    return outcome
