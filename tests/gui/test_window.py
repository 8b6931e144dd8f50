# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension in a real window: Debian's Blender 4.3 and 5.2 on a virtual screen with software OpenGL."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from devtools.bench.day_jobs import JOB_PLAYS, JOBS
from devtools.testing.motions import make_walk
from devtools.testing.result_files import mdm_results
from devtools.testing.window import session


def test_first_animation(play: Callable[..., session.PlayResult]) -> None:
    """Mannequin, prompt, Generate, F9, undo and cancel, as ``plays/first_animation.py`` says."""
    played = play("first_animation")
    assert played.status == 0, played.failure_text
    notes = played.notes
    assert "kinescribe.add_mannequin" in notes["without_character"]
    runs = [notes[run] for run in ("first", "warm", "long")]
    # the window goes on handling timers meanwhile; how well is measured by ``dev.py window``, not tested
    assert min(run["stutter"]["ticks"] for run in runs) >= 4, runs
    cancelled = [notes[way] for way in ("cancel_button", "cancel_escape") if notes[way]]
    assert cancelled, notes
    assert all(run["said"] == "Cancelled" for run in cancelled), cancelled


def test_interruptions(play: Callable[..., session.PlayResult]) -> None:
    """Rename, delete, another file, undo, disable and quit while it runs, as ``plays/interruptions.py`` says."""
    played = play("interruptions")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    notes = played.notes
    assert notes["quit_while_running"] is True


def test_freezes(play: Callable[..., session.PlayResult]) -> None:
    """While ten minutes of motion are baked the window has its turns, as ``plays/freezes.py`` says."""
    played = play("freezes", prepare=lambda folder: (folder / "subjects").write_text("mannequin ten_minutes"))
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    for run in ("first", "again"):
        assert played.notes["mannequin"][run]["viewport_draws"] >= 1, played.notes
        # how long the gaps are is measured by ``dev.py window``, not tested
        assert played.notes["ten_minutes"][run]["baking_ticks"] >= 10, played.notes
    assert played.notes["ten_minutes"]["frames"] >= 14400


def test_pages(play: Callable[..., session.PlayResult]) -> None:
    """Sub-panels, menus and preferences draw without an error, as ``plays/pages.py`` says."""
    played = play("pages")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]


def test_models(play: Callable[..., session.PlayResult]) -> None:
    """Servers and the worker in the sidebar and on the page, as ``plays/models.py`` says."""
    played = play("models", size="1280x1000")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]


def test_captions(play: Callable[..., session.PlayResult]) -> None:
    """An Action is read while the window has its turns, and described, as ``plays/captions.py`` says."""
    played = play("captions")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    # each moment of reading makes Blender draw its window, for which software OpenGL needs longer than the moment took
    assert min(played.notes[word]["stutter"]["ticks"] for word in ("cancelled", "described")) >= 4, (
        played.notes
    )
    assert played.notes["seconds"] == 2.0


def test_files(play: Callable[..., session.PlayResult]) -> None:
    """Of a file with two motions the second is chosen, dropped and from the menu, as ``plays/files.py`` says."""
    played = play("files", prepare=two_samples)
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    for way in ("dropped", "imported"):
        found = played.notes[way]
        assert found["prompt"] == "a person walks backward"
        # 40 of 60 frames at 20 a second, on a scene with 24
        assert found["range"] == [1, 48]
        # a character faces -Y in Blender
        assert found["way"][1] > 0.3, found


def two_samples(folder: Path) -> None:
    """``results.npy`` of 60 frames of a walk, and of 40 frames of a walk backward."""
    content = mdm_results(make_walk(60))
    content["motion"][1] = content["motion"][1][..., ::-1]  # type: ignore[index]
    content["text"] = ["a person walks forward", "a person walks backward"]
    content["lengths"] = np.array([60, 40])
    np.save(folder / "results.npy", np.array(content, dtype=object), allow_pickle=True)


def test_languages(play: Callable[..., session.PlayResult], tmp_path: Path) -> None:
    """The sidebar in German and Chinese, as ``plays/languages.py`` says."""
    played = play(
        "languages", size="1280x1300", shown={"/usr/share/locale": listed_languages(tmp_path / "locale")}
    )
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    for language in ("de_DE", "zh_HANS"):
        found = played.notes[language]
        assert found["locale"] == language
        assert found["labels"] > 10 and not found["english"], found


