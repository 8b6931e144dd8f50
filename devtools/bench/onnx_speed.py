# SPDX-License-Identifier: GPL-3.0-or-later
"""A script for the environment "onnx": seconds of one pass of a network in NumPy with OpenBLAS and in ONNX Runtime.

The networks are the embedded model's, and ARDY's small text encoder as it is read from its ONNX file. Both get the same
random weights of the shipped or published size, which torch exports. They take turns in blocks, because threads of one
that still wait for work would slow the other down. The last line of the output is JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from ..testing.text_encoder_exports import RandomStudent, export_student, make_inputs
from ..testing.working_tree import load_working_tree

BATCHES = {"4 s": 2, "a minute, per pass": 16}
"""What is generated -> rows of a pass: each window with and without its prompt."""

TOKENS = 12
MINILM = {
    "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12,
    "intermediate_size": 1536, "max_position_embeddings": 512,
}  # fmt: skip
"""Sizes of all-MiniLM-L6-v2."""

FRAMES, WORDS, BLOCKS, CALLS = 96, 8, 4, 15


def measure_speed() -> dict[str, dict[str, float]]:
    """Return the least and the median seconds of a pass for each batch and each implementation."""
    from kinescribe.inference.embedded.network import Network
    from kinescribe.training.network.export import state_to_arrays
    from kinescribe.training.network.model import Denoiser, NetworkConfig

    torch.manual_seed(1)
    model = Denoiser(NetworkConfig(vocabulary=1181)).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.03)  # some begin at zero
    network = Network(model.config.as_dict(), state_to_arrays(model.state_dict()))
    figures = {}
    for name, rows in BATCHES.items():
        x, level = torch.randn(rows, FRAMES, model.config.features), torch.full((rows,), 0.5)
        static, mask = (
            torch.randn(rows, WORDS, model.config.static),
            torch.ones(rows, WORDS, dtype=torch.bool),
        )
        ids = torch.zeros(rows, WORDS, dtype=torch.int64)
        with torch.no_grad():
            text = model.encode_text(static, ids, mask)
        run_onnx = _export_and_load(model, (x, level, text, mask))
        conditioning = network.encode_text(static.numpy(), ids.numpy(), mask.numpy())

        def run_numpy(x: torch.Tensor = x, conditioning: object = conditioning) -> np.ndarray:
            return np.asarray(network.denoise(x.numpy(), 0.5, conditioning))  # type: ignore[arg-type]

        difference = float(np.abs(run_onnx() - run_numpy()).max())
        assert difference < 1e-3, f"the implementations differ by {difference}"
        figures[name] = _time_in_turns({"numpy": run_numpy, "onnx": run_onnx})
    return figures


def measure_text_encoder() -> dict[str, dict[str, float]]:
    """Return the same for a sentence of :data:`TOKENS` tokens in a text encoder of the published sizes."""
    from kinescribe.inference.ardy.text.onnx_file import read_onnx
    from kinescribe.inference.ardy.text.onnx_graph import OnnxGraph

    student = RandomStudent(MINILM, "mean_cls_max_std", "eager", 1, adapter=1536, condition=1024)
    feed = make_inputs(range(2000, 2000 + TOKENS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "text_encoder.onnx")
        export_student(path, student, 17, dynamo=False, length=128)
        graph = OnnxGraph(read_onnx(path))
        session = onnxruntime.InferenceSession(path, _make_options(), providers=["CPUExecutionProvider"])

    def run_numpy() -> np.ndarray:
        return np.asarray(graph.run(feed)[0])

    def run_onnx() -> np.ndarray:
        return np.asarray(session.run(None, feed)[0])

    difference = float(np.abs(run_onnx() - run_numpy()).max())
    assert difference < 1e-4, f"the implementations differ by {difference}"
    return {f"a prompt of {TOKENS} tokens": _time_in_turns({"numpy": run_numpy, "onnx": run_onnx})}


def _make_options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _export_and_load(model: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> Callable[[], np.ndarray]:
    """Export the model for inputs of these sizes; return a function that runs it on them in ONNX Runtime."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.onnx")
        torch.onnx.export(model, inputs, path, dynamo=True, verbose=False)
        session = onnxruntime.InferenceSession(path, _make_options(), providers=["CPUExecutionProvider"])
    feed = {slot.name: value.numpy() for slot, value in zip(session.get_inputs(), inputs, strict=True)}
    return lambda: np.asarray(session.run(None, feed)[0])


def _time_in_turns(functions: dict[str, Callable[[], np.ndarray]]) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(BLOCKS):
        for name, function in functions.items():
            function()
            for _ in range(CALLS):
                start = time.perf_counter()
                function()
                seconds[name].append(time.perf_counter() - start)
    return {
        f"{name}_{word}": pick(values)
        for name, values in seconds.items()
        for word, pick in (("least", min), ("median", statistics.median))
    }


if __name__ == "__main__":
    load_working_tree()
    sys.stdout.write(json.dumps(measure_speed() | measure_text_encoder()) + "\n")
