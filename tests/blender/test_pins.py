# SPDX-License-Identifier: GPL-3.0-or-later
"""``scene.pins``, ``scene.obstacles``: hands and feet stay on objects over a range, on rigs of several families."""

from __future__ import annotations

import math

import bpy
import pytest
from kinescribe.scene.guide_objects import set_pin
from kinescribe.scene.pins import measure_point
from kinescribe.session import session
from mathutils import Matrix, Quaternion, Vector

from devtools.in_blender import rigs_build
from devtools.rigs.specs import spec_named

pytestmark = pytest.mark.usefixtures("own_cache")

FAMILIES = ("mixamo", "unreal5", "vrm1")
FIRST, LAST = 20, 50


def add_box(
    name: str, place: tuple[float, float, float], size: tuple[float, float, float]
) -> bpy.types.Object:
    """Add a box of half the ``size`` to either side of ``place``."""
    x, y, z = (0.5 * v for v in size)
    corners = [(a, b, c) for a in (-x, x) for b in (-y, y) for c in (-z, z)]
    faces = [(0, 1, 3, 2), (4, 5, 7, 6), (0, 1, 5, 4), (2, 3, 7, 6), (0, 2, 6, 4), (1, 3, 7, 5)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(corners, [], faces)
    box = bpy.data.objects.new(name, mesh)
    box.location = place
    bpy.context.scene.collection.objects.link(box)
    bpy.context.view_layer.update()
    return box


def prepare(rig: bpy.types.Object, prompt: str) -> None:
    bpy.context.view_layer.objects.active = rig
    scene = bpy.context.scene
    scene.render.fps = 24
    settings = scene.kinescribe
    settings.prompt, settings.seconds, settings.seed = prompt, 3.0, 3


def pin_to(
    rig: bpy.types.Object, obj: bpy.types.Object, joint: str, place: tuple[float, float, float] | None = None
) -> bpy.types.PropertyGroup:
    pin = rig.kinescribe.directing.pins.add()
    set_pin(pin, rig, obj, joint, None if place is None else Vector(place))
    pin.when, pin.frame, pin.frame_end = "RANGE", FIRST, LAST
    return pin


def measure_hold(rig: bpy.types.Object, pin: bpy.types.PropertyGroup) -> tuple[float, float]:
    """Return the largest distance from a pin and the largest angle to it over its range, metres and degrees."""
    far = turned = 0.0
    for frame in range(pin.frame, pin.frame_end + 1):
        bpy.context.scene.frame_set(frame)
        point = measure_point(bpy.context.scene, rig, pin.joint)
        world = pin.object.evaluated_get(bpy.context.evaluated_depsgraph_get()).matrix_world
        far = max(far, (point.position - world @ Vector(pin.offset)).length)
        wanted = world.to_quaternion() @ Quaternion(pin.rotation)
        turned = max(turned, point.rotation.rotation_difference(wanted).angle)
    return far, math.degrees(turned)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    "prompt", ["a person stands still", "a person crouches down", "a person walks forward"]
)
def test_a_palm_stays_on_an_object_that_moves(family: str, prompt: str) -> None:
    rig = rigs_build.build_rig(spec_named(family)).obj
    prepare(rig, prompt)
    cup = add_box("Cup", (-0.25, -0.35, 0.9), (0.08, 0.08, 0.1))
    for frame, height in ((24, 0.9), (48, 1.2)):
        cup.location.z = height
        cup.keyframe_insert("location", frame=frame)
    bpy.context.view_layer.update()
    pin = pin_to(rig, cup, "right_palm", (-0.25, -0.31, 1.2))
    assert tuple(pin.offset) == pytest.approx((0.0, 0.04, 0.0), abs=1e-4)
    assert bpy.ops.kinescribe.generate() == {"FINISHED"}
    far, _ = measure_hold(rig, pin)
    print(f"{family}, {prompt}: {1000 * far:.2f} mm")
    assert far < 0.01
    # the palm and not the wrist
    bone = next(row.bone for row in rig.kinescribe.bone_map if row.joint == "right_wrist")
    wrist = rig.matrix_world @ rig.pose.bones[bone].head
    assert 0.03 < (wrist - cup.matrix_world @ Vector(pin.offset)).length < 0.15


