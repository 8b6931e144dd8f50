# SPDX-License-Identifier: GPL-3.0-or-later
"""A server is entered, asked, chosen and used: the panel Model, its menu, and the page in the preferences."""

from __future__ import annotations

import fcntl
import http.server
import json
import socket
import struct
import threading

import bpy

from devtools.testing.window import driver as d

from .common import PACKAGE, action_of, idle, module, open_panels, status

_SET_FLAGS, _UP = 0x8914, 0x1  # SIOCSIFFLAGS and IFF_UP of Linux


def steps() -> d.Steps:
    """Play it."""
    server = serve()
    open_panels("KINESCRIBE_PT_models")
    yield from d.open_sidebar("Kinescribe", 420)
    with d.override_region():
        bpy.ops.kinescribe.add_mannequin()
    yield 0.5
    d.save_photograph("0_embedded")
    session, tasks = module("session").session, module("operators.background_tasks")
    assert bpy.ops.kinescribe.add_server(name="Studio", url=server) == {"FINISHED"}
    with d.override_region():
        bpy.ops.kinescribe.ask_models(place="Studio")
    assert session.servers["Studio"].is_busy, "the window does not wait"
    yield from d.wait_for(lambda: not session.servers["Studio"].is_busy, 20, "the server's models")
    d.add_notes(studio=session.servers["Studio"].message)
    assert [model.choice for model in session.servers["Studio"].models] == [
        "Studio/soma-large",
        "Studio/soma-small",
    ]
    with d.override_region():
        bpy.ops.kinescribe.choose_model(model="Studio/soma-large")
    yield 0.4
    d.save_photograph("1_server")
    bpy.ops.wm.call_menu(name="KINESCRIBE_MT_models")
    yield 0.4
    d.save_photograph("2_menu")
    yield from d.press_key("ESC")

    character = bpy.context.object
    with d.override_region():
        bpy.ops.kinescribe.generate("INVOKE_DEFAULT")
    yield from d.wait_for(idle, 60, "the server's refusal")
    d.add_notes(refusal=status().message)
    assert "busy" in status().message and status().level == "ERROR"
    assert action_of(character) is None
    yield 0.4
    d.save_photograph("3_refused")

    page = module("preferences").get_preferences(bpy.context)
    page.worker_python = bpy.app.binary_path  # no Python at all
    with d.override_region():
        bpy.ops.kinescribe.choose_model(model="local/mdm")
        bpy.ops.kinescribe.start_worker()
    yield from d.wait_for(lambda: not session.worker.is_busy, 60, "the end of what is no worker")
    d.add_notes(worker=session.worker.message)
    assert session.worker.level == "ERROR"
    yield 0.4
    d.save_photograph("4_worker")
    assert tasks.poll() is None, "nothing is left to watch"

    area, _ = d.get_view()
    area.type = "PREFERENCES"
    bpy.context.preferences.active_section = "ADDONS"
    bpy.context.window_manager.addon_search = "Kinescribe"
    bpy.ops.preferences.addon_expand(module=PACKAGE)
    yield 0.5
    d.save_photograph("5_preferences")


def raise_loopback() -> None:
    """Switch the loopback device on: a sandbox begins without any network."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))


def serve() -> str:
    """A server with two models that has no time for anybody; its address."""
    raise_loopback()
    joint = {"name": "Hips", "parent": None, "rest_translation": [0, 1, 0], "rest_rotation": [0, 0, 0, 1]}
    model = {
        "id": "soma-large", "fps": 30.0, "canonical_skeleton": {"joints": [joint]}, "supports_loop": True,
        "supported_constraints": ["root_path", "effector_target", "pose_keyframe"],
        "limits": {"max_duration_seconds": 10, "max_num_samples": 4}, "license": "NVIDIA Open Model License",
    }  # fmt: skip
    stated = {"protocol_version": "1.4", "models": [model, {**model, "id": "soma-small"}]}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.say(200, stated)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.say(503, {"error": {"code": "model_unavailable", "message": "all graphics cards are taken"}})

        def say(self, code: int, body: object) -> None:
            raw = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            """Be silent."""

    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{found.server_address[1]}"
