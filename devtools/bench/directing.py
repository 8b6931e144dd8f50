# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py directing``: how exactly the embedded model does what it is directed to do, over prompts and seeds.

Runs itself in the environment of the unit tests (NumPy, no Blender): the figures are the model's own. What a character
in Blender adds to them is said in ``docs/directing.md``.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..env.console import say
from ..env.environments import ROOT, ensure
from ..testing.working_tree import load_working_tree

REPORT = ROOT / "docs" / "reports" / "directing.json"
PAGE = ROOT / "docs" / "directing.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

PROMPTS = ("a person walks forward", "a person jogs", "a person walks slowly", "a person walks backward")
STANDING = ("a person stands still", "a person waves", "a person walks forward")
CHAINS = (
    ("a person walks forward", "a person jumps", "a person walks backward"),
    ("a person stands still", "a person sits down", "a person stands still"),
    ("a person walks forward", "a person turns left on the spot", "a person runs forward"),
)
ARMS = {
    "a person walks forward and waves": "walk_wave",
    "a person walks while talking on the phone": "walk_at_head",
    "a person walks with both arms raised": "walk_hands_up",
}
LEGS = ("pelvis", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "left_foot",
        "right_foot")  # fmt: skip
FPS, FRAMES = 30.0, 150
STEP = 12  # frames between two places of a path, as Blender's panel asks for them

_ROWS = (
    ("path", "path_m", "root to the path, mean", "m"),
    ("path", "heading_degrees", "heading to the path's direction, mean", "°"),
    ("brisk path", "path_m", "root to the path, mean", "m"),
    ("brisk path", "heading_degrees", "heading to the path's direction, mean", "°"),
    ("path", "slide_m_s", "feet near the floor move, at the prompt's own pace", "m/s"),
    ("brisk path", "slide_m_s", "feet near the floor move, at 1.5 m/s whatever the prompt", "m/s"),
    ("free", "slide_m_s", "the same without a path", "m/s"),
    ("waypoints", "waypoint_m", "root at sparse waypoints", "m"),
    ("poses", "pose_m", "joints at pose keyframes, largest", "m"),
    (
        "poses",
        "speed_ratio",
        "fastest joint within 0.4 s of one, against the fastest of the free motion",
        "x",
    ),
    ("effectors", "effector_m", "hand or foot at its target", "m"),
    ("new arms", "kept_degrees", "legs and hips that were to be kept, largest turn away", "°"),
    ("new arms", "failed", "arms that do not do what the prompt says (0 or 1)", "x"),
    ("loop", "seam_ratio", "seam, against the median change from frame to frame", "x"),
    ("chain", "speed_ratio", "fastest joint at a change of prompts, against elsewhere", "x"),
)


def directing(out: Path, seeds: int, write: bool) -> int:
    """Print the table; with ``write`` put it into the page and the report."""
    out.mkdir(parents=True, exist_ok=True)
    target = out / "directing.json"
    command = [str(ensure("unit")), "-m", "devtools.bench.directing", str(target), str(seeds)]
    status = subprocess.run(command, check=False, cwd=ROOT).returncode
    if status:
        return status
    figures = json.loads(target.read_text("utf-8"))
    table = _table(figures)
    say(table)
    if write:
        REPORT.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        page = PAGE.read_text("utf-8")
        before, _, rest = page.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")
    return 0


