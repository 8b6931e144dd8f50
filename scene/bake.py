# SPDX-License-Identifier: GPL-3.0-or-later
"""Bake a motion into a new Action that is not assigned yet, in slices between which Blender can handle events.

The character is read in one slice. NumPy's part needs no ``bpy`` and may run in a thread. The keys are written one
F-curve a slice. Until ``scene.apply.place_bake`` assigns the Action, nothing that the user has is changed; an Action
that never gets that far is removed again. Only a take whose own Action gets other keys is filled at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import bpy

from ..motion import FormatError, Motion, RigError
from ..motion.constraints.goals import GoalTrack
from ..motion.keys.key_reduction import Tolerance
from ..motion.mapping.bone_map import BoneMap, map_bones
from ..motion.repeat import repeat_motion
from ..motion.resample import resample
from ..motion.retarget.retarget import RetargetOptions, retarget
from ..motion.retarget.retarget_rotations import check_scale
from ..motion.retarget.root_motion import is_root_object
from ..motion.rig import OBJECT_BONE, Rig
from . import store, takes
from .action import (
    KEYS_PER_SLICE,
    Fingerprint,
    clear_fcurves,
    copy_action,
    create_action,
    discard_action,
    fingerprint_action,
    get_action,
    get_fcurves,
    remove_fcurves,
    write_fcurves_sliced,
)
from .apply_options import ApplyOptions
from .blend import BlendedChannels, blend_channels
from .bone_map import load_bone_map
from .channels import Channels, build_channels
from .fcurve_splice import splice_fcurve
from .frame_rate import read_frame_rate
from .own_fingers import keep_own_fingers, read_own_fingers
from .pose_state import PoseState, add_object_bone, read_pose_state
from .record import find_previous, find_unedited_action, make_action_name, read_record
from .reduce import reduce_channels
from .rig import read_rig
from .slices import Slices, run_slices, scale_progress
from .static_pose import is_static, read_reverted_state
from .target import at_frame, find_scene, require_animatable_armature
from .unbake import read_values_before, temporarily_reverted
from .unfinished import UNFINISHED_PROPERTY

_LAST_FRAME = 1048574  # of Blender


@dataclass(frozen=True, eq=False)
class PreparedBake:
    """All keys of a motion, ready to be assigned.

    Attributes
    ----------
    action : bpy.types.Action
        A filled Action that nothing uses yet, or that of the same take, which is still as it was.
    source_action : bpy.types.Action or None
        The Action whose other keys stay; None: the motion's keys are the only ones.
    motion : Motion
        The motion at the scene's frame rate.
    motion_id : str
        Its id in the cache.
    options : ApplyOptions
        How it is applied.
    rig : Rig
        The character as it was read.
    bone_map : BoneMap
        Which bone is keyed for which joint.
    channels : Channels
        The channels of the motion.
    blending : BlendedChannels or None
        The result of blending, if the motion is blended with the previous animation.
    packed_motion : str
        The text in which the Action holds the motion.
    fingerprint : Fingerprint or None
        Of the filled Action; None: it is that of the same take.
    assigned_action : bpy.types.Action or None
        What was assigned to the character when it was read.
    replaced_action : bpy.types.Action or None
        The same if Kinescribe made it and it was not edited, so that the motion takes its place; None otherwise.
    """

    action: bpy.types.Action
    source_action: bpy.types.Action | None
    motion: Motion
    motion_id: str
    options: ApplyOptions
    rig: Rig
    bone_map: BoneMap
    channels: Channels
    blending: BlendedChannels | None
    packed_motion: str
    fingerprint: Fingerprint | None
    assigned_action: bpy.types.Action | None
    replaced_action: bpy.types.Action | None

    @property
    def last_frame(self) -> int:
        """Scene frame of the motion's last frame."""
        return self.options.start_frame + len(self.motion) - 1


@dataclass(frozen=True, eq=False)
class _BakedChannels:
    """The keys of a motion on a rig.

    Attributes
    ----------
    state : PoseState
        The character as it was read.
    bone_map : BoneMap
        Which bone is keyed for which joint.
    channels : Channels
        The keys.
    """

    state: PoseState
    bone_map: BoneMap
    channels: Channels


