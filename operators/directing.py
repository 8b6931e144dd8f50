# SPDX-License-Identifier: GPL-3.0-or-later
"""Direct the take that plays: continue it, redo a range, bones or parts of it; variations to choose from."""

from __future__ import annotations

from functools import partial

import bpy
from bpy.props import BoolProperty, FloatProperty, IntProperty, StringProperty

from ..properties import MAX_SECONDS, MAX_SEED
from ..session import session
from . import generation
from .apply import check_character
from .base import NeedsCharacter, ReportsErrors, Result, bone_map_properties, object_by_uid, require_character
from .endpoints import get_scene_backend
from .generate import BUSY, prepare_generation
from .generated import apply_generated
from .generation import Generation
from .part_list import PartPlan
from .take_work import (
    PlayedTake,
    choose_seed,
    direct_take,
    make_step,
    read_take,
    read_take_guides,
    to_part,
)


class _Directs(NeedsCharacter, ReportsErrors):
    """An operator that makes new frames for the take that the character plays."""

    bl_options = set()

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a character, and that no generation runs."""
        if generation.is_running():
            cls.poll_message_set(BUSY)
            return False
        return super().poll(context)

    def build_generation(self, context: bpy.types.Context) -> Generation:
        """Build and check the generation."""
        raise NotImplementedError

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Start the generation and return at once; in background mode wait for it."""
        if bpy.app.background:
            return self.execute(context)
        return self.report_errors(self.begin, context)

    def begin(self, context: bpy.types.Context) -> Result:
        """Start a generation, which the timer of background tasks ends."""
        generation.start(self.build_generation(context))
        return {"FINISHED"}

    def run(self, context: bpy.types.Context) -> Result:
        """Generate and wait, as scripts need it."""
        generation.run_blocking(self.build_generation(context))
        self.report({"INFO"}, session.generation.message)
        return {"FINISHED"}


class KINESCRIBE_OT_continue_take(_Directs, bpy.types.Operator):
    """Go on after the last frame of the take that plays: a new take, in which all earlier frames are as they were"""

    bl_idname = "kinescribe.continue_take"
    bl_label = "Continue Take"

    prompt: StringProperty(
        name="Prompt",
        description="What the character does next; empty: the character's prompt",
        options={"SKIP_SAVE"},
    )
    seconds: FloatProperty(
        name="Duration (s)",
        description="Length of the new frames in seconds",
        default=3.0,
        min=0.1,
        max=MAX_SECONDS,
        options={"SKIP_SAVE"},
    )
    seed: IntProperty(
        name="Seed",
        description="-1: another one for each take",
        default=-1,
        min=-1,
        max=MAX_SEED,
        options={"SKIP_SAVE"},
    )

    def build_generation(self, context: bpy.types.Context) -> Generation:
        """Check the take and the prompt."""
        return prepare_continuation(context, self.prompt, self.seconds, self.seed)


class KINESCRIBE_OT_redo_range(_Directs, bpy.types.Operator):
    """Make a range of frames of the take that plays again: a new take, in which all other frames are as they were"""

    bl_idname = "kinescribe.redo_range"
    bl_label = "Redo Range"

    start: IntProperty(
        name="Start",
        description="First frame; with both 0 it is the preview range, or the range of the selected keys",
        default=0,
        options={"SKIP_SAVE"},
    )
    end: IntProperty(
        name="End",
        description="Last frame; with both 0 it is the preview range, or the range of the selected keys",
        default=0,
        options={"SKIP_SAVE"},
    )
    prompt: StringProperty(
        name="Prompt",
        description="What the new frames show; empty: what the take shows there",
        options={"SKIP_SAVE"},
    )
    blend: IntProperty(
        name="Blend",
        description="Frames over which new frames meet those that stay",
        default=8,
        min=1,
        max=100,
        options={"SKIP_SAVE"},
    )
    only_selected: BoolProperty(
        name="Only Selected Bones",
        description="Make the selected bones alone again; the hips and all other bones stay as they are",
        options={"SKIP_SAVE"},
    )
    seed: IntProperty(
        name="Seed",
        description="-1: another one for each take",
        default=-1,
        min=-1,
        max=MAX_SEED,
        options={"SKIP_SAVE"},
    )

    def build_generation(self, context: bpy.types.Context) -> Generation:
        """Check the take and the range."""
        return prepare_range_redo(
            context, self.start, self.end, self.prompt, self.blend, self.only_selected, self.seed
        )


class KINESCRIBE_OT_variations(_Directs, bpy.types.Operator):
    """Make several motions from the same prompt with different seeds, to choose from; none is applied yet"""

    bl_idname = "kinescribe.variations"
    bl_label = "Variations"

    count: IntProperty(
        name="Count",
        description="Number of motions",
        default=4,
        min=1,
        max=8,
        options={"SKIP_SAVE"},
    )

    def build_generation(self, context: bpy.types.Context) -> Generation:
        """Build the request for several motions of the active character."""
        check_character(require_character(context))
        return prepare_generation(context, apply=False, samples=self.count)


class KINESCRIBE_OT_keep_variation(NeedsCharacter, ReportsErrors, bpy.types.Operator):
    """Make a take of this variation, at the frame at which it was asked for"""

    bl_idname = "kinescribe.keep_variation"
    bl_label = "Keep Variation"
    bl_options = set()

    index: IntProperty(
        name="Variation", description="Which variation, the first is 0", default=0, options={"SKIP_SAVE"}
    )

    def run(self, context: bpy.types.Context) -> Result:
        """Apply the motion to the character that it was made for."""
        from ..motion import RequestError
        from .apply import apply_options

        state = session.generation
        target = object_by_uid(state.generated_for)
        if not state.variations or target is None:
            raise RequestError("There are no variations: make some first")
        if not 0 <= self.index < len(state.variations):
            raise RequestError(
                "There is no variation {number}: choose one from 0 to {last}",
                number=self.index,
                last=len(state.variations) - 1,
            )
        motion_id = state.variations[self.index]
        apply_generated(motion_id, target, apply_options(context, target, motion_id), state.details)
        self.report({"INFO"}, state.message)
        return {"FINISHED"}


