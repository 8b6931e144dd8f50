# SPDX-License-Identifier: GPL-3.0-or-later
"""A MotionGPT checkpoint that can be asked: motion for text, motion between and after motion, and text for motion.

MotionGPT: Jiang et al., Human Motion as a Foreign Language, NeurIPS 2023; OpenMotionLab/MotionGPT.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from ...motion.errors import CheckpointError
from .feature_statistics import Statistics, find_statistics
from .motiongpt_files import find_motiongpt, read_motiongpt
from .motiongpt_language import AfterWord, LanguageModel, PromptTokenizer, Words
from .motiongpt_prompts import Prompts
from .motiongpt_vq import FEATURES, FRAMES_PER_TOKEN, MotionTokenizer, Tokens

F64 = NDArray[np.float64]

LONGEST = 196
"""Frames: HumanML3D's longest, and so the longest that the model was trained on."""

_MEAN_STD = (("mean.npy", "std.npy"), ("Mean.npy", "Std.npy"))
_HEIGHT = 3  # the feature by which the two statistics are told apart: metres of the root above the floor
_LEAST_REAL = 0.05
_FREE_WORDS, _CAPTION_WORDS = 127, 39
_BEFORE = 40  # frames that a prediction sees: a fifth of the longest, as the original's task has it
_SEAM = 8  # frames

Draws = Sequence[np.random.Generator]


def load_motiongpt(
    path: str | Path,
    device: str | None = None,
    tokenizer: Path | None = None,
    statistics: Path | None = None,
) -> MotionGPT:
    """The checkpoint in a folder or file as published: ``motiongpt_s3_h3d.tar``, ``.ckpt`` or ``.safetensors``.

    ``mean.npy`` and ``std.npy`` (the original's ``assets/meta``) lie beside it or in ``statistics``, the tokenizer's
    files of flan-t5-base in a folder of that name beside it or in ``tokenizer``. ``device`` is PyTorch's name of one;
    None takes a CUDA device where there is one. No code in a file is run. Raises :class:`CheckpointError` in one
    sentence.
    """
    file = find_motiongpt(Path(path))
    motion, language = read_motiongpt(file)
    target = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    motions = MotionTokenizer(motion, file.name, target)
    model = LanguageModel(language, file.name, target)
    known = find_statistics(
        statistics or file.parent, FEATURES, _MEAN_STD, "assets/meta of MotionGPT's repository"
    )
    if known.deviation[_HEIGHT] > _LEAST_REAL:
        raise CheckpointError(
            "The mean and deviation beside the checkpoint are HumanML3D's own, but MotionGPT has others: copy mean.npy "
            "and std.npy there from assets/meta of its repository"
        )
    prompts = Prompts(motions.codes)
    words = PromptTokenizer(file.parent, tokenizer, prompts.words, model.words)
    return MotionGPT(motions, model, words, known, file)


