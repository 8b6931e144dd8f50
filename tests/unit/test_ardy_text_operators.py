# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations of networks: inference/ardy/text/onnx_arithmetic.py, onnx_arrays.py and onnx_call.py."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import onnx_kit as kit
import pytest
from kinescribe.inference.ardy.text import onnx_call
from kinescribe.inference.ardy.text.onnx_arithmetic import compute_erf
from kinescribe.motion.errors import CheckpointError

F = np.float32

ONES, LARGE = np.ones((1, 1), F), np.array([2**40, 2**40])

TOO_LARGE: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "expand": ("Expand", (ONES, np.array([100_000, 100_000])), {}),
    "expand beyond all numbers": ("Expand", (ONES, LARGE), {}),
    "tile": ("Tile", (ONES, np.array([10**5, 10**5])), {}),
    "fill": ("ConstantOfShape", (np.array([10**10]),), {}),
    "range": ("Range", (np.int64(0), np.int64(10**12), np.int64(1)), {}),
    "sum of a row and a column": ("Add", (np.ones((10_000, 1), F), np.ones((1, 10_000), F)), {}),
    "product of a column and a row": ("MatMul", (np.ones((10_000, 1), F), np.ones((1, 10_000), F)), {}),
    "compare": ("Equal", (np.ones((10_000, 1), F), np.ones((1, 10_000), F)), {}),
    "choose": ("Where", (np.ones((10_000, 1), bool), np.ones((1, 10_000), F), F(1)), {}),
    "pick": ("Gather", (np.ones((2, 2**14), F), np.zeros(2**13, int)), {}),
    "pick parts": ("GatherND", (np.ones((2, 2**14), F), np.zeros((2**13, 1), int)), {}),
    "largest": ("Max", (np.ones((10_000, 1), F), np.ones((1, 10_000), F)), {}),
    "power": ("Pow", (np.ones((10_000, 1), F), np.ones((1, 10_000), F)), {}),
    "remainder": ("Mod", (np.ones((10_000, 1), int), np.ones((1, 10_000), int)), {}),
}


@pytest.mark.parametrize("case", TOO_LARGE)
def test_huge_arrays_are_refused_before_memory_is_used(case: str) -> None:
    operation, values, attributes = TOO_LARGE[case]
    # NumPy itself refuses shapes whose product it cannot count
    kind = "is not valid" if case == "expand beyond all numbers" else "than a text encoder needs"
    with pytest.raises(CheckpointError, match=re.escape(f"{kind} ({operation})")):
        kit.compute(operation, *values, **attributes)


def test_many_large_arrays_at_once_are_refused() -> None:
    names = [f"v{i}" for i in range(20)]
    nodes = [kit.node("ConstantOfShape", ["s"], [name]) for name in names]  # 64 MB each
    with pytest.raises(CheckpointError, match="than a text encoder needs"):
        kit.make_graph([*nodes, kit.node("Max", names, ["y"])], {"s": [2**24]})


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_call, "_MAX_PRODUCT_STEPS", 10**6)
    with pytest.raises(CheckpointError, match=re.escape("(MatMul)")):
        kit.compute("MatMul", np.ones((101, 100), F), np.ones((100, 100), F))
    assert kit.compute("MatMul", np.ones((100, 100), F), np.ones((100, 100), F))[0, 0] == 100
    monkeypatch.setattr(onnx_call, "_MAX_WRITTEN_NUMBERS", 1000)
    nodes = [kit.node("Neg", [f"v{i}"], [f"v{i + 1}"]) for i in range(11)]
    graph = kit.make_graph(nodes, inputs=[kit.value_info("v0", 1, (100,))], outputs=("v11",))
    with pytest.raises(CheckpointError, match=re.escape("(Neg)")):
        graph.run({"v0": np.ones(100, F)})


