# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT: generate motion from text, predict or complete motion, and describe motion.

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
"""Frames of HumanML3D's longest motion, and so the longest that the model was trained on."""

_MEAN_STD = (("mean.npy", "std.npy"), ("Mean.npy", "Std.npy"))
_HEIGHT = 3  # the root's height in metres: HumanML3D's deviation of it is larger than MotionGPT's
_LEAST_REAL = 0.05  # metres; HumanML3D's own deviation of the root's height is larger
_FREE_WORDS, _CAPTION_WORDS = 127, 39
_BEFORE = 40  # frames that a prediction sees: a fifth of the longest, as in the original
_SEAM = 8  # frames of the cross-fade between given and generated frames

Draws = Sequence[np.random.Generator]


def load_motiongpt(
    path: str | Path,
    device: str | None = None,
    tokenizer: Path | None = None,
    statistics: Path | None = None,
) -> MotionGPT:
    """Load a checkpoint as published: ``motiongpt_s3_h3d.tar``, ``.ckpt`` or ``.safetensors``.

    No code in a file is run. Raises :class:`CheckpointError`.

    Parameters
    ----------
    path : str or Path
        The file or its folder.
    device : str or None
        PyTorch's name of a device; None: CUDA if there is one, else the CPU.
    tokenizer : Path or None
        Folder of the tokenizer's files; None: a folder ``flan-t5-base`` beside the checkpoint.
    statistics : Path or None
        Folder of ``mean.npy`` and ``std.npy`` (the original's ``assets/meta``); None: beside the checkpoint.
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
    """A MotionGPT model. Features are HumanML3D's (T, 263) in real units, at 20 frames a second.

    A motion has the requested length because only motion tokens are allowed until there are enough of them. In the
    original the model decides when a motion ends; this is still possible: without a number of frames.
    """

    def __init__(
        self,
        motions: MotionTokenizer,
        model: LanguageModel,
        words: PromptTokenizer,
        statistics: Statistics,
        file: Path,
    ) -> None:
        """Combine the parts that :func:`load_motiongpt` loads.

        Parameters
        ----------
        motion_tokenizer : MotionTokenizer
            The motion tokenizer (VQ-VAE).
        language_model : LanguageModel
            The language model (T5).
        prompt_tokenizer : PromptTokenizer
            The tokenizer of the language model.
        statistics : FeatureStatistics
            Mean and deviation of the features.
        file : Path
            The checkpoint.
        """
        self.file = file
        self._motions, self._model, self._words, self._statistics = motions, model, words, statistics
        self._prompts = Prompts(motions.codes)

    def tokens(self, features: ArrayLike) -> Tokens:
        """Encode features (T, 263) as tokens (ceil(T / 4),); the last frame is repeated up to a multiple of four."""
        given = np.asarray(features, dtype=float)
        spare = -len(given) % FRAMES_PER_TOKEN
        given = np.concatenate([given, np.repeat(given[-1:], spare, axis=0)])
        return self._motions.encode((given - self._statistics.mean) / self._statistics.deviation)

    def features(self, tokens: ArrayLike) -> F64:
        """Decode tokens (B, n) to features (B, 4 n, 263)."""
        found = self._motions.decode(tokens)
        return np.asarray(found * self._statistics.deviation + self._statistics.mean)

    def generate(
        self,
        text: str | None,
        frames: int | None,
        draws: Draws,
        after_word: AfterWord = lambda done, most: None,
    ) -> list[F64]:
        """Generate motions from text.

        Raises :class:`CheckpointError` if ``frames`` is None and the model writes no motion.

        Parameters
        ----------
        text : str or None
            The prompt; None: any motion.
        frames : int or None
            Frames of the motion; None: the model decides.
        generators : random generators
            One for each motion.
        after_token : AfterToken
            Called after each token.
        """
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
        """Predict the frames after a motion.

        Parameters
        ----------
        previous : (T, 263)
            The motion so far; the model sees its last two seconds.
        frames : int
            Frames to predict.
        generators : random generators
            One for each result.
        after_token : AfterToken
            Called after each token.
        """
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
        """Return the motion with some of its frames generated anew.

        Parameters
        ----------
        features : (T, 263)
            The motion.
        first, stop : int
            The range of frames, ``stop`` not included.
        generators : random generators
            One for each result.
        after_token : AfterToken
            Called after each token.
        """
        given = np.asarray(features, dtype=float)
        tokens = self.tokens(given)
        a, b = first // FRAMES_PER_TOKEN, -(-last // FRAMES_PER_TOKEN)
        prompt = self._prompts.complete(tokens[:a], b - a, tokens[b:])
        made = self._exactly(prompt, len(tokens), draws, after_word)
        # the model writes the whole motion: keep the known tokens of the given one
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
        """Return a caption of a motion of four frames or more; the model was trained on 196 at most."""
        prompt = self._words.numbers(self._prompts.describe(self.tokens(features)))
        (words,) = self._model.answer(prompt, _CAPTION_WORDS, after_word=after_word)
        return self._words.sentence(words)

    def _exactly(self, prompt: str, count: int, draws: Draws, after_word: AfterWord) -> Tokens:
        """Return exactly ``count`` motion tokens for each of the generators: (B, count).

        Parameters
        ----------
        prompt : str
            From :class:`.Prompts`.
        count : int
            Tokens of the motion.
        generators : random generators
            One for each motion.
        after_token : AfterToken
            Called after each token.
        """
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
        """Return motion tokens of a length that the model decides, for each of the generators."""
        found = self._model.answer(self._words.numbers(prompt), _FREE_WORDS, draws, after_word=after_word)
        return [self._between_marks(words) for words in found]

    def _between_marks(self, words: Words) -> Tokens:
        """Return the tokens of the first motion in an output, without other words, as the original reads it."""
        codes = self._motions.codes
        tokens = words - self._words.first
        starts = np.flatnonzero(tokens == codes)
        ends = np.flatnonzero(tokens == codes + 1)
        inside = tokens[starts[0] + 1 : ends[0]] if len(starts) and len(ends) else tokens[:0]
        inside = np.minimum(inside[inside >= 0], codes - 1)
        if len(inside) < 2:
            raise CheckpointError("The model wrote no motion: try another seed, or set length to asked")
        return np.asarray(inside, dtype=np.int64)


def _tokens_for(frames: int) -> int:
    return -(-frames // FRAMES_PER_TOKEN)


def _led_on(made: F64, step: F64) -> F64:
    """Add the difference to the given frames, fading out over the first frames; not to the four contacts."""
    count = min(_SEAM, len(made))
    fading = np.zeros((len(made), 1))
    fading[:count, 0] = 1 - np.arange(1, count + 1) / (count + 1)
    step = np.concatenate([step[:-4], np.zeros(4)])
    return np.asarray(made + fading * step)
