# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension in a real window: Debian's Blender 4.3 and 5.2 on a virtual screen with software OpenGL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

MAX_GAP = 150.0
"""Milliseconds that Blender may stand still while a motion is generated."""

MAX_CANCEL = 0.5
"""Seconds from the click to the end."""

BUSY = 0.3
"""Share of the processors that others may use while we measure; beyond it, their work is what we would measure."""


def test_first_animation(play: Callable[..., Any]) -> None:
    """Mannequin, prompt, Generate, F9, undo and cancel, as ``plays/first_animation.py`` says."""
    played = play("first_animation")
    assert played.status == 0, played.said
    notes = played.notes
    assert "kinescribe.add_mannequin" in notes["without_character"]
    runs = [notes[run] for run in ("first", "warm", "long")]
    assert min(limited(run, run["stutter"]["max_ms"], MAX_GAP) for run in runs) <= 1.0, runs
    cancelled = [notes[way] for way in ("cancel_button", "cancel_escape") if notes[way]]
    assert cancelled, notes
    assert max(limited(run, run["seconds"], MAX_CANCEL) for run in cancelled) <= 1.0, cancelled


def limited(run: dict[str, Any], value: float, limit: float) -> float:
    """``value`` as a share of ``limit``; of four times that where the machine had much else to do meanwhile."""
    return value / (limit if run["stutter"]["others"] < BUSY else 4 * limit)


def test_interruptions(play: Callable[..., Any]) -> None:
    """Rename, delete, another file, undo, disable and quit while it runs, as ``plays/interruptions.py`` says."""
    played = play("interruptions")
    assert played.status == 0, played.said
    assert "Traceback" not in played.log, played.log[-3000:]
    notes = played.notes
    assert played.screen["seconds"] - notes["quit_after"] < 25.0
    assert notes["quit_while_running"] is True
    assert notes["disable_seconds"] < 1.0


def test_pages(play: Callable[..., Any]) -> None:
    """Sub-panels, menus and preferences draw without an error, as ``plays/pages.py`` says."""
    played = play("pages")
    assert played.status == 0, played.said
    assert "Traceback" not in played.log, played.log[-3000:]


def test_models(play: Callable[..., Any]) -> None:
    """Servers and the worker in the sidebar and on the page, as ``plays/models.py`` says."""
    played = play("models", size="1280x1000")
    assert played.status == 0, played.said
    assert "Traceback" not in played.log, played.log[-3000:]


@pytest.mark.parametrize("name, height", [("bone_map", 1000), ("options", 1080), ("directing", 1300)])
def test_bone_map_and_options(name: str, height: int, play: Callable[..., Any]) -> None:
    """All of the bone map, of the options and of directing draws, as the plays of these names say."""
    played = play(name, size=f"1280x{height}")
    assert played.status == 0, played.said
    assert "Traceback" not in played.log, played.log[-3000:]
