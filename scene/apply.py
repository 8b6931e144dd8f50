# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply a cached motion to a character as a new Action: what ``scene.bake`` prepared is assigned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import bpy

from ..motion import RigError
from ..motion.errors import Note
from ..motion.keys.key_reduction import Tolerance
from . import takes
from .action import assign_action, fingerprint_action, get_action, get_fcurves
from .apply_options import ApplyOptions as ApplyOptions
from .apply_options import ApplyReport as ApplyReport
from .apply_options import read_recorded_options
from .bake import PreparedBake, fill_action, prepare_bake
from .bone_map import load_bone_map, store_bone_map
from .channels import Channels
from .evaluated_bones import find_held_bones, find_parts_left_behind
from .nla import push_down_action, show_strips_beside, stash_action
from .record import read_record, update_record, was_edited, write_record
from .slices import run_slices
from .target import find_scene, require_animatable_armature
from .unbake import detach_bake, snapshot_state
from .unfinished import UNFINISHED_PROPERTY


def apply_motion(
    context: bpy.types.Context,
    obj: bpy.types.Object | None,
    motion_id: str,
    options: ApplyOptions,
    bones: frozenset[str] | None = None,
) -> ApplyReport:
    """Apply a motion of the cache or of a take to ``obj``, as a new Action and take.

    The motion of the take that the character plays is baked again into that take's Action, unless it was edited. Bones
    are mapped first if the character has no bone map yet. Raises ``RigError``, ``MappingError``, ``RequestError`` or
    ``FormatError``, and leaves the scene unchanged then.

    Parameters
    ----------
    context : bpy.types.Context
        Its scene gives the frame rate and the current frame; if the character is not in it, a scene of its own does.
    obj : bpy.types.Object or None
        An armature, or a mesh that an armature deforms.
    motion_id : str
        Id of the motion in the cache, or of a take's.
    options : ApplyOptions
        How it is applied.
    bones : set of bone names, optional
        Key these bones alone, in place of the selected ones.
    """
    return place_bake(context, obj, run_slices(prepare_bake(context, obj, motion_id, options, bones)))


def place_bake(context: bpy.types.Context, obj: bpy.types.Object | None, bake: PreparedBake) -> ApplyReport:
    """Assign the Action of a prepared bake to the character ``obj``, push it down or stash it.

    Parameters
    ----------
    context : bpy.types.Context
        As for :func:`apply_motion`.
    obj : bpy.types.Object or None
        The character that the bake was prepared for; nothing but the view may have changed since.
    bake : PreparedBake
        The keys.
    """
    rig_object = require_animatable_armature(obj)
    scene = find_scene(context, rig_object)
    channels, options = bake.channels, bake.options
    action, fingerprint = bake.action, bake.fingerprint
    if fingerprint is None:
        run_slices(fill_action(action, rig_object, bake))
        fingerprint = run_slices(fingerprint_action(action))
    range_before: dict[str, Any] = {}
    record = read_record(bake.replaced_action)
    if bake.replaced_action:
        range_before = {k: v for k, v in record.items() if k.startswith("frame_end")}
        detach_bake(rig_object, bake.replaced_action)
    details = _place_action(rig_object, scene, action, channels, options, bake.last_frame)
    if bake.replaced_action and not record.get("had_data", True):
        details["had_data"] = False  # the animation data is that of the replaced Action
    if load_bone_map(rig_object) is None:
        store_bone_map(rig_object, bake.bone_map)
    if range_before.get("frame_end_made") == scene.frame_end:
        details.update(range_before)
    if options.extend_range and scene.frame_end < bake.last_frame:
        scene.frame_end = details["frame_end_made"] = bake.last_frame
    details["options"] = json.dumps(asdict(options))
    details["last_frame"], details["made"] = bake.last_frame, takes.time_stamp()
    if UNFINISHED_PROPERTY in action:
        del action[UNFINISHED_PROPERTY]
        action.kinescribe_motion = bake.packed_motion
    write_record(action, bake.motion_id, options.start_frame, bake.motion.provenance, fingerprint, details)
    takes.add_take(rig_object, action, is_shown=options.into == "ACTION")
    return ApplyReport(
        action_name=action.name,
        bone_count=len(channels.bones),
        key_count=sum(len(curve.values) for curve in channels.curves),
        first_frame=options.start_frame,
        last_frame=bake.last_frame,
        missing_joints=bake.bone_map.missing,
        locked_bones=channels.locked_bones,
        notes=tuple(_collect_notes(scene, rig_object, bake)),
    )


