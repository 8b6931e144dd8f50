# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers in the preferences and their models; errors leave the scene unchanged."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest
from fakes import FakeBackend, make_walk
from kinescribe.inference import registry
from kinescribe.inference.remote.server import ONLINE_OFF
from kinescribe.motion import T_POSE, Motion, Skeleton
from kinescribe.motion.formats.gltf_write import pack_gltf
from kinescribe.operators import background_tasks, endpoint_tasks, endpoints, generate, generation
from kinescribe.preferences import describe_model, get_preferences
from kinescribe.scene.action import get_action
from kinescribe.scene.record import read_record
from kinescribe.session import session
from mmcp_kit import FaultyServer, reply

status = session.generation

JOINTS = [
    {
        "name": name,
        "parent": None if parent < 0 else T_POSE.joint_names[parent],
        "rest_translation": [float(v) for v in offset],
        "rest_rotation": [0.0, 0.0, 0.0, 1.0],
    }
    for name, parent, offset in zip(T_POSE.joint_names, T_POSE.parents, T_POSE.rest_offsets)  # noqa: B905 (3.9's zip)
]
MODEL = {
    "id": "walker", "fps": 20.0, "canonical_skeleton": {"joints": JOINTS}, "supported_segments": ["text"],
    "supported_constraints": ["root_path", "pose_keyframe"], "supports_loop": True, "license": "CC-BY-4.0",
    "limits": {"max_duration_seconds": 5.0, "max_num_samples": 2},
}  # fmt: skip
CAPABILITIES = json.dumps({"protocol_version": "1.4", "models": [MODEL, MODEL | {"id": "runner"}]}).encode()
GOOD = reply("200 OK", pack_gltf([make_walk(80, 20.0)]), "model/gltf-binary")

Answer = Callable[[str, socket.socket], None]


