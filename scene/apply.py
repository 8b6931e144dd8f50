# SPDX-License-Identifier: GPL-3.0-or-later
"""A cached motion onto a character as a new Action; whatever can be refused is refused before any change."""

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

_LAST_FRAME = 1048574  # Blender's


@dataclass(frozen=True)
class ApplyOptions:
    """How a motion is put onto a character.

    ``start_frame``: scene frame of the motion's first frame. ``at_character``: begin at the place and heading
    that the character has at that frame now (or where guides said), else at the world's origin facing -Y.
    ``root_mode``: "HIPS", "ROOT" or "IN_PLACE", see ``motion.retarget``. ``foot_lock``, ``hand_lock``: 0 to 1.
    ``limb_keys``: "FK" or "IK".
    ``relax_fingers``: curl fingers that the motion says nothing about. ``only_selected``: key the selected bones, keep
    the animation of the others. ``extend_range``: let the scene end no earlier than the motion; it never gets shorter.
    ``reduce_keys``: keep only the keys that hold every joint within ``tolerance_mm`` (mm) and ``tolerance_degrees``.
    ``into``: "ACTION" plays at once, "NLA" is a strip on a new track, "STASH" a muted one. ``blend_frames``: frames of
    coming in from and going out to the animation that was there. ``repeat``: how often, each from where the last ended.
    """

    start_frame: int
    at_character: bool = True
    root_mode: str = "HIPS"
    foot_lock: float = 1.0
    hand_lock: float = 0.0
    limb_keys: str = "FK"
    relax_fingers: bool = True
    only_selected: bool = False
    extend_range: bool = False
    reduce_keys: bool = False
    tolerance_mm: float = 5.0
    tolerance_degrees: float = 1.0
    into: str = "ACTION"
    blend_frames: int = 0
    repeat: int = 1


@dataclass(frozen=True)
class ApplyReport:
    """What was done: name of the Action, bones and keys written, first and last frame.

    ``missing``: joints of the motion that the rig has no bone for. ``locked``: bones of which a lock kept
    channels as they were. ``notes``: sentences that the user should read.
    """

    action: str
    bones: int
    keys: int
    first_frame: int
    last_frame: int
    missing: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def frames(self) -> int:
        """Number of frames with keys."""
        return self.last_frame - self.first_frame + 1


def apply_motion(
    context: bpy.types.Context,
    obj: bpy.types.Object | None,
    motion_id: str,
    options: ApplyOptions,
    bones: frozenset[str] | None = None,
) -> ApplyReport:
    """Give ``obj`` (an armature, or a mesh that stands for one) a new Action that holds the motion.

    ``bones``: key these alone, in place of the selected ones. The bones are mapped where they have not been yet. Frames
    count in the scene that is shown, or in the character's own where it isn't there. Raises ``RigError``,
    ``MappingError``, ``RequestError`` or ``FormatError``, with the scene as it was.
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
            # a second time, because showing another frame takes back what was posed and not keyed: what can be
            # refused has been refused before that
            with at_frame(scene, options.start_frame):
                baked = _baked(rig_object, motion, options, bones, base)

    name = readable_name(motion.provenance)
    action, written = _filled_action(rig_object, name, baked, motion, options, base)
    range_before: dict[str, Any] = {}
    if replaced:
        range_before = {k: v for k, v in record_of(replaced).items() if k.startswith("frame_end")}
        take_back(rig_object, replaced, shorten=False)
    details = _place_action(rig_object, scene, action, written, options, last_frame)
    action.name = name  # which may just have become free
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
    """The character's own Action baked anew from its cached motion, as it was but with reduced keys.

    Raises what :func:`apply_motion` does, and ``RigError`` where the Action is none of ours, or was edited.
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
    """Make the character's own Action a strip on a new NLA track, muted where ``as_stash``; the track's name.

    Raises ``RigError`` where the Action that is assigned is none of ours.
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


def recorded_options(record: dict[str, Any]) -> ApplyOptions:
    """The options by which an Action was made; defaults for those that the record does not have."""
    plain = ApplyOptions(int(record.get("start_frame", 1)))
    try:
        found = json.loads(record.get("options", "{}"))
    except (TypeError, ValueError):
        return plain
    known = {k: v for k, v in found.items() if isinstance(v, type(getattr(plain, k, None)))}
    return replace(plain, **known)


def animatable_armature(obj: bpy.types.Object | None) -> bpy.types.Object:
    """The armature that ``obj`` stands for. Raises :class:`RigError` where it can't be given an Action."""
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
    """The scene that is shown, or the object's own where it isn't there."""
    own = obj.users_scene
    return context.scene if context.scene in own or not own else own[0]


@dataclass(frozen=True, eq=False)
class _Baked:
    """What is to be written: the map, the rig as it stood, its channels, the same mixed with what was there."""

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
    """All keys for the character as it stands at the frame that is shown."""
    rig = read_rig(obj)
    check_scale(rig)  # before the bones are mapped: in a mirror left is right
    bone_map = load_map(obj) or map_bones(rig)
    selected = _selected(rig) if options.only_selected and bones is None else bones
    how = RetargetOptions(
        at_character=options.at_character,
        root_mode=options.root_mode,
        foot_lock=options.foot_lock,
        hand_lock=options.hand_lock,
        limb_keys=options.limb_keys,
        relax_fingers=options.relax_fingers,
        # made for places in this world, such as a path: it begins there
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
    """The Action that was there before one of ours."""
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
    """A new Action with all keys, not assigned; and what of it is the motion's."""
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
    """Assign the Action, push it down or stash it; what its record has to remember of before."""
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
        # what played goes on below; as the active Action it would hide the strip
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
    """Show the scene at another frame for a moment."""
    now, part = scene.frame_current, scene.frame_subframe
    scene.frame_set(frame)
    try:
        yield
    finally:
        scene.frame_set(now, subframe=part)