@pytest.mark.parametrize("family", FAMILIES)
def test_hands_and_feet_keep_their_orientation(family: str) -> None:
    rig = rigs_build.build_rig(spec_named(family)).obj
    prepare(rig, "a person waves")
    palm, sole = (
        measure_point(bpy.context.scene, rig, joint).position for joint in ("left_palm", "right_sole")
    )
    size = palm.z / 1.4
    plate = add_box("Plate", (0.7 * palm.x, palm.y - 0.1 * size, palm.z - 0.05 * size), (0.2, 0.2, 0.02))
    step = add_box("Step", (sole.x, sole.y - 0.15 * size, 0.05 * size), (0.2, 0.3, 0.1 * size))
    hand = pin_to(rig, plate, "left_palm", tuple(plate.location))
    foot = pin_to(rig, step, "right_sole", (sole.x, sole.y - 0.12 * size, 0.1 * size))
    hand.use_rotation = foot.use_rotation = True
    # the pins were set in the rest pose; what is held turns afterwards, and the hand with it
    plate.rotation_euler.z = 0.4
    bpy.context.view_layer.update()
    bpy.ops.kinescribe.generate()
    for pin in (hand, foot):
        far, turned = measure_hold(rig, pin)
        print(f"{family}, {pin.joint}: {1000 * far:.2f} mm, {turned:.2f} degrees")
        assert far < 0.01 and turned < 1.0


def test_a_held_hand_stays_when_feet_are_locked_and_keys_reduced(mannequin: bpy.types.Object) -> None:
    prepare(mannequin, "a person crouches down")
    cup = add_box("Cup", (-0.25, -0.4, 0.8), (0.08, 0.08, 0.1))
    pin = pin_to(mannequin, cup, "right_palm")
    for lock, reduce in ((0.0, False), (1.0, False), (1.0, True)):
        settings = bpy.context.scene.kinescribe
        settings.foot_lock, settings.reduce_keys = lock, reduce
        bpy.ops.kinescribe.generate()
        assert measure_hold(mannequin, pin)[0] < 0.01, (lock, reduce)


def test_what_is_out_of_reach_or_in_the_way_is_said(mannequin: bpy.types.Object) -> None:
    prepare(mannequin, "a person stands still")
    lamp = add_box("Lamp", (0.0, -0.2, 2.8), (0.1, 0.1, 0.1))
    pin_to(mannequin, lamp, "left_palm")
    bpy.ops.kinescribe.generate()
    (said,) = session.generation.doubts
    assert said.startswith("Lamp is out of reach by ") and said.endswith(
        "20 to 50: move it, or the character"
    )
    mannequin.kinescribe.directing.pins.clear()
    cup = add_box("Cup", (-0.2, -0.3, 1.2), (0.08, 0.08, 0.1))
    pin_to(mannequin, cup, "right_palm", (-0.2, -0.26, 1.2))
    table = add_box("Table", (0.0, -0.1, 0.7), (2.0, 1.5, 0.04))
    bpy.ops.kinescribe.generate()
    assert [
        s for s in session.generation.doubts if s.startswith("Table stands in the way at frames 20 to 50")
    ]
    table.hide_set(True)
    bpy.ops.kinescribe.generate()
    assert not session.generation.doubts


def test_bad_pins_are_refused(mannequin: bpy.types.Object) -> None:
    prepare(mannequin, "a person stands still")
    cup = add_box("Cup", (-0.25, -0.4, 1.0), (0.08, 0.08, 0.1))
    pin = pin_to(mannequin, cup, "right_palm")
    pin.frame_end = 10
    with pytest.raises(RuntimeError, match="Cup ends at frame 10, before it begins at 20"):
        bpy.ops.kinescribe.generate()
    pin.frame, pin.frame_end = 200, 300
    with pytest.raises(RuntimeError, match="pins no frame"):
        bpy.ops.kinescribe.generate()
    pin.frame = 1
    cup.matrix_world = Matrix.Scale(0.0, 4)
    bpy.ops.kinescribe.generate()  # flat, but somewhere
    cup.location.x = math.nan
    with pytest.raises(RuntimeError, match="Cup has no finite position"):
        bpy.ops.kinescribe.generate()
    # what was deleted guides nothing; a pin that is switched off neither
    pin.use = False
    bpy.ops.kinescribe.generate()
    pin.use = True
    bpy.data.objects.remove(cup)
    bpy.ops.kinescribe.generate()
    assert not mannequin.kinescribe.directing.pins[0].object
