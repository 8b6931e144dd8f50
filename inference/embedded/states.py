# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry states of the body from part to part: who sits stays seated and waves, raised arms stay up until lowered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..breakdown import Accompaniment, Part
from ..breakdown.tables import read_tables
from .accompaniment import HELD_WORDS, pose_gesture, read_arm_pose

STATES = {"sit": "sit", "sit_down": "sit", "kneel": "kneel", "crouch": "crouch", "squat_down": "crouch", "lie": "lie",
          "lie_down": "lie"}  # fmt: skip
"""Actions that leave the body in a state, and its name, which is an action too."""

_WORDS = {"sit": "seated", "kneel": "kneeling", "crouch": "crouching", "lie": "lying"}
_ON_FLOOR = frozenset("ground floor mat grass carpet".split())
_RETURNS = re.compile(
    r"\b(?:original|initial|starting|previous|first|same) (?:position|pose|place|height)|\bback up\b"
)
_KEEPING = frozenset("hold_arms twist lean sway stretch stop breathe".split())
_KEEPING_RAISED = frozenset(
    "hold_arms stand stop turn spin squat squat_down crouch kneel walk step sidestep march twist lean sway balance "
    "raise_leg look_around look_up look_down nod shake_head breathe jump hop sit_down stand_up lunge".split()
)
"""Actions during which raised arms stay where they are if the text lowers them later."""


def carry_states(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with what goes on from earlier ones under ``meanwhile``."""
    held = [
        replace(part, action="stand", side=None)
        if part.action == "hold_arms" and k and parts[k - 1].action == "lower_arm"
        else part
        for k, part in enumerate(parts)
    ]  # what was lowered is held low
    return _hold_raised_arms(_return_arms(_stay_down(held)))


def _stay_down(parts: Sequence[Part]) -> list[Part]:
    """Let gestures of the arms and the head be done as the body sits, kneels, crouches or lies."""
    out: list[Part] = []
    words, state = "", ""
    for part in parts:
        row = read_tables().actions.get(part.action)
        if part.action in STATES:
            state = STATES[part.action]
            words = _WORDS[state]
            if state == "sit" and (part.object in _ON_FLOOR or "cross-legged" in part.manner):
                words += " on the floor"
        elif row is None or not (row.kind in ("gesture", "head", "face") or part.action in _KEEPING):
            state = ""
        elif state and not any(item.body_part == "legs" for item in part.meanwhile):
            part = replace(part, meanwhile=(*part.meanwhile, Accompaniment("legs", words, state)))
        out.append(part)
    return out


def _hold_raised_arms(parts: Sequence[Part]) -> list[Part]:
    """Let arms that the text lowers later, or holds, stay raised until then."""
    out = list(parts)
    for k, part in enumerate(parts):
        if part.action != "raise_arm":
            continue
        last = k
        while (
            last + 1 < len(parts)
            and parts[last + 1].action in _KEEPING_RAISED
            and not _moves_arms(parts[last + 1])
        ):
            last += 1
        is_lowered = last + 1 < len(parts) and parts[last + 1].action == "lower_arm"
        is_held = k + 1 < len(parts) and parts[k + 1].action == "hold_arms"
        posture = pose_gesture(part)
        if not (is_lowered or is_held) or posture is None:
            continue
        until = last if is_lowered else k + 1
        arms = "arms" if posture.side == "both" else f"{posture.side}_arm"
        pace = {"slow": " slowly", "fast": " quickly"}.get(part.pace or "", "")
        held = Accompaniment(arms, f"raised {HELD_WORDS[posture.name]}{pace}", "raise_arm")
        for i in range(k, until + 1):
            out[i] = replace(out[i], meanwhile=(*out[i].meanwhile, held))
    return out


def _return_arms(parts: Sequence[Part]) -> list[Part]:
    """Let arms that are raised "to their original position" go where they were before."""
    out: list[Part] = []
    last: Accompaniment | None = None
    for part in parts:
        posture = pose_gesture(part) if part.action == "raise_arm" else None
        arms = next(
            (item for item in part.meanwhile if item.body_part in ("arms", "left_arm", "right_arm")), None
        )
        if posture is not None and arms is None and last is not None and _RETURNS.search(part.text.lower()):
            part = replace(part, meanwhile=(*part.meanwhile, last))
        elif posture is not None and posture.side == "both":
            last = Accompaniment("arms", f"raised {HELD_WORDS[posture.name]}", "raise_arm")
        elif arms is not None and arms.body_part == "arms":
            pose = read_arm_pose(arms.does.lower())
            last = (
                Accompaniment("arms", f"raised {HELD_WORDS[pose]}", "raise_arm")
                if pose in HELD_WORDS
                else last
            )
        out.append(part)
    return out


def _moves_arms(part: Part) -> bool:
    return any(item.body_part in ("arms", "one_arm", "left_arm", "right_arm") for item in part.meanwhile)
