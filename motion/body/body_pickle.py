# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for the SciPy sparse matrices and chumpy arrays in pickled body models; they become plain arrays.

SMPL, SMPL-H and MANO were published as pickles of Python 2 in which the joint regressor is a ``scipy.sparse`` matrix
and the shape space a ``chumpy`` expression. Neither package is imported: the classes below take the pickled state of
such an object and check it. Layouts: SciPy's compressed sparse column, compressed sparse row and coordinate formats;
chumpy's ``Ch`` (its array is ``x``) and ``Select`` (entries ``idxs`` of the flattened ``a``, as ``preferred_shape``).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..formats.npz_arrays import AnyArray
from ..formats.pickle_stand_ins import EntryBudget, RefusedError, StandIn, check_shape, to_plain_value
from ..formats.restricted_pickle import PickleOptions

MAX_DENSE_ENTRIES = 2**24
"""Entries of a sparse matrix as a dense array; SMPL-X's joint regressor has 600 thousand."""


class _StateStandIn(StandIn):
    """Stand-in for an object of SciPy or chumpy: only its pickled state is kept."""

    def __init__(self, *_: Any) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def get_attribute(self, name: str) -> Any:
        """Return the attribute ``name`` of the pickled state. Raises ``ValueError`` if it is missing."""
        state = getattr(self, "state", None)
        if not isinstance(state, dict) or name not in state:
            raise ValueError(f"an object without {name}")
        return state[name]

    def get_array(self, name: str, depth: int, budget: EntryBudget) -> AnyArray:
        """Return the attribute ``name`` as an array of numbers. Raises ``ValueError`` or :class:`RefusedError`."""
        values = to_plain_value(self.get_attribute(name), depth + 1, budget)
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "iuf":
            raise ValueError(f"{name} is not an array")
        return values

    def to_value(self, _depth: int, _budget: EntryBudget) -> Any:
        """Refuse: chumpy expressions other than arrays and selections are not evaluated."""
        raise RefusedError("a value that is needed is a chumpy expression, which is not evaluated here")


class _SparseMatrix(_StateStandIn):
    """Stand-in for a SciPy sparse matrix, by default in coordinate format."""

    compressed_axis: int | None = None
    """Axis that is compressed (0: rows, 1: columns); None for the coordinate format."""

    def to_value(self, depth: int, budget: EntryBudget) -> AnyArray:
        """Return the dense matrix."""
        state = getattr(self, "state", None)
        shape_key = "_shape" if isinstance(state, dict) and "_shape" in state else "shape"
        shape = check_shape(tuple(to_plain_value(self.get_attribute(shape_key), depth + 1, budget)))
        if len(shape) != 2 or math.prod(shape) > MAX_DENSE_ENTRIES:
            raise RefusedError("it holds a sparse matrix that is larger than any body model's")
        data = self.get_array("data", depth, budget)
        indices = self._read_indices(depth, budget, shape)
        if data.ndim != 1 or any(p.shape != data.shape or p.dtype.kind not in "iu" for p in indices):
            raise ValueError("the parts of a sparse matrix do not fit together")
        if any(p.size and (p.min() < 0 or p.max() >= n) for p, n in zip(indices, shape, strict=True)):
            raise ValueError("a sparse matrix has entries outside its shape")
        budget.count_copied(math.prod(shape) * 8)
        dense = np.zeros(shape)
        np.add.at(dense, indices, data)
        return dense

    def _read_indices(
        self, depth: int, budget: EntryBudget, shape: tuple[int, ...]
    ) -> tuple[AnyArray, AnyArray]:
        """Return the row and the column indices of all entries."""
        if self.compressed_axis is None:
            return self.get_array("row", depth, budget), self.get_array("col", depth, budget)
        other_indices = self.get_array("indices", depth, budget)
        starts = self.get_array("indptr", depth, budget)
        counts = np.diff(starts)
        if (
            starts.shape != (shape[self.compressed_axis] + 1,)
            or starts.dtype.kind not in "iu"
            or starts[0] != 0
            or starts[-1] != other_indices.size
            or np.any(starts[1:] < starts[:-1])
        ):
            raise ValueError("the row or column starts of a sparse matrix are wrong")
        compressed_indices = np.repeat(np.arange(shape[self.compressed_axis]), counts)
        return (
            (other_indices, compressed_indices)
            if self.compressed_axis == 1
            else (compressed_indices, other_indices)
        )


