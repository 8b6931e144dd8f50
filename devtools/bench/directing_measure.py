# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by ``dev.py directing`` in the unit tests' environment: generate motions under constraints, measure each of them.

``python -m devtools.bench.directing_measure TARGET SEEDS`` writes all figures as JSON to the file TARGET; with a third
argument, ``embedded`` or ``ardy``, those of constraints on that model, ARDY with random weights.

A measurement generates the motions of one prompt and one seed and returns its figures by name; the name ends with the
unit.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ..testing.working_tree import load_working_tree

load_working_tree()

import numpy as np  # noqa: E402
from kinescribe.inference.backend import Backend  # noqa: E402
from kinescribe.inference.embedded import EmbeddedBackend  # noqa: E402
from kinescribe.motion import T_POSE, Motion, MotionRequest  # noqa: E402
from kinescribe.motion.request import (  # noqa: E402
    EffectorTarget,
    PoseKeyframe,
    RequestOptions,
    RootPath,
    TextSegment,
)
from kinescribe.motion.rest_alignment import body_heading  # noqa: E402
from kinescribe.motion.smoothing import find_smooth_way  # noqa: E402
from kinescribe.training.evaluation.predicates import PREDICATES, MeasuredMotion  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from .takes_measure import (  # noqa: E402
    CONTINUATIONS,
    PART_REDOS,
    REDOS,
    measure_continuation,
    measure_part_redo,
    measure_redo,
)

Array = NDArray[np.float64]
Figures = dict[str, float]

LOCOMOTION = ("a person walks forward", "a person jogs", "a person walks slowly", "a person walks backward")
NEAR_ONE_SPOT = ("a person stands still", "a person waves", "a person walks forward")
CHAINS = (
    ("a person walks forward", "a person jumps", "a person walks backward"),
    ("a person stands still", "a person sits down", "a person stands still"),
    ("a person walks forward", "a person turns left on the spot", "a person runs forward"),
)
ARM_PREDICATES = {
    "a person walks forward and waves": "walk_wave",
    "a person walks while talking on the phone": "walk_at_head",
    "a person walks with both arms raised": "walk_hands_up",
}
LEG_JOINTS = ("pelvis", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "left_foot",
              "right_foot")  # fmt: skip
FPS, FRAMES = 30.0, 150
PATH_STEP = 12
"""Frames between two points of a path, as Blender's panel requests them."""
STRIDE_SECONDS = 1.0
"""Standard deviation of the smoothing that leaves the way of a body without the sway of its strides."""
KEYFRAMES = (0, 75, 149)
NEAR_SECONDS = 0.4
"""What is closer to a keyframe or a change of prompts counts as near it."""

CONSTRAINTS = ("path", "brisk path", "waypoints", "poses", "effectors", "loop")
"""Measurements of what any model has to meet exactly, whatever its motions are like."""

MODEL: Backend = EmbeddedBackend()
TAKES = {
    "redone range": (REDOS, measure_redo),
    "continuation": (CONTINUATIONS, measure_continuation),
    "redone part": (PART_REDOS, measure_part_redo),
}


def main(target: Path, seed_count: int, model: str = "") -> None:
    """Take measurements and write their figures.

    Parameters
    ----------
    target : the file
    seed_count : motions of each prompt
    model : "embedded" or "ardy": only constraints, on that model; empty: everything
    """
    if model == "ardy":
        from ..testing.random_ardy import make_random_ardy

        global MODEL
        MODEL = make_random_ardy()
    measurements: dict[str, tuple[Sequence[Any], Callable[[Any, int], Figures]]] = {
        "path": (LOCOMOTION, measure_path),
        "brisk path": (LOCOMOTION, partial(measure_path, speed=1.5)),
        "free": (LOCOMOTION, measure_free_motion),
        "waypoints": (LOCOMOTION, measure_waypoints),
        "poses": (NEAR_ONE_SPOT, measure_pose_keyframes),
        "effectors": (NEAR_ONE_SPOT, measure_effector_targets),
        "new arms": (tuple(ARM_PREDICATES), measure_new_arms),
        "loop": (LOCOMOTION, measure_loop),
        "chain": (CHAINS, measure_chain),
    }
    figures = {
        name: [
            {
                "prompt": prompt,
                "seed": seed,
                **{key: round(float(value), 5) for key, value in measure(prompt, seed).items()},
            }
            for prompt in prompts
            for seed in range(seed_count)
        ]
        for name, (prompts, measure) in measurements.items()
        if not model or name in CONSTRAINTS
    }
    for name, (count, measure_take) in ({} if model else TAKES).items():
        figures[name] = [
            {"number": n, **{key: round(float(value), 7) for key, value in measure_take(MODEL, n).items()}}
            for n in range(count)
        ]
    target.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def generate_motion(
    prompts: Sequence[str], constraints: Sequence[Any] = (), frames: int = FRAMES, **options: Any
) -> Motion:
    """Return the motion of some prompts in a row.

    Parameters
    ----------
    prompts : sequence of str
        One segment each.
    constraints : sequence
        Constraints of the request.
    frames : int
        Length of each segment, at :data:`FPS`.
    **options
        Fields of :class:`RequestOptions`.
    """
    segments = tuple(TextSegment(prompt, frames) for prompt in prompts)
    return MODEL.generate(MotionRequest(segments, FPS, tuple(constraints), RequestOptions(**options)))[0]