def prepare_continuation(context: bpy.types.Context, prompt: str, seconds: float, seed: int) -> Generation:
    """Build the generation that goes on after the take that plays.

    Raises ``RequestError``, ``RigError``, ``MappingError`` or ``BackendError``.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    prompt : str
        What the character does next; "": its prompt.
    seconds : float
        Length of the new frames.
    seed : int
        -1: another one for each take.
    """
    from ..inference.directing import continue_motion
    from ..motion import make_text_request

    backend = get_scene_backend(context)
    take = read_take(context)
    prompt = prompt.strip() or str(bone_map_properties(take.target).prompt)
    frames = make_text_request(prompt, seconds, take.motion.fps).total_frames
    seed = choose_seed(context, take.target, seed)
    first = len(take.motion)
    parts = (*take.parts, PartPlan(prompt, first, first + frames - 1, seed))
    take, guides = read_take_guides(context, take, [(first, first + frames - 1)], first + frames)
    work = partial(continue_motion, backend, prompt=prompt, seconds=float(seconds), seed=seed)
    step = make_step(work, guides, first, first + frames - 1)
    guided_by = guides.names if guides else ()
    return direct_take(context, backend, take, [step], parts, (prompt, seconds, seed), guided_by=guided_by)


def prepare_range_redo(
    context: bpy.types.Context,
    start: int,
    end: int,
    prompt: str = "",
    blend: int = 8,
    only_selected: bool = False,
    seed: int = -1,
) -> Generation:
    """Build the generation that makes a range of frames of the take that plays again.

    Raises ``RequestError``, ``RigError``, ``MappingError`` or ``BackendError``.

    Parameters
    ----------
    context : bpy.types.Context
        The context.
    start, end : int
        First and last frame in the scene; both 0: the preview range, or that of the selected keys.
    prompt : str
        What the new frames show; "": what the take shows there.
    blend : int
        Frames over which new frames meet those that stay.
    only_selected : bool
        The selected bones alone.
    seed : int
        -1: another one for each take.
    """
    from ..inference.directing import check_range, redo_range
    from ..motion import make_text_request

    backend = get_scene_backend(context)
    take = read_take(context)
    prompt = prompt.strip()
    if prompt:
        make_text_request(prompt, 1.0, take.motion.fps)
    joints = _selected_joints(take.target) if only_selected else ()
    if not start and not end:
        start, end = _default_range(context, take, whole=only_selected)
    first, last = start - take.start, end - take.start
    check_range(take.motion, first, last, take.start)
    seed = choose_seed(context, take.target, seed)
    take, guides = read_take_guides(context, take, [(first, last)], len(take.motion))
    work = partial(
        redo_range,
        backend,
        start=first,
        end=last,
        prompt=prompt,
        parts=[to_part(part) for part in take.parts],
        seed=seed,
        blend_frames=blend,
        joints=joints,
    )
    next_frame = last + 1 if last + 1 < len(take.motion) else None
    step = make_step(work, guides, first, last, next_frame, joints=joints, blend_frames=blend)
    text = prompt or take.motion.provenance.prompt
    seconds = (last - first + 1) / take.motion.fps
    return direct_take(
        context, backend, take, [step], take.parts, (text, seconds, seed), blend, bool(joints),
        guides.names if guides else (),
    )  # fmt: skip


def _selected_joints(target: bpy.types.Object) -> tuple[str, ...]:
    """Return the joints of the selected bones. Raises ``RigError`` if none of them belongs to the body."""
    from ..motion import RigError
    from ..motion.mapping.bone_map import map_bones
    from ..motion.skeleton import SMPL_JOINTS
    from ..scene.bone_map import load_bone_map
    from ..scene.rig import read_rig

    rig = read_rig(target)
    bones = (load_bone_map(target) or map_bones(rig)).bones
    selected = {name for name, chosen in zip(rig.bone_names, rig.selected, strict=True) if chosen}
    joints = tuple(joint for joint in SMPL_JOINTS[1:] if bones.get(joint) in selected)
    if not joints:
        raise RigError("No bone of the body but the hips is selected: select some in Pose Mode")
    return joints


def _default_range(context: bpy.types.Context, take: PlayedTake, whole: bool) -> tuple[int, int]:
    """Return the preview range, else the range of the selected keys; ``whole``: else the whole take.

    Raises ``RequestError`` if there is no such range.
    """
    from ..motion import RequestError
    from ..scene.takes import find_selected_range

    scene = context.scene
    if scene.use_preview_range:
        return int(scene.frame_preview_start), int(scene.frame_preview_end)
    selected = find_selected_range(take.target, take.action)
    if selected is not None:
        return selected
    if whole:
        return take.start, take.start + len(take.motion) - 1
    raise RequestError(
        "Choose the frames to be made again: enter start and end, set a preview range, or select keys"
    )


_classes = (
    KINESCRIBE_OT_continue_take,
    KINESCRIBE_OT_redo_range,
    KINESCRIBE_OT_variations,
    KINESCRIBE_OT_keep_variation,
)
register, unregister = bpy.utils.register_classes_factory(_classes)
