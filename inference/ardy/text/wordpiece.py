# SPDX-License-Identifier: GPL-3.0-or-later
"""WordPiece, the tokenizer of BERT (Devlin et al., 2019): a sentence as numbers of pieces of words.

It gives the numbers that ``transformers`` gives, except where a script came into Unicode after 2015: that library's
tables of punctuation and accents are of that year, Python's are newer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....motion.errors import CheckpointError
from .files import MAX_JSON_BYTES, damaged, read_file, read_json

VOCABULARY_FILE, TOKENIZER_FILE = "vocab.txt", "tokenizer.json"

MAX_CHARACTERS = 20_000
"""Characters of a sentence that are read: far more than any encoder has room for."""

_MAX_PIECES = 500_000
_SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")

_WHITESPACE = frozenset(
    "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
)
_CHINESE_RANGES = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B81F), (0x2B920, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)  # fmt: skip
_REMOVED_CATEGORIES = frozenset(("Cc", "Cf", "Co", "Cs"))


@dataclass(frozen=True)
class Spelling:
    """What is done to a text before it is cut into words.

    Attributes
    ----------
    clean : remove control characters
    separate_chinese : put spaces around each Chinese character
    strip_accents : remove accents
    lowercase : make all letters small
    """

    clean: bool = True
    separate_chinese: bool = True
    strip_accents: bool = True
    lowercase: bool = True

    def normalise(self, text: str) -> str:
        """Return the text as its words are looked up."""
        if self.clean:
            kept = (c for c in text if c in "\t\n\r" or not _is_removed(c))
            text = "".join(" " if c in _WHITESPACE else c for c in kept)
        if self.separate_chinese:
            text = "".join(f" {c} " if _is_chinese(c) else c for c in text)
        if self.strip_accents:
            text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
        if self.lowercase:
            # letter by letter: the small sigma at the end of a Greek word is another letter for Python
            text = "".join(c.lower() for c in text)
        return text


def _is_removed(character: str) -> bool:
    return character in "\0\ufffd" or unicodedata.category(character) in _REMOVED_CATEGORIES


def _is_chinese(character: str) -> bool:
    point = ord(character)
    return point >= 0x3400 and any(first <= point <= last for first, last in _CHINESE_RANGES)


def _is_punctuation(character: str) -> bool:
    if character.isascii():
        return character.isprintable() and not character.isalnum() and character != " "
    return unicodedata.category(character).startswith("P")


def split_words(text: str) -> list[str]:
    """Return the words of a normalised text; each punctuation mark is a word of its own."""
    words: list[str] = []
    start_word = True
    for character in text:
        if character in _WHITESPACE:
            start_word = True
        elif _is_punctuation(character):
            words.append(character)
            start_word = True
        elif start_word:
            words.append(character)
            start_word = False
        else:
            words[-1] += character
    return words


class WordPieceTokenizer:
    """A vocabulary and how a text is cut into its pieces."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        spelling: Spelling | None = None,
        special: Mapping[str, int] | None = None,
        unknown: str = "[UNK]",
        prefix: str = "##",
        max_word_characters: int = 100,
    ) -> None:
        """Set the vocabulary.

        Parameters
        ----------
        vocabulary : number of each piece
        spelling : what is done to a text first; None: as for BERT without capital letters
        special : tokens such as "[CLS]" that are recognised in a text too, and their numbers; None: BERT's
        unknown : piece that stands for a word that has none
        prefix : beginning of the pieces that continue a word
        max_word_characters : longer words are unknown
        """
        if special is None:
            special = {token: vocabulary[token] for token in _SPECIAL_TOKENS if token in vocabulary}
        self._vocabulary, self._special = vocabulary, special
        self._spelling = spelling or Spelling()
        self._prefix, self._max_word_characters = prefix, max_word_characters
        self._unknown = vocabulary[unknown]
        self.first = special["[CLS]"]
        self.last = special["[SEP]"]
        longest_first = sorted(special, key=len, reverse=True)
        self._special_pattern = re.compile("|".join(map(re.escape, longest_first)))

    @property
    def largest(self) -> int:
        """The largest number that a token can have."""
        return max(*self._vocabulary.values(), *self._special.values())

    def encode(self, text: str, max_tokens: int) -> list[int]:
        """Return the tokens of a text between the first and the last token, at most ``max_tokens`` with them."""
        tokens: list[int] = []
        text = text[:MAX_CHARACTERS]
        position = 0
        for match in self._special_pattern.finditer(text):
            tokens += self._encode_plain(text[position : match.start()])
            tokens.append(self._special[match.group()])
            position = match.end()
        tokens += self._encode_plain(text[position:])
        return [self.first, *tokens[: max(max_tokens - 2, 0)], self.last]

    def _encode_plain(self, text: str) -> list[int]:
        words = split_words(self._spelling.normalise(text))
        return [token for word in words for token in self._encode_word(word)]

    def _encode_word(self, word: str) -> list[int]:
        """Return the tokens of a word: the longest piece that it begins with, and so on."""
        if len(word) > self._max_word_characters:
            return [self._unknown]
        tokens: list[int] = []
        start = 0
        while start < len(word):
            beginning = self._prefix if start else ""
            for end in range(len(word), start, -1):
                token = self._vocabulary.get(beginning + word[start:end])
                if token is not None:
                    break
            else:
                return [self._unknown]
            tokens.append(token)
            start = end
        return tokens


