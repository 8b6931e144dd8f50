# SPDX-License-Identifier: GPL-3.0-or-later
"""Application of a request's constraints to a motion: root paths, pose keyframes, effector targets, loops."""

from .apply import apply_constraints
from .clip import Clip
from .goals import EFFECTOR_JOINTS, Goals, collect_goals

__all__ = ["EFFECTOR_JOINTS", "Clip", "Goals", "apply_constraints", "collect_goals"]
