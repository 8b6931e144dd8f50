# SPDX-License-Identifier: GPL-3.0-or-later
"""Table of authored gestures: how many clips of each, at which speeds and counts, and how long the clips are."""

from __future__ import annotations

from dataclasses import dataclass

from . import gestures as g
from . import gestures_body as b
from .gesture_timing import Manner, Rng
from .gestures import Gesture

LENGTHS = {40: 0.12, 60: 0.2, 80: 0.34, 100: 0.14, 120: 0.12, 160: 0.08}
"""Length of a training window in frames to its probability; most requests are about 4 seconds long."""


@dataclass(frozen=True)
class Entry:
    """A gesture and how clips of it are made.

    Attributes
    ----------
    add_gesture : Gesture
        Adds the gesture to a motion.
    clip_count : int
        How many clips are made, before mirroring.
    min_frames : int
        Frames of the shortest clip.
    has_speeds, has_counts : bool
        Whether it is also made slowly and fast, and a given number of times.
    repeat_frames : int
        Frames that each repetition needs beyond those of the shortest clip.
    add_mirrored : bool
        Whether a mirrored clip is added; not where it would contradict the sentence or the timing (left first).
    """

    make: Gesture
    clips: int
    shortest: int = 40
    speeds: bool = False
    counts: bool = False
    more: int = 16
    mirrored: bool = True


STANDING: dict[str, Entry] = {
    "wave": Entry(g.wave, 150, speeds=True, counts=True, more=12),
    "wave_both": Entry(g.wave_both, 30),
    "raise": Entry(g.raise_hand, 44, speeds=True),
    "raise_both": Entry(g.raise_both, 40, speeds=True),
    "spread_arms": Entry(g.spread_arms, 24),
    "flap": Entry(g.flap, 24),
    "point": Entry(g.point, 40, speeds=True),
    "point_side": Entry(g.point_side, 28),
    "point_up": Entry(g.point_up, 20),
    "salute": Entry(g.salute, 28),
    "beckon": Entry(g.beckon, 28, counts=True),
    "clap": Entry(g.clap, 150, speeds=True, counts=True, more=10),
    "shrug": Entry(g.shrug, 26),
    "stretch": Entry(g.stretch, 26, 60),
    "nod": Entry(g.nod, 80, 60, speeds=True, counts=True),
    "shake_head": Entry(g.shake_head, 110, 60, mirrored=False),
    "look": Entry(g.look, 28),
    "look_up": Entry(g.look_up, 28),
    "look_around": Entry(g.look_around, 56, 80, mirrored=False),
    "bow": Entry(b.bow, 50, 60, speeds=True),
    "squat": Entry(b.squat, 50, 40, speeds=True, counts=True, more=34),
    "crouch": Entry(b.crouch, 36, speeds=True),
    "pick_up": Entry(b.pick_up, 40, 60, speeds=True),
    "kneel": Entry(b.kneel, 40, 40, speeds=True),
    "lunge": Entry(b.lunge, 36, 60),
    "throw": Entry(b.throw, 40, 60),
    "push": Entry(b.push, 36, 60, speeds=True),
    "punch": Entry(b.punch, 120, 40, speeds=True, counts=True, more=16),
    "jumping_jacks": Entry(b.jumping_jacks, 44, 40, counts=True, more=20),
    "march": Entry(b.march, 36, speeds=True),
    "lean": Entry(b.lean_side, 24),
    "hands_knees": Entry(b.stumble, 20),
    **{f"hands_{kind}": Entry(g.resting(kind), 22) for kind in
       ("hips", "crossed", "head", "face", "pray", "behind", "heart", "ear", "mouth", "chin", "scratch",
                 "belly", "carry")},
}  # fmt: skip

WALKING: dict[str, Entry] = {
    "wave": Entry(g.wave, 150, counts=True, more=12),
    "clap": Entry(g.clap, 30),
    "raise_both": Entry(g.raise_both, 24),
    "point": Entry(g.point, 24),
    "hands_hips": Entry(g.resting("hips"), 16),
    "hands_ear": Entry(g.resting("ear"), 20),
    "hands_head": Entry(g.resting("head"), 16),
    "look_around": Entry(g.look_around, 16, 80, mirrored=False),
    "salute": Entry(g.salute, 12),
    "hands_carry": Entry(g.resting("carry"), 24),
    "hands_chin": Entry(g.resting("chin"), 12),
}
"""Gestures over walking; the action is named ``walk_`` and the gesture's name."""


def planned(entry: Entry, rng: Rng) -> tuple[int, Manner]:
    """Draw speed and count of a gesture, and a clip length in frames that has room for it."""
    speed = str(rng.choice(["slow", "fast"])) if entry.speeds and rng.random() < 0.3 else None
    count = None
    if entry.counts and speed is None and rng.random() < 0.45:
        count = int(rng.choice([1, 2, 2, 3, 3, 4]))
    need = entry.shortest + (20 if speed == "slow" else 0) + entry.more * ((count or 1) - 1)
    lengths = [n for n in LENGTHS if n >= need] or [max(LENGTHS)]
    shares = [LENGTHS[n] for n in lengths]
    pick = float(rng.random()) * sum(shares)
    for n, share in zip(lengths, shares, strict=True):
        pick -= share
        if pick <= 0:
            return n, Manner(speed, count)
    return lengths[-1], Manner(speed, count)
