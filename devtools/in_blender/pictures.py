# SPDX-License-Identifier: GPL-3.0-or-later
"""Contact sheet and film of the scene that ``stage`` has set up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bpy
from PIL import Image, ImageDraw, ImageFont

CELL = (480, 540)
COLUMNS = 4
HEADER = 128
GAP = 6
PAPER, INK, FAINT = (22, 27, 34), (240, 244, 248), (150, 163, 178)


def render_frame(scene: bpy.types.Scene, frame: int, path: Path, size: tuple[int, int]) -> Image.Image:
    """Render one frame with anti-aliasing and return the picture.

    Parameters
    ----------
    scene : bpy.types.Scene
        What is rendered.
    frame : int
        Frame number.
    path : Path
        PNG file that is written.
    size : (int, int)
        Width and height in pixels.
    """
    _set_up_render(scene, size, "5")
    if hasattr(scene.render.image_settings, "media_type"):
        scene.render.image_settings.media_type = "IMAGE"
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = str(path)
    scene.frame_set(frame)
    bpy.ops.render.render(write_still=True)
    with Image.open(path) as picture:
        return picture.convert("RGB")


def save_contact_sheet(
    scene: bpy.types.Scene, frames: Sequence[int], title: str, subtitle: str, path: Path, scratch: Path
) -> None:
    """Render frames and save them side by side, each with its time, below the prompt.

    Parameters
    ----------
    scene : bpy.types.Scene
        What is rendered.
    frames : sequence of int
        Frame numbers.
    title, subtitle : str
        Headings.
    path : Path
        PNG file that is written.
    scratch : Path
        Folder for the single frames.
    """
    rows = -(-len(frames) // COLUMNS)
    width = COLUMNS * CELL[0] + (COLUMNS + 1) * GAP
    sheet = Image.new("RGB", (width, HEADER + rows * (CELL[1] + GAP)), PAPER)
    draw = ImageDraw.Draw(sheet)
    _draw_headings(draw, width, title, subtitle)
    fps = scene.render.fps / scene.render.fps_base
    for i, frame in enumerate(frames):
        x = GAP + (i % COLUMNS) * (CELL[0] + GAP)
        y = HEADER + (i // COLUMNS) * (CELL[1] + GAP)
        sheet.paste(render_frame(scene, frame, scratch / f"{frame:05}.png", CELL), (x, y))
        text = f"{(frame - frames[0]) / fps:.2f} s"
        box = draw.textbbox((0, 0), text, font=_load_font(24))
        draw.rounded_rectangle((x + 12, y + 12, x + 36 + box[2], y + 24 + box[3]), 8, fill=PAPER)
        draw.text((x + 24, y + 16), text, font=_load_font(24), fill=INK)
        draw.text(
            (x + CELL[0] - 16, y + 18), f"frame {frame}", font=_load_font(19), fill=(60, 70, 84), anchor="ra"
        )
    sheet.save(path, optimize=False)


def render_film(scene: bpy.types.Scene, path: Path, rate: float = 12.0) -> None:
    """Render an H.264 film that browsers can play, with at least ``rate`` pictures a second.

    It is larger than shown on pages and has no anti-aliasing: that takes half the time and looks as good.
    """
    _set_up_render(scene, (768, 432), "OFF")
    if hasattr(scene.render.image_settings, "media_type"):
        scene.render.image_settings.media_type = "VIDEO"
    scene.render.image_settings.file_format = "FFMPEG"
    codec = scene.render.ffmpeg
    codec.format, codec.codec, codec.audio_codec = "MPEG4", "H264", "NONE"
    codec.constant_rate_factor, codec.ffmpeg_preset, codec.gopsize = "HIGH", "GOOD", 12
    fps, base, step = scene.render.fps, scene.render.fps_base, scene.frame_step
    every = max(1, int(fps / base / rate))
    # Blender plays every n-th frame at the scene's rate, so the rate is lowered for the film
    scene.frame_step, scene.render.fps_base = every, base * every
    scene.render.filepath = str(path)
    try:
        bpy.ops.render.render(animation=True)
    finally:
        scene.frame_step, scene.render.fps, scene.render.fps_base = step, fps, base


def _set_up_render(scene: bpy.types.Scene, size: tuple[int, int], anti_aliasing: str) -> None:
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.render.use_file_extension = False
    scene.display.render_aa = anti_aliasing


def _draw_headings(draw: ImageDraw.ImageDraw, width: int, title: str, subtitle: str) -> None:
    size = 46
    while size > 18 and draw.textlength(title, font=_load_font(size)) > width - 60:
        size -= 2
    draw.text((28, 52), title, font=_load_font(size), fill=INK, anchor="lm")
    draw.text((28, 98), subtitle, font=_load_font(22), fill=FAINT, anchor="lm")


def _load_font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
