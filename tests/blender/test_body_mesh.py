# SPDX-License-Identifier: GPL-3.0-or-later
"""A computed body mesh in the scene: at every frame the computed vertices, where the character stands.

The child is another one's: these environments have no torch. What it writes comes from linear blend skinning here.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import body_kit as kit
import bpy
import numpy as np
import pytest
from kinescribe.inference.body import process
from kinescribe.motion import SMPL_JOINTS, BackendError, Cancelled, Motion
from kinescribe.motion.body.body_model import BodyModel, build_body_model
from kinescribe.motion.body.body_pose import BodyPose, motion_to_body_pose, track_hip_midpoint
from kinescribe.motion.body.point_cache import cache_mesh_path, read_point_cache, write_point_cache
from kinescribe.motion.formats.atomic_write import write_arrays
from kinescribe.motion.rest_pose import SMPL_REST_POSE
from kinescribe.motion.rotations import quaternion_to_matrix
from kinescribe.operators import background_tasks, body, endpoints
from kinescribe.preferences import get_preferences
from kinescribe.scene import store
from kinescribe.scene.body_mesh import BODY_PROPERTY, MODIFIER_NAME, plan_body
from kinescribe.session import TaskStatus, session

from devtools.testing.motions import make_walk

status = session.generation

LOCK = 1.0
"""As it is by default."""


def skinned(pose: BodyPose, model: BodyModel) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (T, V, 3) and joints (T, J, 3), Y up."""
    rest, joints = model.compute_rest_pose()
    found = []
    for turns, pelvis in zip(quaternion_to_matrix(pose.rotations), pose.pelvis, strict=True):
        worlds = np.tile(np.eye(4), (len(joints), 1, 1))
        for j, parent in enumerate(model.parents):
            worlds[j, :3, :3] = turns[j]
            worlds[j, :3, 3] = joints[j] - (joints[parent] if parent >= 0 else joints[0] - pelvis)
            if parent >= 0:
                worlds[j] = worlds[parent] @ worlds[j]
        moved = worlds[:, :3, 3] - np.einsum("jab,jb->ja", worlds[:, :3, :3], joints)
        skin = np.einsum("vj,jab->vab", model.skin_weights, worlds[:, :3, :3])
        found.append((np.einsum("vab,vb->va", skin, rest) + model.skin_weights @ moved, worlds[:, :3, 3]))
    return np.stack([v for v, _ in found]), np.stack([j for _, j in found])


def z_up(points: np.ndarray) -> np.ndarray:
    return np.stack([points[..., 0], -points[..., 2], points[..., 1]], axis=-1)


class Child:
    """Stand-in for the worker's Python."""

    def __init__(self, model: BodyModel) -> None:
        self.model, self.calls, self.error = model, [], None
        self.points = self.joints = np.zeros(0)

    def __call__(self, motion: Motion, options: process.BodyOptions, progress: Any, cancelled: Any) -> Path:
        self.calls.append((motion, options))
        progress(1, len(motion))
        if self.error is not None:
            raise self.error
        pose = motion_to_body_pose(motion, self.model, None, options.pose_options)
        hips = track_hip_midpoint(pose, self.model)[0]
        vertices, joints = skinned(pose, self.model)
        self.points = z_up(vertices - hips * [1, 0, 1]).astype(np.float32)
        self.joints = z_up(joints - hips * [1, 0, 1])
        options.output.parent.mkdir(parents=True, exist_ok=True)
        write_point_cache(options.output, *self.points.shape[1::-1], [self.points])
        rest = z_up(self.model.compute_rest_pose()[0]).astype(np.float32)
        arrays = {"faces": self.model.faces, "rest": rest, "hips": np.array([0, 0, hips[1]], np.float32)}
        write_arrays(cache_mesh_path(options.output), arrays)
        return options.output


