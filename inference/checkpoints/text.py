# SPDX-License-Identifier: GPL-3.0-or-later
"""MDM's text encoders, CLIP and DistilBERT, computed by ``transformers`` from files on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...motion.errors import CheckpointError

ENCODERS = {"clip": "openai/clip-vit-base-patch32", "bert": "distilbert/distilbert-base-uncased"}
"""Names on Hugging Face of the two encoders that MDM was trained with."""

_CLIP_TOKENS = 22  # 20, and the start and end token: the original cuts HumanML3D's prompts to it
_BERT_TOKENS = 512
_MOST_KEPT = 256


@dataclass(frozen=True, eq=False)
class Embedded:
    """Encoded prompts: ``tokens`` (L, B, W) float32; ``mask`` (B, L) True where a token is padding, None for CLIP."""

    tokens: NDArray[np.float32]
    mask: NDArray[np.bool_] | None


class TextEncoder:
    """One of :data:`ENCODERS`; it is loaded at the first prompt, and encoded prompts are cached."""

    def __init__(self, kind: str, folder: Path | None = None, beside: Path | None = None) -> None:
        """Choose the encoder ``kind``, ``"clip"`` or ``"bert"``, and its files; nothing is downloaded.

        They are in ``folder``. If that is None, they are in a folder of the encoder's name beside the checkpoint, or
        in the cache of Hugging Face's tools.
        """
        self.kind = kind
        self._name = ENCODERS[kind]
        own = beside / self._name.split("/")[-1] if beside else None
        self._source = folder or (own if own and own.is_dir() else None)
        self._tokenizer: Any = None
        self._model: Any = None
        self._kept: dict[str, NDArray[np.float32]] = {}

    def __call__(self, sentences: Sequence[str]) -> Embedded:
        """Encode prompts for a checkpoint. Raises :class:`CheckpointError` if the encoder is not found."""
        for sentence in sentences:
            if sentence not in self._kept:
                if len(self._kept) >= _MOST_KEPT:
                    self._kept.clear()
                self._kept[sentence] = self._encode(sentence)
        found = [self._kept[s] if s in self._kept else self._encode(s) for s in sentences]
        longest = max(len(tokens) for tokens in found)
        tokens = np.zeros((longest, len(found), found[0].shape[-1]), np.float32)
        mask = np.ones((len(found), longest), bool)
        for b, each in enumerate(found):
            tokens[: len(each), b] = each
            mask[b, : len(each)] = False
        return Embedded(tokens, mask if self.kind == "bert" else None)

    def _encode(self, sentence: str) -> NDArray[np.float32]:
        """Return the encoded prompt: (1, 512) from CLIP, (L, 768) from DistilBERT."""
        if self._model is None:
            self._load()
        length = _CLIP_TOKENS if self.kind == "clip" else _BERT_TOKENS
        tokens = self._tokenizer([sentence], return_tensors="pt", truncation=True, max_length=length)
        with torch.inference_mode():
            found = self._model(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"])
        encoded = found.text_embeds if self.kind == "clip" else found.last_hidden_state[0]
        return np.asarray(encoded.float().numpy(), dtype=np.float32)

    def _load(self) -> None:
        try:
            import transformers
        except ImportError as error:
            raise CheckpointError(
                "Text needs the package transformers: install it beside PyTorch (pip install transformers)"
            ) from error
        kind = transformers.CLIPTextModelWithProjection if self.kind == "clip" else transformers.AutoModel
        source = str(self._source or self._name)
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(source, local_files_only=True)
            self._model = kind.from_pretrained(source, local_files_only=True).eval()
        except (OSError, ValueError, ImportError, RuntimeError, KeyError) as error:
            raise CheckpointError(
                "The text encoder {name} is not on this machine: put its files (config.json, model.safetensors and "
                "the tokenizer's) into a folder {folder} beside the checkpoint, or run: hf download {name}",
                name=self._name,
                folder=self._name.split("/")[-1],
            ) from error
