# SPDX-License-Identifier: GPL-3.0-or-later
"""``GuideContext``: the character that is guided, and the frames that its motion will have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np

from ..motion.mapping.bone_map import map_bones
from ..motion.retarget.rig_to_motion import RigToMotion
from ..motion.rig import Rig
from ..motion.rotations import Array
from .action import get_action
from .bone_map import load_bone_map
from .frame_rate import read_frame_rate
from .poses import preserve_frame_and_pose
from .record import has_unedited_kinescribe_action, read_record
from .rig import read_rig
from .static_pose import is_static, read_reverted_state
from .unbake import read_values_before, temporarily_reverted


@dataclass(frozen=True, eq=False)
class GuideContext:
    """The character that is guided, and the frames of the scene that the motion will have.

    Attributes
    ----------
    scene : bpy.types.Scene
        The scene.
    obj : bpy.types.Object
        The armature.
    rig : Rig
        The same as arrays.
    rig_to_motion : RigToMotion
        Conversion between the rig and the request's space.
    first_frame, frame_count : int
        First frame and number of frames.
    new_spans : sequence of (first, last)
        Frames of the scene that are new in a take; empty: all of them are. Guides need not reach into new frames.
    """

    scene: bpy.types.Scene
    obj: bpy.types.Object
    rig: Rig
    rig_to_motion: RigToMotion
    first_frame: int
    frame_count: int
    new_spans: Sequence[tuple[int, int]] = ()

    @property
    def fps(self) -> float:
        """Frames a second of the scene."""
        return read_frame_rate(self.scene)

    @property
    def last_frame(self) -> int:
        """Last frame of the motion, of the scene."""
        return self.first_frame + self.frame_count - 1

    def contains_frame(self, frame: int) -> bool:
        """Return whether a frame of the scene is made."""
        spans = self.new_spans or [(self.first_frame, self.last_frame)]
        return any(first <= frame <= last for first, last in spans)

    def list_frames(self) -> list[int]:
        """Return the frames of the scene that are made."""
        return [f for f in range(self.first_frame, self.last_frame + 1) if self.contains_frame(f)]


def read_context(
    scene: bpy.types.Scene,
    obj: bpy.types.Object,
    first_frame: int,
    frame_count: int,
    rig: Rig | None = None,
) -> GuideContext:
    """Read a character. Raises ``RigError`` or ``MappingError``.

    Parameters
    ----------
    scene : bpy.types.Scene
        The scene.
    obj : bpy.types.Object
        The armature.
    first_frame, frame_count : int
        The motion's first frame and number of frames, of the scene.
    rig : Rig, optional
        As the motion begins; by default in the present pose.
    """
    rig = rig or read_rig(obj)
    return GuideContext(
        scene, obj, rig, RigToMotion(rig, load_bone_map(obj) or map_bones(rig)), first_frame, frame_count
    )


def read_rig_at_start(scene: bpy.types.Scene, obj: bpy.types.Object, first_frame: int) -> Rig:
    """Return a character as it stands where a motion begins that takes the place of what Kinescribe made.

    That is at the motion's first frame and without the take that plays, wherever the playhead is. The scene is left
    unchanged. Raises ``RigError``.
    """
    replaced = get_action(obj) if has_unedited_kinescribe_action(obj) else None
    if replaced is None and (first_frame == scene.frame_current or is_static(obj, None)):
        return read_rig(obj)
    if replaced is not None and not isinstance(read_record(replaced).get("previous"), bpy.types.Action):
        state = read_reverted_state(obj, replaced, read_values_before(replaced))
        if state is not None:
            return state.rig
    with preserve_frame_and_pose(scene, [obj]), temporarily_reverted(obj, replaced):
        scene.frame_set(first_frame)
        return read_rig(obj)


def sample_matrices(scene: bpy.types.Scene, obj: bpy.types.Object, frames: Sequence[int]) -> Array:
    """Return the world matrices (T, 4, 4) of an object; frames are changed only if the object can move."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    chain = [obj]
    while chain[-1].parent:
        chain.append(chain[-1].parent)
    if not any(o.animation_data or o.constraints for o in chain):
        matrix = np.array(obj.evaluated_get(depsgraph).matrix_world, dtype=float)
        return np.tile(matrix, (len(frames), 1, 1))
    matrices = []
    with preserve_frame_and_pose(scene, chain):
        for frame in frames:
            scene.frame_set(frame)
            evaluated = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
            matrices.append(np.array(evaluated.matrix_world, dtype=float))
    return np.array(matrices)
