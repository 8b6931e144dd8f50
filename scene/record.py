# SPDX-License-Identifier: GPL-3.0-or-later
"""The record that an Action made by Kinescribe carries: its motion, its options, and whether it was edited."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

import bpy

from ..motion import Provenance
from .action import fingerprint_action, get_action, sum_handle_lengths

RECORD_PROPERTY = "kinescribe"
"""Custom property (a group) in which an Action carries its record."""

_NAME_BYTES = 59  # Blender allows 63: four are left for ".001"

_SUBJECT = re.compile(
    r"^(?:(?:an?|the|this|one)\s+)?(?:young\s+|old\s+)?"
    r"(?:person|man|woman|human|character|figure|guy|boy|girl|child|someone|somebody|he|she|they)\s+(?:is\s+|are\s+)?",
    re.IGNORECASE,
)


def make_action_name(provenance: Provenance) -> str:
    """Return an Action name from the prompt or the file, short enough for Blender: ``"walks forward and waves"``."""
    prompt = _clean_text(provenance.prompt)
    text = _SUBJECT.sub("", prompt, count=1) or prompt
    text = text.strip(" .,;:!?") or _clean_text(PurePath(provenance.source.replace("\\", "/")).stem)
    if len(text.encode()) > _NAME_BYTES:
        cut = text.encode()[: _NAME_BYTES - 3].decode(errors="ignore")
        # end with a whole word, unless that would lose most of the text (or the language has no spaces)
        whole = cut.rpartition(" ")[0]
        text = (whole if len(whole) > len(cut) // 2 else cut).rstrip(" .,;:") + "…"
    return text or "Motion"


def write_record(
    action: bpy.types.Action,
    motion_id: str,
    start_frame: int,
    provenance: Provenance,
    details: dict[str, Any] | None = None,
) -> None:
    """Store the record on the finished Action, with its fingerprint.

    Parameters
    ----------
    action : bpy.types.Action
        The Action.
    motion_id : str
        Id of its motion in the cache.
    start_frame : int
        Scene frame of the motion's first frame.
    provenance : Provenance
        Where the motion comes from.
    details : dict, optional
        Further values, of types that custom properties can hold.
    """
    values: dict[str, Any] = {"motion_id": motion_id, "start_frame": start_frame, **(details or {})}
    for key, value in provenance.as_dict().items():
        if isinstance(value, str):
            value = _clean_text(value)
        elif isinstance(value, int) and not -(2**31) <= value < 2**31:
            value = str(value)  # custom properties hold 32 bits
        values[key] = value
    values["name"] = action.name
    values["fingerprint"], values["handles"] = fingerprint_action(action), sum_handle_lengths(action)
    action[RECORD_PROPERTY] = values


def update_record(action: bpy.types.Action, **changes: Any) -> None:
    """Change values in the record of an Action; None deletes a value."""
    group = action[RECORD_PROPERTY]
    for key, value in changes.items():
        if value is not None:
            group[key] = value
        elif key in group:
            del group[key]


def read_record(action: bpy.types.Action | None) -> dict[str, Any]:
    """Return the record of an Action as plain values; empty if Kinescribe did not make it."""
    group = action.get(RECORD_PROPERTY) if action else None
    return dict(group.to_dict()) if group is not None and hasattr(group, "to_dict") else {}


def was_edited(action: bpy.types.Action | None) -> bool:
    """Return True if the keys of an Action made by Kinescribe were changed afterwards."""
    record = read_record(action)
    return action is not None and bool(record) and not _is_unedited(action, record)


def _is_unedited(action: bpy.types.Action, record: dict[str, Any]) -> bool:
    if record.get("fingerprint") != fingerprint_action(action):
        return False
    recorded = record.get("handles")
    return not isinstance(recorded, float) or abs(sum_handle_lengths(action) - recorded) <= 1e-5 * (
        1.0 + abs(recorded)
    )


def has_unedited_own_action(obj: bpy.types.Object) -> bool:
    """Return True if Kinescribe made the object's Action and nobody has used it for anything else.

    That is, it was not edited, renamed, protected by a fake user, marked as an asset or assigned elsewhere.
    """
    action = get_action(obj)
    record = read_record(action)
    if action is None or not record:
        return False
    has_no_other_user = action.users == 1 and not action.use_fake_user and not action.asset_data
    is_untouched = record.get("name") == action.name and _is_unedited(action, record)
    return has_no_other_user and is_untouched and bool(action.is_editable)


def _clean_text(text: str) -> str:
    """Return text as Blender can store it: one line, printable, valid UTF-8."""
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
