# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions for measuring rigs: recordings of the optional material, else the embedded model's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from kinescribe.motion import T_POSE, Motion, make_text_request
from kinescribe.motion.resample import resample

FPS = 24.0
SECONDS = 3.0

RECORDINGS = {
    # recording, and the second at which the piece begins
    "walk": ("accad_Female1_B03_Walk1", 2.0),
    "run": ("accad_Female1_C05_WalkToRun", 2.1),
    "jump": ("cmu_01_01", 1.0),
    "turn": ("accad_Female1_B11_WalkTurnLeft135", 3.0),
    "kick": ("cmu_135_04", 5.3),
    "dance": ("cmu_05_02", 4.5),
    "sit": ("cmu_13_01", 2.8),
}
PROMPTS = {
    "walk": "a person walks forward", "run": "a person runs forward", "jump": "a person jumps",
    "turn": "a person turns left", "kick": "a person kicks with the right leg", "dance": "a person dances",
    "sit": "a person sits down",
}  # fmt: skip

ARDY = "ardy"
"""Name of a motion that ARDY makes with random weights."""


def load_motions(names: list[str], data: Path | None) -> dict[str, Motion]:
    """Return motions by name at :data:`FPS`, about :data:`SECONDS` long."""
    loaded = {}
    for name in names:
        if name == ARDY:
            motion = _generate_with_ardy()
        else:
            motion = _load_recording(name, data) if data is not None else _generate_motion(name)
        loaded[name] = resample(motion, FPS)
    return loaded


def _load_recording(name: str, data: Path) -> Motion:
    clip, begin = RECORDINGS[name]
    ids = [entry["id"] for entry in json.loads((data / "clips.json").read_text(encoding="utf-8"))["clips"]]
    with np.load(data / "motions.npz", allow_pickle=False) as stored:
        start, stop = (int(v) for v in stored["start"][ids.index(clip) :][:2])
        first = start + round(20 * begin)
        part = slice(first, min(stop, first + round(20 * SECONDS)))
        return Motion(
            T_POSE, 20.0, stored["root"][part].astype(float), stored["local_quat_wxyz"][part].astype(float)
        )


def _generate_motion(name: str) -> Motion:
    from kinescribe.inference.registry import default_backend

    return default_backend().generate(make_text_request(PROMPTS[name], SECONDS, FPS, 1))[0]


def _generate_with_ardy() -> Motion:
    from ..testing.random_ardy import make_random_ardy

    return make_random_ardy().generate(make_text_request(PROMPTS["walk"], SECONDS, FPS, 1))[0]


def long_motion(frames: int) -> Motion:
    """Return a motion of ``frames`` frames with steps, turns and arm swings, for timing."""
    from ..testing.motions import make_varied_motion

    return make_varied_motion(FPS, frames / FPS)
