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
from .files import Tensors, check_finite

TokenIds = NDArray[np.int64]

TOKENIZER = "google/flan-t5-base"
"""Name of the tokenizer on Hugging Face; flan-t5 and T5 of other sizes have the same tokenizer."""

_TOKENIZER_FILES = ("tokenizer.json", "spiece.model")
_MAX_PROMPT_TOKENS = 256  # tokens, as in the original; longer prompts are cut
_TOP_K = 50  # top-k sampling as in the original: transformers' default
_END_TOKEN, _START_TOKEN = 1, 0
_TIED_WEIGHTS = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")

AfterToken = Callable[[int, int], None]
"""Called with (tokens written, tokens at most) after each token; an exception from it ends the generation."""


class LanguageModel:
    """Generates text and motion tokens from a prompt, one after another."""

    def __init__(self, tensors: Tensors, name: str, device: torch.device) -> None:
        """Build the model from ``tensors`` by the names of ``transformers``.

        ``name`` is that of the file, for errors. Raises :class:`CheckpointError`.
        """
        transformers = _import_transformers()
        config = derive_config(tensors, name)
        with torch.device("meta"):
            model = transformers.T5ForConditionalGeneration(config)
        tensors = dict(tensors)
        for shared in _TIED_WEIGHTS:
            tensors.setdefault(shared, tensors["shared.weight"])
        if not config.is_gated_act:
            tensors.setdefault("lm_head.weight", tensors["shared.weight"])
        expected = {key: tuple(value.shape) for key, value in model.state_dict().items()}
        for key in sorted({*expected, *tensors}):
            shape = tuple(tensors[key].shape) if key in tensors else None
            if shape != expected.get(key):
                raise CheckpointError(
                    "{key} of the language model in {name} does not fit T5: choose a checkpoint of the published kind",
                    key=key,
                    name=name,
                )
        check_finite(tensors, name)
        # newer transformers tie the output head of every T5; assigned tensors stay untied
        model.load_state_dict({key: tensors[key] for key in expected}, assign=True)
        self._model = model.eval().to(device)
        self._device = device
        self.vocabulary_size = int(config.vocab_size)

    def generate_tokens(
        self,
        prompt: Sequence[int],
        max_tokens: int,
        generators: Sequence[np.random.Generator] | None = None,
        start_tokens: Sequence[int] = (),
        allowed_range: tuple[int, int] | None = None,
        after_token: AfterToken = lambda done, most: None,
    ) -> list[TokenIds]:
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
            count = len(generators) if generators is not None else 1
            output_tokens = torch.tensor([[_START_TOKEN, *start_tokens]] * count, device=self._device)
            hidden = hidden.expand(count, -1, -1)
            next_input, cache = output_tokens, None
            is_ended = np.zeros(count, bool)
            generated = np.empty((count, 0), np.int64)
            for done in range(1, max_tokens + 1):
                output = self._model(
                    encoder_outputs=(hidden,),
                    decoder_input_ids=next_input,
                    past_key_values=cache,
                    use_cache=True,
                )
                cache = output.past_key_values
                scores = output.logits[:, -1].float().cpu().numpy()
                chosen = np.where(is_ended, _END_TOKEN, _choose_tokens(scores, generators, allowed_range))
                is_ended |= chosen == _END_TOKEN
                generated = np.concatenate([generated, chosen[:, None]], axis=1)
                after_token(done, max_tokens)
                if is_ended.all():
                    break
                next_input = torch.from_numpy(chosen[:, None]).to(self._device)
            return [_cut_at_end_token(row) for row in generated]


def _choose_tokens(
    scores: NDArray[np.float32],
    generators: Sequence[np.random.Generator] | None,
    allowed_range: tuple[int, int] | None,
) -> TokenIds:
    """Return one token id for each row of ``scores`` (B, vocabulary)."""
    first, stop = allowed_range or (0, scores.shape[1])
    scores = scores[:, first:stop].astype(float)
    if generators is None:
        return np.asarray(scores.argmax(1) + first, dtype=np.int64)
    token_ids = []
    for row, generator in zip(scores, generators, strict=True):
        candidates = np.argsort(-row, kind="stable")[:_TOP_K]
        cumulative = np.cumsum(np.exp(row[candidates] - row[candidates[0]]))
        index = int(np.searchsorted(cumulative, generator.random() * cumulative[-1], side="right"))
        token_ids.append(candidates[min(index, len(candidates) - 1)] + first)
    return np.asarray(token_ids, dtype=np.int64)


