# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths, pins, poses and sequences of the scene are sent to the model, and the character meets them."""

from __future__ import annotations

import math
from dataclasses import replace

import bpy
import numpy as np
import pytest
from applying import heads, scene_state, select
from fakes import SPEED, FakeBackend, make_walk
from kinescribe.motion import T_POSE, Capabilities, Motion, MotionRequest
from kinescribe.motion.request import EffectorTarget, PoseKeyframe, RootPath, UnconditionedSegment
from kinescribe.motion.retarget.rig_to_motion import RigToMotion
from kinescribe.scene.bone_map import load_bone_map
from kinescribe.scene.rig import read_rig
from kinescribe.session import session
from mathutils import Matrix

status = session.generation


@pytest.fixture(autouse=True)
def settings(own_cache: None) -> bpy.types.PropertyGroup:
    bpy.context.scene.render.fps = 20
    found = bpy.context.scene.kinescribe
    found.seconds = 2.0
    return found


class Able(FakeBackend):
    """A fake model with all capabilities that follows a path."""

    def capabilities(self) -> Capabilities:
        return replace(
            super().capabilities(),
            max_samples=8,
            max_segments=9,
            supports_loop=True,
            segment_types=frozenset({"text", "unconditioned"}),
            constraint_types=frozenset({"root_path", "effector_target", "pose_keyframe"}),
        )

    def generate(self, request, *more) -> list[Motion]:  # type: ignore[no-untyped-def]
        (motion,) = super().generate(request, *more)
        return [
            motion.with_provenance(seed=request.options.seed + n) for n in range(request.options.num_samples)
        ]


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
    from kinescribe.inference import registry

    model = Able()
    monkeypatch.setattr(registry, "default_backend", lambda: model)
    return model


def own(rig: bpy.types.Object) -> bpy.types.PropertyGroup:
    """Return the guides of a character."""
    return rig.kinescribe.directing


def generate() -> None:
    assert bpy.ops.kinescribe.generate() == {"FINISHED"}


def constraints(model: FakeBackend, kind: type) -> list:  # type: ignore[type-arg]
    return [c for c in model.requests[-1].constraints if isinstance(c, kind)]


def test_nothing_directs_at_first(mannequin: bpy.types.Object, able: FakeBackend) -> None:
    generate()
    (request,) = able.requests
    assert not request.constraints and len(request.segments) == 1 and request.options.num_samples == 1
    assert not request.options.loop


@pytest.mark.parametrize("kind", ["CURVE", "WAYPOINTS"])
def test_a_path_is_drawn_ahead_of_the_character_wherever_it_stands(
    mannequin: bpy.types.Object, able: FakeBackend, kind: str
) -> None:
    mannequin.matrix_world = Matrix.Translation((3, 1, 0)) @ Matrix.Rotation(math.radians(90), 4, "Z")
    bpy.context.view_layer.update()
    bpy.ops.kinescribe.add_path(kind=kind, length=2.0)
    bpy.context.view_layer.update()
    before = scene_state(mannequin)
    generate()
    (path,) = constraints(able, RootPath)
    assert scene_state(mannequin)[5:] == before[5:]
    places = np.array(path.positions_xz)
    assert path.frames[0] == 0 and path.frames[-1] == 39
    # the request's own space: from the origin straight ahead
    assert np.abs(places[0]).max() < 0.05 and np.abs(places[:, 0]).max() < 0.05
    assert places[-1, 1] == pytest.approx(2.0, rel=0.15)
    # and the motion comes out there: +X is ahead of a figure that is turned by 90 degrees
    hips = heads(mannequin, 40)[0]
    assert hips[0] > 4.5 and abs(hips[2] + 1.0) < 0.1


def test_a_bent_curve_is_walked_at_an_even_pace_and_faced_along(
    mannequin: bpy.types.Object, able: FakeBackend, settings: bpy.types.PropertyGroup
) -> None:
    bpy.ops.kinescribe.add_path(length=2.0)
    spline = own(mannequin).path.data.splines[0]
    spline.bezier_points[2].co = (1.5, -1.0, 0.0)
    own(mannequin).facing = "ALONG"
    generate()
    (path,) = constraints(able, RootPath)
    steps = np.linalg.norm(np.diff(np.array(path.positions_xz), axis=0), axis=-1) / np.diff(path.frames)
    assert np.ptp(steps) < 0.15 * steps.mean()
    assert abs(path.heading_radians[0]) < 0.6 and path.heading_radians[-1] > 1.0


