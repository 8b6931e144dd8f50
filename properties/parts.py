# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a motion: the sequence of a character, and the prompts that follow the first one in the scene."""

# no "from __future__ import annotations": Blender would evaluate the text of each property's annotation again

from typing import Any

import bpy
from bpy.props import BoolProperty, FloatProperty, IntProperty, StringProperty
from bpy.types import PropertyGroup

from .limits import MAX_SECONDS, MAX_SEED
from .listeners import announce_part


class KINESCRIBE_PG_segment(PropertyGroup):
    """A prompt that follows the first one."""

    prompt: StringProperty(
        name="Prompt",
        description="What the character does next; empty: the model decides",
        default="a person stands still",
    )
    seconds: FloatProperty(
        name="Duration (s)",
        description="Length of this part in seconds",
        default=3.0,
        min=0.2,
        max=MAX_SECONDS,
        soft_max=30.0,
        step=50,
        precision=2,
    )


class KINESCRIBE_PG_part(PropertyGroup):
    """A part of a character's sequence, at frames of the scene."""

    prompt: StringProperty(
        name="Prompt",
        description="What the character does in this part; empty: the model decides",
        update=announce_part,
    )
    start: IntProperty(name="Start", description="First frame of the part", default=1, update=announce_part)
    end: IntProperty(name="End", description="Last frame of the part", default=96, update=announce_part)
    seed: IntProperty(
        name="Seed",
        description="The same part and seed give the same motion",
        min=0,
        max=MAX_SEED,
        update=announce_part,
    )
    locked: BoolProperty(name="Lock", description="Keep the part as it is when others are made again")
    select: BoolProperty(name="Select", description="The part is selected in the Dope Sheet")
    mute: BoolProperty(
        name="Mute", description="Leave out the prompt: the model decides", update=announce_part
    )


def _scene_settings() -> Any:
    return bpy.context.scene.kinescribe


def _scene_rate() -> float:
    render = bpy.context.scene.render
    return float(render.fps / render.fps_base)


def _has_own_parts(stored: Any) -> bool:
    return bool(stored.own_parts and stored.parts)


def make_own_parts(stored: Any) -> None:
    """Give a character parts of its own, from the scene's settings, unless it has them already."""
    if _has_own_parts(stored):
        return
    settings, fps = _scene_settings(), _scene_rate()
    start = stored.parts[0].start if stored.parts else bpy.context.scene.frame_current
    rows = [(settings.prompt, settings.seconds)]
    rows += [(row.prompt, row.seconds) for row in settings.directing.segments]
    stored.parts.clear()
    for number, (prompt, seconds) in enumerate(rows):
        frames = max(1, round(seconds * fps))
        part = stored.parts.add()
        part.prompt, part.start, part.end = prompt, start, start + frames - 1
        part.seed = min(settings.seed + number, MAX_SEED)
        start += frames
    stored.own_parts = True


def set_part_frames(stored: Any, index: int, frames: int) -> None:
    """Give a part another length; the parts after it move along."""
    parts = stored.parts
    change = max(1, frames) - (parts[index].end - parts[index].start + 1)
    for part in parts:
        if part.start > parts[index].end:
            part.start += change
            part.end += change
    parts[index].end += change


def get_prompt(self: Any) -> str:
    """Return the prompt of a character's first part, or the scene's."""
    return str(self.parts[0].prompt if _has_own_parts(self) else _scene_settings().prompt)


def set_prompt(self: Any, value: str) -> None:
    """Set the prompt of the first part."""
    make_own_parts(self)
    self.parts[0].prompt = value


def get_frames(self: Any) -> int:
    """Return the length of a character's first part, or of the scene's motion, in frames."""
    if _has_own_parts(self):
        return int(self.parts[0].end - self.parts[0].start + 1)
    return max(1, round(float(_scene_settings().seconds) * _scene_rate()))


def set_frames(self: Any, value: int) -> None:
    """Set the length of the first part; the parts after it move along."""
    make_own_parts(self)
    set_part_frames(self, 0, value)


def get_seconds(self: Any) -> float:
    """Return the length of a character's first part, or of the scene's motion, in seconds."""
    if _has_own_parts(self):
        return get_frames(self) / _scene_rate()
    return float(_scene_settings().seconds)


def set_seconds(self: Any, value: float) -> None:
    """Set the length of the first part; the parts after it move along."""
    set_frames(self, max(1, round(value * _scene_rate())))


def get_seed(self: Any) -> int:
    """Return the seed of a character's first part, or the scene's."""
    return int(self.parts[0].seed if _has_own_parts(self) else _scene_settings().seed)


def set_seed(self: Any, value: int) -> None:
    """Set the seed of the first part."""
    make_own_parts(self)
    self.parts[0].seed = value