def _cut_at_end_token(row: TokenIds) -> TokenIds:
    ends = np.flatnonzero(row == _END_TOKEN)
    return row[: ends[0]] if len(ends) else row


def derive_config(tensors: Tensors, name: str) -> Any:
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
    prefix = "encoder.block.0.layer"
    try:
        vocabulary, width = tensors["shared.weight"].shape
        inner_width = tensors[f"{prefix}.0.SelfAttention.q.weight"].shape[0]
        buckets, heads = tensors[f"{prefix}.0.SelfAttention.relative_attention_bias.weight"].shape
        is_gated = f"{prefix}.1.DenseReluDense.wi_0.weight" in tensors
        feed_forward = tensors[f"{prefix}.1.DenseReluDense.{'wi_0' if is_gated else 'wi'}.weight"].shape[0]
    except (KeyError, ValueError, IndexError) as error:
        raise CheckpointError(
            "The language model in {name} is not complete: choose a checkpoint of the published kind",
            name=name,
        ) from error
    # T5 1.0 uses its input embeddings, scaled, as output head; T5 1.1 and flan (gated) have a separate head
    return _import_transformers().T5Config(
        vocab_size=vocabulary, d_model=width, d_kv=inner_width // heads, d_ff=feed_forward, num_heads=heads,
        num_layers=_count_blocks(tensors, "encoder"), num_decoder_layers=_count_blocks(tensors, "decoder"),
        relative_attention_num_buckets=buckets, feed_forward_proj="gated-gelu" if is_gated else "relu",
        tie_word_embeddings=not is_gated,
        pad_token_id=_START_TOKEN, eos_token_id=_END_TOKEN, decoder_start_token_id=_START_TOKEN,
    )  # fmt: skip


def _count_blocks(tensors: Tensors, part: str) -> int:
    numbers = (re.match(rf"{part}\.block\.(\d+)\.", key) for key in tensors)
    return 1 + max((int(n[1]) for n in numbers if n), default=-1)


class PromptTokenizer:
    """T5's tokenizer with the motion tokens added: text to token ids and back."""

    def __init__(
        self, checkpoint_folder: Path, folder: Path | None, motion_tokens: Sequence[str], vocabulary_size: int
    ) -> None:
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
        folders = [folder] if folder else [checkpoint_folder / TOKENIZER.split("/")[-1], checkpoint_folder]
        existing = [str(p) for p in folders if any((p / name).is_file() for name in _TOKENIZER_FILES)]
        transformers = _import_transformers()
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(
                existing[0] if existing else TOKENIZER, local_files_only=True, legacy=True
            )
            self.first_motion_token = len(self._tokenizer)
            self._tokenizer.add_tokens(list(motion_tokens))
            size = len(self._tokenizer)
        except (OSError, ValueError, ImportError, RuntimeError, KeyError, TypeError) as error:
            raise CheckpointError(
                "The tokenizer of {tokenizer} is not on this machine: put its tokenizer.json and "
                "tokenizer_config.json into a folder flan-t5-base beside the checkpoint, "
                "or run: hf download {tokenizer} --include *token*",
                tokenizer=TOKENIZER,
            ) from error
        if size != vocabulary_size:
            raise CheckpointError(
                "The tokenizer has {size} tokens and the checkpoint {expected}: use the one of {tokenizer}",
                size=size,
                expected=vocabulary_size,
                tokenizer=TOKENIZER,
            )

    def encode_prompt(self, prompt: str) -> list[int]:
        """Return the token ids of a prompt, cut at 256 as in the original."""
        token_ids = self._tokenizer(prompt, truncation=True, max_length=_MAX_PROMPT_TOKENS)["input_ids"]
        return [int(n) for n in token_ids]

    def decode_text(self, token_ids: TokenIds) -> str:
        """Return token ids as text, without special and motion tokens."""
        text_tokens = [int(n) for n in token_ids if n < self.first_motion_token]
        return str(self._tokenizer.decode(text_tokens, skip_special_tokens=True)).strip()


def _import_transformers() -> Any:
    try:
        import transformers
    except ImportError as error:
        raise CheckpointError(
            "MotionGPT needs the package transformers: install it beside PyTorch (pip install transformers)"
        ) from error
    return transformers
