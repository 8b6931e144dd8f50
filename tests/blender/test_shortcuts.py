# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys for every verb: entries in the key map, and Assign Shortcut where Blender offers none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import bpy
import pytest
from kinescribe.operators import shortcuts
from kinescribe.operators.shortcuts import VERBS, find_button_verb
from kinescribe.panels.menus import KINESCRIBE_MT_character

ALL = [name for group in VERBS for name in group]


def entries() -> list[bpy.types.KeyMapItem]:
    keymap = bpy.context.window_manager.keyconfigs.addon.keymaps.find("3D View Generic", space_type="VIEW_3D")
    return [item for item in keymap.keymap_items if item.idname.startswith("kinescribe.")]


def test_every_verb_has_an_entry_in_the_key_map() -> None:
    assert sorted(item.idname for item in entries()) == sorted(f"kinescribe.{name}" for name in ALL)
    # none but Esc takes a key from anybody
    assert [item.idname for item in entries() if item.type != "NONE"] == ["kinescribe.cancel"]


def button_context(identifier: str) -> Any:
    """What the right-click menu knows of the button below it."""
    operator = SimpleNamespace(bl_rna=SimpleNamespace(identifier=identifier))
    return SimpleNamespace(button_operator=operator, window_manager=bpy.context.window_manager)


def test_the_verb_below_a_right_click() -> None:
    assert find_button_verb(button_context("KINESCRIBE_OT_generate")) == "generate"
    for other in ("KINESCRIBE_OT_add_server", "OBJECT_OT_delete", "KINESCRIBE_OT_"):
        assert find_button_verb(button_context(other)) == ""
    assert find_button_verb(SimpleNamespace()) == ""


@pytest.mark.parametrize("key, offered", [("NONE", ["generate"]), ("Y", [])])
def test_assign_shortcut_is_offered_to_verbs_without_a_key(
    key: str, offered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []

    def draw_operator(_name: str, **_looks: object) -> Any:
        drawn.append(SimpleNamespace(name=""))
        return drawn[-1]

    monkeypatch.setattr(shortcuts, "find_shortcut", lambda _context, _name: SimpleNamespace(type=key))
    menu = SimpleNamespace(layout=SimpleNamespace(operator=draw_operator))
    shortcuts._draw_assign(menu, button_context("KINESCRIBE_OT_generate"))
    shortcuts._draw_assign(menu, button_context("OBJECT_OT_delete"))
    assert [entry.name for entry in drawn] == offered


def test_it_hangs_in_the_right_click_menu_and_verbs_in_theirs() -> None:
    functions = bpy.types.UI_MT_button_context_menu.draw._draw_funcs
    assert shortcuts._draw_assign in functions
    for menu in (bpy.types.VIEW3D_MT_object, bpy.types.VIEW3D_MT_pose):
        modules = [function.__module__ for function in menu.draw._draw_funcs]
        assert KINESCRIBE_MT_character.__module__ in modules
