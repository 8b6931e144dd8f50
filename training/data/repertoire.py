# SPDX-License-Identifier: GPL-3.0-or-later
"""Table of authored gestures: how many clips of each, at which speeds and counts, and how long the clips are."""

from __future__ import annotations

from dataclasses import dataclass

from ...inference.layers import hand_work, hops
from ...inference.layers.gesture_timing import Gesture, GestureTiming, Rng
from . import gestures as g
from . import gestures_arms as arms
from . import gestures_body as b
from . import gestures_evading as evading
from . import gestures_legs as legs
from . import gestures_props as props

WINDOW_LENGTHS = {40: 0.12, 60: 0.2, 80: 0.34, 100: 0.14, 120: 0.12, 160: 0.08}
"""Length of a training window in frames to its probability; most requests are about 4 seconds long."""


@dataclass(frozen=True)
class GestureEntry:
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

    add_gesture: Gesture
    clip_count: int
    min_frames: int = 40
    has_speeds: bool = False
    has_counts: bool = False
    repeat_frames: int = 16
    add_mirrored: bool = True


STANDING: dict[str, GestureEntry] = {
    "wave": GestureEntry(g.add_wave, 150, has_speeds=True, has_counts=True, repeat_frames=12),
    "wave_both": GestureEntry(g.add_wave_both, 30),
    "raise": GestureEntry(g.add_raised_hand, 44, has_speeds=True),
    "raise_both": GestureEntry(g.add_raised_hands, 40, has_speeds=True),
    "spread_arms": GestureEntry(g.add_spread_arms, 24),
    "flap": GestureEntry(g.add_flap, 24),
    "point": GestureEntry(g.add_point, 40, has_speeds=True),
    "point_side": GestureEntry(g.add_point_side, 28),
    "point_up": GestureEntry(g.add_point_up, 20),
    "salute": GestureEntry(g.add_salute, 28),
    "beckon": GestureEntry(g.add_beckon, 28, has_counts=True),
    "clap": GestureEntry(g.add_clap, 150, has_speeds=True, has_counts=True, repeat_frames=10),
    "shrug": GestureEntry(g.add_shrug, 26),
    "stretch": GestureEntry(g.add_stretch, 26, 60),
    "nod": GestureEntry(g.add_nod, 80, 60, has_speeds=True, has_counts=True),
    "shake_head": GestureEntry(g.add_head_shake, 110, 60, add_mirrored=False),
    "look": GestureEntry(g.add_look, 28),
    "look_up": GestureEntry(g.add_look_up, 28),
    "look_around": GestureEntry(g.add_look_around, 56, 80, add_mirrored=False),
    "bow": GestureEntry(b.add_bow, 50, 60, has_speeds=True),
    "squat": GestureEntry(b.add_squat, 50, 40, has_speeds=True, has_counts=True, repeat_frames=34),
    "crouch": GestureEntry(b.add_crouch, 36, has_speeds=True),
    "pick_up": GestureEntry(props.add_pick_up, 90, 60, has_speeds=True),
    "kneel": GestureEntry(b.add_kneel, 40, 40, has_speeds=True),
    "lunge": GestureEntry(b.add_lunge, 36, 60),
    "throw": GestureEntry(props.add_throw, 50, 60),
    "push": GestureEntry(props.add_push, 40, 60, has_speeds=True),
    "punch": GestureEntry(b.add_punch, 120, 40, has_speeds=True, has_counts=True, repeat_frames=16),
    "jumping_jacks": GestureEntry(b.add_jumping_jacks, 44, 40, has_counts=True, repeat_frames=20),
    "march": GestureEntry(b.add_march, 36, has_speeds=True),
    "lean": GestureEntry(b.add_side_lean, 24),
    "put_down": GestureEntry(props.add_put_down, 50, 60, has_speeds=True),
    "pull": GestureEntry(props.add_pull, 26, 60),
    "bat_swing": GestureEntry(props.add_bat_swing, 26, 60),
    "golf": GestureEntry(props.add_golf_swing, 26, 80),
    "racket": GestureEntry(props.add_racket_swing, 30, 60),
    "catch": GestureEntry(props.add_catch, 26, 60),
    "hop": GestureEntry(hops.add_hop, 110, 60, has_counts=True, repeat_frames=12),
    "jump": GestureEntry(legs.add_jump, 60, 60, has_counts=True, repeat_frames=24),
    "balance_leg": GestureEntry(legs.add_balance, 50, 60),
    "leg_raise": GestureEntry(legs.add_leg_raise, 70, 60, has_counts=True, repeat_frames=24),
    "run_spot": GestureEntry(legs.add_run_on_spot, 50, has_speeds=True),
    "jump_rope": GestureEntry(legs.add_jump_rope, 30, 60, has_speeds=True),
    "duck": GestureEntry(evading.add_duck, 30),
    "dodge": GestureEntry(evading.add_dodge, 30),
    "block": GestureEntry(evading.add_block, 40),
    "crawl": GestureEntry(legs.add_crawl, 60, has_speeds=True),
    "stomp": GestureEntry(legs.add_stomp, 30, has_counts=True, repeat_frames=16),
    "arch_back": GestureEntry(legs.add_arch_back, 22, 60),
    "get_hit": GestureEntry(evading.add_hit, 30, 60),
    "guitar": GestureEntry(hand_work.make_hand_work("guitar"), 26, 60),
    "violin": GestureEntry(hand_work.make_hand_work("violin"), 22, 60),
    "piano": GestureEntry(hand_work.make_hand_work("piano"), 22, 60),
    "drums": GestureEntry(hand_work.make_hand_work("drums"), 26, 60),
    "type": GestureEntry(hand_work.make_hand_work("type"), 22, 60),
    "read": GestureEntry(hand_work.make_hand_work("read"), 22, 60),
    "write": GestureEntry(hand_work.make_hand_work("write"), 22, 60),
    "phone": GestureEntry(hand_work.make_hand_work("phone"), 22, 60),
    "stir": GestureEntry(hand_work.make_hand_work("stir"), 22, 60),
    "juggle": GestureEntry(hand_work.make_hand_work("juggle"), 22, 60),
    "pour": GestureEntry(hand_work.add_pour, 24, 60),
    "strikes": GestureEntry(hand_work.add_strikes, 50, 60, has_counts=True, repeat_frames=12),
    "open_door": GestureEntry(hand_work.add_open_door, 32, 60),
    "slap": GestureEntry(hand_work.add_slap, 26),
    "hug": GestureEntry(arms.add_hug, 24, 80),
    "shake_hands": GestureEntry(arms.add_shake_hands, 26, 60),
    "reach": GestureEntry(arms.add_reach, 36, has_speeds=True),
    "arm_position": GestureEntry(arms.add_arm_position, 70, has_speeds=True),
    "arm_circle": GestureEntry(arms.add_arm_circle, 36, 60, has_speeds=True, has_counts=True, repeat_frames=24),
    "hands_knees": GestureEntry(b.add_hands_on_knees, 20),
    **{f"hands_{kind}": GestureEntry(g.make_resting_gesture(kind), 22) for kind in
       ("hips", "crossed", "head", "face", "pray", "behind", "heart", "ear", "mouth", "chin", "scratch",
                 "belly", "carry")},
}  # fmt: skip

