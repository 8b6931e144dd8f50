# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the training each kind of action gets (percent of the sampling weight)."""

from __future__ import annotations

from typing import Any

from .repertoire import WALKING

SHARES: dict[str, float] = {
    "walk": 6.0, "walk_pace": 3.5, "walk_start_stop": 2.0, "walk_turn": 6.5, "turn": 5.0, "walk_back": 3.5,
    "run": 6.0, "run_pace": 4.0, "run_turn": 2.5, "run_back": 1.2, "jump": 5.0, "jump_turn": 1.2, "hop_skip": 2.0,
    "kick": 5.5, "kick_ball": 1.0, "punch": 6.5, "box": 1.8, "dance": 4.0, "sit_down": 4.0, "stand_up": 3.5,
    "sit": 1.8, "climb_up": 3.5, "climb_down": 2.2, "idle": 4.0, "talk": 0.8, "sidestep": 3.5, "crouch": 3.5,
    "wave": 6.0, "wave_both": 1.2, "walk_wave": 7.0, "walk_gesture": 3.0, "walk_style": 4.0, "raise": 2.0,
    "raise_both": 1.8, "spread": 1.4, "clap": 3.6, "point": 3.0, "bow": 2.2, "salute": 1.2, "head": 3.6,
    "beckon": 1.2, "shrug": 1.2, "stretch": 1.2, "pick_up": 1.8, "kneel": 1.8, "lunge": 1.4, "throw": 1.8,
    "push": 1.4, "jumping_jacks": 1.8, "march": 1.4, "lean": 1.0, "hands": 5.0, "crawl": 2.0, "lie": 1.2,
    "other": 1.8, "kata": 0.5, "run_var": 0.6, "drink": 0.4, "cheer": 0.5, "laugh": 0.4, "gesture": 0.4,
}  # fmt: skip

RARE = 0.25
"""The share of an action that has no line of its own."""

_GROUP = {
    "walk_start": "walk_start_stop", "walk_stop": "walk_start_stop", "walk_around": "walk_turn",
    "run_start": "run", "run_stop": "run", "run_around": "run_turn", "hop": "hop_skip", "skip": "hop_skip",
    "nod": "head", "shake_head": "head", "look": "head", "point_side": "point",
    "point_up": "point", "look_up": "head", "look_down": "head", "look_around": "head", "flap": "spread",
    "spread_arms": "spread",
}  # fmt: skip


def share_of(facts: dict[str, Any]) -> tuple[str, float]:
    """The balance group of a sample's facts, and the share of that group."""
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
    name = _GROUP.get(name, name)
    return name, SHARES.get(name, RARE)
