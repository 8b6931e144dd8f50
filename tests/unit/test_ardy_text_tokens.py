# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences as tokens: inference/ardy/text/wordpiece.py and files.py.

``wordpiece_reference.json`` holds texts and what ``tokenizers`` 0.23.3 makes of them with the vocabulary in
``text_encoder_files.py``.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kinescribe.inference.ardy.text.files import find_file, read_file, read_json
from kinescribe.inference.ardy.text.wordpiece import (
    MAX_CHARACTERS,
    WordPieceTokenizer,
    read_tokenizer,
    split_words,
)
from kinescribe.motion.errors import CheckpointError

from devtools.testing.text_encoder_files import ODD_TEXTS, VOCABULARY, random_text, tokenizer_tree, write_json

REFERENCE = Path(__file__).with_name("wordpiece_reference.json")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_json(tmp_path / "tokenizer.json", tokenizer_tree())
    return tmp_path / "tokenizer.json"


def show(tokens: list[int]) -> list[str]:
    return [VOCABULARY[token] for token in tokens]


def test_tokens_are_those_of_the_reference(path: Path) -> None:
    tokenizer = read_tokenizer(path)
    for text, expected in json.loads(REFERENCE.read_text(encoding="utf-8")):
        assert tokenizer.encode(text, 10_000)[1:-1] == expected, text


def test_tokens_are_those_of_transformers(path: Path) -> None:
    transformers = pytest.importorskip(
        "transformers", reason="the comparison needs transformers: the environment train has it"
    )
    other = transformers.BertTokenizerFast(tokenizer_file=str(path))
    tokenizer = read_tokenizer(path)
    rng = np.random.default_rng(7)
    for text in (*ODD_TEXTS, *(random_text(rng) for _ in range(3000))):
        for length in (6, 128):
            expected = other(text, truncation=True, max_length=length)["input_ids"]
            assert tokenizer.encode(text, length) == expected, text


