# SPDX-License-Identifier: GPL-3.0-or-later
"""Bake a cached motion onto a character: the only operator that writes keyframes of a motion."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import IntProperty, StringProperty

from ..properties.apply_options import APPLY_OPTIONS, ApplyOptions
from ..session import session
from .background_tasks import has_event_loop
from .base import (
    NO_CHARACTER,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    error_message,
    get_action,
    object_by_uid,
    require_character,
    translate,
)
from .option_layout import draw_all
from .part_list import read_recorded_parts, show_parts

if TYPE_CHECKING:
    from ..scene.bake import PreparedBake

WRONG_MODE = "Go to Object Mode or Pose Mode, then apply the motion"

_prepared: "PreparedBake | None" = None
"""Keys that the next call of ``kinescribe.apply`` has only to assign."""


class KINESCRIBE_OT_apply(ApplyOptions, ReportsErrors, bpy.types.Operator):
    """Bake the character's last motion again, with the options as they are now and without running the model"""

    bl_idname = "kinescribe.apply"
    bl_label = "Apply Motion"
    bl_options = {"REGISTER", "UNDO"}

    motion: StringProperty(
        name="Motion",
        description="Id of a motion in the cache; empty: the character's own, or the last one",
        options={"HIDDEN", "SKIP_SAVE"},
    )
    target: IntProperty(
        name="Target",
        description="session_uid of the armature; 0: the character that is selected",
        options={"HIDDEN", "SKIP_SAVE"},
    )

    details: StringProperty(
        name="Details",
        description="What the take remembers of its generation, as JSON",
        options={"HIDDEN", "SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a mode whose undo steps hold the keys, and a character: the active one or, for F9, the last one."""
        if context.mode not in {"OBJECT", "POSE"}:
            # the undo steps of other modes hold the edited mesh or bones alone
            cls.poll_message_set(WRONG_MODE)
            return False
        if active_character(context) is None and session.generation.character not in bpy.data.objects:
            cls.poll_message_set(NO_CHARACTER)
            return False
        return True

    def draw(self, _context: bpy.types.Context) -> None:
        target = object_by_uid(self.target)
        draw_all(self.layout, self, target is None or bone_map_properties(target).has_ik)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Start to bake in slices and return at once; in background mode wait for it.

        The operation that is undone and adjusted is the one that assigns the keys. Where F9 repeats it, Blender waits.
        """
        if not has_event_loop():
            return self.execute(context)
        return self.report_errors(self.start, context)

    def start(self, context: bpy.types.Context) -> Result:
        """Bake with progress and Cancel. Raises ``RequestError`` or ``RigError``."""
        from ..motion import RequestError
        from . import generation
        from .generate import BUSY

        if generation.is_running():
            raise RequestError(BUSY)
        target = self.fill_in(context)
        options = {name: getattr(self, name) for name in APPLY_OPTIONS}
        generation.start_bake(context, target, self.motion, options, self.details)
        return {"CANCELLED"}  # nothing has changed yet

    def fill_in(self, context: bpy.types.Context) -> bpy.types.Object:
        """Set the properties that were not passed, so that F9 repeats exactly this call; return the character.

        Raises ``RequestError`` or ``RigError``.
        """
        from ..motion import RigError

        target = object_by_uid(self.target) if self.target else require_character(context)
        if target is None:
            raise RigError("The character was removed: select another, then apply the motion")
        self.target = target.session_uid
        self.motion = self.motion or motion_id_for(target) or _last_motion_id()
        for name, value in apply_options(context, target, self.motion).items():
            if not self.properties.is_property_set(name):
                setattr(self, name, value)
        return target

    def run(self, context: bpy.types.Context) -> Result:
        """Apply the motion."""
        from ..scene.apply import apply_motion, place_bake
        from ..scene.apply_options import ApplyOptions as Options
        from ..scene.bake import check_unchanged

        target = self.fill_in(context)
        options = Options(**{name: getattr(self, name) for name in APPLY_OPTIONS})
        if _prepared is not None and (_prepared.motion_id, _prepared.options) == (self.motion, options):
            check_unchanged(target, _prepared)
            report = place_bake(context, target, _prepared)
        else:
            report = apply_motion(context, target, self.motion, options)
        state = session.generation
        if self.motion in state.variations:
            self.details = self.details or state.details
        if self.details:
            action = bpy.data.actions[report.action_name]
            remember_details(target, action, self.details, self.motion in state.variations)
        state.character = target.name
        if self.motion in state.variations:
            state.motion_id = self.motion
        if state.pending_character == self.target:
            state.pending_character = 0
        state.set_message(
            translate(
                "{action}: {count} frames on {name}",
                action=report.action_name,
                count=report.frame_count,
                name=target.name,
            )
        )
        for note in report.notes:
            self.report({"WARNING"}, error_message(note))
        self.report({"INFO"}, state.message)
        return {"FINISHED"}


@contextmanager
def use_prepared(bake: "PreparedBake") -> Iterator[None]:
    """Context manager: ``kinescribe.apply`` assigns these keys, if it is called for their motion and options.

    Afterwards nothing is left of keys that were not assigned.
    """
    global _prepared
    from ..scene.bake import discard_bake

    _prepared = bake
    try:
        yield
    finally:
        _prepared = None
        discard_bake(bake)


def apply_options(
    context: bpy.types.Context, target: bpy.types.Object, motion_id: str = ""
) -> dict[str, Any]:
    """Return the scene's options as properties of ``kinescribe.apply``.

    ``motion_id``: the motion that is applied. One that has its place in time keeps it, wherever the playhead is; ""
    is a new one.
    """
    settings = context.scene.kinescribe
    options = {name: getattr(settings, name) for name in APPLY_OPTIONS}
    start = _recorded_start(target, motion_id) if motion_id else None
    options["start_frame"] = new_start_frame(context, target) if start is None else start
    return options


def changed_options(scene: bpy.types.Scene, action: bpy.types.Action | None) -> list[str]:
    """Return the names of the options with which applying a take again would change it. Cheap enough for drawing."""
    import json

    record = action.get("kinescribe") if action is not None else None
    if record is None or not hasattr(record, "get"):
        return []
    try:
        made = json.loads(record.get("options", "{}"))
    except (TypeError, ValueError):
        return []
    settings = scene.kinescribe
    names = [
        name for name in APPLY_OPTIONS if name != "start_frame" and isinstance(made, dict) and name in made
    ]
    if not settings.reduce_keys and not made.get("reduce_keys"):
        names = [name for name in names if not name.startswith(("tolerance", "pose_keys"))]
    return [name for name in names if not _is_same_value(made[name], getattr(settings, name))]


def _is_same_value(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) < 1e-5 * max(1.0, abs(a))  # properties hold single precision
    return bool(a == b)


def new_start_frame(context: bpy.types.Context, target: bpy.types.Object, playhead: int | None = None) -> int:
    """Return the frame at which a new take of the character begins, as the scene's settings say.

    ``playhead``: a frame that counts as the current one.
    """
    scene = context.scene
    settings = scene.kinescribe
    if not settings.use_current_frame:
        return int(settings.start_frame)
    take = _current_take(target)
    if take is not None:
        if settings.start == "TAKE":
            return int(take.start)
        if settings.start == "AFTER":
            return int(take.end) + 1
    if playhead is not None:
        return playhead
    screen = context.screen
    if settings.start != "PLAYHEAD" and screen is not None and screen.is_animation_playing:
        # where the playhead happens to be while it plays says nothing
        return int(scene.frame_preview_start if scene.use_preview_range else scene.frame_start)
    return int(scene.frame_current)


def _current_take(target: bpy.types.Object) -> Any:
    """Return the take that the character plays; None if it plays something else."""
    action = get_action(target)
    if action is None:
        return None
    return next((take for take in bone_map_properties(target).takes if take.action == action), None)


def _recorded_start(target: bpy.types.Object, motion_id: str) -> int | None:
    """Return the frame at which a motion begins that was requested or applied before; None if it was not."""
    from ..scene.record import read_record

    actions = [get_action(target), *(take.action for take in reversed(bone_map_properties(target).takes))]
    for action in actions:
        record = read_record(action)
        if record.get("motion_id") == motion_id:
            return int(record.get("start_frame", 1))
    state = session.generation
    if motion_id == state.motion_id or motion_id in state.variations:
        return state.start_frame
    return None


def remember_details(
    target: bpy.types.Object, action: bpy.types.Action, details: str, is_variation: bool = False
) -> None:
    """Store in a take what its generation was made from, and show its parts in the character's list.

    Parameters
    ----------
    target : bpy.types.Object
        The character.
    action : bpy.types.Action
        The take's Action.
    details : str
        JSON of a dictionary with parts and guides.
    is_variation : bool
        The details are those of several motions: number n has the seeds of the first one and n more.
    """
    import json

    from ..scene.record import read_record, update_record

    try:
        values = json.loads(details)
        parts, record = values["parts"], read_record(action)
        difference = int(record.get("seed", 0)) - parts[0]["seed"] if is_variation else 0
        parts = [{**part, "seed": max(0, part["seed"] + difference)} for part in parts]
        changes = {"parts": json.dumps(parts), "guides": str(values["guides"])}
    except (TypeError, ValueError, KeyError, IndexError):
        return
    update_record(action, **changes)
    record = read_record(action)
    first, last = int(record.get("start_frame", 1)), int(record.get("last_frame", 1))
    show_parts(target, read_recorded_parts(record, last - first + 1), first)


def check_character(target: bpy.types.Object) -> None:
    """Raise the ``RigError`` or ``MappingError`` that applying would raise, before the model runs for nothing."""
    from ..motion.mapping.bone_map import map_bones
    from ..motion.retarget.retarget_rotations import check_scale
    from ..scene.bone_map import load_bone_map
    from ..scene.rig import read_rig
    from ..scene.target import require_animatable_armature

    require_animatable_armature(target)
    rig = read_rig(target)
    check_scale(rig)
    if load_bone_map(target) is None:
        map_bones(rig)


def motion_id_for(target: bpy.types.Object) -> str:
    """Return the id of the motion that is to be applied to the character, else of the one it plays, else ""."""
    from ..scene.record import read_record

    if session.generation.pending_character == target.session_uid:
        return session.generation.motion_id
    return str(read_record(get_action(target)).get("motion_id", ""))


def _last_motion_id() -> str:
    from ..motion import RequestError

    if not session.generation.motion_id:
        raise RequestError("There is no motion to apply yet: generate or import one")
    return session.generation.motion_id


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_OT_apply,))