def test_a_path_elsewhere_is_walked_to_or_begun_on(
    mannequin: bpy.types.Object, able: FakeBackend, settings: bpy.types.PropertyGroup
) -> None:
    bpy.ops.kinescribe.add_path(length=2.0)
    own(mannequin).path.location.x += 3.0
    generate()
    assert np.abs(constraints(able, RootPath)[0].positions_xz[0]).max() < 0.05
    own(mannequin).from_character = False
    generate()
    assert constraints(able, RootPath)[0].positions_xz[0][0] > 2.5


def test_waypoints_may_have_frames(
    mannequin: bpy.types.Object, able: FakeBackend, settings: bpy.types.PropertyGroup
) -> None:
    path = add_empty((0.0, 0.0, 0.0))
    own(mannequin).path = path
    first, last = add_empty((0.0, -1.0, 0.0)), add_empty((0.0, -2.0, 0.0))
    for waypoint in (first, last):
        waypoint.parent = path
    first["frame"] = bpy.context.scene.frame_current + 30
    generate()
    assert constraints(able, RootPath)[0].frames == (0, 30, 39)
    last["frame"] = bpy.context.scene.frame_current + 20
    with pytest.raises(RuntimeError, match="ascend"):
        generate()


def test_the_duration_fits_the_path(mannequin: bpy.types.Object, settings: bpy.types.PropertyGroup) -> None:
    bpy.ops.kinescribe.add_path(length=2.6)
    bpy.ops.kinescribe.fit_duration(speed=1.3)
    assert 1.7 < settings.seconds < 2.5


def test_pins_count_at_their_frame_at_their_keys_or_always(
    mannequin: bpy.types.Object, able: FakeBackend, settings: bpy.types.PropertyGroup
) -> None:
    bpy.context.scene.frame_set(5)
    bpy.ops.kinescribe.add_pin(joint="left_wrist")
    pin = own(mannequin).pins[0]
    pin.object.location.z += 0.3
    pin.frame = 25
    generate()
    (target,) = constraints(able, EffectorTarget)
    assert target.joint == "left_wrist" and target.frames == (20,)
    assert target.positions[0][0] > 0.3 and target.positions[0][1] > 1.4
    pin.when = "KEYS"
    for frame, x in ((10, 0.5), (30, 0.9)):
        pin.object.location.x = x
        pin.object.keyframe_insert("location", frame=frame)
    generate()
    (target,) = constraints(able, EffectorTarget)
    assert target.frames == (5, 25) and target.positions[1][0] - target.positions[0][0] == pytest.approx(
        0.4, rel=0.1
    )
    pin.when = "ALWAYS"
    generate()
    assert constraints(able, EffectorTarget)[0].frames == tuple(range(40))
    pin.when, pin.frame = "FRAME", 900
    with pytest.raises(RuntimeError, match="pins no frame"):
        generate()
    assert bpy.context.scene.frame_current == 5


def test_the_present_pose_is_where_it_begins(
    mannequin: bpy.types.Object, able: FakeBackend, settings: bpy.types.PropertyGroup
) -> None:
    mannequin.pose.bones["left_elbow"].rotation_mode = "XYZ"
    mannequin.pose.bones["left_elbow"].rotation_euler.z = 1.0
    bpy.context.view_layer.update()
    settings.directing.start_pose = True
    generate()
    (pose,) = constraints(able, PoseKeyframe)
    assert pose.frame == 0 and len(pose.joint_rotations) == 22
    assert 2 * math.acos(abs(pose.joint_rotations["left_elbow"][0])) == pytest.approx(1.0, abs=0.05)
    assert abs(pose.root_position[0]) < 0.02 and 0.8 < pose.root_position[1] < 1.05