@pytest.fixture
def worker(tmp_path: Path, own_cache: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    """A body model in the preferences, and a child that computes it."""
    made = Child(build_body_model("made", kit.model_arrays("smplx")))
    monkeypatch.setattr(process, "compute_body", made)
    monkeypatch.setattr(endpoints, "log_path", lambda: tmp_path / "worker" / "worker.log")
    page = get_preferences(bpy.context)
    assert page is not None
    model = tmp_path / "SMPLX_NEUTRAL.npz"
    model.write_bytes(b"what only the child reads")
    page.worker_python, page.body_model = sys.executable, str(model)
    yield made
    body.cancel_body()
    background_tasks.stop_all()
    session.body = TaskStatus()
    page.worker_python = page.body_model = ""


def smpl_rig() -> bpy.types.Object:
    """An armature with SMPL-X's joints where the made body has them."""
    data = bpy.data.armatures.new("SMPLX")
    rig = bpy.data.objects.new("SMPLX", data)
    bpy.context.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    rig.select_set(True)
    bpy.ops.object.mode_set(mode="EDIT")
    places = z_up(SMPL_REST_POSE.rest_positions)
    for name, parent, place in zip(SMPL_JOINTS, SMPL_REST_POSE.parents, places, strict=True):
        bone = data.edit_bones.new(name)
        bone.head, bone.tail = place, place + np.array([0, 0, 0.05])
        if parent >= 0:
            bone.parent = data.edit_bones[SMPL_JOINTS[parent]]
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


def seen(obj: bpy.types.Object, frame: int) -> np.ndarray:
    """Vertices (V, 3) in the world as Blender evaluates them at a frame."""
    bpy.context.scene.frame_set(frame)
    evaluated = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    points = np.empty(3 * len(evaluated.data.vertices), np.float32)
    evaluated.data.vertices.foreach_get("co", points)
    world = np.array(evaluated.matrix_world)
    return points.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3]


def heads(rig: bpy.types.Object, frame: int) -> np.ndarray:
    bpy.context.scene.frame_set(frame)
    posed = rig.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return np.array([posed.matrix_world @ posed.pose.bones[name].head for name in SMPL_JOINTS])


def take(frames: int = 40, fps: float = 24.0) -> str:
    return store.save_motion(make_walk(frames, fps, skeleton=SMPL_REST_POSE))


def shown_body() -> bpy.types.Object:
    return next(o for o in bpy.data.objects if o.type == "MESH" and MODIFIER_NAME in o.modifiers)


def test_every_frame_is_the_computed_one_where_an_smpl_rig_is(worker: Child) -> None:
    rig = smpl_rig()
    rig.location, rig.rotation_euler[2] = (1.0, 2.0, 0.5), 0.7
    bpy.context.view_layer.update()
    motion = take()
    bpy.ops.kinescribe.apply(motion=motion, start_frame=11, foot_lock=LOCK)
    assert bpy.context.scene.render.fps == 24
    bpy.context.scene.frame_set(5)
    assert bpy.ops.kinescribe.compute_body() == {"FINISHED"}
    assert bpy.context.scene.frame_current == 5, "the frame is as it was"
    obj = shown_body()
    assert obj[BODY_PROPERTY] == rig and bpy.context.view_layer.objects.active == rig
    matrix = np.array(obj.matrix_world)
    for frame in (11, 12, 25, 50):
        points = worker.points[frame - 11]
        np.testing.assert_allclose(seen(obj, frame), points @ matrix[:3, :3].T + matrix[:3, 3], atol=1e-5)
        joints = worker.joints[frame - 11, :22] @ matrix[:3, :3].T + matrix[:3, 3]
        np.testing.assert_allclose(heads(rig, frame), joints, atol=2e-3)
    np.testing.assert_allclose(seen(obj, 0), seen(obj, 11), atol=1e-6)
    np.testing.assert_allclose(seen(obj, 99), seen(obj, 50), atol=1e-6)


