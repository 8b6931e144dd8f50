# SPDX-License-Identifier: GPL-3.0-or-later
"""The usual way of sampling from MDM, for comparison: the same calls a step as GuyTevet/motion-diffusion-model's.

What its ``p_sample_loop``, ``ClassifierFreeSampleModel`` and ``MDM`` (commit d4fd88c) do, told anew: ``torch.nn``'s
encoder with the sequence first, under ``no_grad``; text embedded by CLIP once, projected in each pass; two passes a
step, the conditions copied for the second; every constant picked from a float64 table, those too that are not needed;
noise drawn in each step, the last one too.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch import nn

Conditions = dict[str, Any]


class Usual(nn.Module):
    """The encoder with ``torch.nn``'s transformer, named as its tensors are."""

    def __init__(self, width: int, layers: int) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(width, 4, 1024, 0.1, "gelu")
        self.seqTransEncoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.input_process = nn.ModuleDict({"poseEmbedding": nn.Linear(263, width)})
        self.output_process = nn.ModuleDict({"poseFinal": nn.Linear(width, 263)})
        two = [nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width)]
        self.embed_timestep = nn.ModuleDict({"time_embed": nn.Sequential(*two)})
        self.embed_text = nn.Linear(512, width)
        self.dropout = nn.Dropout(0.1)
        self.table = torch.empty(0, width)

    def forward(self, x: torch.Tensor, timesteps: torch.Tensor, y: Conditions) -> torch.Tensor:
        """x (B, 263, 1, T) and timesteps (B,) to the clean motion; ``table`` (positions, D) must have been set."""
        batch, features, _, frames = x.shape
        text = torch.zeros_like(y["text_embed"]) if y.get("uncond") else y["text_embed"]
        time = self.embed_timestep["time_embed"](self.table[timesteps][:, None]).permute(1, 0, 2)
        token = self.embed_text(text) + time
        moving = self.input_process["poseEmbedding"](x.permute(3, 0, 1, 2).reshape(frames, batch, features))
        sequence = torch.cat((token, moving))
        sequence = self.dropout(sequence + self.table[: len(sequence), None])
        out = self.output_process["poseFinal"](self.seqTransEncoder(sequence)[1:])
        return out.reshape(frames, batch, features, 1).permute(1, 2, 3, 0)


def conditions(x: torch.Tensor, text: torch.Tensor, guidance: float) -> Conditions:
    """What a pass is told beside the state x (B, 263, 1, T): embedded text (1, B, 512) and what comes along with it."""
    batch = len(x)
    return {
        "mask": torch.ones(batch, 1, 1, x.shape[-1], dtype=torch.bool),
        "lengths": torch.full((batch,), x.shape[-1]),
        "text": ["a person walks in a circle"] * batch,
        "text_embed": text,
        "scale": torch.full((batch,), guidance),
    }


def guided(model: Usual, x: torch.Tensor, timesteps: torch.Tensor, y: Conditions) -> torch.Tensor:
    """The prediction with classifier-free guidance, ``scale`` (B,) in the conditions."""
    silent = deepcopy(y)
    silent["uncond"] = True
    told, untold = model(x, timesteps, y), model(x, timesteps, silent)
    return untold + y["scale"].view(-1, 1, 1, 1) * (told - untold)


def usual_loop(model: Usual, plan: Any, x: torch.Tensor, text: torch.Tensor, guidance: float) -> Any:
    """DDPM with guidance from the first noise x (B, 263, 1, T) on, NumPy out; noise comes of PyTorch's generator.

    ``plan`` has the constants (a ``Schedule``), ``text`` (1, B, 512) is embedded.
    """
    steps, batch = len(plan), len(x)
    variance = plan.deviation**2
    y = conditions(x, text, guidance)
    for i in reversed(range(steps)):
        t = torch.tensor([i] * batch)
        with torch.no_grad():
            original = torch.tensor(plan.timesteps.tolist(), dtype=t.dtype)[t]
            clean = guided(model, x, original, y)
            both = {
                "large": (
                    np.append(variance[:1], variance[1:]),
                    np.log(np.append(variance[:1], variance[1:])),
                ),
                "small": (variance, np.log(variance)),
            }
            _, log_variance = (_picked(table, t, x.shape) for table in both["small"])
            mean = _picked(plan.x0_share, t, x.shape) * clean + _picked(plan.x_share, t, x.shape) * x
            _ = [_picked(table, t, x.shape) for table in both["small"]]
            noise = torch.randn_like(x)
            noisy = (t != 0).float().view(-1, 1, 1, 1)
            x = mean + noisy * torch.exp(0.5 * log_variance) * noise
    return x.numpy()


def _picked(table: Any, t: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """The steps' constants of a float64 table, as wide as a motion."""
    return torch.from_numpy(table)[t].float()[:, None, None, None].expand(shape)
