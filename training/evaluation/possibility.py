# SPDX-License-Identifier: GPL-3.0-or-later
"""Share of impossible frames in generated motions, by the checks that the training samples have to pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...motion import Motion
from ..data.checks import BodyCheck, check_motion

OFF_THE_FLOOR = ("climb", "stairs")
"""Names of predicates that begin so leave a level floor; their motions are checked for hinges and limits only."""


def check_answer(motion: Motion, name: str = "") -> BodyCheck:
    """Check every frame of a motion that was asked for by a predicate's name."""
    level = not name.startswith(OFF_THE_FLOOR)
    return check_motion(motion.local_rotations, motion.positions, motion.skeleton, level)


def impossible_frames(answers: Sequence[tuple[str, Motion]]) -> dict[str, float]:
    """Return shares over (predicate, motion): of impossible frames, also by check, and of motions with over 5 %."""
    checks = [check_answer(motion, name) for name, motion in answers]
    frames = sum(len(motion) for _, motion in answers)
    by_check: dict[str, float] = {}
    for check in checks:
        for name, bad in check.frames.items():
            by_check[name] = by_check.get(name, 0.0) + float(bad.sum()) / frames
    return {
        "any": float(sum(c.impossible.sum() for c in checks)) / frames,
        "motions": float(np.mean([c.impossible.mean() > 0.05 for c in checks])),
        **by_check,
    }
