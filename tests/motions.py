# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions for tests: any that hypothesis can think of, and plausible steps made from sines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from kinescribe.motion import T_POSE, Motion, Provenance, Skeleton, smpl_skeleton
from kinescribe.motion.rotations import about, identity, multiply, normalise

SEEDS = st.integers(0, 2**32 - 1)
RATES = st.sampled_from([12.5, 20.0, 23.976, 24.0, 25.0, 29.97, 30.0, 50.0, 60.0, 100.0, 120.0])


@st.composite
def skeletons(draw: st.DrawFn) -> Skeleton:
    """A human of any proportions within reason, in any rest pose within 20 degrees of the T-pose."""
    random = np.random.default_rng(draw(SEEDS))
    offsets = T_POSE.rest_offsets * random.uniform(0.8, 1.4, (22, 1))
    lengths = np.linalg.norm(offsets, axis=-1, keepdims=True)
    return smpl_skeleton(
        offsets + 0.2 * lengths * random.uniform(-1, 1, (22, 3)) * (np.arange(22) > 0)[:, None]
    )


@st.composite
def motions(draw: st.DrawFn, max_frames: int = 12) -> Motion:
    """Any poses at all: every rotation, far from the origin, with or without contacts."""
    random = np.random.default_rng(draw(SEEDS))
    frames = draw(st.integers(1, max_frames))
    provenance = Provenance(
        prompt=draw(st.text(max_size=20)),
        seed=draw(st.none() | st.integers(-(2**40), 2**40)),
        model=draw(st.sampled_from(["", "a model"])),
        confidence=draw(st.none() | st.floats(0, 1)),
    )
    return Motion(
        draw(skeletons()),
        draw(RATES),
        random.uniform(-20, 20, (frames, 3)),
        normalise(random.normal(size=(frames, 22, 4))),
        random.random((frames, 4)) < 0.5 if draw(st.booleans()) else None,
        provenance,
    )


def walk(frames: int = 80, fps: float = 20.0, drift: float = 0.0, skeleton: Skeleton = T_POSE) -> Motion:
    """A stiff walk along +Z; ``drift`` metres a second are added to its way, so that its feet skate."""
    t = np.arange(frames) / fps
    phase = 2 * np.pi * t
    local = identity(frames, 22)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        swing = 0.4 * sign * np.sin(phase)
        bend = 0.15 + 0.5 * np.maximum(0.0, sign * np.cos(phase)) ** 2
        local[:, skeleton.index(f"{side}_hip")] = about("x", -swing - 0.4 * bend)
        local[:, skeleton.index(f"{side}_knee")] = about("x", bend)
        local[:, skeleton.index(f"{side}_ankle")] = about("x", swing - 0.6 * bend)
        local[:, skeleton.index(f"{side}_shoulder")] = multiply(about("x", swing), about("z", -1.2 * sign))
    root = np.zeros((frames, 3))
    still = Motion(skeleton, fps, root, local)
    # the lower foot carries: what it moves back in the body's frame, the body moves ahead
    feet = still.positions[:, [skeleton.index("left_foot"), skeleton.index("right_foot")]]
    low = np.argmin(feet[:, :, 1], axis=1)
    back = np.diff(feet[:, :, 2], axis=0)[np.arange(frames - 1), low[1:]]
    root[1:, 2] -= np.cumsum(back)
    root[:, 1] -= feet[:, :, 1].min(axis=1) - 0.02
    root[:, 2] += drift * t
    return Motion(skeleton, fps, root, local)


def recorded(shared: Path, clip: str, first: int = 0, last: int | None = None) -> Motion:
    """Frames of a recording of the optional material."""
    import json

    names = [
        c["id"] for c in json.loads((shared / "data" / "clips.json").read_text(encoding="utf-8"))["clips"]
    ]
    with np.load(shared / "data" / "motions.npz", allow_pickle=False) as z:
        start = z["start"][names.index(clip) :][:2]
        part = slice(
            int(start[0]) + first, int(start[1]) if last is None else min(int(start[1]), int(start[0]) + last)
        )
        return Motion(T_POSE, 20.0, z["root"][part].astype(float), z["local_quat_wxyz"][part].astype(float))
