# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT's language model: T5 (Raffel et al., 2020; flan-t5-base as published) whose vocabulary goes on with motion.

``transformers`` computes it, from a configuration that the tensors themselves tell: nothing is downloaded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...motion.errors import CheckpointError
from .files import Tensors

Words = NDArray[np.int64]

TOKENIZER = "google/flan-t5-base"
"""The hub's name of the tokenizer; flan-t5's and T5's other sizes have the same."""

_TOKENIZER_FILES = ("tokenizer.json", "spiece.model")
_LONGEST_PROMPT = 256  # tokens: what the original cuts them to
_LIKELIEST = 50  # the original samples from so many, transformers' default
_STOP, _START = 1, 0
_SHARED = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")

AfterWord = Callable[[int, int], None]
"""Called with (words written, words at most) after each; what it raises ends the writing."""


class LanguageModel:
    """Answers a prompt with words or motion tokens, one after another."""

    def __init__(self, tensors: Tensors, name: str, device: torch.device) -> None:
        """``tensors`` by the names of ``transformers``; ``name`` is the file's. Raises :class:`CheckpointError`."""
        transformers = _transformers()
        config = config_of(tensors, name)
        with torch.device("meta"):
            model = transformers.T5ForConditionalGeneration(config)
        tensors = dict(tensors)
        for shared in _SHARED:
            tensors.setdefault(shared, tensors["shared.weight"])
        if not config.is_gated_act:
            tensors.setdefault("lm_head.weight", tensors["shared.weight"])
        wanted = {key: tuple(value.shape) for key, value in model.state_dict().items()}
        for key in sorted({*wanted, *tensors}):
            shape = tuple(tensors[key].shape) if key in tensors else None
            if shape != wanted.get(key):
                raise CheckpointError(
                    f"{key} of the language model in {name} does not fit T5: choose a checkpoint of the published kind"
                )
        for key, value in tensors.items():
            if not bool(torch.isfinite(value).all()):
                raise CheckpointError(f"{key} in {name} holds numbers that are not finite: download it again")
        # newer transformers tie the head of every T5: tensors that are assigned one by one are not
        model.load_state_dict({key: tensors[key] for key in wanted}, assign=True)
        self._model = model.eval().to(device)
        self._device = device
        self.words = int(config.vocab_size)

    def answer(
        self,
        prompt: Sequence[int],
        most: int,
        draws: Sequence[np.random.Generator] | None = None,
        begun: Sequence[int] = (),
        only: tuple[int, int] | None = None,
        after_word: AfterWord = lambda done, most: None,
    ) -> list[Words]:
        """The words that answer ``prompt`` (the tokenizer's numbers), for each of ``draws`` one answer.

        ``draws`` None gives the one answer of the likeliest word each time. Answers go on from ``begun``, have at most
        ``most`` words beyond it and end before the mark of the end. ``only`` (first, past the last) allows those words
        and no others, so that ``most`` of them come.
        """
        with torch.inference_mode():
            source = torch.tensor([list(prompt)], device=self._device)
            hidden = self._model.encoder(input_ids=source).last_hidden_state
            count = len(draws) if draws is not None else 1
            words = torch.tensor([[_START, *begun]] * count, device=self._device)
            hidden = hidden.expand(count, -1, -1)
            asked, memory = words, None
            ended = np.zeros(count, bool)
            written = np.empty((count, 0), np.int64)
            for done in range(1, most + 1):
                out = self._model(
                    encoder_outputs=(hidden,), decoder_input_ids=asked, past_key_values=memory, use_cache=True
                )
                memory = out.past_key_values
                scores = out.logits[:, -1].float().cpu().numpy()
                chosen = np.where(ended, _STOP, _choose(scores, draws, only))
                ended |= chosen == _STOP
                written = np.concatenate([written, chosen[:, None]], axis=1)
                after_word(done, most)
                if ended.all():
                    break
                asked = torch.from_numpy(chosen[:, None]).to(self._device)
            return [_until_stop(row) for row in written]


def _choose(
    scores: NDArray[np.float32], draws: Sequence[np.random.Generator] | None, only: tuple[int, int] | None
) -> Words:
    """One word for each row of ``scores`` (B, words)."""
    first, past = only or (0, scores.shape[1])
    scores = scores[:, first:past].astype(float)
    if draws is None:
        return np.asarray(scores.argmax(1) + first, dtype=np.int64)
    found = []
    for row, draw in zip(scores, draws, strict=True):
        likeliest = np.argsort(-row, kind="stable")[:_LIKELIEST]
        shares = np.cumsum(np.exp(row[likeliest] - row[likeliest[0]]))
        place = int(np.searchsorted(shares, draw.random() * shares[-1], side="right"))
        found.append(likeliest[min(place, len(likeliest) - 1)] + first)
    return np.asarray(found, dtype=np.int64)


