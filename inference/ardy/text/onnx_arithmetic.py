# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on numbers: number by number, matrix products, sums and norms.

Arrays in half precision are computed in single precision where that matters and rounded once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from ...matrix_products import select_product
from ..layers import apply_gelu
from .onnx_call import AnyArray, BadCall, Call

Operator = Callable[[Call], AnyArray]

_ERF_SCALE = np.float32(0.3275911)
_ERF_COEFFICIENTS = tuple(
    np.float32(c) for c in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
)


def _each(function: Callable[..., Any], kinds: str = "f") -> Operator:
    """Return the operation that computes a function of each number of arrays whose type is of these kinds."""

    def compute_output(call: Call) -> AnyArray:
        x = call.input(0)
        if x.dtype.kind not in kinds:
            raise BadCall
        call.budget.reserve(x.shape, x.dtype)
        return np.asarray(function(x))

    return compute_output


def _pair(function: Callable[..., Any], kinds: str = "fi") -> Operator:
    """Return the operation that computes a function of two arrays of one type, broadcast against each other."""

    def compute_output(call: Call) -> AnyArray:
        a, b = call.same(0, 1)
        if a.dtype.kind not in kinds:
            raise BadCall
        call.budget.reserve(np.broadcast_shapes(a.shape, b.shape), a.dtype)
        return np.asarray(function(a, b))

    return compute_output


def _fold(function: Callable[..., Any]) -> Operator:
    """Return the operation that combines any number of arrays of one type by a function of two."""

    def compute_output(call: Call) -> AnyArray:
        values = call.same(*range(len(call.inputs)))
        shape = np.broadcast_shapes(*(value.shape for value in values))
        for _ in values:
            call.budget.reserve(shape, values[0].dtype)
        return np.asarray(reduce(function, values))

    return compute_output


def _divide(a: AnyArray, b: AnyArray) -> AnyArray:
    if a.dtype.kind == "f":
        return np.asarray(a / b)
    quotient = np.abs(a) // np.abs(b)  # towards zero, as in C
    return np.asarray((quotient * np.sign(a) * np.sign(b)).astype(a.dtype))


def _power(call: Call) -> AnyArray:
    base, exponent = call.input(0), call.input(1)
    call.budget.reserve(np.broadcast_shapes(base.shape, exponent.shape), base.dtype)
    if exponent.size == 1 and base.dtype.kind == "f":
        # much faster than the general power
        if exponent.reshape(-1)[0] == 2:
            return np.asarray((base * base).reshape(np.broadcast_shapes(base.shape, exponent.shape)))
        exponent = exponent.astype(base.dtype)
    return np.asarray(np.power(base, exponent).astype(base.dtype))


def _sigmoid(x: AnyArray) -> AnyArray:
    return np.asarray(0.5 * np.tanh(0.5 * x) + 0.5).astype(x.dtype)


def compute_erf(x: AnyArray) -> AnyArray:
    """Return the error function of each number.

    By formula 7.1.26 of Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, accurate to 1.5e-7.
    """
    magnitude = np.abs(x.astype(np.float32))
    t = 1 / (1 + _ERF_SCALE * magnitude)
    tail = np.full_like(t, _ERF_COEFFICIENTS[0])
    for coefficient in _ERF_COEFFICIENTS[1:]:
        tail = tail * t + coefficient
    return np.asarray(np.copysign(1 - tail * t * np.exp(-magnitude * magnitude), x).astype(x.dtype))


def _gelu(call: Call) -> AnyArray:
    x = call.floats(0)
    call.budget.reserve(x.shape, np.dtype(np.float32))
    approximate = call.word("approximate", "none")
    if approximate == "none":
        y = np.array(x, np.float32, order="C")
        apply_gelu(y)
    elif approximate == "tanh":
        wide = x.astype(np.float32)
        y = 0.5 * wide * (1 + np.tanh(np.float32(math.sqrt(2 / math.pi)) * (wide + 0.044715 * wide**3)))
    else:
        raise BadCall
    return np.asarray(y.astype(x.dtype))


