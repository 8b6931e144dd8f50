# SPDX-License-Identifier: GPL-3.0-or-later
"""Random small text encoders as torch exports them to ONNX; runs in the environment "onnx".

``python -m devtools.testing.text_encoder_exports tests/unit/text_encoders`` writes the examples that the tests read.

The network is what the specification describes: BERT of ``transformers``, pooling, an adapter and two heads.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from transformers import BertConfig, BertModel

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "text_conditions"

FIRST_TOKEN, LAST_TOKEN = 2, 3


class RandomStudent(nn.Module):
    """A student with random weights."""

    def __init__(
        self,
        settings: dict[str, Any],
        pooling: str,
        attention: str,
        seed: int,
        adapter: int = 24,
        condition: int = 32,
    ) -> None:
        """Make the network.

        Parameters
        ----------
        settings : sizes of BERT, as ``BertConfig`` takes them
        pooling : "mean" or "mean_cls_max_std"
        attention : how attention is computed, "eager" or "sdpa"
        seed : of the random weights
        adapter, condition : numbers between pooling and heads, and of each head
        """
        super().__init__()
        torch.manual_seed(seed)
        config = BertConfig(**settings, attn_implementation=attention)
        self.backbone = BertModel(config, add_pooling_layer=False)
        self.pooling = pooling
        width = config.hidden_size * (1 if pooling == "mean" else 4)
        self.adapter = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, adapter), nn.GELU(), nn.LayerNorm(adapter)
        )
        self.root_head, self.body_head = nn.Linear(adapter, condition), nn.Linear(adapter, condition)
        with torch.no_grad():
            for parameter in self.parameters():  # far from the zeros and ones that training begins with
                scale = parameter.shape[-1] ** -0.5 if parameter.ndim > 1 else 0.3
                offset = parameter.mean() if parameter.ndim == 1 else 0.0
                parameter.copy_(offset + scale * torch.randn(parameter.shape))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return the vector (1, 1, twice the condition) of a sentence."""
        bias = (1.0 - attention_mask.float())[:, None, None, :] * torch.finfo(torch.float32).min
        rows = self.backbone(
            input_ids=input_ids, attention_mask=bias, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).float()
        count = mask.sum(1).clamp_min(1e-9)
        mean = (rows * mask).sum(1) / count
        pooled = mean
        if self.pooling != "mean":
            lowest = torch.finfo(rows.dtype).min
            maximum = rows.masked_fill(mask == 0, lowest).amax(dim=1)
            maximum = torch.where(
                attention_mask.bool().any(1, keepdim=True), maximum, torch.zeros_like(maximum)
            )
            variance = ((rows - mean[:, None]).square() * mask).sum(1) / count
            pooled = torch.cat((mean, rows[:, 0], maximum, variance.clamp_min(1e-12).sqrt()), -1)
        shared = self.adapter(F.normalize(pooled, p=2, dim=-1))
        return torch.cat((self.root_head(shared), self.body_head(shared)), -1)[:, None]


def make_inputs(tokens: Sequence[int]) -> dict[str, np.ndarray[Any, Any]]:
    """Return the inputs for a sentence that is given by its tokens."""
    row = np.array([tokens], np.int64)
    return {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}


def export_student(path: Path, student: nn.Module, version: int, dynamo: bool, length: int = 24) -> None:
    """Write a student to a file.

    Parameters
    ----------
    path : file to write
    student : the network
    version : version of ONNX's operations
    dynamo : whether by torch's newer exporter
    length : tokens of the example that is traced; the file takes any number
    """
    example = make_inputs([FIRST_TOKEN, *range(5, 11), LAST_TOKEN] + [0] * (length - 8))
    example["attention_mask"][:, 8:] = 0
    arguments = tuple(torch.from_numpy(example[name]) for name in INPUTS)
    common: dict[str, Any] = {
        "input_names": list(INPUTS),
        "output_names": [OUTPUT],
        "opset_version": version,
        "dynamo": dynamo,
    }
    if dynamo:
        sequence = torch.export.Dim("sequence", min=2, max=64)
        common |= {"dynamic_shapes": [{1: sequence}] * 3, "external_data": False, "verbose": False}
    else:
        common["dynamic_axes"] = {name: {1: "sequence"} for name in INPUTS}
    with torch.no_grad():
        torch.onnx.export(student.eval(), arguments, str(path), **common)


def run_file(path: Path, tokens: Sequence[int]) -> np.ndarray[Any, Any]:
    """Return the vector that ONNX Runtime computes for a sentence that is given by its tokens."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.asarray(session.run([OUTPUT], make_inputs(tokens))[0])


SMALL = {
    "vocab_size": 40, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16,
    "max_position_embeddings": 32,
}  # fmt: skip
"""Sizes of the stored examples."""

EXPORTS = {
    "script_14_eager": (14, False),
    "script_17_eager": (17, False),
    "script_17_sdpa": (17, False),
    "script_20_sdpa": (20, False),
    "dynamo_18_eager": (18, True),
    "dynamo_20_sdpa": (20, True),
}
"""Version and exporter of each stored example; the end of its name says how attention is computed."""

SENTENCES = ((2, 7, 3), (2, 5, 9, 17, 39, 4, 3), (2, *range(5, 30), 3))


def store_weights_in_half(source: Path, target: Path) -> None:
    """Write a file whose large tensors are stored in half precision and converted before they are used."""
    import onnx

    model = onnx.load(source)
    casts = []
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= 64:
            name = tensor.name
            stored = onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}.half")
            tensor.CopyFrom(stored)
            casts.append(onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, target)


def compute_in_half(source: Path, target: Path) -> None:
    """Write a file that computes in half precision, with ONNX Runtime's converter."""
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    onnx.save(convert_float_to_float16(onnx.load(source), keep_io_types=True), target)


def write_examples(folder: Path) -> None:
    """Write the examples, packed, and what ONNX Runtime computes from them, for the tests."""
    folder.mkdir(parents=True, exist_ok=True)
    expected = {}
    with tempfile.TemporaryDirectory() as scratch:
        paths = {name: Path(scratch, f"{name}.onnx") for name in (*EXPORTS, "half_storage", "half_compute")}
        for seed, (name, (version, dynamo)) in enumerate(EXPORTS.items()):
            pooling = "mean" if name == "script_17_sdpa" else "mean_cls_max_std"
            student = RandomStudent(SMALL, pooling, name.rpartition("_")[2], seed)
            export_student(paths[name], student, version, dynamo)
        store_weights_in_half(paths["script_17_eager"], paths["half_storage"])
        compute_in_half(paths["script_17_eager"], paths["half_compute"])
        for name, path in paths.items():
            (folder / f"{name}.onnx.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
            for i, tokens in enumerate(SENTENCES):
                expected[f"{name}.{i}"] = run_file(path, tokens).reshape(-1)
    np.savez_compressed(folder / "expected.npz", **expected)


if __name__ == "__main__":
    write_examples(Path(sys.argv[1]))
