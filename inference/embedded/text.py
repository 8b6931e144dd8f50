# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokenise prompts into word vectors, and rate how much of a prompt is known.

A word of the training sentences has a learned vector in addition to its static one. Any other English word of the
table has the static one alone, which is near those of words with the same meaning. A misspelt word is replaced by the
most similar known one.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .chinese import is_chinese, translate_to_english
from .prompt_normalisation import GRAMMAR_WORDS, mark_idioms, normalise_words

MAX_WORDS = 32
"""Words of a prompt that are used; the rest is ignored."""

MAX_KNOWN_WORDS = 12
"""Words of a prompt that may be given to the network as it is typed."""

START_TOKEN = 1
"""Learned index of the token that begins every prompt; alone, it means no prompt. 0: a word without an index."""

F32 = NDArray[np.float32]

_WORD_PATTERN = re.compile(r"[a-z]+|[0-9]+")
_WORD_ENDINGS = ("ingly", "ing", "ly", "ed", "es", "er", "s", "d")
# Words without a meaning of their own: they neither raise nor lower the confidence.
_FUNCTION_WORDS = frozenset(
    "a an the this that these those of to in on at by with from and or then while as for into onto over his her their "
    "its he she it they them him someone somebody person people man woman character figure human one is are was be "
    "being been do does doing very some who which there here up out off your my our i you we me us".split()
)
# Cosines to the nearest training word at which an unknown word counts as unknown and as known.
_UNKNOWN_COSINE, _KNOWN_COSINE = 0.35, 0.7
# Cosine from which a word means about the same as a training word.
_SYNONYM_COSINE = 0.6


def split_words(sentence: str) -> list[str]:
    """Return lower-case words and numbers, at most 32, without possessive endings and punctuation."""
    text = sentence.lower().replace("\u2019", "'").replace("n't", " not").replace("'s", "").replace("'", "")
    return _WORD_PATTERN.findall(text)[:MAX_WORDS]


@dataclass(frozen=True)
class TokenizedPrompt:
    """A prompt as the network's input: static vectors (L, D), learned ids (L,), and confidence 0 to 1."""

    static: F32
    ids: NDArray[np.int64]
    confidence: float


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The known words.

    Attributes
    ----------
    word_rows
        Row of each word in ``vectors``.
    vectors : (N, D) int8
        Static word vectors.
    learned_ids
        Learned index of each training word.
    """

    word_rows: dict[str, int]
    vectors: NDArray[np.int8]
    learned_ids: dict[str, int]

    def static_vector(self, word: str) -> F32:
        """Return the static unit vector (D,) of a word; zeros if the table lacks it."""
        row = self.word_rows.get(word)
        if row is None:
            return np.zeros(self.vectors.shape[1], np.float32)
        v = self.vectors[row].astype(np.float32)
        return np.asarray(v / np.linalg.norm(v))

    @cached_property
    def _content_vectors(self) -> F32:
        """Static vectors (M, D) of the training words with a meaning."""
        if not any(self._content_words):
            return np.zeros((1, self.vectors.shape[1]), np.float32)
        return np.stack([self.static_vector(w) for w in self._content_words])

    @cached_property
    def _content_words(self) -> list[str]:
        """The training words with a meaning and a static vector; never empty."""
        return [w for w in self.learned_ids if w in self.word_rows and w not in _FUNCTION_WORDS] or [""]

    def nearest_spelling(self, word: str) -> str | None:
        """Return the known word that ``word`` is an unusual form or a misspelling of, or None."""
        for ending in _WORD_ENDINGS:
            stem = word[: -len(ending)]
            if word.endswith(ending) and len(stem) >= 3:
                for form in (stem, stem + "e", stem + "s", stem + "ing"):
                    if form in self.learned_ids or form in self.word_rows:
                        return form
        if len(word) < 4:
            return None
        close = difflib.get_close_matches(word, [w for w in self.learned_ids if len(w) > 3], n=1, cutoff=0.75)
        return close[0] if close else None

    def rate_word(self, word: str) -> float:
        """Return how well a word is known: 1 for training words, else by the cosine to the nearest, down to 0."""
        if word in self.learned_ids:
            return 1.0
        if word not in self.word_rows:
            return 0.0
        best = float((self._content_vectors @ self.static_vector(word)).max())
        return float(np.clip((best - _UNKNOWN_COSINE) / (_KNOWN_COSINE - _UNKNOWN_COSINE), 0.0, 1.0))

    def nearest_training_word(self, word: str) -> str | None:
        """Return the training word that ``word`` equals or means about the same as, or None."""
        if word in self.learned_ids:
            return word
        if word not in self.word_rows:
            return None
        cosines = self._content_vectors @ self.static_vector(word)
        best = int(cosines.argmax())
        return self._content_words[best] if cosines[best] >= _SYNONYM_COSINE else None

    def knows_all_words(self, sentence: str) -> bool:
        """Return whether training sentences have all words of a short prompt, or idioms that stand for such."""
        if is_chinese(sentence):
            return False
        words = split_words(sentence)
        if len(words) > MAX_KNOWN_WORDS:
            return False
        return bool(words) and all(
            in_idiom or word in self.learned_ids or word in _FUNCTION_WORDS
            for word, in_idiom in zip(words, mark_idioms(words), strict=True)
        )

    def tokenize_prompt(self, sentence: str) -> TokenizedPrompt:
        """Return a prompt's words after the start token. Never fails: unknown words are skipped.

        Everyday Chinese is translated into English words first.
        """
        static, ids = [np.zeros(self.vectors.shape[1], np.float32)], [START_TOKEN]
        scores: list[float] = []
        if is_chinese(sentence):
            sentence, unknown = translate_to_english(sentence)
            scores += [0.0] * unknown
        words = split_words(sentence)
        for i, (word, in_idiom) in enumerate(zip(words, mark_idioms(words), strict=True)):
            spelling, factor = word, 1.0
            if (
                word not in self.learned_ids
                and word not in self.word_rows
                and word not in GRAMMAR_WORDS
                and not in_idiom
            ):
                spelling, factor = self.nearest_spelling(word) or "", 0.7
            if word not in _FUNCTION_WORDS:
                scores.append(1.0 if in_idiom else factor * self.rate_word(spelling))
            words[i] = spelling or word
        for word in normalise_words(words, self.nearest_training_word)[:MAX_WORDS]:
            if word not in self.word_rows and word not in self.learned_ids:
                continue
            static.append(self.static_vector(word))
            ids.append(self.learned_ids.get(word, 0))
        confidence = float(np.mean(scores)) if scores else 0.0
        return TokenizedPrompt(np.stack(static), np.array(ids, dtype=np.int64), confidence)
