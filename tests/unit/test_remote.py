# SPDX-License-Identifier: GPL-3.0-or-later
"""``inference.remote`` against the SDK's own server, over a socket."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from kinescribe.inference.remote import RemoteBackend, Server, list_models
from kinescribe.inference.remote.wire import encode_request
from kinescribe.motion import T_POSE, BackendError, Cancelled, MotionRequest, RequestError, make_text_request
from kinescribe.motion import request as words
from kinescribe.motion.rotations import (
    axis_angle_to_quaternion,
    conjugate,
    multiply,
    rotate,
    rotation_about_axis,
)
from mmcp_kit import FaultyServer, reply, running_server

schemas = pytest.importorskip("motionmcp.schemas", reason="the MMCP SDK is not installed")

from motionmcp import Backbone, ModelSpec, MotionResult, build_app  # noqa: E402
from motionmcp.null_backbone import NullBackbone  # noqa: E402

TURN = (0.0, 0.0, 0.38268343, 0.92387953)  # 45 degrees about z, x, y, z, w
BONES = {
    "pelvis": ("Hips", None), "spine3": ("Spine", "Hips"), "neck": ("Neck", "Spine"), "head": ("Head", "Neck"),
    "left_shoulder": ("LeftArm", "Spine"), "left_elbow": ("LeftForeArm", "LeftArm"),
    "left_wrist": ("LeftHand", "LeftForeArm"), "right_shoulder": ("RightArm", "Spine"),
    "right_elbow": ("RightForeArm", "RightArm"), "right_wrist": ("RightHand", "RightForeArm"),
    "left_hip": ("LeftUpLeg", "Hips"), "left_knee": ("LeftLeg", "LeftUpLeg"), "left_ankle": ("LeftFoot", "LeftLeg"),
    "right_hip": ("RightUpLeg", "Hips"), "right_knee": ("RightLeg", "RightUpLeg"),
    "right_ankle": ("RightFoot", "RightLeg"),
}  # fmt: skip


def a_skeleton(scale: float = 1.25) -> Any:
    """A human in T-pose, larger than ours, with Mixamo's names and nodes that are turned at rest."""
    places = {j: scale * T_POSE.rest_positions[T_POSE.joint_index(j)] for j in BONES}
    names = {name: j for j, (name, _) in BONES.items()}
    joints, worlds = [], {}
    for j, (name, parent) in BONES.items():
        own = TURN if parent in (None, "Hips") else (0.0, 0.0, 0.0, 1.0)
        above = worlds[parent] if parent else np.array([1.0, 0, 0, 0])
        worlds[name] = multiply(above, np.roll(own, 1))
        offset = places[j] - places[names[parent]] if parent else np.array([0.0, 1.2, 0.0])
        offset = rotate(conjugate(above), offset)
        joints.append(
            schemas.Joint(name=name, parent=parent, rest_translation=tuple(offset), rest_rotation=own)
        )
    return schemas.Skeleton(joints=joints)


class Waving(Backbone):  # type: ignore[misc]
    """Keeps the requests and answers with its left arm turned about +Y by half a radian."""

    def __init__(self, **spec: Any) -> None:
        self.requests: list[Any] = []
        self.spec = spec

    def capabilities(self) -> ModelSpec:
        return ModelSpec(
            id="waving", fps=30.0, canonical_skeleton=a_skeleton(),
            supported_constraints=["root_path", "effector_target", "pose_keyframe"], **self.spec,
        )  # fmt: skip

    async def generate(self, request: Any) -> MotionResult:
        self.requests.append(request)
        skeleton, frames = request.skeleton, request.total_frames
        samples = request.options.num_samples
        rotations = np.tile([list(j.rest_rotation) for j in skeleton.joints], (samples, frames, 1, 1))
        arm = [j.name for j in skeleton.joints].index("LeftArm")
        # about the world's y: conjugated by what carries the arm

        above = multiply(np.roll(TURN, 1), np.roll(TURN, 1))
        turned = multiply(multiply(conjugate(above), rotation_about_axis("y", 0.5)), above)
        rotations[:, :, arm] = np.roll(turned, -1)
        root = np.zeros((samples, frames, 3))
        root[..., 1], root[..., 2] = 1.2, np.linspace(0, 2, frames)
        return MotionResult(rotations=rotations.astype("f4"), root_translations=root.astype("f4"))


@pytest.fixture(scope="module")
def waving() -> Iterator[tuple[Waving, Server]]:
    backbone = Waving(supports_loop=True, supports_segment_seed=True)
    with running_server(build_app([backbone, NullBackbone()])) as url:
        yield backbone, Server(url)


