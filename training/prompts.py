# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences that the model is judged by, as an animator might type them, and the predicate that judges each.

``EVERYDAY`` are the thirty of the README's figure; most of their wordings occur in no training sentence. ``FURTHER``
cover what else the model is meant to know.
"""

from __future__ import annotations

EVERYDAY: tuple[tuple[str, str], ...] = (
    ("a person walks forward", "walk"),
    ("the guy ambles onward at an easy pace", "walk"),
    ("somebody wanders straight ahead", "walk"),
    ("a person walks backward", "walk_back"),
    ("she backs away slowly", "walk_back"),
    ("a person walks and turns left", "walk_turn_left"),
    ("the hero walks on, bearing right", "walk_turn_right"),
    ("a person turns left on the spot", "turn_left"),
    ("the actor pivots to the right where he stands", "turn_right"),
    ("a person runs forward", "run"),
    ("an athlete sprints down the track", "run"),
    ("he is jogging along the road", "run"),
    ("a person jumps", "jump"),
    ("the kid leaps up into the air", "jump"),
    ("hop up high with both feet", "jump"),
    ("a person kicks with the right leg", "kick_right"),
    ("a fighter lashes out with the left foot", "kick_left"),
    ("she delivers a strong kick", "kick"),
    ("a person punches with the right hand", "punch_right"),
    ("the boxer hits out with a left", "punch_left"),
    ("he throws a quick punch at his opponent", "punch"),
    ("a person dances", "dance"),
    ("a girl grooves to the music", "dance"),
    ("a person sits down", "sit_down"),
    ("the tired man takes a seat", "sit_down"),
    ("a person climbs up the stairs", "climb_up"),
    ("a worker goes up a ladder", "climb_up"),
    ("a person stands still", "idle"),
    ("he waits around doing nothing", "idle"),
    ("a person walks forward and waves", "walk_wave"),
)

FURTHER: tuple[tuple[str, str], ...] = (
    ("wave the left hand", "wave_left"),
    ("a friend waves at us with the right arm", "wave_right"),
    ("greet someone with a wave", "wave"),
    ("a person claps their hands", "clap"),
    ("the audience applauds", "clap"),
    ("a person bows", "bow"),
    ("a performer takes a deep bow", "bow"),
    ("a person raises both arms", "raise_both"),
    ("she throws her hands up", "raise_both"),
    ("a person crouches", "crouch"),
    ("someone squats down low", "crouch"),
    ("a person stands up from a chair", "stand_up"),
    ("he gets back on his feet", "stand_up"),
    ("a person steps to the left", "sidestep_left"),
    ("shuffle sideways to the right", "sidestep_right"),
    ("a person crawls on hands and knees", "crawl"),
    ("a person walks down the stairs", "climb_down"),
    ("walk in reverse", "walk_back"),
    ("kick the left foot", "kick_left"),
    ("a person punches with the left fist", "punch_left"),
)
