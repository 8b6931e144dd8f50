# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT: generate motion from text, predict or complete motion, and describe motion.

MotionGPT: Jiang et al., Human Motion as a Foreign Language, NeurIPS 2023; OpenMotionLab/MotionGPT.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...motion.errors import CheckpointError
from .feature_statistics import FeatureStatistics, find_statistics
from .files import select_device
from .motiongpt_files import find_motiongpt, read_motiongpt
from .motiongpt_language import AfterToken, LanguageModel, PromptTokenizer, TokenIds
from .motiongpt_prompts import Prompts
from .motiongpt_vq import FEATURES, FRAMES_PER_TOKEN, MotionTokenizer, MotionTokens

F64 = NDArray[np.float64]

MAX_FRAMES = 196
"""Frames of HumanML3D's longest motion, and so the longest that the model was trained on."""

_MEAN_STD = (("mean.npy", "std.npy"), ("Mean.npy", "Std.npy"))
_HEIGHT_FEATURE = 3  # the root's height in metres: HumanML3D's deviation of it is larger than MotionGPT's
_MIN_HUMANML3D_DEVIATION = 0.05  # metres; HumanML3D's own deviation of the root's height is larger
_MAX_FREE_TOKENS, _MAX_CAPTION_TOKENS = 127, 39
_CONTEXT_FRAMES = 40  # frames that a prediction sees: a fifth of the longest, as in the original
_FADE_FRAMES = 8  # frames of the cross-fade between given and generated frames

Generators = Sequence[np.random.Generator]


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
    motion_tensors, language_tensors = read_motiongpt(file)
    target = select_device(device)
    motion_tokenizer = MotionTokenizer(motion_tensors, file.name, target)
    language_model = LanguageModel(language_tensors, file.name, target)
    feature_statistics = find_statistics(
        statistics or file.parent, FEATURES, _MEAN_STD, "assets/meta of MotionGPT's repository"
    )
    if feature_statistics.deviation[_HEIGHT_FEATURE] > _MIN_HUMANML3D_DEVIATION:
        raise CheckpointError(
            "The mean and deviation beside the checkpoint are HumanML3D's own, but MotionGPT has others: copy mean.npy "
            "and std.npy there from assets/meta of its repository"
        )
    prompts = Prompts(motion_tokenizer.codebook_size)
    prompt_tokenizer = PromptTokenizer(
        file.parent, tokenizer, prompts.added_tokens, language_model.vocabulary_size
    )
    return MotionGPT(motion_tokenizer, language_model, prompt_tokenizer, feature_statistics, file)


