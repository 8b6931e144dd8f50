# SPDX-License-Identifier: GPL-3.0-or-later
"""The small text encoder as its training script writes it: inference/ardy/text/encoder.py, student.py and bert.py."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kinescribe.inference.ardy.text import load_text_encoder
from kinescribe.inference.ardy.text.bert import bert_shapes, read_bert
from kinescribe.inference.ardy.text.student import pool_rows, read_student
from kinescribe.motion import KinescribeError
from kinescribe.motion.errors import BackendError, CheckpointError

from devtools.testing import text_encoder_files as kit
from devtools.testing.ardy_files import write_safetensors

SENTENCES = ["a person walks forward", "jumps over", "waves the left hand slowly, then sits down"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return kit.write_student(tmp_path / "student")


def test_vectors_are_those_of_the_original(shared: Path) -> None:
    golden = shared / "golden" / "ardy"
    if not golden.is_dir():
        pytest.skip("needs the optional vectors in ../shared/golden/ardy, which are not here")
    student, _ = read_student(golden / "14_text_student_student")
    prompts = json.loads((golden / "14_text_student.json").read_text(encoding="utf-8"))["prompts"]
    with np.load(golden / "14_text_student.npz") as arrays:
        expected = dict(arrays)
    texts = [student.tokenizer.encode(prompt, student.max_tokens) for prompt in prompts]
    lengths = expected["attention_mask"].sum(axis=1).astype(int)
    assert texts == [row[:n].tolist() for row, n in zip(expected["input_ids"], lengths, strict=True)]
    rows = read_bert(golden / "14_text_student_student" / "backbone").encode(texts)
    for row, states, pooled in zip(rows, expected["last_hidden_state"], expected["pooled"], strict=True):
        assert np.abs(row - states[: len(row)]).max() < 1e-5
        assert np.abs(pool_rows(row, "mean_cls_max_std") - pooled).max() < 1e-5
    assert np.abs(student.compute_vectors(texts) - expected["conditions"]).max() < 1e-5
    encoder = load_text_encoder(golden / "14_text_student_student")
    filled = [bool(prompt) for prompt in prompts]
    assert np.abs(encoder.encode(prompts) - expected["conditions"])[filled].max() < 1e-5


@pytest.mark.parametrize("pooling", ["mean", "mean_cls_max_std"])
def test_vectors_are_those_of_torch(tmp_path: Path, pooling: str) -> None:
    torch = pytest.importorskip("torch", reason="the comparison needs torch: the environment train has it")
    transformers = pytest.importorskip("transformers")
    folder = kit.write_student(tmp_path / "student", pooling=pooling)
    load = pytest.importorskip("safetensors.torch").load_file
    heads = load(folder / "condition_heads.safetensors")
    student, _ = read_student(folder)
    bert = transformers.BertModel(
        transformers.BertConfig(**kit.bert_config()), add_pooling_layer=False
    ).eval()
    bert.load_state_dict(load(folder / "backbone" / "model.safetensors"), strict=False)
    functional = torch.nn.functional
    for sentence in SENTENCES:
        tokens = student.tokenizer.encode(sentence, 24)
        with torch.inference_mode():
            rows = bert(torch.tensor([tokens])).last_hidden_state[0]
            parts = [rows.mean(0)]
            if pooling != "mean":
                parts += [rows[0], rows.amax(0), rows.var(0, correction=0).clamp_min(1e-12).sqrt()]
            pooled = functional.normalize(torch.cat(parts), dim=0)
            weights = {name: heads[name] for name in heads}

            def norm(x: Any, name: str, weights: dict[str, Any] = weights) -> Any:
                return functional.layer_norm(x, x.shape, weights[f"{name}.weight"], weights[f"{name}.bias"])

            def linear(x: Any, name: str, weights: dict[str, Any] = weights) -> Any:
                return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

            hidden = norm(functional.gelu(linear(norm(pooled, "adapter.0"), "adapter.1")), "adapter.3")
            expected = torch.cat([linear(hidden, "root_head"), linear(hidden, "body_head")]).numpy()
        assert np.abs(student.compute_vectors([tokens])[0] - expected).max() < 1e-5


def test_a_sentence_has_the_same_vector_whatever_is_encoded_with_it(folder: Path) -> None:
    encoder = load_text_encoder(folder)
    together = encoder.encode(SENTENCES * 12)
    assert together.shape == (36, encoder.width) and together.dtype == np.float32
    for i, sentence in enumerate(SENTENCES):
        alone = encoder.encode([f"  {sentence}\n"])[0]
        assert np.abs(together[i::3] - alone).max() < 1e-6
    assert np.abs(together[0] - together[1]).max() > 0.01


def test_no_text_gives_zeros(folder: Path) -> None:
    encoder = load_text_encoder(folder)
    vectors = encoder.encode(["", "walks", " \n\t"])
    assert not vectors[0].any() and not vectors[2].any() and vectors[1].any()
    assert encoder.encode([]).shape == (0, encoder.width)


def test_long_prompts_are_cut(folder: Path) -> None:
    encoder = load_text_encoder(folder)
    words = "walks forward " * 1000
    assert np.array_equal(encoder.encode([words]), encoder.encode([words + "jumps"]))


def test_the_identity_changes_with_the_configuration(folder: Path) -> None:
    first = load_text_encoder(folder).identity
    assert load_text_encoder(folder).identity == first
    kit.change_json(folder / "ardy_minilm_config.json", artifact_fingerprint="1" * 64)
    assert load_text_encoder(folder).identity != first


def configure(**changes: object) -> Callable[[Path], None]:
    return lambda folder: kit.change_json(folder / "ardy_minilm_config.json", **changes)


def configure_bert(**changes: object) -> Callable[[Path], None]:
    return lambda folder: kit.change_json(folder / "backbone" / "config.json", **changes)


def cut(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-1000])


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def add_tensor(folder: Path) -> None:
    tensors = kit.random_tensors(bert_shapes(kit.SIZES), np.random.default_rng(0))
    write_safetensors(folder / "backbone" / "model.safetensors", tensors | {"more": np.zeros(3, np.float32)})


def lengthen_vocabulary(folder: Path) -> None:
    kit.write_json(folder / "backbone" / "tokenizer.json", kit.tokenizer_tree((*kit.VOCABULARY, "more")))


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "no configuration": (remove("ardy_minilm_config.json"), "holds no text encoder"),
    "no heads": (remove("condition_heads.safetensors"), "lacks condition_heads.safetensors"),
    "no network": (remove("backbone/model.safetensors"), "lacks model.safetensors"),
    "no sizes": (remove("backbone/config.json"), "lacks config.json"),
    "no tokenizer": (remove("backbone/tokenizer.json"), "lacks tokenizer.json"),
    "half the heads": (cut("condition_heads.safetensors"), "condition_heads.safetensors is damaged"),
    "half a network": (cut("backbone/model.safetensors"), "model.safetensors is damaged"),
    "another version": (configure(format_version=3), "format_version: 3"),
    "another pooling": (configure(pooling_mode="max"), "pooling_mode: max"),
    "a word as a flag": (configure(normalize_embedding="no"), "normalize_embedding: no"),
    "huge heads": (configure(condition_dim=10**9), "condition_dim: 1000000000"),
    "a yes as a size": (configure(adapter_dim=True), "adapter_dim: True"),
    "other outputs": (configure(output_dim=3), "output_dim: 3"),
    "other pooled numbers": (configure(pooled_dim=3), "pooled_dim: 3"),
    "models": (configure(compatible_ardy_models="all"), "compatible_ardy_models: all"),
    "other heads": (configure(condition_dim=8, output_dim=16), "has the shape"),
    "other width": (configure(hidden_dim=16, pooled_dim=64), "has the shape"),
    "another network": (configure_bert(model_type="roberta"), "model_type: roberta"),
    "another activation": (configure_bert(hidden_act="relu"), "hidden_act: relu"),
    "relative positions": (
        configure_bert(position_embedding_type="relative_key"),
        "position_embedding_type: relative_key",
    ),
    "huge network": (configure_bert(hidden_size=10**9), "hidden_size: 1000000000"),
    "heads of no width": (configure_bert(num_attention_heads=5), "num_attention_heads: 5"),
    "a whole number as floor": (configure_bert(layer_norm_eps=1), "layer_norm_eps: 1"),
    "more layers": (configure_bert(num_hidden_layers=3), "does not fit the text encoder's configuration"),
    "fewer layers": (configure_bert(num_hidden_layers=1), "does not fit the text encoder's configuration"),
    "another tensor": (add_tensor, "does not fit the text encoder's configuration (more)"),
    "longer vocabulary": (lengthen_vocabulary, "has more tokens than the text encoder knows"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_folders_are_refused_in_a_sentence(folder: Path, case: str) -> None:
    spoil, message = BAD[case]
    spoil(folder)
    with pytest.raises(CheckpointError, match=re.escape(message)) as caught:
        load_text_encoder(folder)
    assert "\n" not in str(caught.value)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(KinescribeError, match="holds no text encoder"):
            load_text_encoder(folder)


def test_weights_that_overflow_give_a_sentence(folder: Path) -> None:
    shapes = bert_shapes(kit.SIZES)
    tensors = kit.random_tensors(shapes, np.random.default_rng(0))
    tensors["embeddings.LayerNorm.weight"][:] = 3e38
    write_safetensors(folder / "backbone" / "model.safetensors", tensors)
    with pytest.raises(BackendError, match=re.escape("numbers that are not finite")):
        load_text_encoder(folder).encode(["walks"])