class _ColumnMatrix(_SparseMatrix):
    """Stand-in for SciPy's compressed sparse column matrix."""

    compressed_axis = 1


class _RowMatrix(_SparseMatrix):
    """Stand-in for SciPy's compressed sparse row matrix."""

    compressed_axis = 0


class _ChumpyArray(_StateStandIn):
    """Stand-in for chumpy's array ``Ch``."""

    def to_value(self, depth: int, budget: EntryBudget) -> AnyArray:
        """Return the numbers of the array."""
        return self.get_array("x", depth, budget)


class _ChumpySelect(_StateStandIn):
    """Stand-in for chumpy's ``Select``: some entries of another array."""

    def to_value(self, depth: int, budget: EntryBudget) -> AnyArray:
        """Return the selected entries."""
        source = self.get_array("a", depth, budget).reshape(-1)
        indices = self.get_array("idxs", depth, budget)
        if indices.ndim != 1 or indices.dtype.kind not in "iu":
            raise ValueError("the indices of a selection are not a list of integers")
        if indices.size and (indices.min() < 0 or indices.max() >= source.size):
            raise ValueError("a selection has indices outside its array")
        budget.count_copied(indices.size * source.itemsize)
        selected = source[indices]
        if "preferred_shape" not in self.state:
            return selected
        return selected.reshape(
            check_shape(tuple(to_plain_value(self.get_attribute("preferred_shape"), depth + 1, budget)))
        )


def _ignore_object(*_: Any) -> None:
    """Stand-in for ``set`` and ``object``, which pickled states contain and no body model needs."""


def _reconstruct_object(kind: Any = None, *_: Any) -> Any:
    """Stand-in for ``copyreg._reconstructor``, which creates objects in the oldest pickle protocols."""
    if not (isinstance(kind, type) and issubclass(kind, _StateStandIn)):
        raise ValueError("an object of an unknown class")
    return kind()


_SPARSE_CLASSES: dict[str, type[_SparseMatrix]] = {
    "csc_matrix": _ColumnMatrix,
    "csr_matrix": _RowMatrix,
    "coo_matrix": _SparseMatrix,
}
_CHUMPY_CLASSES: dict[str, type[_StateStandIn]] = {
    "chumpy.ch.Ch": _ChumpyArray,
    "chumpy.reordering.Select": _ChumpySelect,
}
_OTHER_NAMES: dict[str, Any] = {
    "__builtin__.set": _ignore_object,
    "builtins.set": _ignore_object,
    "__builtin__.object": _ignore_object,
    "builtins.object": _ignore_object,
    "copy_reg._reconstructor": _reconstruct_object,
    "copyreg._reconstructor": _reconstruct_object,
}


def find_stand_in(module: str, name: str) -> Any:
    """Return the stand-in for a class that a body model's pickle names, None for classes that none needs."""
    if (module == "scipy.sparse" or module.startswith("scipy.sparse.")) and name in _SPARSE_CLASSES:
        return _SPARSE_CLASSES[name]
    if module.partition(".")[0] == "chumpy":
        return _CHUMPY_CLASSES.get(f"{module}.{name}", _StateStandIn)
    return _OTHER_NAMES.get(f"{module}.{name}")


def body_pickle_options(keys: frozenset[str]) -> PickleOptions:
    """Return the options with which the restricted reader reads the arrays ``keys`` of a body model.

    The limits are high because the pose directions alone may have 100 MB, and Python 2 pickled array data as text.
    """
    return PickleOptions(find_stand_in, keys, max_text=2**28, max_copied=2**30)
