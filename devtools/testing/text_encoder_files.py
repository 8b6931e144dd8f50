# SPDX-License-Identifier: GPL-3.0-or-later
"""Make small text encoders with random weights in the layouts of the published ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from kinescribe.inference.ardy.text.bert import BertSizes, bert_shapes

from devtools.testing.ardy_files import write_safetensors

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,-'"
WORDS = (
    "a person walks forward and then turns left right jumps over waves the hand with slowly quickly sits down stands "
    "up runs in circle kick punch dance"
).split()
ENDINGS = ("ing", "s", "ly", "ed")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ODD = (
    "\u4eba",
    "\u5411",
    "\u00df",
    "\u03c3",
    "\u0131",
    "\u0915",
    "\u3042",
    "\u1112",
    "!",
    "?",
    "(",
    ")",
    "$",
    "\u2014",
)

VOCABULARY = tuple(
    dict.fromkeys(
        (
            *SPECIAL,
            *WORDS,
            *(f"##{ending}" for ending in ENDINGS),
            *LETTERS,
            *(f"##{letter}" for letter in LETTERS if letter.isalnum()),
            *ODD,
        )
    )
)

SIZES = BertSizes(len(VOCABULARY), 64, 2, 32, 64, 2, 4, 1e-12)
PUBLISHED = BertSizes(30522, 512, 2, 384, 1536, 6, 12, 1e-12)
"""Sizes of all-MiniLM-L6-v2."""
PUBLISHED_HEADS = {"adapter": 1536, "condition": 1024}


def tokenizer_tree(vocabulary: tuple[str, ...] = VOCABULARY) -> dict[str, Any]:
    """Return a ``tokenizer.json`` as ``transformers`` writes it."""
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": vocabulary.index(token), "content": token, **plain} for token in SPECIAL],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {token: number for number, token in enumerate(vocabulary)},
        },
    }


def bert_config(sizes: BertSizes = SIZES) -> dict[str, Any]:
    """Return the configuration of BERT."""
    return {
        "model_type": "bert",
        "hidden_act": "gelu",
        "layer_norm_eps": sizes.norm_floor,
        "vocab_size": sizes.vocabulary,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "hidden_size": sizes.width,
        "intermediate_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
    }


def random_tensors(shapes: dict[str, tuple[int, ...]], rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return random weights that keep the rows of a network about as large as they were."""
    tensors = {}
    for name, shape in shapes.items():
        values = rng.standard_normal(shape, dtype=np.float32) / np.float32(np.sqrt(shape[-1]))
        tensors[name] = 1 + values if name.endswith("LayerNorm.weight") else values
    return tensors


def student_config(
    condition: int = 32, pooling: str = "mean_cls_max_std", adapter: int = 24, sizes: BertSizes = SIZES
) -> dict[str, Any]:
    """Return the configuration of a student.

    Parameters
    ----------
    condition : numbers of one head
    pooling : how a text's tokens become one vector
    adapter : numbers between pooling and heads
    sizes : of its BERT
    """
    return {
        "format_version": 2,
        "base_model": "random",
        "hidden_dim": sizes.width,
        "pooled_dim": sizes.width * (4 if pooling == "mean_cls_max_std" else 1),
        "pooling_mode": pooling,
        "adapter_dim": adapter,
        "condition_dim": condition,
        "output_dim": 2 * condition,
        "normalize_embedding": True,
        "compatible_ardy_models": ["ARDY"],
        "max_length": 24,
        "metadata": {},
        "artifact_files": {},
        "artifact_fingerprint": "0" * 64,
    }


