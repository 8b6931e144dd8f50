# SPDX-License-Identifier: GPL-3.0-or-later
"""Example prompts that work well with the embedded model, by kind of movement: title -> (prompt, seconds)."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[tuple[str, float], ...]] = {
    "Walk and Run": (
        ("a person walks forward", 4.0),
        ("a person walks backward", 4.0),
        ("a person runs forward", 3.0),
        ("a person jogs forward", 3.0),
    ),
    "Turn": (
        ("a person walks and turns left", 4.0),
        ("a person turns right on the spot", 3.0),
        ("a person steps sideways to the right", 3.0),
    ),
    "Jump and Climb": (
        ("a person jumps", 3.0),
        ("a person climbs up the stairs", 4.0),
        ("a worker goes up a ladder", 4.0),
    ),
    "Kick and Punch": (
        ("a person kicks with the left leg", 3.0),
        ("a person punches with the right hand", 3.0),
    ),
    "Everyday": (
        ("a person raises both arms", 4.0),
        ("a person stands up from a chair", 4.0),
        ("a person bows", 4.0),
        ("a person walks forward and waves", 4.0),
        ("a person claps their hands", 4.0),
        ("a person sits down", 4.0),
        ("a person crouches", 4.0),
        ("a person stands still", 4.0),
    ),
    "Dance": (
        ("a person dances", 6.0),
        ("a person dances the salsa", 6.0),
    ),
}
