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
BEATS = (2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0)
"""Periods, in tokens of four frames, of sines and cosines from the start of the clip, for repeated movements."""

PLACE = 24 + 2 * len(BEATS)
SWING = 128


@dataclass(frozen=True)
class Config:
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


def sinusoids(t: Tensor, width: int) -> Tensor:
    """Return sines and cosines (B, width) of noise levels ``t`` (B,) in 0 to 1."""
    frequency = torch.exp(torch.arange(width // 2, device=t.device) * (-6.0 / (width // 2 - 1)))
    angle = 1000.0 * t[:, None] * frequency
    return torch.cat([angle.sin(), angle.cos()], dim=-1)


def rotary(length: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return cosines and sines (length, width / 2) of the rotary position embedding for heads of ``width``."""
    frequency = torch.exp(torch.arange(width // 2, device=device) * (-4.6 / (width // 2)))
    angle = torch.arange(length, device=device)[:, None] * frequency
    return angle.cos(), angle.sin()


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Apply the rotary position embedding to heads (..., L, width)."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def places(count: int, device: torch.device | None = None) -> Tensor:
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
    clock = 2 * math.pi * k[:, None] / torch.tensor(BEATS, device=device)
    return torch.cat(
        [torch.stack(columns, dim=-1), angle.cos(), angle.sin(), clock.cos(), clock.sin()], dim=-1
    )


def norm(x: Tensor) -> Tensor:
    """Apply layer norm without parameters."""
    return F.layer_norm(x, x.shape[-1:])


def split(x: Tensor, heads: int) -> Tensor:
    """Reshape (B, L, W) to (B, heads, L, W / heads)."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def patches(x: Tensor) -> Tensor:
    """Reshape frames (B, T, D) to overlapping patches (B, T / 4, 8 D): patch k begins two frames before frame 4 k."""
    rows = F.pad(x, (0, 0, STRIDE // 2, STRIDE // 2)).unflatten(1, (-1, STRIDE)).flatten(2)
    return torch.cat([rows[:, :-1], rows[:, 1:]], dim=-1)


class TextLayer(nn.Module):
    """One pre-norm transformer layer over words."""

    def __init__(self, c: Config) -> None:
        super().__init__()
        w = c.text_width
        self.heads = c.text_heads
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
        q, k, v = (split(p, self.heads) for p in self.qkv(norm(x)).chunk(3, dim=-1))
        y = F.scaled_dot_product_attention(rotated(q, cos, sin), rotated(k, cos, sin), v, attn_mask=mask)
        x = x + self.out(y.transpose(1, 2).flatten(2))
        return x + self.down(F.silu(self.up(norm(x))))


class Layer(nn.Module):
    """One transformer layer over frames: self-attention, cross-attention to the words, feed-forward."""

    def __init__(self, c: Config) -> None:
        super().__init__()
        w = c.width
        self.heads = c.heads
        self.table = nn.Parameter(torch.zeros(6, w))
        self.qkv, self.out = nn.Linear(w, 3 * w), nn.Linear(w, w)
        self.ask, self.words, self.heard = nn.Linear(w, w), nn.Linear(c.text_width, 2 * w), nn.Linear(w, w)
        self.up, self.down = nn.Linear(w, c.hidden), nn.Linear(c.hidden, w)
        nn.init.zeros_(self.heard.weight)

    def forward(self, x: Tensor, m: Tensor, text: Tensor, mask: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
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
        s1, b1, g1, s2, b2, g2 = (m + self.table).unsqueeze(2).unbind(1)
        q, k, v = (split(p, self.heads) for p in self.qkv(norm(x) * (1 + s1) + b1).chunk(3, dim=-1))
        y = F.scaled_dot_product_attention(rotated(q, cos, sin), rotated(k, cos, sin), v)
        x = x + g1 * self.out(y.transpose(1, 2).flatten(2))
        k, v = (split(p, self.heads) for p in self.words(text).chunk(2, dim=-1))
        y = F.scaled_dot_product_attention(split(self.ask(norm(x)), self.heads), k, v, attn_mask=mask)
        x = x + self.heard(y.transpose(1, 2).flatten(2))
        return x + g2 * self.down(F.silu(self.up(norm(x) * (1 + s2) + b2)))


class Denoiser(nn.Module):
    """Predict clean motion features from noisy ones, a noise level and words."""

    def __init__(self, c: Config) -> None:
        super().__init__()
        self.config = c
        self.static = nn.Linear(c.static, c.text_width, bias=False)
        self.learned = nn.Embedding(c.vocabulary, c.text_width)
        self.text_layers = nn.ModuleList(TextLayer(c) for _ in range(c.text_layers))
        self.pooled = nn.Linear(c.text_width, c.width)
        self.enter, self.place = nn.Linear(PATCH * c.features, c.width), nn.Linear(PLACE, c.width)
        # values and mask of the conditions; begins at zero
        self.given = nn.Linear(2 * PATCH * c.features, c.width, bias=False)
        self.time1, self.time2 = nn.Linear(c.width, c.width), nn.Linear(c.width, c.width)
        self.modulate = nn.Linear(c.width, 6 * c.width)
        self.layers = nn.ModuleList(Layer(c) for _ in range(c.layers))
        self.final = nn.Linear(c.width, 2 * c.width)
        self.leave = nn.Linear(c.width, PATCH * c.features)
        # repeated movements: each token weights the fixed-period features, directly at the output; through all layers
        # their phase is not learned (a saddle point, see README.md)
        self.swing_gate = nn.Linear(c.width, SWING)
        self.swing_clock = nn.Linear(2 * len(BEATS), SWING, bias=False)
        self.swing = nn.Linear(SWING, PATCH * c.features, bias=False)
        # gates of the noisy input and of the position features, by noise level and prompt: at strong noise the motion
        # depends on text and position alone
        self.open = nn.Linear(c.width, 2 * c.width)
        nn.init.normal_(self.learned.weight, std=0.5)
        for layer in (self.modulate, self.final, self.leave, self.open, self.given, self.swing):
            nn.init.zeros_(layer.weight)
        with torch.no_grad():
            self.modulate.bias.zero_()
            self.final.bias.zero_()
            self.leave.bias.zero_()
            self.open.bias.zero_()
            for gate in (2, 5):  # gates start slightly open, so that all layers learn from the first step
                self.modulate.bias[gate * c.width : (gate + 1) * c.width] = 0.3
        ramp = (torch.arange(STRIDE) + 0.5) / STRIDE
        self.register_buffer("ramp", ramp[:, None], persistent=False)

    def read(self, static: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """Encode words: static vectors (B, L, 96), learned indices (B, L) and mask (B, L) to (B, L, text_width)."""
        x = self.static(static) + self.learned(ids) * (ids > 0)[..., None]
        cos, sin = rotary(x.shape[1], self.config.text_width // self.config.text_heads, x.device)
        for layer in self.text_layers:
            x = layer(x, mask[:, None, None, :], cos, sin)
        return norm(x)

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
            Words from ``read``, and which are present.
        given, known : (B, T, 140)
            Clean features that the result shall have where ``known`` is 1.
        """
        batch, frames, features = x.shape
        count = frames // STRIDE
        x = patches(x)
        m = mask[..., None].to(text.dtype)
        c = self.time2(F.silu(self.time1(sinusoids(t, self.config.width)))) + self.pooled(
            (text * m).sum(1) / m.sum(1)
        )
        c = F.silu(c)
        seen, placed = (1 + self.open(c)).unsqueeze(1).chunk(2, dim=-1)
        x = seen * self.enter(x) + placed * self.place(places(count, x.device))
        if given is not None and known is not None:
            x = x + self.given(torch.cat([patches(given * known), patches(known)], dim=-1))
        modulation = self.modulate(c).unflatten(-1, (6, -1))
        cos, sin = rotary(count, self.config.width // self.config.heads, x.device)
        for layer in self.layers:
            x = layer(x, modulation, text, mask[:, None, None, :], cos, sin)
        scale, shift = self.final(c).unsqueeze(1).chunk(2, dim=-1)
        x = norm(x) * (1 + scale) + shift
        clock = places(count, x.device)[:, -2 * len(BEATS) :]
        y = self.leave(x) + self.swing(self.swing_gate(x) * self.swing_clock(clock))
        y = y.reshape(batch, count, 2, STRIDE, features)
        first, second = y[:, :, 0], y[:, :, 1]
        inner = self.ramp * first[:, 1:] + (1 - self.ramp) * second[:, :-1]
        half = STRIDE // 2
        return torch.cat([first[:, 0, half:], inner.flatten(1, 2), second[:, -1, :half]], dim=1)
