# SPDX-License-Identifier: GPL-3.0-or-later
"""A cached motion onto a character as a new Action; whatever can be refused is refused before any change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bpy

from ..motion import Motion, RigError
from ..motion.mapping import BoneMap, map_bones
from ..motion.resample import resample
from ..motion.retarget import RetargetOptions, retarget
from ..motion.rig import Rig
from . import store
from .action import (
    action_of,
    assign_action,
    copy_action,
    discard,
    new_action,
    remove_curves,
    write_curves,
)
from .bone_map import load_map, store_map
from .channels import Channels, channels
from .record import is_own_unedited, readable_name, write_record
from .rig import armature_of, read_rig

_LAST_FRAME = 1048574  # Blender's


@dataclass(frozen=True)
class ApplyOptions:
    """How a motion is put onto a character.

    ``start_frame``: scene frame of the motion's first frame. ``at_character``: begin at the place and heading
    that the character has at that frame now, else at the world's origin facing -Y. ``root_mode``: "HIPS", "ROOT" or
    "IN_PLACE", see ``motion.retarget``. ``foot_lock``, ``hand_lock``: 0 to 1. ``limb_keys``: "FK" or "IK".
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
    notes: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        """Number of frames with keys."""
        return self.last_frame - self.first_frame + 1


def apply_motion(
    context: bpy.types.Context, obj: bpy.types.Object | None, motion_id: str, options: ApplyOptions
) -> ApplyReport:
    """Give ``obj`` (an armature, or a mesh that stands for one) a new Action that holds the motion.

    The bones are mapped where they have not been yet. Frames count in the scene that is shown, or in the character's
    own where it isn't there. Raises ``RigError``, ``MappingError``, ``RequestError`` or ``FormatError``, with the
    scene as it was.
    """
    rig_object = animatable_armature(obj)
    scene = _scene_of(context, rig_object)
    motion = resample(store.get(motion_id), scene.render.fps / scene.render.fps_base)
    last_frame = options.start_frame + len(motion) - 1
    if not -_LAST_FRAME <= options.start_frame <= last_frame <= _LAST_FRAME:
        raise RigError("The motion would end beyond Blender's last frame: choose an earlier start frame")
    bone_map, written = _baked(rig_object, motion, options)
    if options.at_character and options.start_frame != scene.frame_current:
        # a second time, because showing another frame takes back what was posed and not keyed: what can be refused
        # has been refused before that
        with _at_frame(scene, options.start_frame):
            bone_map, written = _baked(rig_object, motion, options)

    name = readable_name(motion.provenance)
    action = _filled_action(rig_object, name, written, keep_others=options.only_selected)
    before = action_of(rig_object)
    replaced = before if is_own_unedited(rig_object) else None
    assign_action(rig_object, action)
    if replaced:
        bpy.data.actions.remove(replaced)
        action.name = name  # which may just have become free
    write_record(action, motion_id, options.start_frame, motion.provenance)
    if load_map(rig_object) is None:
        store_map(rig_object, bone_map)
    if options.extend_range and scene.frame_end < last_frame:
        scene.frame_end = last_frame
    return ApplyReport(
        action=action.name,
        bones=len(written.bones),
        keys=sum(len(curve.values) for curve in written.curves),
        first_frame=options.start_frame,
        last_frame=last_frame,
        missing=bone_map.missing,
        locked=written.locked,
        notes=tuple(_notes(rig_object, written)),
    )


def animatable_armature(obj: bpy.types.Object | None) -> bpy.types.Object:
    """The armature that ``obj`` stands for. Raises :class:`RigError` where it can't be given an Action."""
    rig = armature_of(obj)
    if obj is None or rig is None:
        raise RigError("Select a character: an armature, or a mesh that an armature deforms")
    if rig.type != "ARMATURE":
        raise RigError(f"{rig.name} is not an armature, and no armature deforms it: select a character")
    override = rig.override_library
    if rig.library or (override and override.is_system_override):
        raise RigError(
            f"{rig.name} is linked from another file: make a library override of it, and make it editable"
        )
    if rig.data.is_editmode:
        raise RigError(f"{rig.name} is in Edit Mode: leave it, and try again")
    if rig.animation_data and rig.animation_data.use_tweak_mode:
        raise RigError(
            f"An NLA strip of {rig.name} is being tweaked: leave tweak mode (Tab in the NLA editor) first"
        )
    return rig


def _scene_of(context: bpy.types.Context, obj: bpy.types.Object) -> bpy.types.Scene:
    own = obj.users_scene
    return context.scene if context.scene in own or not own else own[0]


def _baked(obj: bpy.types.Object, motion: Motion, options: ApplyOptions) -> tuple[BoneMap, Channels]:
    """The map and all keys for the character as it stands at the frame that is shown."""
    rig = read_rig(obj)
    bone_map = load_map(obj) or map_bones(rig)
    selected = _selected(rig) if options.only_selected else None
    how = RetargetOptions(
        at_character=options.at_character,
        root_mode=options.root_mode,
        foot_lock=options.foot_lock,
        hand_lock=options.hand_lock,
        limb_keys=options.limb_keys,
        relax_fingers=options.relax_fingers,
    )
    rig_motion = retarget(motion, rig, bone_map, how)
    written = channels(obj, rig, rig_motion, options.start_frame, selected)
    if not written.curves:
        raise RigError(_nothing_to_key(obj, written))
    return bone_map, written


def _filled_action(
    obj: bpy.types.Object, name: str, written: Channels, keep_others: bool
) -> bpy.types.Action:
    before = action_of(obj)
    action = copy_action(obj, before, name) if keep_others and before else new_action(obj, name)
    try:
        if keep_others:
            remove_curves(action, obj, [(curve.data_path, curve.index) for curve in written.curves])
        write_curves(action, obj, written.curves)
    except BaseException:
        discard(action)
        raise
    return action


def _selected(rig: Rig) -> frozenset[str]:
    names = frozenset(name for name, chosen in zip(rig.bone_names, rig.selected, strict=True) if chosen)
    if not names:
        raise RigError("No bone is selected: select bones in Pose Mode, or turn Only Selected Bones off")
    return names


def _nothing_to_key(obj: bpy.types.Object, written: Channels) -> str:
    if written.locked:
        return f"All channels that the motion moves are locked on {obj.name}: unlock some"
    return "None of the selected bones is in the bone map: select others, or turn Only Selected Bones off"


def _notes(obj: bpy.types.Object, written: Channels) -> Iterator[str]:
    if written.locked:
        yield f"Locked channels were left alone on {', '.join(written.locked)}"
    yield from written.notes
    data = obj.animation_data
    if any(track.is_solo for track in data.nla_tracks):
        yield "An NLA track plays solo and hides the new Action"
    elif data.nla_tracks and (data.action_influence < 1 or data.action_blend_type != "REPLACE"):
        yield "The object blends its Action with NLA tracks, so that the motion does not play alone"


@contextmanager
def _at_frame(scene: bpy.types.Scene, frame: int) -> Iterator[None]:
    """Show the scene at another frame for a moment."""
    now, part = scene.frame_current, scene.frame_subframe
    scene.frame_set(frame)
    try:
        yield
    finally:
        scene.frame_set(now, subframe=part)
