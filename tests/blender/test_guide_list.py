# SPDX-License-Identifier: GPL-3.0-or-later
"""``operators.guide_list``, ``scene.guide_marks``, ``scene.drawn_line``: guides are listed, gone to, deleted, drawn."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from applying import heads
from kinescribe.operators.guide_list import find_span, list_guides, show_rows
from kinescribe.operators.guides import place_waypoint
from kinescribe.operators.request_builder import merge_directing
from kinescribe.scene.drawn_line import MAX_KNOTS, simplify_line
from kinescribe.scene.guide_marks import make_marks
from kinescribe.session import session
from mathutils import Vector

pytestmark = pytest.mark.usefixtures("own_cache")

ops = bpy.ops.kinescribe


def add_cube(name: str = "Cup") -> bpy.types.Object:
    cube = bpy.data.objects.new(name, bpy.data.meshes.new(name))
    bpy.context.scene.collection.objects.link(cube)
    bpy.context.view_layer.update()
    return cube


def kinds() -> list[str]:
    return [row.kind for row in list_guides(bpy.context)]


def activate(obj: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = obj


@pytest.fixture
def guided(mannequin: bpy.types.Object) -> bpy.types.Object:
    """A character with a guide of each kind."""
    ops.add_path(length=2.0)
    ops.add_waypoint(distance=1.0)
    ops.add_pin(joint="left_palm")
    mannequin.kinescribe.directing.start_pose = True
    return mannequin


def test_one_list_holds_all_guides(guided: bpy.types.Object) -> None:
    assert kinds() == ["PATH", "WAYPOINT", "PIN", "POSE"]
    show_rows()
    window = bpy.context.window_manager.kinescribe
    assert [row.kind for row in window.guides] == kinds() and window.active_guide == 3
    pin = guided.kinescribe.directing.pins[0]
    pin.when, pin.frame, pin.frame_end = "RANGE", 5, 9
    bpy.context.scene.kinescribe.seconds = 2.0
    spans = [find_span(bpy.context, row) for row in list_guides(bpy.context)]
    assert spans == [(1, 48), None, (5, 9), (1, 1)]
    guided.kinescribe.directing.start_pose = False
    show_rows()
    assert len(window.guides) == 3 and window.active_guide == 2


def test_what_is_switched_off_does_not_guide(guided: bpy.types.Object) -> None:
    for row in list_guides(bpy.context):
        setattr(row.item, row.use_name, False)
    merged = merge_directing(bpy.context.scene, guided)
    assert merged.path is None and not merged.pins and not merged.waypoints and not merged.start_pose
    assert len(kinds()) == 4


def test_going_to_a_guide(guided: bpy.types.Object) -> None:
    pin = guided.kinescribe.directing.pins[0]
    pin.frame = 17
    bpy.ops.object.mode_set(mode="POSE")
    assert ops.go_to_guide(index=2) == {"FINISHED"}
    assert bpy.context.scene.frame_current == 17 and bpy.context.mode == "OBJECT"
    assert bpy.context.object == pin.object and [*bpy.context.selected_objects] == [pin.object]
    # the sidebar goes on showing the character, and so does the list
    assert len(list_guides(bpy.context)) == 4
    ops.select_guide(index=0)
    assert bpy.context.object == guided.kinescribe.directing.path
    pin.object.hide_set(True)
    with pytest.raises(RuntimeError, match="is hidden: show it first"):
        ops.select_guide(index=2)


def test_deleting_leaves_what_kinescribe_did_not_make(mannequin: bpy.types.Object) -> None:
    cup = add_cube()
    cup.select_set(True)
    ops.add_pin(joint="right_palm", frames=24)
    pin = mannequin.kinescribe.directing.pins[0]
    assert pin.object == cup and (pin.when, pin.frame_end - pin.frame) == ("RANGE", 23)
    assert "Kinescribe Guides" not in bpy.data.collections, "an empty that is not needed was made"
    cup.select_set(False)
    ops.add_path()
    path = mannequin.kinescribe.directing.path
    activate(path)
    bpy.ops.ed.undo_push(message="before")
    ops.remove_guide(index=0)
    assert mannequin.kinescribe.directing.path is None and bpy.context.object == mannequin
    ops.remove_guide(index=0)
    assert kinds() == [] and "Cup" in bpy.data.objects and not bpy.data.curves
    with pytest.raises(RuntimeError, match="has no guides"):
        ops.remove_guide()


def test_one_undo_step_brings_a_guide_back(guided: bpy.types.Object) -> None:
    name, objects = guided.name, set(bpy.data.objects.keys())
    bpy.ops.ed.undo_push(message="guides")
    ops.remove_guide("EXEC_DEFAULT", True, index=1)
    assert kinds() == ["PATH", "PIN", "POSE"] and set(bpy.data.objects.keys()) < objects
    bpy.ops.ed.undo()
    assert set(bpy.data.objects.keys()) == objects
    activate(bpy.data.objects[name])
    assert kinds() == ["PATH", "WAYPOINT", "PIN", "POSE"]


def test_an_object_that_two_guides_share_stays_until_the_last_is_deleted(mannequin: bpy.types.Object) -> None:
    ops.add_pin(joint="left_palm")
    directing = mannequin.kinescribe.directing
    other = directing.pins.add()
    other.object, other.joint = directing.pins[0].object, "right_palm"
    ops.remove_guide(index=0)
    assert directing.pins[0].object is not None
    ops.remove_guide(index=0)
    assert not [o for o in bpy.data.objects if o.type == "EMPTY"]


def test_a_deleted_object_leaves_a_row_that_can_be_deleted(guided: bpy.types.Object) -> None:
    bpy.data.objects.remove(guided.kinescribe.directing.pins[0].object)
    assert kinds() == ["PATH", "WAYPOINT", "PIN", "POSE"]
    with pytest.raises(RuntimeError, match="was deleted: delete the guide too"):
        ops.go_to_guide(index=2)
    ops.remove_guide(index=2)
    assert kinds() == ["PATH", "WAYPOINT", "POSE"]
    with pytest.raises(RuntimeError, match="There is no guide 7: choose one from 0 to 2"):
        ops.remove_guide(index=7)


def test_the_character_passes_waypoints_and_faces_where_they_say(mannequin: bpy.types.Object) -> None:
    settings = bpy.context.scene.kinescribe
    settings.prompt, settings.seconds, settings.seed = "a person walks forward", 4.0, 2
    place_waypoint(bpy.context, mannequin, Vector((1.0, -1.5, 0.0)), Vector((1.0, 0.0, 0.0)))
    place_waypoint(bpy.context, mannequin, Vector((2.5, -1.5, 0.0)), None)
    first, last = mannequin.kinescribe.directing.waypoints
    assert first.use_facing and not last.use_facing
    first.use_frame, first.frame = True, 50
    ops.generate()
    hips = heads(mannequin, 50)[0]
    assert np.linalg.norm(hips[[0, 2]] - [1.0, 1.5]) < 0.05
    joints = heads(mannequin, 50)
    across = joints[1] - joints[2]  # from the right to the left hip
    assert math.degrees(abs(math.atan2(-across[2], across[0]) - math.pi / 2)) < 15, across
    hips = heads(mannequin, 96)[0]
    assert np.linalg.norm(hips[[0, 2]] - [2.5, 1.5]) < 0.05


def test_a_waypoint_on_a_path_says_when(mannequin: bpy.types.Object) -> None:
    bpy.context.scene.kinescribe.seconds = 4.0
    ops.add_path(length=3.0)
    place_waypoint(bpy.context, mannequin, Vector((0.0, -1.0, 0.0)), Vector((-1.0, 0.0, 0.0)))
    row = mannequin.kinescribe.directing.waypoints[0]
    row.use_frame, row.frame = True, 60
    ops.generate()
    assert abs(heads(mannequin, 60)[0][2] - 1.0) < 0.06
    row.frame = 400
    with pytest.raises(RuntimeError, match="ascend and lie within the motion"):
        ops.generate()
    row.use_frame = False
    row.object.location.x = 2.0
    with pytest.raises(RuntimeError, match=r"2\.0 m beside Path of"):
        ops.generate()
    mannequin.kinescribe.directing.use_path = False
    ops.generate()
    assert abs(heads(mannequin, 96)[0][0] - 2.0) < 0.06


def test_marks_follow_the_pace_of_the_motion(mannequin: bpy.types.Object) -> None:
    ops.add_path(length=4.0)
    ops.add_pin(joint="left_palm")
    directing = merge_directing(bpy.context.scene, mannequin)
    marks = make_marks(bpy.context, mannequin, directing, (1, 97), 24.0)
    assert marks is not None
    times = [label for label in marks.labels if not label.joint]
    assert [label.text for label in times] == ["1 s", "2 s", "3 s", "4 s"]
    assert [label.place[1] for label in times] == pytest.approx([-1.0, -2.0, -3.0, -4.0], abs=0.05)
    # an arrowhead for each of them, whose tip is ahead of its other corners
    assert len(marks.arrows) == 12 and marks.arrows[0][1] < marks.arrows[1][1]
    assert marks.lines and [label.joint for label in marks.labels if label.joint] == ["left_palm"]
    # what is no path has no marks, and is said when a motion is requested
    directing.path.data.splines.clear()
    bpy.context.view_layer.update()
    marks = make_marks(bpy.context, mannequin, directing, (1, 97), 24.0)
    assert marks is not None and not marks.arrows


def test_marks_begin_where_a_new_take_does_and_not_where_the_last_one_has_gone(
    mannequin: bpy.types.Object,
) -> None:
    ops.add_path(length=4.0)
    ops.generate()
    places = []
    for frame in (1, 90):
        bpy.context.scene.frame_set(frame)
        marks = make_marks(
            bpy.context, mannequin, merge_directing(bpy.context.scene, mannequin), (1, 97), 24.0
        )
        assert marks is not None
        places.append([label.place for label in marks.labels])
        np.testing.assert_allclose(marks.lines[0], (0.0, 0.0, 0.01), atol=0.12)
    assert (mannequin.matrix_world @ mannequin.pose.bones["pelvis"].head).y < -3.0
    np.testing.assert_allclose(places[0], places[1], atol=1e-4)


def test_a_drawn_line_becomes_few_points() -> None:
    points = [Vector((0.02 * k, math.sin(0.02 * k) + 0.004 * (-1) ** k, 0.0)) for k in range(400)]
    knots = simplify_line(points, 0.05)
    assert 4 <= len(knots) <= 20 and knots[0] == points[0] and knots[-1] == points[-1]
    rng = np.random.default_rng(1)
    noise = [Vector((0.01 * k, *rng.normal(size=2))) for k in range(2000)]
    assert len(simplify_line(noise, 0.01)) <= MAX_KNOTS
    still = [Vector((1.0, 2.0, 0.0))] * 5
    assert len(simplify_line(still, 0.05)) == 2


def test_nothing_is_drawn_without_a_window(guided: bpy.types.Object) -> None:
    objects = set(bpy.data.objects)
    with pytest.raises(RuntimeError, match="with the mouse in a 3D View"):
        ops.draw_guide()
    show_rows()
    assert session.stroke is None and not session.guide_marks and set(bpy.data.objects) == objects


def test_a_guide_may_hang_on_anything(guided: bpy.types.Object) -> None:
    """Guides that are parented, also to the character, that move or are hidden, guide as they stand."""
    directing = guided.kinescribe.directing
    carrier = add_cube("Carrier")
    for obj in (directing.path, directing.pins[0].object):
        obj.parent = carrier
    directing.waypoints[0].object.parent = guided
    directing.path.hide_set(True)
    carrier.location.x = 0.2
    bpy.context.view_layer.update()
    bpy.context.scene.kinescribe.seconds = 2.0
    directing.waypoints[0].use = False
    assert ops.generate() == {"FINISHED"}
    directing.pins[0].object.parent = guided
    assert ops.generate() == {"FINISHED"}
    assert len(kinds()) == 4


def test_stepping_through_takes(mannequin: bpy.types.Object) -> None:
    with pytest.raises(RuntimeError, match="has no takes yet"):
        ops.step_take()
    for _ in range(2):
        ops.generate(another=True)
    takes = [take.action for take in mannequin.kinescribe.takes]
    ops.step_take(by=-1)
    assert mannequin.animation_data.action == takes[0]
    ops.step_take()
    ops.step_take()
    assert mannequin.animation_data.action == takes[0]