def _clip(call: Call) -> AnyArray:
    x = call.input(0)
    call.budget.reserve(x.shape, x.dtype)
    for bound, limit in ((call.optional(1), np.maximum), (call.optional(2), np.minimum)):
        if bound is not None:
            if bound.size != 1 or bound.dtype != x.dtype:
                raise BadCall
            x = limit(x, bound.reshape(()))
    return np.asarray(x)


def _is_infinite(call: Call) -> AnyArray:
    x = call.floats(0)
    call.budget.reserve(x.shape, x.dtype)
    found = np.isinf(x)
    for name, sign in (("detect_positive", x > 0), ("detect_negative", x < 0)):
        if not call.integer(name, 1):
            found &= ~sign
    return np.asarray(found)


def _remainder(call: Call) -> AnyArray:
    a, b = call.same(0, 1)
    call.budget.reserve(np.broadcast_shapes(a.shape, b.shape), a.dtype)
    return np.asarray(np.fmod(a, b) if call.integer("fmod", 0) else np.mod(a, b))


def _multiply_matrices(call: Call, a: AnyArray, b: AnyArray) -> AnyArray:
    """Return the product of matrices (..., I, J) and (..., J, K) of one type."""
    if a.dtype != b.dtype or a.dtype.kind != "f" or a.shape[-1] != b.shape[-2]:
        raise BadCall
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    shape = (*stack, a.shape[-2], b.shape[-1])
    call.budget.reserve(shape, np.dtype(np.float32))
    call.budget.multiply(math.prod(shape) * a.shape[-1])
    dtype = a.dtype
    wide_a, wide_b = a.astype(np.float32, copy=False), b.astype(np.float32, copy=False)
    if b.ndim == 2 and a.ndim > 2:
        # all rows by the same matrix: one product
        product = select_product()(wide_a.reshape(-1, a.shape[-1]), wide_b).reshape(shape)
    else:
        product = select_product()(wide_a, wide_b)
    return np.asarray(product.astype(dtype, copy=False))


def _matmul(call: Call) -> AnyArray:
    a, b = call.input(0), call.input(1)
    if not a.ndim or not b.ndim:
        raise BadCall
    product = _multiply_matrices(call, a[None] if a.ndim == 1 else a, b[:, None] if b.ndim == 1 else b)
    if b.ndim == 1:
        product = product[..., 0]
    if a.ndim == 1:
        product = product[..., 0] if b.ndim == 1 else product[..., 0, :]
    return np.asarray(product)


def _gemm(call: Call) -> AnyArray:
    a, b, c = call.input(0), call.input(1), call.optional(2)
    if a.ndim != 2 or b.ndim != 2:
        raise BadCall
    product = _multiply_matrices(
        call, a.T if call.integer("transA", 0) else a, b.T if call.integer("transB", 0) else b
    )
    alpha, beta = call.number("alpha", 1.0), call.number("beta", 1.0)
    if alpha != 1:
        product = product * product.dtype.type(alpha)
    if c is None:
        return product
    if c.dtype != product.dtype or np.broadcast_shapes(c.shape, product.shape) != product.shape:
        raise BadCall
    return np.asarray(product + (c if beta == 1 else c * c.dtype.type(beta)))


def _softmax(call: Call) -> AnyArray:
    x = call.floats(0)
    axis = call.axis(call.integer("axis", -1), x.ndim)
    call.budget.reserve(x.shape, np.dtype(np.float32))
    wide = x.astype(np.float32)
    wide -= wide.max(axis=axis, keepdims=True)
    np.exp(wide, out=wide)
    wide /= wide.sum(axis=axis, keepdims=True)
    return np.asarray(wide.astype(x.dtype, copy=False))


