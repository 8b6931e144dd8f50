# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply a cached motion to a character as a new Action; all that can fail is checked before anything is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import bpy

from ..motion import Motion, RigError
from ..motion.errors import Note
from ..motion.keys.key_reduction import Tolerance
from ..motion.mapping.bone_map import BoneMap, map_bones
from ..motion.repeat import repeat
from ..motion.resample import resample
from ..motion.retarget.retarget import RetargetOptions, retarget
from ..motion.retarget.retarget_rotations import check_scale
from ..motion.rig import Rig
from . import store
from .action import (
    assign_action,
    copy_action,
    create_action,
    discard_action,
    get_action,
    get_fcurves,
    remove_fcurves,
    write_fcurves,
)
from .apply_options import ApplyOptions, ApplyReport, read_recorded_options
from .blend import BlendedChannels, blend_channels
from .bone_map import load_bone_map, store_bone_map
from .channels import Channels, build_channels
from .fcurve_splice import splice_fcurve
from .frame_rate import read_frame_rate
from .nla import push_down_action, stash_action
from .record import (
    has_unedited_own_action,
    make_action_name,
    read_record,
    update_record,
    was_edited,
    write_record,
)
from .reduce import reduce_channels
from .rig import find_armature, read_rig
from .unbake import revert_bake, snapshot_state, temporarily_reverted

_LAST_FRAME = 1048574  # of Blender


def apply_motion(
    context: bpy.types.Context,
    obj: bpy.types.Object | None,
    motion_id: str,
    options: ApplyOptions,
    bones: frozenset[str] | None = None,
) -> ApplyReport:
    """Apply a cached motion to ``obj`` as a new Action.

    Bones are mapped first if the character has no bone map yet. Raises ``RigError``, ``MappingError``, ``RequestError``
    or ``FormatError``, and leaves the scene unchanged then.

    Parameters
    ----------
    context : bpy.types.Context
        Its scene gives the frame rate and the current frame; if the character is not in it, a scene of its own does.
    obj : bpy.types.Object or None
        An armature, or a mesh that an armature deforms.
    motion_id : str
        Id of the motion in the cache.
    options : ApplyOptions
        How it is applied.
    bones : set of bone names, optional
        Key these bones alone, in place of the selected ones.
    """
    rig_object = require_animatable_armature(obj)
    scene = find_scene(context, rig_object)
    motion = resample(store.load_motion(motion_id), read_frame_rate(scene))
    motion = repeat(motion, options.repeat)
    last_frame = options.start_frame + len(motion) - 1
    if not -_LAST_FRAME <= options.start_frame <= last_frame <= _LAST_FRAME:
        raise RigError("The motion would end beyond Blender's last frame: choose an earlier start frame")
    replaced_action = get_action(rig_object) if has_unedited_own_action(rig_object) else None
    base_action = _previous_action(replaced_action) if replaced_action else get_action(rig_object)
    with temporarily_reverted(rig_object, replaced_action):
        bake = _bake_channels(rig_object, motion, options, bones, base_action)
        if options.at_character and options.start_frame != scene.frame_current:
            # baked twice: changing the frame discards poses without keys, so errors have to be raised before that
            with at_frame(scene, options.start_frame):
                bake = _bake_channels(rig_object, motion, options, bones, base_action)

    name = make_action_name(motion.provenance)
    action, channels = _create_filled_action(rig_object, name, bake, motion, options, base_action)
    range_before: dict[str, Any] = {}
    if replaced_action:
        range_before = {k: v for k, v in read_record(replaced_action).items() if k.startswith("frame_end")}
        revert_bake(rig_object, replaced_action, restore_range=False)
    details = _place_action(rig_object, scene, action, channels, options, last_frame)
    action.name = name  # the replaced Action may have had this name until now
    if load_bone_map(rig_object) is None:
        store_bone_map(rig_object, bake.bone_map)
    if range_before.get("frame_end_made") == scene.frame_end:
        details.update(range_before)
    if options.extend_range and scene.frame_end < last_frame:
        scene.frame_end = details["frame_end_made"] = last_frame
    details["options"] = json.dumps(asdict(options))
    write_record(action, motion_id, options.start_frame, motion.provenance, details)
    return ApplyReport(
        action_name=action.name,
        bone_count=len(channels.bones),
        key_count=sum(len(curve.values) for curve in channels.curves),
        first_frame=options.start_frame,
        last_frame=last_frame,
        missing_joints=bake.bone_map.missing,
        locked_bones=channels.locked_bones,
        notes=tuple(_collect_notes(rig_object, channels)),
    )