def remote(server: Server, name: str = "waving") -> RemoteBackend:
    (model,) = [m for m in list_models(server) if m.id == name]
    return RemoteBackend(server, model, seconds=20)


def test_models_are_listed_with_what_they_can_do(waving: tuple[Waving, Server]) -> None:
    models = list_models(waving[1])
    assert [m.id for m in models] == ["waving", "null"]
    able = models[0].capabilities
    assert able.fps == 30.0 and able.supports_loop and able.max_seconds == 30.0 and able.max_samples == 16
    assert able.constraint_types == {"root_path", "effector_target", "pose_keyframe"}
    assert "stated" in able.licence and not models[1].capabilities.supports_loop


def test_a_motion_comes_back_on_the_models_own_skeleton(waving: tuple[Waving, Server]) -> None:
    backbone, server = waving
    motions = remote(server).generate(make_text_request("a person waves", 2.0, 24.0, seed=5, num_samples=2))
    assert [m.provenance.seed for m in motions] == [5, 6] and motions[0].provenance.model == "waving"
    motion = motions[0]
    assert motion.fps == 24.0 and len(motion) == 48
    hand, shoulder = (motion.positions[10, motion.skeleton.joint_index(n)] for n in ("LeftHand", "LeftArm"))
    rest = T_POSE.rest_positions
    wanted = rest[T_POSE.joint_index("left_wrist")] - rest[T_POSE.joint_index("left_shoulder")]

    np.testing.assert_allclose(
        hand - shoulder, 1.25 * rotate(rotation_about_axis("y", 0.5), wanted), atol=1e-5
    )
    request = backbone.requests[-1]
    assert request.segments[0].prompt == "a person waves" and request.timing.fps == 24.0
    assert request.options.seed == 5 and request.total_frames == 48


def test_constraints_are_sent_in_the_models_own_terms(waving: tuple[Waving, Server]) -> None:
    backbone, server = waving
    turn = tuple(float(v) for v in axis_angle_to_quaternion(np.array([0.3, -0.2, 0.4])))
    request = MotionRequest(
        (words.TextSegment("walks", 30, seed=3), words.UnconditionedSegment(30)),
        30.0,
        (
            words.RootPath((0, 30), ((0.0, 0.0), (1.0, 2.0)), (0.0, 0.5)),
            words.EffectorTarget("left_wrist", (20,), ((0.3, 1.0, 0.2),), (turn,)),  # type: ignore[arg-type]
            words.PoseKeyframe(10, {"left_shoulder": turn, "spine3": turn}, (0.0, 0.9, 0.0)),  # type: ignore[dict-item]
        ),
        words.RequestOptions(seed=1, guidance=2.0, diffusion_steps=20, transition_frames=8),
    )
    remote(server).generate(request)
    request = backbone.requests[-1]
    path, target, pose = request.constraints
    np.testing.assert_allclose(path.positions_xz[1], (1.25, 2.5), rtol=1e-6)
    assert path.heading_radians == [0.0, 0.5] and [s.type for s in request.segments] == [
        "text",
        "unconditioned",
    ]
    assert target.joint == "LeftHand" and request.segments[0].seed == 3 and request.segments[1].seed is None
    np.testing.assert_allclose(target.positions[0], (0.375, 1.25, 0.25), rtol=1e-6)
    # the node's world rotation: ours, then what the node is turned at rest
    np.testing.assert_allclose(
        np.abs(np.dot(np.roll(target.rotations[0], 1), multiply(turn, multiply(np.roll(TURN, 1), np.roll(TURN, 1))))),
        1.0, atol=1e-6,
    )  # fmt: skip
    assert set(pose.joint_rotations) == {"LeftArm", "Spine"} and pose.root_position[1] == pytest.approx(1.125)
    chest = multiply(
        turn, np.roll(TURN, 1)
    )  # relative to the hips, which stand as at rest, turned themselves

    node = multiply(conjugate(np.roll(TURN, 1)), multiply(chest, np.roll(TURN, 1)))
    np.testing.assert_allclose(
        np.abs(np.dot(np.roll(pose.joint_rotations["Spine"], 1), node)), 1.0, atol=1e-6
    )
    assert request.options.guidance.weight == [2.0] and request.options.diffusion_steps == 20


