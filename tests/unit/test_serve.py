# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.serve`` (app, dispatcher, run) against the SDK's own client and ours, over a socket."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import FakeBackend, make_walk
from kinescribe.inference.backend import GenerationJob
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.remote import RemoteBackend, Server, list_models
from kinescribe.motion import T_POSE, BackendError, Cancelled, MotionRequest, RequestError, make_text_request
from kinescribe.motion.request import EffectorTarget, PoseKeyframe, RootPath, TextSegment
from mmcp_kit import running_server

from devtools.testing.working_tree import module_command

pytest.importorskip("motionmcp.server", reason="the MMCP SDK is not installed")

from kinescribe.inference.serve import trajectory_child
from kinescribe.inference.serve.app import Application
from kinescribe.inference.serve.backbone import ServedModel
from kinescribe.inference.serve.dispatcher import Busy, Dispatcher
from kinescribe.inference.serve.run import ServeOptions, limit_blas_threads, run_server
from kinescribe.inference.serve.trajectory_process import TrajectoryProcess
from kinescribe.inference.serve.wire import to_motion_result
from motionmcp import client as sdk
from motionmcp.trajectory import compute_trajectories

EMBEDDED = EmbeddedBackend()


class Slow(FakeBackend):
    """A backend of ten steps of 50 ms that notes at which step it was cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.cancelled_at: list[int] = []

    def generate(self, request: MotionRequest, progress: Any = None, cancelled: Any = None) -> list[Any]:
        for step in range(1, 11):
            time.sleep(0.05)
            if cancelled():
                self.cancelled_at.append(step)
                raise Cancelled("cancelled")
            progress(step, 10)
        self.gate.set()
        return super().generate(request)


@pytest.fixture(scope="module")
def embedded() -> Iterator[str]:
    with running_server(Application([ServedModel(EMBEDDED, "kinescribe-embedded")])) as url:
        yield url


@pytest.fixture
def slow() -> Iterator[tuple[str, Slow]]:
    backend = Slow()
    with running_server(Application([ServedModel(backend, "slow", queue_size=2)])) as url:
        yield url, backend


def ours(url: str, token: str = "") -> RemoteBackend:
    server = Server(url, token)
    return RemoteBackend(server, list_models(server)[0], seconds=30)


def test_the_sdks_client_gets_the_motion_that_the_model_makes(embedded: str) -> None:
    stated = sdk.get_capabilities(embedded)
    (model,) = stated["models"]
    body = {
        "protocol_version": "1.4",
        "model": model["id"],
        "skeleton": model["canonical_skeleton"],
        "segments": [{"type": "text", "prompt": "a person walks forward", "duration_frames": 60}],
        "timing": {"fps": 30.0},
        "options": {"seed": 4, "num_samples": 2},
    }
    samples = sdk.parse_gltf_samples(sdk.generate(embedded, body))
    made = EMBEDDED.generate(make_text_request("a person walks forward", 2.0, 30.0, seed=4, num_samples=2))
    assert len(samples) == 2 and samples[0]["fps"] == 30.0
    for sample, motion in zip(samples, made, strict=True):
        np.testing.assert_allclose(sample["posed_joints"][:, 0], motion.root_translation, atol=1e-3)
        assert sample["joint_names"] == list(T_POSE.joint_names)
        feet = [sample["joint_names"].index(j) for j in ("left_ankle", "right_foot")]
        # computed twice: a frame at the edge of a contact may fall on either side
        assert np.mean(sample["foot_contacts"][:, feet] != motion.contacts[:, [0, 3]]) < 0.03


def test_our_client_gets_constraints_met(embedded: str) -> None:
    turn = (0.92387953, 0.0, 0.38268343, 0.0)
    request = MotionRequest(
        (TextSegment("a person walks forward", 60), TextSegment("a person stands still", 60)),
        30.0,
        (
            RootPath((0, 40), ((0.0, 0.0), (1.0, 1.0))),
            EffectorTarget("left_wrist", (100,), ((1.3, 1.3, 1.2),)),
            PoseKeyframe(20, {"head": turn}),
        ),
    )
    (motion,) = ours(embedded).generate(request)
    np.testing.assert_allclose(motion.root_translation[40, [0, 2]], [1.0, 1.0], atol=1e-3)
    assert np.linalg.norm(motion.positions[100, T_POSE.joint_index("left_wrist")] - (1.3, 1.3, 1.2)) < 0.02
    assert abs(np.dot(motion.local_rotations[20, T_POSE.joint_index("head")], turn)) > 0.9999


def test_the_notes_say_what_the_model_does_not_know(embedded: str) -> None:
    prompt = "a person walks forward, then does a pull-up"
    (motion,) = ours(embedded).generate(make_text_request(prompt, 2.0, 30.0))
    assert motion.provenance.doubted == ("does a pull-up",) and motion.provenance.unknown_words == ()
    (known,) = ours(embedded).generate(make_text_request("a person walks forward", 2.0, 30.0))
    assert known.provenance.doubted == ()
    (note,) = to_motion_result(EMBEDDED.generate(make_text_request(prompt, 2.0, 30.0, num_samples=2))).notes
    assert note["message"].count('"does a pull-up"') == 1 and note["doubted"] == ["does a pull-up"]
    walk = make_walk(10).with_provenance(confidence=0.1)
    (general,) = to_motion_result([walk]).notes
    assert "hardly knows the words" in general["message"]
    assert to_motion_result([make_walk(10)]).notes == []


def test_the_licence_of_the_motions_arrives(embedded: str) -> None:
    remote = ours(embedded)
    assert remote.capabilities().licence == EMBEDDED.capabilities().licence
    (motion,) = remote.generate(make_text_request("a person walks forward", 1.0, 30.0))
    (local,) = EMBEDDED.generate(make_text_request("a person walks forward", 1.0, 30.0))
    assert motion.provenance.licence == local.provenance.licence != ""


def test_steps_of_other_models_cost_no_more_than_useful_ones(embedded: str) -> None:
    """Proscenium states 50 diffusion steps and no timing: the model's useful steps and 30 frames a second are taken."""
    listed = json.loads(urllib.request.urlopen(embedded + "/capabilities", timeout=10).read())["models"][0]
    assert listed["fps"] == 30.0
    asked = sdk.generate(
        embedded,
        {
            "protocol_version": "1.4",
            "model": listed["id"],
            "skeleton": listed["canonical_skeleton"],
            "segments": [{"type": "text", "prompt": "a person walks forward", "duration_frames": 60}],
            "options": {"seed": 1, "diffusion_steps": 50},
        },
    )
    (sample,) = sdk.parse_gltf_samples(asked)
    useful = EMBEDDED.capabilities().useful_steps
    assert useful is not None and useful <= 20
    (motion,) = EMBEDDED.generate(
        make_text_request("a person walks forward", 2.0, 30.0, seed=1, diffusion_steps=useful)
    )
    assert sample["fps"] == 30.0 and len(motion) == 60
    np.testing.assert_allclose(sample["posed_joints"][:, 0], motion.root_translation, atol=1e-3)


