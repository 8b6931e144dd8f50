# SPDX-License-Identifier: GPL-3.0-or-later
"""Reader of the motion recordings: ``motions.npz`` and ``clips.json`` of the data folder and of those in ``more``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...motion.layers.body_joints import ELBOWS, SHOULDERS, SIDES, WRISTS
from ...motion.layers.motion_layer import heading_from_positions
from ...motion.rotations import Array, axis_angle_to_quaternion, conjugate, multiply, normalise, rotate
from ...motion.skeleton import SMPL_JOINTS, Skeleton
from .kinematics import rotate_motion

FPS = 20

MORE_FOLDERS = ("cmu", "kaykit", "animated_drawings")
"""Folders in ``more`` that may be trained on; ``hdm05`` (CC BY-SA 3.0) is for evaluation only and not among them."""

_ELBOW_PLANE = np.radians(
    30.0
)  # where the elbows of well converted clips bend, from straight ahead of the upper arm
_LARGEST_TWIST = np.radians(45.0)
_UNNUMBERED = ("neutral", "AverageWalk")  # clips that no licence text names


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
    """Read the recordings, with those of ``MORE_FOLDERS`` that are there.

    Raises FileNotFoundError if the data folder itself does not hold any.
    """
    clips, skeleton = read_folder(data_dir)
    for name in MORE_FOLDERS:
        folder = data_dir / "more" / name
        if (folder / "motions.npz").is_file():
            more, _ = read_folder(folder)
            clips |= {k: c for k, c in more.items() if not any(word in k for word in _UNNUMBERED)}
    return Recordings(clips, skeleton)


def read_folder(folder: Path) -> tuple[dict[str, RecordedClip], Skeleton]:
    """Read the clips of one folder by id, and their skeleton."""
    meta = json.loads((folder / "clips.json").read_text(encoding="utf-8"))
    with np.load(folder / "motions.npz", allow_pickle=False) as z:
        quaternions = normalise(z["local_quat_wxyz"]).astype(np.float32)
        root, start = z["root"].astype(np.float32), z["start"]
        parents = tuple(int(p) for p in z["parents"])
        skeleton = Skeleton(SMPL_JOINTS, parents, z["rest_offsets"].astype(np.float32))
    clips = {}
    for i, m in enumerate(meta["clips"]):
        span = slice(int(start[i]), int(start[i + 1]))
        caption = m["captions"][0]["text"] if m.get("captions") else m.get("description", "")
        rotations = repair_elbows(quaternions[span], skeleton)
        clips[m["id"]] = RecordedClip(m["id"], rotations, root[span], caption)
    return clips, skeleton


def repair_elbows(rotations: Array, skeleton: Skeleton) -> Array:
    """Move a wrong twist between upper arm and elbow of a clip; no joint changes its position.

    In some conversions the upper arm is twisted by a constant angle and the elbow turns it back, so that the elbow does
    not bend in its hinge's plane. That angle is the median over all bent frames; clips in which it is small stay as
    they are.
    """
    out = rotations.copy()
    for side in SIDES:
        shoulder, elbow = SHOULDERS[side], ELBOWS[side]
        axis = normalise(skeleton.rest_offsets[elbow].astype(np.float64))
        fore = rotate(rotations[:, elbow].astype(np.float64), normalise(skeleton.rest_offsets[WRISTS[side]]))
        across = np.hypot(fore[:, 1], fore[:, 2])
        bent = across > 0.5
        if bent.sum() < 3:
            continue
        planes = np.arctan2(fore[bent, 1], fore[bent, 2])
        mean = np.angle(np.exp(1j * planes).mean())
        plane = mean + np.median(np.angle(np.exp(1j * (planes - mean))))
        excess = float(np.angle(np.exp(1j * (plane - _ELBOW_PLANE))))
        if abs(excess) < _LARGEST_TWIST:
            continue
        # a rotation by a about +x moves the plane atan2(y, z) by -a
        twist = axis_angle_to_quaternion(axis * np.sign(axis[0]) * -excess)
        out[:, shoulder] = multiply(rotations[:, shoulder], twist)
        out[:, elbow] = multiply(conjugate(twist), rotations[:, elbow])
    return out