class MotionGPT:
    """A MotionGPT model. Features are HumanML3D's (T, 263) in real units, at 20 frames a second.

    A motion has the requested length because only motion tokens are allowed until there are enough of them. In the
    original the model decides when a motion ends, which :meth:`generate` without a number of frames still allows.
    """

    def __init__(
        self,
        motion_tokenizer: MotionTokenizer,
        language_model: LanguageModel,
        prompt_tokenizer: PromptTokenizer,
        statistics: FeatureStatistics,
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
        self._motion_tokenizer, self._language_model = motion_tokenizer, language_model
        self._prompt_tokenizer, self._statistics = prompt_tokenizer, statistics
        self._prompts = Prompts(motion_tokenizer.codebook_size)

    def encode_features(self, features: ArrayLike) -> MotionTokens:
        """Encode features (T, 263) as tokens (ceil(T / 4),); the last frame is repeated up to a multiple of four."""
        motion = np.asarray(features, dtype=float)
        missing = -len(motion) % FRAMES_PER_TOKEN
        motion = np.concatenate([motion, np.repeat(motion[-1:], missing, axis=0)])
        return self._motion_tokenizer.encode((motion - self._statistics.mean) / self._statistics.deviation)

    def decode_tokens(self, tokens: ArrayLike) -> F64:
        """Decode tokens (B, n) to features (B, 4 n, 263)."""
        normalised = self._motion_tokenizer.decode(tokens)
        return np.asarray(normalised * self._statistics.deviation + self._statistics.mean)

    def generate(
        self,
        text: str | None,
        frames: int | None,
        generators: Generators,
        after_token: AfterToken = lambda done, most: None,
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
            prompt = self._prompts.free_generation_prompt(text or "a motion")
            return [
                self.decode_tokens(t[None])[0]
                for t in self._generate_free_tokens(prompt, generators, after_token)
            ]
        prompt = (
            self._prompts.unconditional_prompt(frames)
            if text is None
            else self._prompts.generation_prompt(text, frames)
        )
        tokens = self._generate_motion_tokens(prompt, _count_tokens(frames), generators, after_token)
        return list(self.decode_tokens(tokens)[:, :frames])

    def predict_motion(
        self,
        previous: ArrayLike,
        frames: int,
        generators: Generators,
        after_token: AfterToken = lambda done, most: None,
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
        context = np.asarray(previous, dtype=float)[-_CONTEXT_FRAMES:]
        context = context[len(context) % FRAMES_PER_TOKEN :] if len(context) > FRAMES_PER_TOKEN else context
        context_tokens = self.encode_features(context)
        new_tokens = self._generate_motion_tokens(
            self._prompts.prediction_prompt(context_tokens), _count_tokens(frames), generators, after_token
        )
        features = self.decode_tokens(
            np.concatenate([np.repeat(context_tokens[None], len(new_tokens), axis=0), new_tokens], axis=1)
        )
        start = len(context_tokens) * FRAMES_PER_TOKEN
        results = []
        for clip in features:
            clip[start:] = _add_fading_offset(clip[start:], context[-1] - clip[start - 1])
            results.append(clip[start : start + frames])
        return results

    def complete_motion(
        self,
        features: ArrayLike,
        first: int,
        stop: int,
        generators: Generators,
        after_token: AfterToken = lambda done, most: None,
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
        motion = np.asarray(features, dtype=float)
        tokens = self.encode_features(motion)
        first_token, stop_token = first // FRAMES_PER_TOKEN, -(-stop // FRAMES_PER_TOKEN)
        prompt = self._prompts.completion_prompt(
            tokens[:first_token], stop_token - first_token, tokens[stop_token:]
        )
        new_tokens = self._generate_motion_tokens(prompt, len(tokens), generators, after_token)
        # the model writes the whole motion: keep the known tokens of the given one
        new_tokens[:, :first_token], new_tokens[:, stop_token:] = tokens[:first_token], tokens[stop_token:]
        results = []
        for clip in self.decode_tokens(new_tokens):
            middle = clip[first:stop]
            if first:
                middle = _add_fading_offset(middle, motion[first - 1] - clip[first - 1])
            if stop < len(motion):
                middle = _add_fading_offset(middle[::-1], motion[stop] - clip[stop])[::-1]
            results.append(np.concatenate([motion[:first], middle, motion[stop:]]))
        return results

    def describe_motion(self, features: ArrayLike, after_token: AfterToken = lambda done, most: None) -> str:
        """Return a caption of a motion of four frames or more; the model was trained on 196 at most."""
        prompt = self._prompt_tokenizer.encode_prompt(
            self._prompts.caption_prompt(self.encode_features(features))
        )
        (token_ids,) = self._language_model.generate_tokens(
            prompt, _MAX_CAPTION_TOKENS, after_token=after_token
        )
        return self._prompt_tokenizer.decode_text(token_ids)

    def _generate_motion_tokens(
        self, prompt: str, count: int, generators: Generators, after_token: AfterToken
    ) -> MotionTokens:
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
        first = self._prompt_tokenizer.first_motion_token
        token_ids = self._language_model.generate_tokens(
            self._prompt_tokenizer.encode_prompt(prompt),
            count,
            generators,
            start_tokens=(first + self._motion_tokenizer.codebook_size,),
            allowed_range=(first, first + self._motion_tokenizer.codebook_size),
            after_token=after_token,
        )
        return np.stack(token_ids) - first

    def _generate_free_tokens(
        self, prompt: str, generators: Generators, after_token: AfterToken
    ) -> list[MotionTokens]:
        """Return motion tokens of a length that the model decides, for each of the generators."""
        outputs = self._language_model.generate_tokens(
            self._prompt_tokenizer.encode_prompt(prompt),
            _MAX_FREE_TOKENS,
            generators,
            after_token=after_token,
        )
        return [self._extract_motion_tokens(token_ids) for token_ids in outputs]

    def _extract_motion_tokens(self, token_ids: TokenIds) -> MotionTokens:
        """Return the tokens of the first motion in an output, without text tokens, as the original reads it."""
        codes = self._motion_tokenizer.codebook_size
        tokens = token_ids - self._prompt_tokenizer.first_motion_token
        starts = np.flatnonzero(tokens == codes)
        ends = np.flatnonzero(tokens == codes + 1)
        inside = tokens[starts[0] + 1 : ends[0]] if len(starts) and len(ends) else tokens[:0]
        inside = np.minimum(inside[inside >= 0], codes - 1)
        if len(inside) < 2:
            raise CheckpointError("The model wrote no motion: try another seed, or set length to asked")
        return np.asarray(inside, dtype=np.int64)


def _count_tokens(frames: int) -> int:
    return -(-frames // FRAMES_PER_TOKEN)


def _add_fading_offset(features: F64, offset: F64) -> F64:
    """Add ``offset`` (263,) to features (T, 263), faded out over the first frames; the four contacts stay."""
    count = min(_FADE_FRAMES, len(features))
    fading = np.zeros((len(features), 1))
    fading[:count, 0] = 1 - np.arange(1, count + 1) / (count + 1)
    offset = np.concatenate([offset[:-4], np.zeros(4)])
    return np.asarray(features + fading * offset)
