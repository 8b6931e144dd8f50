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

from .chinese import is_chinese, to_english
from .prompt_normalisation import GRAMMAR, in_idioms, plain

MAX_WORDS = 32
"""Words of a prompt that are used; the rest is ignored."""

START = 1
"""Learned index of the token that begins every prompt; alone, it means no prompt. 0: a word without an index."""

F32 = NDArray[np.float32]

_WORD = re.compile(r"[a-z]+|[0-9]+")
_ENDINGS = ("ingly", "ing", "ly", "ed", "es", "er", "s", "d")
# Words without a meaning of their own: they neither raise nor lower the confidence.
_FUNCTION = frozenset(
    "a an the this that these those of to in on at by with from and or then while as for into onto over his her their "
    "its he she it they them him someone somebody person people man woman character figure human one is are was be "
    "being been do does doing very some who which there here up out off your my our i you we me us".split()
)
# Cosines to the nearest training word at which an unknown word counts as unknown and as known.
_FAR, _NEAR = 0.35, 0.7
# Cosine from which a word means about the same as a training word.
_ALIKE = 0.6


def split_words(sentence: str) -> list[str]:
    """Return lower-case words and numbers, at most 32, without possessive endings and punctuation."""
    plain = sentence.lower().replace("\u2019", "'").replace("n't", " not").replace("'s", "").replace("'", "")
    return _WORD.findall(plain)[:MAX_WORDS]


@dataclass(frozen=True)
class Reading:
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

    words: dict[str, int]
    vectors: NDArray[np.int8]
    learned: dict[str, int]

    def vector(self, word: str) -> F32:
        """Return the static unit vector (D,) of a word; zeros if the table lacks it."""
        row = self.words.get(word)
        if row is None:
            return np.zeros(self.vectors.shape[1], np.float32)
        v = self.vectors[row].astype(np.float32)
        return np.asarray(v / np.linalg.norm(v))

    @cached_property
    def _content(self) -> F32:
        """Static vectors (M, D) of the training words with a meaning."""
        if not any(self._names):
            return np.zeros((1, self.vectors.shape[1]), np.float32)
        return np.stack([self.vector(w) for w in self._names])

    @cached_property
    def _names(self) -> list[str]:
        """The training words with a meaning and a static vector; never empty."""
        return [w for w in self.learned if w in self.words and w not in _FUNCTION] or [""]

    def nearest_spelling(self, word: str) -> str | None:
        """Return the known word that ``word`` is an unusual form or a misspelling of, or None."""
        for ending in _ENDINGS:
            stem = word[: -len(ending)]
            if word.endswith(ending) and len(stem) >= 3:
                for form in (stem, stem + "e", stem + "s", stem + "ing"):
                    if form in self.learned or form in self.words:
                        return form
        if len(word) < 4:
            return None
        close = difflib.get_close_matches(word, [w for w in self.learned if len(w) > 3], n=1, cutoff=0.75)
        return close[0] if close else None

    def known(self, word: str) -> float:
        """Return how well a word is known: 1 for training words, else by the cosine to the nearest, down to 0."""
        if word in self.learned:
            return 1.0
        if word not in self.words:
            return 0.0
        best = float((self._content @ self.vector(word)).max())
        return float(np.clip((best - _FAR) / (_NEAR - _FAR), 0.0, 1.0))

    def near(self, word: str) -> str | None:
        """Return the training word that ``word`` equals or means about the same as, or None."""
        if word in self.learned:
            return word
        if word not in self.words:
            return None
        likeness = self._content @ self.vector(word)
        best = int(likeness.argmax())
        return self._names[best] if likeness[best] >= _ALIKE else None

    def read(self, sentence: str) -> Reading:
        """Return a prompt's words after the start token. Never fails: unknown words are skipped.

        Everyday Chinese is translated into English words first.
        """
        static, ids = [np.zeros(self.vectors.shape[1], np.float32)], [START]
        scores: list[float] = []
        if is_chinese(sentence):
            sentence, unknown = to_english(sentence)
            scores += [0.0] * unknown
        words = split_words(sentence)
        for i, (word, explained) in enumerate(zip(words, in_idioms(words), strict=True)):
            spelt, doubt = word, 1.0
            if word not in self.learned and word not in self.words and word not in GRAMMAR and not explained:
                spelt, doubt = self.nearest_spelling(word) or "", 0.7
            if word not in _FUNCTION:
                scores.append(1.0 if explained else doubt * self.known(spelt))
            words[i] = spelt or word
        for word in plain(words, self.near)[:MAX_WORDS]:
            if word not in self.words and word not in self.learned:
                continue
            static.append(self.vector(word))
            ids.append(self.learned.get(word, 0))
        confidence = float(np.mean(scores)) if scores else 0.0
        return Reading(np.stack(static), np.array(ids, dtype=np.int64), confidence)
