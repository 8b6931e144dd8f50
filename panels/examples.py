# SPDX-License-Identifier: GPL-3.0-or-later
"""Prompts that work well with the embedded model, by kind of movement: title -> (prompt, seconds)."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[tuple[str, float], ...]] = {
    "Walk and Run": (
        ("a person walks forward", 4.0),
        ("a person walks backward", 4.0),
        ("a person walks slowly", 5.0),
        ("a person jogs forward", 3.0),
        ("someone runs forward fast", 3.0),
    ),
    "Turn": (
        ("a person turns left while walking", 4.0),
        ("a person turns right while walking", 4.0),
    ),
    "Jump and Climb": (
        ("a person jumps up", 3.0),
        ("someone jumps forward", 3.0),
        ("a person climbs a ladder", 5.0),
    ),
    "Kick and Punch": (
        ("a person kicks with the right leg", 3.0),
        ("a boxer throws punches", 4.0),
    ),
    "Everyday": (
        ("a person waves with the right hand", 4.0),
        ("a person sits down on a chair", 4.0),
        ("a person stands still", 4.0),
    ),
    "Dance": (
        ("a person dances", 6.0),
        ("a couple dances salsa", 6.0),
    ),
}
