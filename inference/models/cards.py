# SPDX-License-Identifier: GPL-3.0-or-later
"""What each model that can be downloaded is: its files, its size, its licence, and whose terms have to be shown.

Sizes and hashes of files are not here: the hub states them when a model is downloaded.
"""

from __future__ import annotations

from typing import NamedTuple

ARDY, ARDY_TEXT = "ardy", "ardy-text"
"""Ids of cards."""


class CardFile(NamedTuple):
    """A file of a model."""

    pattern: str
    """Its path at the hub; an asterisk stands for any characters."""

    target: str
    """Its path in the model's folder, with slashes."""

    is_required: bool = True
    """Whether the model needs it."""


class ModelCard(NamedTuple):
    """A model as it is shown before it is downloaded. Texts are English and are translated where they are shown."""

    id: str
    name: str
    repository: str
    """Owner and name at the model hub."""

    description: str
    """What it is."""

    strengths: str
    """What it is good at."""

    size: str
    """How much is downloaded, roughly."""

    memory: str
    """How much memory it takes."""

    licence: str
    licence_url: str
    territory: str
    """Where it may be used."""

    notices: tuple[str, ...]
    """Wording that the licences ask to be shown; not translated."""

    files: tuple[CardFile, ...]
    max_bytes: int
    """Largest download that is plausible; more is refused."""

    @property
    def page(self) -> str:
        """Address of the model's page at the hub."""
        return f"https://huggingface.co/{self.repository}"

    @property
    def required_files(self) -> tuple[str, ...]:
        """Paths of the files in the folder that the model needs."""
        return tuple(file.target for file in self.files if file.is_required)


def _same_path(path: str, is_required: bool = True) -> CardFile:
    return CardFile(path, path, is_required)


_NVIDIA_NOTICE = "Licensed by NVIDIA Corporation under the NVIDIA Open Model License"
_META_NOTICE = (
    "Meta Llama 3 is licensed under the Meta Llama 3 Community License, Copyright © Meta Platforms, Inc. "
    "All Rights Reserved."
)

CARDS = (
    ModelCard(
        id=ARDY,
        name="ARDY Core (NVIDIA)",
        repository="nvidia/ARDY-Core-RP-20FPS-Horizon40",
        description="A motion model that learned from 700 hours of recordings; it runs inside Blender on the processor",
        strengths="Actions in short English sentences, one after the other, with paths, poses and pins",
        size="0.4 to 0.9 GB",
        memory="1 GB while it generates, given back when it is not used",
        licence="NVIDIA Open Model License: commercial use allowed, no claim on what you make",
        licence_url="https://www.nvidia.com/en-us/agreements/enterprise-software/nvidia-open-model-license/",
        territory="The licence excludes no country; export law applies",
        notices=(_NVIDIA_NOTICE,),
        files=(
            _same_path("config.yaml"),
            _same_path("denoiser.safetensors"),
            _same_path("tokenizer.safetensors"),
            _same_path("stats/motion/mean.npy"),
            _same_path("stats/motion/std.npy"),
            _same_path("stats/post_quantization/mean.npy"),
            _same_path("stats/post_quantization/std.npy"),
            _same_path("LICENSE", is_required=False),
            _same_path("README.md", is_required=False),
        ),
        max_bytes=3_000_000_000,
    ),
    ModelCard(
        id=ARDY_TEXT,
        name="Small Text Encoder for ARDY (intsuc)",
        repository="intsuc/Llama-3-ARDY-Mini-Core40-Browser",
        description="Reads prompts for ARDY: a network of 22 million weights that imitates one of 8 billion",
        strengths="Plain English sentences about motions; needed by ARDY",
        size="0.1 GB",
        memory="0.2 GB while it reads a prompt",
        licence="Meta Llama 3 Community License, NVIDIA Open Model License and Apache License 2.0",
        licence_url="https://huggingface.co/intsuc/Llama-3-ARDY-Mini-Core40-Browser/blob/main/MODEL_TERMS.md",
        territory="The licences exclude no country; above 700 million users Meta asks for a licence of its own",
        notices=(
            "Built with Meta Llama 3",
            _META_NOTICE,
            _NVIDIA_NOTICE,
        ),
        files=(
            CardFile("fp32/text_encoder.onnx*", "text_encoder.onnx"),
            CardFile("fp32/tokenizer/tokenizer.json*", "tokenizer/tokenizer.json"),
            CardFile(
                "fp32/tokenizer/tokenizer_config.json*", "tokenizer/tokenizer_config.json", is_required=False
            ),
            CardFile("MODEL_TERMS.md", "MODEL_TERMS.md", is_required=False),
            CardFile("NOTICE", "NOTICE", is_required=False),
        ),
        max_bytes=1_000_000_000,
    ),
)


def find_card(card_id: str) -> ModelCard | None:
    """Return the card with this id, or None."""
    return next((card for card in CARDS if card.id == card_id), None)
