# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the training each kind of action gets (percent of the sampling weight)."""

from __future__ import annotations

from typing import Any

SHARES: dict[str, float] = {
    "walk": 8.0, "walk_pace": 4.0, "walk_start_stop": 2.0, "walk_turn": 8.0, "turn": 6.0, "walk_back": 5.0,
    "run": 8.0, "run_turn": 3.0, "run_back": 1.5, "jump": 6.0, "jump_turn": 1.5, "hop_skip": 2.0,
    "kick": 7.0, "kick_ball": 1.0, "punch": 9.0, "box": 2.0, "dance": 4.5, "sit_down": 5.0, "stand_up": 3.5,
    "sit": 2.0, "climb_up": 4.5, "climb_down": 2.5, "idle": 4.0, "talk": 0.8, "sidestep": 4.0, "crouch": 3.5,
    "wave": 4.0, "walk_wave": 7.0, "raise": 1.8, "raise_both": 1.5, "clap": 2.0, "point": 2.2, "bow": 2.0,
    "salute": 0.7, "head": 1.5, "crawl": 0.8, "lie": 0.8, "other": 1.8, "kata": 0.5, "run_var": 0.6,
}  # fmt: skip

RARE = 0.25
"""The share of an action that has no line of its own."""

_GROUP = {
    "walk_start": "walk_start_stop", "walk_stop": "walk_start_stop", "walk_around": "walk_turn",
    "run_start": "run", "run_stop": "run", "run_around": "run_turn", "hop": "hop_skip", "skip": "hop_skip",
    "nod": "head", "shake_head": "head", "look": "head", "point_side": "point", "gesture": "head",
}  # fmt: skip


def share_of(facts: dict[str, Any]) -> tuple[str, float]:
    """The balance group of a sample's facts, and the share of that group."""
    name = str(facts.get("cls", "other")) if facts["action"] == "text" else str(facts["action"])
    if name == "climb":
        name = f"climb_{facts['way']}"
    if name == "walk" and facts.get("speed"):
        name = "walk_pace"
    name = _GROUP.get(name, name)
    return name, SHARES.get(name, RARE)