def test_other_rates_are_met(worker: Child) -> None:
    rig = smpl_rig()
    bpy.context.scene.render.fps = 60
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1, foot_lock=LOCK)
    bpy.ops.kinescribe.compute_body()
    assert len(worker.calls[0][0]) == len(worker.points) == 100
    matrix = np.array(shown_body().matrix_world)
    for frame in (1, 50, 100):
        joints = worker.joints[frame - 1, :22] @ matrix[:3, :3].T + matrix[:3, 3]
        np.testing.assert_allclose(heads(rig, frame), joints, atol=2e-3)


def test_repeated_and_in_place_as_it_was_applied(worker: Child) -> None:
    rig = smpl_rig()
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1, foot_lock=LOCK, repeat=2, root_mode="IN_PLACE")
    bpy.ops.kinescribe.compute_body()
    matrix, last = np.array(shown_body().matrix_world), len(worker.points)
    assert last > 70
    for frame in (1, 30, last):
        joints = worker.joints[frame - 1, :22] @ matrix[:3, :3].T + matrix[:3, 3]
        np.testing.assert_allclose(heads(rig, frame), joints, atol=2e-3)


def test_beside_any_other_rig_it_stands_on_its_floor(mannequin: bpy.types.Object, worker: Child) -> None:
    mannequin.location = (3.0, -1.0, 0.25)
    bpy.context.view_layer.update()
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)
    bpy.ops.kinescribe.compute_body()
    obj = shown_body()
    assert abs(obj.location.z - 0.25) < 1e-3
    assert np.linalg.norm(np.array(obj.location.xy) - [3.0, -1.0]) < 0.1
    lowest = min(seen(obj, frame)[:, 2].min() for frame in (1, 20, 40))
    assert abs(lowest - 0.25) < 0.08
    assert bpy.context.view_layer.objects.active == mannequin


def test_without_a_character_it_begins_at_the_origin(worker: Child) -> None:
    status.motion_id = take()
    bpy.context.scene.frame_set(7)
    bpy.ops.kinescribe.compute_body()
    obj = shown_body()
    assert obj.modifiers[MODIFIER_NAME].frame_start == 7 and np.allclose(obj.location, 0)
    first, last = seen(obj, 7), seen(obj, 46)
    way = (last - first).mean(axis=0)
    assert way[1] < -0.5 and abs(way[0]) < 0.2, "it walks towards the viewer"
    status.clear()


def test_it_is_computed_once_and_shown_in_one_place(worker: Child) -> None:
    rig = smpl_rig()
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)
    bpy.ops.kinescribe.compute_body()
    obj = shown_body()
    obj.data.materials.append(bpy.data.materials.new("Skin"))
    bpy.ops.kinescribe.compute_body()
    assert len(worker.calls) == 1
    bpy.ops.kinescribe.apply(motion=take(30), start_frame=3)
    worker.model = build_body_model("made", kit.model_arrays("smplh"))
    bpy.ops.kinescribe.compute_body()
    assert len(worker.calls) == 2
    bodies = [o for o in bpy.data.objects if o.type == "MESH"]
    assert bodies == [obj] and obj.modifiers[MODIFIER_NAME].frame_start == 3 and len(obj.modifiers) == 1
    assert len(obj.data.vertices) == worker.points.shape[1] and obj.data.materials[0].name == "Skin"
    assert obj[BODY_PROPERTY] == rig and len(bpy.data.meshes) == 1


def test_a_cache_without_its_mesh_is_computed_anew(worker: Child) -> None:
    smpl_rig()
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)
    bpy.ops.kinescribe.compute_body()
    cache_mesh_path(Path(shown_body().modifiers[MODIFIER_NAME].filepath)).unlink()
    bpy.ops.kinescribe.compute_body()
    assert len(worker.calls) == 2


def test_faces_that_are_none_are_left_out(worker: Child) -> None:
    faces = worker.model.faces.copy()
    faces[3] = faces[3, 0]
    worker.model = replace(worker.model, faces=faces)
    smpl_rig()
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)
    bpy.ops.kinescribe.compute_body()
    mesh = shown_body().data
    assert len(mesh.polygons) == len(faces) - 1 and len(mesh.vertices) == len(worker.model.template)


