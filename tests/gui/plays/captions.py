# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel Caption: without a model, while an Action is read and described, cancelled, and used as a prompt."""

from __future__ import annotations

import contextlib
import http.server
import json
import signal
import threading

import bpy

from devtools.testing.window import driver as d
from devtools.testing.window.stutter import StutterMeter

from .common import action_of, idle, module, open_panels
from .models import raise_loopback

SAID = ["a person walks forward at an easy pace and then turns to the left", "someone stops and waves"]


def steps() -> d.Steps:
    """Play it."""
    answers = threading.Event()
    address = serve(answers)
    open_panels("KINESCRIBE_PT_caption")
    yield from d.open_sidebar("Kinescribe", 380)
    scene, settings = bpy.context.scene, bpy.context.scene.kinescribe
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    character = bpy.context.object
    settings.seconds = 4.0
    with d.override_region():
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(idle, 120, "a motion")
    action = action_of(character)
    assert action is not None
    yield 0.5
    d.save_photograph("1_no_model")

    session, caption = module("session").session, module("operators.caption")
    assert bpy.ops.kinescribe.add_server(name="Studio", url=address) == {"FINISHED"}
    with d.override_region():
        bpy.ops.kinescribe.ask_models(place="Studio")
    yield from d.wait_for(lambda: not session.servers["Studio"].is_busy, 20, "the server's models")
    assert caption.list_captioning_models() == ["Studio/teller"]

    def busy() -> bool:
        return bool(session.caption.is_busy)

    scene.frame_set(30)
    for word in ("cancelled", "described"):
        places = yield from d.find_buttons()
        yield from d.move_mouse(places["kinescribe.caption_action"])
        watch = StutterMeter()
        watch.start()
        yield from d.click_at(places["kinescribe.caption_action"])
        yield from d.wait_for(lambda: caption.is_reading(), 5, "the reading to begin", interval=0.005)
        yield from d.wait_for(lambda: not caption.is_reading(), 240, "the reading to end", interval=0.01)
        d.add_notes(**{word: {"stutter": watch.stop()}})
        assert scene.frame_current == 30
        if word == "cancelled":
            assert busy()
            yield 0.3
            d.save_photograph("2_asked")
            places = yield from d.find_buttons()
            yield from d.click_at(places["kinescribe.cancel_caption"])
            yield from d.wait_for(lambda: not busy(), 10, "the end of the question")
            assert caption.read_caption(action) == []
            answers.set()
    yield from d.wait_for(lambda: not busy(), 20, "the sentences")
    assert caption.read_caption(action) == SAID
    yield 0.4
    d.save_photograph("3_described")
    places = yield from d.find_buttons()
    yield from d.click_at(places["kinescribe.use_caption"])
    yield from d.wait_for(lambda: settings.prompt == SAID[0], 3, "the prompt")
    assert [part.prompt for part in settings.directing.segments] == SAID[1:]
    d.add_notes(seconds=settings.seconds)
    yield from d.press_key("Z", ctrl=True)
    yield from d.wait_for(lambda: bpy.context.scene.kinescribe.prompt != SAID[0], 3, "the undo")
    yield 0.3
    d.save_photograph("4_taken_back")


def serve(answers: threading.Event) -> str:
    """A server with a model that describes motions once it ``answers``; its address."""
    raise_loopback()
    joint = {"name": "Hips", "parent": None, "rest_translation": [0, 1, 0], "rest_rotation": [0, 0, 0, 1]}
    model = {"id": "teller", "fps": 20.0, "canonical_skeleton": {"joints": [joint]}}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.say({"protocol_version": "1.4", "models": [model]})

        def do_POST(self) -> None:
            # who asked may have hung up, and this Blender perhaps ends at a broken pipe
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if answers.wait(300):
                with contextlib.suppress(OSError):
                    self.say({"captions": SAID})

        def say(self, body: object) -> None:
            raw = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.send_header("Kinescribe-Captions", "teller")
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            """Be silent."""

    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{found.server_address[1]}"