def prepare_bake(
    context: bpy.types.Context,
    obj: bpy.types.Object | None,
    motion_id: str,
    options: ApplyOptions,
    bones: frozenset[str] | None = None,
    motion: Motion | None = None,
) -> Slices[PreparedBake]:
    """Bake a motion of the cache or of a take into a new Action for ``obj`` without assigning it.

    Bones are mapped first if the character has no bone map yet. Raises ``RigError``, ``MappingError``, ``RequestError``
    or ``FormatError``, and leaves the scene unchanged then, also if the generator is closed early.

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
    motion : Motion, optional
        The motion with that id, if it is at hand.
    """
    rig_object = require_animatable_armature(obj)
    name = rig_object.name
    try:
        return (yield from _prepare_bake(context, rig_object, motion_id, options, bones, motion))
    except ReferenceError as error:  # the user removed something between two slices
        raise _changed_error(name) from error


def _prepare_bake(
    context: bpy.types.Context,
    rig_object: bpy.types.Object,
    motion_id: str,
    options: ApplyOptions,
    bones: frozenset[str] | None,
    source_motion: Motion | None,
) -> Slices[PreparedBake]:
    """Bake as :func:`prepare_bake` does, for an armature that can get an Action."""
    scene = find_scene(context, rig_object)
    if source_motion is None:
        source_motion = yield partial(_load_cached, store.motion_path(motion_id))
    if source_motion is None:
        source_motion = takes.load_motion(motion_id)
    replaced_action = yield from scale_progress(find_unedited_action(rig_object), 0.0, 0.1)
    assigned_action = get_action(rig_object)
    # after the keys were compared, so that neither they nor this prolong the slice in which Blender evaluates the pose
    motion, packed_motion = yield partial(_repeat_motion, source_motion, read_frame_rate(scene), options)
    _require_action(rig_object, assigned_action)
    base_action = find_previous(replaced_action) if replaced_action else assigned_action
    reverted: PoseState | None = None
    if replaced_action is not None and base_action is None:
        reverted = read_reverted_state(rig_object, replaced_action, read_values_before(replaced_action))
    with temporarily_reverted(rig_object, None if reverted else replaced_action):
        compute = read_character(rig_object, motion, options, bones, base_action, reverted)
        has_one_pose = is_static(rig_object, replaced_action)
    baked: _BakedChannels = yield compute
    blending = yield from _blend(rig_object, baked, options, base_action)
    if options.at_character and options.start_frame != scene.frame_current and not has_one_pose:
        # baked twice: changing the frame discards poses without keys, so errors have to be raised before that
        yield None
        _require_action(rig_object, assigned_action)
        with temporarily_reverted(rig_object, replaced_action), at_frame(scene, options.start_frame):
            compute = read_character(rig_object, motion, options, bones, base_action)
        baked = yield compute
        blending = yield from _blend(rig_object, baked, options, base_action)
    channels = blending.channels if blending else baked.channels
    if options.reduce_keys:
        tolerance = Tolerance(options.tolerance_mm, options.tolerance_degrees)
        channels = yield partial(
            reduce_channels, baked.state, baked.bone_map, motion, channels, tolerance, options.pose_keys
        )

    source = base_action if blending else assigned_action
    if blending is None and not (options.only_selected and options.into == "ACTION"):
        source = None
    # the same motion with other options is the same take
    same_take = replaced_action if is_same_take(rig_object, replaced_action, motion_id) else None
    is_filled_again = same_take is not None and source in (None, same_take)
    if same_take is not None and is_filled_again:
        action = same_take
    elif source is None:
        action = create_action(rig_object, make_action_name(motion.provenance))
    else:
        action = copy_action(rig_object, source, make_action_name(motion.provenance))
    bake = PreparedBake(
        action=action,
        source_action=source,
        motion=motion,
        motion_id=motion_id,
        options=options,
        rig=baked.state.rig,
        bone_map=baked.bone_map,
        channels=channels,
        blending=blending,
        packed_motion=packed_motion,
        fingerprint=None,
        assigned_action=assigned_action,
        replaced_action=replaced_action,
    )
    if is_filled_again:
        yield 1.0
        return bake
    try:
        action[UNFINISHED_PROPERTY] = True
        yield from scale_progress(fill_action(action, rig_object, bake), 0.3, 0.9)
        fingerprint = yield from scale_progress(fingerprint_action(action), 0.9, 1.0)
        yield 1.0
    except BaseException:
        discard_action(action)
        raise
    return replace(bake, fingerprint=fingerprint)


