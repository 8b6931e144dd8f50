# SPDX-License-Identifier: GPL-3.0-or-later
"""Constraints of a request met by a motion: root paths, poses at frames, hands and feet at places, loops."""

from .apply import meet
from .clip import Take
from .goals import EFFECTORS, Goals, goals_of

__all__ = ["EFFECTORS", "Goals", "Take", "goals_of", "meet"]
