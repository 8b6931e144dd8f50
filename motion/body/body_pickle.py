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
from ..formats.pickle_stand_ins import Count, Held, Refused, plain, shape_of
from ..formats.restricted_pickle import Further

MAX_NUMBERS = 2**24
"""Entries of a sparse matrix as a dense array; SMPL-X's joint regressor has 600 thousand."""


class _Stated(Held):
    """Stand-in for an object of SciPy or chumpy: only its pickled state is kept."""

    def __init__(self, *_: Any) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def stated(self, name: str) -> Any:
        """Return the attribute ``name`` of the pickled state. Raises ``ValueError`` if it is missing."""
        state = getattr(self, "state", None)
        if not isinstance(state, dict) or name not in state:
            raise ValueError(f"an object without {name}")
        return state[name]

    def array(self, name: str, depth: int, count: Count) -> AnyArray:
        """Return the attribute ``name`` as an array of numbers. Raises ``ValueError`` or :class:`Refused`."""
        found = plain(self.stated(name), depth + 1, count)
        if not isinstance(found, np.ndarray) or found.dtype.kind not in "iuf":
            raise ValueError(f"{name} is not an array")
        return found

    def plain(self, _depth: int, _count: Count) -> Any:
        """Refuse: chumpy expressions other than arrays and selections are not evaluated."""
        raise Refused("a value that is needed is a chumpy expression, which is not evaluated here")


class _Sparse(_Stated):
    """Stand-in for a SciPy sparse matrix, by default in coordinate format."""

    along: int | None = None
    """Axis that is compressed (0: rows, 1: columns); None for the coordinate format."""

    def plain(self, depth: int, count: Count) -> AnyArray:
        """Return the dense matrix."""
        state = getattr(self, "state", None)
        named = "_shape" if isinstance(state, dict) and "_shape" in state else "shape"
        shape = shape_of(tuple(plain(self.stated(named), depth + 1, count)))
        if len(shape) != 2 or math.prod(shape) > MAX_NUMBERS:
            raise Refused("it holds a sparse matrix that is larger than any body model's")
        data = self.array("data", depth, count)
        places = self._places(depth, count, shape)
        if data.ndim != 1 or any(p.shape != data.shape or p.dtype.kind not in "iu" for p in places):
            raise ValueError("the parts of a sparse matrix do not fit together")
        if any(p.size and (p.min() < 0 or p.max() >= n) for p, n in zip(places, shape, strict=True)):
            raise ValueError("a sparse matrix has entries outside its shape")
        count.copy(math.prod(shape) * 8)
        whole = np.zeros(shape)
        np.add.at(whole, places, data)
        return whole

    def _places(self, depth: int, count: Count, shape: tuple[int, ...]) -> tuple[AnyArray, AnyArray]:
        """Return the row and the column indices of all entries."""
        if self.along is None:
            return self.array("row", depth, count), self.array("col", depth, count)
        others, starts = self.array("indices", depth, count), self.array("indptr", depth, count)
        counts = np.diff(starts)
        if (
            starts.shape != (shape[self.along] + 1,)
            or starts.dtype.kind not in "iu"
            or starts[0] != 0
            or starts[-1] != others.size
            or np.any(starts[1:] < starts[:-1])
        ):
            raise ValueError("the row or column starts of a sparse matrix are wrong")
        lines = np.repeat(np.arange(shape[self.along]), counts)
        return (others, lines) if self.along == 1 else (lines, others)


class _Columns(_Sparse):
    """Stand-in for SciPy's compressed sparse column matrix."""

    along = 1


class _Rows(_Sparse):
    """Stand-in for SciPy's compressed sparse row matrix."""

    along = 0


class _Value(_Stated):
    """Stand-in for chumpy's array ``Ch``."""

    def plain(self, depth: int, count: Count) -> AnyArray:
        """Return the numbers of the array."""
        return self.array("x", depth, count)


class _Selected(_Stated):
    """Stand-in for chumpy's ``Select``: some entries of another array."""

    def plain(self, depth: int, count: Count) -> AnyArray:
        """Return the selected entries."""
        source = self.array("a", depth, count).reshape(-1)
        chosen = self.array("idxs", depth, count)
        if chosen.ndim != 1 or chosen.dtype.kind not in "iu":
            raise ValueError("the indices of a selection are not a list of integers")
        if chosen.size and (chosen.min() < 0 or chosen.max() >= source.size):
            raise ValueError("a selection has indices outside its array")
        count.copy(chosen.size * source.itemsize)
        taken = source[chosen]
        if "preferred_shape" not in self.state:
            return taken
        return taken.reshape(shape_of(tuple(plain(self.stated("preferred_shape"), depth + 1, count))))


def _nothing(*_: Any) -> None:
    """Stand-in for ``set`` and ``object``, which pickled states contain and no body model needs."""


def _rebuilt(kind: Any = None, *_: Any) -> Any:
    """Stand-in for ``copyreg._reconstructor``, which creates objects in the oldest pickle protocols."""
    if not (isinstance(kind, type) and issubclass(kind, _Stated)):
        raise ValueError("an object of an unknown class")
    return kind()


_SPARSE: dict[str, type[_Sparse]] = {"csc_matrix": _Columns, "csr_matrix": _Rows, "coo_matrix": _Sparse}
_CHUMPY: dict[str, type[_Stated]] = {"chumpy.ch.Ch": _Value, "chumpy.reordering.Select": _Selected}
_NAMES: dict[str, Any] = {
    "__builtin__.set": _nothing,
    "builtins.set": _nothing,
    "__builtin__.object": _nothing,
    "builtins.object": _nothing,
    "copy_reg._reconstructor": _rebuilt,
    "copyreg._reconstructor": _rebuilt,
}


def find(module: str, name: str) -> Any:
    """Return the stand-in for a class that a body model's pickle names, None for classes that none needs."""
    if (module == "scipy.sparse" or module.startswith("scipy.sparse.")) and name in _SPARSE:
        return _SPARSE[name]
    if module.partition(".")[0] == "chumpy":
        return _CHUMPY.get(f"{module}.{name}", _Stated)
    return _NAMES.get(f"{module}.{name}")


def body_pickle(keys: frozenset[str]) -> Further:
    """Return the options with which the restricted reader reads the arrays ``keys`` of a body model.

    The limits are high because the pose directions alone may have 100 MB, and Python 2 pickled array data as text.
    """
    return Further(find, keys, text=2**28, copied=2**30)