def test_own_keys_are_met_and_not_those_that_we_made(
    mannequin: bpy.types.Object, able: FakeBackend, settings: bpy.types.PropertyGroup
) -> None:
    settings.directing.own_keys = True
    with pytest.raises(RuntimeError, match="no keys of its own"):
        generate()
    bone = mannequin.pose.bones["right_shoulder"]
    bone.rotation_mode = "XYZ"
    for frame, angle in ((11, 0.2), (31, 0.9)):
        bone.rotation_euler.x = angle
        bone.keyframe_insert("rotation_euler", frame=frame)
    bpy.context.scene.frame_set(1)
    for _ in range(2):
        generate()
        poses = constraints(able, PoseKeyframe)
        assert [pose.frame for pose in poses] == [10, 30]
        turns = [2 * math.acos(abs(pose.joint_rotations["right_shoulder"][0])) for pose in poses]
        assert turns[1] - turns[0] > 0.2


def test_selected_bones_are_kept(
    mannequin: bpy.types.Object, able: FakeBackend, settings: bpy.types.PropertyGroup
) -> None:
    settings.foot_lock = 0.0
    generate()
    made = able.requests[-1]
    settings.directing.keep_selected = True
    select(mannequin)
    with pytest.raises(RuntimeError, match="no bone"):
        generate()
    select(mannequin, "left_knee", "right_knee")
    generate()
    poses = constraints(able, PoseKeyframe)
    assert [p.frame for p in poses] == list(range(made.total_frames))
    assert all(
        set(p.joint_rotations) == {"left_knee", "right_knee"} and p.root_position is None for p in poses
    )
    bent = [2 * math.acos(min(1.0, abs(p.joint_rotations["left_knee"][0]))) for p in poses]
    assert max(bent) == pytest.approx(0.55, abs=0.02) and min(bent) == pytest.approx(0.25, abs=0.02)


def test_sequences_loops_and_variations(
    mannequin: bpy.types.Object, able: FakeBackend, settings: bpy.types.PropertyGroup
) -> None:
    directing = settings.directing
    settings.seconds = 2.0
    for prompt, frames in (("a person jumps", 20), (" ", 10)):
        bpy.ops.kinescribe.add_part()
        stored = mannequin.kinescribe
        row = stored.parts[stored.active_part]
        row.prompt, row.end = prompt, row.start + frames - 1
    directing.loop, directing.variations = True, 3
    generate()
    request = able.requests[-1]
    assert [s.duration_frames for s in request.segments] == [40, 20, 10]
    assert request.segments[1].prompt == "a person jumps" and isinstance(
        request.segments[2], UnconditionedSegment
    )
    assert (
        request.options.loop and request.options.num_samples == 3 and request.options.transition_frames == 16
    )
    assert len(set(status.variations)) == 3 and status.motion_id == status.variations[0]
    assert bpy.ops.kinescribe.apply(motion=status.variations[2]) == {"FINISHED"}
    assert status.motion_id == status.variations[2] and len(able.requests) == 1
    bpy.ops.kinescribe.change_part(by=-1)
    parts = mannequin.kinescribe.parts
    assert [(row.prompt, row.start, row.end) for row in parts] == [
        ("a person walks forward", 1, 40),
        (" ", 41, 50),
        ("a person jumps", 51, 70),
    ]
    bpy.ops.kinescribe.change_part()
    assert [(row.prompt, row.start) for row in parts] == [
        ("a person walks forward", 1),
        ("a person jumps", 41),
    ]


def test_a_model_that_cannot_says_so_and_nothing_changes(
    mannequin: bpy.types.Object, backend: FakeBackend, settings: bpy.types.PropertyGroup
) -> None:
    bpy.ops.kinescribe.add_path()
    before = scene_state(mannequin)
    with pytest.raises(RuntimeError, match="root_path"):
        generate()
    assert scene_state(mannequin) == before and not backend.requests


def test_all_guides_are_cleared_and_foreign_objects_stay(
    mannequin: bpy.types.Object, settings: bpy.types.PropertyGroup
) -> None:
    objects = set(bpy.data.objects)
    bpy.ops.kinescribe.add_path(kind="WAYPOINTS")
    bpy.ops.kinescribe.add_pin(joint="right_ankle")
    own = bpy.data.objects.new("Mine", None)
    pin = mannequin.kinescribe.directing.pins.add()
    pin.object = own
    bpy.ops.kinescribe.clear_guides()
    assert set(bpy.data.objects) == objects | {own} and not mannequin.kinescribe.directing.pins
    assert mannequin.kinescribe.directing.path is None and "Kinescribe Guides" not in bpy.data.collections


