# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion to text: any Action is read back and sent to a model, and its sentences are kept."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator

import bpy
import numpy as np
import pytest
from fakes import SPEED, FakeBackend
from kinescribe.inference import registry
from kinescribe.motion import T_POSE, Motion, RequestError
from kinescribe.motion.formats.gltf_read import parse_gltf
from kinescribe.motion.rotations import conjugate, multiply
from kinescribe.operators import background_tasks, caption
from kinescribe.preferences import describe_model, get_preferences
from kinescribe.scene.action import assign_action, create_action, get_action
from kinescribe.scene.readback import MotionReader, find_key_range
from kinescribe.scene.record import has_unedited_kinescribe_action
from kinescribe.session import EndpointStatus, ModelInfo, TaskStatus, session
from mmcp_kit import FaultyServer, reply
from test_servers import CAPABILITIES, JOINTS

MODELS = reply("200 OK", CAPABILITIES, Kinescribe_Captions="runner, gone")
WORDS = ["a person walks forward", "a person stops"]

assert JOINTS, "the studio's skeleton"


def answered(connection: socket.socket, *sentences: str) -> None:
    connection.sendall(reply("200 OK", json.dumps({"captions": sentences}).encode()))


class Studio(FaultyServer):
    """A server with two models of which ``runner`` describes motions; ``answer`` is what it then sends."""

    def __init__(self) -> None:
        self.answer: Callable[[socket.socket], None] = lambda c: answered(c, WORDS[0])
        super().__init__(self._say)

    def _say(self, head: str, connection: socket.socket) -> None:
        if head.startswith("GET /capabilities"):
            connection.sendall(MODELS)
        else:
            assert head.startswith("POST /caption?model=runner ") and "model/gltf-binary" in head
            self.answer(connection)

    @property
    def heard(self) -> Motion:
        """Return the motion that was sent last."""
        (motion,) = parse_gltf(self.request_bodies[-1])
        return motion


@pytest.fixture
def studio() -> Iterator[Studio]:
    found = Studio()
    bpy.ops.kinescribe.add_server(name="Studio", url=found.url)
    bpy.ops.kinescribe.ask_models(place="Studio")
    yield found
    found.close()
    page = get_preferences(bpy.context)
    assert page is not None
    page.servers.clear()
    background_tasks.stop_all()
    session.clear()
    registry.forget_models()


@pytest.fixture
def walker(mannequin: bpy.types.Object, backend: FakeBackend, own_cache: None) -> bpy.types.Object:
    """The mannequin with a generated walk of two seconds."""
    settings = bpy.context.scene.kinescribe
    settings.seconds, settings.foot_lock = 2.0, 0.0
    bpy.ops.kinescribe.generate()
    return mannequin


