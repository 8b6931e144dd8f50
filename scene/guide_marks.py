# SPDX-License-Identifier: GPL-3.0-or-later
"""What is drawn of a character's guides: which way it goes and when, where waypoints face, what pins hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import bpy
import numpy as np
from mathutils import Vector

from ..motion import KinescribeError
from ..motion.rotations import Array
from .axes import to_z_up
from .character import bone_map_properties, get_action
from .path_sampling import points_at_fractions
from .root_paths import find_facing, path_fractions, sample_route
from .static_pose import read_reverted_state
from .unbake import read_values_before

Point = tuple[float, float, float]

_MAX_LABELS = 60
_MAX_POINTS = 400  # of the line
_ARROW = 0.16  # metres of an arrowhead
_RING, _RING_POINTS = 0.18, 24
_LIFT = 0.01  # metres above the floor, so that the floor does not hide it


class Label(NamedTuple):
    """A text at a point in Blender's world."""

    place: Point
    text: str
    joint: str = ""
    """Joint whose name, translated, stands before the text."""


class GuideMarks(NamedTuple):
    """What is drawn for one character, in Blender's world.

    Attributes
    ----------
    lines : points in pairs
        The path, and rings around waypoints.
    arrows : points in threes
        Arrowheads along the path, and at waypoints with a facing.
    labels : texts along the path and at waypoints
    holds : points in pairs
        From the middle of an object to where it is held.
    handles : points of hands and feet that can be dragged
    """

    lines: tuple[Point, ...]
    arrows: tuple[Point, ...]
    labels: tuple[Label, ...]
    holds: tuple[Point, ...]
    handles: tuple[Point, ...] = ()


def make_marks(
    context: bpy.types.Context,
    character: bpy.types.Object,
    directing: Any,
    frames: tuple[int, int],
    fps: float,
) -> GuideMarks | None:
    """Return what is drawn of the guides of a character; None if there is nothing.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    character : bpy.types.Object
        The armature.
    directing : namespace
        Its guides that are used, see ``operators.request_builder.merge_directing``.
    frames : (int, int)
        First frame and number of frames of the motion.
    fps : float
        Frames a second.
    """
    lines: list[Point] = []
    arrows: list[Point] = []
    labels: list[Label] = []
    try:
        if directing.path is not None or directing.waypoints:
            _mark_path(
                directing, _find_start(character, directing.start_pose), frames, fps, (lines, arrows, labels)
            )
        for row in directing.waypoints:
            _mark_waypoint(row, lines, arrows)
    except KinescribeError:
        # what is wrong with it is said when the motion is requested
        pass
    holds: list[Point] = []
    for pin in directing.pins:
        if pin.object is not None:
            place = pin.object.matrix_world @ Vector(pin.offset)
            labels.append(Label(_to_point(place), _describe_frames(pin), pin.joint))
            holds += [_to_point(pin.object.matrix_world.translation), _to_point(place)]
    if not (lines or labels):
        return None
    return GuideMarks(tuple(lines), tuple(arrows), tuple(labels), tuple(holds))


def _mark_path(
    directing: Any,
    start: Array,
    frames: tuple[int, int],
    fps: float,
    marks: tuple[list[Point], list[Point], list[Label]],
) -> None:
    """Add the line of a path, and an arrowhead with its time for each second.

    Raises ``RequestError`` if it is no path.

    Parameters
    ----------
    directing : namespace
        The guides.
    start : (3,)
        Where the character begins.
    frames : (int, int)
        First frame and number of frames of the motion.
    fps : float
        Frames a second.
    marks : lines, arrows, labels
        What is added to.
    """
    lines, arrows, labels = marks
    points, fixed_frames, on_path = sample_route(directing)
    if directing.from_character or directing.start_pose:
        begin = np.array([start[0], start[1], points[0, 2]])
        if float(np.linalg.norm((points[0] - begin)[:2])) > 0.1 and fixed_frames[0] is None:
            points, fixed_frames = np.concatenate([begin[None], points]), [None, *fixed_frames]
    steps = np.linalg.norm(np.diff(points[:, :2], axis=0), axis=-1)
    length = float(steps.sum())
    if length < 1e-3:
        return
    first_frame, count = frames
    last = count - 1
    places = np.concatenate([[0.0], np.cumsum(steps)]) / length
    known = {0: 0.0, last: 1.0}
    known.update(
        {
            frame - first_frame: float(place)
            for frame, place in zip(fixed_frames, places, strict=True)
            if frame is not None
        }
    )
    fine = points_at_fractions(points, np.linspace(0.0, 1.0, _MAX_POINTS))
    for waypoint in on_path:
        if waypoint.frame is not None:
            nearest = int(np.argmin(np.linalg.norm((fine - waypoint.position)[:, :2], axis=-1)))
            known[waypoint.frame - first_frame] = nearest / (_MAX_POINTS - 1)
    shown = fine if len(points) > 2 else points
    lines += [_lifted(point) for pair in pairwise(shown) for point in pair]
    seconds = count / fps
    step = max(1, int(np.ceil(seconds / _MAX_LABELS)))
    times = [*range(step, int(seconds) + 1, step)]
    if not times or seconds - times[-1] > 0.3:
        times.append(seconds)
    at_frames = np.minimum(np.array(times) * fps, last)
    if len(known) > 2:
        known_frames = sorted(known)
        fractions: Array = np.interp(at_frames, known_frames, [known[frame] for frame in known_frames])
    else:
        fractions = path_fractions(at_frames, last, fps if directing.start_pose else 0.0)
    tips = points_at_fractions(points, fractions)
    tails = points_at_fractions(points, np.clip(fractions - 0.01, 0.0, 1.0))
    for time, tip, tail in zip(times, tips, tails, strict=True):
        arrows += _make_arrow(tip, tip - tail)
        labels.append(Label(_lifted(tip), f"{time:.2f}".rstrip("0").rstrip(".") + " s"))