def is_same_take(obj: bpy.types.Object, action: bpy.types.Action | None, motion_id: str) -> bool:
    """Return True if an unedited Action holds this motion, and only its take and this object use it."""
    if action is None or action.asset_data or read_record(action).get("motion_id") != motion_id:
        return False
    listed = takes.find_take(obj, action) is not None
    return action.users - action.use_fake_user - listed <= 1


def check_unchanged(obj: bpy.types.Object, bake: PreparedBake) -> None:
    """Raise ``RigError`` if the character was changed since a bake was prepared for it in slices.

    The keys of its Action are compared only if they would be replaced: otherwise the Action stays as it is, and
    comparing ten minutes of keys takes longer than all else.
    """
    try:
        was_changed = (
            get_action(obj) != bake.assigned_action
            or [bone.name for bone in obj.data.bones] != [n for n in bake.rig.bone_names if n != OBJECT_BONE]
            or any(
                (obj if name == OBJECT_BONE else obj.pose.bones[name]).rotation_mode != mode
                for name, mode in zip(bake.rig.bone_names, bake.rig.rotation_modes, strict=True)
            )
            or (bake.fingerprint is not None and UNFINISHED_PROPERTY not in bake.action)
            or (bake.fingerprint is None and run_slices(find_unedited_action(obj)) is None)
        )
    except ReferenceError:  # an Action was removed
        was_changed = True
    if was_changed:
        raise _changed_error(obj.name)


def _require_action(obj: bpy.types.Object, action: bpy.types.Action | None) -> None:
    """Raise ``RigError`` if another Action than ``action`` has been assigned meanwhile."""
    if get_action(obj) != action:
        raise _changed_error(obj.name)


def _changed_error(name: str) -> RigError:
    return RigError("{name} was changed while the motion was baked: apply the motion again", name=name)


def discard_bake(bake: PreparedBake) -> None:
    """Remove the Action of a prepared bake, unless it was assigned or is that of a take."""
    with suppress(ReferenceError):
        if UNFINISHED_PROPERTY in bake.action:
            discard_action(bake.action)


def _load_cached(path: Path) -> Motion | None:
    """Return the motion in a file of the cache; None if it is missing or damaged."""
    try:
        return store.load_motion_file(path)
    except FormatError:
        return None


def _repeat_motion(source: Motion, fps: float, options: ApplyOptions) -> tuple[Motion, str]:
    """Return the motion, repeated, at the scene's frame rate, and the text of the source for its Action.

    Raises ``RigError`` if it is too long.
    """
    motion = repeat_motion(resample(source, fps), options.repeat)
    last_frame = options.start_frame + len(motion) - 1
    if not -_LAST_FRAME <= options.start_frame <= last_frame <= _LAST_FRAME:
        raise RigError("The motion would end beyond Blender's last frame: choose an earlier start frame")
    return motion, takes.encode_motion(source)


def read_character(
    obj: bpy.types.Object,
    motion: Motion,
    options: ApplyOptions,
    bones: frozenset[str] | None,
    base_action: bpy.types.Action | None,
    state: PoseState | None = None,
) -> Callable[[], _BakedChannels]:
    """Read the character in its pose at the current frame, and return the work that computes all keys from that.

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
        The previous animation, whose finger poses are kept at own keys.
    state : PoseState, optional
        What there is to read, if it was read already.
    """
    rig = state.rig if state else read_rig(obj)
    check_scale(rig)  # before the bones are mapped: a mirrored rig has left and right swapped
    selected = _selected_bones(rig) if options.only_selected and bones is None else bones
    fingers = read_own_fingers(obj, rig, motion, base_action, options.start_frame)
    return partial(
        _compute_channels,
        state or read_pose_state(obj, rig),
        load_bone_map(obj),
        motion,
        options,
        selected,
        fingers,
    )