def _until_stop(row: Words) -> Words:
    ends = np.flatnonzero(row == _STOP)
    return row[: ends[0]] if len(ends) else row


def config_of(tensors: Tensors, name: str) -> Any:
    """The configuration of the T5 that ``tensors`` are of. Raises :class:`CheckpointError`."""
    if "shared.weight" not in tensors:
        which = "GPT-2" if any(".attn.c_attn." in key for key in tensors) else "something else"
        raise CheckpointError(
            f"The language model in {name} is {which}, not T5: choose MotionGPT's T5 models"
        )
    inside = "encoder.block.0.layer"
    try:
        words, width = tensors["shared.weight"].shape
        inner = tensors[f"{inside}.0.SelfAttention.q.weight"].shape[0]
        buckets, heads = tensors[f"{inside}.0.SelfAttention.relative_attention_bias.weight"].shape
        gated = f"{inside}.1.DenseReluDense.wi_0.weight" in tensors
        wide = tensors[f"{inside}.1.DenseReluDense.{'wi_0' if gated else 'wi'}.weight"].shape[0]
    except (KeyError, ValueError, IndexError) as error:
        raise CheckpointError(
            f"The language model in {name} is not whole: choose a checkpoint of the published kind"
        ) from error
    # the first T5 wrote with the words that it reads by, scaled; later ones (1.1, flan), which are gated, have a head
    return _transformers().T5Config(
        vocab_size=words, d_model=width, d_kv=inner // heads, d_ff=wide, num_heads=heads,
        num_layers=_blocks(tensors, "encoder"), num_decoder_layers=_blocks(tensors, "decoder"),
        relative_attention_num_buckets=buckets, feed_forward_proj="gated-gelu" if gated else "relu",
        tie_word_embeddings=not gated,
        pad_token_id=_START, eos_token_id=_STOP, decoder_start_token_id=_START,
    )  # fmt: skip


def _blocks(tensors: Tensors, part: str) -> int:
    numbers = (re.match(rf"{part}\.block\.(\d+)\.", key) for key in tensors)
    return 1 + max((int(n[1]) for n in numbers if n), default=-1)


class PromptTokenizer:
    """Sentences and motion words to the language model's numbers and back, by T5's own tokenizer."""

    def __init__(self, beside: Path, folder: Path | None, more: Sequence[str], words: int) -> None:
        """Files are taken from ``folder``, else from the checkpoint's folder ``beside`` or its ``flan-t5-base``, else
        from the cache of the hub's tools. ``more`` are the words that motion adds, to ``words`` in all; raises
        :class:`CheckpointError` where the tokenizer is not there or is not the model's."""
        own = [folder] if folder else [beside / TOKENIZER.split("/")[-1], beside]
        found = [str(p) for p in own if any((p / name).is_file() for name in _TOKENIZER_FILES)]
        transformers = _transformers()
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(
                found[0] if found else TOKENIZER, local_files_only=True, legacy=True
            )
            self.first = len(self._tokenizer)
            self._tokenizer.add_tokens(list(more))
            size = len(self._tokenizer)
        except (OSError, ValueError, ImportError, RuntimeError, KeyError, TypeError) as error:
            raise CheckpointError(
                f"The tokenizer of {TOKENIZER} is not on this machine: put its tokenizer.json and "
                "tokenizer_config.json into a folder flan-t5-base beside the checkpoint, "
                f"or run: hf download {TOKENIZER} --include {os.fspath('*token*')}"
            ) from error
        if size != words:
            raise CheckpointError(
                f"The tokenizer has {size} words and the checkpoint {words}: use the one of {TOKENIZER}"
            )

    def numbers(self, prompt: str) -> list[int]:
        """The prompt's words; what is beyond the original's 256 is cut off."""
        found = self._tokenizer(prompt, truncation=True, max_length=_LONGEST_PROMPT)["input_ids"]
        return [int(n) for n in found]

    def sentence(self, words: Words) -> str:
        """Words as text, without marks and motion."""
        plain = [int(n) for n in words if n < self.first]
        return str(self._tokenizer.decode(plain, skip_special_tokens=True)).strip()


def _transformers() -> Any:
    try:
        import transformers
    except ImportError as error:
        raise CheckpointError(
            "MotionGPT needs the package transformers: install it beside PyTorch (pip install transformers)"
        ) from error
    return transformers
