# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the generations that make new frames of the take that plays: after its end, or a range of it again."""

from __future__ import annotations

from functools import partial

import bpy

from .base import bone_map_properties
from .endpoints import get_scene_backend
from .generation import Generation
from .part_list import PartPlan
from .take_history import NewerFrames
from .take_work import (
    PlayedTake,
    choose_seed,
    direct_take,
    make_step,
    read_take,
    read_take_guides,
    to_part,
)


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
    newer = [NewerFrames(first, first + frames - 1, prompt, seed)]
    return direct_take(
        context, backend, take, [step], parts, (prompt, seconds, seed), newer, guided_by=guided_by
    )


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
        context, backend, take, [step], take.parts, (text, seconds, seed),
        [NewerFrames(first, last, prompt, seed, bool(joints))], blend, bool(joints),
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