def s_curve(parameters: Array) -> Array:
    """Return points x, z (..., 2) of an S of 5.5 m in length at parameters from 0 to 1."""
    return np.stack([1.2 * np.sin(2 * np.pi * parameters), 4.5 * parameters], axis=-1)


CURVE = s_curve(np.linspace(0, 1, 2000))
CURVE_LENGTHS = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(CURVE, axis=0), axis=-1))])
"""Metres along the S up to each point of :data:`CURVE`."""


def headings_of(motion: Motion) -> Array:
    """Return the body's heading (T,) in radians."""
    tracks = {name: motion.positions[:, i] for i, name in enumerate(T_POSE.joint_names)}
    return np.array([
        body_heading({name: track[frame] for name, track in tracks.items()}) for frame in range(len(motion))
    ])  # fmt: skip


def heading_errors(motion: Motion, directions: Array, prompt: str) -> Array:
    """Return angles (T,) in radians between the body's heading and directions of travel (T, 2), whatever the sign."""
    backward = math.pi if "backward" in prompt else 0.0
    errors = headings_of(motion) - np.arctan2(directions[:, 0], directions[:, 1]) - backward
    return np.abs((errors + np.pi) % (2 * np.pi) - np.pi)


def sliding_speed(motion: Motion) -> float:
    """Return the mean horizontal speed, in m/s, of toes that are less than 5 cm above the floor."""
    toes = motion.positions[:, [10, 11]]
    low = (toes[1:, :, 1] < 0.05) & (toes[:-1, :, 1] < 0.05)
    speed = np.linalg.norm(np.diff(toes[..., [0, 2]], axis=0), axis=-1) * FPS
    return float(speed[low].mean()) if low.any() else 0.0


def travelled_distance(motion: Motion) -> float:
    """Return metres over the ground in :data:`FRAMES` frames, from one point a second: sway is left out."""
    positions = motion.root_translation[:: round(FPS), [0, 2]]
    length = float(np.linalg.norm(np.diff(positions, axis=0), axis=-1).sum())
    return length * FRAMES / (len(positions) - 1) / FPS


def fastest_joint_speeds(motion: Motion) -> Array:
    """Return the speed (T - 1,) of the fastest joint, in m/s."""
    return np.linalg.norm(np.diff(motion.positions, axis=0), axis=-1).max(axis=-1) * FPS


def _is_near(count: int, frames: Any) -> NDArray[np.bool_]:
    """Return which of ``count`` frames are near one of ``frames``."""
    return np.min(np.abs(np.arange(count)[:, None] - frames), axis=1) < NEAR_SECONDS * FPS