WALKING: dict[str, GestureEntry] = {
    "wave": GestureEntry(g.add_wave, 150, has_counts=True, repeat_frames=12),
    "clap": GestureEntry(g.add_clap, 30),
    "raise_both": GestureEntry(g.add_raised_hands, 24),
    "point": GestureEntry(g.add_point, 24),
    "hands_hips": GestureEntry(g.make_resting_gesture("hips"), 16),
    "hands_ear": GestureEntry(g.make_resting_gesture("ear"), 20),
    "hands_head": GestureEntry(g.make_resting_gesture("head"), 16),
    "look_around": GestureEntry(g.add_look_around, 16, 80, add_mirrored=False),
    "stumble": GestureEntry(legs.add_stumble, 40, 60),
    "salute": GestureEntry(g.add_salute, 12),
    "hands_carry": GestureEntry(g.make_resting_gesture("carry"), 24),
    "hands_chin": GestureEntry(g.make_resting_gesture("chin"), 12),
}
"""Gestures over walking; the action is named ``walk_`` and the gesture's name."""


def draw_length_and_timing(entry: GestureEntry, rng: Rng) -> tuple[int, GestureTiming]:
    """Draw speed and count of a gesture, and a clip length in frames that has room for it."""
    speed = str(rng.choice(["slow", "fast"])) if entry.has_speeds and rng.random() < 0.3 else None
    count = None
    if entry.has_counts and speed is None and rng.random() < 0.45:
        count = int(rng.choice([1, 2, 2, 3, 3, 4, 5]))
    needed_frames = (
        entry.min_frames + (20 if speed == "slow" else 0) + entry.repeat_frames * ((count or 1) - 1)
    )
    lengths = [n for n in WINDOW_LENGTHS if n >= needed_frames] or [max(WINDOW_LENGTHS)]
    weights = [WINDOW_LENGTHS[n] for n in lengths]
    pick = float(rng.random()) * sum(weights)
    for n, weight in zip(lengths, weights, strict=True):
        pick -= weight
        if pick <= 0:
            return n, GestureTiming(speed, count)
    return lengths[-1], GestureTiming(speed, count)
