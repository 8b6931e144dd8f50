# SPDX-License-Identifier: GPL-3.0-or-later
"""Direct the take that plays: continue it, redo a range, bones or parts of it; variations to choose from."""

import bpy
from bpy.props import BoolProperty, FloatProperty, IntProperty, StringProperty

from ..properties.limits import MAX_SECONDS, MAX_SEED
from ..session import session
from . import generation
from .apply import check_character
from .base import NeedsCharacter, ReportsErrors, Result, object_by_uid, require_character
from .generate import BUSY, prepare_generation
from .generated import apply_generated
from .generation import Generation


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


class _MakesNewFrames(_Directs):
    """An operator that makes some frames, with a seed of their own."""

    seed: IntProperty(
        name="Seed",
        description="-1: another one for each take",
        default=-1,
        min=-1,
        max=MAX_SEED,
        options={"SKIP_SAVE"},
    )


class KINESCRIBE_OT_continue_take(_MakesNewFrames, bpy.types.Operator):
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

    def build_generation(self, context: bpy.types.Context) -> Generation:
        """Check the take and the prompt."""
        from .new_frames import prepare_continuation

        return prepare_continuation(context, self.prompt, self.seconds, self.seed)


class KINESCRIBE_OT_redo_range(_MakesNewFrames, bpy.types.Operator):
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

    def build_generation(self, context: bpy.types.Context) -> Generation:
        """Check the take and the range."""
        from .new_frames import prepare_range_redo

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


_classes = (
    KINESCRIBE_OT_continue_take,
    KINESCRIBE_OT_redo_range,
    KINESCRIBE_OT_variations,
    KINESCRIBE_OT_keep_variation,
)
register, unregister = bpy.utils.register_classes_factory(_classes)
