# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose what to generate: another seed, a prompt, the duration it needs; remember the prompts that were used."""

from typing import Any

import bpy
from bpy.props import FloatProperty, IntProperty, StringProperty

from ..preferences import MAX_RECENT, recent_prompts
from ..properties.limits import MAX_RANDOM_SEED, MAX_SECONDS, MIN_SECONDS
from .base import ReportsErrors, Result, active_character, bone_map_properties
from .part_list import has_own_parts
from .prompt_text import read_prompt_text


class KINESCRIBE_OT_new_seed(bpy.types.Operator):
    """Choose another seed, so that the same prompt gives another motion"""

    bl_idname = "kinescribe.new_seed"
    bl_label = "New Seed"
    bl_options = {"INTERNAL", "UNDO"}

    def execute(self, context: bpy.types.Context) -> Result:
        """Choose a random seed; Python's generator is seeded by the system, never by Blender."""
        import random

        target = active_character(context)
        owner = context.scene.kinescribe
        if target is not None and has_own_parts(target):
            owner = bone_map_properties(target)
        owner.seed = random.randint(0, MAX_RANDOM_SEED)
        return {"FINISHED"}


class KINESCRIBE_OT_fit_duration_to_text(ReportsErrors, bpy.types.Operator):
    """Make the motion as long as everything takes that the prompt describes"""

    bl_idname = "kinescribe.fit_duration_to_text"
    bl_label = "Fit Duration to Text"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> Result:
        """Set the duration from the breakdown of the prompt."""
        from ..inference.embedded.script import plan_seconds
        from ..motion import RequestError

        target = active_character(context)
        settings: Any = context.scene.kinescribe
        if target is not None and has_own_parts(target):
            settings = bone_map_properties(target)
        text = (None if target is None else read_prompt_text(bone_map_properties(target))) or str(
            settings.prompt
        )
        if not text.strip():
            raise RequestError("The text is empty: describe what the character should do")
        settings.seconds = min(max(plan_seconds(text), MIN_SECONDS), MAX_SECONDS)
        return {"FINISHED"}


class KINESCRIBE_OT_use_prompt(bpy.types.Operator):
    """Use this prompt"""

    bl_idname = "kinescribe.use_prompt"
    bl_label = "Use Prompt"
    bl_options = {"INTERNAL", "UNDO"}

    prompt: StringProperty(name="Prompt", options={"SKIP_SAVE"})
    seconds: FloatProperty(
        name="Duration", description="0: as it is", default=0.0, min=0.0, options={"SKIP_SAVE"}
    )
    seed: IntProperty(name="Seed", description="-1: as it is", default=-1, min=-1, options={"SKIP_SAVE"})

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        """Show the whole prompt, which the menu may cut."""
        return str(properties.prompt)

    def execute(self, context: bpy.types.Context) -> Result:
        """Set the prompt and, if given, duration and seed."""
        target = active_character(context)
        settings: Any = context.scene.kinescribe if target is None else bone_map_properties(target)
        settings.prompt = self.prompt
        if self.seconds > 0:
            settings.seconds = self.seconds
        if self.seed >= 0:
            settings.seed = self.seed
        return {"FINISHED"}


def remember_prompt(context: bpy.types.Context, prompt: str, seconds: float, seed: int) -> None:
    """Insert a prompt as the first of the recent ones, without duplicates, and remove the oldest beyond ``MAX_RECENT``.

    Parameters
    ----------
    context : the context whose preferences hold the recent prompts
    prompt : the prompt text
    seconds : duration of the motion
    seed : seed of the motion
    """
    recent = recent_prompts(context)
    if recent is None:
        return
    for index in reversed([i for i, item in enumerate(recent) if item.prompt == prompt]):
        recent.remove(index)
    item = recent.add()
    item.prompt, item.seconds, item.seed = prompt, seconds, seed
    recent.move(len(recent) - 1, 0)
    while len(recent) > MAX_RECENT:
        recent.remove(len(recent) - 1)
    context.preferences.is_dirty = True  # so that Blender saves them on quitting


register, unregister = bpy.utils.register_classes_factory(
    (KINESCRIBE_OT_new_seed, KINESCRIBE_OT_fit_duration_to_text, KINESCRIBE_OT_use_prompt)
)