def test_what_the_model_refuses_is_a_clear_refusal(embedded: str) -> None:
    request = MotionRequest(
        (TextSegment("w", 60),), 30.0, (EffectorTarget("neck", (1,), ((0.0, 1.0, 0.0),)),)
    )
    with pytest.raises(RequestError, match="cannot hold the joint 'neck'"):
        ours(embedded).generate(request)


def test_steps_are_reported_and_a_cancel_reaches_the_model(slow: tuple[str, Slow]) -> None:
    url, backend = slow
    seen: list[tuple[int, int]] = []
    ours(url).generate(make_text_request("walks", 1.0, 20.0), lambda done, total: seen.append((done, total)))
    assert seen and all(total == 10 for _, total in seen) and seen == sorted(seen)
    began = time.monotonic()
    with pytest.raises(Cancelled):
        ours(url).generate(
            make_text_request("walks", 1.0, 20.0), cancelled=lambda: time.monotonic() - began > 0.3
        )
    until = time.monotonic() + 60
    while not backend.cancelled_at and time.monotonic() < until:
        time.sleep(0.02)
    assert backend.cancelled_at


def test_a_client_that_hangs_up_ends_its_request(slow: tuple[str, Slow]) -> None:
    url, backend = slow
    model = sdk.get_capabilities(url)["models"][0]
    body = {
        "protocol_version": "1.4", "model": "slow", "skeleton": model["canonical_skeleton"],
        "segments": [{"type": "text", "prompt": "walks", "duration_frames": 20}],
    }  # fmt: skip
    raw = json.dumps(body).encode()
    request = urllib.request.Request(url + "/generate", raw, {"Content-Type": "application/json"})
    with pytest.raises(OSError, match="timed out"):
        urllib.request.urlopen(request, timeout=0.2)
    until = time.monotonic() + 60
    while not backend.cancelled_at and time.monotonic() < until:
        time.sleep(0.02)
    assert backend.cancelled_at


