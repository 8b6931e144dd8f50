# SPDX-License-Identifier: GPL-3.0-or-later
"""Hypothesis strategies for skeletons and motions."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from kinescribe.motion import T_POSE, Motion, Provenance, Skeleton, smpl_skeleton
from kinescribe.motion.doubts import bound_texts
from kinescribe.motion.rotations import normalise

SEEDS = st.integers(0, 2**32 - 1)
RATES = st.sampled_from([12.5, 20.0, 23.976, 24.0, 25.0, 29.97, 30.0, 50.0, 60.0, 100.0, 120.0])


@st.composite
def skeletons(draw: st.DrawFn) -> Skeleton:
    """Draw a human of any plausible proportions, in a rest pose within 20 degrees of the T-pose."""
    random = np.random.default_rng(draw(SEEDS))
    offsets = T_POSE.rest_offsets * random.uniform(0.8, 1.4, (22, 1))
    lengths = np.linalg.norm(offsets, axis=-1, keepdims=True)
    return smpl_skeleton(
        offsets + 0.2 * lengths * random.uniform(-1, 1, (22, 3)) * (np.arange(22) > 0)[:, None]
    )


@st.composite
def motions(draw: st.DrawFn, max_frames: int = 12) -> Motion:
    """Draw any motion: all rotations, far from the origin, with or without contacts."""
    random = np.random.default_rng(draw(SEEDS))
    frames = draw(st.integers(1, max_frames))
    provenance = Provenance(
        prompt=draw(st.text(max_size=20)),
        seed=draw(st.none() | st.integers(-(2**40), 2**40)),
        model=draw(st.sampled_from(["", "a model"])),
        confidence=draw(st.none() | st.floats(0, 1)),
        doubted=bound_texts(draw(st.lists(st.text(max_size=20), max_size=3))),
    )
    return Motion(
        draw(skeletons()),
        draw(RATES),
        random.uniform(-20, 20, (frames, 3)),
        normalise(random.normal(size=(frames, 22, 4))),
        random.random((frames, 4)) < 0.5 if draw(st.booleans()) else None,
        provenance,
    )
