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
    action_of,
    assign_action,
    copy_action,
    discard,
    fcurves_of,
    new_action,
    remove_curves,
    write_curves,
)
from .apply_options import ApplyOptions, ApplyReport, recorded_options
from .blend import Blended, blended
from .bone_map import load_map, store_map
from .channels import Channels, channels
from .fcurve_splice import splice
from .frame_rate import read_frame_rate
from .nla import push_down, stash
from .record import is_own_unedited, note_in_record, readable_name, record_of, was_edited, write_record
from .reduce import reduced
from .rig import armature_of, read_rig
from .unbake import set_aside, state_before, take_back

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
    rig_object = animatable_armature(obj)
    scene = scene_of(context, rig_object)
    motion = resample(store.get(motion_id), read_frame_rate(scene))
    motion = repeat(motion, options.repeat)
    last_frame = options.start_frame + len(motion) - 1
    if not -_LAST_FRAME <= options.start_frame <= last_frame <= _LAST_FRAME:
        raise RigError("The motion would end beyond Blender's last frame: choose an earlier start frame")
    replaced = action_of(rig_object) if is_own_unedited(rig_object) else None
    base = _previous(replaced) if replaced else action_of(rig_object)
    with set_aside(rig_object, replaced):
        baked = _baked(rig_object, motion, options, bones, base)
        if options.at_character and options.start_frame != scene.frame_current:
            # baked twice: changing the frame discards poses without keys, so errors have to be raised before that
            with at_frame(scene, options.start_frame):
                baked = _baked(rig_object, motion, options, bones, base)

    name = readable_name(motion.provenance)
    action, written = _filled_action(rig_object, name, baked, motion, options, base)
    range_before: dict[str, Any] = {}
    if replaced:
        range_before = {k: v for k, v in record_of(replaced).items() if k.startswith("frame_end")}
        take_back(rig_object, replaced, shorten=False)
    details = _place_action(rig_object, scene, action, written, options, last_frame)
    action.name = name  # the replaced Action may have had this name until now
    if load_map(rig_object) is None:
        store_map(rig_object, baked.bone_map)
    if range_before.get("frame_end_made") == scene.frame_end:
        details.update(range_before)
    if options.extend_range and scene.frame_end < last_frame:
        scene.frame_end = details["frame_end_made"] = last_frame
    details["options"] = json.dumps(asdict(options))
    write_record(action, motion_id, options.start_frame, motion.provenance, details)
    return ApplyReport(
        action=action.name,
        bones=len(written.bones),
        keys=sum(len(curve.values) for curve in written.curves),
        first_frame=options.start_frame,
        last_frame=last_frame,
        missing=baked.bone_map.missing,
        locked=written.locked,
        notes=tuple(_notes(rig_object, written)),
    )


def reduce_again(
    context: bpy.types.Context, obj: bpy.types.Object | None, tolerance: Tolerance
) -> ApplyReport:
    """Bake the character's own Action again from its cached motion, with the recorded options and with reduced keys.

    Raises what :func:`apply_motion` raises, and ``RigError`` if the Action was not made by Kinescribe, or was edited.
    """
    rig_object = animatable_armature(obj)
    action = action_of(rig_object)
    record = record_of(action)
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
        recorded_options(record),
        reduce_keys=True,
        tolerance_mm=tolerance.millimetres,
        tolerance_degrees=tolerance.degrees,
        into="ACTION",
    )
    bones = None
    if options.only_selected:
        paths = json.loads(record.get("channels", "{}"))
        bones = frozenset(
            b.name for b in rig_object.pose.bones if any(f'["{_escaped(b)}"]' in p for p in paths)
        )
    return apply_motion(context, rig_object, str(record.get("motion_id", "")), options, bones)


def push_down_own(obj: bpy.types.Object | None, as_stash: bool = False) -> str:
    """Put the character's own Action into a strip on a new NLA track, muted if ``as_stash``; return the track's name.

    Raises ``RigError`` if the assigned Action was not made by Kinescribe.
    """
    rig_object = animatable_armature(obj)
    action = action_of(rig_object)
    if action is None or not record_of(action):
        raise RigError(
            "{name} plays no Action that Kinescribe made: apply a motion first", name=rig_object.name
        )
    first, last = action.frame_range
    put = stash if as_stash else push_down
    track = put(rig_object, action, first, last)
    rig_object.animation_data.action = None
    note_in_record(action, track=track)
    rig_object.update_tag(refresh={"TIME"})
    return track


def _escaped(bone: bpy.types.PoseBone) -> str:
    return str(bpy.utils.escape_identifier(bone.name))


def animatable_armature(obj: bpy.types.Object | None) -> bpy.types.Object:
    """Return the armature that ``obj`` is or is deformed by. Raises :class:`RigError` if it can't get an Action."""
    rig = armature_of(obj)
    if obj is None or rig is None:
        raise RigError("Select a character: an armature, or a mesh that an armature deforms")
    if rig.type != "ARMATURE":
        raise RigError(
            "{name} is not an armature, and no armature deforms it: select a character", name=rig.name
        )
    override = rig.override_library
    if rig.library or (override and override.is_system_override):
        raise RigError(
            "{name} is linked from another file: make a library override of it, and make it editable",
            name=rig.name,
        )
    if rig.data.is_editmode:
        raise RigError("{name} is in Edit Mode: leave it, and try again", name=rig.name)
    if rig.animation_data and rig.animation_data.use_tweak_mode:
        raise RigError(
            "An NLA strip of {name} is being tweaked: leave tweak mode (Tab in the NLA editor) first",
            name=rig.name,
        )
    return rig