def test_the_server_answers_while_the_model_works_and_says_when_it_is_full(slow: tuple[str, Slow]) -> None:
    url, _ = slow
    backend = ours(url)
    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(backend.generate, make_text_request("walks", 1.0, 20.0)) for _ in range(6)]
        time.sleep(0.2)
        began = time.monotonic()
        with urllib.request.urlopen(url + "/health", timeout=5) as answer:
            health = json.load(answer)
        assert time.monotonic() - began < 0.3 and health["status"] == "ok" and health["running"] >= 1
        outcomes = [future.exception() for future in running]
    assert all(e is None or "busy" in str(e) for e in outcomes) and outcomes.count(None) >= 3


def test_a_token_is_asked_for_everywhere_but_for_the_health() -> None:
    with running_server(Application([ServedModel(FakeBackend(), "fake")], "open sesame")) as url:
        with urllib.request.urlopen(url + "/health") as answer:
            assert answer.status == 200
        for token in ("", "open"):
            with pytest.raises(BackendError, match="token"):
                list_models(Server(url, token))
        for path in ("/capabilities", "/generate", "/jobs/1", "/docs"):
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(url + path)
            assert caught.value.code == 401
    with running_server(Application([ServedModel(FakeBackend(), "fake")], "opensesame")) as url:
        assert [m.id for m in list_models(Server(url, "opensesame"))] == ["fake"]


def test_serving_others_without_a_token_is_refused() -> None:
    with pytest.raises(RequestError, match="KINESCRIBE_TOKEN"):
        run_server({"fake": FakeBackend()}, ServeOptions(host="0.0.0.0"))


def test_requests_too_large_or_too_long_are_refused(embedded: str) -> None:
    for prefer in ({}, {"Prefer": "respond-async"}):
        request = urllib.request.Request(
            embedded + "/generate", b" " * (2**23 + 1), {"Content-Type": "application/json"} | prefer
        )
        with pytest.raises((urllib.error.HTTPError, urllib.error.URLError)) as caught:
            urllib.request.urlopen(request)
        # a server that closes while it is written to may be seen as a broken connection, never as an answer
        refused = caught.value
        assert getattr(refused, "code", None) == 413 or isinstance(refused.reason, ConnectionError), refused
    with pytest.raises(RequestError, match="to 60 seconds"):
        ours(embedded).generate(make_text_request("walks", 61.0, 30.0))


def test_one_bad_request_does_not_spoil_the_batch() -> None:
    gate = threading.Event()

    class Gated(FakeBackend):
        def generate_many(self, asks: list[GenerationJob], between_passes: Any) -> list[Any]:
            gate.wait(10)
            sizes.append(len(asks))
            return [RequestError("no") if a.request.prompt == "bad" else [a.request.prompt] for a in asks]

    sizes: list[int] = []
    dispatcher = Dispatcher(Gated(), batch_size=4)
    first = dispatcher.submit_generation(GenerationJob(make_text_request("first", 1.0, 20.0)))
    time.sleep(0.1)
    rest = [
        dispatcher.submit_generation(GenerationJob(make_text_request(p, 1.0, 20.0)))
        for p in ("a", "bad", "c", "d", "e")
    ]
    gate.set()
    assert first.result(5) == ["first"]
    assert [f.exception(5) is not None for f in rest] == [False, True, False, False, False]
    dispatcher.close()
    assert sizes == [1, 4, 1]
    with pytest.raises(Busy):
        dispatcher.submit_generation(GenerationJob(make_text_request("late", 1.0, 20.0)))


