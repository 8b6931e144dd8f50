# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker as Blender uses it: started, killed at every phase, ended with the extension.

The worker's Python is that of the environment ``unit``, which has the server's packages.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import addon_utils
import bpy
import pytest
from kinescribe.inference.worker.environment_command import build_environment_command, environment_python
from kinescribe.motion import BackendError
from kinescribe.operators import (
    background_tasks,
    base,
    endpoint_tasks,
    endpoints,
    environment,
    generate,
    generation,
)
from kinescribe.preferences import get_preferences
from kinescribe.scene.action import get_action
from kinescribe.scene.record import read_record
from kinescribe.session import session

from devtools.testing.as_extension import PACKAGE

status = session.generation

MODEL = "local/kinescribe-embedded"


def python_that_serves() -> Path | None:
    """Return the Python of the environment ``unit`` if it has the server's packages."""
    unit = Path(sys.prefix).parent / "unit"
    python = unit / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    return python if python.is_file() and list(unit.glob("[Ll]ib/**/site-packages/motionmcp")) else None


@pytest.fixture
def page() -> Iterator[bpy.types.AddonPreferences]:
    found = get_preferences(bpy.context)
    assert found is not None
    yield found
    generation.cancel("")
    if endpoints.worker_exists():
        endpoints.get_worker().stop()
    background_tasks.stop_all()
    session.clear()
    found = get_preferences(bpy.context)  # another one, where the extension was enabled again
    found.worker_python = ""
    found.checkpoints.clear()


@pytest.fixture
def local(page: bpy.types.AddonPreferences) -> bpy.types.AddonPreferences:
    python = python_that_serves()
    if python is None:
        pytest.skip("needs the environment unit beside this one: python dev.py test unit makes it")
    page.worker_python = str(python)
    return page


def kill() -> None:
    process_id = endpoints.get_worker().process_id
    assert process_id is not None
    os.kill(process_id, 9)


def wait_for(seen: str, seconds: float = 20.0) -> None:
    """Tick the timer until the status has the text."""
    until = time.monotonic() + seconds
    while seen not in session.worker.message and time.monotonic() < until:
        background_tasks.poll()
        time.sleep(0.02)
    assert seen in session.worker.message


def test_it_starts_animates_and_stops(
    mannequin: bpy.types.Object, local: bpy.types.AddonPreferences, own_cache: None
) -> None:
    assert bpy.ops.kinescribe.start_worker() == {"FINISHED"}
    assert session.worker.message == "The models run" and session.worker.is_running
    assert [model.choice for model in session.worker.models] == [MODEL]
    bpy.context.scene.kinescribe.model = MODEL
    bpy.ops.kinescribe.generate()
    assert read_record(get_action(mannequin))["model"] == "kinescribe-embedded"
    assert bpy.ops.kinescribe.stop_worker() == {"FINISHED"}
    assert not session.worker.is_running and endpoints.get_worker().process_id is None
    assert not bpy.ops.kinescribe.stop_worker.poll()
    assert "listening" in endpoints.log_path().read_text(encoding="utf-8")


def test_generating_starts_it_and_its_end_leaves_the_scene_alone(
    mannequin: bpy.types.Object, local: bpy.types.AddonPreferences, own_cache: None
) -> None:
    settings = bpy.context.scene.kinescribe
    settings.model, settings.seconds = MODEL, 500.0
    generation.start(generate.prepare_generation(bpy.context, True))
    until = time.monotonic() + 60
    while not session.worker.is_running and time.monotonic() < until:
        background_tasks.poll()
        time.sleep(0.02)
    assert session.worker.message == "The models run"
    time.sleep(1.0)  # its steps have begun
    kill()
    while status.is_running and time.monotonic() < until:
        background_tasks.poll()
        time.sleep(0.02)
    assert status.level == "ERROR" and status.message.startswith("The worker ended (")
    assert get_action(mannequin) is None and not bpy.data.actions
    wait_for("The worker ended (")
    assert session.worker.level == "ERROR" and not session.worker.is_running
    settings.seconds = 2.0
    bpy.ops.kinescribe.generate()
    assert get_action(mannequin) is not None, "the next one starts it again"


