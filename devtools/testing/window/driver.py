# SPDX-License-Identifier: GPL-3.0-or-later
"""Inside Blender: play steps, send mouse and keys, find buttons by what they do, photograph, watch for stutter.

A play is a generator that yields the seconds to let Blender run before it goes on. Each step runs from a timer, so
Blender draws and handles events in between. What a play found is written to ``play.json`` with ``note``.
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
from pathlib import Path
from typing import Any

import bpy

from . import xwd

OUT = Path.cwd()
Steps = Generator[float, None, Any]
NOTES: dict[str, Any] = {"blender": bpy.app.version_string}
_BEGAN = time.monotonic()


def note(**found: Any) -> None:
    """Keep what was found, for ``play.json`` and the log."""
    NOTES.update(found)
    sys.stdout.write(f"{seconds():7.2f} {json.dumps(found, default=str)}\n")
    sys.stdout.flush()


def seconds() -> float:
    """How long Blender has run, from the start of this script."""
    return time.monotonic() - _BEGAN


# --------------------------------------------------------------------------------------------- playing


def play(steps: Steps, limit: float) -> None:
    """Play ``steps`` from a timer and quit Blender: status 0, 1 after an error, 124 after ``limit`` seconds."""
    preferences = bpy.context.preferences
    preferences.view.show_splash = False
    preferences.use_preferences_save = False
    # software OpenGL: what costs redraws and shows nothing of ours is off
    preferences.system.viewport_aa = "OFF"
    preferences.system.use_region_overlap = False
    preferences.view.show_tooltips = False
    preferences.view.smooth_view = 0

    def tick() -> float | None:
        try:
            if seconds() > limit:
                raise TimeoutError(f"the play ran for more than {limit} seconds")
            return max(0.0, float(next(steps)))
        except StopIteration:
            finish(0)
        except Exception as error:
            NOTES["error"] = f"{type(error).__name__}: {error}"
            traceback.print_exc()
            photograph("error")
            finish(1)
        return None

    # persistent: a play may load another file
    bpy.app.timers.register(tick, first_interval=0.5, persistent=True)


def finish(status: int) -> None:
    """Write the notes and end Blender, regularly where the play went well."""
    (OUT / "play.json").write_text(json.dumps(NOTES, indent=1, default=str), encoding="utf-8")
    sys.stdout.flush()
    if status:
        os._exit(status)
    bpy.ops.wm.quit_blender()


def wait_for(condition: Any, seconds: float, what: str, every: float = 0.05) -> Iterator[float]:
    """Let Blender run until ``condition()`` holds; TimeoutError saying ``what`` was waited for after ``seconds``."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"waited {seconds} s for {what}")
        yield every


# ----------------------------------------------------------------------------------- what is on screen


def window() -> bpy.types.Window:
    """The one window."""
    return bpy.context.window_manager.windows[0]


def view() -> tuple[bpy.types.Area, dict[str, bpy.types.Region]]:
    """The 3D View and its regions by type."""
    area = next(a for a in window().screen.areas if a.type == "VIEW_3D")
    return area, {region.type: region for region in area.regions}


def override(kind: str = "WINDOW") -> Any:
    """The context of a region of the 3D View."""
    area, regions = view()
    return bpy.context.temp_override(window=window(), screen=window().screen, area=area, region=regions[kind])


def open_sidebar(tab: str, width: int | None = None, fill: bool = True) -> Steps:
    """Show the sidebar with ``tab``, and drag it ``width`` pixels wide; ``fill``: the window with the 3D View."""
    if fill and not window().screen.show_fullscreen:
        with override():
            bpy.ops.screen.screen_full_area()
        yield 0.3
    view()[0].spaces.active.show_region_ui = True
    yield 0.3
    # a tab can be named once the region has been drawn
    for _ in range(50):
        area, regions = view()
        with suppress(AttributeError, TypeError):
            regions["UI"].active_panel_category = tab
        area.tag_redraw()
        yield 0.1
        if view()[1]["UI"].active_panel_category == tab:
            break
    else:
        raise AssertionError(f"the sidebar has no tab {tab}")
    if width:
        region = view()[1]["UI"]
        x, y = region.x, region.y + region.height - 12
        goal = region.x + region.width - width
        for at in (x - 20, x - 1, x):
            _event("MOUSEMOVE", "NOTHING", at, y)
            yield 0.1
        _event("LEFTMOUSE", "PRESS", x, y)
        for part in (0.3, 0.6, 0.9, 1.0):
            yield 0.05
            _event("MOUSEMOVE", "NOTHING", x + (goal - x) * part, y)
        yield 0.05
        _event("LEFTMOUSE", "RELEASE", goal, y)
        yield 0.3


def photograph(name: str, box: xwd.Box | None = None) -> Path:
    """Redraw, and save the screen (or the ``box`` of it, y down) as ``name``.png.

    The picture is read from the X server: with software OpenGL Blender's own screenshot is black.
    """
    bpy.ops.wm.redraw_timer(type="DRAW_WIN_SWAP", iterations=1)
    path = OUT / f"{name}.png"
    xwd.save_png(Path(os.environ["GUI_FRAME"]), path, box)
    return path


def box_of(region: bpy.types.Region) -> xwd.Box:
    """The region on the screen, y down."""
    return region.x, window().height - region.y - region.height, region.width, region.height


# ------------------------------------------------------------------------------------- finding buttons

Place = tuple[int, int]
_OPERATOR = re.compile(r"bpy\.ops\.([\w.]+)\(")


