# SPDX-License-Identifier: GPL-3.0-or-later
"""Models in the preferences and in the sidebar: downloaded from a hub on this machine, adopted, used, removed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / "unit"))

from kinescribe import preferences
from kinescribe.inference.ardy.text.stored_vectors import write_vectors
from kinescribe.inference.models import installed
from kinescribe.inference.models.cards import ARDY, ARDY_TEXT, find_card
from kinescribe.inference.models.transfer import Hub
from kinescribe.operators import background_tasks, endpoints, models
from kinescribe.operators.request_builder import prompt_request
from kinescribe.panels import models as panel_models
from kinescribe.preferences import describe_card
from kinescribe.scene.action import get_action
from kinescribe.scene.record import read_record
from kinescribe.session import TaskStatus, session
from model_hub_kit import FakeHub, read_folder, running_hub

from devtools.testing.ardy_files import SMALL, write_checkpoint

ops = bpy.ops.kinescribe


class FakeEncoder:
    """Give each sentence a vector of its own, of the width that the small checkpoint reads."""

    def __init__(self, _folder: Path) -> None:
        pass

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        seeds = [sum(sentence.encode()) for sentence in sentences]
        return np.stack([np.random.default_rng(s).standard_normal(SMALL.text_width) for s in seeds])


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("ardy"))


@pytest.fixture
def text_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "text"
    (folder / "tokenizer").mkdir(parents=True)
    (folder / "text_encoder.onnx").write_bytes(b"onnx")
    (folder / "tokenizer" / "tokenizer.json").write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "models"
    monkeypatch.setattr(models, "models_folder", lambda: folder)
    monkeypatch.setattr("kinescribe.operators.endpoints.find_user_folder", lambda _name: folder)
    monkeypatch.setattr("kinescribe.inference.ardy.text.load_text_encoder", FakeEncoder)
    session.card_tasks = {}
    models.refresh_cards()
    yield folder
    background_tasks.stop_all()
    installed.release_models()
    monkeypatch.undo()
    session.card_tasks = {}
    bpy.context.scene.kinescribe.model = ""
    models.refresh_cards()


@pytest.fixture
def fake(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    card = find_card(ARDY)
    assert card is not None
    with running_hub(card.repository, read_folder(checkpoint)) as hub:
        monkeypatch.setattr(models, "get_hub", lambda: Hub(hub.address, hosts=()))
        yield hub


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the operators run as if Blender's online access were on."""
    monkeypatch.setattr(models.KINESCRIBE_OT_download_model, "poll", classmethod(lambda _cls, _context: True))
    bpy.utils.unregister_class(models.KINESCRIBE_OT_download_model)
    bpy.utils.register_class(models.KINESCRIBE_OT_download_model)


def folder_of(card_id: str) -> str:
    info = models.find_card_info(card_id)
    assert info is not None
    return info.folder


def run_timer_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "too late"
        background_tasks.poll()
        time.sleep(0.01)


def test_online_access_is_asked() -> None:
    if bpy.app.online_access:
        pytest.skip("this Blender is online")
    with pytest.raises(RuntimeError, match="Allow Online Access"):
        ops.download_model(card=ARDY, agree=True)


@pytest.mark.usefixtures("online")
def test_nothing_is_downloaded_before_the_terms_are_agreed_to(fake: FakeHub) -> None:
    with pytest.raises(RuntimeError, match="agreed to them"):
        ops.download_model(card=ARDY)
    assert not fake.headers
    with pytest.raises(RuntimeError, match="There is no model x"):
        ops.download_model(card="x", agree=True)


@pytest.mark.usefixtures("online")
def test_a_model_is_downloaded_and_removed(fake: FakeHub, root: Path) -> None:
    assert ops.download_model(card=ARDY, agree=True) == {"FINISHED"}
    assert folder_of(ARDY) == str(root / ARDY) and not session.installed
    assert "is ready" in models.get_status(ARDY).message
    assert ops.remove_model(card=ARDY) == {"FINISHED"}
    assert not folder_of(ARDY) and not root.exists()