class MotionGPT:
    """Features here are HumanML3D's (T, 263) in real units, 20 frames a second.

    A motion is made of as many tokens as are asked for, since nothing but motion tokens may then be written: the
    original lets the model end by itself, which :meth:`generate` with ``frames`` None does.
    """

    def __init__(
        self,
        motions: MotionTokenizer,
        model: LanguageModel,
        words: PromptTokenizer,
        statistics: Statistics,
        file: Path,
    ) -> None:
        """See :func:`load_motiongpt`."""
        self.file = file
        self._motions, self._model, self._words, self._statistics = motions, model, words, statistics
        self._prompts = Prompts(motions.codes)

    def tokens(self, features: ArrayLike) -> Tokens:
        """(T, 263) to (ceil(T / 4),); the last frame is held where T is no multiple of four."""
        given = np.asarray(features, dtype=float)
        spare = -len(given) % FRAMES_PER_TOKEN
        given = np.concatenate([given, np.repeat(given[-1:], spare, axis=0)])
        return self._motions.encode((given - self._statistics.mean) / self._statistics.deviation)

    def features(self, tokens: ArrayLike) -> F64:
        """(B, n) to (B, 4 n, 263)."""
        found = self._motions.decode(tokens)
        return np.asarray(found * self._statistics.deviation + self._statistics.mean)

    def generate(
        self,
        text: str | None,
        frames: int | None,
        draws: Draws,
        after_word: AfterWord = lambda done, most: None,
    ) -> list[F64]:
        """A motion for a sentence (None: any motion), for each of ``draws``: ``frames`` long, or, where that is None,
        as long as the model makes it. Raises :class:`CheckpointError` where it then writes no motion."""
        if frames is None:
            prompt = self._prompts.generate_freely(text or "a motion")
            return [self.features(t[None])[0] for t in self._freely(prompt, draws, after_word)]
        prompt = self._prompts.invent(frames) if text is None else self._prompts.generate(text, frames)
        found = self._exactly(prompt, _tokens_for(frames), draws, after_word)
        return list(self.features(found)[:, :frames])

    def predict(
        self,
        before: ArrayLike,
        frames: int,
        draws: Draws,
        after_word: AfterWord = lambda done, most: None,
    ) -> list[F64]:
        """``frames`` frames that follow on the features ``before``, of which the last two seconds are seen."""
        given = np.asarray(before, dtype=float)[-_BEFORE:]
        given = given[len(given) % FRAMES_PER_TOKEN :] if len(given) > FRAMES_PER_TOKEN else given
        seen = self.tokens(given)
        made = self._exactly(self._prompts.predict(seen), _tokens_for(frames), draws, after_word)
        whole = self.features(np.concatenate([np.repeat(seen[None], len(made), axis=0), made], axis=1))
        start = len(seen) * FRAMES_PER_TOKEN
        found = []
        for each in whole:
            each[start:] = _led_on(each[start:], given[-1] - each[start - 1])
            found.append(each[start : start + frames])
        return found

    def complete(
        self,
        features: ArrayLike,
        first: int,
        last: int,
        draws: Draws,
        after_word: AfterWord = lambda done, most: None,
    ) -> list[F64]:
        """The motion (T, 263) with what lies in frames ``first`` to ``last`` (not included) made anew."""
        given = np.asarray(features, dtype=float)
        tokens = self.tokens(given)
        a, b = first // FRAMES_PER_TOKEN, -(-last // FRAMES_PER_TOKEN)
        prompt = self._prompts.complete(tokens[:a], b - a, tokens[b:])
        made = self._exactly(prompt, len(tokens), draws, after_word)
        # the answer is the whole motion: what was known of it is known better
        made[:, :a], made[:, b:] = tokens[:a], tokens[b:]
        found = []
        for each in self.features(made):
            middle = each[first:last]
            if first:
                middle = _led_on(middle, given[first - 1] - each[first - 1])
            if last < len(given):
                middle = _led_on(middle[::-1], given[last] - each[last])[::-1]
            found.append(np.concatenate([given[:first], middle, given[last:]]))
        return found

    def describe(self, features: ArrayLike, after_word: AfterWord = lambda done, most: None) -> str:
        """A sentence for a motion of four frames or more; of 196 at most, as the model was trained."""
        prompt = self._words.numbers(self._prompts.describe(self.tokens(features)))
        (words,) = self._model.answer(prompt, _CAPTION_WORDS, after_word=after_word)
        return self._words.sentence(words)

    def _exactly(self, prompt: str, count: int, draws: Draws, after_word: AfterWord) -> Tokens:
        """(B, count)."""
        first = self._words.first
        found = self._model.answer(
            self._words.numbers(prompt),
            count,
            draws,
            begun=(first + self._motions.codes,),
            only=(first, first + self._motions.codes),
            after_word=after_word,
        )
        return np.stack(found) - first

    def _freely(self, prompt: str, draws: Draws, after_word: AfterWord) -> list[Tokens]:
        found = self._model.answer(self._words.numbers(prompt), _FREE_WORDS, draws, after_word=after_word)
        return [self._between_marks(words) for words in found]

    def _between_marks(self, words: Words) -> Tokens:
        """The tokens of the first motion in an answer, other words left out, as the original reads it."""
        codes = self._motions.codes
        tokens = words - self._words.first
        starts = np.flatnonzero(tokens == codes)
        ends = np.flatnonzero(tokens == codes + 1)
        inside = tokens[starts[0] + 1 : ends[0]] if len(starts) and len(ends) else tokens[:0]
        inside = np.minimum(inside[inside >= 0], codes - 1)
        if len(inside) < 2:
            raise CheckpointError(
                "The model answered with no motion: try another seed, or leave length to the duration"
            )
        return np.asarray(inside, dtype=np.int64)


def _tokens_for(frames: int) -> int:
    return -(-frames // FRAMES_PER_TOKEN)


def _led_on(made: F64, step: F64) -> F64:
    """Frames that begin where the given ones ended: the step between them fades; contacts (the last four) stay."""
    count = min(_SEAM, len(made))
    fading = np.zeros((len(made), 1))
    fading[:count, 0] = 1 - np.arange(1, count + 1) / (count + 1)
    step = np.concatenate([step[:-4], np.zeros(4)])
    return np.asarray(made + fading * step)