def _compute_channels(
    state: PoseState,
    bone_map: BoneMap | None,
    motion: Motion,
    options: ApplyOptions,
    bones: frozenset[str] | None,
    fingers: Mapping[str, GoalTrack],
) -> _BakedChannels:
    """Retarget the motion to a character and return all keys; any thread may call this.

    Parameters
    ----------
    state : PoseState
        The character.
    bone_map : BoneMap or None
        Its bone map, if it has one.
    motion : Motion
        At the scene's frame rate.
    options : ApplyOptions
        How it is applied.
    bones : set of bone names or None
        Key these bones alone.
    fingers : bone name to its own rotations at own keys
    """
    bone_map = bone_map or map_bones(state.rig)
    if options.root_mode == "ROOT" and bones is None and is_root_object(state.rig, bone_map):
        state = add_object_bone(state)
    rig = state.rig
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
    rig_motion = keep_own_fingers(retarget(motion, rig, bone_map, retarget_options), fingers)
    channels = build_channels(state, rig_motion, options.start_frame, bones)
    if not channels.curves:
        raise _nothing_to_key_error(rig, channels)
    return _BakedChannels(state, bone_map, channels)


def _blend(
    obj: bpy.types.Object,
    baked: _BakedChannels,
    options: ApplyOptions,
    base_action: bpy.types.Action | None,
) -> Slices[BlendedChannels | None]:
    """Return the keys blended with the previous animation; None if that is not requested, or if there is none.

    Parameters
    ----------
    obj : bpy.types.Object
        The armature.
    baked : _BakedChannels
        The keys.
    options : ApplyOptions
        How the motion is applied.
    base_action : bpy.types.Action or None
        The previous animation.
    """
    if not options.blend_frames or options.into != "ACTION" or base_action is None:
        return None
    blending = blend_channels(obj, baked.state, base_action, baked.channels, options.blend_frames)
    return (yield from scale_progress(blending, 0.1, 0.3))


def fill_action(action: bpy.types.Action, obj: bpy.types.Object, bake: PreparedBake) -> Slices[None]:
    """Write the keys of a bake to a new Action, to a copy of the previous one, or to that of the same take."""
    new_curves = bake.channels.curves
    if bake.blending:
        existing = {(c.data_path, c.array_index): c for c in get_fcurves(action, obj)}
        new_curves = tuple(c for c in new_curves if (c.data_path, c.index) not in existing)
        key_count = 0
        for count, curve in enumerate(bake.channels.curves):
            address = (curve.data_path, curve.index)
            if address in existing:
                key_count += len(curve.values) + len(existing[address].keyframe_points)
                if key_count > KEYS_PER_SLICE:
                    key_count = 0
                    yield count / len(bake.channels.curves)
                    existing = {(c.data_path, c.array_index): c for c in get_fcurves(action, obj)}
                change = bake.blending.later_changes.get(address, (1.0, 0.0))
                splice_fcurve(existing[address], curve, change)
    elif bake.source_action is None:
        clear_fcurves(action, obj)
    else:
        remove_fcurves(action, obj, [(curve.data_path, curve.index) for curve in new_curves])
    yield from write_fcurves_sliced(action, obj, new_curves)


def _selected_bones(rig: Rig) -> frozenset[str]:
    names = frozenset(
        name for name, is_selected in zip(rig.bone_names, rig.selected, strict=True) if is_selected
    )
    if not names:
        raise RigError("No bone is selected: select bones in Pose Mode, or turn Only Selected Bones off")
    return names


def _nothing_to_key_error(rig: Rig, channels: Channels) -> RigError:
    if channels.locked_bones:
        return RigError("All channels that the motion moves are locked on {name}: unlock some", name=rig.name)
    return RigError(
        "None of the selected bones is in the bone map: select others, or turn Only Selected Bones off"
    )