def test_curves_of_all_kinds_are_read(mannequin: bpy.types.Object) -> None:
    from kinescribe.scene.path_sampling import path_length, sample_path

    for kind in ("POLY", "NURBS"):
        data = bpy.data.curves.new(kind, "CURVE")
        spline = data.splines.new(kind)
        spline.points.add(4)
        for k, point in enumerate(spline.points):
            point.co = (k, 0, 0, 1)
        spline.use_endpoint_u = True
        obj = bpy.data.objects.new(kind, data)
        obj.location.y = 2.0
        bpy.context.scene.collection.objects.link(obj)
        bpy.context.view_layer.update()
        points, _ = sample_path(obj)
        assert path_length(points) == pytest.approx(4.0, abs=1e-3) and points[0, 1] == pytest.approx(2.0)


def test_a_path_is_walked_by_the_embedded_model(
    mannequin: bpy.types.Object, settings: bpy.types.PropertyGroup
) -> None:
    from kinescribe.scene.path_sampling import sample_path

    bpy.ops.kinescribe.add_path(length=4.0)
    curve = mannequin.kinescribe.directing.path
    curve.data.splines[0].bezier_points[2].co = (2.0, -2.0, 0.0)
    settings.seconds, settings.directing.start_pose = 4.0, True
    generate()
    way = np.array(sample_path(curve)[0])
    off = []
    for frame in range(1, 81, 4):
        hips = heads(mannequin, frame)[0]
        off.append(np.linalg.norm(way[:, :2] - [hips[0], -hips[2]], axis=-1).min())
    assert np.mean(off) < 0.05 * 1.3 and np.max(off) < 0.25


def test_a_model_with_another_body_goes_where_it_was_asked_to(
    mannequin: bpy.types.Object, able: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    taller = replace(T_POSE, rest_offsets=T_POSE.rest_offsets * 1.3)

    def generate_tall(request: MotionRequest, *_: object) -> list[Motion]:
        motion = make_walk(request.total_frames, request.fps)
        root = motion.root_translation * [1.0, 1.3, 1.0]
        return [replace(motion, skeleton=taller, root_translation=root)]

    monkeypatch.setattr(able, "generate", generate_tall)
    bpy.ops.kinescribe.add_path(length=2.0)
    generate()
    travelled = heads(mannequin, 40)[0] - heads(mannequin, 1)[0]
    scale = RigToMotion(read_rig(mannequin), load_bone_map(mannequin)).scale
    assert travelled[2] == pytest.approx(scale * SPEED * 39 / 20, abs=0.03)


@pytest.mark.parametrize("has_keys", [False, True])
def test_another_take_begins_where_the_first_one_did(
    mannequin: bpy.types.Object, settings: bpy.types.PropertyGroup, has_keys: bool
) -> None:
    if has_keys:
        for frame, x in ((1, 2.0), (40, 5.0)):
            hips = mannequin.pose.bones["pelvis"]
            hips.location.x = x
            hips.keyframe_insert("location", frame=frame)
        bpy.context.scene.frame_set(1)
    bpy.ops.kinescribe.add_path(length=2.0)
    pin = own(mannequin).pins.add()
    pin.object, pin.joint, pin.frame = add_empty((2.4 if has_keys else 0.4, -1.0, 1.2)), "left_wrist", 20
    generate()
    first = [heads(mannequin, frame)[0] for frame in (1, 40)]
    bpy.context.scene.frame_set(40)
    assert bpy.ops.kinescribe.generate(another=True) == {"FINISHED"}
    assert bpy.context.scene.frame_current == 40
    second = [heads(mannequin, frame)[0] for frame in (1, 40)]
    np.testing.assert_allclose(np.array(first)[:, [0, 2]], np.array(second)[:, [0, 2]], atol=0.02)


def add_empty(place: tuple[float, float, float]) -> bpy.types.Object:
    empty = bpy.data.objects.new("Place", None)
    empty.location = place
    bpy.context.scene.collection.objects.link(empty)
    bpy.context.view_layer.update()
    return empty