def read_tokenizer(path: Path) -> WordPieceTokenizer:
    """Return the tokenizer in a ``tokenizer.json`` or ``vocab.txt``. Raises :class:`CheckpointError`."""
    if path.name.startswith(VOCABULARY_FILE):
        return _read_vocabulary(path)
    tree = read_json(path)
    try:
        return _interpret_tokenizer(tree)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(
            "{name} describes another tokenizer than BERT's: choose the files of the small text encoder",
            name=path.name,
        ) from error


def _read_vocabulary(path: Path) -> WordPieceTokenizer:
    try:
        lines = read_file(path, MAX_JSON_BYTES).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise damaged(path) from error
    # a piece that is listed twice has the later number, as in BERT's own reader
    vocabulary = {line.rstrip(): number for number, line in enumerate(lines)}
    if len(lines) > _MAX_PIECES or not {"[UNK]", "[CLS]", "[SEP]"} <= vocabulary.keys():
        raise CheckpointError(
            "{name} describes another tokenizer than BERT's: choose the files of the small text encoder",
            name=path.name,
        )
    return WordPieceTokenizer(vocabulary)


def _interpret_tokenizer(tree: Mapping[str, Any]) -> WordPieceTokenizer:
    """Return the tokenizer of a parsed file. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for another kind."""
    model, normalizer = tree["model"], tree["normalizer"]
    _require(model.get("type", "WordPiece") == "WordPiece")
    _require(normalizer["type"] == "BertNormalizer" and tree["pre_tokenizer"]["type"] == "BertPreTokenizer")
    lowercase = _flag(normalizer, "lowercase")
    strip_accents = normalizer.get("strip_accents")
    spelling = Spelling(
        _flag(normalizer, "clean_text"),
        _flag(normalizer, "handle_chinese_chars"),
        lowercase if strip_accents is None else _flag(normalizer, "strip_accents"),
        lowercase,
    )
    vocabulary = model["vocab"]
    _require(isinstance(vocabulary, dict) and len(vocabulary) <= _MAX_PIECES)
    _require(all(type(number) is int and 0 <= number < _MAX_PIECES for number in vocabulary.values()))
    special: dict[str, int] = {}
    for token in tree["added_tokens"]:
        _require(isinstance(token["content"], str) and bool(token["content"]))
        _require(type(token["id"]) is int and 0 <= token["id"] < _MAX_PIECES)
        _require(not any(token.get(name) for name in ("single_word", "lstrip", "rstrip", "normalized")))
        special[token["content"]] = token["id"]
    characters = model.get("max_input_chars_per_word", 100)
    _require(type(characters) is int and 0 < characters <= 1000)
    unknown, prefix = model["unk_token"], model["continuing_subword_prefix"]
    _require(isinstance(unknown, str) and isinstance(prefix, str))
    return WordPieceTokenizer(vocabulary, spelling, special, unknown, prefix, characters)


def _require(fits: bool) -> None:
    if not fits:
        raise ValueError("another kind of tokenizer")


def _flag(settings: Mapping[str, Any], name: str) -> bool:
    _require(isinstance(settings[name], bool))
    return bool(settings[name])
