# SPDX-License-Identifier: GPL-3.0-or-later
"""A small MotionGPT for tests: weights seeded by their names, a tokenizer of few words, files as published."""

from __future__ import annotations

import sys
import types
from collections import defaultdict
from pathlib import Path
from typing import Any

import checkpoint_kit
import numpy as np
import torch
from kinescribe.inference.checkpoints.motiongpt_vq import tensor_shapes
from kinescribe.motion.formats import humanml3d

CODES, WIDTH, FRAMES = 64, 16, 42
LANGUAGE_WORDS, PADDED = 400, 428
_SPOKEN = "a person walks Generate motion with frames text Predict Complete the masked".split()


def walk(frames: int = FRAMES, speed: float = 0.06) -> np.ndarray:
    """Return joints (frames, 22, 3): the mean body of a few recordings, gliding forward and nodding."""
    body = np.zeros((22, 3))
    body[:, 1] = [.93, .85, .85, 1.05, .45, .45, 1.18, .07, .07, 1.23, .02, .02, 1.45, 1.36, 1.36, 1.55, 1.4, 1.4,
                  1.15, 1.15, .9, .9]  # fmt: skip
    body[:, 0] = [
        0,
        0.06,
        -0.06,
        0,
        0.1,
        -0.1,
        0,
        0.1,
        -0.1,
        0,
        0.1,
        -0.1,
        0,
        0.07,
        -0.07,
        0,
        0.18,
        -0.18,
        0.2,
        -0.2,
        0.22,
        -0.22,
    ]
    body[[10, 11], 2] = 0.12
    found = np.repeat(body[None], frames, axis=0)
    found[..., 2] += speed * np.arange(frames)[:, None]
    found[:, 15, 2] += 0.05 * np.sin(np.arange(frames) / 3)
    return found


def vq_weights() -> dict[str, np.ndarray]:
    """Return weights of the VQ-VAE, large enough for many codes to be used."""
    found = {}
    for name, shape in tensor_shapes(CODES, WIDTH).items():
        draw = checkpoint_kit.normal(name, *shape)
        if name.endswith("weight"):
            draw *= 0.9 / np.sqrt(np.prod(shape[1:]))
        elif name.endswith("bias"):
            draw *= 0.1
        found[name] = draw.astype(np.float32)
    return found


def motion_in() -> np.ndarray:
    """Return the normalised features (FRAMES, 263) that are encoded."""
    return 5 * checkpoint_kit.normal("features", FRAMES, humanml3d.FEATURE_COUNT)


def language(**more: Any) -> Any:
    """Return a random T5 of flan's kind with tokens for motion."""
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(3)
    options = {
        "vocab_size": LANGUAGE_WORDS + CODES + 3, "d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 2, "num_heads": 4,
        "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False, "decoder_start_token_id": 0, **more,
    }  # fmt: skip
    model = T5ForConditionalGeneration(T5Config(**options)).eval()
    if not options["tie_word_embeddings"]:
        model.lm_head.weight = torch.nn.Parameter(torch.randn_like(model.lm_head.weight))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            # random layers say nothing of their input unless they are turned up
            if "relative" not in name and "norm" not in name:
                parameter.mul_(3.0 if "lm_head" not in name else 1.0)
    return model


def write_tokenizer(folder: Path, words: int = LANGUAGE_WORDS) -> None:
    """Write a tokenizer like T5's: word pieces, special tokens first and a hundred spare tokens last."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("\u2581", -2.0)]
    pieces += [(letter, -6.0) for letter in "abcdefghijklmnopqrstuvwxyzGPCS:,.0123456789"]
    pieces += [(f"\u2581{word}", -4.0) for word in _SPOKEN]
    pieces += [(f"q{n}q", -30.0) for n in range(words - 100 - len(pieces))]
    made = Tokenizer(models.Unigram(pieces, unk_id=2))
    made.pre_tokenizer, made.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    made.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    made.add_special_tokens([f"<extra_id_{n}>" for n in range(100)])
    PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token="</s>", unk_token="<unk>", pad_token="<pad>"
    ).save_pretrained(folder)


def state(**more: Any) -> dict[str, torch.Tensor]:
    """Return all tensors by their names in the published file, including an evaluator's."""
    found = {f"vae.{name}": torch.from_numpy(value) for name, value in vq_weights().items()}
    found |= {f"lm.language_model.{name}": value for name, value in language(**more).state_dict().items()}
    found["metrics.TM2TMetrics.t2m_textencoder.pos_emb.weight"] = torch.zeros(3, 15)
    found["_losses.losses_test.total"] = torch.tensor(0.0)
    return found


def write(folder: Path, **more: Any) -> Path:
    """Write a folder as published: statistics, tokenizer, and a ``.tar`` with objects of the training."""
    folder.mkdir(parents=True)
    features = humanml3d.joints_to_features(humanml3d.move_to_start(walk()))
    deviation = np.full(humanml3d.FEATURE_COUNT, 0.02)
    np.save(folder / "mean.npy", features.mean(axis=0))
    np.save(folder / "std.npy", deviation)
    write_tokenizer(folder / "flan-t5-base")
    path = folder / "motiongpt_s3_h3d.tar"
    save_lightning(path, state(**more))
    return path


def save_lightning(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Save tensors with settings that are objects of a package that is missing when the file is read."""
    module = types.ModuleType("omegaconf_of_tests")

    class DictConfig:
        """Settings as an object with state."""

    DictConfig.__module__, DictConfig.__qualname__ = module.__name__, "DictConfig"
    module.DictConfig = DictConfig  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    try:
        settings = DictConfig()
        settings.content = defaultdict(list, {"lr": [1e-4]})  # type: ignore[attr-defined]
        torch.save(
            {"state_dict": tensors, "epoch": 119, "hyper_parameters": {"cfg": settings}, "path": Path("a")},
            path,
        )
    finally:
        del sys.modules[module.__name__]
