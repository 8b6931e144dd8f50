# SPDX-License-Identifier: GPL-3.0-or-later
"""The one button of the main panel: it says what it will do with the character as it is now."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import bpy
from bpy.app.translations import pgettext_iface as iface

from ..operators.next_step import NextStep, find_next_step


class Button(NamedTuple):
    """What a button does: its text, translated, and the operator with its properties."""

    text: str
    operator: str
    properties: Mapping[str, Any]


def describe_button(context: bpy.types.Context, armature: bpy.types.Object | None) -> Button:
    """Return what the button does now. Cheap: it is called at every redraw."""
    step = find_next_step(context, armature)
    return Button(_describe_step(step), step.operator, step.properties)


def draw_next_step(
    layout: bpy.types.UILayout, context: bpy.types.Context, armature: bpy.types.Object | None
) -> None:
    """Draw the button as one item of a layout."""
    button = describe_button(context, armature)
    properties = layout.operator(button.operator, text=button.text, icon="PLAY", translate=False)
    for name, value in button.properties.items():
        setattr(properties, name, value)


def _describe_step(step: NextStep) -> str:
    numbers = step.numbers
    if step.kind == "KEEP":
        return iface("Keep This Motion")
    if step.kind == "CONTINUE":
        return iface("Continue from {frame}").format(frame=numbers[0])
    if step.kind in {"RANGE", "BODY"}:
        text = iface("Redo Range") if step.kind == "RANGE" else iface("Redo Bones")
        if not numbers:
            return text
        text = iface("Redo {first}-{last}" if step.kind == "RANGE" else "Redo Bones {first}-{last}")
        return text.format(first=numbers[0], last=numbers[1])
    if step.kind == "TOGETHER":
        return iface("Generate for {count} Characters").format(count=numbers[0])
    if step.kind == "PARTS" and len(numbers) == 1:
        return iface("Redo Part {number}").format(number=numbers[0] + 1)
    if step.kind == "PARTS":
        return iface("Redo {count} Parts").format(count=len(numbers))
    return iface("Another Take") if step.kind == "ANOTHER" else iface("Generate")
