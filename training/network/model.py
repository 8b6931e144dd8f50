# SPDX-License-Identifier: GPL-3.0-or-later
"""The denoising network in torch, for training and as the reference of the shipped NumPy forward.

Tokens are patches of eight frames, four apart: neighbours overlap and are cross-faded, so there is no seam between
them. They attend to each other (rotary positions) and to the words of the prompt; the noise level enters by adaptive
layer norm, shared by all layers except for a learned table. The network predicts the clean motion.

Attributes of the modules are keys of checkpoints and of the shipped weights: their names are part of the file format.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

STRIDE = 4
PATCH = 2 * STRIDE
CLOCK_PERIODS = (2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0)
"""Periods, in tokens of four frames, of sines and cosines from the start of the clip, for repeated movements."""

POSITION_WIDTH = 24 + 2 * len(CLOCK_PERIODS)
SWING_WIDTH = 128


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes of the network, stored with the weights.

    Attributes
    ----------
    features : int
        Numbers a frame.
    width, layers, heads, hidden : int
        Of the transformer over frames.
    static : int
        Width of the static word vectors.
    vocabulary : int
        Rows of the learned word embedding.
    text_width, text_layers, text_heads : int
        Of the text encoder.
    """

    features: int = 140
    width: int = 256
    layers: int = 6
    heads: int = 4
    hidden: int = 768
    static: int = 96
    vocabulary: int = 2
    text_width: int = 128
    text_layers: int = 2
    text_heads: int = 4

    def as_dict(self) -> dict[str, int]:
        """Return the sizes as plain integers, for the model card."""
        return asdict(self)