def test_one_undo_takes_it_back(worker: Child) -> None:
    rig = smpl_rig()
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)
    bpy.ops.ed.undo_push(message="Before")
    bpy.ops.kinescribe.compute_body()
    bpy.ops.ed.undo_push(message="After")
    assert shown_body().name == f"{rig.name} Body"
    bpy.ops.ed.undo()
    assert not [o for o in bpy.data.objects if o.type == "MESH"]


def test_what_is_missing_is_said(worker: Child, tmp_path: Path) -> None:
    smpl_rig()
    page = get_preferences(bpy.context)
    assert not bpy.ops.kinescribe.compute_body.poll(), "no motion yet"
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)
    for name in ("worker_python", "body_model"):
        before = getattr(page, name)
        setattr(page, name, "")
        with pytest.raises(RuntimeError, match="in the preferences of Kinescribe first"):
            bpy.ops.kinescribe.compute_body()
        setattr(page, name, before)
    page.body_model = str(tmp_path / "gone.npz")
    with pytest.raises(RuntimeError, match=r"gone\.npz can't be read"):
        bpy.ops.kinescribe.compute_body()
    assert not worker.calls


def test_an_error_of_the_child_changes_nothing(worker: Child) -> None:
    smpl_rig()
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)
    worker.error = BackendError(
        "Bodies need packages that this Python lacks (smplx): pip install torch smplx"
    )
    before = sorted(o.name for o in bpy.data.objects)
    with pytest.raises(RuntimeError, match="lacks \\(smplx\\)"):
        bpy.ops.kinescribe.compute_body()
    assert sorted(o.name for o in bpy.data.objects) == before and session.body.level == "ERROR"


def test_a_python_without_the_packages_is_one_sentence(
    worker: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real way into a child: bpy's own Python, which has neither torch nor smplx."""
    monkeypatch.undo()
    smpl_rig()
    page = get_preferences(bpy.context)
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)
    page.worker_python = sys.executable
    with pytest.raises(RuntimeError, match=r"lacks (\(|the package )"):
        bpy.ops.kinescribe.compute_body()


def test_another_file_drops_it(worker: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    smpl_rig()
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)

    def waits(motion: Motion, options: Any, progress: Any, cancelled: Any) -> Path:
        progress(3, len(motion))
        while not cancelled():
            time.sleep(0.01)
        raise Cancelled("Computing the body was cancelled")

    monkeypatch.setattr(process, "compute_body", waits)
    monkeypatch.setattr(background_tasks, "has_event_loop", lambda: True)
    bpy.ops.kinescribe.compute_body()
    until = time.monotonic() + 10
    while session.body.message != "Frame 3 of 40" and time.monotonic() < until:
        background_tasks.poll()
    assert session.body.is_busy and not bpy.ops.kinescribe.compute_body.poll()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    while session.body.is_busy and time.monotonic() < until:
        background_tasks.poll()
    assert not session.body.is_busy and not [o for o in bpy.data.objects if o.type == "MESH"]


def test_a_damaged_cache_is_refused(worker: Child) -> None:
    rig = smpl_rig()
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)
    bpy.ops.kinescribe.compute_body()
    cache = Path(shown_body().modifiers[MODIFIER_NAME].filepath)
    assert len(read_point_cache(cache)) == 40
    cache.write_bytes(cache.read_bytes()[:-5])
    with pytest.raises(RuntimeError, match="no complete point cache"):
        bpy.ops.kinescribe.add_body(filepath=str(cache), start_frame=1, target=rig.session_uid)


def test_a_motion_that_it_does_not_play_begins_now(worker: Child) -> None:
    rig = smpl_rig()
    bpy.ops.kinescribe.apply(motion=take(), start_frame=1)
    bpy.context.scene.frame_set(8)
    made = plan_body(bpy.context, rig, take(20))
    assert made.start_frame == 8 and len(made.motion) == 20
