# SPDX-License-Identifier: GPL-3.0-or-later
"""``GaitLayer``: a motion with its foot contacts, whose steps, timing and legs can be changed.

World: metres, Y up. The facing frame has +X to the character's left, +Y up, +Z forward.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...motion.contact.contacts import find_true_runs
from ...motion.layers.body_joints import ANKLES, FEET, HIPS, KNEES, OUTWARD, PELVIS, SIDES
from ...motion.layers.motion_layer import (
    MotionLayer,
    blend_quaternions,
    minimum_jerk,
    moving_average,
)
from ...motion.rotations import (
    Array,
    normalise,
    rotate,
    rotation_about_axis,
)

Mask = NDArray[np.bool_]

FPS = 20.0
"""Frames a second of a layer."""

_STANDING_ANKLE, _STANDING_TOE = 0.08, 0.02  # metres
_LONGEST_LEG = 0.99  # of the leg's length: a planted foot further away lowers the pelvis
_FORWARD = np.array([0.0, 0.0, 1.0])
_SUPPORT_FRAMES = 5


def move_between(frames: int, spans: list[tuple[int, int]], values: list[Array]) -> Array:
    """Return vectors (T, 3) that are constant in each span of frames and move smoothly between spans.

    Parameters
    ----------
    frames
        Their number, T.
    spans
        First and last + 1 frame, ascending, at least one.
    values
        The vector (3,) of each span.
    """
    out = np.zeros((frames, 3))
    out[: spans[0][0]] = values[0]
    for k, ((first, last), value) in enumerate(zip(spans, values, strict=True)):
        out[first:last] = value
        end = spans[k + 1][0] if k + 1 < len(spans) else frames
        after = values[k + 1] if k + 1 < len(spans) else value
        x = minimum_jerk((np.arange(last, end) - last + 1) / max(end - last + 1, 1))[:, None]
        out[last:end] = value * (1.0 - x) + after * x
    return out


@dataclass
class GaitLayer(MotionLayer):
    """A motion that is being changed, at ``FPS``.

    Attributes
    ----------
    contacts : (T, 4) bool
        Left heel, left toe, right heel, right toe on the ground.
    keeps_arms : bool
        Whether the arms have something to do: ``blend_arm``, ``swing_arm`` and ``lift_shoulder`` leave them alone.
    stances
        For each side, the first and last + 1 frame of each stance.
    support : (T,)
        1 where the left foot alone carries the body, -1 where the right one does, 0 between.
    """

    contacts: Mask
    keeps_arms: bool = False
    stances: dict[str, list[tuple[int, int]]] = field(init=False, repr=False)
    support: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._find_stances()

    def _find_stances(self) -> None:
        planted = {
            s: np.asarray(self.contacts[:, 2 * i : 2 * i + 2].any(axis=1)) for i, s in enumerate(SIDES)
        }
        self.stances = {s: [(int(a), int(b)) for a, b in find_true_runs(planted[s])] for s in SIDES}
        alone = planted["left"].astype(float) - planted["right"].astype(float)
        self.support = moving_average(alone, _SUPPORT_FRAMES)

    @property
    def times(self) -> Array:
        """Return the seconds (T,) from the first frame."""
        return np.arange(len(self.root)) / FPS

    def measure_support(self, side: str) -> Array:
        """Return how far one foot alone carries the body (T,), 0 to 1."""
        return np.asarray(np.clip(OUTWARD[side] * self.support, 0.0, 1.0))

    def measure_stride(self) -> Array:
        """Return how far the left foot is ahead of the right one (T,), about -1 to 1."""
        positions, _ = self.forward_kinematics()
        ahead = self.to_facing_frame(positions[:, ANKLES["left"]] - positions[:, ANKLES["right"]])[:, 2]
        return moving_average(np.clip(ahead / 0.5, -1.2, 1.2), 3)

    def measure_advance(self, side: str) -> Array:
        """Return how far the foot of one side is ahead of the other (T,), 0 to 1."""
        return np.asarray(np.clip(OUTWARD[side] * self.measure_stride() + 0.3, 0.0, 1.0))

    def find_landings(self, seconds: float) -> Array:
        """Return a bump (T,), 0 to 1, of so many seconds behind each landing of a foot."""
        out = np.zeros(len(self.root))
        for first, _ in (span for spans in self.stances.values() for span in spans if span[0] > 0):
            x = np.clip((self.times - self.times[first] + 0.05) / seconds, 0.0, 1.0)
            out = np.maximum(out, np.sin(np.pi * np.sqrt(x)) ** 2)
        return out

    def warp_time(self, rate: Array) -> None:
        """Play the motion faster where ``rate`` (T,) is above its mean and slower where it is below.

        First and last frame stay; contacts go with their frames.
        """
        last = len(self.root) - 1
        source = np.concatenate([[0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1]))])
        source = np.minimum(source * (last / source[-1]), last)
        low = np.minimum(source.astype(int), max(0, last - 1))
        t = source - low
        high = np.minimum(low + 1, last)
        self.rotations = blend_quaternions(self.rotations[low], self.rotations[high], t[:, None])
        self.root = self.root[low] * (1.0 - t[:, None]) + self.root[high] * t[:, None]
        self.facing = blend_quaternions(self.facing[low], self.facing[high], t)
        self.contacts = self.contacts[np.rint(source).astype(int)]
        self._find_stances()

    def flatten_foot(self, foot: Array) -> Array:
        """Return rotations (T, 4) of a foot that is level and points as ``foot`` (T, 4) does."""
        ahead = rotate(foot, _FORWARD)
        return rotation_about_axis("y", np.arctan2(ahead[:, 0], ahead[:, 2]))

    def move_legs(
        self,
        shift: Array | None = None,
        tilt: Array | None = None,
        roll: Array | None = None,
        yaw: Array | None = None,
        steps: Mapping[str, Array] | None = None,
        lifts: Mapping[str, Array] | None = None,
        level: Array | None = None,
        heels: Mapping[str, Array] | None = None,
        upright: Array | None = None,
    ) -> None:
        """Move the pelvis and both feet; feet that nothing is said about stay where they are.

        The pelvis goes down where a foot on the ground would be out of reach.

        Parameters
        ----------
        shift : (T, 3) metres
            Of the pelvis, in the world.
        tilt, roll, yaw : (T,) radians
            Of the pelvis: forward, left side up, to the left.
        steps : dict of (T, 3) metres
            How far each foot is moved in the world.
        lifts : dict of (T,)
            Factor on the height of each ankle above that of a standing foot.
        level : (T,)
            How far both feet are turned flat, 0 to 1.
        heels : dict of (T,) radians
            How far each heel is lifted over the ball of the foot.
        upright : (T,)
            How far the pelvis is held upright and straight ahead, 0 to 1.
        """
        positions, world_rotations = self.forward_kinematics()
        zero = np.zeros(len(self.root))
        if upright is not None:
            self.rotations[:, PELVIS] = blend_quaternions(self.rotations[:, PELVIS], self.facing, upright)
        self.turn_pelvis(zero if yaw is None else yaw, zero if tilt is None else tilt, roll)
        if shift is not None:
            self.root = self.root + shift
        targets = {}
        for side in SIDES:
            ankle, foot = positions[:, ANKLES[side]].copy(), world_rotations[:, ANKLES[side]]
            if lifts is not None and side in lifts:
                high = np.maximum(ankle[:, 1] - _STANDING_ANKLE, 0.0)
                ankle[:, 1] += high * (lifts[side] - 1.0)
            if level is not None:
                flat = blend_quaternions(foot, self.flatten_foot(foot), level)
                # about the ball of the foot where it is lower than the heel, so that neither leaves its place
                offset = self.skeleton.rest_offsets[FEET[side]].astype(np.float64)
                turned = rotate(foot, offset) - rotate(flat, offset)
                lower = (ankle[:, 1] - _STANDING_ANKLE) - (positions[:, FEET[side], 1] - _STANDING_TOE)
                ankle, foot = ankle + turned * np.clip(0.5 + lower / 0.04, 0.0, 1.0)[:, None], flat
            if heels is not None and side in heels:
                ankle, foot = self.lift_heel(side, ankle, foot, heels[side])
            if steps is not None and side in steps:
                ankle = ankle + steps[side]
            targets[side] = ankle, foot
        self.root[:, 1] -= self._find_drop({s: ankle for s, (ankle, _) in targets.items()})
        for side, (ankle, foot) in targets.items():
            self.place_foot(side, ankle, foot)

    def _find_drop(self, ankles: dict[str, Array]) -> Array:
        """Return by how much the pelvis has to go down (T,) so that planted feet are within reach of its hips."""
        positions, _ = self.forward_kinematics()
        drop = np.zeros(len(self.root))
        for side in SIDES:
            hip = positions[:, HIPS[side]]
            reach = _LONGEST_LEG * sum(self._bone_lengths(KNEES[side], ANKLES[side]))
            line = hip - ankles[side]
            level = np.minimum(np.hypot(line[:, 0], line[:, 2]), 0.9 * reach)
            planted = np.zeros(len(drop), bool)
            for first, last in self.stances[side]:
                planted[first:last] = True
            need = np.maximum(line[:, 1] - np.sqrt(reach**2 - level**2), 0.0)
            drop = np.maximum(drop, np.where(planted, need, 0.0))
        if not drop.any():
            return drop
        padded = np.pad(drop, 2, mode="edge")
        widest: Array = np.max([padded[i : i + len(drop)] for i in range(5)], axis=0)
        return moving_average(widest, 3)

    def offset_stances(self, choose: Callable[[str, int, int], Any]) -> dict[str, Array]:
        """Return by how much each foot is moved (T, 3): constant while it stands.

        ``choose`` returns the vector (3,) of a stance from its side, its number and its middle frame.
        """
        out = {}
        last = len(self.root) - 1
        for side in SIDES:
            spans = self._complete_stances(side)
            values = [
                np.asarray(choose(side, k, min(max((a + b - 1) // 2, 0), last)), float)
                for k, (a, b) in enumerate(spans)
            ]
            inside = [(max(a, 0), min(b, last + 1)) for a, b in spans]
            out[side] = move_between(len(self.root), inside, values)
        return out

    def _complete_stances(self, side: str) -> list[tuple[int, int]]:
        """Return the stances of a foot as long as they would be if the motion went on before and after the clip.

        A foot in the air at either end is on its way from or to a stance beyond it.
        """
        spans, frames = list(self.stances[side]), len(self.root)
        usual = int(np.median([b - a for a, b in spans])) if spans else 8
        usual = min(usual, 16)
        if not spans or spans[0][0] > 0:
            spans.insert(0, (-usual, 0))
        elif spans[0][1] < usual:
            spans[0] = (spans[0][1] - usual, spans[0][1])
        if spans[-1][1] < frames:
            spans.append((frames, frames + usual))
        elif spans[-1][1] - spans[-1][0] < usual:
            spans[-1] = (spans[-1][0], spans[-1][0] + usual)
        return spans

    def scale_steps(self, scale: Array) -> tuple[Array, dict[str, Array]]:
        """Return shifts of the pelvis (T, 3) and of the feet that make steps ``scale`` (T,) times as long."""
        level = self.root * np.array([1.0, 0.0, 1.0])
        way = np.diff(level, axis=0, prepend=level[:1]) * (scale - 1.0)[:, None]
        shift = np.cumsum(way, axis=0)
        return shift, self.offset_stances(lambda _side, _k, middle: shift[middle])

    def to_world(self, x: Array | float, y: Array | float, z: Array | float) -> Array:
        """Return vectors (T, 3) of the world from coordinates (T,) of the facing frame."""
        parts = np.broadcast_arrays(x, y, z, self.times)[:3]
        return rotate(self.facing, np.stack(parts, axis=-1).astype(float))

    def lift_shoulder(self, side: str, angle: Array) -> None:
        """Lift a shoulder by ``angle`` (T,) radians; the arm keeps its direction."""
        if not self.keeps_arms:
            super().lift_shoulder(side, angle)

    def blend_arm(self, side: str, upper: Any, fore: Any, weight: Array) -> None:
        """Blend an arm towards directions (3,) or (T, 3) of upper arm and forearm; the rest of its swing stays.

        Directions are in the facing frame with +X away from the body; ``weight`` (T,) is 0 to 1.
        """
        if self.keeps_arms:
            return
        u, f = self.arm_directions(side)
        out = np.array([OUTWARD[side], 1.0, 1.0])
        w = np.clip(weight, 0.0, 1.0)[:, None]
        u = normalise(u * (1.0 - w) + normalise(np.asarray(upper, float) * out) * w)
        f = normalise(f * (1.0 - w) + normalise(np.asarray(fore, float) * out) * w)
        self.set_arm_directions(side, u, f, np.clip(8.0 * weight, 0.0, 1.0))

    def swing_arm(
        self, side: str, gain: float, out: float, up: float, strength: Array, straight: float = 0.0
    ) -> None:
        """Swing an arm further.

        Parameters
        ----------
        side
            Side of the arm.
        gain
            How many times as far forward and back as it is.
        out, up
            How far the arm is held away from the body, and the forearm up.
        strength : (T,)
            0 to 1.3.
        straight
            How far the elbow is stretched, 0 to 1.
        """
        if self.keeps_arms:
            return
        u, f = self.arm_directions(side)
        w = strength[:, None]
        u = normalise(
            u * (1.0 + w * (np.array([1.0, 1.0, gain]) - 1.0)) + w * [out * OUTWARD[side], 0.0, 0.0]
        )
        f = normalise(
            f * (1.0 + w * (np.array([1.0, 1.0, gain]) - 1.0)) + w * [0.4 * out * OUTWARD[side], up, 0.3 * up]
        )
        k = np.clip(straight * w, 0.0, 1.0)
        self.set_arm_directions(side, u, normalise(f * (1.0 - k) + u * k), np.clip(8.0 * strength, 0.0, 1.0))