def embed_noise_level(t: Tensor, width: int) -> Tensor:
    """Return sines and cosines (B, width) of noise levels ``t`` (B,) in 0 to 1."""
    frequency = torch.exp(torch.arange(width // 2, device=t.device) * (-6.0 / (width // 2 - 1)))
    angle = 1000.0 * t[:, None] * frequency
    return torch.cat([angle.sin(), angle.cos()], dim=-1)


def rotary_embedding(length: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return cosines and sines (length, width / 2) of the rotary position embedding for heads of ``width``."""
    frequency = torch.exp(torch.arange(width // 2, device=device) * (-4.6 / (width // 2)))
    angle = torch.arange(length, device=device)[:, None] * frequency
    return angle.cos(), angle.sin()


def apply_rotary(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Apply the rotary position embedding to heads (..., L, width)."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def position_features(count: int, device: torch.device | None = None) -> Tensor:
    """Return the position features (count, 40) of tokens.

    Distance to the start and to the end, length of the clip, cosines and sines over the whole clip (for "down at first,
    then up") and with fixed periods from its start (the phase of a waving hand).
    """
    k = torch.arange(count, dtype=torch.float32, device=device)
    left = count - 1 - k
    n = torch.full_like(k, float(count))
    fraction = (k + 0.5) / count
    columns = [
        k / 25,
        left / 25,
        n / 25,
        fraction,
        (-k).exp(),
        (-left).exp(),
        (-k / 5).exp(),
        (-left / 5).exp(),
    ]
    angle = math.pi * fraction[:, None] * torch.arange(1, 9, device=device)
    clock = 2 * math.pi * k[:, None] / torch.tensor(CLOCK_PERIODS, device=device)
    return torch.cat(
        [torch.stack(columns, dim=-1), angle.cos(), angle.sin(), clock.cos(), clock.sin()], dim=-1
    )


def layer_norm(x: Tensor) -> Tensor:
    """Apply layer norm without parameters."""
    return F.layer_norm(x, x.shape[-1:])


def split_heads(x: Tensor, heads: int) -> Tensor:
    """Reshape (B, L, W) to (B, heads, L, W / heads)."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def make_patches(x: Tensor) -> Tensor:
    """Reshape frames (B, T, D) to overlapping patches (B, T / 4, 8 D): patch k begins two frames before frame 4 k."""
    rows = F.pad(x, (0, 0, STRIDE // 2, STRIDE // 2)).unflatten(1, (-1, STRIDE)).flatten(2)
    return torch.cat([rows[:, :-1], rows[:, 1:]], dim=-1)


class TextLayer(nn.Module):
    """One pre-norm transformer layer over words."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        w = config.text_width
        self.heads = config.text_heads
        self.qkv, self.out = nn.Linear(w, 3 * w), nn.Linear(w, w)
        self.up, self.down = nn.Linear(w, 3 * w), nn.Linear(3 * w, w)

    def forward(self, x: Tensor, mask: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Apply the layer to words.

        Parameters
        ----------
        x : (B, L, W)
            Words.
        mask : (B, 1, 1, L) bool
            Which words are present.
        cos, sin : (L, head width / 2)
            Rotary position embedding.
        """
        q, k, v = (split_heads(p, self.heads) for p in self.qkv(layer_norm(x)).chunk(3, dim=-1))
        y = F.scaled_dot_product_attention(
            apply_rotary(q, cos, sin), apply_rotary(k, cos, sin), v, attn_mask=mask
        )
        x = x + self.out(y.transpose(1, 2).flatten(2))
        return x + self.down(F.silu(self.up(layer_norm(x))))


class FrameLayer(nn.Module):
    """One transformer layer over frames: self-attention, cross-attention to the words, feed-forward.

    Cross-attention: ``ask`` makes the queries, ``words`` keys and values, ``heard`` is the output projection.
    ``table`` is this layer's part of the modulation.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        w = config.width
        self.heads = config.heads
        self.table = nn.Parameter(torch.zeros(6, w))
        self.qkv, self.out = nn.Linear(w, 3 * w), nn.Linear(w, w)
        self.ask, self.words, self.heard = (
            nn.Linear(w, w),
            nn.Linear(config.text_width, 2 * w),
            nn.Linear(w, w),
        )
        self.up, self.down = nn.Linear(w, config.hidden), nn.Linear(config.hidden, w)
        nn.init.zeros_(self.heard.weight)

    def forward(
        self, x: Tensor, modulation: Tensor, text: Tensor, mask: Tensor, cos: Tensor, sin: Tensor
    ) -> Tensor:
        """Apply the layer to tokens.

        Parameters
        ----------
        x : (B, N, W)
            Tokens.
        modulation : (B, 6, W)
            Scales, shifts and gates from noise level and prompt.
        text, mask : (B, L, text_width) and (B, 1, 1, L)
            Encoded words, and which are present.
        cos, sin : (N, head width / 2)
            Rotary position embedding.
        """
        s1, b1, g1, s2, b2, g2 = (modulation + self.table).unsqueeze(2).unbind(1)
        q, k, v = (
            split_heads(p, self.heads) for p in self.qkv(layer_norm(x) * (1 + s1) + b1).chunk(3, dim=-1)
        )
        y = F.scaled_dot_product_attention(apply_rotary(q, cos, sin), apply_rotary(k, cos, sin), v)
        x = x + g1 * self.out(y.transpose(1, 2).flatten(2))
        k, v = (split_heads(p, self.heads) for p in self.words(text).chunk(2, dim=-1))
        y = F.scaled_dot_product_attention(
            split_heads(self.ask(layer_norm(x)), self.heads), k, v, attn_mask=mask
        )
        x = x + self.heard(y.transpose(1, 2).flatten(2))
        return x + g2 * self.down(F.silu(self.up(layer_norm(x) * (1 + s2) + b2)))


class Denoiser(nn.Module):
    """Predict clean motion features from noisy ones, a noise level and words.

    ``enter`` and ``leave`` project patches to tokens and back, ``place`` adds the position features, ``given`` the
    conditions, ``open`` gates patches and positions, ``swing...`` adds repeated movements.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.static = nn.Linear(config.static, config.text_width, bias=False)
        self.learned = nn.Embedding(config.vocabulary, config.text_width)
        self.text_layers = nn.ModuleList(TextLayer(config) for _ in range(config.text_layers))
        self.pooled = nn.Linear(config.text_width, config.width)
        self.enter, self.place = (
            nn.Linear(PATCH * config.features, config.width),
            nn.Linear(POSITION_WIDTH, config.width),
        )
        # for values and mask of the conditions; its weights begin at zero
        self.given = nn.Linear(2 * PATCH * config.features, config.width, bias=False)
        self.time1, self.time2 = nn.Linear(config.width, config.width), nn.Linear(config.width, config.width)
        self.modulate = nn.Linear(config.width, 6 * config.width)
        self.layers = nn.ModuleList(FrameLayer(config) for _ in range(config.layers))
        self.final = nn.Linear(config.width, 2 * config.width)
        self.leave = nn.Linear(config.width, PATCH * config.features)
        # repeated movements: each token weights the fixed-period features, directly at the output; through all layers
        # their phase is not learned (a saddle point, see README.md)
        self.swing_gate = nn.Linear(config.width, SWING_WIDTH)
        self.swing_clock = nn.Linear(2 * len(CLOCK_PERIODS), SWING_WIDTH, bias=False)
        self.swing = nn.Linear(SWING_WIDTH, PATCH * config.features, bias=False)
        # gates of the noisy input and of the position features, by noise level and prompt: at strong noise the motion
        # depends on text and position alone
        self.open = nn.Linear(config.width, 2 * config.width)
        nn.init.normal_(self.learned.weight, std=0.5)
        for layer in (self.modulate, self.final, self.leave, self.open, self.given, self.swing):
            nn.init.zeros_(layer.weight)
        with torch.no_grad():
            self.modulate.bias.zero_()
            self.final.bias.zero_()
            self.leave.bias.zero_()
            self.open.bias.zero_()
            for gate in (2, 5):  # gates start slightly open, so that all layers learn from the first step
                self.modulate.bias[gate * config.width : (gate + 1) * config.width] = 0.3
        ramp = (torch.arange(STRIDE) + 0.5) / STRIDE
        self.register_buffer("ramp", ramp[:, None], persistent=False)

    def encode_text(self, static: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """Encode words: static vectors (B, L, 96), learned indices (B, L) and mask (B, L) to (B, L, text_width)."""
        x = self.static(static) + self.learned(ids) * (ids > 0)[..., None]
        cos, sin = rotary_embedding(x.shape[1], self.config.text_width // self.config.text_heads, x.device)
        for layer in self.text_layers:
            x = layer(x, mask[:, None, None, :], cos, sin)
        return layer_norm(x)

    def forward(
        self,
        x: Tensor,
        t: Tensor,
        text: Tensor,
        mask: Tensor,
        given: Tensor | None = None,
        known: Tensor | None = None,
    ) -> Tensor:
        """Return the predicted clean features (B, T, 140).

        Parameters
        ----------
        x : (B, T, 140)
            Noisy features; T is a multiple of 4.
        t : (B,)
            Noise levels, 0 to 1.
        text, mask : (B, L, text_width) and (B, L)
            Words from ``encode_text``, and which are present.
        given, known : (B, T, 140)
            Clean features that the result shall have where ``known`` is 1.
        """
        batch, frames, features = x.shape
        count = frames // STRIDE
        x = make_patches(x)
        weights = mask[..., None].to(text.dtype)
        condition = self.time2(F.silu(self.time1(embed_noise_level(t, self.config.width)))) + self.pooled(
            (text * weights).sum(1) / weights.sum(1)
        )
        condition = F.silu(condition)
        input_gate, position_gate = (1 + self.open(condition)).unsqueeze(1).chunk(2, dim=-1)
        x = input_gate * self.enter(x) + position_gate * self.place(position_features(count, x.device))
        if given is not None and known is not None:
            x = x + self.given(torch.cat([make_patches(given * known), make_patches(known)], dim=-1))
        modulation = self.modulate(condition).unflatten(-1, (6, -1))
        cos, sin = rotary_embedding(count, self.config.width // self.config.heads, x.device)
        for layer in self.layers:
            x = layer(x, modulation, text, mask[:, None, None, :], cos, sin)
        scale, shift = self.final(condition).unsqueeze(1).chunk(2, dim=-1)
        x = layer_norm(x) * (1 + scale) + shift
        clock = position_features(count, x.device)[:, -2 * len(CLOCK_PERIODS) :]
        y = self.leave(x) + self.swing(self.swing_gate(x) * self.swing_clock(clock))
        y = y.reshape(batch, count, 2, STRIDE, features)
        first, second = y[:, :, 0], y[:, :, 1]
        inner = self.ramp * first[:, 1:] + (1 - self.ramp) * second[:, :-1]
        half = STRIDE // 2
        return torch.cat([first[:, 0, half:], inner.flatten(1, 2), second[:, -1, :half]], dim=1)
