# SPDX-License-Identifier: GPL-3.0-or-later
"""What pickled body models hold beside arrays: sparse matrices of SciPy's and values of chumpy's, as plain arrays.

SMPL, SMPL-H and MANO were published as pickles of Python 2 in which the joint regressor is a ``scipy.sparse`` matrix
and the shape space a ``chumpy`` expression. Neither package is asked here: the classes below hold what the file
states of them and check it. Layouts: SciPy's compressed sparse column, compressed sparse row and coordinate formats;
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
"""Of a sparse matrix that is spread out; SMPL-X's regressor has 600 thousand."""


class _Stated(Held):
    """An object of which only the state counts."""

    def __init__(self, *_: Any) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def stated(self, name: str) -> Any:
        """One of its attributes. Raises ``ValueError``."""
        state = getattr(self, "state", None)
        if not isinstance(state, dict) or name not in state:
            raise ValueError(f"an object without {name}")
        return state[name]

    def array(self, name: str, depth: int, count: Count) -> AnyArray:
        """One of its attributes as an array of numbers. Raises ``ValueError`` or :class:`Refused`."""
        found = plain(self.stated(name), depth + 1, count)
        if not isinstance(found, np.ndarray) or found.dtype.kind not in "iuf":
            raise ValueError(f"{name} is no array")
        return found

    def plain(self, _depth: int, _count: Count) -> Any:
        """Nothing that a body needs."""
        raise Refused("a value that is needed is an expression which is not computed here")


class _Sparse(_Stated):
    """A sparse matrix; ``along``: the axis whose entries lie together, None where each has both its indices."""

    along: int | None = None

    def plain(self, depth: int, count: Count) -> AnyArray:
        """The whole matrix."""
        state = getattr(self, "state", None)
        named = "_shape" if isinstance(state, dict) and "_shape" in state else "shape"
        shape = shape_of(tuple(plain(self.stated(named), depth + 1, count)))
        if len(shape) != 2 or math.prod(shape) > MAX_NUMBERS:
            raise Refused("it holds a sparse matrix of a size that no body has")
        data = self.array("data", depth, count)
        places = self._places(depth, count, shape)
        if data.ndim != 1 or any(p.shape != data.shape or p.dtype.kind not in "iu" for p in places):
            raise ValueError("a sparse matrix whose parts do not belong together")
        if any(p.size and (p.min() < 0 or p.max() >= n) for p, n in zip(places, shape, strict=True)):
            raise ValueError("a sparse matrix with entries outside of it")
        count.copy(math.prod(shape) * 8)
        whole = np.zeros(shape)
        np.add.at(whole, places, data)
        return whole

    def _places(self, depth: int, count: Count, shape: tuple[int, ...]) -> tuple[AnyArray, AnyArray]:
        """Rows and columns of all entries."""
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
            raise ValueError("a sparse matrix without an order")
        lines = np.repeat(np.arange(shape[self.along]), counts)
        return (others, lines) if self.along == 1 else (lines, others)


class _Columns(_Sparse):
    along = 1


class _Rows(_Sparse):
    along = 0


class _Value(_Stated):
    """Chumpy's array."""

    def plain(self, depth: int, count: Count) -> AnyArray:
        """Its numbers."""
        return self.array("x", depth, count)


class _Selected(_Stated):
    """Chumpy's choice of entries."""

    def plain(self, depth: int, count: Count) -> AnyArray:
        """The entries that are chosen."""
        source = self.array("a", depth, count).reshape(-1)
        chosen = self.array("idxs", depth, count)
        if chosen.ndim != 1 or chosen.dtype.kind not in "iu":
            raise ValueError("a choice that is none")
        if chosen.size and (chosen.min() < 0 or chosen.max() >= source.size):
            raise ValueError("a choice outside of its array")
        count.copy(chosen.size * source.itemsize)
        taken = source[chosen]
        if "preferred_shape" not in self.state:
            return taken
        return taken.reshape(shape_of(tuple(plain(self.stated("preferred_shape"), depth + 1, count))))


def _nothing(*_: Any) -> None:
    """A set, or the base of an object: part of the state of what is held, and never looked at."""


def _rebuilt(kind: Any = None, *_: Any) -> Any:
    """How the oldest protocols make an object."""
    if not (isinstance(kind, type) and issubclass(kind, _Stated)):
        raise ValueError("an object of no known kind")
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
    """What stands for a class that a body model's file names; None for what no such file needs."""
    if (module == "scipy.sparse" or module.startswith("scipy.sparse.")) and name in _SPARSE:
        return _SPARSE[name]
    if module.partition(".")[0] == "chumpy":
        return _CHUMPY.get(f"{module}.{name}", _Stated)
    return _NAMES.get(f"{module}.{name}")


def body_pickle(keys: frozenset[str]) -> Further:
    """How the restricted reader reads a body model of which the arrays ``keys`` are wanted.

    Its pose correctives alone may have 100 MB, and in files of Python 2 they are a text.
    """
    return Further(find, keys, text=2**28, copied=2**30)