def test_killed_while_it_starts(mannequin: bpy.types.Object, local: bpy.types.AddonPreferences) -> None:
    place = endpoints.find_endpoint(bpy.context, "local")
    assert place is not None
    endpoint_tasks.create_model_list_task(place).start()
    assert session.worker.is_busy
    until = time.monotonic() + 5
    while endpoints.get_worker().process_id is None and time.monotonic() < until:
        time.sleep(0.01)
    kill()
    wait_for("ended before it listened")
    assert session.worker.level == "ERROR"


def test_a_wrong_python_is_one_sentence(
    mannequin: bpy.types.Object, page: bpy.types.AddonPreferences, tmp_path: Path
) -> None:
    page.worker_python = str(tmp_path / "python")
    with pytest.raises(RuntimeError, match=r"can't be started .*choose the Python"):
        bpy.ops.kinescribe.start_worker()
    bpy.context.scene.kinescribe.model = "local/mdm"
    with pytest.raises(RuntimeError, match="can't be started"):
        bpy.ops.kinescribe.generate()
    assert get_action(mannequin) is None


def test_a_python_without_the_packages(page: bpy.types.AddonPreferences) -> None:
    page.worker_python = sys.executable  # bpy's own environment has no server
    with pytest.raises(RuntimeError, match="The server needs packages that are not here"):
        bpy.ops.kinescribe.start_worker()


def test_a_checkpoint_that_is_none(local: bpy.types.AddonPreferences, tmp_path: Path) -> None:
    assert bpy.ops.kinescribe.add_checkpoint(directory=str(tmp_path)) == {"FINISHED"}
    with pytest.raises(RuntimeError, match=r"ended before it listened .exit code 2: "):
        bpy.ops.kinescribe.start_worker()
    bpy.ops.kinescribe.remove_checkpoint()
    assert len(local.checkpoints) == 0


def test_why_it_ended_is_shown_in_the_user_s_language(
    page: bpy.types.AddonPreferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = BackendError("The worker ended ({how})", how="exit code 1")
    monkeypatch.setattr(endpoints.get_worker(), "_failure", failure)
    monkeypatch.setattr(base, "pgettext_rpt", lambda text: text.replace("The worker ended", "Worker beendet"))
    session.worker = endpoint_tasks.failed_endpoint_status(failure)
    assert session.worker.message == "Worker beendet (exit code 1)"
    background_tasks.poll()
    assert session.worker.message == "Worker beendet (exit code 1)"


def test_without_a_python_there_is_no_worker(page: bpy.types.AddonPreferences) -> None:
    assert not bpy.ops.kinescribe.start_worker.poll()
    assert "local" not in list(endpoints.endpoint_names(bpy.context))


def test_it_ends_with_the_extension(local: bpy.types.AddonPreferences) -> None:
    bpy.ops.kinescribe.start_worker()
    process_id = endpoints.get_worker().process_id
    assert process_id is not None
    try:
        addon_utils.disable(PACKAGE)
        with pytest.raises(OSError):
            os.kill(process_id, 0)
        assert not [t.name for t in threading.enumerate() if t.name.startswith("kinescribe")]
        assert not bpy.app.timers.is_registered(background_tasks.poll)
    finally:
        addon_utils.enable(PACKAGE, default_set=True)


def test_the_command_is_copied_and_its_python_entered(page: bpy.types.AddonPreferences) -> None:
    """Nothing is run or downloaded: the user runs the command."""
    folder = endpoints.log_path().parent / "environment"
    python = environment_python(folder)
    copied = SimpleNamespace(clipboard="")
    context = SimpleNamespace(window_manager=copied, preferences=bpy.context.preferences)
    messages: list[str] = []
    operator = SimpleNamespace(report=lambda _kind, message: messages.append(message))
    for entered, expected in (("", str(python)), ("my python", "my python")):
        page.worker_python = entered
        assert environment.KINESCRIBE_OT_copy_environment_command.run(operator, context) == {"FINISHED"}
        assert copied.clipboard == build_environment_command(folder, Path(sys.executable))
        assert page.worker_python == expected
    assert messages and not folder.exists()
