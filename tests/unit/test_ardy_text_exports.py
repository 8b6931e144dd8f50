# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks that torch exports here, and the test cases of the format: inference/ardy/text/onnx_*.py.

They run in the environment "onnx".
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kinescribe.inference.ardy.text.onnx_file import parse_onnx, read_onnx
from kinescribe.inference.ardy.text.onnx_graph import MAX_VERSION, OPERATORS, OnnxGraph
from kinescribe.motion.errors import CheckpointError

REASON = "the comparison needs onnx and onnxruntime: the environment onnx has them"
onnx = pytest.importorskip("onnx", reason=REASON)
pytest.importorskip("onnxruntime", reason=REASON)
pytest.importorskip("transformers", reason=REASON)

from devtools.testing import text_encoder_exports as exports  # noqa: E402

SIZES = exports.SMALL | {"hidden_size": 24, "num_attention_heads": 3, "num_hidden_layers": 3}

REFUSED = {
    "test_castlike", "test_cast", "test_attention", "test_cumsum_1d_exclusive", "test_cumsum_1d_int32_exclusive",
    "test_cumsum_1d_reverse", "test_dropout", "test_training_dropout", "test_gathernd_example_int32_batch_dim1",
    "test_reduce_max", "test_reduce_min", "test_scatternd", "test_identity", "test_layer_normalization",
}  # fmt: skip
"""Beginnings of the names of cases that may be refused: other types, second results, settings for training."""


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
@pytest.mark.parametrize(
    ("version", "dynamo"),
    [(14, False), (16, False), (17, False), (18, False), (20, False), (18, True), (20, True)],
)
def test_fresh_exports_give_what_onnx_runtime_computes(
    tmp_path: Path, version: int, dynamo: bool, attention: str
) -> None:
    path = tmp_path / "text_encoder.onnx"
    student = exports.RandomStudent(SIZES, "mean_cls_max_std", attention, seed=version)
    exports.export_student(path, student, version, dynamo)
    graph = OnnxGraph(read_onnx(path))
    for tokens in exports.SENTENCES:
        result = graph.run(exports.make_inputs(tokens))[0]
        assert np.abs(result - exports.run_file(path, tokens)).max() < 1e-5


def cases() -> list[Any]:
    from onnx.backend.test.case.node import collect_testcases

    def is_known(case: Any) -> bool:
        nodes = case.model.graph.node
        return all(not n.domain and (n.op_type in OPERATORS or n.op_type == "Split") for n in nodes)

    return [case for case in collect_testcases(None) if is_known(case)]


def run_case(case: Any) -> None:
    file = parse_onnx(case.model.SerializeToString(), Path(case.name))
    # operations as they are in the newest version; those that have not changed are written in old versions too
    file = dataclasses.replace(file, version=MAX_VERSION)
    for inputs, outputs in case.data_sets:
        if not all(isinstance(value, (np.ndarray, np.generic)) for value in (*inputs, *outputs)):
            raise CheckpointError("Inputs that are no arrays")
        names = [one.name for one in case.model.graph.input]
        results = OnnxGraph(file).run(dict(zip(names, map(np.asarray, inputs), strict=True)))
        for result, expected in zip(results, map(np.asarray, outputs), strict=True):
            assert result.shape == expected.shape and result.dtype == expected.dtype
            tolerance = 1e-3 if expected.dtype == np.float16 else 1e-5
            np.testing.assert_allclose(
                result.astype(float), expected.astype(float), rtol=max(case.rtol, tolerance), atol=tolerance
            )


def test_the_cases_of_the_format_are_computed_or_refused() -> None:
    passed, refused = 0, []
    for case in cases():
        try:
            run_case(case)
            passed += 1
        except CheckpointError:
            refused.append(case.name)
        except AssertionError as error:
            raise AssertionError(case.name) from error
    assert passed > 550
    types = ("uint", "string", "bfloat16")
    other = [
        name for name in refused if not name.startswith(tuple(REFUSED)) and not any(t in name for t in types)
    ]
    assert not other