WRONG: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "types": ("Add", (np.ones(2, F), np.ones(2)), {}),
    "shapes": ("Add", (np.ones(2, F), np.ones(3, F)), {}),
    "flags": ("Add", (np.ones(2, bool), np.ones(2, bool)), {}),
    "one input": ("Add", (np.ones(2, F),), {}),
    "whole numbers": ("Erf", (np.ones(2, int),), {}),
    "inner sizes": ("MatMul", (np.ones((2, 3), F), np.ones((2, 3), F)), {}),
    "a number as a matrix": ("MatMul", (F(1), np.ones((2, 3), F)), {}),
    "cubes": ("Gemm", (np.ones((1, 2, 2), F), np.ones((2, 2), F)), {}),
    "bias": ("Gemm", (np.ones((2, 2), F), np.ones((2, 2), F), np.ones((3, 1, 1), F)), {}),
    "axis": ("Softmax", (np.ones((2, 2), F),), {"axis": 2}),
    "a word as axis": ("Softmax", (np.ones((2, 2), F),), {"axis": "last"}),
    "axis twice": ("ReduceSum", (np.ones((2, 2), F), np.array([0, -2])), {}),
    "wide weights": ("LayerNormalization", (np.ones((1, 2), F), np.ones((3, 2), F)), {}),
    "index": ("Gather", (np.ones(2, F), np.array([2])), {}),
    "float index": ("Gather", (np.ones(2, F), np.ones(1, F)), {}),
    "index of parts": ("GatherND", (np.ones(2, F), np.array([[2]])), {}),
    "updates": ("ScatterND", (np.ones(2, F), np.array([[0]]), np.ones((1, 2), F)), {}),
    "reduction": ("ScatterND", (np.ones(2, F), np.array([[0]]), np.ones(1, F)), {"reduction": "add"}),
    "negative size": ("ConstantOfShape", (np.array([-1]),), {}),
    "two fills": ("ConstantOfShape", (np.array([1]),), {"value": np.ones(2, F)}),
    "step": ("Slice", (np.ones(2, F), np.array([0]), np.array([1]), np.array([0]), np.array([0])), {}),
    "slices": ("Slice", (np.ones(2, F), np.array([0, 1]), np.array([1])), {}),
    "no step": ("Range", (np.int64(0), np.int64(5), np.int64(0)), {}),
    "endless range": ("Range", (F(0), F(math.inf), F(1)), {}),
    "sizes": ("Reshape", (np.ones(6, F), np.array([4, -1])), {}),
    "two free sizes": ("Reshape", (np.ones(6, F), np.array([-1, -1])), {}),
    "copied size": ("Reshape", (np.ones(6, F), np.array([6, 0])), {}),
    "size of -2": ("Reshape", (np.ones(6, F), np.array([-2])), {}),
    "nine axes": ("Unsqueeze", (np.ones(1, F), np.arange(8)), {}),
    "order": ("Transpose", (np.ones((2, 2), F),), {"perm": [0, 0]}),
    "squeezed axis": ("Squeeze", (np.ones((2, 2), F), np.array([0])), {}),
    "type": ("Cast", (np.ones(2, F),), {"to": 16}),
    "no type": ("Cast", (np.ones(2, F),), {}),
    "condition": ("Where", (np.ones(2, F), np.ones(2, F), np.ones(2, F)), {}),
    "bounds": ("Clip", (np.ones(2, F), np.ones(2, F)), {}),
    "another gelu": ("Gelu", (np.ones(2, F),), {"approximate": "sigmoid"}),
    "training": ("Dropout", (np.ones(2, F), F(0.5), np.bool_(True)), {}),
    "split": ("Split", (np.ones(4, F), np.array([1, 2])), {}),
    "concatenated axes": ("Concat", (np.ones(4, F), np.ones((2, 2), F)), {"axis": 0}),
    "constant without a value": ("Constant", (), {}),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_calls_give_a_sentence(case: str) -> None:
    operation, values, attributes = WRONG[case]
    with pytest.raises(CheckpointError, match=re.escape(f"is not valid ({operation})")):
        kit.compute(operation, *values, **attributes)