def _table(figures: dict[str, Any]) -> str:
    lines = [
        "| asked for | measured | median | 90th percentile | worst | takes |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for part, key, label, unit in _ROWS:
        if part not in figures:
            continue
        values = sorted(take[key] for take in figures[part])
        at = (
            values[len(values) // 2],
            values[min(len(values) - 1, round(0.9 * (len(values) - 1)))],
            values[-1],
        )
        shown = " | ".join(_number(value, unit) for value in at)
        lines.append(f"| {part} | {label} | {shown} | {len(values)} |")
    return "\n".join(lines)


def _number(value: float, unit: str) -> str:
    if unit == "m":
        return f"{1000 * value:.1f} mm"
    return f"{value:.0f}°" if unit == "°" else f"{value:.2f} {unit}"


# ------------------------------------------------------------------------- below here: in the unit tests' environment


def _measure(target: Path, seeds: int) -> None:
    load_working_tree()
    import numpy as np

    from kinescribe.inference.embedded import EmbeddedBackend
    from kinescribe.motion import T_POSE, Motion, MotionRequest
    from kinescribe.motion.request import EffectorTarget, Options, PoseKeyframe, RootPath, TextSegment
    from kinescribe.motion.rest_alignment import facing
    from kinescribe.training.evaluation.predicates import PREDICATES, Measured

    model = EmbeddedBackend()
    found: dict[str, list[dict[str, Any]]] = {}

    def made(
        prompts: Sequence[str], constraints: Sequence[Any] = (), frames: int = FRAMES, **options: Any
    ) -> Motion:
        segments = tuple(TextSegment(prompt, frames) for prompt in prompts)
        return model.generate(MotionRequest(segments, FPS, tuple(constraints), Options(**options)))[0]

    def over(part: str, prompts: Sequence[Any], measure: Callable[[Any, int], dict[str, float]]) -> None:
        found[part] = [
            {
                "prompt": prompt,
                "seed": seed,
                **{k: round(float(v), 5) for k, v in measure(prompt, seed).items()},
            }
            for prompt in prompts
            for seed in range(seeds)
        ]

    def slide(motion: Motion) -> float:
        toes = motion.positions[:, [10, 11]]
        low = (toes[1:, :, 1] < 0.05) & (toes[:-1, :, 1] < 0.05)
        speed = np.linalg.norm(np.diff(toes[..., [0, 2]], axis=0), axis=-1) * FPS
        return float(speed[low].mean()) if low.any() else 0.0

    def way(share: Any) -> Any:
        """An S of 5.5 m, x and z (..., 2), by the share of its parameter."""
        return np.stack([1.2 * np.sin(2 * np.pi * share), 4.5 * share], axis=-1)

    fine = way(np.linspace(0, 1, 2000))
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=-1))])

    def headings_of(motion: Motion) -> Any:
        joints = {name: motion.positions[:, i] for i, name in enumerate(T_POSE.joint_names)}
        return np.array(
            [facing({name: track[f] for name, track in joints.items()}) for f in range(len(motion))]
        )

    def path(prompt: str, seed: int, speed: float | None = None) -> dict[str, float]:
        """Along the S, which is as long as the prompt goes without it, or as ``speed`` (m/s) would."""
        length = FRAMES / FPS * speed if speed else travelled(made([prompt], seed=seed))
        size = max(length, 0.5) / along[-1]
        frames = [*range(0, FRAMES - STEP // 2, STEP), FRAMES - 1]
        at = np.interp(np.array(frames) / (FRAMES - 1) * along[-1], along, np.linspace(0, 1, 2000))
        places = tuple((float(x), float(z)) for x, z in size * way(at))
        motion = made([prompt], [RootPath(tuple(frames), places)], seed=seed)
        root = motion.root_translation[:, [0, 2]]
        apart = np.linalg.norm(root[:, None] - size * fine[None], axis=-1)
        near = np.clip(apart.argmin(axis=1), 1, len(fine) - 2)
        ahead = fine[near + 1] - fine[near - 1]
        back = math.pi if "backward" in prompt else 0.0
        off = headings_of(motion) - np.arctan2(ahead[:, 0], ahead[:, 1]) - back
        off = np.abs((off + np.pi) % (2 * np.pi) - np.pi)
        return {
            "path_m": apart.min(axis=1).mean(),
            "heading_degrees": np.degrees(off.mean()),
            "slide_m_s": slide(motion),
        }

    def travelled(motion: Motion) -> float:
        """Metres over the ground, the sway of a second left out."""
        places = motion.root_translation[:: round(FPS), [0, 2]]
        return (
            float(np.linalg.norm(np.diff(places, axis=0), axis=-1).sum()) * FRAMES / (len(places) - 1) / FPS
        )

    def waypoints(prompt: str, seed: int) -> dict[str, float]:
        frames, places = (0, 60, 149), ((0.0, 0.0), (1.0, 2.0), (3.0, 3.0))
        motion = made([prompt], [RootPath(frames, places)], seed=seed)
        return {
            "waypoint_m": np.linalg.norm(
                motion.root_translation[list(frames)][:, [0, 2]] - places, axis=-1
            ).max()
        }

    def fastest(motion: Motion) -> Any:
        return np.linalg.norm(np.diff(motion.positions, axis=0), axis=-1).max(axis=-1) * FPS

    def poses(prompt: str, seed: int) -> dict[str, float]:
        free, other = made([prompt], seed=seed), made([prompt], seed=seed + 100)
        frames = (0, 75, 149)
        keys = [
            PoseKeyframe(
                f,
                {n: tuple(q) for n, q in zip(T_POSE.joint_names, other.local_rotations[f], strict=True)},
                tuple(other.root_translation[f]),
            )
            for f in frames
        ]
        motion = made([prompt], keys, seed=seed)
        off = np.linalg.norm(motion.positions[list(frames)] - other.positions[list(frames)], axis=-1).max()
        speed = fastest(motion)
        near = np.min(np.abs(np.arange(len(speed))[:, None] - frames), axis=1) < 0.4 * FPS
        return {
            "pose_m": off,
            "speed_ratio": speed[near].max() / max(fastest(free).max(), fastest(other).max()),
        }

    def effectors(prompt: str, seed: int) -> dict[str, float]:
        free = made([prompt], seed=seed)
        worst = 0.0
        for chain, shift in (
            (("left_shoulder", "left_elbow", "left_wrist"), (0.1, 0.35, 0.3)),
            (("right_hip", "right_knee", "right_ankle"), (-0.1, 0.25, 0.2)),
        ):
            joint, index = chain[-1], T_POSE.index(chain[-1])
            top, middle, end = free.positions[75, [T_POSE.index(name) for name in chain]]
            away = end + shift - top
            reach = 0.95 * (np.linalg.norm(middle - top) + np.linalg.norm(end - middle))
            # a hand that waves is up already: further up nothing could be reached
            place = top + away * min(1.0, reach / np.linalg.norm(away))
            motion = made([prompt], [EffectorTarget(joint, (75,), (tuple(place),))], seed=seed)
            worst = max(worst, float(np.linalg.norm(motion.positions[75, index] - place)))
        return {"effector_m": worst}

    def arms(prompt: str, seed: int) -> dict[str, float]:
        """The legs of a walk, with the arms of a prompt."""
        walk = made(["a person walks forward"], seed=seed + 50)
        rows = [T_POSE.index(name) for name in LEGS]
        keys = [
            PoseKeyframe(
                f,
                {n: tuple(walk.local_rotations[f, i]) for n, i in zip(LEGS, rows, strict=True)},
                tuple(walk.root_translation[f]),
            )
            for f in range(FRAMES)
        ]
        motion = made([prompt], keys, seed=seed)
        alike = np.abs((motion.local_rotations[:, rows] * walk.local_rotations[:, rows]).sum(-1))
        return {
            "kept_degrees": np.degrees(2 * np.arccos(np.clip(alike, 0, 1))).max(),
            "failed": 1.0 - PREDICATES[ARMS[prompt]](Measured(motion)),
        }

    def loop(prompt: str, seed: int) -> dict[str, float]:
        motion = made([prompt], seed=seed, loop=True)
        body = motion.positions - motion.root_translation[:, None] * [1, 0, 1]
        steps = np.linalg.norm(np.diff(body, axis=0), axis=-1).mean(axis=-1)
        return {"seam_ratio": np.linalg.norm(body[-1] - body[0], axis=-1).mean() / np.median(steps)}

    def chain(prompts: Sequence[str], seed: int) -> dict[str, float]:
        motion = made(prompts, frames=90, seed=seed, transition_frames=24)
        speed = fastest(motion)
        bounds = np.arange(1, len(prompts)) * 90
        near = np.min(np.abs(np.arange(len(speed))[:, None] - bounds), axis=1) < 0.4 * FPS
        return {"speed_ratio": speed[near].max() / speed[~near].max()}

    over("path", PROMPTS, path)
    over("brisk path", PROMPTS, lambda prompt, seed: path(prompt, seed, 1.5))
    over("free", PROMPTS, lambda prompt, seed: {"slide_m_s": slide(made([prompt], seed=seed))})
    over("waypoints", PROMPTS, waypoints)
    over("poses", STANDING, poses)
    over("effectors", STANDING, effectors)
    over("new arms", tuple(ARMS), arms)
    over("loop", PROMPTS, loop)
    over("chain", CHAINS, chain)
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _measure(Path(sys.argv[1]), int(sys.argv[2]))