def _normalise_layer(call: Call) -> AnyArray:
    x, weight, bias = call.floats(0), call.floats(1), call.optional(2)
    axis = call.axis(call.integer("axis", -1), x.ndim)
    axes = tuple(range(axis, x.ndim))
    call.budget.reserve(x.shape, np.dtype(np.float32))
    call.budget.reserve(x.shape, np.dtype(np.float32))
    y = x.astype(np.float32)
    y -= y.mean(axis=axes, keepdims=True)
    variance = np.square(y).mean(axis=axes, keepdims=True)
    y /= np.sqrt(variance + np.float32(call.number("epsilon", 1e-5)))
    y *= weight  # in place: neither may be larger than x
    if bias is not None:
        y += bias
    return np.asarray(y.astype(x.dtype, copy=False))


def _reduce(function: Callable[..., Any], kinds: str = "fi") -> Operator:
    """Return the operation that reduces axes by a function; they are a setting, or an input in newer versions."""

    def compute_output(call: Call) -> AnyArray:
        x = call.input(0)
        if x.dtype.kind not in kinds:
            raise BadCall
        wanted = call.integers("axes")
        if wanted is None and call.optional(1) is not None:
            wanted = call.sizes(1)
        if not wanted and call.integer("noop_with_empty_axes", 0):
            return x
        axes = call.axes(wanted, x.ndim) if wanted else tuple(range(x.ndim))
        call.budget.reserve(x.shape, np.dtype(np.float32))
        wide = x.astype(np.float32) if x.dtype == np.float16 else x
        result = function(wide, axis=axes, keepdims=bool(call.integer("keepdims", 1)))
        return np.asarray(result).astype(x.dtype, copy=False)

    return compute_output


def _norm(x: AnyArray, axis: tuple[int, ...], keepdims: bool) -> AnyArray:
    return np.asarray(np.sqrt(np.square(x).sum(axis=axis, keepdims=keepdims)))


def _sum_squares(x: AnyArray, axis: tuple[int, ...], keepdims: bool) -> AnyArray:
    return np.asarray(np.square(x).sum(axis=axis, keepdims=keepdims))


OPERATORS: dict[str, Operator] = {
    "Abs": _each(np.abs, "fi"),
    "Add": _pair(np.add),
    "And": _pair(np.logical_and, "b"),
    "Ceil": _each(np.ceil),
    "Clip": _clip,
    "Cos": _each(np.cos),
    "Div": _pair(_divide),
    "Equal": _pair(np.equal, "fiub"),
    "Erf": _each(compute_erf),
    "Exp": _each(np.exp),
    "Floor": _each(np.floor),
    "Gelu": _gelu,
    "Gemm": _gemm,
    "Greater": _pair(np.greater),
    "GreaterOrEqual": _pair(np.greater_equal),
    "IsInf": _is_infinite,
    "IsNaN": _each(np.isnan),
    "LayerNormalization": _normalise_layer,
    "Less": _pair(np.less),
    "LessOrEqual": _pair(np.less_equal),
    "Log": _each(np.log),
    "MatMul": _matmul,
    "Max": _fold(np.maximum),
    "Min": _fold(np.minimum),
    "Mod": _remainder,
    "Mul": _pair(np.multiply),
    "Neg": _each(np.negative, "fi"),
    "Not": _each(np.logical_not, "b"),
    "Or": _pair(np.logical_or, "b"),
    "Pow": _power,
    "Reciprocal": _each(np.reciprocal),
    "ReduceL2": _reduce(_norm, "f"),
    "ReduceMax": _reduce(np.max),
    "ReduceMean": _reduce(np.mean, "f"),
    "ReduceMin": _reduce(np.min),
    "ReduceProd": _reduce(np.prod),
    "ReduceSum": _reduce(np.sum),
    "ReduceSumSquare": _reduce(_sum_squares),
    "Relu": _each(lambda x: np.maximum(x, x.dtype.type(0)), "fi"),
    "Round": _each(np.round),
    "Sigmoid": _each(_sigmoid),
    "Sign": _each(np.sign, "fi"),
    "Sin": _each(np.sin),
    "Softmax": _softmax,
    "Sqrt": _each(np.sqrt),
    "Sub": _pair(np.subtract),
    "Tanh": _each(np.tanh),
    "Xor": _pair(np.logical_xor, "b"),
}
"""Operations by name."""