def measure_path(prompt: str, seed: int, speed: float | None = None) -> Figures:
    """Measure a path along the S, as long as the motion without it, or as ``speed`` (m/s) would travel."""
    length = FRAMES / FPS * speed if speed else travelled_distance(generate_motion([prompt], seed=seed))
    size = max(length, 0.5) / CURVE_LENGTHS[-1]
    frames = [*range(0, FRAMES - PATH_STEP // 2, PATH_STEP), FRAMES - 1]
    lengths = np.array(frames) / (FRAMES - 1) * CURVE_LENGTHS[-1]
    parameters = np.interp(lengths, CURVE_LENGTHS, np.linspace(0, 1, 2000))
    points = tuple((float(x), float(z)) for x, z in size * s_curve(parameters))
    motion = generate_motion([prompt], [RootPath(tuple(frames), points)], seed=seed)
    root = motion.root_translation[:, [0, 2]]
    distances = np.linalg.norm(root[:, None] - size * CURVE[None], axis=-1)
    nearest = np.clip(distances.argmin(axis=1), 1, len(CURVE) - 2)
    errors = heading_errors(motion, CURVE[nearest + 1] - CURVE[nearest - 1], prompt)
    return {
        "path_m": distances.min(axis=1).mean(),
        "points_m": np.linalg.norm(root[frames] - points, axis=-1).max(),
        "heading_degrees": np.degrees(errors.mean()),
        "slide_m_s": sliding_speed(motion),
    }


def measure_free_motion(prompt: str, seed: int) -> Figures:
    """Measure how feet slide, and how the body turns with its steps, without any constraint."""
    motion = generate_motion([prompt], seed=seed)
    way = find_smooth_way(motion.root_translation[:, [0, 2]], FPS, STRIDE_SECONDS)
    errors = heading_errors(motion, np.gradient(way, axis=0), prompt)
    return {"heading_degrees": np.degrees(errors.mean()), "slide_m_s": sliding_speed(motion)}


def measure_waypoints(prompt: str, seed: int) -> Figures:
    """Measure a path of three points in five seconds."""
    frames, points = (0, 60, 149), ((0.0, 0.0), (1.0, 2.0), (3.0, 3.0))
    motion = generate_motion([prompt], [RootPath(frames, points)], seed=seed)
    errors = np.linalg.norm(motion.root_translation[list(frames)][:, [0, 2]] - points, axis=-1)
    return {"waypoint_m": errors.max()}


def _pose_keyframe(motion: Motion, frame: int, joints: Sequence[str]) -> PoseKeyframe:
    """Return the pose of some joints of a motion, and where its root is, as a keyframe at the same frame."""
    rotations = {name: tuple(motion.local_rotations[frame, T_POSE.joint_index(name)]) for name in joints}
    return PoseKeyframe(frame, rotations, tuple(motion.root_translation[frame]))


def measure_pose_keyframes(prompt: str, seed: int) -> Figures:
    """Measure three pose keyframes that are taken from the prompt's motion with another seed."""
    free, other = generate_motion([prompt], seed=seed), generate_motion([prompt], seed=seed + 100)
    keyframes = [_pose_keyframe(other, frame, T_POSE.joint_names) for frame in KEYFRAMES]
    motion = generate_motion([prompt], keyframes, seed=seed)
    rows = list(KEYFRAMES)
    errors = np.linalg.norm(motion.positions[rows] - other.positions[rows], axis=-1)
    speed = fastest_joint_speeds(motion)
    fastest = max(fastest_joint_speeds(free).max(), fastest_joint_speeds(other).max())
    return {"pose_m": errors.max(), "speed_ratio": speed[_is_near(len(speed), KEYFRAMES)].max() / fastest}


def measure_effector_targets(prompt: str, seed: int) -> Figures:
    """Measure a target for the left hand and one for the right foot, each in a motion of its own."""
    free = generate_motion([prompt], seed=seed)
    worst = 0.0
    for chain, shift in (
        (("left_shoulder", "left_elbow", "left_wrist"), (0.1, 0.35, 0.3)),
        (("right_hip", "right_knee", "right_ankle"), (-0.1, 0.25, 0.2)),
    ):
        joint, index = chain[-1], T_POSE.joint_index(chain[-1])
        top, middle, end = free.positions[75, [T_POSE.joint_index(name) for name in chain]]
        wanted = end + shift - top
        reach = 0.95 * (np.linalg.norm(middle - top) + np.linalg.norm(end - middle))
        # a hand that waves is up already: a target further up would be out of reach
        target = top + wanted * min(1.0, reach / np.linalg.norm(wanted))
        motion = generate_motion([prompt], [EffectorTarget(joint, (75,), (tuple(target),))], seed=seed)
        worst = max(worst, float(np.linalg.norm(motion.positions[75, index] - target)))
    return {"effector_m": worst}


def measure_new_arms(prompt: str, seed: int) -> Figures:
    """Measure the legs of a walk, kept by a pose keyframe on every frame, with the arms of a prompt."""
    walk = generate_motion(["a person walks forward"], seed=seed + 50)
    rows = [T_POSE.joint_index(name) for name in LEG_JOINTS]
    keyframes = [_pose_keyframe(walk, frame, LEG_JOINTS) for frame in range(FRAMES)]
    motion = generate_motion([prompt], keyframes, seed=seed)
    cosines = np.abs((motion.local_rotations[:, rows] * walk.local_rotations[:, rows]).sum(-1))
    return {
        "kept_degrees": np.degrees(2 * np.arccos(np.clip(cosines, 0, 1))).max(),
        "failed": 1.0 - PREDICATES[ARM_PREDICATES[prompt]](MeasuredMotion(motion)),
    }


def measure_loop(prompt: str, seed: int) -> Figures:
    """Measure the change from the last frame to the first, seen from above the pelvis."""
    motion = generate_motion([prompt], seed=seed, loop=True)
    body = motion.positions - motion.root_translation[:, None] * [1, 0, 1]
    steps = np.linalg.norm(np.diff(body, axis=0), axis=-1).mean(axis=-1)
    return {"seam_ratio": np.linalg.norm(body[-1] - body[0], axis=-1).mean() / np.median(steps)}


def measure_chain(prompts: Sequence[str], seed: int) -> Figures:
    """Measure the changes between prompts of three seconds each."""
    motion = generate_motion(prompts, frames=90, seed=seed, transition_frames=24)
    speed = fastest_joint_speeds(motion)
    near = _is_near(len(speed), np.arange(1, len(prompts)) * 90)
    return {"speed_ratio": speed[near].max() / speed[~near].max()}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
