# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Blender: play steps, send mouse and keys, find buttons by what they do, take photographs.

A play is a generator that yields the seconds that Blender runs before the next step. Steps run from a timer, so that
Blender draws and handles events in between. Notes of a play are written to ``play.json``.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import traceback
from collections.abc import Generator, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import bpy

from . import xwd
from .x_input import XInput

OUT = Path.cwd()
Steps = Generator[float, None, Any]
NOTES: dict[str, Any] = {"blender": bpy.app.version_string}
_BEGAN = time.monotonic()


def add_notes(**values: Any) -> None:
    """Keep values for ``play.json`` and print them to the log."""
    NOTES.update(values)
    sys.stdout.write(f"{elapsed_seconds():7.2f} {json.dumps(values, default=str)}\n")
    sys.stdout.flush()


def elapsed_seconds() -> float:
    """Return the seconds since the start of this script."""
    return time.monotonic() - _BEGAN


# --------------------------------------------------------------------------------------------- playing


def start_play(steps: Steps, limit_seconds: float) -> None:
    """Play ``steps`` from a timer and quit Blender: status 0, 1 after an error, 124 after ``limit_seconds``."""
    preferences = bpy.context.preferences
    preferences.view.show_splash = False
    preferences.use_preferences_save = False
    # software OpenGL is slow: options that cost redraws and show nothing of the extension are off
    preferences.system.viewport_aa = "OFF"
    preferences.system.use_region_overlap = False
    preferences.view.show_tooltips = False
    preferences.view.smooth_view = 0

    def tick() -> float | None:
        try:
            if elapsed_seconds() > limit_seconds:
                raise TimeoutError(f"the play ran for more than {limit_seconds} seconds")
            return max(0.0, float(next(steps)))
        except StopIteration:
            finish_play(0)
        except Exception as error:
            NOTES["error"] = f"{type(error).__name__}: {error}"
            traceback.print_exc()
            save_photograph("error")
            finish_play(1)
        return None

    # persistent, because a play may load another file
    bpy.app.timers.register(tick, first_interval=0.5, persistent=True)


def finish_play(status: int) -> None:
    """Write the notes and end Blender, with its own operator if the play succeeded."""
    (OUT / "play.json").write_text(json.dumps(NOTES, indent=1, default=str), encoding="utf-8")
    sys.stdout.flush()
    if status:
        os._exit(status)
    bpy.ops.wm.quit_blender()


def wait_for(condition: Any, limit_seconds: float, what: str, interval: float = 0.05) -> Iterator[float]:
    """Let Blender run until ``condition()`` is true. Raises TimeoutError if it takes longer than ``limit_seconds``.

    Parameters
    ----------
    condition : callable
        Returns whether to go on.
    limit_seconds : float
        Longest time to wait.
    what : str
        What is waited for, for the error.
    interval : float
        Seconds between two calls of ``condition``.
    """
    end = time.monotonic() + limit_seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {limit_seconds} s for {what}")
        yield interval


# ----------------------------------------------------------------------------------- what is on screen


def get_window() -> bpy.types.Window:
    """Return the only window."""
    return bpy.context.window_manager.windows[0]


def get_view() -> tuple[bpy.types.Area, dict[str, bpy.types.Region]]:
    """Return the 3D View and its regions by type."""
    area = next(a for a in get_window().screen.areas if a.type == "VIEW_3D")
    return area, {region.type: region for region in area.regions}


def override_region(kind: str = "WINDOW") -> Any:
    """Context manager: override the context with a region of the 3D View."""
    area, regions = get_view()
    return bpy.context.temp_override(
        window=get_window(), screen=get_window().screen, area=area, region=regions[kind]
    )


def open_sidebar(tab: str, width: int | None = None, fill: bool = True) -> Steps:
    """Show the sidebar with ``tab``, ``width`` pixels wide; ``fill``: with the 3D View in full screen."""
    if fill and not get_window().screen.show_fullscreen:
        with override_region():
            bpy.ops.screen.screen_full_area()
        yield 0.3
    get_view()[0].spaces.active.show_region_ui = True
    yield 0.3
    # the tab can be set once the region has been drawn
    for _ in range(50):
        area, regions = get_view()
        with suppress(AttributeError, TypeError):
            regions["UI"].active_panel_category = tab
        area.tag_redraw()
        yield 0.1
        if get_view()[1]["UI"].active_panel_category == tab:
            break
    else:
        raise AssertionError(f"the sidebar has no tab {tab}")
    if width:
        region = get_view()[1]["UI"]
        x, y = region.x, region.y + region.height - 12
        target_x = region.x + region.width - width
        for pointer_x in (x - 20, x - 1, x):
            _send_event("MOUSEMOVE", "NOTHING", pointer_x, y)
            yield 0.1
        _send_event("LEFTMOUSE", "PRESS", x, y)
        for part in (0.3, 0.6, 0.9, 1.0):
            yield 0.05
            _send_event("MOUSEMOVE", "NOTHING", x + (target_x - x) * part, y)
        yield 0.05
        _send_event("LEFTMOUSE", "RELEASE", target_x, y)
        yield 0.3


