# SPDX-License-Identifier: GPL-3.0-or-later
"""The record that an Action made by Kinescribe carries: its motion, its options, and whether it was edited."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

import bpy

from ..motion import Provenance
from .action import Fingerprint, fingerprint_action, get_action
from .slices import Slices, run_slices

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
    fingerprint: Fingerprint,
    details: dict[str, Any] | None = None,
) -> None:
    """Store the record on the finished Action.

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
    fingerprint : Fingerprint
        Of the Action.
    details : dict, optional
        Further values, of types that custom properties can hold.
    """
    values: dict[str, Any] = {**(details or {}), "motion_id": motion_id, "start_frame": start_frame}
    for key, value in provenance.as_dict().items():
        if key == "given":
            continue  # lists of mixed types can't be custom properties; the motion itself has them
        if isinstance(value, str):
            value = _clean_text(value)
        elif key in ("doubted", "unknown_words", "crowded"):
            value = [_clean_text(text) for text in value]
        elif isinstance(value, int) and not -(2**31) <= value < 2**31:
            value = str(value)  # custom properties hold 32 bits
        values[key] = value
    values["name"] = action.name
    values["fingerprint"], values["handles"] = fingerprint.keys, fingerprint.handles
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
    return action is not None and bool(record) and not run_slices(_is_unedited(action, record))


def _is_unedited(action: bpy.types.Action, record: dict[str, Any]) -> Slices[bool]:
    fingerprint = yield from fingerprint_action(action)
    # a take may be made from one that was edited by hand
    if record.get("edited") or record.get("fingerprint") != fingerprint.keys:
        return False
    recorded = record.get("handles")
    return not isinstance(recorded, float) or abs(fingerprint.handles - recorded) <= 1e-5 * (
        1.0 + abs(recorded)
    )


def has_unedited_kinescribe_action(obj: bpy.types.Object) -> bool:
    """Return True if Kinescribe made the object's Action and nobody has edited its keys."""
    return run_slices(find_unedited_action(obj)) is not None


def find_unedited_action(obj: bpy.types.Object) -> Slices[bpy.types.Action | None]:
    """Return the object's Action if Kinescribe made it and nobody has edited its keys, else None."""
    action = get_action(obj)
    record = read_record(action)
    if action is None or not record or not action.is_editable:
        return None
    return action if (yield from _is_unedited(action, record)) else None


def find_previous(action: bpy.types.Action) -> bpy.types.Action | None:
    """Return the Action that was assigned before this one of Kinescribe's; None where there was none."""
    previous = read_record(action).get("previous")
    return previous if isinstance(previous, bpy.types.Action) else None


def list_made_actions(
    action: bpy.types.Action | None,
) -> tuple[list[bpy.types.Action], bpy.types.Action | None]:
    """Return Kinescribe's Actions from ``action`` back to the character's own one, and that one, if there is one."""
    made: list[bpy.types.Action] = []
    while action is not None and action not in made and read_record(action):
        made.append(action)
        action = find_previous(action)
    return made, None if action in made else action


def _clean_text(text: str) -> str:
    """Return text as Blender can store it: one line, printable, valid UTF-8."""
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