def test_a_model_with_a_bug_fails_its_requests_and_goes_on() -> None:
    class Buggy(FakeBackend):
        def generate_many(self, asks: list[GenerationJob], between_passes: Any) -> list[Any]:
            if asks[0].request.prompt == "bug":
                raise ZeroDivisionError("oops")
            return [["fine"] for _ in asks]

    dispatcher = Dispatcher(Buggy())
    with pytest.raises(BackendError, match="ZeroDivisionError"):
        dispatcher.submit_generation(GenerationJob(make_text_request("bug", 1.0, 20.0))).result(5)
    assert dispatcher.submit_generation(GenerationJob(make_text_request("fine", 1.0, 20.0))).result(5) == [
        "fine"
    ]
    dispatcher.close()


def test_trajectories_are_those_of_the_sdk_and_a_lost_child_is_replaced() -> None:
    motions = EMBEDDED.generate(make_text_request("a person walks forward", 1.0, 30.0, num_samples=2))
    result = to_motion_result(motions)
    skeleton = ServedModel(EMBEDDED, "m").capabilities().canonical_skeleton.model_dump(mode="json")
    names = [joint["name"] for joint in skeleton["joints"]]
    expected = compute_trajectories(
        skeleton=skeleton, joint_names=names, rotations_quat=result.rotations,
        root_translations=result.root_translations, fps=30.0, loop=False,
    )  # fmt: skip
    travel = TrajectoryProcess()

    async def asked() -> list[Any]:
        return await travel.compute_trajectories(skeleton, result, 30.0, False)

    try:
        assert asyncio.run(asked()) == expected and len(expected[0]["position"]) == 30
        child = travel._child
        os.kill(child.process_id, 9)
        assert child.wait_for_end(10.0)
        assert asyncio.run(asked()) == expected
        assert travel._child is not child
        child = travel._child
    finally:
        travel.close()
    assert child.exit_code == 0


def test_trajectories_of_many_frames_a_second_are_read_at_fewer() -> None:
    (motion,) = EMBEDDED.generate(make_text_request("a person walks in a circle", 3.0, 120.0))
    result = to_motion_result([motion])
    skeleton = ServedModel(EMBEDDED, "m").capabilities().canonical_skeleton.model_dump(mode="json")
    (expected,) = compute_trajectories(
        skeleton=skeleton, joint_names=[joint["name"] for joint in skeleton["joints"]],
        rotations_quat=result.rotations, root_translations=result.root_translations, fps=120.0, loop=False,
    )  # fmt: skip
    got = trajectory_child.compute_trajectory(
        skeleton, result.rotations[0], result.root_translations[0], 120.0, False
    )
    assert got is not None and got["model"] == expected["model"]
    np.testing.assert_allclose(got["position"], expected["position"], atol=0.02)
    np.testing.assert_allclose(got["yaw"], expected["yaw"], atol=0.02)
    # two contacts in quick succession may be read as one
    for name, frames in expected["markers"].items():
        assert len(frames) - 1 <= len(got["markers"][name]) <= len(frames)
        assert all(min(abs(frame - other) for other in frames) <= 8 for frame in got["markers"][name])


def test_products_leave_a_processor_to_the_rest_unless_somebody_chose(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threadpoolctl = pytest.importorskip("threadpoolctl")

    def threads() -> list[int]:
        return [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]

    with threadpoolctl.threadpool_limits(2, "blas"):
        before = threads()
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
        limit_blas_threads()
        assert threads() == before
        monkeypatch.delenv("OPENBLAS_NUM_THREADS")
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        limit_blas_threads()
        assert set(threads()) <= {max(1, (os.cpu_count() or 2) - 1)}


def test_the_command_serves_until_its_starter_goes(tmp_path: Path) -> None:
    process = subprocess.Popen(
        module_command(sys.executable, "inference.cli", "serve", "--port", "0", "--watch-stdin"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"KINESCRIBE_TOKEN": "t0ken"},
    )  # fmt: skip
    assert process.stdin and process.stdout
    try:
        first = json.loads(process.stdout.readline())
        assert first["event"] == "listening"
        (motion,) = ours(first["url"], "t0ken").generate(make_text_request("a person waves", 1.0, 20.0))
        assert len(motion) == 20
        process.stdin.close()
        assert process.wait(20) == 0
        lines = process.stdout.read()
        events = [json.loads(line) for line in lines.splitlines()]
        assert events[-1]["event"] == "stopped" and any(e.get("status") == 202 for e in events)
        assert "waves" not in lines and "t0ken" not in lines
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