def scene_of(context: bpy.types.Context, obj: bpy.types.Object) -> bpy.types.Scene:
    """Return the scene that is shown, or the object's own scene if the object is not in the shown one."""
    own = obj.users_scene
    return context.scene if context.scene in own or not own else own[0]


@dataclass(frozen=True, eq=False)
class _Baked:
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
    blended: Blended | None


def _baked(
    obj: bpy.types.Object,
    motion: Motion,
    options: ApplyOptions,
    bones: frozenset[str] | None,
    base: bpy.types.Action | None,
) -> _Baked:
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
    bone_map = load_map(obj) or map_bones(rig)
    selected = _selected(rig) if options.only_selected and bones is None else bones
    how = RetargetOptions(
        at_character=options.at_character,
        root_mode=options.root_mode,
        foot_lock=options.foot_lock,
        hand_lock=options.hand_lock,
        limb_keys=options.limb_keys,
        relax_fingers=options.relax_fingers,
        # a motion that was generated for positions in this world, such as a path, begins there
        anchor=motion.provenance.anchor if options.at_character else None,
    )
    rig_motion = retarget(motion, rig, bone_map, how)
    written = channels(obj, rig, rig_motion, options.start_frame, selected)
    if not written.curves:
        raise _nothing_to_key(obj, written)
    mixed = None
    if options.blend_frames and options.into == "ACTION" and base is not None:
        mixed = blended(obj, base, written, options.blend_frames)
        written = mixed.channels
    return _Baked(bone_map, rig, written, mixed)


def _previous(action: bpy.types.Action) -> bpy.types.Action | None:
    """Return the Action that was assigned before one of ours; None where there was none."""
    previous = record_of(action).get("previous")
    return previous if isinstance(previous, bpy.types.Action) else None


def _filled_action(
    obj: bpy.types.Object,
    name: str,
    baked: _Baked,
    motion: Motion,
    options: ApplyOptions,
    base: bpy.types.Action | None,
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
    written = baked.channels
    if options.reduce_keys:
        tolerance = Tolerance(options.tolerance_mm, options.tolerance_degrees)
        written = reduced(obj, baked.rig, baked.bone_map, motion, written, tolerance)
    before = base if baked.blended else action_of(obj)
    copied = before is not None and (
        baked.blended is not None or (options.only_selected and options.into == "ACTION")
    )
    action = copy_action(obj, before, name) if copied else new_action(obj, name)
    try:
        fresh = written.curves
        if baked.blended:
            old = {(c.data_path, c.array_index): c for c in fcurves_of(action, obj)}
            fresh = tuple(c for c in written.curves if (c.data_path, c.index) not in old)
            for curve in written.curves:
                address = (curve.data_path, curve.index)
                if address in old:
                    splice(old[address], curve, baked.blended.turned.get(address, (1.0, 0.0)))
        elif copied:
            remove_curves(action, obj, [(curve.data_path, curve.index) for curve in fresh])
        write_curves(action, obj, fresh)
    except BaseException:
        discard(action)
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
    own = [(curve.data_path, curve.index) for curve in written.curves]
    played = [] if into == "STASH" else [(c.data_path, c.array_index) for c in fcurves_of(action, obj)]
    details = state_before(obj, scene, played, own)
    before = action_of(obj)
    if into == "ACTION":
        details["faked"] = before is not None and before.library is None and not before.use_fake_user
        assign_action(obj, action)
        return details
    if into == "STASH":
        details["track"] = stash(obj, action, options.start_frame, last_frame)
        return details
    if before is not None:
        # as the active Action the previous animation would hide the new strip
        first, last = before.frame_range
        details["pushed"] = push_down(obj, before, first, last)
        obj.animation_data.action = None
    details["track"] = push_down(obj, action, options.start_frame, last_frame, options.blend_frames)
    obj.update_tag(refresh={"TIME"})
    return details


def _selected(rig: Rig) -> frozenset[str]:
    names = frozenset(name for name, chosen in zip(rig.bone_names, rig.selected, strict=True) if chosen)
    if not names:
        raise RigError("No bone is selected: select bones in Pose Mode, or turn Only Selected Bones off")
    return names


def _nothing_to_key(obj: bpy.types.Object, written: Channels) -> RigError:
    if written.locked:
        return RigError("All channels that the motion moves are locked on {name}: unlock some", name=obj.name)
    return RigError(
        "None of the selected bones is in the bone map: select others, or turn Only Selected Bones off"
    )


def _notes(obj: bpy.types.Object, written: Channels) -> Iterator[Note]:
    if written.locked:
        yield Note("Locked channels of these bones were not keyed: {bones}", bones=", ".join(written.locked))
    yield from written.notes
    data = obj.animation_data
    if any(track.is_solo for track in data.nla_tracks):
        yield Note("An NLA track plays solo and hides the new Action")
    elif data.nla_tracks and (data.action_influence < 1 or data.action_blend_type != "REPLACE"):
        yield Note("The object blends its Action with NLA tracks, so that the motion does not play alone")


@contextmanager
def at_frame(scene: bpy.types.Scene, frame: int) -> Iterator[None]:
    """Context manager: show the scene at another frame."""
    now, part = scene.frame_current, scene.frame_subframe
    scene.frame_set(frame)
    try:
        yield
    finally:
        scene.frame_set(now, subframe=part)