def buttons(
    kind: str = "UI", column: float = 0.62, step: int = 9
) -> Generator[float, None, dict[str, Place]]:
    """Where each button of a region is, by what it does; ``column`` is the share of the region's width to look at.

    The mouse goes down the region, and Blender is asked what the button beneath it does: ``kinescribe.generate`` for
    an operator, the end of the data path (``kinescribe.prompt``) for a property. So plays need no pixel positions.
    """
    region = view()[1][kind]
    x = region.x + int(region.width * column)
    found: dict[str, list[Place]] = {}
    for y in range(region.y + region.height - 4, region.y + 4, -step):
        _event("MOUSEMOVE", "NOTHING", x, y)
        yield 0.02
        name = _button_below(kind)
        if name:
            found.setdefault(name, []).append((x, y))
    # the middle one of the places at which the button answered
    return {name: places[len(places) // 2] for name, places in found.items()}


def _button_below(kind: str) -> str | None:
    manager = bpy.context.window_manager
    with override(kind):
        if bpy.ops.ui.copy_python_command_button.poll():
            manager.clipboard = ""
            bpy.ops.ui.copy_python_command_button()
            matched = _OPERATOR.match(manager.clipboard)
            return matched.group(1) if matched else None
        if bpy.ops.ui.copy_data_path_button.poll():
            manager.clipboard = ""
            bpy.ops.ui.copy_data_path_button(full_path=True)
            path = manager.clipboard
            return path.partition("].")[2] or path or None
    return None


def open_redo_popup() -> Generator[float, None, Place]:
    """Press F9 over the 3D View; returns a place in the column of the popup's fields."""
    region = view()[1]["WINDOW"]
    place = region.x + region.width // 2, region.y + region.height // 2
    yield from move(place)
    yield from press("F9")
    yield 0.5
    # the popup's title is under the mouse, its labels take the first 130 pixels
    return place[0] + 220, place[1]


def field_showing(text: str, top: Place, reach: int = 150) -> Generator[float, None, Place]:
    """Where the field of an open popup is that Ctrl+C copies as ``text``, straight below ``top``."""
    manager = bpy.context.window_manager
    x, y = top
    for below in range(0, reach, 5):
        manager.clipboard = ""
        _event("MOUSEMOVE", "NOTHING", x, y - below)
        yield 0.03
        yield from press("C", ctrl=True)
        if manager.clipboard == text:
            return x, y - below
    raise AssertionError(f"no field of the popup shows {text}")


def entry_doing(text: str, reach: int = 200) -> Generator[float, None, Place]:
    """Where the entry of an open menu is whose command, as Ctrl+C copies it, holds ``text``: near the mouse."""
    manager = bpy.context.window_manager
    x, y = _mouse
    seen = set()
    for away in sorted(range(-reach, reach, 7), key=abs):
        manager.clipboard = ""
        _event("MOUSEMOVE", "NOTHING", x, y + away)
        yield 0.03
        yield from press("C", ctrl=True)
        if text in manager.clipboard:
            return x, y + away
        seen.add(manager.clipboard)
    raise AssertionError(f"no entry of the menu does {text}: {sorted(seen)}")


# ---------------------------------------------------------------------------------- mouse and keyboard

_KEYS = {" ": "SPACE", ".": "PERIOD", ",": "COMMA", "-": "MINUS", "'": "QUOTE"}
_KEYS.update(zip("0123456789", "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE".split(), strict=True))


_mouse = [0, 0]


def _event(kind: str, value: str, x: float | None = None, y: float | None = None, **more: Any) -> None:
    """Send an event; keys are pressed where the mouse is."""
    if x is not None and y is not None:
        _mouse[:] = int(x), int(y)
    window().event_simulate(type=kind, value=value, x=_mouse[0], y=_mouse[1], **more)


def move(place: Place) -> Steps:
    """Put the mouse there."""
    _event("MOUSEMOVE", "NOTHING", *place)
    yield 0.1


def click(place: Place, hover: bool = True) -> Steps:
    """Click there with the left button, where the mouse is already unless it is to ``hover`` first."""
    if hover:
        yield from move(place)
    _event("LEFTMOUSE", "PRESS", *place)
    yield 0.03
    _event("LEFTMOUSE", "RELEASE", *place)
    yield 0.03


def press(key: str, **modifiers: bool) -> Steps:
    """Press and release a key."""
    _event(key, "PRESS", **modifiers)
    yield 0.03
    _event(key, "RELEASE", **modifiers)
    yield 0.03


def write(place: Place, text: str) -> Steps:
    """Put ``text`` into the text field at ``place``, instead of what it holds."""
    yield from click(place)
    yield 0.2
    yield from press("A", ctrl=True)
    yield from type_text(text)
    yield from press("RET")
    yield 0.2


def enter_number(place: Place, number: str) -> Steps:
    """Put ``number`` into the number field at ``place``."""
    yield from move(place)
    yield from press("RET")
    yield 0.2
    yield from press("A", ctrl=True)
    yield from type_text(number)
    yield from press("RET")
    yield 0.2


def type_text(text: str) -> Steps:
    """Type into the field that is being edited."""
    for letter in text:
        plain = letter.isascii() and letter.isalpha()
        kind = letter.upper() if plain else _KEYS.get(letter, "A")
        _event(kind, "PRESS", unicode=letter, shift=letter.isupper())
        _event(kind, "RELEASE", shift=letter.isupper())
        yield 0.01
