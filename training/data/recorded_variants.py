# SPDX-License-Identifier: GPL-3.0-or-later
"""Variants of labelled recordings: other speeds, rest before and after, longer gaits on straight and curved paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...motion.rotations import Array
from .drafts import MotionDraft
from .kinematics import change_speed
from .path_variants import bend_path, find_calm_ends, find_stride_cycle, pad_with_rest, repeat_cycle
from .recordings import FPS, Recordings

_SHORT_ACTIONS = (
    "kick",
    "kick_ball",
    "punch",
    "jump",
    "jump_turn",
    "hop",
    "turn",
    "sit_down",
    "stand_up",
    "text",
)
_GAITS = ("walk", "run", "walk_back", "run_back", "sidestep", "skip")
_STYLED_GAITS = ("gait_", "swagger", "sneak", "limp", "march_walk", "skip")
MAX_CYCLE_GAP = 0.05
"""Metres that the poses at the ends of a stride cycle may differ (mean over joints)."""


def vary_draft(draft: MotionDraft, recordings: Recordings, rng: np.random.Generator) -> Iterator[MotionDraft]:
    """Yield copies at other speeds, with rest around short actions, and longer gaits on other paths."""
    action = draft.facts["action"]
    if action in _GAITS or action.startswith(("walk_", "run_")):
        speeds: tuple[float, ...] = (0.85, 1.15)
    elif action in ("idle", "dance", "text", "talk", "sit"):
        speeds = ()
    else:
        speeds = (0.88, 1.12)
    if action == "walk":
        speeds = (float(rng.choice([0.85, 1.15])),)
    if action == "run":
        speeds = (0.85, 1.2, 1.4)
    for speed in speeds:
        speed *= float(rng.uniform(0.97, 1.03))
        rotations, root = change_speed(draft.rotations, draft.root, speed)
        yield replace(draft, rotations=rotations, root=root, weight=draft.weight * 0.5)
    if not draft.loopable and len(draft.root) < 3.2 * FPS and action in _SHORT_ACTIONS:
        yield from _add_rest(draft, recordings, rng)
    if draft.loopable and str(draft.facts.get("cls", "")).startswith(_STYLED_GAITS):
        yield from _repeat_styled_stride(draft, recordings, rng)
    if action in (*_GAITS, "crawl") and draft.loopable and len(draft.root) >= 20:
        yield from _extend_gait(draft, recordings, rng)


def _repeat_styled_stride(
    draft: MotionDraft, recordings: Recordings, rng: np.random.Generator
) -> Iterator[MotionDraft]:
    """Yield longer walks of one style, which repeat the only recorded stride, straight or along a slight curve."""
    positions = recordings.joint_positions(draft.rotations, draft.root)
    cycle = find_stride_cycle(positions, 14, 60)
    if cycle[2] > 1.6 * MAX_CYCLE_GAP:
        return
    for _ in range(3):
        motion = repeat_cycle(draft.rotations, draft.root, positions, int(rng.integers(60, 121)), cycle[:2])
        if rng.random() < 0.4:
            motion = bend_path(*motion, np.radians(float(rng.uniform(-20, 20))))
        motion = change_speed(*motion, float(rng.uniform(0.92, 1.08)))
        yield replace(draft, rotations=motion[0], root=motion[1])


def _add_rest(draft: MotionDraft, recordings: Recordings, rng: np.random.Generator) -> Iterator[MotionDraft]:
    """Yield the short action with rest before and after, a few seconds in all, as most requests are."""
    positions = recordings.joint_positions(draft.rotations, draft.root)
    first, last = find_calm_ends(positions)
    for _ in range(2 if first or last else 0):
        spare = int(rng.uniform(3.0, 4.6) * FPS) - len(draft.root)
        if spare < 8:
            continue
        # always about the same time before the action: if it varied, the network would predict an average of all
        before = int(rng.integers(3, 7)) if first else 0
        rotations, root = pad_with_rest(
            draft.rotations, draft.root, positions, before, spare - before if last else 0
        )
        yield replace(draft, rotations=rotations, root=root, weight=draft.weight * 0.6)


def _extend_gait(
    draft: MotionDraft, recordings: Recordings, rng: np.random.Generator
) -> Iterator[MotionDraft]:
    """Yield longer steady gaits that repeat one good stride cycle, straight and along curves and circles."""
    action = draft.facts["action"]
    positions = recordings.joint_positions(draft.rotations, draft.root)
    first, last, gap = find_stride_cycle(positions, *((11, 19) if action.startswith("run") else (16, 30)))
    if gap > MAX_CYCLE_GAP:
        return

    def repeat_stride(frames: int, rate: float) -> dict[str, Array]:
        rotations, root = repeat_cycle(draft.rotations, draft.root, positions, frames, (first, last))
        if rate:
            rotations, root = bend_path(rotations, root, rate)
        return {"rotations": rotations, "root": root}

    if action != "walk" or rng.random() < 0.3:
        frames = int(rng.integers(70, 121))
        yield replace(draft, **repeat_stride(frames, 0.0), weight=1.2 if action == "run" else 0.6)
    if action not in ("walk", "run"):
        return
    for _ in range(1 if action == "walk" else 2):
        in_circle = rng.random() < 0.35  # small enough for most of the circle to fit into a window
        rate = float(rng.uniform(38, 60) if in_circle else rng.uniform(18, 36))
        rate *= 1.3 if action == "run" else 1.0
        angle = float(rng.uniform(300, 400)) if in_circle else float(rng.uniform(50, 200))
        frames = int(np.clip(angle / rate * FPS, 50, 150))
        rate *= 1.0 if rng.random() < 0.5 else -1.0
        kind = "circle" if abs(rate) * frames / FPS > 200 else "curve"
        facts = {"action": f"{action}_turn", "kind": kind}
        motion = repeat_stride(frames, np.radians(rate))
        yield MotionDraft(**motion, facts=facts, source=draft.source, loopable=True)