def _mark_waypoint(row: Any, lines: list[Point], arrows: list[Point]) -> None:
    """Add a flat ring around a waypoint, and an arrowhead where it faces."""
    matrix = np.array(row.object.matrix_world, dtype=float)
    centre = matrix[:3, 3]
    angles = np.linspace(0.0, 2 * np.pi, _RING_POINTS + 1)
    ring = centre + _RING * np.stack([np.cos(angles), np.sin(angles), np.zeros_like(angles)], axis=-1)
    lines += [_lifted(point) for pair in pairwise(ring) for point in pair]
    if row.use_facing:
        facing = find_facing(matrix)
        arrows += _make_arrow(centre + (_RING + _ARROW) * facing, facing)


def _make_arrow(tip: Array, direction: Array) -> Sequence[Point]:
    """Return the three corners of a flat arrowhead."""
    ahead = np.array([direction[0], direction[1], 0.0])
    length = float(np.linalg.norm(ahead))
    if length < 1e-9:
        return []
    ahead /= length
    aside = np.array([-ahead[1], ahead[0], 0.0])
    back = tip - _ARROW * ahead
    return [_lifted(point) for point in (tip, back + 0.45 * _ARROW * aside, back - 0.45 * _ARROW * aside)]


def _find_start(character: bpy.types.Object, from_present_pose: bool) -> Array:
    """Return where the character begins: its hips, if they are known, without the take that plays.

    A new take replaces that one, and does not begin where it has brought the character at the current frame.
    """
    rows = bone_map_properties(character).bone_map
    name = next((row.bone for row in rows if row.joint == "pelvis"), "")
    bone = character.pose.bones.get(name) if character.pose else None
    action = get_action(character)
    if bone is not None and action is not None and not from_present_pose and "kinescribe" in action:
        found = _find_start_without(character, action, name)
        if found is not None:
            return found
    place = character.matrix_world @ bone.head if bone is not None else character.matrix_world.translation
    return np.array(place)


_start_without: list[Any] = []
"""What the last place was found for, and that place: marks are made again many times in a drag."""


def _find_start_without(character: bpy.types.Object, action: bpy.types.Action, hips: str) -> Array | None:
    """Return where the bone of the hips is without a take; None where only Blender can tell.

    Parameters
    ----------
    character : bpy.types.Object
        The armature.
    action : bpy.types.Action
        The take that plays.
    hips : str
        Name of the bone.
    """
    matrix: Any = character.matrix_world
    key = (character.session_uid, action.session_uid, hips, tuple(v for row in matrix for v in row))
    if not _start_without or _start_without[0] != key:
        try:
            state = read_reverted_state(character, action, read_values_before(action))
        except KinescribeError:
            state = None
        place = None if state is None else to_z_up(state.rig.pose_heads[state.rig.bone_index(hips)])
        _start_without[:] = [key, place]
    found: Array | None = _start_without[1]
    return found


def _describe_frames(pin: Any) -> str:
    if pin.when == "RANGE":
        return f"{pin.frame}–{pin.frame_end}"
    return str(pin.frame) if pin.when == "FRAME" else ""


def _lifted(point: Array) -> Point:
    x, y, z = (float(v) for v in point)
    return x, y, z + _LIFT


def _to_point(vector: Any) -> Point:
    x, y, z = vector
    return float(x), float(y), float(z)
