# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations that pick, move and shape arrays, and make new ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from .onnx_call import AnyArray, BadCall, Call
from .onnx_file import DTYPES

Operator = Callable[[Call], AnyArray]

_MAX_DIMENSIONS = 8


def _check_shape(shape: Sequence[int]) -> tuple[int, ...]:
    if len(shape) > _MAX_DIMENSIONS or any(n < 0 for n in shape):
        raise BadCall
    return tuple(shape)


def _cast(call: Call) -> AnyArray:
    x = call.input(0)
    to = DTYPES.get(call.integer("to", 0))
    if to is None:
        raise BadCall
    dtype = np.dtype(to).newbyteorder("=")
    call.budget.reserve(x.shape, dtype)
    return x.astype(dtype)


def _cast_like(call: Call) -> AnyArray:
    x, like = call.input(0), call.input(1)
    call.budget.reserve(x.shape, like.dtype)
    return x.astype(like.dtype)


def _concatenate(call: Call) -> AnyArray:
    values = call.same(*range(len(call.inputs)))
    axis = call.axis(call.integer("axis", 0), values[0].ndim)
    shape = list(values[0].shape)
    if any(value.ndim != len(shape) for value in values):
        raise BadCall
    shape[axis] = sum(value.shape[axis] for value in values)
    call.budget.reserve(shape, values[0].dtype)
    return np.concatenate(values, axis=axis)


def _make_constant(call: Call) -> AnyArray:
    settings = call.node.attributes
    if len(settings) != 1:
        raise BadCall
    (name, value), *_ = settings.items()
    if name == "value" and isinstance(value, np.ndarray):
        return value
    dtypes = {
        "value_int": np.int64,
        "value_ints": np.int64,
        "value_float": np.float32,
        "value_floats": np.float32,
    }
    if name not in dtypes or isinstance(value, (str, np.ndarray)):
        raise BadCall
    return np.array(value, dtypes[name])


def _fill_shape(call: Call) -> AnyArray:
    value = call.node.attributes.get("value", np.zeros(1, np.float32))
    if not isinstance(value, np.ndarray) or value.size != 1:
        raise BadCall
    shape = _check_shape(call.sizes(0))
    call.budget.reserve(shape, value.dtype)
    return np.full(shape, value.reshape(-1)[0], value.dtype)


def _sum_up_to(call: Call) -> AnyArray:
    """Return the sums of all numbers up to each along an axis."""
    x = call.input(0)
    if call.integer("exclusive", 0) or call.integer("reverse", 0) or x.dtype.kind not in "fi":
        raise BadCall
    call.budget.reserve(x.shape, x.dtype)
    (axis,) = call.sizes(1)
    return np.cumsum(x, axis=call.axis(axis, x.ndim), dtype=x.dtype)


def _drop_nothing(call: Call) -> AnyArray:
    """Return the numbers as they are, as dropping some is for training only."""
    training = call.optional(2)
    if training is not None and training.any():
        raise BadCall
    return call.input(0)


def _expand(call: Call) -> AnyArray:
    x = call.input(0)
    shape = _check_shape(np.broadcast_shapes(x.shape, _check_shape(call.sizes(1))))
    call.budget.reserve(shape, x.dtype)
    return np.broadcast_to(x, shape).copy()


def _flatten(call: Call) -> AnyArray:
    x = call.input(0)
    axis = call.integer("axis", 1)
    if not -x.ndim <= axis <= x.ndim:
        raise BadCall
    axis = axis + x.ndim if axis < 0 else axis
    call.budget.reserve(x.shape, x.dtype)
    return x.reshape(math.prod(x.shape[:axis]), math.prod(x.shape[axis:]))


def _whole(call: Call, index: int) -> AnyArray:
    """Return an input that has to hold whole numbers."""
    value = call.input(index)
    if value.dtype.kind != "i":
        raise BadCall
    return value


