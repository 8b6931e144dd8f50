# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back: a rig as it is posed, as joint rotations of the body that requests speak of, in a request's own space.

``perform`` is asked what it makes of a body at rest; a bone's turn against that is its joint's rotation, and where
the hips come out of it is corrected until they are where the rig has them. So whatever holds for one way holds for
the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..mapping.bone_map import BoneMap
from ..motion import Motion
from ..request import PoseKeyframe, Vec3
from ..rest_alignment import facing
from ..rig import Rig
from ..rotations import Array, about, conjugate, identity, multiply, rotate
from ..skeleton import SMPL_JOINTS, SMPL_PARENTS, T_POSE
from .retarget_rotations import Anchor, perform
from .retargeted_motion import Performance

_HIPS = ("left_hip", "right_hip")
_ROUNDS = 8
_CLOSE = 1e-4  # metres by which the hips may be off

_LIMBS = ("hip", "knee", "ankle", "foot", "shoulder", "elbow", "wrist")


class Inverse:
    """A rig's poses and places seen from a request.

    ``anchor``: where the request's origin lies. ``scale``: the rig's leg over that of ``T_POSE``; ``ground``: height
    of the floor. ``joints``: the joints that the rig has bones for, ``bones`` the indices of those that show them (a
    mechanism's own where controls may be out of use), ``keyed`` of those that are mapped, ``hips`` the two thighs.
    """

    def __init__(self, rig: Rig, bone_map: BoneMap, anchor: Anchor | None = None) -> None:
        """``anchor``: by default where the rig stands in its present pose, facing as it does.

        Raises what :func:`perform` does.
        """
        self._rig, self._map = rig, bone_map
        self.anchor: Anchor = (0.0, 0.0, 0.0)
        rest = self.performed(Motion(T_POSE, 30.0, np.zeros((1, 3)), identity(1, len(SMPL_JOINTS))))
        self.joints, self.scale, self.ground = rest.joints, rest.scale, rest.ground
        self.keyed = rest.bones
        self._still = rest.turns[0]
        shown = {
            joint: _shown(rig, bone_map, joint, bone)
            for joint, bone in zip(rest.joints, rest.bones, strict=True)
        }
        self.bones, self.hips = tuple(shown.values()), tuple(shown[joint] for joint in _HIPS)
        if anchor is None:
            now = {joint: rig.pose_heads[bone] for joint, bone in shown.items()}
            middle = 0.5 * (now["left_hip"] + now["right_hip"])
            anchor = (float(middle[0]), float(middle[2]), facing(now))
        self.anchor = anchor

    def performed(self, motion: Motion) -> Performance:
        """The rig doing a motion in the request's space."""
        return perform(motion, self._rig, self._map, relax_fingers=False, anchor=self.anchor)

    def places(self, points: ArrayLike) -> Array:
        """Points (..., 3) of the rig's world as the request has them: sizes are those of its own body."""
        origin = np.array([self.anchor[0], self.ground, self.anchor[1]])
        return np.asarray(
            rotate(about("y", -self.anchor[2]), np.asarray(points, dtype=float) - origin) / self.scale
        )

    def motion(self, orientations: ArrayLike, hips: ArrayLike, fps: float = 30.0) -> Motion:
        """Poses as a motion on ``T_POSE`` in the request's space.

        ``orientations`` (T, K, 4): of ``bones`` in the world. ``hips`` (T, 3): middle of the heads of ``self.hips``.
        Joints without a bone keep the rotation of the joint above.
        """
        seen = np.asarray(orientations, dtype=float)
        rest = self._rig.rest_rotations[list(self.bones)]
        turns = multiply(multiply(seen, conjugate(rest)), conjugate(self._still))
        turns = multiply(about("y", -self.anchor[2]), turns)
        column = {joint: k for k, joint in enumerate(self.joints)}
        count = len(turns)
        world, local = identity(count, len(SMPL_JOINTS)), identity(count, len(SMPL_JOINTS))
        for j, joint in enumerate(SMPL_JOINTS):
            above = world[:, SMPL_PARENTS[j]] if j else identity(count)
            world[:, j] = turns[:, column[joint]] if joint in column else above
            local[:, j] = multiply(conjugate(above), world[:, j])
        wanted = self.places(hips)
        root = wanted.copy()
        for _ in range(_ROUNDS):
            motion = Motion(T_POSE, fps, root, local)
            came = self.performed(motion).heads(_HIPS).mean(axis=1)
            off = wanted - self.places(came)
            root = root + off
            if np.abs(off).max() < _CLOSE:
                break
        return Motion(T_POSE, fps, root, local)


def keyframes(
    motion: Motion, frames: Sequence[int], joints: Sequence[str] = SMPL_JOINTS, placed: bool = True
) -> list[PoseKeyframe]:
    """The poses of a motion, one for each of ``frames``, as constraints; ``placed``: the pelvis' place as well."""
    at = [motion.skeleton.index(joint) for joint in joints]
    result = []
    for k, frame in enumerate(frames):
        turns = {
            joint: tuple(float(v) for v in motion.local_rotations[k, j])
            for joint, j in zip(joints, at, strict=True)
        }
        x, y, z = (float(v) for v in motion.root_translation[k])
        root: Vec3 | None = (x, y, z) if placed else None
        result.append(PoseKeyframe(int(frame), turns, root))  # type: ignore[arg-type]
    return result


def _shown(rig: Rig, bone_map: BoneMap, joint: str, bone: int) -> int:
    """The bone that shows a joint's pose: Rigify's FK controls stay behind while a limb is driven by IK."""
    if bone_map.family == "rigify" and joint.rpartition("_")[2] in _LIMBS:
        name = f"ORG-{rig.bone_names[bone].replace('_fk', '')}"
        if name in rig:
            return rig.index(name)
    return bone