def keyed_by_hand(obj: bpy.types.Object, last: int = 48) -> bpy.types.Action:
    """An Action of the user's own: the right arm is lifted and let down."""
    action = create_action(obj, "wave")
    assign_action(obj, action)
    bone = obj.pose.bones["right_shoulder"]
    for frame, angle in ((1, 0.0), (last // 2, 1.0), (last, 0.0)):
        bone.rotation_mode = "XYZ"
        bone.rotation_euler = (angle, 0.0, 0.0)
        bone.keyframe_insert("rotation_euler", frame=frame)
    found = get_action(obj)
    assert found is not None
    return found


def asks() -> None:
    """Tick the timer until the Action is read and the request is sent."""
    while caption.is_reading():
        background_tasks.poll()
    assert session.caption.is_busy


def read(obj: bpy.types.Object) -> Motion:
    reader = MotionReader(bpy.context.scene, obj)
    assert reader.read(bpy.context.scene, obj) and reader.frames_read == len(reader.frames)
    return reader.to_motion()


def window_says(seconds: float = 10.0) -> TaskStatus:
    """Tick the timers until no request is running."""
    until = time.monotonic() + seconds
    while session.caption.is_busy and time.monotonic() < until:
        background_tasks.poll()
        time.sleep(0.02)
    assert not session.caption.is_busy
    return session.caption


def begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Press the button as in a window, which does not wait."""
    monkeypatch.setattr(background_tasks, "has_event_loop", lambda: True)
    assert bpy.ops.kinescribe.caption_action() == {"FINISHED"}
    monkeypatch.undo()


def test_what_was_baked_is_what_is_described(walker: bpy.types.Object, studio: Studio) -> None:
    scene = bpy.context.scene
    scene.frame_set(17)
    action = get_action(walker)
    assert bpy.ops.kinescribe.caption_action() == {"FINISHED"}
    assert action is not None and action[caption.CAPTION_PROPERTY] == WORDS[0]
    assert scene.frame_current == 17 and has_unedited_kinescribe_action(walker)
    heard, made = studio.heard, registry.default_backend().generate  # type: ignore[attr-defined]
    (walk,) = made(_request(scene))
    assert heard.skeleton.joint_names == T_POSE.joint_names and len(heard) == len(walk)
    assert heard.fps == pytest.approx(24.0, abs=1e-3)
    body = [
        T_POSE.joint_index(j) for j in ("left_hip", "right_knee", "left_shoulder", "right_elbow", "spine2")
    ]
    apart = multiply(conjugate(heard.local_rotations[:, body]), walk.local_rotations[:, body])
    assert np.degrees(2 * np.arccos(np.clip(np.abs(apart[..., 0]), 0, 1))).max() < 2.0
    travelled = heard.root_translation[-1] - heard.root_translation[0]
    assert travelled[2] == pytest.approx(SPEED * (len(walk) - 1) / 24.0, abs=0.05)
    assert abs(travelled[0]) < 0.05


def _request(scene: bpy.types.Scene):  # type: ignore[no-untyped-def]
    from kinescribe.operators.request_builder import prompt_request

    return prompt_request(scene.kinescribe, 24.0, scene.kinescribe.seed)


def test_an_action_of_the_users_own_is_described_too(mannequin: bpy.types.Object, studio: Studio) -> None:
    action = keyed_by_hand(mannequin)
    studio.answer = lambda c: answered(c, *WORDS, " ")
    bpy.ops.kinescribe.caption_action()
    assert caption.read_caption(action) == WORDS and "kinescribe" not in action
    lifted = T_POSE.joint_index("right_shoulder")
    assert len(studio.heard) == 48
    assert not np.allclose(studio.heard.local_rotations[24, lifted], studio.heard.local_rotations[0, lifted])
    assert np.allclose(studio.heard.local_rotations[24, 1], studio.heard.local_rotations[0, 1], atol=1e-5)


@pytest.mark.parametrize(
    "fps, frames, rate", [(24, 48, 24.0), (60, 16, 20.0), (50, 24, 25.0), (120, 8, 20.0)]
)
def test_fast_scenes_are_read_at_every_few_frames(
    mannequin: bpy.types.Object, fps: int, frames: int, rate: float
) -> None:
    keyed_by_hand(mannequin, 120 if fps == 120 else 48)
    bpy.context.scene.render.fps = fps
    motion = read(mannequin)
    assert motion.fps == pytest.approx(rate)
    assert len(motion) == (20 if fps == 120 else frames)


def test_actions_too_short_or_too_long_are_refused(mannequin: bpy.types.Object, studio: Studio) -> None:
    action = keyed_by_hand(mannequin, 8)
    assert find_key_range(mannequin, action) == (1, 8)
    with pytest.raises(RuntimeError, match=r"wave lasts 0\.3 seconds"):
        bpy.ops.kinescribe.caption_action()
    keyed_by_hand(mannequin, 24 * 130)
    with pytest.raises(RequestError, match=r"lasts 130\.0 seconds"):
        MotionReader(bpy.context.scene, mannequin)
    assign_action(mannequin, create_action(mannequin, "empty"))
    with pytest.raises(RuntimeError, match="empty has no keys for Mannequin"):
        bpy.ops.kinescribe.caption_action()
    assert len(studio.request_heads) == 1 and caption.CAPTION_PROPERTY not in action


def refused() -> str:
    with pytest.raises(RuntimeError) as caught:
        bpy.ops.kinescribe.caption_action()
    return str(caught.value)


def test_why_the_button_is_grey(mannequin: bpy.types.Object) -> None:
    assert caption.NO_ACTION in refused()
    keyed_by_hand(mannequin)
    assert caption.NO_MODEL in refused()
    model = ModelInfo("Studio/walker", "walker", "", 20.0, 5.0, 1)
    session.servers["Studio"] = EndpointStatus(models=(model,))
    assert caption.NO_MODEL in refused() and len(describe_model(model)) == 3
    session.servers["Studio"] = EndpointStatus(
        models=(ModelInfo("Studio/teller", "teller", "", 20.0, 5.0, 1, describes_motions=True),)
    )
    assert bpy.ops.kinescribe.caption_action.poll()
    assert describe_model(session.servers["Studio"].models[0])[-1].startswith("Can also describe")
    session.caption = TaskStatus(is_busy=True)
    assert "wait for it" in refused()
    session.clear()
    session.servers.clear()
    assert not bpy.ops.kinescribe.use_caption.poll() and not bpy.ops.kinescribe.cancel_caption.poll()


def test_what_is_said_becomes_prompt_and_sequence(mannequin: bpy.types.Object, studio: Studio) -> None:
    settings = bpy.context.scene.kinescribe
    settings.prompt = "a person jumps"
    old = settings.directing.segments.add()
    old.prompt = "a person sits down"
    keyed_by_hand(mannequin, 240)
    studio.answer = lambda c: answered(c, *WORDS)
    bpy.ops.kinescribe.caption_action(model="Studio/runner")
    assert settings.prompt == "a person jumps", "only when it is asked for"
    assert bpy.ops.kinescribe.use_caption() == {"FINISHED"}
    assert settings.prompt == WORDS[0] and settings.seconds == pytest.approx(5.0)
    assert [(p.prompt, round(p.seconds, 3)) for p in settings.directing.segments] == [(WORDS[1], 5.0)]


def test_a_model_that_describes_none_says_so(mannequin: bpy.types.Object, studio: Studio) -> None:
    action = keyed_by_hand(mannequin)
    with pytest.raises(RuntimeError, match="walker makes motions and describes none"):
        bpy.ops.kinescribe.caption_action(model="Studio/walker")
    with pytest.raises(RuntimeError, match="on no server of the preferences"):
        bpy.ops.kinescribe.caption_action(model="Nowhere/runner")
    assert caption.CAPTION_PROPERTY not in action


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (reply("503 Busy", b'{"error": {"code": "model_unavailable", "message": "no"}}'), "is busy"),
        (reply("200 OK", b'{"captions": 3}'), "something else than captions"),
        (reply("200 OK", b'{"captions": ["  "]}'), "wrote no caption"),
        (reply("401 No"), "asks for a token"),
        (b"", "broke off|closed|can't be reached"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    mannequin: bpy.types.Object, studio: Studio, raw: bytes, said: str
) -> None:
    action = keyed_by_hand(mannequin)
    action[caption.CAPTION_PROPERTY] = "from before"
    studio.answer = lambda c: c.sendall(raw)
    with pytest.raises(RuntimeError, match=said):
        bpy.ops.kinescribe.caption_action()
    assert action[caption.CAPTION_PROPERTY] == "from before"


def test_in_the_window_nothing_waits_and_cancel_hangs_up(
    mannequin: bpy.types.Object, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = keyed_by_hand(mannequin)
    studio.answer = lambda c: c.recv(1) and None  # waits until the other side hangs up
    begin(monkeypatch)
    assert session.caption.is_busy and not bpy.ops.kinescribe.caption_action.poll()
    asks()
    assert bpy.ops.kinescribe.cancel_caption() == {"FINISHED"}
    said = window_says()
    assert said.level == "INFO" and "cancelled" in said.message and caption.CAPTION_PROPERTY not in action
    studio.answer = lambda c: answered(c, WORDS[0])
    begin(monkeypatch)
    asks()
    monkeypatch.setattr(background_tasks, "is_blender_busy", lambda: True)
    until = time.monotonic() + 10
    while not caption._task.job.is_done and time.monotonic() < until:
        time.sleep(0.02)
    background_tasks.poll()
    assert caption.CAPTION_PROPERTY not in action, "not while the user drags something"
    monkeypatch.undo()
    assert window_says() == TaskStatus() and action[caption.CAPTION_PROPERTY] == WORDS[0]


def test_an_action_that_is_gone_meanwhile(
    mannequin: bpy.types.Object, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asked in (False, True):
        action = keyed_by_hand(mannequin)
        begin(monkeypatch)
        if asked:
            asks()
        bpy.data.actions.remove(action)
        said = window_says()
        assert said.level == "ERROR" and "its Action was removed" in said.message
        assert background_tasks.poll() is None


def test_an_action_is_read_bit_by_bit(
    mannequin: bpy.types.Object, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, action = bpy.context.scene, keyed_by_hand(mannequin)
    whole = read(mannequin)
    monkeypatch.setattr(caption, "SLICE_SECONDS", (0.0, 0.0))
    scene.frame_set(30)
    mannequin.pose.bones["left_elbow"].rotation_quaternion = (0.8, 0.0, 0.6, 0.0)  # posed and not keyed
    monkeypatch.setattr(background_tasks, "has_event_loop", lambda: True)
    bpy.ops.kinescribe.caption_action()
    seen = []
    while caption.is_reading():
        assert background_tasks.poll() == background_tasks.INTERVAL
        seen.append(session.caption.message)
        assert scene.frame_current == 30
        assert tuple(mannequin.pose.bones["left_elbow"].rotation_quaternion) == pytest.approx(
            (0.8, 0, 0.6, 0)
        )
    assert seen[0].endswith("1 of 48 frames") and len(seen) == 48
    assert window_says() == TaskStatus() and caption.read_caption(action) == [WORDS[0]]
    lifted = T_POSE.joint_index("right_shoulder")
    assert np.allclose(studio.heard.local_rotations[:, lifted], whole.local_rotations[:, lifted], atol=1e-5)
    bpy.ops.kinescribe.caption_action()
    background_tasks.poll()
    assert bpy.ops.kinescribe.cancel_caption() == {"FINISHED"}
    assert (
        session.caption == TaskStatus() and background_tasks.poll() is None and len(studio.request_heads) == 2
    )


def test_keeping_the_words_is_one_undo_step(
    mannequin: bpy.types.Object, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = keyed_by_hand(mannequin).name
    bpy.ops.ed.undo_push(message="wave")
    begin(monkeypatch)
    window_says()
    assert caption.read_caption(bpy.data.actions[name]) == [WORDS[0]]
    bpy.ops.ed.undo()
    assert caption.read_caption(bpy.data.actions[name]) == []
    bpy.ops.ed.redo()
    assert caption.read_caption(bpy.data.actions[name]) == [WORDS[0]]