def _gather(call: Call) -> AnyArray:
    x, indices = call.input(0), _whole(call, 1)
    axis = call.axis(call.integer("axis", 0), x.ndim)
    call.budget.reserve(_check_shape((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])), x.dtype)
    return np.take(x, indices, axis=axis)


def _gather_elements(call: Call) -> AnyArray:
    x, indices = call.input(0), _whole(call, 1)
    call.budget.reserve(indices.shape, x.dtype)
    return np.take_along_axis(x, indices, axis=call.axis(call.integer("axis", 0), x.ndim))


def _split_index(x: AnyArray, indices: AnyArray) -> tuple[AnyArray, ...]:
    """Return indices (..., axes) of the first axes as one array for each of them."""
    if not indices.ndim or not 0 < indices.shape[-1] <= x.ndim:
        raise BadCall
    return tuple(np.moveaxis(indices, -1, 0))


def _gather_parts(call: Call) -> AnyArray:
    x, indices = call.input(0), _whole(call, 1)
    if call.integer("batch_dims", 0):
        raise BadCall
    index = _split_index(x, indices)
    call.budget.reserve(_check_shape((*indices.shape[:-1], *x.shape[indices.shape[-1] :])), x.dtype)
    return np.asarray(x[index])


def _scatter_parts(call: Call) -> AnyArray:
    x, updates = call.same(0, 2)
    indices = _whole(call, 1)
    if call.word("reduction", "none") != "none":
        raise BadCall
    index = _split_index(x, indices)
    if updates.shape != (*indices.shape[:-1], *x.shape[indices.shape[-1] :]):
        raise BadCall
    call.budget.reserve(x.shape, x.dtype)
    result = x.copy()
    result[index] = updates
    return result


def _identity(call: Call) -> AnyArray:
    return call.input(0)


def _make_range(call: Call) -> AnyArray:
    start, limit, step = (value.reshape(-1) for value in call.same(0, 1, 2))
    if not start.size == limit.size == step.size == 1 or start.dtype.kind not in "fi" or not step[0]:
        raise BadCall
    first, end, by = start[0].item(), limit[0].item(), step[0].item()
    span = (end - first) / by
    if not math.isfinite(span):
        raise BadCall
    count = max(math.ceil(span), 0)
    call.budget.reserve((count,), start.dtype)
    return np.asarray(first + np.arange(count) * by).astype(start.dtype)


def _reshape(call: Call) -> AnyArray:
    x, wanted = call.input(0), call.sizes(1)
    if not call.integer("allowzero", 0):
        if any(n == 0 and i >= x.ndim for i, n in enumerate(wanted)):
            raise BadCall
        wanted = [x.shape[i] if n == 0 else n for i, n in enumerate(wanted)]
    if len(wanted) > _MAX_DIMENSIONS or any(n < -1 for n in wanted):
        raise BadCall
    call.budget.reserve(x.shape, x.dtype)
    return x.reshape(wanted)


def _read_shape(call: Call) -> AnyArray:
    shape = call.input(0).shape
    return np.array(shape[call.integer("start", 0) : call.integer("end", len(shape))], np.int64)


def _count_numbers(call: Call) -> AnyArray:
    return np.array(call.input(0).size, np.int64)


def _slice(call: Call) -> AnyArray:
    x, starts, ends = call.input(0), call.sizes(1), call.sizes(2)
    axes = call.sizes(3) if call.optional(3) is not None else list(range(len(starts)))
    steps = call.sizes(4) if call.optional(4) is not None else [1] * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise BadCall
    index = [slice(None)] * x.ndim
    for axis, start, end, step in zip(call.axes(axes, x.ndim), starts, ends, steps, strict=True):
        index[axis] = _limit_slice(start, end, step, x.shape[axis])
    return x[tuple(index)]


def _limit_slice(start: int, end: int, step: int, size: int) -> slice:
    """Return a slice of an axis of some size; beyond it, both ends are moved to its ends."""
    if not step:
        raise BadCall
    if not size:
        return slice(0, 0)
    start, end = (value + size if value < 0 else value for value in (start, end))
    if step > 0:
        return slice(min(max(start, 0), size), min(max(end, 0), size), step)
    start, end = min(max(start, 0), size - 1), min(max(end, -1), size - 1)
    return slice(start, None if end < 0 else end, step)


