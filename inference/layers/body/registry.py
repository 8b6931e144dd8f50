# SPDX-License-Identifier: GPL-3.0-or-later
"""The motions of the whole body by name, and how long they last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from . import (
    climbing,
    drops,
    feats,
    floor_work,
    footwork,
    jumps,
    kicks,
    lifts,
    lying,
    punches,
    rides,
    stances,
    steps,
    throws,
)
from .key_sheet import KeySheet, Task


@dataclass(frozen=True)
class BodyMotion:
    """A motion of the whole body.

    Attributes
    ----------
    make
        Returns its keys, for the right side.
    once
        Seconds of a motion that is made once if no count is asked for, from standing to standing; None: it goes on as
        long as its segment.
    each
        Seconds of each repetition.
    least
        Seconds that a motion that goes on needs to be seen, with the way down to the floor and up again.
    on_floor
        Whether it ends lying if nothing follows: then what is left of the time is spent there, not standing.
    has_free_arms
        Whether the arms may do something else meanwhile.
    """

    make: Callable[[Task], KeySheet]
    once: float | None = None
    each: float = 0.0
    least: float = 0.0
    on_floor: bool = False
    has_free_arms: bool = False

    def seconds(self, count: int | None) -> float | None:
        """Return what so many repetitions need; None: as much as there is."""
        if self.once is not None:
            return self.once + self.each * ((count or 1) - 1)
        return None if count is None or not self.each else 0.6 + self.each * count


BODY_MOTIONS: dict[str, BodyMotion] = {
    "kick_forward": BodyMotion(kicks.kick_forward, 2.3, 1.22),
    "kick_low": BodyMotion(partial(kicks.kick_forward, height=0.5), 2.3, 1.22),
    "kick_high": BodyMotion(partial(kicks.kick_forward, height=1.6), 2.3, 1.22),
    "kick_a_ball": BodyMotion(kicks.kick_a_ball, 2.2),
    "kick_backward": BodyMotion(kicks.kick_backward, 2.1, 1.5),
    "kick_sideways": BodyMotion(kicks.kick_sideways, 2.0, 1.45),
    "kick_around": BodyMotion(kicks.kick_around, 2.1, 1.55),
    "kick_across": BodyMotion(kicks.kick_across, 1.9, 1.35),
    "kick_after_spin": BodyMotion(kicks.kick_after_spin, 2.3),
    "kick_down": BodyMotion(kicks.kick_down, 2.0, 1.45),
    "knee_strike": BodyMotion(kicks.strike_with_knee, 1.7, 1.15),
    "kick_flying": BodyMotion(kicks.kick_flying, 2.5),
    "sit_up": BodyMotion(floor_work.sit_up, None, 1.7, least=7.0, on_floor=True),
    "raise_legs_lying": BodyMotion(floor_work.raise_legs_lying, None, 2.2, least=7.5, on_floor=True),
    "roll_over": BodyMotion(floor_work.roll_over, None, 2.5, least=8.0, on_floor=True),
    "roll_onto_belly": BodyMotion(
        partial(floor_work.roll_over, halves=1), None, 1.4, least=5.5, on_floor=True
    ),
    "roll_onto_back": BodyMotion(
        partial(floor_work.roll_over, halves=1, from_belly=True), None, 1.4, least=5.5, on_floor=True
    ),
    "push_up": BodyMotion(floor_work.push_up, None, 1.5, least=4.6),
    "climb_ladder": BodyMotion(climbing.climb_ladder, least=4.0),
    "climb_up_and_down": BodyMotion(climbing.climb_up_and_down, least=6.0),
    "collapse": BodyMotion(partial(drops.collapse, is_hit=False), least=3.0, on_floor=True),
    "collapse_when_shot": BodyMotion(partial(drops.collapse, is_hit=True), least=3.4, on_floor=True),
    "slide_along": BodyMotion(drops.slide_along, 2.8),
    "dive_aside": BodyMotion(drops.dive_aside, least=2.4, on_floor=True),
    "uppercut": BodyMotion(partial(punches.punch, kind="uppercut"), 2.1, 1.0),
    "hook": BodyMotion(partial(punches.punch, kind="hook"), 2.1, 1.0),
    "straight_punch": BodyMotion(partial(punches.punch, kind="straight"), 2.1, 1.0),
    "guarded_punch": BodyMotion(
        partial(punches.punch, kind="straight", stays_ready=True), None, 1.0, least=2.0
    ),
    "box": BodyMotion(punches.box, None, 1.2, least=3.0),
    "throw_overarm": BodyMotion(throws.throw_overarm, 2.4, 2.3),
    "throw_with_both": BodyMotion(throws.throw_with_both_hands, 2.2, 2.1),
    "shoot_at_basket": BodyMotion(jumps.shoot_at_basket, 2.4, 2.35),
    "cartwheel": BodyMotion(jumps.turn_cartwheel, 2.9, 2.7),
    "stomp_ahead": BodyMotion(
        partial(footwork.stomp_along, there_and_back=False), least=3.0, has_free_arms=True
    ),
    "stomp_back_and_forth": BodyMotion(
        partial(footwork.stomp_along, there_and_back=True), least=6.5, has_free_arms=True
    ),
    "plank": BodyMotion(floor_work.hold_plank, least=5.0),
    "sit_on_the_floor": BodyMotion(floor_work.sit_on_the_floor, least=3.5, has_free_arms=True),
    "kneel_on_both_knees": BodyMotion(floor_work.kneel_on_both_knees, least=3.5, has_free_arms=True),
    "jump_to": BodyMotion(jumps.jump_to, 1.95, 1.8, has_free_arms=True),
    "jump_star": BodyMotion(jumps.jump_as_star, 2.1, 1.75),
    "jump_tuck": BodyMotion(jumps.jump_with_tuck, 2.1, 1.75),
    "jump_spin": BodyMotion(jumps.jump_and_spin, 2.2, has_free_arms=True),
    "jump_frog": BodyMotion(jumps.jump_like_a_frog, None, 1.25, least=3.4),
    "backflip": BodyMotion(partial(jumps.flip, forward=False), 2.5),
    "frontflip": BodyMotion(partial(jumps.flip, forward=True), 2.5),
    "burpee": BodyMotion(jumps.do_burpee, None, 2.9, least=3.4),
    "stomp_one_foot": BodyMotion(
        partial(footwork.stomp_feet, alternating=False), None, 0.85, has_free_arms=True
    ),
    "stomp_both_feet": BodyMotion(
        partial(footwork.stomp_feet, alternating=True), None, 0.85, has_free_arms=True
    ),
    "tap_foot": BodyMotion(footwork.tap_foot, None, 0.44, least=2.5, has_free_arms=True),
    "step_over": BodyMotion(footwork.step_over, 2.7, has_free_arms=True),
    "lunge_aside": BodyMotion(footwork.lunge_aside, 2.4, 2.0, has_free_arms=True),
    "walk_in_lunges": BodyMotion(footwork.walk_in_lunges, None, 1.5, least=4.0, has_free_arms=True),
    "box_side_to_side": BodyMotion(footwork.box_side_to_side),
    "walk_a_beam": BodyMotion(footwork.walk_a_beam, has_free_arms=True),
    "judo_throw": BodyMotion(footwork.throw_over_the_shoulder, 3.3),
    "ride_bicycle": BodyMotion(rides.ride_bicycle, least=4.0),
    "ride_horse": BodyMotion(rides.ride_horse, least=4.0),
    "ride_board": BodyMotion(rides.ride_board, least=4.0),
    "ski": BodyMotion(rides.ski, least=4.0),
    "skate": BodyMotion(rides.skate, least=4.0),
    "swim_crawl": BodyMotion(partial(rides.swim, stroke="crawl"), least=4.0),
    "swim_breast": BodyMotion(partial(rides.swim, stroke="breast"), least=4.0),
    "swim_back": BodyMotion(partial(rides.swim, stroke="back"), least=4.0),
    "take_steps": BodyMotion(steps.take_steps, 1.8, 0.62, has_free_arms=True),
    "take_quick_steps": BodyMotion(partial(steps.take_steps, quick=True), 1.4, 0.46, has_free_arms=True),
    "step_aside": BodyMotion(steps.step_aside, None, 0.86, least=2.0, has_free_arms=True),
    "step_wide_aside": BodyMotion(
        partial(steps.step_aside, size=0.62), None, 0.86, least=2.0, has_free_arms=True
    ),
    "step_little_aside": BodyMotion(
        partial(steps.step_aside, size=0.24), None, 0.86, least=2.0, has_free_arms=True
    ),
    "stagger": BodyMotion(steps.stagger, 2.6),
    "teeter": BodyMotion(steps.teeter, least=2.6),
    "pirouette": BodyMotion(steps.pirouette, None, 0.92, least=2.6, has_free_arms=True),
    "squat": BodyMotion(lifts.squat, 2.4, 2.1, has_free_arms=True),
    "bend_knees": BodyMotion(partial(lifts.squat, deep=0.22), 1.9, 1.6, has_free_arms=True),
    "deadlift": BodyMotion(lifts.deadlift, None, 3.4, least=3.4),
    "yoga_flow": BodyMotion(stances.flow_through_yoga, least=6.0),
    "dog_to_cobra": BodyMotion(stances.go_from_dog_to_cobra, least=5.0),
    **{
        f"lie_down_on_{p}": BodyMotion(partial(lying.lie, on=p, from_standing=True), least=5.0, on_floor=True)
        for p in ("back", "side", "belly")
    },
    **{
        f"lie_on_{p}": BodyMotion(partial(lying.lie, on=p, from_standing=False), least=5.0, on_floor=True)
        for p in ("back", "side", "belly")
    },
    "get_up": BodyMotion(lying.get_up, 4.0),
    "mountain_climbers": BodyMotion(feats.climb_mountains, least=4.0),
    "circle_hips": BodyMotion(feats.circle_hips, least=3.0),
    "curtsy": BodyMotion(feats.curtsy, 2.9, has_free_arms=True),
    "bowl": BodyMotion(feats.bowl, 3.0),
    "splits": BodyMotion(feats.do_splits, least=3.5, has_free_arms=True),
    "lean_on_wall": BodyMotion(feats.lean_on_wall, least=3.0, has_free_arms=True),
    "gallop": BodyMotion(feats.gallop, least=3.0, has_free_arms=True),
    "jump_in_lunges": BodyMotion(feats.jump_in_lunges, None, 1.15, least=3.0),
    "butt_kicks": BodyMotion(feats.kick_the_seat, least=3.0),
    "slip": BodyMotion(partial(feats.slip, falls=False), 2.4),
    "slip_and_fall": BodyMotion(partial(feats.slip, falls=True), least=2.4, on_floor=True),
    "climb_over": BodyMotion(feats.climb_over, 3.6),
    "jump_on": BodyMotion(jumps.jump_to, None, 1.8, least=2.4),
    "swim_on_the_belly": BodyMotion(rides.swim_on_the_belly, least=6.5),
    "swing_leg": BodyMotion(
        partial(footwork.swing_leg, aside=False, period=1.1), None, 1.1, 2.4, has_free_arms=True
    ),
    "swing_leg_aside": BodyMotion(
        partial(footwork.swing_leg, aside=True, period=1.2), None, 1.2, 2.4, has_free_arms=True
    ),
    "raise_leg_aside": BodyMotion(
        partial(footwork.swing_leg, aside=True, period=1.9), None, 1.9, 2.8, has_free_arms=True
    ),
    "raise_leg_ahead": BodyMotion(
        partial(footwork.swing_leg, aside=False, period=1.9), None, 1.9, 2.8, has_free_arms=True
    ),
    "handstand": BodyMotion(stances.stand_on_hands, least=4.0),
    **{
        f"pose_{name}": BodyMotion(
            partial(stances.hold_standing_pose, name), least=3.0, has_free_arms=name == "knee_up"
        )
        for name in stances.STANDING_POSES
    },
    **{
        f"pose_{name}": BodyMotion(partial(stances.hold_floor_pose, name), least=5.5)
        for name in stances.FLOOR_POSES
    },
}
"""Motions by the name that ``wordings.json`` gives them behind "+"."""