@pytest.mark.usefixtures("online")
def test_a_failed_download_is_shown(fake: FakeHub, root: Path) -> None:
    fake.portal = True
    with pytest.raises(RuntimeError, match="web page came in place"):
        ops.download_model(card=ARDY, agree=True)
    status = models.get_status(ARDY)
    assert (status.is_busy, status.level) == (False, "ERROR") and not folder_of(ARDY)


@pytest.mark.usefixtures("online")
def test_a_download_runs_beside_the_window_and_is_cancelled(
    fake: FakeHub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_tasks, "has_event_loop", lambda: True)
    fake.seconds_per_chunk = 0.2
    begin = time.monotonic()
    assert ops.download_model(card=ARDY, agree=True) == {"FINISHED"}
    assert time.monotonic() - begin < 1.0 and models.get_status(ARDY).is_busy
    run_timer_until(lambda: " of " in models.get_status(ARDY).message)
    with pytest.raises(RuntimeError, match="wait for it, or cancel it"):
        ops.download_model(card=ARDY, agree=True)
    assert ops.cancel_model(card=ARDY) == {"FINISHED"}
    assert not models.get_status(ARDY).is_busy
    assert ops.cancel_model(card=ARDY) == {"CANCELLED"}
    fake.seconds_per_chunk = 0.0
    ops.download_model(card=ARDY, agree=True)
    run_timer_until(lambda: not models.get_status(ARDY).is_busy)
    assert folder_of(ARDY) == str(root / ARDY)


def test_a_folder_that_is_not_the_model_is_a_sentence(tmp_path: Path, root: Path) -> None:
    for folder, sentence in ((tmp_path, "is not the whole model"), (tmp_path / "none", "There is no folder")):
        with pytest.raises(RuntimeError, match=sentence):
            ops.use_model_folder(card=ARDY, directory=str(folder))
    with pytest.raises(RuntimeError, match="Choose the folder"):
        ops.use_model_folder(card=ARDY)
    assert not folder_of(ARDY) and not root.exists()


def test_ardy_generates_on_a_rig_and_is_named_by_the_action(
    checkpoint: Path, text_folder: Path, root: Path
) -> None:
    ops.add_mannequin()
    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds, settings.model = "a person walks", 2.0, ARDY
    with pytest.raises(RuntimeError, match="is not installed"):
        ops.generate()
    ops.use_model_folder(card=ARDY, directory=str(checkpoint))
    assert not session.installed
    ops.use_model_folder(card=ARDY_TEXT, directory=str(text_folder))
    assert [model.choice for model in session.installed] == [ARDY]
    settings.quality = "DRAFT"
    assert ops.generate() == {"FINISHED"}
    action = get_action(bpy.context.object)
    assert action is not None
    record = read_record(action)
    assert record is not None and "ARDY" in str(record)
    ops.remove_model(card=ARDY)
    assert not session.installed and checkpoint.is_dir()


def put_nan(folder: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "denoiser.safetensors").open("r+b") as file:
        file.seek(-4, 2)
        file.write(np.float32(np.nan).tobytes())


def cut_tokenizer(folder: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "tokenizer.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def take_memory(_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("kinescribe.inference.ardy.backend.load_ardy", fail)


@pytest.mark.parametrize(
    "spoil, sentence",
    [
        (put_nan, "not finite|is not installed"),
        (cut_tokenizer, "is not installed"),
        (take_memory, "not enough memory for ARDY"),
    ],
)
def test_after_an_error_of_ardy_nothing_is_left_and_the_embedded_model_works(
    text_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Path, pytest.MonkeyPatch], None],
    sentence: str,
) -> None:
    folder = write_checkpoint(tmp_path / "own")
    ops.add_mannequin()
    ops.use_model_folder(card=ARDY, directory=str(folder))
    ops.use_model_folder(card=ARDY_TEXT, directory=str(text_folder))
    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds, settings.model = "a person walks", 1.0, ARDY
    spoil(folder, monkeypatch)
    actions = len(bpy.data.actions)
    with pytest.raises(RuntimeError, match=sentence) as caught:
        ops.generate()
    assert len(str(caught.value).strip().splitlines()) == 1
    assert len(bpy.data.actions) == actions and not bpy.context.object.kinescribe.takes
    settings.model = ""
    assert ops.generate() == {"FINISHED"}
    assert get_action(bpy.context.object) is not None


