# SPDX-License-Identifier: GPL-3.0-or-later
"""LLM2Vec from a user's files, and its route on the server: inference/checkpoints/llm2vec.py, serve/embeddings.py."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="checkpoints need torch: the environment train has it")
transformers = pytest.importorskip(
    "transformers", reason="LLM2Vec needs transformers: the environment train has it"
)
safetensors = pytest.importorskip("safetensors.torch")

from kinescribe.inference.checkpoints import Llm2Vec, find_llm2vec  # noqa: E402
from kinescribe.motion.errors import BackendError, CheckpointError  # noqa: E402

WORDS = "<unk> <|begin_of_text|> <|start_header_id|> <|end_header_id|> <|eot_id|> user a person walks jumps .".split()
SIZES = {
    "vocab_size": len(WORDS), "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 600, "rms_norm_eps": 1e-5,
}  # fmt: skip
RANK, SCALE = 3, 6
MODULES = ("self_attn.q_proj", "mlp.down_proj")


def write_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.add_special_tokens([w for w in WORDS if w.startswith("<")])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", 1)]
    )
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>").save_pretrained(
        folder
    )


def write_adapter(folder: Path, seed: int, prefix: str, base: str, **changes: Any) -> dict[str, Any]:
    """Write an adapter; return what it adds to each weight."""
    folder.mkdir()
    config = {
        "peft_type": "LORA", "r": RANK, "lora_alpha": SCALE, "bias": "none", "fan_in_fan_out": False,
        "modules_to_save": None, "base_model_name_or_path": base,
    }  # fmt: skip
    (folder / "adapter_config.json").write_text(json.dumps(config | changes), encoding="utf-8")
    generator = torch.Generator().manual_seed(seed)
    tensors, added = {}, {}
    for layer in range(2):
        for module in MODULES:
            outputs, inputs = (16, 24) if module.startswith("mlp") else (16, 16)
            name = f"layers.{layer}.{module}"
            down = torch.randn((RANK, inputs), generator=generator) * 0.1
            up = torch.randn((outputs, RANK), generator=generator) * 0.1
            tensors[f"{prefix}{name}.lora_A.weight"], tensors[f"{prefix}{name}.lora_B.weight"] = down, up
            added[f"{name}.weight"] = SCALE / RANK * up @ down
    safetensors.save_file(tensors, folder / "adapter_model.safetensors")
    return added


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "LLM2Vec"
    torch.manual_seed(0)
    transformers.LlamaForCausalLM(transformers.LlamaConfig(**SIZES)).save_pretrained(root / "Llama")
    write_tokenizer(root / "Llama")
    write_adapter(root / "x-mntp-supervised", 1, "base_model.model.", "meta-llama/Meta-Llama-3-8B-Instruct")
    write_adapter(root / "x-mntp", 2, "base_model.model.model.", "meta-llama/Meta-Llama-3-8B-Instruct")
    return root


def compute_states(folder: Path, tokens: list[int]) -> Any:
    """The last states of a Llama whose tokens all see each other, written out."""
    weights = safetensors.load_file(folder / "Llama" / "model.safetensors")
    weights = {name.removeprefix("model."): w.float() for name, w in weights.items()}
    for adapter, prefix in (
        ("x-mntp", "base_model.model.model."),
        ("x-mntp-supervised", "base_model.model."),
    ):
        tensors = safetensors.load_file(folder / adapter / "adapter_model.safetensors")
        for name, down in tensors.items():
            if ".lora_A." in name:
                up = tensors[name.replace("lora_A", "lora_B")]
                weights[name.removeprefix(prefix).replace(".lora_A", "")] += SCALE / RANK * up @ down

    def norm(x: Any, name: str) -> Any:
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-5) * weights[name]

    x = weights["embed_tokens.weight"][tokens]
    angles = torch.arange(len(tokens))[:, None] * 10000.0 ** (-torch.arange(0, 4, 2) / 4)
    cos, sin = (f(torch.cat((angles, angles), -1)) for f in (torch.cos, torch.sin))

    def rotate(v: Any) -> Any:  # (heads, tokens, 4)
        return v * cos + torch.cat((-v[..., 2:], v[..., :2]), -1) * sin

    for i in range(2):
        p = f"layers.{i}."
        h = norm(x, p + "input_layernorm.weight")
        q, k, v = (
            (h @ weights[f"{p}self_attn.{n}_proj.weight"].T).reshape(len(tokens), -1, 4).transpose(0, 1)
            for n in "qkv"
        )
        q, k = rotate(q), rotate(k)
        k, v = k.repeat_interleave(2, 0), v.repeat_interleave(2, 0)
        mixed = torch.softmax(q @ k.transpose(1, 2) / 2, -1) @ v
        x = x + mixed.transpose(0, 1).reshape(len(tokens), -1) @ weights[p + "self_attn.o_proj.weight"].T
        h = norm(x, p + "post_attention_layernorm.weight")
        gate = torch.nn.functional.silu(h @ weights[p + "mlp.gate_proj.weight"].T)
        x = x + (gate * (h @ weights[p + "mlp.up_proj.weight"].T)) @ weights[p + "mlp.down_proj.weight"].T
    return norm(x, "norm.weight")


def test_the_vector_is_the_mean_over_the_prompts_own_tokens(folder: Path) -> None:
    encoder = Llm2Vec(folder, torch.float32)
    vectors = encoder.encode(["a person walks", " ", "jumps ."])
    assert vectors.dtype == np.float32 and not vectors[1].any()
    header = [1, 2, 5, 3]
    for row, words in ((0, [6, 7, 8]), (2, [9, 10])):
        states = compute_states(folder, [*header, *words, 4])
        expected = states[-len(words) - 1 :].mean(0).numpy()
        assert np.abs(vectors[row] - expected).max() < 1e-5


def test_tokens_see_those_after_them(folder: Path) -> None:
    encoder = Llm2Vec(folder, torch.float32)
    encoder.encode(["a"])
    mask = torch.zeros((1, 1, 3, 3))
    first, second = (
        encoder._model(input_ids=torch.tensor([[6, 7, last]]), attention_mask=mask).last_hidden_state[0, 0]
        for last in (8, 9)
    )
    assert (first - second).abs().max() > 1e-4


def test_long_prompts_are_cut_and_keep_their_end(folder: Path) -> None:
    encoder = Llm2Vec(folder, torch.float32)
    first, second = encoder.encode(["walks " * 600, "walks " * 700])
    assert np.array_equal(first, second) and np.isfinite(first).all()


def test_a_merged_model_of_another_name_has_no_chat_template(folder: Path) -> None:
    merged = Llm2Vec(folder / "Llama", torch.float32)
    tokens = [1, 6, 7]
    model = transformers.LlamaModel.from_pretrained(folder / "Llama", dtype=torch.float32)
    with torch.inference_mode():
        states = model(
            input_ids=torch.tensor([tokens]), attention_mask=torch.zeros((1, 1, 3, 3))
        ).last_hidden_state
    assert np.abs(merged.encode(["a person"])[0] - states[0, 1:].mean(0).numpy()).max() < 1e-5


def test_weights_are_bfloat16_by_default(folder: Path) -> None:
    exact = Llm2Vec(folder, torch.float32).encode(["a person walks"])
    rounded = Llm2Vec(folder).encode(["a person walks"])
    assert 0 < np.abs(exact - rounded).max() < 0.1


def spoil(name: str, **changes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def cut(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-50])


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "another kind": (spoil("x-mntp/adapter_config.json", peft_type="IA3"), "does not fit"),
    "another rank": (spoil("x-mntp/adapter_config.json", r=4), "does not fit"),
    "no scale": (spoil("x-mntp/adapter_config.json", lora_alpha=None), "does not fit"),
    "another scaling": (spoil("x-mntp/adapter_config.json", use_rslora=True), "does not fit"),
    "half an adapter": (cut("x-mntp/adapter_model.safetensors"), "adapter_model.safetensors is damaged"),
    "no adapter": (remove("x-mntp/adapter_model.safetensors"), "adapter_model.safetensors is damaged"),
    "half a model": (cut("Llama/model.safetensors"), "cannot be loaded"),
    "no tokenizer": (remove("Llama/tokenizer.json"), "cannot be loaded"),
}


@pytest.mark.parametrize("case", BAD)
def test_files_that_do_not_fit_give_a_sentence(folder: Path, case: str) -> None:
    damage, message = BAD[case]
    damage(folder)
    with pytest.raises(CheckpointError, match=re.escape(message)):
        Llm2Vec(folder).encode(["a"])


def test_other_folders_are_no_llm2vec(folder: Path, tmp_path: Path) -> None:
    assert find_llm2vec(tmp_path / "missing") is None
    assert find_llm2vec(folder / "x-mntp") is None
    found = find_llm2vec(folder)
    assert found and [path.name for path in found.adapters] == ["x-mntp", "x-mntp-supervised"]
    spoil("Llama/config.json", model_type="bert")(folder)
    assert find_llm2vec(folder) is None
    with pytest.raises(CheckpointError, match="holds no LLM2Vec"):
        Llm2Vec(folder)
    (folder / "Llama" / "config.json").write_text("[")
    assert find_llm2vec(folder) is None


def test_a_server_offers_the_vectors(folder: Path) -> None:
    pytest.importorskip("motionmcp.server", reason="the MMCP SDK is not installed")
    from kinescribe.inference.ardy.text.service import ServiceTextEncoder
    from kinescribe.inference.embedded import EmbeddedBackend
    from kinescribe.inference.remote.server import Server
    from kinescribe.inference.serve.app import Application
    from kinescribe.inference.serve.backbone import ServedModel
    from mmcp_kit import running_server

    encoder = Llm2Vec(folder, torch.float32)
    models = [ServedModel(EmbeddedBackend(), "embedded")]
    with running_server(Application(models, "token-of-the-test", text_encoder=encoder)) as url:
        service = ServiceTextEncoder(Server(url, "token-of-the-test"))
        sentences = ["a person walks", "", "jumps"]
        assert np.abs(service.encode(sentences) - encoder.encode(sentences)).max() < 1e-6
        with pytest.raises(BackendError, match="does not accept the token"):
            ServiceTextEncoder(Server(url, "another-token")).encode(["a"])
    with running_server(Application(models)) as url, pytest.raises(BackendError, match="has no text encoder"):
        ServiceTextEncoder(Server(url)).encode(["a"])