def rebake_with_reduced_keys(
    context: bpy.types.Context,
    obj: bpy.types.Object | None,
    tolerance: Tolerance,
    pose_keys: bool = False,
) -> ApplyReport:
    """Bake the Action that Kinescribe made again from its cached motion, with the recorded options and reduced keys.

    Raises what :func:`apply_motion` raises, and ``RigError`` if the Action was not made by Kinescribe, or was edited.

    Parameters
    ----------
    context : bpy.types.Context
        Its scene gives the frame rate.
    obj : bpy.types.Object or None
        An armature, or a mesh that an armature deforms.
    tolerance : Tolerance
        How far the body may be off.
    pose_keys : bool
        All bones get their keys at the same frames.
    """
    rig_object = require_animatable_armature(obj)
    action = get_action(rig_object)
    record = read_record(action)
    if action is None or not record:
        raise RigError(
            "{name} plays no Action that Kinescribe made: apply a motion first", name=rig_object.name
        )
    if was_edited(action):
        raise RigError(
            "The keys of {action} were edited after baking: reducing them again would lose the edits",
            action=action.name,
        )
    options = replace(
        read_recorded_options(record),
        reduce_keys=True,
        tolerance_mm=tolerance.millimetres,
        tolerance_degrees=tolerance.degrees,
        pose_keys=pose_keys,
        into="ACTION",
    )
    bones = None
    if options.only_selected:
        paths = json.loads(record.get("channels", "{}"))
        bones = frozenset(
            b.name for b in rig_object.pose.bones if any(f'["{_escape_bone_name(b)}"]' in p for p in paths)
        )
    return apply_motion(context, rig_object, str(record.get("motion_id", "")), options, bones)


def push_down_kinescribe_action(obj: bpy.types.Object | None, as_stash: bool = False) -> str:
    """Put the Action that Kinescribe made into a strip on a new NLA track, muted if ``as_stash``; return its name.

    Raises ``RigError`` if the assigned Action was not made by Kinescribe.
    """
    rig_object = require_animatable_armature(obj)
    action = get_action(rig_object)
    if action is None or not read_record(action):
        raise RigError(
            "{name} plays no Action that Kinescribe made: apply a motion first", name=rig_object.name
        )
    first, last = action.frame_range
    add_strip = stash_action if as_stash else push_down_action
    track = add_strip(rig_object, action, first, last)
    animation = rig_object.animation_data
    assert animation is not None, "it has the Action"
    animation.action = None
    update_record(action, track=track)
    rig_object.update_tag(refresh={"TIME"})
    return track


def _escape_bone_name(bone: bpy.types.PoseBone) -> str:
    return str(bpy.utils.escape_identifier(bone.name))


def _place_action(
    obj: bpy.types.Object,
    scene: bpy.types.Scene,
    action: bpy.types.Action,
    channels: Channels,
    options: ApplyOptions,
    last_frame: int,
) -> dict[str, Any]:
    """Assign the Action, push it down or stash it; return what its record needs to restore the present state.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    scene : bpy.types.Scene
        Its scene.
    action : bpy.types.Action
        The new Action.
    channels : Channels
        The channels that the motion itself writes.
    options : ApplyOptions
        How it is applied.
    last_frame : int
        The motion's last frame.
    """
    into = options.into
    motion_channels = [(curve.data_path, curve.index) for curve in channels.curves]
    animated_channels = (
        [] if into == "STASH" else [(c.data_path, c.array_index) for c in get_fcurves(action, obj)]
    )
    details = snapshot_state(obj, scene, animated_channels, motion_channels)
    previous = get_action(obj)
    if into == "ACTION":
        details["faked"] = previous is not None and previous.library is None and not previous.use_fake_user
        assign_action(obj, action)
        extrapolation = show_strips_beside(obj) if previous is None else None
        if extrapolation is not None:
            details["extrapolation"] = extrapolation
        return details
    if into == "STASH":
        details["track"] = stash_action(obj, action, options.start_frame, last_frame)
        return details
    if previous is not None:
        # as the active Action the previous animation would hide the new strip
        first, last = previous.frame_range
        details["pushed"] = push_down_action(obj, previous, first, last)
        animation = obj.animation_data
        assert animation is not None, "it has the previous Action"
        animation.action = None
    details["track"] = push_down_action(obj, action, options.start_frame, last_frame, options.blend_frames)
    obj.update_tag(refresh={"TIME"})
    return details


def _collect_notes(scene: bpy.types.Scene, obj: bpy.types.Object, bake: PreparedBake) -> Iterator[Note]:
    channels = bake.channels
    if channels.locked_bones:
        yield Note(
            "Locked channels of these bones were not keyed: {bones}", bones=", ".join(channels.locked_bones)
        )
    yield from channels.notes
    animation = obj.animation_data
    assert animation is not None, "it has the new Action"
    if any(track.is_solo for track in animation.nla_tracks):
        yield Note("An NLA track plays solo and hides the new Action")
    elif animation.nla_tracks and (
        animation.action_influence < 1 or animation.action_blend_type != "REPLACE"
    ):
        yield Note("The object blends its Action with NLA tracks, so that the motion does not play alone")
    if bake.options.into == "ACTION":
        yield from find_held_bones(scene, obj, channels.suspects, bake.options.start_frame, bake.last_frame)
        if bake.options.root_mode != "IN_PLACE":
            yield from find_parts_left_behind(obj, bake.action)