@pytest.mark.parametrize(
    ("ours", "theirs", "names"),
    [
        (words.TextSegment, "TextSegment", {}),
        (words.UnconditionedSegment, "UnconditionedSegment", {}),
        (words.RootPath, "RootPathConstraint", {}),
        (words.EffectorTarget, "EffectorTargetConstraint", {}),
        (words.PoseKeyframe, "PoseKeyframeConstraint", {}),
        (words.RequestOptions, "Options", {}),
    ],
)
def test_our_words_are_mmcps_field_for_field(ours: type, theirs: str, names: dict[str, str]) -> None:
    stated = set(getattr(schemas, theirs).model_fields) - {"type"}
    # what a model fills between keys, and what servers clean up, is theirs to decide
    left = {"PoseKeyframeConstraint": {"fill_mode"}, "Options": {"post_processing"}}.get(theirs, set())
    assert {names.get(f.name, f.name) for f in dataclasses.fields(ours)} == stated - left
    if theirs != "Options":
        kind = schemas.__dict__[theirs].model_fields["type"].annotation.__args__[0]
        assert ours.type == kind  # type: ignore[attr-defined]


def test_every_body_is_valid_mmcp(waving: tuple[Waving, Server]) -> None:
    model = list_models(waving[1])[0]
    request = make_text_request("walks", 2.0, 30.0, num_samples=3, loop=True)
    parsed = schemas.GenerateRequest.model_validate(encode_request(request, model))
    assert parsed.options.loop and parsed.options.num_samples == 3 and parsed.model == "waving"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (make_text_request("walks", 40.0, 30.0), "makes .* to 30 seconds"),
        (make_text_request("walks", 2.0, 30.0, num_samples=17), "1 to 16 samples"),
        (make_text_request("walks", 2.0, 30.0, loop=True), "cannot make loops"),
        (make_text_request("walks", 2.0, 30.0, keyframe_budget=0.1), "cannot reduce"),
        (make_text_request("walks", 2.0, 30.0, model_options={"stride": 2}), "no option 'stride'"),
        (make_text_request("walks", 2.0, 30.0, diffusion_steps=1000), "1 to 500"),
        (
            MotionRequest((words.TextSegment("w", 9, seed=1),), 30.0),
            "no seed for a single segment",
        ),
        (
            MotionRequest(
                (words.TextSegment("w", 9),), 30.0, (words.PoseKeyframe(0, {"neck": (1.0, 0.0, 0.0, 0.0)}),)
            ),
            "can't be converted to",
        ),
    ],
)
def test_what_a_model_cannot_do_is_an_error_before_a_request_is_sent(
    waving: tuple[Waving, Server], request_: MotionRequest, message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        remote(waving[1], "null").generate(request_)


@pytest.mark.parametrize(
    "url", ["", "localhost:8000", "ftp://a", "http://", "http://a:99999", "http://u:p@a", "http://a?x=1"]
)
def test_addresses_that_are_none_are_refused(url: str) -> None:
    with pytest.raises(RequestError):
        Server(url)


def test_tokens_do_not_show() -> None:
    server = Server("https://example.org", "very-secret")
    assert "very-secret" not in repr(server)
    with pytest.raises(RequestError) as caught:
        Server("https://example.org", "very secret\n")
    assert "very" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "local"),
    [("http://localhost:1", True), ("http://127.0.0.9", True), ("http://[::1]:8", True),
     ("http://10.0.0.1", False), ("https://example.org", False), ("http://localhost.example.org", False)],
)  # fmt: skip
def test_other_hosts_are_asked_only_where_blender_allows_it(url: str, local: bool) -> None:
    server = Server(url, is_online=lambda: False)
    assert server.is_loopback == local
    if not local:
        with pytest.raises(BackendError, match="Allow Online Access"):
            list_models(server)


def test_cancel_ends_a_long_answer_at_once_and_the_server_notices() -> None:
    noticed = threading.Event()

    def behave(head: str, connection: Any) -> None:
        connection.settimeout(10)
        if connection.recv(1) == b"":
            noticed.set()

    faulty = FaultyServer(behave)
    start = time.monotonic()
    with pytest.raises(Cancelled):
        list_models(Server(faulty.url), cancelled=lambda: time.monotonic() - start > 0.3)
    assert noticed.wait(30)
    faulty.close()


def test_a_token_is_sent_to_the_server_and_no_further() -> None:
    other = FaultyServer(lambda head, c: c.sendall(reply("200 OK", b"{}")))
    faulty = FaultyServer(
        lambda head, c: c.sendall(reply("307 Temporary Redirect", Location=other.url + "/capabilities"))
    )
    with pytest.raises(BackendError, match="another address"):
        list_models(Server(faulty.url, "secret"))
    assert "Bearer secret" in faulty.request_heads[0] and other.request_heads == []
    faulty.close()
    other.close()
