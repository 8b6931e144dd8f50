# SPDX-License-Identifier: GPL-3.0-or-later
"""Sampling weight of each group of actions in training, in percent."""

from __future__ import annotations

from typing import Any

from .repertoire import WALKING

GROUP_PERCENT: dict[str, float] = {
    "walk": 3.0, "walk_pace": 2.5, "walk_start_stop": 1.2, "walk_turn": 5.0, "turn": 3.2, "walk_back": 2.5,
    "run": 2.6, "run_pace": 3.0, "run_turn": 1.5, "run_back": 0.8, "jump": 3.2, "jump_turn": 0.8, "hop_skip": 1.4,
    "kick": 4.0, "kick_ball": 0.7, "punch": 6.0, "box": 2.0, "dance": 2.2, "sit_down": 3.5, "stand_up": 2.5,
    "sit": 1.4, "climb_up": 2.2, "climb_down": 1.6, "idle": 2.0, "talk": 0.6, "sidestep": 2.5, "crouch": 2.5,
    "wave": 7.0, "wave_both": 1.6, "walk_wave": 4.5, "walk_gesture": 6.0, "walk_style": 7.0, "raise": 3.0,
    "raise_both": 2.0, "spread": 2.4, "clap": 8.0, "point": 6.0, "bow": 2.0, "salute": 3.0, "head": 7.0, "nod": 6.0,
    "shake_head": 6.0, "look_around": 4.0,
    "beckon": 2.4, "shrug": 3.0, "stretch": 1.5, "pick_up": 2.0, "kneel": 2.0, "lunge": 2.4, "throw": 4.0,
    "push": 2.2, "jumping_jacks": 2.2, "march": 2.6, "lean": 1.6, "hands": 18.0, "crawl": 2.0, "lie": 1.4,
    "other": 1.2, "kata": 0.3, "run_var": 0.4, "drink": 0.4, "cheer": 0.5, "laugh": 0.3, "gesture": 0.3,
}  # fmt: skip

DEFAULT_PERCENT = 0.25
"""Percent for an action that is not in the table."""

_GROUP_OF_ACTION = {
    "walk_start": "walk_start_stop", "walk_stop": "walk_start_stop", "walk_around": "walk_turn",
    "run_start": "run", "run_stop": "run", "run_around": "run_turn", "hop": "hop_skip", "skip": "hop_skip",
    "look": "head", "look_up": "head", "look_down": "head", "point_side": "point", "point_up": "point",
    "flap": "spread", "spread_arms": "spread",
}  # fmt: skip


def group_and_percent(facts: dict[str, Any]) -> tuple[str, float]:
    """Return the group of a sample's facts, and the percentage of that group."""
    name = str(facts.get("cls", "other")) if facts["action"] == "text" else str(facts["action"])
    if name == "climb":
        name = f"climb_{facts['way']}"
    if name in ("walk", "run") and facts.get("speed"):
        name = f"{name}_pace"
    if name in ("walk_sneak", "walk_sad", "walk_zombie", "walk_old", "walk_proud", "walk_drunk"):
        name = "walk_style"
    elif name.startswith("hands_"):
        name = "hands"
    elif name.startswith("walk_") and name.removeprefix("walk_") in WALKING and name != "walk_wave":
        name = "walk_gesture"
    name = _GROUP_OF_ACTION.get(name, name)
    return name, GROUP_PERCENT.get(name, DEFAULT_PERCENT)
