# SPDX-License-Identifier: GPL-3.0-or-later
"""Examine an installed model on the user's machine: its files, what it makes of prompts, how exactly it is directed.

No real weights were available where this was written. So what they make is measured where they are: the report is a
text that can be pasted into an issue, with a sheet of stick figures.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...motion import T_POSE, Motion, MotionRequest
from ...motion.request import EffectorTarget, PoseKeyframe, RequestOptions, RootPath, TextSegment
from ...motion.stick_figures import draw_strip, write_png
from ..ardy.config import ArdyConfig, read_ardy_config
from ..ardy.safetensors_reader import read_header
from ..ardy.statistics import Normalisation, read_statistics
from ..backend import Backend, IsCancelled, Progress, never_cancelled, no_progress
from ..matrix_products import choose_method
from .prompt_judges import JUDGED_PROMPTS, Measures

Array = NDArray[np.float64]

_FPS, _SECONDS = 30.0, 4.0
_FRAMES = round(_FPS * _SECONDS)
_PATH_STEP = 12  # frames between two points of the path, as the panel's paths have them

_EXACT = 0.001  # metres
_PATH_BOUND = 0.15  # metres between the points of a path, on average
_SLIDE_BOUND = 0.35  # m/s of feet that are on the floor, on average
_PASS_SHARE = 0.7  # of the prompts

_WALK, _STAND = "a person walks forward", "a person stands still"


@dataclass(frozen=True, eq=False)
class Finding:
    """One line of the report.

    Attributes
    ----------
    title : what was examined
    figures : what was measured, as text
    passed : whether it is as it should be; None: only told
    seconds : how long it took; None: not measured
    motion : the motion, for the sheet, or None
    """

    title: str
    figures: str
    passed: bool | None = None
    seconds: float | None = None
    motion: Motion | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class Report:
    """All findings of an examination, in sections."""

    model: str
    sections: tuple[tuple[str, tuple[Finding, ...]], ...]

    @property
    def findings(self) -> list[Finding]:
        """All findings."""
        return [finding for _, findings in self.sections for finding in findings]

    @property
    def has_passed(self) -> bool:
        """Whether everything that must hold holds, and enough of the prompts."""
        for title, findings in self.sections:
            judged = [finding.passed for finding in findings if finding.passed is not None]
            needed = _PASS_SHARE if title == _PROMPTS else 1.0
            if judged and sum(judged) < needed * len(judged):
                return False
        return True


_FILES, _TEXT, _PROMPTS, _DIRECTING = "Files", "Text", "Prompts", "Paths, poses and pins"


def examine_model(
    backend: Backend,
    folder: Path | None,
    encode: Callable[[Sequence[str]], Any] | None = None,
    steps: int | None = None,
    progress: Progress = no_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Report:
    """Examine a model. Takes minutes; raises what the model raises.

    Parameters
    ----------
    backend : generates motions
    folder : of ARDY's files, or None for a model without
    encode : gives the vectors of sentences, or None
    steps : of the sampler; None: the model's own
    progress : called with motions done and in all
    cancelled : checked often
    """
    trial = _Trial(backend, steps, progress, cancelled)
    sections = []
    if folder is not None:
        sections.append((_FILES, _examine_files(folder)))
    if encode is not None:
        sections.append((_TEXT, _examine_text(encode)))
    sections.append((_PROMPTS, _examine_prompts(trial)))
    sections.append((_DIRECTING, _examine_directing(trial)))
    return Report(backend.capabilities().model, tuple(sections))


class _Trial:
    """Generates the motions of an examination, and counts and times them."""

    def __init__(
        self, backend: Backend, steps: int | None, progress: Progress, cancelled: IsCancelled
    ) -> None:
        self._backend, self._steps = backend, steps
        self._progress, self._cancelled = progress, cancelled
        self._done, self._total = 0, len(JUDGED_PROMPTS) + 7
        self.seconds = 0.0
        """How long the last motion took."""

    def generate(self, prompt: str, constraints: Sequence[Any] = (), seed: int = 0, **options: Any) -> Motion:
        """Return the motion of a prompt."""
        request = MotionRequest(
            (TextSegment(prompt, _FRAMES),),
            _FPS,
            tuple(constraints),
            RequestOptions(seed=seed, diffusion_steps=self._steps, **options),
        )
        begin = time.perf_counter()
        motion = self._backend.generate(request, no_progress, self._cancelled)[0]
        self.seconds = time.perf_counter() - begin
        self._done += 1
        self._progress(self._done, self._total)
        return motion


def _examine_files(folder: Path) -> tuple[Finding, ...]:
    """Return what the files of a checkpoint hold; the model itself refuses wrong ones."""
    config = read_ardy_config(folder)
    findings = [Finding("config.yaml", _describe_config(config))]
    for name in ("denoiser.safetensors", "tokenizer.safetensors"):
        entries = read_header(folder / name)
        types = sorted({entry.dtype for entry in entries.values()})
        numbers = sum((e.end - e.start) // (4 if e.dtype == "F32" else 2) for e in entries.values())
        size = (folder / name).stat().st_size / 1e6
        findings.append(
            Finding(
                name, f"{len(entries)} tensors, {numbers:,} numbers, {'/'.join(types)}, {size:.0f} MB", True
            )
        )
    statistics = read_statistics(folder, config.latent)
    for title, part in (("statistics of motion", statistics.features), ("of tokens", statistics.tokens)):
        findings.append(Finding(title, _describe_statistics(part), True))
    hip_height = float(statistics.features.mean[1])
    findings.append(Finding("mean height of the hips", f"{hip_height:.2f} m", 0.5 < hip_height < 1.2))
    return tuple(findings)


def _describe_config(config: ArdyConfig) -> str:
    return (
        f"{config.fps} fps, horizon {config.horizon}, text {config.text_width}, latent {config.latent}, "
        f"denoiser {config.denoiser.width} x {config.denoiser.layers}, "
        f"tokenizer {config.tokenizer.width} x {config.tokenizer.layers}, "
        f"causal {config.causal_encoder}/{config.causal_decoder}"
    )


def _describe_statistics(part: Normalisation) -> str:
    return (
        f"means {part.mean.min():.3g} to {part.mean.max():.3g}, "
        f"deviations {part.scale.min():.3g} to {part.scale.max():.3g}"
    )


def _examine_text(encode: Callable[[Sequence[str]], Any]) -> tuple[Finding, ...]:
    """Return whether sentences of one meaning are nearer to each other than to others."""
    sentences = (_WALK, "someone is walking forwards", "a person sits down on a chair")
    begin = time.perf_counter()
    vectors = np.asarray(encode(sentences), float)
    seconds = time.perf_counter() - begin
    lengths = np.linalg.norm(vectors, axis=-1)
    cosines = (vectors @ vectors.T) / np.maximum(np.outer(lengths, lengths), 1e-12)
    size = f"{vectors.shape[1]} numbers, lengths {lengths.min():.3g} to {lengths.max():.3g}"
    is_nearer = bool(cosines[0, 1] > cosines[0, 2])
    figures = f"cosines {cosines[0, 1]:.3f} and {cosines[0, 2]:.3f}"
    return (
        Finding("vectors", size, True, seconds),
        Finding("the same in other words, against another action", figures, is_nearer),
    )


def _examine_prompts(trial: _Trial) -> tuple[Finding, ...]:
    findings = []
    for prompt, judge in JUDGED_PROMPTS:
        motion = trial.generate(prompt)
        m = Measures(motion)
        figures = (
            f"{m.forward:+.1f} m forward, {m.leftward:+.1f} m left, {m.turn:+.0f} degrees, "
            f"hips {m.hips.min():.2f} to {m.hips.max():.2f} m"
        )
        findings.append(Finding(prompt, figures, bool(judge(m)), trial.seconds, motion))
    slides = [measure_sliding(finding.motion) for finding in findings if finding.motion is not None]
    mean = float(np.mean(slides))
    findings.append(Finding("feet on the floor, all prompts", f"slide {mean:.2f} m/s", mean < _SLIDE_BOUND))
    return tuple(findings)


def measure_sliding(motion: Motion) -> float:
    """Return the mean horizontal speed, in m/s, of toes less than 5 cm above the floor."""
    toes = motion.positions[:, [T_POSE.joint_index("left_foot"), T_POSE.joint_index("right_foot")]]
    low = (toes[1:, :, 1] < 0.05) & (toes[:-1, :, 1] < 0.05)
    speed = np.linalg.norm(np.diff(toes[..., [0, 2]], axis=0), axis=-1) * motion.fps
    return float(speed[low].mean()) if low.any() else 0.0


def _examine_directing(trial: _Trial) -> tuple[Finding, ...]:
    return (
        _examine_path(trial),
        _examine_poses(trial),
        *_examine_pins(trial),
        _examine_loop(trial),
    )


def _examine_path(trial: _Trial) -> Finding:
    """Walk along an S of 4.4 m."""
    parameters = np.linspace(0, 1, 1000)
    curve = np.stack([0.9 * np.sin(2 * np.pi * parameters), 3.6 * parameters], axis=-1)
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=-1))])
    frames = [*range(0, _FRAMES - _PATH_STEP // 2, _PATH_STEP), _FRAMES - 1]
    wanted = np.array(frames) / (_FRAMES - 1) * lengths[-1]
    points = np.stack([np.interp(wanted, lengths, curve[:, axis]) for axis in (0, 1)], axis=-1)
    path = RootPath(tuple(frames), tuple((float(x), float(z)) for x, z in points))
    motion = trial.generate(_WALK, [path])
    root = motion.root_translation[:, [0, 2]]
    at_points = float(np.linalg.norm(root[frames] - points, axis=-1).max())
    between = float(np.linalg.norm(root[:, None] - curve[None], axis=-1).min(axis=1).mean())
    figures = (
        f"{1000 * at_points:.1f} mm at its points, {1000 * between:.0f} mm between, "
        f"feet slide {measure_sliding(motion):.2f} m/s"
    )
    passed = at_points < _EXACT and between < _PATH_BOUND
    return Finding("a path, walking", figures, passed, trial.seconds, motion)


def _examine_poses(trial: _Trial) -> Finding:
    """Give two whole poses of another motion of the same prompt."""
    other = trial.generate(_STAND, seed=100)
    frames = (0, _FRAMES - 1)
    poses = [
        PoseKeyframe(
            frame,
            {name: tuple(other.local_rotations[frame, j]) for j, name in enumerate(T_POSE.joint_names)},
            tuple(other.root_translation[frame]),
        )
        for frame in frames
    ]
    motion = trial.generate(_STAND, poses)
    error = float(
        np.linalg.norm(motion.positions[list(frames)] - other.positions[list(frames)], axis=-1).max()
    )
    return Finding(
        "two poses", f"{1000 * error:.1f} mm, the worst joint", error < _EXACT, trial.seconds, motion
    )


def _examine_pins(trial: _Trial) -> list[Finding]:
    """Pin a hand and a foot, each in a motion of its own, where they reach."""
    free, frame = trial.generate(_STAND), _FRAMES // 2
    findings = []
    for title, chain, shift in (
        ("the left hand pinned", ("left_shoulder", "left_elbow", "left_wrist"), (0.1, 0.35, 0.3)),
        ("the right foot pinned", ("right_hip", "right_knee", "right_ankle"), (-0.1, 0.25, 0.2)),
    ):
        top, middle, end = free.positions[frame, [T_POSE.joint_index(name) for name in chain]]
        wanted = end + shift - top
        reach = 0.95 * (np.linalg.norm(middle - top) + np.linalg.norm(end - middle))
        target = top + wanted * min(1.0, reach / np.linalg.norm(wanted))
        motion = trial.generate(_STAND, [EffectorTarget(chain[-1], (frame,), (tuple(target),))])
        error = float(np.linalg.norm(motion.positions[frame, T_POSE.joint_index(chain[-1])] - target))
        moved = float(np.linalg.norm(motion.positions[frame, 0] - free.positions[frame, 0]))
        figures = (
            f"{1000 * error:.1f} mm at its target, hips {moved:.2f} m away from those of the free motion"
        )
        findings.append(Finding(title, figures, error < _EXACT, trial.seconds, motion))
    return findings


def _examine_loop(trial: _Trial) -> Finding:
    """Compare the change from the last frame to the first with that between other frames."""
    motion = trial.generate("a person waves with the right hand", loop=True)
    local = motion.positions - motion.positions[:, :1] * [1.0, 0.0, 1.0]
    steps = np.linalg.norm(np.diff(local, axis=0), axis=-1).max(axis=1)
    seam = float(np.linalg.norm(local[-1] - local[0], axis=-1).max())
    usual = float(np.median(steps))
    figures = f"{1000 * seam:.1f} mm at the seam, {1000 * usual:.1f} mm from frame to frame"
    return Finding("a loop", figures, seam < max(2 * usual, 0.01), trial.seconds, motion)


def format_report(report: Report, version: str, quality: str) -> str:
    """Return the report as Markdown that can be pasted into an issue; it names no folder and no user.

    Parameters
    ----------
    report : the findings
    version : of Kinescribe
    quality : at which the motions were made
    """
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    lines = [
        f"**{report.model}**, {quality}, Kinescribe {version}",
        f"{machine}, Python {platform.python_version()}, NumPy {np.__version__}, products by {choose_method()}",
    ]
    for title, findings in report.sections:
        judged = [finding.passed for finding in findings if finding.passed is not None]
        lines += ["", f"### {title}: {sum(judged)} of {len(judged)}", ""]
        lines += ["| | | | s |", "|---|---|---|---|"]
        for finding in findings:
            mark = {True: "pass", False: "**fail**", None: ""}[finding.passed]
            seconds = "" if finding.seconds is None else f"{finding.seconds:.1f}"
            lines.append(f"| {finding.title} | {mark} | {finding.figures} | {seconds} |")
    lines += ["", "As it should be" if report.has_passed else "Not as it should be: see the failures above"]
    return "\n".join(lines) + "\n"


def write_report_sheet(path: Path, report: Report) -> None:
    """Write the motions of a report as rows of stick figures. Raises ``OSError``."""
    strips = [
        draw_strip(finding.motion, finding.title, finding.passed)
        for finding in report.findings
        if finding.motion is not None
    ]
    write_png(path, np.concatenate(strips))