def listed_languages(folder: Path) -> Path:
    """What lets Debian's Blender, packaged without languages, offer two in which it translates nothing itself."""
    head = b"Content-Type: text/plain; charset=UTF-8\n"
    # GNU gettext's binary format: one text, the empty one, whose translation is the head
    empty = struct.pack("<11I", 0x950412DE, 0, 1, 28, 36, 0, 44, 0, 44, len(head), 45) + b"\0" + head + b"\0"
    for language in ("de_DE", "de", "zh_HANS"):
        messages = folder / language / "LC_MESSAGES"
        messages.mkdir(parents=True)
        (messages / "blender.mo").write_bytes(empty)
    # Blender 4.3 dies where a number is left out
    listed = (
        "0:Automatic:DEFAULT\n1:English (English):en_US\n2:German (Deutsch):de_DE\n3:Chinese (中文):zh_HANS\n"
    )
    (folder / "languages").write_text(listed, encoding="utf-8")
    return folder


def test_strips(play: Callable[..., session.PlayResult]) -> None:
    """Parts are dragged, typed and selected in the time line, as ``plays/strips.py`` says."""
    played = play("strips")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    assert played.notes["typed"] == "a person turns left"


def test_guides(play: Callable[..., session.PlayResult]) -> None:
    """Path, waypoints and pins by mouse, their list and the pie menu, as ``plays/guides.py`` says."""
    played = play("guides")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    notes = played.notes
    assert notes["hold_mm"] < 10
    assert not notes["empties"], "an empty that is not needed was made"


def test_takes(play: Callable[..., session.PlayResult]) -> None:
    """Takes are made, shown, continued and redone in few clicks, as ``plays/takes.py`` says."""
    played = play("takes")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    notes = played.notes
    assert notes["another_and_back"] <= 2 and notes["continued"] <= 2 and notes["redone"] <= 4
    assert [notes[f"takes_after_undo_{left}"] for left in (3, 2, 1)] == [3, 2, 1]


@pytest.mark.parametrize("name, height", [("bone_map", 1000), ("options", 1300), ("directing", 1450)])
def test_bone_map_and_options(name: str, height: int, play: Callable[..., session.PlayResult]) -> None:
    """All of the bone map, of the options and of directing draws, as the plays of these names say."""
    played = play(name, size=f"1280x{height}")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]


def test_live(play: Callable[..., session.PlayResult]) -> None:
    """The ghost of the coming motion follows a path and is kept, as ``plays/live.py`` says."""
    played = play("live", limit=900)
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]


def test_jobs(play: Callable[..., session.PlayResult]) -> None:
    """A variation, a path, a pin and a strip's edge take few actions each, as ``plays/jobs.py`` says."""
    played = play("jobs", size="1600x1000", limit=900)
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    notes = played.notes
    assert notes["variation_chosen"] <= 3
    assert notes["path_bent_and_seen"] <= 2
    assert notes["hand_pinned"] <= 3 and notes["hand_from_cup_mm"] < 10
    assert notes["edge_moved_and_redone"] <= 2


def test_shortcuts(play: Callable[..., session.PlayResult]) -> None:
    """Assign Shortcut is offered by a right click, as ``plays/shortcuts.py`` says."""
    played = play("shortcuts")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]


@pytest.mark.parametrize("name", JOB_PLAYS)
def test_counted_jobs(name: str, play: Callable[..., session.PlayResult]) -> None:
    """Each job of an animator's day takes as few actions as promised, as the play of its name says."""
    played = play(name, size="1600x1300", limit=900)
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    counted = played.notes["clicks"]
    assert set(counted) <= set(JOBS), set(counted) - set(JOBS)
    assert {job: count for job, count in counted.items() if count > JOBS[job].most} == {}


def test_drawing(play: Callable[..., session.PlayResult]) -> None:
    """200 parts are dragged and eight ghosts are played, as ``plays/drawing.py`` says."""
    played = play("drawing", size="1280x720")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    # how long drawing takes is measured by ``dev.py window``, not tested
    assert played.notes["parts"]["draws"] >= 5 and played.notes["ghosts"]["draws"] >= 5


def test_double_click(play: Callable[..., session.PlayResult]) -> None:
    """A double click on a strip, which Blender can't simulate, types its prompt, as ``plays/double_click.py`` says."""
    played = play("double_click", real_input=True)
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    assert played.notes["typed"] == ["a person walks forward", "a person turns left"]


def test_stranger(play: Callable[..., session.PlayResult]) -> None:
    """The example of the documentation, step by step, as ``plays/stranger.py`` says."""
    played = play("stranger", size="1600x1300", limit=900, real_input=True)
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