def write_student(folder: Path, seed: int = 0, sizes: BertSizes = SIZES, **options: Any) -> Path:
    """Write a student with random weights as the training script does, and return its folder.

    Parameters
    ----------
    folder : a new folder
    seed : of the random weights
    sizes : of its BERT
    **options : of :func:`student_config`
    """
    rng = np.random.default_rng(seed)
    config = student_config(sizes=sizes, **options)
    (folder / "backbone").mkdir(parents=True)
    write_json(folder / "ardy_minilm_config.json", config)
    write_json(folder / "backbone" / "config.json", bert_config(sizes))
    write_json(folder / "backbone" / "tokenizer.json", tokenizer_tree())
    tensors = random_tensors(bert_shapes(sizes), rng)
    tensors["pooler.dense.weight"] = np.zeros((sizes.width, sizes.width), np.float32)
    write_safetensors(folder / "backbone" / "model.safetensors", tensors)
    pooled, adapter, condition = config["pooled_dim"], config["adapter_dim"], config["condition_dim"]
    shapes = {
        "adapter.0.weight": (pooled,), "adapter.0.bias": (pooled,),
        "adapter.1.weight": (adapter, pooled), "adapter.1.bias": (adapter,),
        "adapter.3.weight": (adapter,), "adapter.3.bias": (adapter,),
        "root_head.weight": (condition, adapter), "root_head.bias": (condition,),
        "body_head.weight": (condition, adapter), "body_head.bias": (condition,),
    }  # fmt: skip
    write_safetensors(folder / "condition_heads.safetensors", random_tensors(shapes, rng))
    return folder


def write_json(path: Path, tree: object) -> None:
    """Write a JSON file."""
    path.write_text(json.dumps(tree), encoding="utf-8")


def change_json(path: Path, **changes: object) -> None:
    """Change some values of a JSON file."""
    write_json(path, json.loads(path.read_text(encoding="utf-8")) | changes)


class CountingEncoder:
    """Gives each sentence a vector of its own and keeps what it was asked."""

    def __init__(self, width: int = 6) -> None:
        self.width = width
        self.asked: list[list[str]] = []
        self.releases = 0

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Return a vector (sentences, width) for each sentence."""
        self.asked.append(list(sentences))
        rows = [np.random.default_rng(sum(s.encode())).standard_normal(self.width) for s in sentences]
        return np.array(rows, np.float32).reshape(len(sentences), self.width)

    def release(self) -> None:
        """Count that memory is given back."""
        self.releases += 1


RANGES = (
    (0x20, 0x7F), (0x20, 0x7F), (0x20, 0x7F), (0x00, 0x20), (0x80, 0x180), (0x300, 0x34F), (0x391, 0x3CA),
    (0x400, 0x460), (0x5D0, 0x5EB), (0x621, 0x655), (0x905, 0x94E), (0x2000, 0x2070), (0x2190, 0x2200),
    (0x3000, 0x3100), (0x3400, 0x3420), (0x4E00, 0x4F00), (0xAC00, 0xAC80), (0xE000, 0xE010), (0xF900, 0xF920),
    (0xFB00, 0xFB07), (0xFF00, 0xFF60), (0xFFF9, 0xFFFE), (0x1D400, 0x1D420), (0x1F600, 0x1F640), (0x20000, 0x20010),
    (0x2B81E, 0x2B822), (0x2F800, 0x2F810),
)  # fmt: skip
"""Blocks of characters that random texts are made of: scripts, marks, controls, signs, pictures."""


def random_text(rng: np.random.Generator) -> str:
    """Return words of the vocabulary, stuck together, with odd characters in between."""
    parts = []
    for _ in range(rng.integers(0, 12)):
        kind = rng.integers(0, 5)
        if kind == 0:
            first, last = RANGES[rng.integers(len(RANGES))]
            parts.append("".join(chr(c) for c in rng.integers(first, last, rng.integers(1, 5))))
        elif kind == 1:
            parts.append(str(rng.choice(SPECIAL)))
        elif kind == 2:
            parts.append("x" * int(rng.choice([3, 99, 100, 101])))
        else:
            word = str(rng.choice(WORDS))
            parts.append(rng.choice([word, word.upper(), word.title(), word + str(rng.choice(ENDINGS))]))
        parts.append(str(rng.choice(["", " ", "  ", "\t", "\u3000", "."])))
    return "".join(parts)


ODD_TEXTS = (
    "", " ", "A person walks forward.", "JUMPING!", "caf\u00e9 na\u00efve \u00c5ngstr\u00f6m \u0130stanbul \u00df",
    "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2 \u03a3", "\u4e00\u4e2a\u4eba\u5411\u524d\u8d70",
    "walks[SEP]left [mask][MASK]", "x" * 100, "x" * 101, "walk\u200bs \u00adleft", "a\u0301\u0323 e\u0301",
    "\ud55c\uad6d", "tab\tnew\nline\rend\x00\x07",
    "don't-stop...", "\U0001f600 smiles", "$5 + 3 = 8 ^ `~|<>", "\ufffd\ufeffwaves", "##ing [UNK] ##", "[CLS",
)  # fmt: skip
