# SPDX-License-Identifier: GPL-3.0-or-later
"""A backend that returns a synthetic walk at once, or waits, fails or ignores cancelling, as a test needs it."""

from __future__ import annotations

import threading

import numpy as np
from kinescribe.inference.backend import IsCancelled, Progress, never_cancelled, no_progress
from kinescribe.motion import T_POSE, Cancelled, Capabilities, Motion, MotionRequest, Provenance
from kinescribe.motion.rotations import axis_angle_to_quaternion

SPEED = 1.2
"""Metres a second that :func:`make_walk` travels."""


def make_walk(frames: int = 40, fps: float = 20.0, prompt: str = "a person walks", seed: int = 0) -> Motion:
    """Return a person with arms down who walks along +Z.

    Parameters
    ----------
    frames : int
        Its length.
    fps : float
        Frames per second.
    prompt : str
        For the provenance.
    seed : int
        Shifts the phase.
    """
    time = np.arange(frames) / fps
    swing = 0.5 * np.sin(2 * np.pi * time + 0.1 * seed)
    angles = np.zeros((frames, 22, 3))
    for joint, axis, angle in (
        ("left_hip", 0, swing), ("right_hip", 0, -swing),
        ("left_knee", 0, 0.4 + 0.3 * swing), ("right_knee", 0, 0.4 - 0.3 * swing),
        ("left_shoulder", 2, -1.3), ("right_shoulder", 2, 1.3),
        ("left_elbow", 1, -0.3), ("right_elbow", 1, 0.3),
    ):  # fmt: skip
        angles[:, T_POSE.joint_index(joint), axis] = angle
    root = np.stack([0 * time, np.full(frames, 0.92), SPEED * time], axis=1)
    provenance = Provenance(prompt=prompt, seed=seed, model="Fake 1", licence="CC0-1.0", confidence=1.0)
    return Motion(T_POSE, fps, root, axis_angle_to_quaternion(angles), provenance=provenance)


class FakeBackend:
    """A backend with ``steps`` steps; it takes the last one once ``gate`` is set.

    ``ignores_cancel``: it does not stop when it is cancelled while it waits.
    """

    def __init__(
        self, steps: int = 4, error: Exception | None = None, confidence: float = 1.0, deaf: bool = False
    ) -> None:
        self.steps, self.error, self.confidence, self.ignores_cancel = steps, error, confidence, deaf
        self.unknown = ""
        """Text in which it has no confidence wherever a prompt has it."""
        self.gate = threading.Event()
        self.gate.set()
        self.is_waiting = threading.Event()
        self.requests: list[MotionRequest] = []

    def capabilities(self) -> Capabilities:
        return Capabilities(model="Fake 1", licence="CC0-1.0", fps=20.0, min_seconds=0.5, max_seconds=10.0)

    def generate(
        self,
        request: MotionRequest,
        progress: Progress = no_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> list[Motion]:
        self.requests.append(request)
        for step in range(self.steps):
            if step == self.steps - 1:
                self.is_waiting.set()
                while not self.gate.wait(0.01):
                    if cancelled() and not self.ignores_cancel:
                        raise Cancelled("The generation was cancelled")
            if cancelled() and not self.ignores_cancel:
                raise Cancelled("The generation was cancelled")
            progress(step + 1, self.steps)
        if self.error is not None:
            raise self.error
        motion = make_walk(request.total_frames, request.fps, request.prompt, request.options.seed)
        if self.unknown and any(
            self.unknown in getattr(segment, "prompt", "") for segment in request.segments
        ):
            return [motion.with_provenance(confidence=0.3, doubted=(self.unknown,))]
        return [motion.with_provenance(confidence=self.confidence)]
