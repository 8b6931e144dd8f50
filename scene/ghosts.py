# SPDX-License-Identifier: GPL-3.0-or-later
"""Ghosts: motions as light figures with the rig's own proportions, seen before anything is baked.

A ghost is the line from each mapped joint to the next one above it, at every frame, in Blender's world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import bpy
import numpy as np
from numpy.typing import NDArray

from ..motion import Motion
from ..motion.mapping.bone_map import BoneMap, map_bones
from ..motion.resample import resample
from ..motion.retarget.retarget_rotations import retarget_rotations
from ..motion.retarget.root_motion import remove_root_motion
from ..motion.rig import Rig
from ..motion.skeleton import SMPL_JOINTS, SMPL_PARENTS
from .action import get_action
from .apply_options import ApplyOptions
from .axes import to_z_up
from .bone_map import load_bone_map
from .frame_rate import read_frame_rate
from .record import read_record
from .rig import read_rig
from .static_pose import read_reverted_state
from .unbake import read_values_before, temporarily_reverted


@dataclass(frozen=True, eq=False)
class Ghost:
    """A motion on a character.

    Attributes
    ----------
    label
        What is written above it.
    motion_id
        The motion in the cache; "": it is not saved yet.
    character
        ``session_uid`` of the armature.
    start
        Frame of the scene at which it begins.
    fps
        Frames a second.
    positions : (T, J, 3) float32
        Joints in Blender's world, metres.
    lines : (L, 2)
        Indices of the joints that each line connects.
    top
        Index of the joint under the label.
    """

    label: str
    motion_id: str
    character: int
    start: int
    fps: float
    positions: NDArray[np.float32]
    lines: NDArray[np.int64]
    top: int


class GhostStage(NamedTuple):
    """What ghosts of a character are made with, read from the scene once; later work needs no Blender data."""

    rig: Rig
    bone_map: BoneMap
    fps: float
    character: int
    options: ApplyOptions


def read_stage(
    context: bpy.types.Context, obj: bpy.types.Object, options: ApplyOptions, changes_nothing: bool = False
) -> GhostStage:
    """Read what ghosts of an armature are made with, as it is without what Kinescribe baked onto it.

    Raises ``RigError`` or ``MappingError``.

    Parameters
    ----------
    context : bpy.types.Context
        The context, whose scene has the frame rate.
    obj : bpy.types.Object
        The armature.
    options : ApplyOptions
        Start frame and root motion.
    changes_nothing : bool
        Change no Action and no frame, not even for a moment: where only Blender can tell how the character stands
        without the Action, it counts as it stands now.
    """
    action = get_action(obj)
    if action is None or not read_record(action):
        rig = read_rig(obj)
    else:
        state = read_reverted_state(obj, action, read_values_before(action))
        if state is not None:
            rig = state.rig
        else:
            with temporarily_reverted(obj, None if changes_nothing else action):
                rig = read_rig(obj)
    bone_map = load_bone_map(obj) or map_bones(rig)
    return GhostStage(rig, bone_map, read_frame_rate(context.scene), obj.session_uid, options)


def make_ghost(stage: GhostStage, label: str, motion_id: str, motion: Motion) -> Ghost:
    """Return the ghost of a motion, as it would stand in the scene if it were applied; may be called in a thread.

    Feet and hands are not locked, which is a matter of millimetres. Raises ``RigError`` or ``MappingError``.

    Parameters
    ----------
    stage : GhostStage
        Character and options.
    label : str
        What is written above it.
    motion_id : str
        Its id in the cache, or "".
    motion : Motion
        What is shown.
    """
    options = stage.options
    anchor = motion.provenance.anchor if options.at_character else None
    retargeted = retarget_rotations(
        resample(motion, stage.fps),
        stage.rig,
        stage.bone_map,
        options.at_character,
        relax_fingers=False,
        anchor=anchor,
    )
    if options.root_mode == "IN_PLACE":
        retargeted = remove_root_motion(retargeted)
    joints = [joint for joint in SMPL_JOINTS if joint in retargeted.joint_columns]
    positions = to_z_up(retargeted.joint_positions(joints)).astype(np.float32)
    top = joints.index("head") if "head" in joints else 0
    return Ghost(
        label=label,
        motion_id=motion_id,
        character=stage.character,
        start=options.start_frame,
        fps=stage.fps,
        positions=positions,
        lines=find_lines(joints),
        top=top,
    )


def find_lines(joints: Sequence[str]) -> NDArray[np.int64]:
    """Return index pairs (L, 2) of ``joints``: each with the nearest joint above it that is among them."""
    lines = []
    for index, joint in enumerate(joints):
        parent = SMPL_PARENTS[SMPL_JOINTS.index(joint)]
        while parent >= 0 and SMPL_JOINTS[parent] not in joints:
            parent = SMPL_PARENTS[parent]
        if parent >= 0:
            lines.append((joints.index(SMPL_JOINTS[parent]), index))
    return np.array(lines, dtype=np.int64).reshape(-1, 2)