class Studio(FaultyServer):
    """A server with two models; ``answer`` is what it sends to whoever wants a motion."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _head, connection: connection.sendall(GOOD)
        super().__init__(self._say)

    def _say(self, head: str, connection: socket.socket) -> None:
        if head.startswith("GET /capabilities"):
            connection.sendall(reply("200 OK", CAPABILITIES))
        else:
            self.answer(head, connection)

    @property
    def model_requests(self) -> int:
        return sum(head.startswith("GET /capabilities") for head in self.request_heads)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    generation.cancel("")
    page = get_preferences(bpy.context)
    assert page is not None
    page.servers.clear()
    session.servers.clear()
    registry.forget_models()


@pytest.fixture
def studio() -> Iterator[Studio]:
    found = Studio()
    assert bpy.ops.kinescribe.add_server(name="Studio", url=found.url) == {"FINISHED"}
    yield found
    found.close()


def generated(target: bpy.types.Object) -> None:
    bpy.context.scene.kinescribe.model = "Studio/walker"
    bpy.ops.kinescribe.generate()
    assert get_action(target) is not None


def test_a_server_s_model_animates_a_character(
    mannequin: bpy.types.Object, studio: Studio, own_cache: None
) -> None:
    bpy.ops.kinescribe.ask_models(place="Studio")
    assert [model.choice for model in session.servers["Studio"].models] == ["Studio/walker", "Studio/runner"]
    generated(mannequin)
    record = read_record(get_action(mannequin))
    assert record is not None and record["model"] == "walker"
    assert studio.model_requests == 1, "what it can do was known"


def test_a_script_need_not_ask_first(mannequin: bpy.types.Object, studio: Studio, own_cache: None) -> None:
    generated(mannequin)
    assert "Authorization" not in studio.request_heads[-1]


def test_the_panel_knows_what_a_model_can_do(studio: Studio) -> None:
    assert bpy.ops.kinescribe.ask_models() == {"FINISHED"}
    assert session.servers["Studio"].level == "INFO" and not session.servers["Studio"].is_busy
    assert describe_model(session.servers["Studio"].models[0]) == [
        "Up to 5 s, 2 variations at once, 20 frames a second",
        "Understands: paths, poses, loops",
        "License: CC-BY-4.0",
    ]


def test_in_the_window_nothing_waits(mannequin: bpy.types.Object, studio: Studio) -> None:
    place = endpoints.find_endpoint(bpy.context, "Studio")
    assert place is not None
    endpoint_tasks.create_model_list_task(place).start()
    assert session.servers["Studio"].is_busy and bpy.app.timers.is_registered(background_tasks.poll)
    until = time.monotonic() + 10
    while background_tasks.poll() is not None and time.monotonic() < until:
        time.sleep(0.02)
    bpy.app.timers.unregister(background_tasks.poll)
    assert len(session.servers["Studio"].models) == 2


def test_a_request_that_is_too_long_is_refused_before_anything_is_sent(
    mannequin: bpy.types.Object, studio: Studio
) -> None:
    bpy.ops.kinescribe.ask_models(place="Studio")
    bpy.context.scene.kinescribe.model, bpy.context.scene.kinescribe.seconds = "Studio/walker", 8.0
    with pytest.raises(RuntimeError, match=r"walker makes 0\.05 to 5 seconds"):
        bpy.ops.kinescribe.generate()
    assert len(studio.request_heads) == 1


def slow(_head: str, connection: socket.socket) -> None:
    time.sleep(1.0)
    connection.close()


FAULTS: list[tuple[Answer, str]] = [
    (slow, "broke off|can't be reached"),
    (lambda _h, c: c.sendall(GOOD[:2000]), "broke off|damaged"),
    (lambda _h, c: c.sendall(reply("200 OK", b"<html>", "text/html")), "text/html instead of a motion"),
    (lambda _h, c: c.sendall(reply("200 OK", b"{}", "model/gltf+json")), "can be read"),
    (lambda _h, c: c.sendall(reply("302 Found", Location="https://example.org/")), "another address"),
    (lambda _h, c: c.sendall(reply("401 No")), "asks for a token .* enter a valid one in the preferences"),
    (lambda _h, c: c.sendall(reply("429 Slow", Retry_After="60")), "busy .* in 60 seconds"),
    (lambda _h, c: c.sendall(reply("500 Error")), "failed .HTTP 500"),
    (lambda _h, c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: model/gltf-binary\r\n"
     b"Content-Length: 1073741824\r\n\r\n"), "more than"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "sentence"), FAULTS)
def test_whatever_a_server_does_the_scene_is_as_it_was(
    mannequin: bpy.types.Object, studio: Studio, answer: Answer, sentence: str
) -> None:
    studio.answer = answer
    before = len(bpy.data.actions), [o.name for o in bpy.data.objects]
    bpy.context.scene.kinescribe.model = "Studio/walker"
    with pytest.raises(RuntimeError, match=sentence):
        bpy.ops.kinescribe.generate()
    assert (len(bpy.data.actions), [o.name for o in bpy.data.objects]) == before
    assert get_action(mannequin) is None and not status.is_running


def test_a_motion_of_no_body_changes_nothing(
    mannequin: bpy.types.Object, studio: Studio, own_cache: None
) -> None:
    arm = Skeleton(("a", "b", "c"), (-1, 0, 1), np.array([[0.0, 0, 0], [0, 1, 0], [0, 1, 0]]))
    still = np.tile([1.0, 0, 0, 0], (80, 3, 1))
    body = pack_gltf([Motion(arm, 20.0, np.zeros((80, 3)), still)])
    studio.answer = lambda _h, c: c.sendall(reply("200 OK", body, "model/gltf-binary"))
    bpy.context.scene.kinescribe.model = "Studio/walker"
    with pytest.raises(RuntimeError, match="recognise"):
        bpy.ops.kinescribe.generate()
    assert get_action(mannequin) is None and not bpy.data.actions


def test_a_server_that_is_gone(mannequin: bpy.types.Object, studio: Studio) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    get_preferences(bpy.context).servers[0].url = address
    with pytest.raises(RuntimeError, match="can't be reached"):
        bpy.ops.kinescribe.ask_models(place="Studio")
    assert (
        session.servers["Studio"].level == "ERROR" and "can't be reached" in session.servers["Studio"].message
    )
    bpy.context.scene.kinescribe.model = "Studio/walker"
    with pytest.raises(RuntimeError, match="can't be reached"):
        bpy.ops.kinescribe.generate()


def test_a_model_that_nobody_has(mannequin: bpy.types.Object, backend: FakeBackend) -> None:
    settings = bpy.context.scene.kinescribe
    for settings.model in ("Nowhere/walker", "nonsense", "/"):
        with pytest.raises(RuntimeError, match="is on no server of the preferences"):
            bpy.ops.kinescribe.generate()
    settings.model = "local/mdm"
    with pytest.raises(RuntimeError, match="Choose a Python that has PyTorch"):
        bpy.ops.kinescribe.generate()
    assert not backend.requests, "no other model steps in"
    for settings.model in ("", "embedded"):
        bpy.ops.kinescribe.generate()
    assert len(backend.requests) == 2


def test_online_access_is_asked_for_every_other_machine(
    mannequin: bpy.types.Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    if bpy.app.online_access:
        pytest.skip("online access is on in this Blender, and the module can't be told otherwise")
    bpy.ops.kinescribe.add_server(name="Far", url="https://motion.example.org")
    with pytest.raises(RuntimeError, match="Allow Online Access"):
        bpy.ops.kinescribe.ask_models(place="Far")
    assert session.servers["Far"].message == ONLINE_OFF


def test_online_access_is_read_on_the_main_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    class App:
        online_access = False

    bpy.ops.kinescribe.add_server(name="Far", url="https://motion.example.org")
    monkeypatch.setattr(endpoints, "bpy", type("bpy", (), {"app": App, "path": bpy.path}))
    place = endpoints.find_endpoint(bpy.context, "Far")
    assert place is not None
    server = place.connect(lambda: False)
    App.online_access = True
    assert server.is_online() is False, "threads see the answer of the moment at which they were started"


def test_tokens_come_from_the_page_or_from_the_environment(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = get_preferences(bpy.context)
    assert page is not None
    page.servers[0].token_variable = "KINESCRIBE_TEST_TOKEN"
    monkeypatch.setenv("KINESCRIBE_TEST_TOKEN", "from-outside")
    bpy.ops.kinescribe.ask_models(place="Studio")
    assert "Authorization: Bearer from-outside" in studio.request_heads[-1]
    page.servers[0].token = "s3cret-t0ken"
    bpy.ops.kinescribe.ask_models(place="Studio")
    assert "Authorization: Bearer s3cret-t0ken" in studio.request_heads[-1]
    assert page.servers[0].bl_rna.properties["token"].subtype == "PASSWORD"
    bpy.context.scene.kinescribe.model = "Studio/walker"
    file = tmp_path / "saved.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(file), compress=False)
    raw = file.read_bytes()
    assert b"Studio/walker" in raw and b"s3cret" not in raw and studio.url.encode() not in raw
    assert "s3cret" not in repr(endpoints.find_endpoint(bpy.context, "Studio")) + repr(session)


@pytest.mark.parametrize(
    "url",
    ["", "motion.example.org", "ftp://example.org", "http://user:word@example.org", "http://[", "http://"],
)
def test_addresses_that_are_none(url: str) -> None:
    bpy.ops.kinescribe.add_server(name="Wrong", url=url)
    with pytest.raises(RuntimeError, match="server address"):
        bpy.ops.kinescribe.ask_models(place="Wrong")
    assert session.servers["Wrong"].level == "ERROR"


def test_names_stay_apart_and_usable() -> None:
    for name in ("Studio", "Studio", "local", "a/b", "  "):
        bpy.ops.kinescribe.add_server(name=name)
    page = get_preferences(bpy.context)
    assert page is not None
    assert [s.name for s in page.servers] == ["Studio", "Studio 2", "local 2", "a b", "Server"]
    bpy.ops.kinescribe.remove_server()
    assert len(page.servers) == 4 and page.server_index == 3


def test_another_address_forgets_what_was_known(studio: Studio) -> None:
    bpy.ops.kinescribe.ask_models(place="Studio")
    place = endpoints.find_endpoint(bpy.context, "Studio")
    assert place is not None and registry.find_known_model(place, "walker") is not None
    page = get_preferences(bpy.context)
    assert page is not None
    page.servers[0].url = "http://127.0.0.1:9"
    moved = endpoints.find_endpoint(bpy.context, "Studio")
    assert "Studio" not in session.servers
    assert moved is not None and registry.find_known_model(moved, "walker") is None


def finish_requests() -> None:
    until = time.monotonic() + 10
    while background_tasks.poll() is not None and time.monotonic() < until:
        time.sleep(0.02)


def test_a_server_that_was_removed_does_not_come_back(studio: Studio) -> None:
    endpoint = endpoints.find_endpoint(bpy.context, "Studio")
    assert endpoint is not None
    endpoint_tasks.create_model_list_task(endpoint).start()
    bpy.ops.kinescribe.remove_server()
    finish_requests()
    assert studio.model_requests == 1
    assert "Studio" not in session.servers and registry.find_known_model(endpoint, "walker") is None


def test_a_cancelled_request_changes_nothing(studio: Studio) -> None:
    endpoint = endpoints.find_endpoint(bpy.context, "Studio")
    assert endpoint is not None
    task = endpoint_tasks.create_model_list_task(endpoint)
    task.start()
    assert task.job.join(10.0)
    task.cancel()
    finish_requests()
    assert registry.find_known_model(endpoint, "walker") is None


def test_models_of_a_former_name_are_forgotten(studio: Studio) -> None:
    bpy.ops.kinescribe.ask_models(place="Studio")
    preferences = get_preferences(bpy.context)
    assert preferences is not None
    preferences.servers[0].name = "Stage"
    assert not session.list_models()


def test_nothing_to_ask() -> None:
    with pytest.raises(RuntimeError, match="There is no server yet"):
        bpy.ops.kinescribe.ask_models()
    with pytest.raises(RuntimeError, match="There is no server Gone"):
        bpy.ops.kinescribe.ask_models(place="Gone")


def test_cancelling_hangs_up(mannequin: bpy.types.Object, studio: Studio) -> None:
    studio.answer = lambda _h, c: c.recv(1) and None  # waits until the other side hangs up
    bpy.context.scene.kinescribe.model = "Studio/walker"
    generation.start(generate.prepare_generation(bpy.context, True))
    until = time.monotonic() + 10
    while (
        not any(head.startswith("POST /generate") for head in studio.request_heads)
        and time.monotonic() < until
    ):
        background_tasks.poll()
        time.sleep(0.02)
    generation.cancel("Cancelled")
    assert not status.is_running and get_action(mannequin) is None
    for task in background_tasks._cancelled:
        assert task.job.join(5.0), "the connection is closed at once"


def test_choosing_is_an_undo_step_of_the_scene() -> None:
    assert bpy.ops.kinescribe.choose_model(model="Studio/walker") == {"FINISHED"}
    assert bpy.context.scene.kinescribe.model == "Studio/walker"