def test_another_text_encoder_can_be_chosen(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preferences = SimpleNamespace(text_source="", servers=[], worker_python="", checkpoints=[])
    for module in ("models", "endpoints"):
        monkeypatch.setattr(f"kinescribe.operators.{module}.get_preferences", lambda _context: preferences)
    ops.add_mannequin()
    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds, settings.model = "walk", 2.0, ARDY
    settings.quality = "DRAFT"
    ops.use_model_folder(card=ARDY, directory=str(checkpoint))
    assert not session.installed
    path = tmp_path / "vectors.npz"
    write_vectors(path, {"a person walks": np.full(SMALL.text_width, 0.5, np.float32)})
    preferences.text_source = str(path)
    assert ops.find_models() == {"FINISHED"}
    assert [model.choice for model in session.installed] == [ARDY]
    assert ops.generate() == {"FINISHED"}
    assert get_action(bpy.context.object) is not None
    settings.prompt = "jump"
    with pytest.raises(RuntimeError, match="holds no vector for the prompt a person jumps"):
        ops.generate()
    preferences.text_source = "worker"
    with pytest.raises(RuntimeError, match="Choose a Python that has PyTorch"):
        ops.generate()
    preferences.text_source = "no such server"
    with pytest.raises(RuntimeError, match="no such server is no text encoder"):
        ops.generate()
    preferences.servers = [
        SimpleNamespace(name="vectors", url="http://127.0.0.1:1", token="", token_variable="")
    ]
    preferences.text_source = "vectors"
    with pytest.raises(RuntimeError, match=r"127\.0\.0\.1:1 can't be reached"):
        ops.generate()


def test_a_take_is_made_again_with_ardy(checkpoint: Path, text_folder: Path) -> None:
    ops.add_mannequin()
    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds, settings.model, settings.seed = "a person walks", 2.0, "", 7
    with pytest.raises(RuntimeError, match="plays no take"):
        ops.remake_take()
    ops.generate()
    first = get_action(bpy.context.object)
    settings.prompt, settings.seed, settings.random_seed = "something else", 99, True
    with pytest.raises(RuntimeError, match="is not installed"):
        ops.remake_take()
    assert (settings.model, settings.prompt, settings.seed) == ("", "something else", 99)
    ops.use_model_folder(card=ARDY, directory=str(checkpoint))
    ops.use_model_folder(card=ARDY_TEXT, directory=str(text_folder))
    assert ops.remake_take() == {"FINISHED"}
    takes = bpy.context.object.kinescribe.takes
    assert len(takes) == 2 and first in {take.action for take in takes}
    old, new = sorted(takes, key=lambda take: "ARDY" in take.model)
    assert "ARDY" in new.model and "ARDY" not in old.model
    assert (new.seed, new.prompt, new.start, new.end) == (7, old.prompt, old.start, old.end)
    assert settings.model == ARDY and settings.random_seed
    settings.random_seed = False


def test_the_worker_gets_both_models_where_both_are_installed(
    checkpoint: Path, text_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = SimpleNamespace(worker_python="python", checkpoints=[], worker_bfloat16=False)
    monkeypatch.setattr(endpoints, "get_preferences", lambda _context: settings)
    ops.use_model_folder(card=ARDY, directory=str(checkpoint))
    assert endpoints.worker_options(bpy.context).checkpoints == ()
    ops.use_model_folder(card=ARDY_TEXT, directory=str(text_folder))
    assert endpoints.worker_options(bpy.context).checkpoints == (checkpoint, text_folder)
    settings.checkpoints = [SimpleNamespace(path=str(checkpoint))]  # entered as a checkpoint as well
    assert endpoints.worker_options(bpy.context).checkpoints == (checkpoint, text_folder)
    assert not endpoints.worker_options(bpy.context).use_bfloat16
    settings.worker_bfloat16 = True
    assert endpoints.worker_options(bpy.context).use_bfloat16


class Recorder:
    """Stand in for a layout: record labels and buttons."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self.buttons: dict[str, SimpleNamespace] = {}
        self.props: list[str] = []

    def row(self, **_: object) -> Recorder:
        return self

    column = box = split = separator = row

    def label(self, text: str = "", **_: object) -> None:
        self.labels.append(text)

    def operator(self, name: str, **_: object) -> SimpleNamespace:
        self.buttons[name] = SimpleNamespace()
        return self.buttons[name]

    def prop(self, _data: object, name: str, **_: object) -> None:
        self.props.append(name)

    def menu(self, _name: str, text: str = "", **_: object) -> None:
        self.labels.append(text)


def draw_panel() -> Recorder:
    layout = Recorder()
    panel_models.KINESCRIBE_PT_models.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


def draw_card() -> Recorder:
    layout = Recorder()
    preferences._draw_card(layout, bpy.context, session.cards[0])
    return layout


def test_the_preferences_show_each_card_with_its_terms_and_buttons(checkpoint: Path) -> None:
    layout = draw_card()
    shown = " ".join(layout.labels)
    assert "700 hours" in shown and "NVIDIA Open Model License" in shown
    assert {"kinescribe.download_model", "kinescribe.use_model_folder", "wm.url_open"} == set(layout.buttons)
    assert layout.buttons["kinescribe.download_model"].card == ARDY
    session.card_tasks = {ARDY: TaskStatus(is_busy=True, message="12 of 640 MB")}
    layout = draw_card()
    assert "12 of 640 MB" in layout.labels and "kinescribe.cancel_model" in layout.buttons
    assert "kinescribe.download_model" not in layout.buttons
    session.card_tasks = {}
    ops.use_model_folder(card=ARDY, directory=str(checkpoint))
    layout = draw_card()
    assert "kinescribe.remove_model" in layout.buttons
    assert any(line.startswith("Installed in") for line in layout.labels)


def test_the_panel_shows_quality_and_notices_of_a_model_that_is_installed(
    checkpoint: Path, text_folder: Path
) -> None:
    settings = bpy.context.scene.kinescribe
    settings.model = ARDY
    layout = draw_panel()
    assert "quality" not in layout.props and "preferences.addon_show" in layout.buttons
    ops.use_model_folder(card=ARDY, directory=str(checkpoint))
    ops.use_model_folder(card=ARDY_TEXT, directory=str(text_folder))
    layout = draw_panel()
    assert layout.props == ["quality"] and "Built with Meta Llama 3" in " ".join(layout.labels)
    ops.add_mannequin()
    settings.prompt, settings.seconds, settings.model = "a person walks", 1.0, ""
    ops.generate()
    assert "kinescribe.remake_take" in draw_panel().buttons
    ops.remake_take()
    assert "kinescribe.remake_take" not in draw_panel().buttons


def test_the_quality_is_part_of_the_request_of_ardy_alone() -> None:
    settings = bpy.context.scene.kinescribe
    settings.prompt = "a person walks"
    for model, quality, steps in (
        (ARDY, "DRAFT", 4), (ARDY, "GOOD", 7), (ARDY, "BEST", 10), ("", "BEST", None), ("studio/x", "BEST", None)
    ):  # fmt: skip
        settings.model, settings.quality = model, quality
        assert prompt_request(settings, 24.0, 0).options.diffusion_steps == steps
    settings.quality = "GOOD"


def test_cards_say_what_models_are() -> None:
    assert [card.id for card in session.cards] == [ARDY, ARDY_TEXT]
    for card in session.cards:
        assert len(describe_card(card)) == 5
    assert "Built with Meta Llama 3" in session.cards[1].notices
