# SPDX-License-Identifier: GPL-3.0-or-later
"""Random weights of the right shapes for a network that is small enough to be made in a moment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from kinescribe.inference.embedded.weights import FORMAT_VERSION, write_parameters

WORDS = ["backward", "forward", "jump", "jumps", "left", "leap", "person", "right", "walk", "walks", "stroll"]
LEARNED = ["a", "forward", "jumps", "left", "person", "right", "walks"]
CONFIG = {"features": 140, "width": 32, "layers": 2, "heads": 2, "hidden": 48, "static": 8,
          "vocabulary": 2 + len(LEARNED), "text_width": 16, "text_layers": 1, "text_heads": 2}  # fmt: skip


def arrays(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return random parameters by name."""
    c = CONFIG
    w, t, patch = c["width"], c["text_width"], 8 * c["features"]
    linear = {
        "pooled": (t, w), "enter": (patch, w), "place": (24, w), "time1": (w, w), "time2": (w, w),
        "modulate": (w, 6 * w), "final": (w, 2 * w), "open": (w, 2 * w), "leave": (w, patch),
    }  # fmt: skip
    for n in range(c["layers"]):
        linear |= {f"layers.{n}.{k}": s for k, s in {
            "qkv": (w, 3 * w), "out": (w, w), "ask": (w, w), "words": (t, 2 * w), "heard": (w, w),
            "up": (w, c["hidden"]), "down": (c["hidden"], w)}.items()}  # fmt: skip
    for n in range(c["text_layers"]):
        linear |= {f"text_layers.{n}.{k}": s for k, s in {
            "qkv": (t, 3 * t), "out": (t, t), "up": (t, 3 * t), "down": (3 * t, t)}.items()}  # fmt: skip
    out = {f"{k}.weight": rng.normal(0, 0.2, s) for k, s in linear.items()}
    out |= {f"{k}.bias": rng.normal(0, 0.1, s[1]) for k, s in linear.items()}
    out |= {f"layers.{n}.table": rng.normal(0, 0.1, (6, w)) for n in range(c["layers"])}
    out["static.weight"] = rng.normal(0, 0.2, (c["static"], t))
    out["learned.weight"] = rng.normal(0, 1, (c["vocabulary"], t))
    return out | {"mean": np.zeros(c["features"]), "std": np.full(c["features"], 0.1)}


def write(folder: Path, **card: Any) -> Path:
    """Write a folder of weights; ``card`` replaces entries of its card."""
    rng = np.random.default_rng(3)
    folder.mkdir(parents=True, exist_ok=True)
    numbers = arrays(rng)
    numbers["mean"][[3, 4, 8]] = 1.0
    write_parameters(folder / "model.npz", numbers, LEARNED)
    vectors = rng.integers(-127, 128, (len(WORDS), CONFIG["static"])).astype(np.int8)
    vectors[WORDS.index("leap")] = vectors[WORDS.index("jumps")]
    known = vectors[[WORDS.index(w) for w in LEARNED if w in WORDS]].astype(float)
    away = -np.sum(known / np.linalg.norm(known, axis=1, keepdims=True), axis=0)
    vectors[WORDS.index("stroll")] = np.round(127 * away / np.abs(away).max())
    np.savez(folder / "words.npz", words=np.frombuffer("\n".join(WORDS).encode(), np.uint8), vectors=vectors)
    text = json.dumps({"format": FORMAT_VERSION, "config": CONFIG, **card})
    (folder / "card.json").write_text(text, encoding="utf-8")
    return folder
