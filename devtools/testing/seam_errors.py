# SPDX-License-Identifier: GPL-3.0-or-later
"""What shows at the seam between frames that stayed and frames that were generated beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from kinescribe.inference.directing import Part
from kinescribe.motion import CONTACT_JOINTS, Motion
from kinescribe.motion.contact.contacts import detect_contacts

SURROUNDING_SECONDS = 0.5
"""What is closer to a seam counts as around it."""

_SLIDE_SECONDS = 0.25  # seconds after a seam in which a planted foot is measured
_SLOWEST = 0.05  # m/s: a joint that is slower stands still, and its speeds are not compared


@dataclass(frozen=True)
class Seam:
    """A seam between the frame ``kept``, which stayed, and its neighbour ``new``, which was generated."""

    kept: int
    new: int


def range_seams(frame_count: int, start: int, end: int) -> list[Seam]:
    """Return the seams of a motion whose frames ``start`` to ``end`` are new."""
    seams = [Seam(start - 1, start)] if start else []
    return [*seams, Seam(end + 1, end)] if end + 1 < frame_count else seams


def measure_speed_ratio(positions: np.ndarray, fps: float, seam: Seam) -> float:
    """Return the largest ratio of a joint's speed across the seam to its highest one in the half second around it.

    ``positions`` (T, J, 3): the joints in metres.
    """
    speeds = np.linalg.norm(np.diff(positions, axis=0), axis=-1) * fps
    step, reach = min(seam.kept, seam.new), round(SURROUNDING_SECONDS * fps)
    around = [k for k in range(max(0, step - reach), min(len(speeds), step + reach + 1)) if k != step]
    return float(np.max(speeds[step] / np.maximum(speeds[around].max(axis=0), _SLOWEST)))


def measure_foot_slide(motion: Motion, seam: Seam, floor_tracks: np.ndarray | None = None) -> float:
    """Return the metres that a foot, planted across the seam, slides over the ground in the new frames beside it.

    A foot slides as far as that of its planted points which moves least: when it rolls, heel or toes stay.

    Parameters
    ----------
    motion : Motion
        Tells when heels and toes touch the ground.
    seam : Seam
        Where new frames begin or end.
    floor_tracks : (T, 4, 2) metres, optional
        Where they are over the ground, on a rig for example; by default those of the motion.
    """
    contacts = detect_contacts(replace(motion, contacts=None))
    if floor_tracks is None:
        feet = [motion.skeleton.joint_index(name) for name in CONTACT_JOINTS]
        floor_tracks = motion.positions[:, feet][..., [0, 2]]
    reach, worst = round(_SLIDE_SECONDS * motion.fps), 0.0
    direction = 1 if seam.new > seam.kept else -1
    frames = seam.new + direction * np.arange(reach)
    frames = frames[(frames >= 0) & (frames < len(motion))]
    away = np.linalg.norm(floor_tracks[frames] - floor_tracks[seam.kept], axis=-1)
    # planted without a break since the seam
    planted = np.logical_and.accumulate(contacts[frames] & contacts[seam.kept], axis=0)
    for foot in (slice(0, 2), slice(2, 4)):
        distances = np.where(planted[:, foot], away[:, foot], np.inf).min(axis=1)
        worst = max(worst, float(distances[np.isfinite(distances)].max(initial=0.0)))
    return worst


def is_bit_equal(a: Motion, b: Motion, frames: slice, shift: int = 0) -> bool:
    """Return whether ``frames`` of ``a`` have the same bits as the frames of ``b`` that are ``shift`` later."""
    start, stop, _ = frames.indices(len(a))
    others = slice(start + shift, stop + shift)
    return np.array_equal(a.root_translation[start:stop], b.root_translation[others]) and np.array_equal(
        a.local_rotations[start:stop], b.local_rotations[others]
    )


def make_parts(frame_counts: list[int], prompts: tuple[str, ...]) -> list[Part]:
    """Return parts of the given lengths, one after the other."""
    ends = np.cumsum(frame_counts)
    return [
        Part(prompt, int(end) - count, int(end) - 1)
        for prompt, count, end in zip(prompts, frame_counts, ends, strict=True)
    ]