def rebake_with_reduced_keys(
    context: bpy.types.Context, obj: bpy.types.Object | None, tolerance: Tolerance
) -> ApplyReport:
    """Bake the character's own Action again from its cached motion, with the recorded options and with reduced keys.

    Raises what :func:`apply_motion` raises, and ``RigError`` if the Action was not made by Kinescribe, or was edited.
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
        into="ACTION",
    )
    bones = None
    if options.only_selected:
        paths = json.loads(record.get("channels", "{}"))
        bones = frozenset(
            b.name for b in rig_object.pose.bones if any(f'["{_escape_bone_name(b)}"]' in p for p in paths)
        )
    return apply_motion(context, rig_object, str(record.get("motion_id", "")), options, bones)


def push_down_own_action(obj: bpy.types.Object | None, as_stash: bool = False) -> str:
    """Put the character's own Action into a strip on a new NLA track, muted if ``as_stash``; return the track's name.

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


def require_animatable_armature(obj: bpy.types.Object | None) -> bpy.types.Object:
    """Return the armature that ``obj`` is or is deformed by. Raises :class:`RigError` if it can't get an Action."""
    armature = find_armature(obj)
    if obj is None or armature is None:
        raise RigError("Select a character: an armature, or a mesh that an armature deforms")
    if armature.type != "ARMATURE":
        raise RigError(
            "{name} is not an armature, and no armature deforms it: select a character", name=armature.name
        )
    override = armature.override_library
    if armature.library or (override and override.is_system_override):
        raise RigError(
            "{name} is linked from another file: make a library override of it, and make it editable",
            name=armature.name,
        )
    if armature.data.is_editmode:
        raise RigError("{name} is in Edit Mode: leave it, and try again", name=armature.name)
    if armature.animation_data and armature.animation_data.use_tweak_mode:
        raise RigError(
            "An NLA strip of {name} is being tweaked: leave tweak mode (Tab in the NLA editor) first",
            name=armature.name,
        )
    return armature


def find_scene(context: bpy.types.Context, obj: bpy.types.Object) -> bpy.types.Scene:
    """Return the scene that is shown, or the object's own scene if the object is not in the shown one."""
    object_scenes = obj.users_scene
    return context.scene if context.scene in object_scenes or not object_scenes else object_scenes[0]


@dataclass(frozen=True, eq=False)
class _BakeResult:
    """What is to be written.

    Attributes
    ----------
    bone_map : BoneMap
        Which bone is keyed for which joint.
    rig : Rig
        The rig as it was read.
    channels : Channels
        The keys, blended with the previous animation if that was requested.
    blending : BlendedChannels or None
        The result of blending; None without it.
    """

    bone_map: BoneMap
    rig: Rig
    channels: Channels
    blending: BlendedChannels | None


def _bake_channels(
    obj: bpy.types.Object,
    motion: Motion,
    options: ApplyOptions,
    bones: frozenset[str] | None,
    base_action: bpy.types.Action | None,
) -> _BakeResult:
    """Retarget the motion to the character in its pose at the current frame, and return all keys.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    motion : Motion
        At the scene's frame rate.
    options : ApplyOptions
        How it is applied.
    bones : set of bone names or None
        Key these bones alone.
    base_action : bpy.types.Action or None
        The previous animation, to blend with.
    """
    rig = read_rig(obj)
    check_scale(rig)  # before the bones are mapped: a mirrored rig has left and right swapped
    bone_map = load_bone_map(obj) or map_bones(rig)
    selected = _selected_bones(rig) if options.only_selected and bones is None else bones
    retarget_options = RetargetOptions(
        at_character=options.at_character,
        root_mode=options.root_mode,
        foot_lock=options.foot_lock,
        hand_lock=options.hand_lock,
        limb_keys=options.limb_keys,
        relax_fingers=options.relax_fingers,
        # a motion that was generated for positions in this world, such as a path, begins there
        anchor=motion.provenance.anchor if options.at_character else None,
    )
    rig_motion = retarget(motion, rig, bone_map, retarget_options)
    written = build_channels(obj, rig, rig_motion, options.start_frame, selected)
    if not written.curves:
        raise _nothing_to_key_error(obj, written)
    blending = None
    if options.blend_frames and options.into == "ACTION" and base_action is not None:
        blending = blend_channels(obj, base_action, written, options.blend_frames)
        written = blending.channels
    return _BakeResult(bone_map, rig, written, blending)


