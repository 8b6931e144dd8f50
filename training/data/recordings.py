# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of the motion recordings (``motions.npz`` and ``clips.json`` of the data folder)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...motion.rotations import Array, normalise
from ...motion.skeleton import SMPL_JOINTS, Skeleton
from .kinematics import heading_from_positions, rotate_motion

FPS = 20


@dataclass(frozen=True)
class RecordedClip:
    """One recording at 20 frames a second.

    Attributes
    ----------
    id : str
        Name in ``clips.json``.
    rotations : (T, 22, 4) float32
        Local unit quaternions, w x y z.
    root : (T, 3) float32
        Position of the pelvis in metres, Y up.
    caption : str
        One sentence that describes the clip.
    """

    id: str
    rotations: Array
    root: Array
    caption: str


@dataclass(frozen=True)
class Recordings:
    """All clips by id, and the skeleton that they share."""

    clips: dict[str, RecordedClip]
    skeleton: Skeleton

    def joint_positions(self, rotations: Array, root: Array) -> Array:
        """Return joint positions (T, 22, 3) in metres, float64, of local rotations (T, 22, 4) and a root (T, 3)."""
        return self.skeleton.forward_kinematics(root, rotations)[0]

    def cut_clip(self, clip: str, start: float, end: float) -> tuple[Array, Array]:
        """Return the frames between two times in seconds (end < 0: the last frame), moved to the origin, facing +Z."""
        c = self.clips[clip]
        first = round(start * FPS)
        last = len(c.root) if end < 0 else min(len(c.root), round(end * FPS) + 1)
        return self.move_to_origin(c.rotations[first:last], c.root[first:last])

    def move_to_origin(self, rotations: Array, root: Array) -> tuple[Array, Array]:
        """Move and rotate a motion so that frame 0 stands at x = z = 0 and faces +Z."""
        facing = heading_from_positions(self.joint_positions(rotations[:1], root[:1]))[0]
        rotations, root = rotate_motion(rotations, root, -float(facing))
        return rotations, root - root[0] * np.array([1.0, 0.0, 1.0], dtype=root.dtype)


def read_recordings(data_dir: Path) -> Recordings:
    """Read the recordings. Raises FileNotFoundError if the folder does not hold them."""
    meta = json.loads((data_dir / "clips.json").read_text(encoding="utf-8"))
    with np.load(data_dir / "motions.npz", allow_pickle=False) as z:
        quaternions = normalise(z["local_quat_wxyz"]).astype(np.float32)
        root, start = z["root"].astype(np.float32), z["start"]
        parents = tuple(int(p) for p in z["parents"])
        skeleton = Skeleton(SMPL_JOINTS, parents, z["rest_offsets"].astype(np.float32))
    clips = {}
    for i, m in enumerate(meta["clips"]):
        span = slice(int(start[i]), int(start[i + 1]))
        caption = m["captions"][0]["text"] if m["captions"] else m["description"]
        clips[m["id"]] = RecordedClip(m["id"], quaternions[span], root[span], caption)
    return Recordings(clips, skeleton)
