# SPDX-License-Identifier: GPL-3.0-or-later
"""Application of a request's constraints to a motion: root paths, pose keyframes, effector targets, loops."""

from .apply import meet
from .clip import Take
from .goals import EFFECTORS, Goals, goals_of

__all__ = ["EFFECTORS", "Goals", "Take", "goals_of", "meet"]
