# SPDX-License-Identifier: GPL-3.0-or-later
"""Put new frames into a take: outside of them its keys and hand edits stay as they are.

The motion with the new frames is retargeted as the take was. Only the new frames of it are used, and at either end they
are moved onto the keys that stay, so that corrections by hand and of the feet are met too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import bpy
import numpy as np

from ..motion import Motion, Provenance, RequestError, RigError
from ..motion.constraints.given_frames import LIMBS, combine_given, find_given_frames
from ..motion.contact.contacts import find_true_runs
from ..motion.keys.bone_tracks import channels_to_quaternion
from ..motion.rig import OBJECT_BONE
from ..motion.rotations import Array, conjugate, make_continuous, multiply
from . import takes
from .action import (
    FCurveData,
    Fingerprint,
    assign_action,
    copy_action,
    discard_action,
    fingerprint_action,
    get_action,
    get_fcurves,
    write_fcurves,
)
from .apply_options import ApplyReport, read_recorded_options
from .bake import read_character
from .channel_joins import find_jumps, join_values, to_channels
from .channels import Channels
from .fcurve_splice import shift_keys, splice_at_jump, splice_fcurve
from .record import list_made_actions, make_action_name, read_record, was_edited, write_record
from .reduce_section import reduce_section
from .seam_holds import Holds, find_holds
from .slices import Slices, Work
from .standing_legs import Seams, solve_standing_legs
from .target import at_frame, find_scene, require_animatable_armature
from .unbake import detach_bake, temporarily_reverted
from .unfinished import UNFINISHED_PROPERTY

_ROTATIONS = {"rotation_quaternion": 4, "rotation_axis_angle": 4, "rotation_euler": 3}
_MODES = {"rotation_quaternion": "QUATERNION", "rotation_axis_angle": "AXIS_ANGLE"}
_Curves = dict[tuple[str, int], Array]
"""Values (T,) by channel: data path and index."""

_SHORT_SPAN = 3
"""Frames: what was given for longer is no single pose."""

_UNCHANGED = 1e-6
"""Channel values (metres, components) that differ by less are the same: rounding."""


@dataclass(frozen=True, eq=False)
class NewFrames:
    """A motion with new frames, beside what it was before.

    Attributes
    ----------
    old_motion, motion : Motion
        Both at the scene's frame rate. Frames before the new ones are the same; those after them are the same, or moved
        over the floor as a whole.
    first, last : int
        First and last new frame, counted from the motion's first one.
    shift : int
        By how many frames the ones after them are later than before.
    """

    old_motion: Motion
    motion: Motion
    first: int
    last: int
    shift: int = 0


@dataclass(frozen=True, eq=False)
class PreparedSplice:
    """A take with new frames that is not assigned yet.

    Attributes
    ----------
    source : bpy.types.Action
        The take that plays.
    action : bpy.types.Action
        The new Action.
    steps : sequence of NewFrames
        The new frames.
    details : dict
        For its record.
    was_edited : bool
        Whether the take that plays was edited by hand.
    packed_motion : str
        The text in which the Action holds its motion.
    fingerprint : Fingerprint
        Of the new Action.
    key_count, bone_count : int
        Keys that were written, and bones of the take.
    """

    source: bpy.types.Action
    action: bpy.types.Action
    steps: Sequence[NewFrames]
    details: dict[str, Any]
    was_edited: bool
    packed_motion: str
    fingerprint: Fingerprint
    key_count: int
    bone_count: int


def prepare_splice(
    context: bpy.types.Context,
    obj: bpy.types.Object,
    steps: Sequence[NewFrames],
    blend_frames: int = 8,
    changed_only: bool = False,
    is_anchored: bool = False,
) -> Slices[PreparedSplice]:
    """Copy the take that the character plays, with new frames, in slices; the copy is not assigned yet.

    Raises ``RigError``, ``MappingError`` or ``RequestError``, and leaves the scene unchanged then, also if the
    generator is closed early.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    obj : bpy.types.Object
        The character.
    steps : sequence of NewFrames
        One after the other; the motion of the first is that of the take.
    blend_frames : int
        Frames within the new ones over which corrections of the others fade.
    changed_only : bool
        Leave channels alone in which the motions do not differ.
    is_anchored : bool
        The anchors of the motions say where the take lies, whatever its options.
    """
    rig_object = require_animatable_armature(obj)
    scene = find_scene(context, rig_object)
    action = get_action(rig_object)
    record = read_record(action)
    if action is None or not record:
        raise RigError("{name} plays no take: choose one from its list", name=rig_object.name)
    motion, options = steps[-1].motion, read_recorded_options(record)
    if is_anchored:
        options = replace(options, at_character=True)
    if options.repeat > 1:
        raise RequestError("The take is repeated: apply it once (Repeat), then redo frames of it")
    bones = _recorded_bones(rig_object, record)
    start = options.start_frame
    _, own_action = list_made_actions(action)
    for curve in get_fcurves(action, rig_object):
        if len(curve.modifiers):
            raise RigError(
                "F-curves of {action} have modifiers, which can't be cut: bake them", action=action.name
            )
    # later frames move with the body alone, and not with what locked feet do at the seam
    free = replace(options, foot_lock=0.0, hand_lock=0.0)
    works: list[tuple[Work | None, ...]] = []
    with temporarily_reverted(rig_object, action), at_frame(scene, start):
        for step in steps:
            is_moved = _is_moved(step)
            chosen = (
                (step.motion, options, True),
                (step.old_motion, options, changed_only),
                (step.motion, free, is_moved),
                (step.old_motion, free, is_moved),
            )
            works.append(
                tuple(
                    read_character(rig_object, of, how, bones, own_action or action) if is_needed else None
                    for of, how, is_needed in chosen
                )
            )
    baked: list[list[_Curves]] = []
    holds: list[Holds] = []
    solvers: list[Callable[..., list[FCurveData]]] = []
    reducers: list[Callable[[list[FCurveData]], list[FCurveData]]] = []
    for step, step_works in zip(steps, works, strict=True):
        baked.append([])
        for work in step_works:
            result = None if work is None else (yield work)
            baked[-1].append({} if result is None else _list_values(result.channels))
            if result is not None and len(holds) < len(baked):
                holds.append(
                    (yield partial(find_holds, step.motion, step.first, step.last, result.bone_map.bones))
                )
                solvers.append(partial(solve_standing_legs, result.state, result.bone_map))
                reducers.append(partial(reduce_section, result.state, result.bone_map, options, step.motion))
    packed_motion = yield partial(takes.encode_motion, motion)
    edited = was_edited(action)
    new_action = copy_action(rig_object, action, make_action_name(motion.provenance))
    key_count = 0
    try:
        new_action[UNFINISHED_PROPERTY] = True
        for step, step_holds, solve, reduce, (curves, old_curves, free_curves, free_old_curves) in zip(
            steps, holds, solvers, reducers, baked, strict=True
        ):
            if changed_only:
                curves = {
                    address: values
                    for address, values in curves.items()
                    if np.abs(values - old_curves[address]).max() > _UNCHANGED
                }
            key_count += yield from _splice_curves(
                rig_object,
                new_action,
                curves,
                free_curves,
                free_old_curves,
                step,
                start,
                blend_frames,
                step_holds,
                solve,
                reduce,
            )
        fingerprint = yield from fingerprint_action(new_action)
        yield 1.0
    except BaseException:
        discard_action(new_action)
        raise
    details = {k: v for k, v in record.items() if k not in Provenance.__dataclass_fields__}
    details["options"] = json.dumps(asdict(options))
    details["last_frame"], details["made"] = start + len(motion) - 1, takes.time_stamp()
    if edited:
        details["edited"] = True
    return PreparedSplice(
        action, new_action, steps, details, edited, packed_motion, fingerprint, key_count, len(bones)
    )


def place_splice(obj: bpy.types.Object, splice: PreparedSplice, motion_id: str) -> ApplyReport:
    """Assign a prepared take to the character. Raises ``RigError`` if it plays something else meanwhile.

    ``motion_id``: id of its motion in the cache.
    """
    rig_object = require_animatable_armature(obj)
    try:
        is_unchanged = get_action(rig_object) == splice.source and UNFINISHED_PROPERTY in splice.action
    except ReferenceError:  # an Action was removed
        is_unchanged = False
    if not is_unchanged or was_edited(splice.source) != splice.was_edited:
        discard_splice(splice)
        raise RigError(
            "{name} plays something else meanwhile: show the take, then try again", name=rig_object.name
        )
    action, motion, steps = splice.action, splice.steps[-1].motion, splice.steps
    detach_bake(rig_object, splice.source)
    assign_action(rig_object, action)
    del action[UNFINISHED_PROPERTY]
    action.kinescribe_motion = splice.packed_motion
    start = int(splice.details["start_frame"])
    write_record(action, motion_id, start, motion.provenance, splice.fingerprint, splice.details)
    takes.add_take(rig_object, action)
    return ApplyReport(
        action_name=action.name,
        bone_count=splice.bone_count,
        key_count=splice.key_count,
        first_frame=start + min(step.first for step in steps),
        last_frame=start + max(step.last for step in steps),
    )


def discard_splice(splice: PreparedSplice) -> None:
    """Remove the Action of a prepared take that was not assigned."""
    with suppress(ReferenceError):
        if UNFINISHED_PROPERTY in splice.action:
            discard_action(splice.action)


def _recorded_bones(obj: bpy.types.Object, record: dict[str, Any]) -> frozenset[str]:
    """Return the bones that a take animates. Raises ``RigError`` if the character has lost some."""
    try:
        paths = json.loads(record.get("channels", "{}"))
    except (TypeError, ValueError):
        paths = {}
    names = {
        bpy.utils.unescape_identifier(str(path).split('["', 1)[1].split('"]', 1)[0])
        for path in paths
        if str(path).startswith('pose.bones["')
    }
    missing = sorted(name for name in names if name not in obj.pose.bones)
    if missing:
        raise RigError(
            "{name} has no bone {bone} any more, which the take animates: generate a new take",
            name=obj.name,
            bone=missing[0],
        )
    return frozenset(names)


def _list_values(channels: Channels) -> _Curves:
    """Return the values of every channel but the switches."""
    return {(c.data_path, c.index): c.values for c in channels.curves if not c.stepped}


def _find_limits(step: NewFrames) -> tuple[int | None, int | None]:
    """Return how many frames from either seam the first given frame is; None: there is none.

    Long spans, such as those of a pin that always holds, do not count: they begin at the seam themselves.
    """
    given = combine_given(find_given_frames(step.motion), LIMBS, len(step.motion))
    inside = [
        frame
        for a, b in find_true_runs(given)
        if b - a <= _SHORT_SPAN
        for frame in range(a, b)
        if step.first <= frame <= step.last
    ]
    if not inside:
        return None, None
    return inside[0] - step.first + 1, step.last + 1 - inside[-1]


def _is_moved(step: NewFrames) -> bool:
    """Return True if the frames after the new ones are not where they were."""
    count = len(step.motion) - step.last - 1
    if count <= 0:
        return False
    old, new = step.old_motion, step.motion
    return not (
        np.array_equal(old.root_translation[-count:], new.root_translation[-count:])
        and np.array_equal(old.local_rotations[-count:], new.local_rotations[-count:])
    )


def _splice_curves(
    obj: bpy.types.Object,
    action: bpy.types.Action,
    curves: _Curves,
    free_curves: _Curves,
    free_old_curves: _Curves,
    frames: NewFrames,
    start: int,
    blend_frames: int,
    holds: Holds,
    solve: Callable[..., list[FCurveData]],
    reduce: Callable[[list[FCurveData]], list[FCurveData]],
) -> Slices[int]:
    """Write the new frames into an Action, a property a slice; return the number of keys that were written.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    action : bpy.types.Action
        The copy of the take's Action.
    curves : dict of (T,) values by channel
        The motion with the new frames on the rig.
    free_curves, free_old_curves : dict of (T,) values by channel
        The same and the old motion without locked feet and hands; empty: later frames stay.
    frames : NewFrames
        The new frames.
    start : int
        Scene frame of the motion's first frame.
    blend_frames : int
        Frames over which corrections fade.
    holds : Holds
        Frames at either end before they begin to fade.
    solve : callable
        Returns curves whose standing feet do not slide, see ``solve_standing_legs``.
    reduce : callable
        Returns curves with a key on every frame with fewer keys, in a thread.
    """
    fcurves = {(c.data_path, c.array_index): c for c in get_fcurves(action, obj)}
    count = len(frames.motion)
    if frames.shift:
        for fcurve in fcurves.values():
            shift_keys(fcurve, start + frames.last - frames.shift, frames.shift)
    length = max(1, min(blend_frames, (frames.last - frames.first + 1) // 2))
    limits = _find_limits(frames)
    key_count = 0
    new_curves: list[FCurveData] = []
    later: dict[str, tuple[str, Array | None]] = {}
    paths = list(dict.fromkeys(path for path, _ in curves))
    for number, path in enumerate(paths):
        yield number / len(paths)
        name = path.rpartition(".")[2]
        owner = obj.path_resolve(path.rpartition(".")[0]) if "." in path else obj
        width = _ROTATIONS.get(name, 3)
        mode = _MODES.get(name, owner.rotation_mode) if name in _ROTATIONS else ""
        indices = [index for index in range(width) if (path, index) in curves and (path, index) in fcurves]
        if not indices:
            continue
        current = np.array(getattr(owner, name), dtype=float)

        def values_at(frame: int, path: str = path, current: Array = current) -> Array:
            values = current.copy()
            for index in range(len(current)):
                if (path, index) in fcurves:
                    values[index] = fcurves[path, index].evaluate(start + frame)
            return values

        new = np.tile(current, (count, 1))
        for index in indices:
            new[:, index] = curves[path, index]
        first = frames.first - 1 if frames.first else 0
        last = min(frames.last + 1, count - 1)
        moved = _later_frames(path, mode, free_curves, free_old_curves, frames, values_at, new)
        after = values_at(last) if last > frames.last else None
        if moved is not None:
            after = moved[0]
        before = values_at(first) if frames.first else None
        held = holds.bones.get(owner.name, (0, 0)) if owner != obj else (0, 0)
        values = join_values(new[first : last + 1], before, after, mode, length, held, limits)
        if moved is not None:
            values = np.concatenate([values, moved[1:]])
            if mode == "QUATERNION":
                values = make_continuous(values)
        if moved is None:
            later[path] = mode, after
        scene_frames = start + first + np.arange(len(values), dtype=float)
        bone = OBJECT_BONE if owner == obj else owner.name
        new_curves += [FCurveData(path, index, scene_frames, values[:, index], bone) for index in indices]
    first, last = max(0, frames.first - 1), min(frames.last + 1, count - 1)
    section = last + 1 - first
    plain = {address: values[first : last + 1] for address, values in curves.items()}
    seams = Seams(holds, length, frames.first > 0, last > frames.last)
    if limits == (None, None):  # given poses are not moved
        new_curves = yield partial(solve, new_curves, plain, section, seams)
    jumps = find_jumps(new_curves, later)
    for curve in new_curves:
        if curve.data_path in jumps:
            splice_at_jump(fcurves[curve.data_path, curve.index], curve, *jumps[curve.data_path])
            key_count += len(curve.values)
    rest = [curve for curve in new_curves if curve.data_path not in jumps]
    for curve in (yield partial(reduce, rest)):
        splice_fcurve(fcurves[curve.data_path, curve.index], curve)
        key_count += len(curve.values)
    missing = [address for address in curves if address not in fcurves]
    write_fcurves(action, obj, _whole_curves(missing, curves, start))
    return key_count


def _whole_curves(addresses: list[tuple[str, int]], curves: _Curves, start: int) -> Iterator[FCurveData]:
    """Yield channels that the take did not have as a whole, such as those of a bone that was unlocked since."""
    for path, index in addresses:
        values = curves[path, index]
        quoted = path.split('["', 1)[-1].split('"]', 1)[0]
        group = bpy.utils.unescape_identifier(quoted) if "." in path else OBJECT_BONE
        yield FCurveData(path, index, start + np.arange(len(values), dtype=float), values, group)


def _later_frames(
    path: str,
    mode: str,
    curves: _Curves,
    old_curves: _Curves,
    frames: NewFrames,
    values_at: Any,
    new: Array,
) -> Array | None:
    """Return the values (N, C) of the frames after the new ones where they moved with the body; None if they did not.

    Parameters
    ----------
    path, mode : str
        The property, and its kind of rotation; "": none.
    curves, old_curves : dict of (T,) values by channel
        The new and the old motion on the rig.
    frames : NewFrames
        The new frames.
    values_at : function of a frame
        Values (C,) of the take.
    new : (T, C)
        Values of the new motion.
    """
    later = np.arange(frames.last + 1, len(new))
    new = new.copy()
    for index in range(new.shape[1]):
        if (path, index) in curves:
            new[:, index] = curves[path, index]
    addresses = [(path, index) for index in range(new.shape[1]) if (path, index) in old_curves]
    if not len(later) or not addresses:
        return None
    old = new[later].copy()
    for address in addresses:
        old[:, address[1]] = old_curves[address][later - frames.shift]
    if np.abs(new[later] - old).max() < _UNCHANGED:
        return None
    kept = np.array([values_at(int(frame)) for frame in later])
    if not mode:
        return np.asarray(kept + new[later] - old)
    turn = multiply(channels_to_quaternion(new[later], mode), conjugate(channels_to_quaternion(old, mode)))
    return to_channels(multiply(turn, channels_to_quaternion(kept, mode)), mode, kept[0])