def test_a_vocabulary_file_gives_the_same_tokens(path: Path, tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    ours, other = read_tokenizer(tmp_path / "vocab.txt"), read_tokenizer(path)
    for text in ODD_TEXTS:
        assert ours.encode(text, 64) == other.encode(text, 64)


def test_a_word_becomes_its_longest_pieces(path: Path) -> None:
    tokens = read_tokenizer(path).encode("Walksing, JUMPSly caf\u00e9", 64)
    assert show(tokens) == [
        "[CLS]", "walks", "##ing", ",", "jumps", "##ly", "c", "##a", "##f", "##e", "[SEP]",
    ]  # fmt: skip


def test_words_longer_than_the_limit_are_unknown(path: Path) -> None:
    tokenizer = read_tokenizer(path)
    assert len(tokenizer.encode("x" * 100, 200)) == 102
    assert show(tokenizer.encode("x" * 101, 200)) == ["[CLS]", "[UNK]", "[SEP]"]


@pytest.mark.parametrize("length", [3, 8, 128])
def test_long_texts_are_cut_before_the_last_token(path: Path, length: int) -> None:
    tokenizer = read_tokenizer(path)
    tokens = tokenizer.encode("walks " * 2000, length)
    assert len(tokens) == length
    assert tokens[0] == tokenizer.first and tokens[-1] == tokenizer.last


def test_endless_texts_are_read_up_to_a_limit(path: Path) -> None:
    assert len(read_tokenizer(path).encode(". " * 10**6, 10**9)) == MAX_CHARACTERS // 2 + 2


def test_settings_of_the_spelling_are_obeyed(tmp_path: Path) -> None:
    def encode(text: str, **settings: Any) -> list[str]:
        tree = tokenizer_tree()
        tree["normalizer"] |= settings
        write_json(tmp_path / "tokenizer.json", tree)
        return show(read_tokenizer(tmp_path / "tokenizer.json").encode(text, 32)[1:-1])

    assert encode("A\u0301") == ["a"]
    assert encode("A\u0301", lowercase=False) == ["[UNK]"]
    assert encode("a\u0301", strip_accents=False) == ["[UNK]"]
    assert encode("\u4eba\u5411") == ["\u4eba", "\u5411"]
    assert encode("\u4eba\u5411", handle_chinese_chars=False) == ["[UNK]"]
    assert encode("walks\u200bs") == ["walks", "##s"]
    assert encode("walks\u200bs", clean_text=False) == ["[UNK]"]


def test_punctuation_is_a_word_of_its_own() -> None:
    assert split_words("don't  stop--now\u2014ok") == [
        "don",
        "'",
        "t",
        "stop",
        "-",
        "-",
        "now",
        "\u2014",
        "ok",
    ]
    assert split_words("") == []


def change(*keys: str, to: object) -> Callable[[dict[str, Any]], None]:
    def apply(tree: dict[str, Any]) -> None:
        for key in keys[:-1]:
            tree = tree[key]
        tree[keys[-1]] = to

    return apply


OTHERS = {
    "another model": change("model", "type", to="BPE"),
    "another normaliser": change("normalizer", "type", to="NFC"),
    "another cut": change("pre_tokenizer", "type", to="ByteLevel"),
    "no normaliser": change("normalizer", to=None),
    "no model": change("model", to=[]),
    "a list as vocabulary": change("model", "vocab", to=["a"]),
    "negative number": change("model", "vocab", "a", to=-1),
    "huge number": change("model", "vocab", "a", to=10**12),
    "no unknown": change("model", "unk_token", to="<unk>"),
    "a number as prefix": change("model", "continuing_subword_prefix", to=3),
    "a word as limit": change("model", "max_input_chars_per_word", to="many"),
    "no start": change("added_tokens", to=[]),
    "empty special": change("added_tokens", to=[{"id": 2, "content": ""}]),
    "special number": change("added_tokens", to=[{"id": "2", "content": "[CLS]"}]),
    "greedy special": change("added_tokens", to=[{"id": 2, "content": "[CLS]", "lstrip": True}]),
    "a word as flag": change("normalizer", "lowercase", to="yes"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_other_tokenizers_are_refused_in_a_sentence(tmp_path: Path, case: str) -> None:
    tree = tokenizer_tree()
    OTHERS[case](tree)
    write_json(tmp_path / "tokenizer.json", tree)
    with pytest.raises(
        CheckpointError, match=re.escape("tokenizer.json describes another tokenizer than BERT's")
    ):
        read_tokenizer(tmp_path / "tokenizer.json")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"a":' * 20_000, b"[" * 100_000], ids=repr
)
def test_damaged_json_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=re.escape("tokenizer.json is damaged or not complete")):
        read_tokenizer(tmp_path / "tokenizer.json")


@pytest.mark.parametrize("content", [b"", b"a\nb\n", b"\xff", b"a\n" * 600_000])
def test_a_file_that_is_no_vocabulary_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vocab.txt").write_bytes(content)
    with pytest.raises(CheckpointError, match=re.escape("vocab.txt")):
        read_tokenizer(tmp_path / "vocab.txt")


def test_packed_files_are_read_as_plain_ones(tmp_path: Path, path: Path) -> None:
    packed = tmp_path / "packed" / "tokenizer.json.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert find_file(packed.parent, "tokenizer.json") == packed
    assert find_file(path.parent, "tokenizer.json") == path
    assert find_file(path.parent, "text_encoder.onnx") is None
    assert read_json(packed) == read_json(path)
    assert isinstance(read_tokenizer(packed), WordPieceTokenizer)


def test_sizes_are_bounded_before_memory_is_used(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.onnx", tmp_path / "b.onnx.gz"
    plain.write_bytes(bytes(2001))
    packed.write_bytes(gzip.compress(bytes(64 * 2**20)))  # 64 kB
    for path in (plain, packed):
        with pytest.raises(CheckpointError, match=re.escape(f"{path.name} has more than 0 MB")):
            read_file(path, 2000)
    assert read_file(plain, 2001) == bytes(2001)
    assert len(read_file(packed, 64 * 2**20)) == 64 * 2**20


@pytest.mark.parametrize("damage", ["half", "longer", "changed", "no gzip", "missing"])
def test_damaged_packed_files_are_refused(tmp_path: Path, damage: str) -> None:
    content = gzip.compress(bytes(range(256)) * 100)
    path = tmp_path / "a.json.gz"
    if damage != "missing":
        path.write_bytes({
            "half": content[: len(content) // 2],
            "longer": content + b"more",
            "changed": content[:-6] + b"\0\0\0\0" + content[-2:],
            "no gzip": b"{}",
        }[damage])  # fmt: skip
    with pytest.raises(CheckpointError, match=re.escape("a.json.gz is damaged or not complete")):
        read_file(path, 10**6)
