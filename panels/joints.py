# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels and groups of the joints of a bone map in the sidebar."""

from __future__ import annotations

import re

from bpy.app.translations import pgettext_iface as iface

GROUPS = ("Body", "Left Arm", "Right Arm", "Left Leg", "Right Leg", "Left Hand", "Right Hand")
"""In the order in which they are shown."""

_FINGERS = ("thumb", "index", "middle", "ring", "pinky")
_LEG = ("hip", "knee", "ankle", "foot")
OPTIONAL_GROUPS = ("Left Hand", "Right Hand")
"""Groups of joints that a rig may lack."""


def joint_group(joint: str) -> str:
    """Return the group in which a joint is shown."""
    side, _, part = joint.partition("_")
    if not part:
        return "Body"
    if part.startswith(_FINGERS):
        return f"{side.title()} Hand"
    return f"{side.title()} {'Leg' if part.startswith(_LEG) else 'Arm'}"


def is_needed(joint: str) -> bool:
    """Return True if a joint without a bone counts as missing: not a finger, and not the jaw."""
    return joint != "jaw" and joint_group(joint) not in OPTIONAL_GROUPS


def finger_order(joint: str) -> int:
    """Return a sort key that orders the rows of a hand from the thumb on, and keeps the order of other groups."""
    part = joint.partition("_")[2]
    return next((number for number, finger in enumerate(_FINGERS) if part.startswith(finger)), 0)


def joint_label(joint: str) -> str:
    """Return a joint's translated label within its group: Hip, Spine 1, Index 2."""
    part = joint.partition("_")[2] or joint
    return iface(re.sub(r"(?<=[a-z])(?=\d)", " ", part).title())
