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

_MAX_CLIP_TOKENS = 22  # 20, and the start and end token: the original cuts HumanML3D's prompts to it
_MAX_BERT_TOKENS = 512
_MAX_CACHED = 256


@dataclass(frozen=True, eq=False)
class EncodedText:
    """Encoded prompts: ``tokens`` (L, B, W) float32; ``mask`` (B, L) True where a token is padding, None for CLIP."""

    tokens: NDArray[np.float32]
    mask: NDArray[np.bool_] | None


class TextEncoder:
    """One of :data:`ENCODERS`; it is loaded at the first prompt, and encoded prompts are cached."""

    def __init__(self, kind: str, folder: Path | None = None, checkpoint_folder: Path | None = None) -> None:
        """Choose the encoder ``kind``, ``"clip"`` or ``"bert"``, and its files; nothing is downloaded.

        They are in ``folder``. If that is None, they are in a folder of the encoder's name beside the checkpoint, or
        in the cache of Hugging Face's tools.
        """
        self.kind = kind
        self._name = ENCODERS[kind]
        default_folder = checkpoint_folder / self._name.split("/")[-1] if checkpoint_folder else None
        self._source = folder or (default_folder if default_folder and default_folder.is_dir() else None)
        self._tokenizer: Any = None
        self._model: Any = None
        self._cache: dict[str, NDArray[np.float32]] = {}

    def __call__(self, prompts: Sequence[str]) -> EncodedText:
        """Encode prompts for a checkpoint. Raises :class:`CheckpointError` if the encoder is not found."""
        for prompt in prompts:
            if prompt not in self._cache:
                if len(self._cache) >= _MAX_CACHED:
                    self._cache.clear()
                self._cache[prompt] = self._encode_prompt(prompt)
        encoded = [self._cache[s] if s in self._cache else self._encode_prompt(s) for s in prompts]
        max_length = max(len(tokens) for tokens in encoded)
        tokens = np.zeros((max_length, len(encoded), encoded[0].shape[-1]), np.float32)
        mask = np.ones((len(encoded), max_length), bool)
        for b, vectors in enumerate(encoded):
            tokens[: len(vectors), b] = vectors
            mask[b, : len(vectors)] = False
        return EncodedText(tokens, mask if self.kind == "bert" else None)

    def _encode_prompt(self, prompt: str) -> NDArray[np.float32]:
        """Return the encoded prompt: (1, 512) from CLIP, (L, 768) from DistilBERT."""
        if self._model is None:
            self._load_model()
        length = _MAX_CLIP_TOKENS if self.kind == "clip" else _MAX_BERT_TOKENS
        tokens = self._tokenizer([prompt], return_tensors="pt", truncation=True, max_length=length)
        with torch.inference_mode():
            output = self._model(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"])
        encoded = output.text_embeds if self.kind == "clip" else output.last_hidden_state[0]
        return np.asarray(encoded.float().numpy(), dtype=np.float32)

    def _load_model(self) -> None:
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
