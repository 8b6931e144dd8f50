# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT's language model: T5 (Raffel et al., 2020; flan-t5-base as published) with motion tokens in its vocabulary.

``transformers`` computes it. The configuration is derived from the shapes of the tensors: nothing is downloaded.
"""

from __future__ import annotations

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
"""Name of the tokenizer on Hugging Face; flan-t5 and T5 of other sizes have the same tokenizer."""

_TOKENIZER_FILES = ("tokenizer.json", "spiece.model")
_LONGEST_PROMPT = 256  # tokens, as in the original; longer prompts are cut
_LIKELIEST = 50  # top-k sampling as in the original: transformers' default
_STOP, _START = 1, 0
_SHARED = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")

AfterWord = Callable[[int, int], None]
"""Called with (tokens written, tokens at most) after each token; an exception from it ends the generation."""


class LanguageModel:
    """Generates text and motion tokens from a prompt, one after another."""

    def __init__(self, tensors: Tensors, name: str, device: torch.device) -> None:
        """Build the model from ``tensors`` by the names of ``transformers``.

        ``name`` is that of the file, for errors. Raises :class:`CheckpointError`.
        """
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
                    "{key} of the language model in {name} does not fit T5: choose a checkpoint of the published kind",
                    key=key,
                    name=name,
                )
        for key, value in tensors.items():
            if not bool(torch.isfinite(value).all()):
                raise CheckpointError(
                    "{key} in {name} holds numbers that are not finite: download it again", key=key, name=name
                )
        # newer transformers tie the output head of every T5; assigned tensors stay untied
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
        """Return the generated token ids, without the end token, one array for each generator.

        Parameters
        ----------
        prompt : sequence of int
            Token ids of the prompt.
        max_tokens : int
            Tokens to generate, at most.
        generators : random generators or None
            One for each result; None: one result, with the most probable token each time.
        start_tokens : tuple of int
            Token ids with which the output begins; they are not returned.
        allowed_range : (first, stop) or None
            The only token ids that are allowed; without the end token, the output has ``max_tokens`` tokens.
        after_token : AfterToken
            Called after each token.
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
    """Return one token id for each row of ``scores`` (B, vocabulary)."""
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
    """Derive the configuration of a T5 from its tensors; ``name`` is that of the file.

    Raises :class:`CheckpointError` if they are not those of a T5.
    """
    if "shared.weight" not in tensors:
        which = "GPT-2" if any(".attn.c_attn." in key for key in tensors) else "something else"
        raise CheckpointError(
            "The language model in {name} is {which}, not T5: choose MotionGPT's T5 models",
            name=name,
            which=which,
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
            "The language model in {name} is not complete: choose a checkpoint of the published kind",
            name=name,
        ) from error
    # T5 1.0 uses its input embeddings, scaled, as output head; T5 1.1 and flan (gated) have a separate head
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
    """T5's tokenizer with the motion tokens added: text to token ids and back."""

    def __init__(self, beside: Path, folder: Path | None, more: Sequence[str], words: int) -> None:
        """Load the tokenizer.

        Raises :class:`CheckpointError` if it is not found or does not fit the model.

        Parameters
        ----------
        checkpoint_folder : Path
            The checkpoint's folder: it or its ``flan-t5-base`` is used if ``folder`` is None, else the cache of Hugging
            Face's tools.
        folder : Path or None
            Folder of the tokenizer's files.
        motion_tokens : sequence of str
            The motion tokens to add.
        vocabulary_size : int
            Size of the model's vocabulary.
        """
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
                "The tokenizer of {tokenizer} is not on this machine: put its tokenizer.json and "
                "tokenizer_config.json into a folder flan-t5-base beside the checkpoint, "
                "or run: hf download {tokenizer} --include *token*",
                tokenizer=TOKENIZER,
            ) from error
        if size != words:
            raise CheckpointError(
                "The tokenizer has {size} tokens and the checkpoint {expected}: use the one of {tokenizer}",
                size=size,
                expected=words,
                tokenizer=TOKENIZER,
            )

    def numbers(self, prompt: str) -> list[int]:
        """Return the token ids of a prompt, cut at 256 as in the original."""
        found = self._tokenizer(prompt, truncation=True, max_length=_LONGEST_PROMPT)["input_ids"]
        return [int(n) for n in found]

    def sentence(self, words: Words) -> str:
        """Return token ids as text, without special and motion tokens."""
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