def _previous_action(action: bpy.types.Action) -> bpy.types.Action | None:
    """Return the Action that was assigned before one of ours; None where there was none."""
    previous = read_record(action).get("previous")
    return previous if isinstance(previous, bpy.types.Action) else None


def _create_filled_action(
    obj: bpy.types.Object,
    name: str,
    bake: _BakeResult,
    motion: Motion,
    options: ApplyOptions,
    base_action: bpy.types.Action | None,
) -> tuple[bpy.types.Action, Channels]:
    """Create an Action with all keys, without assigning it; also return the channels of the motion in it.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    name : str
        Name of the new Action.
    bake : _BakeResult
        The keys.
    motion : Motion
        Tells where contacts begin and end, at which reduced limbs keep their keys.
    options : ApplyOptions
        How it is applied.
    base_action : bpy.types.Action or None
        The previous animation, of which a copy is blended with.
    """
    written = bake.channels
    if options.reduce_keys:
        tolerance = Tolerance(options.tolerance_mm, options.tolerance_degrees)
        written = reduce_channels(obj, bake.rig, bake.bone_map, motion, written, tolerance)
    source = base_action if bake.blending else get_action(obj)
    if bake.blending is None and not (options.only_selected and options.into == "ACTION"):
        source = None
    action = create_action(obj, name) if source is None else copy_action(obj, source, name)
    try:
        new_curves = written.curves
        if bake.blending:
            existing = {(c.data_path, c.array_index): c for c in get_fcurves(action, obj)}
            new_curves = tuple(c for c in written.curves if (c.data_path, c.index) not in existing)
            for curve in written.curves:
                address = (curve.data_path, curve.index)
                if address in existing:
                    splice_fcurve(
                        existing[address], curve, bake.blending.later_changes.get(address, (1.0, 0.0))
                    )
        elif source is not None:
            remove_fcurves(action, obj, [(curve.data_path, curve.index) for curve in new_curves])
        write_fcurves(action, obj, new_curves)
    except BaseException:
        discard_action(action)
        raise
    return action, written


def _place_action(
    obj: bpy.types.Object,
    scene: bpy.types.Scene,
    action: bpy.types.Action,
    written: Channels,
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
    written : Channels
        The channels that the motion itself writes.
    options : ApplyOptions
        How it is applied.
    last_frame : int
        The motion's last frame.
    """
    into = options.into
    own_channels = [(curve.data_path, curve.index) for curve in written.curves]
    animated_channels = (
        [] if into == "STASH" else [(c.data_path, c.array_index) for c in get_fcurves(action, obj)]
    )
    details = snapshot_state(obj, scene, animated_channels, own_channels)
    previous = get_action(obj)
    if into == "ACTION":
        details["faked"] = previous is not None and previous.library is None and not previous.use_fake_user
        assign_action(obj, action)
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


def _selected_bones(rig: Rig) -> frozenset[str]:
    names = frozenset(
        name for name, is_selected in zip(rig.bone_names, rig.selected, strict=True) if is_selected
    )
    if not names:
        raise RigError("No bone is selected: select bones in Pose Mode, or turn Only Selected Bones off")
    return names


def _nothing_to_key_error(obj: bpy.types.Object, written: Channels) -> RigError:
    if written.locked_bones:
        return RigError("All channels that the motion moves are locked on {name}: unlock some", name=obj.name)
    return RigError(
        "None of the selected bones is in the bone map: select others, or turn Only Selected Bones off"
    )


def _collect_notes(obj: bpy.types.Object, written: Channels) -> Iterator[Note]:
    if written.locked_bones:
        yield Note(
            "Locked channels of these bones were not keyed: {bones}", bones=", ".join(written.locked_bones)
        )
    yield from written.notes
    animation = obj.animation_data
    assert animation is not None, "it has the new Action"
    if any(track.is_solo for track in animation.nla_tracks):
        yield Note("An NLA track plays solo and hides the new Action")
    elif animation.nla_tracks and (
        animation.action_influence < 1 or animation.action_blend_type != "REPLACE"
    ):
        yield Note("The object blends its Action with NLA tracks, so that the motion does not play alone")


@contextmanager
def at_frame(scene: bpy.types.Scene, frame: int) -> Iterator[None]:
    """Context manager: show the scene at another frame."""
    current_frame, subframe = scene.frame_current, scene.frame_subframe
    scene.frame_set(frame)
    try:
        yield
    finally:
        scene.frame_set(current_frame, subframe=subframe)