RIGHT: dict[str, tuple[str, tuple[Any, ...], dict[str, Any], Any]] = {
    "erf": ("Erf", (np.array([-0.5, 0, 2], F),), {}, [math.erf(-0.5), 0, math.erf(2)]),
    "gelu": ("Gelu", (np.array([-1, 0, 2], F),), {}, [-0.15865525, 0, 1.9544997]),
    "gelu by tanh": ("Gelu", (np.array([-1, 2], F),), {"approximate": "tanh"}, [-0.158808, 1.9545977]),
    "division towards zero": ("Div", (np.array([-7, 7, -7]), np.array([2, -2, -2])), {}, [-3, -3, 3]),
    "square": ("Pow", (np.array([2, -3], F), F(2)), {}, [4, 9]),
    "square by a whole number": ("Pow", (np.array([2, -3], F), np.array([2])), {}, [4, 9]),
    "root": ("Pow", (np.array([4, 9], F), F(0.5)), {}, [2, 3]),
    "each its power": ("Pow", (np.array([2, 3], F), np.array([3, 2], F)), {}, [8, 9]),
    "remainder": ("Mod", (np.array([-7, 7]), np.array([3, -3])), {}, [2, -2]),
    "remainder of C": ("Mod", (np.array([-7, 7], F), np.array([3, -3], F)), {"fmod": 1}, [-1, 1]),
    "vector product": ("MatMul", (np.array([1, 2], F), np.array([3, 4], F)), {}, 11),
    "vector by matrix": ("MatMul", (np.array([1, 2], F), np.eye(2, dtype=F)), {}, [1, 2]),
    "matrix by vector": ("MatMul", (np.eye(2, dtype=F), np.array([1, 2], F)), {}, [1, 2]),
    "stack by matrix": ("MatMul", (np.ones((2, 1, 2), F), 2 * np.eye(2, dtype=F)), {}, [[[2, 2]], [[2, 2]]]),
    "gemm": (
        "Gemm",
        (np.array([[1, 2]], F), np.array([[3, 4]], F), np.array([10], F)),
        {"transB": 1, "alpha": 2.0, "beta": 0.5},
        [[27]],
    ),
    "bound below": ("Clip", (np.array([-1, 1, 3], F), F(0)), {}, [0, 1, 3]),
    "softmax over the first axis": ("Softmax", (np.zeros((2, 1), F),), {"axis": 0}, [[0.5], [0.5]]),
    "softmax of large numbers": ("Softmax", (np.array([[1e30, -1e30]], F),), {}, [[1, 0]]),
    "layer norm": ("LayerNormalization", (np.array([[1, 3]], F), np.array([2, 2], F)), {"epsilon": 0.0}, [[-2, 2]]),
    "mean over all": ("ReduceMean", (np.array([[1, 2], [3, 6]], F),), {"keepdims": 0}, 3),
    "mean of the last axis": ("ReduceMean", (np.array([[1, 2], [3, 6]], F),), {"axes": [-1]}, [[1.5], [4.5]]),
    "no axes, nothing to do": (
        "ReduceSum", (np.array([1, 2], F), np.zeros(0, int)), {"noop_with_empty_axes": 1}, [1, 2],
    ),
    "length": ("ReduceL2", (np.array([[3, 4]], F),), {"axes": [1]}, [[5]]),
    "negative index": ("Gather", (np.array([5, 6, 7], F), np.array([-1, 0])), {}, [7, 5]),
    "one index": ("Gather", (np.array([5, 6, 7], F), np.int64(1)), {}, 6),
    "slice backwards": (
        "Slice",
        (np.arange(5), np.array([-1]), np.array([-(2**63)]), np.array([0]), np.array([-2])),
        {},
        [4, 2, 0],
    ),
    "slice beyond": ("Slice", (np.arange(5), np.array([3]), np.array([2**63 - 1])), {}, [3, 4]),
    "copied size": ("Reshape", (np.ones((2, 3), F), np.array([0, -1, 1])), {}, [[[1], [1], [1]]] * 2),
    "part of a shape": ("Shape", (np.ones((2, 3, 4), F),), {"start": -2}, [3, 4]),
    "range": ("Range", (np.int64(5), np.int64(-1), np.int64(-2)), {}, [5, 3, 1]),
    "fill": ("ConstantOfShape", (np.array([2]),), {"value": np.array([7])}, [7, 7]),
    "scatter": ("ScatterND", (np.arange(3), np.array([[2], [0]]), np.array([8, 9])), {}, [9, 1, 8]),
    "triangle": ("Trilu", (np.ones((2, 2), F), np.int64(-1)), {"upper": 0}, [[0, 0], [1, 0]]),
    "to flags": ("Cast", (np.array([0, 0.5], F),), {"to": 9}, [False, True]),
    "unsqueeze from the end": ("Unsqueeze", (np.array([1, 2]), np.array([-1])), {}, [[1], [2]]),
    "expand": ("Expand", (np.array([[1], [2]]), np.array([1, 2])), {}, [[1, 1], [2, 2]]),
    "positive infinity": (
        "IsInf", (np.array([-np.inf, np.inf, 0], F),), {"detect_negative": 0}, [False, True, False],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RIGHT)
def test_operations_follow_the_format(case: str) -> None:
    operation, values, attributes, expected = RIGHT[case]
    result = kit.compute(operation, *values, **attributes)
    assert result.shape == np.shape(expected)
    np.testing.assert_allclose(result, expected, rtol=1e-6, atol=2e-7)


def test_axes_are_a_setting_in_old_files_and_an_input_in_new_ones() -> None:
    x = np.array([[1, 2], [3, 6]], F)
    assert np.array_equal(
        kit.compute("ReduceMax", x, axes=[0]), kit.compute("ReduceMax", x, np.array([0]), version=18)
    )


def test_split_gives_parts_of_equal_or_given_sizes() -> None:
    halves = [[0, 1], [2, 3]]
    for sizes, parts in (({}, halves), ({"split": [1, 3]}, [[0], [1, 2, 3]]), ({"num_outputs": 2}, halves)):
        graph = kit.make_graph(
            [kit.node("Split", ["x"], ["a", "b"], **sizes)],
            inputs=[kit.value_info("x", 7, (4,))],
            outputs=("a", "b"),
        )
        results = graph.run({"x": np.arange(4)})
        assert [r.tolist() for r in results] == parts


def test_the_error_function_is_accurate() -> None:
    x = np.linspace(-5, 5, 2001, dtype=F)
    assert np.abs(compute_erf(x) - np.array([math.erf(v) for v in x])).max() < 5e-7


def test_half_precision_stays_half_precision() -> None:
    x = np.array([[1, 2], [3, 4]], np.float16)
    for operation, values in (
        ("MatMul", (x, x)),
        ("Softmax", (x,)),
        ("Gelu", (x,)),
        ("Erf", (x,)),
        ("Sigmoid", (x,)),
        ("ReduceSum", (x,)),
        ("LayerNormalization", (x, x[0], x[1])),
    ):
        assert kit.compute(operation, *values).dtype == np.float16