def save_photograph(name: str, box: xwd.Box | None = None) -> Path:
    """Redraw, and save the screen or a ``box`` of it (y down) as ``name``.png.

    The picture is read from the X server: with software OpenGL Blender's own screenshot is black.
    """
    bpy.ops.wm.redraw_timer(type="DRAW_WIN_SWAP", iterations=1)
    path = OUT / f"{name}.png"
    xwd.save_png(Path(os.environ["GUI_FRAME"]), path, box)
    return path


def find_box(*areas: bpy.types.Area) -> xwd.Box:
    """Return the part of the screen that areas take, for a photograph of them alone."""
    left, bottom = min(area.x for area in areas), min(area.y for area in areas)
    right, top = max(area.x + area.width for area in areas), max(area.y + area.height for area in areas)
    return left, get_window().height - top, right - left, top - bottom


# ------------------------------------------------------------------------------------- finding buttons

Position = tuple[int, int]
_OPERATOR = re.compile(r"bpy\.ops\.([\w.]+)\(")
_TOOL = re.compile(r"name=['\"]([\w.]+)")


def find_buttons(
    kind: str = "UI", column: float = 0.62, step: int = 9, whole: bool = False
) -> Generator[float, None, dict[str, Position]]:
    """Return the positions of the buttons in a column of a region, by what they do.

    ``column`` is a fraction of the region's width, ``step`` is in pixels. The mouse moves down the column, and Blender
    is asked for the command of the button below it: ``kinescribe.generate`` for an operator, the name of a tool, the
    end of the data path (``kinescribe.prompt``) for a property. So plays need no pixel positions. ``whole``: the
    command with its arguments, the data path from its beginning.
    """
    region = get_view()[1][kind]
    x = region.x + int(region.width * column)
    positions: dict[str, list[Position]] = {}
    for y in range(region.y + region.height - 4, region.y + 4, -step):
        _send_event("MOUSEMOVE", "NOTHING", x, y)
        yield 0.02
        name = _read_button_below(kind, whole)
        if name:
            positions.setdefault(name, []).append((x, y))
    # the middle of all positions at which the button was found
    return {name: places[len(places) // 2] for name, places in positions.items()}


def _read_button_below(kind: str, whole: bool = False) -> str | None:
    manager = bpy.context.window_manager
    with override_region(kind):
        if bpy.ops.ui.copy_python_command_button.poll():
            manager.clipboard = ""
            bpy.ops.ui.copy_python_command_button()
            if whole:
                return str(manager.clipboard) or None
            match = _OPERATOR.match(manager.clipboard)
            name = match.group(1) if match else None
            tool = _TOOL.search(manager.clipboard)
            return tool.group(1) if name == "wm.tool_set_by_id" and tool else name
        if bpy.ops.ui.copy_data_path_button.poll():
            manager.clipboard = ""
            bpy.ops.ui.copy_data_path_button(full_path=True)
            path = manager.clipboard
            return (not whole and path.partition("].")[2]) or path or None
    return None


def open_redo_popup() -> Generator[float, None, Position]:
    """Press F9 over the 3D View and return a position in the column of the popup's fields."""
    region = get_view()[1]["WINDOW"]
    # high enough for the whole popup below the mouse
    position = region.x + region.width // 2, region.y + 3 * region.height // 4
    yield from move_mouse(position)
    yield from press_key("F9")
    yield 0.5
    # the popup's title is under the mouse, its labels take the first 130 pixels
    return position[0] + 220, position[1]


def find_field_showing(
    text: str, top: Position, search_height: int = 150
) -> Generator[float, None, Position]:
    """Return the position of the field of an open popup that Ctrl+C copies as ``text``, straight below ``top``."""
    manager = bpy.context.window_manager
    x, y = top
    for below in range(0, search_height, 5):
        manager.clipboard = ""
        _send_event("MOUSEMOVE", "NOTHING", x, y - below)
        yield 0.03
        yield from press_key("C", ctrl=True)
        if manager.clipboard == text:
            return x, y - below
    raise AssertionError(f"no field of the popup shows {text}")


def find_entry_doing(text: str, search_height: int = 200) -> Generator[float, None, Position]:
    """Return the position of the entry of an open menu whose command, copied by Ctrl+C, contains ``text``."""
    manager = bpy.context.window_manager
    x, y = _mouse_position
    seen = set()
    for away in sorted(range(-search_height, search_height, 7), key=abs):
        manager.clipboard = ""
        _send_event("MOUSEMOVE", "NOTHING", x, y + away)
        yield 0.03
        yield from press_key("C", ctrl=True)
        if text in manager.clipboard:
            return x, y + away
        seen.add(manager.clipboard)
    raise AssertionError(f"no entry of the menu does {text}: {sorted(seen)}")


# ---------------------------------------------------------------------------------- mouse and keyboard

_KEYS = {" ": "SPACE", ".": "PERIOD", ",": "COMMA", "-": "MINUS", "'": "QUOTE"}
_KEYS.update(zip("0123456789", "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE".split(), strict=True))


_mouse_position = [0, 0]


def _send_event(kind: str, value: str, x: float | None = None, y: float | None = None, **more: Any) -> None:
    """Send an event; keys are pressed at the mouse's position."""
    if x is not None and y is not None:
        _mouse_position[:] = int(x), int(y)
    x, y = _mouse_position
    if os.environ.get("GUI_REAL_INPUT"):
        modifiers = {name: bool(more.get(name)) for name in ("shift", "ctrl", "alt")}
        _connect_input().send(kind, value, x, get_window().height - 1 - y, **modifiers)
    else:
        get_window().event_simulate(type=kind, value=value, x=x, y=y, **more)


@cache
def _connect_input() -> XInput:
    return XInput()


def move_mouse(position: Position) -> Steps:
    """Move the mouse to a position."""
    _send_event("MOUSEMOVE", "NOTHING", *position)
    yield 0.1


def click_at(position: Position, hover: bool = True, **modifiers: bool) -> Steps:
    """Click at a position with the left button. Without ``hover`` the mouse has to be there already."""
    if hover:
        yield from move_mouse(position)
    held = modifiers if os.environ.get("GUI_REAL_INPUT") else {}
    if any(held.values()):
        # longer than the click: Blender finds no click if the key is let go together with the button
        _connect_input().hold(True, **held)
        yield 0.1
    sent = {} if held else modifiers
    _send_event("LEFTMOUSE", "PRESS", *position, **sent)
    yield 0.03
    _send_event("LEFTMOUSE", "RELEASE", *position, **sent)
    yield 0.03
    if any(held.values()):
        yield 0.1
        _connect_input().hold(False, **held)
        yield 0.1


def right_click_at(position: Position) -> Steps:
    """Click at a position with the right button."""
    yield from move_mouse(position)
    _send_event("RIGHTMOUSE", "PRESS", *position)
    yield 0.03
    _send_event("RIGHTMOUSE", "RELEASE", *position)
    yield 0.03


def double_click_at(position: Position) -> Steps:
    """Click twice at a position; Blender takes it for a double click if the input is real."""
    yield from move_mouse(position)
    # at once: a redraw between the clicks may last longer than a double click
    for value in ("PRESS", "RELEASE", "PRESS", "RELEASE"):
        _send_event("LEFTMOUSE", value, *position)
    yield 0.1


def press_key(key: str, **modifiers: bool) -> Steps:
    """Press and release a key."""
    _send_event(key, "PRESS", **modifiers)
    yield 0.03
    _send_event(key, "RELEASE", **modifiers)
    yield 0.03


def fill_text_field(position: Position, text: str) -> Steps:
    """Replace the text of the text field at ``position``."""
    yield from click_at(position)
    yield 0.2
    yield from press_key("A", ctrl=True)
    yield from type_text(text)
    yield from press_key("RET")
    yield 0.2


def enter_number(position: Position, number: str) -> Steps:
    """Replace the number in the number field at ``position``."""
    yield from move_mouse(position)
    yield from press_key("RET")
    yield 0.2
    yield from press_key("A", ctrl=True)
    yield from type_text(number)
    yield from press_key("RET")
    yield 0.2


def type_text(text: str) -> Steps:
    """Type into the field that is being edited."""
    for letter in text:
        is_letter = letter.isascii() and letter.isalpha()
        kind = letter.upper() if is_letter else _KEYS.get(letter, "A")
        _send_event(kind, "PRESS", unicode=letter, shift=letter.isupper())
        _send_event(kind, "RELEASE", shift=letter.isupper())
        yield 0.01