def _squeeze(call: Call) -> AnyArray:
    x = call.input(0)
    wanted = call.integers("axes")
    if wanted is None and call.optional(1) is not None:
        wanted = call.sizes(1)
    if wanted is None:
        return np.squeeze(x)
    return np.squeeze(x, axis=call.axes(wanted, x.ndim))


def _unsqueeze(call: Call) -> AnyArray:
    x = call.input(0)
    wanted = call.integers("axes")
    if wanted is None:
        wanted = call.sizes(1)
    dimensions = x.ndim + len(wanted)
    if dimensions > _MAX_DIMENSIONS:
        raise BadCall
    return np.expand_dims(x, call.axes(wanted, dimensions))


def _tile(call: Call) -> AnyArray:
    x, repeats = call.input(0), call.sizes(1)
    if len(repeats) != x.ndim or any(n < 0 for n in repeats):
        raise BadCall
    call.budget.reserve([a * b for a, b in zip(x.shape, repeats, strict=True)], x.dtype)
    return np.tile(x, repeats)


def _transpose(call: Call) -> AnyArray:
    x, order = call.input(0), call.integers("perm")
    if order is None:
        return x.transpose()
    if len(order) != x.ndim:
        raise BadCall
    return x.transpose(call.axes(order, x.ndim))


def _keep_triangle(call: Call) -> AnyArray:
    x = call.input(0)
    offset = call.optional(1)
    k = 0 if offset is None else int(offset.reshape(-1)[0])
    if x.ndim < 2:
        raise BadCall
    call.budget.reserve(x.shape, x.dtype)
    return np.asarray(np.triu(x, k) if call.integer("upper", 1) else np.tril(x, k))


def _where(call: Call) -> AnyArray:
    condition = call.input(0)
    x, y = call.same(1, 2)
    if condition.dtype.kind != "b":
        raise BadCall
    call.budget.reserve(np.broadcast_shapes(condition.shape, x.shape, y.shape), x.dtype)
    return np.where(condition, x, y)


def split_array(call: Call) -> list[AnyArray]:
    """Return the parts of an array along an axis, of given or of equal sizes."""
    x = call.input(0)
    axis = call.axis(call.integer("axis", 0), x.ndim)
    sizes = call.integers("split")
    if sizes is None and call.optional(1) is not None:
        sizes = call.sizes(1)
    if sizes is None:
        count = call.integer("num_outputs", len(call.node.outputs))
        if count < 1:
            raise BadCall
        size = -(-x.shape[axis] // count)
        sizes = [size] * (count - 1) + [x.shape[axis] - size * (count - 1)]
    if any(n < 0 for n in sizes) or sum(sizes) != x.shape[axis]:
        raise BadCall
    ends = [0, *np.cumsum(sizes).tolist()]
    before = (slice(None),) * axis
    return [x[(*before, slice(a, b))] for a, b in pairwise(ends)]


OPERATORS: dict[str, Operator] = {
    "Cast": _cast,
    "CastLike": _cast_like,
    "Concat": _concatenate,
    "Constant": _make_constant,
    "ConstantOfShape": _fill_shape,
    "CumSum": _sum_up_to,
    "Dropout": _drop_nothing,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "GatherElements": _gather_elements,
    "GatherND": _gather_parts,
    "Identity": _identity,
    "Range": _make_range,
    "Reshape": _reshape,
    "ScatterND": _scatter_parts,
    "Shape": _read_shape,
    "Size": _count_numbers,
    "Slice": _slice,
    "Squeeze": _squeeze,
    "Tile": _tile,
    "Transpose": _transpose,
    "Trilu": _keep_triangle,
    "Unsqueeze": _unsqueeze,
    "Where": _where,
}
"""Operations by name."""
