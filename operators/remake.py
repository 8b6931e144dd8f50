# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a take again with another model: the same parts, guides and seed, as a new take beside it."""

from typing import Any

import bpy
from bpy.props import StringProperty

from ..session import session
from . import generation
from .base import (
    NeedsCharacter,
    ReportsErrors,
    Result,
    active_character,
    bone_map_properties,
    get_action,
    report_info,
    require_character,
)
from .generate import BUSY, prepare_generation
from .generation import Generation
from .part_list import has_own_parts

NO_TAKE = "The character plays no take: generate a motion, or choose a take"


class KINESCRIBE_OT_remake_take(ReportsErrors, NeedsCharacter, bpy.types.Operator):
    """Make the take that plays again with ARDY: the same parts, guides and seed, as another take"""

    bl_idname = "kinescribe.remake_take"
    bl_label = "Make Again with ARDY"
    # neither REGISTER nor UNDO: it ends with apply, as generating does
    bl_options = set()

    model: StringProperty(
        name="Model",
        description="Model that makes the take again, as in the setting of the scene",
        default="ardy",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a character that plays a take, and that no generation runs."""
        if generation.is_running():
            cls.poll_message_set(BUSY)
            return False
        if not super().poll(context):
            return False
        if find_playing_take(active_character(context)) is None:
            cls.poll_message_set(NO_TAKE)
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Result:
        """Start the generation and return at once; in background mode wait for it."""
        if bpy.app.background:  # where no timer would ever fire
            return self.execute(context)
        return self.report_errors(self.start, context)

    def start(self, context: bpy.types.Context) -> Result:
        """Start a generation, which the timer of background tasks ends."""
        generation.start(self.build_generation(context))
        return {"FINISHED"}

    def run(self, context: bpy.types.Context) -> Result:
        """Generate and wait for the motion, as scripts need it."""
        generation.run_blocking(self.build_generation(context))
        report_info(self, "{message}", message=session.generation.message)
        return {"FINISHED"}

    def build_generation(self, context: bpy.types.Context) -> Generation:
        """Choose the model and the take's seed in the settings, and build the generation.

        If that is not possible, the settings stay as they were. Raises what ``prepare_generation`` raises.
        """
        settings, target = context.scene.kinescribe, require_character(context)
        take = find_playing_take(target)
        assert take is not None
        wanted: dict[str, Any] = {"model": self.model, "random_seed": False}
        if not has_own_parts(target):
            wanted["seed"] = take.seed
            if not settings.directing.segments and take.prompt:
                wanted["prompt"] = take.prompt
        before = {name: getattr(settings, name) for name in wanted}
        try:
            for name, value in wanted.items():
                setattr(settings, name, value)
            prepared = prepare_generation(context, apply=True)
        except BaseException:
            for name, value in before.items():
                setattr(settings, name, value)
            raise
        settings.random_seed = before["random_seed"]
        return prepared


def find_playing_take(target: bpy.types.Object | None) -> Any:
    """Return the take that a character plays; None if it plays none."""
    action = get_action(target) if target is not None else None
    if target is None or action is None:
        return None
    return next((take for take in bone_map_properties(target).takes if take.action == action), None)


register, unregister = bpy.utils.register_classes_factory((KINESCRIBE_OT_remake_take,))
