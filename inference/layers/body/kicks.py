# SPDX-License-Identifier: GPL-3.0-or-later
"""Kicks with the right leg by key poses: backward, sideways, around, after a spin, down from above, with the knee."""

from __future__ import annotations

from collections.abc import Callable

from .key_sheet import Key, KeySheet, Task, Values, key, merge_keys
from .poses import BALANCE, GUARD, step_foot

_OVER = 0.085  # metres from the middle to above the standing foot


def _repeat_kick(task: Task, period: float, make_kick: Callable[[float], list[Key]]) -> KeySheet:
    """Return a sheet with as many kicks as asked for, each in ``period`` seconds, with the fists up in between."""
    count = task.choose_count(period, 0.4)
    keys = [key(0.05, arms=None, right_leg=None)]
    for k in range(count):
        keys += make_kick(0.1 + k * period)
    end = 0.1 + count * period
    up: dict[str, Values] = {"pelvis": (0, 0, 0), "turn": (0, 0, 0), "trunk": (0, 0, 0)}
    return KeySheet([*keys, key(end + 0.3, arms=None, **up)])


def kick_backward(task: Task) -> KeySheet:
    """Kick straight back with the heel, the trunk bent forward, looking over the shoulder."""
    high = task.vary(0.1)

    def make_kick(t: float) -> list[Key]:
        return [
            key(t, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), right_leg=None, arms=GUARD),
            key(t + 0.18, pelvis=(0.04, -0.11, -0.02), turn=(8, 0, 8), trunk=(14, 0, 10), head=(4, -10),
                right_leg=None),
            key(t + 0.38, pelvis=(_OVER, -0.05, 0.02), turn=(12, 0, -4), trunk=(14, 0, -4), head=(0, -35),
                right_leg=(58, 4, 0, 105, -5)),
            key(t + 0.62, pelvis=(_OVER, -0.03, 0.08), turn=(52 * high, -6, -16), trunk=(14, 0, -16), head=(-10, -60),
                right_leg=(-38 * high, 6, 0, 3, -10), arms=(0.6, -0.6, 0.3, 0.1, -0.3, 0.9)),
            key(t + 0.72, pelvis=(_OVER, -0.03, 0.08), turn=(52 * high, -6, -16), trunk=(14, 0, -16), head=(-10, -60),
                right_leg=(-38 * high, 6, 0, 3, -10), arms=(0.6, -0.6, 0.3, 0.1, -0.3, 0.9)),
            key(t + 1.0, pelvis=(_OVER, -0.04, 0.03), turn=(14, 0, 0), trunk=(10, 0, 0), head=(0, -20),
                right_leg=(35, 4, 0, 90, 0), arms=GUARD),
            key(t + 1.36, pelvis=(0.01, -0.1, -0.01), turn=(8, 0, 4), trunk=(12, 0, 4), head=(0, 0), right_leg=None),
        ]  # fmt: skip

    return _repeat_kick(task, 1.5, make_kick)


def kick_forward(task: Task, height: float = 1.0) -> KeySheet:
    """Step back into a stance, snap the rear foot straight ahead and high, pull it back; ``height`` 1 is the waist."""
    rise = height * task.vary(0.06)
    lean = -14.0 * rise
    still: Values = (0, 0, 0, 0, 0)
    rear: Values = (-0.04, 0, -0.34 * task.vary(0.1), -16, 12)
    stance: dict[str, Values] = {
        "pelvis": (0, -0.07, -0.1), "turn": (3, 0, -20), "trunk": (8, 0, 10), "head": (0, 6), "left_foot": still,
    }  # fmt: skip
    guard_side: dict[str, Values] = {"left_arm": GUARD, "right_arm": (0.45, -0.85, 0.05, 0.05, -0.2, 1.0)}

    def make_kick(t: float) -> list[Key]:
        thigh = 72 * rise + 8 * min(rise, 1.0)
        out: dict[str, Values] = {
            "pelvis": (_OVER, 0.02, 0.08), "turn": (lean, 0, 18), "trunk": (10 - 0.4 * lean, 0, -20), "head": (0, 0),
            "left_foot": (0, 0, 0, 12, 8),
        }  # fmt: skip
        return [
            key(t, **stance, right_leg=None, right_foot=rear, arms=GUARD),
            key(t + 0.14, pelvis=(0.03, -0.1, -0.06), turn=(4, 0, -24), trunk=(12, 0, 14), right_leg=None,
                right_foot=(*rear[:4], 26.0)),
            key(t + 0.37, pelvis=(_OVER, -0.03, 0.03), turn=(0.3 * lean, 0, 2), trunk=(8, 0, -2),
                right_leg=(66 * rise + 18, 2, 0, 108, -5), left_foot=(0, 0, 0, 8, 0), arms=GUARD),
            key(t + 0.53, **out, right_leg=(thigh, 2, 0, 4, 0), **guard_side),
            key(t + 0.66, **out | {"turn": (1.1 * lean, 0, 22)}, right_leg=(thigh + 3, 2, 0, 8, 0), **guard_side),
            key(t + 0.85, pelvis=(_OVER, -0.02, 0.03), turn=(0.4 * lean, 0, 4), trunk=(8, 0, -4),
                right_leg=(62 * rise + 12, 2, 0, 100, 0), left_foot=(0, 0, 0, 8, 0), arms=GUARD),
            key(t + 1.02, pelvis=(0.04, -0.05, -0.03), right_leg=(22, 2, 0, 62, 10)),
            key(t + 1.18, **stance | {"pelvis": (0, -0.11, -0.12)}, right_leg=None, right_foot=rear, arms=GUARD),
        ]  # fmt: skip

    period = 1.22
    count = task.choose_count(period, 0.9)
    keys = [
        key(
            0.05,
            arms=None,
            right_leg=None,
            left_foot=still,
            right_foot=still,
            pelvis=(0, 0, 0),
            turn=(0, 0, 0),
        ),
        *step_foot(0.1, 0.42, "right", still, rear, 0.07),
        key(0.25, pelvis=(0.05, -0.03, -0.02)),
    ]
    for k in range(count):
        keys += make_kick(0.45 + k * period)
        if k == 0:  # the fists come up while the weight goes back
            first = next(pose for pose in keys if pose.time == 0.45)
            keys[keys.index(first)] = Key(
                0.45, {n: v for n, v in first.values.items() if not n.endswith("_arm")}
            )
    end = 0.45 + count * period
    keys += [
        *step_foot(end + 0.12, end + 0.46, "right", rear, still, 0.06),
        key(end + 0.55, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), arms=None),
    ]
    return KeySheet(merge_keys(keys))


def kick_a_ball(task: Task) -> KeySheet:
    """Step up to a ball on the floor, swing the right leg through it from behind, and follow through."""
    step, power = 0.45 * task.vary(0.08), task.vary(0.08)
    still = (0, 0, 0, 0, 0)
    return KeySheet(
        [
            key(0.05, arms=None, right_leg=None, left_foot=still, right_foot=still),
            key(0.3, pelvis=(-0.06, -0.02, 0.06), trunk=(6, 0, 0), left_foot=(0, 0.1, 0.16, 0, 14), right_foot=still),
            key(0.52, pelvis=(0.02, -0.07, 0.5 * step), trunk=(8, 0, 8), turn=(4, 0, -14), head=(22, 8),
                left_foot=(0.02, 0, step, 0, 0), right_foot=(0, 0, 0, 0, 28), right_leg=None, arms=BALANCE),
            key(0.74, pelvis=(_OVER, -0.06, 0.8 * step), trunk=(6, -4, 16), turn=(6, 0, -26), head=(24, 16),
                left_foot=(0.02, 0, step, 0, 0), right_leg=(-34 * power, 8, 0, 78, 30),
                left_arm=(0.8, -0.1, 0.6, 0.7, 0.0, 0.7), right_arm=(0.7, -0.6, -0.5, 0.6, -0.6, -0.4)),
            key(0.92, pelvis=(_OVER, -0.03, step), trunk=(14, 0, -6), turn=(-2, 0, 4), head=(20, 0),
                left_foot=(0.02, 0, step, 0, 0), right_leg=(18, 2, 0, 16, 30)),
            key(1.1, pelvis=(_OVER, 0.0, step + 0.06), trunk=(20, 0, -22), turn=(-14, 0, 22), head=(8, 0),
                left_foot=(0.02, 0, step, 0, 10), right_leg=(72 * power, -6, 0, 12, 20),
                left_arm=(0.6, -0.5, -0.6, 0.5, -0.5, -0.5), right_arm=(0.3, -0.3, 0.9, 0.1, -0.1, 1.0)),
            key(1.5, pelvis=(0.02, -0.05, step + 0.08), trunk=(10, 0, 0), turn=(0, 0, 0),
                left_foot=(0.02, 0, step, 0, 0), right_leg=None, right_foot=(0, 0, step + 0.14, 0, 4), arms=BALANCE),
            key(1.9, pelvis=(0, 0, step + 0.06), trunk=(0, 0, 0), turn=(0, 0, 0), head=(0, 0), arms=None,
                left_foot=(0.02, 0, step, 0, 0), right_foot=(0, 0, step + 0.12, 0, 0)),
        ]
    )  # fmt: skip


def kick_sideways(task: Task) -> KeySheet:
    """Kick straight to the right with the outer edge of the foot, the trunk leaning away over the standing foot."""
    high = task.vary(0.1)

    def make_kick(t: float) -> list[Key]:
        out = (18, 58 * high, 0, 4, -5)
        lean = (0, -36 * high, 20)
        return [
            key(t, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), right_leg=None, arms=GUARD,
                left_foot=(0, 0, 0, 0, 0)),
            key(t + 0.18, pelvis=(0.02, -0.11, 0), turn=(4, 0, -12), trunk=(10, -4, -8), head=(0, -30), right_leg=None,
                left_foot=(0, 0, 0, 0, 0)),
            key(t + 0.4, pelvis=(_OVER, -0.04, 0), turn=(0, -10, 4), trunk=(8, 0, -4), head=(0, -50),
                right_leg=(78, 28, 0, 118, -5), left_foot=(0, 0, 0, 20, 0)),
            key(t + 0.6, pelvis=(_OVER + 0.03, 0.01, 0), turn=lean, trunk=(0, 6, -22), head=(0, -65), right_leg=out,
                right_arm=(0.5, -0.75, 0.1, 0.8, -0.5, 0.1), left_arm=GUARD, left_foot=(0, 0, 0, 30, 8)),
            key(t + 0.72, pelvis=(_OVER + 0.03, 0.01, 0), turn=lean, trunk=(0, 6, -22), head=(0, -65), right_leg=out,
                right_arm=(0.5, -0.75, 0.1, 0.8, -0.5, 0.1), left_arm=GUARD, left_foot=(0, 0, 0, 30, 8)),
            key(t + 0.95, pelvis=(_OVER, -0.04, 0), turn=(0, -10, 4), trunk=(8, 0, -6), head=(0, -45),
                right_leg=(70, 25, 0, 112, 0), arms=GUARD, left_foot=(0, 0, 0, 20, 0)),
            key(t + 1.3, pelvis=(-0.01, -0.1, 0), turn=(4, 0, -6), trunk=(10, 0, 2), head=(0, 0), right_leg=None,
                left_foot=(0, 0, 0, 0, 0)),
        ]  # fmt: skip

    return _repeat_kick(task, 1.45, make_kick)


def kick_around(task: Task) -> KeySheet:
    """Kick around from the right (roundhouse): the hip turns over and the shank snaps across the front."""
    high = task.vary(0.1)

    def make_kick(t: float) -> list[Key]:
        return [
            key(t, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), right_leg=None, arms=GUARD,
                left_foot=(0, 0, 0, 0, 0)),
            key(t + 0.2, pelvis=(0.02, -0.12, -0.02), turn=(0, 0, -18), trunk=(4, 0, -10), right_leg=None),
            key(t + 0.46, pelvis=(_OVER, -0.04, 0.02), turn=(-4, -14, 25), trunk=(4, 0, -15),
                right_leg=(40, 55, 0, 115, 30), left_foot=(0, 0, 0, 35, 8)),
            key(t + 0.64, pelvis=(_OVER, 0.02, 0.04), turn=(-6, -30 * high, 82), trunk=(2, 0, -45), head=(0, -25),
                right_leg=(28, 58 * high, 0, 6, 35), right_arm=(0.5, -0.8, -0.3, 0.3, -0.9, -0.2), left_arm=GUARD,
                left_foot=(0, 0, 0, 70, 8)),
            key(t + 0.78, pelvis=(_OVER, -0.02, 0.04), turn=(-4, -26 * high, 96), trunk=(2, 0, -40), head=(0, -25),
                right_leg=(45, 50 * high, 0, 45, 35), left_foot=(0, 0, 0, 75, 4)),
            key(t + 1.05, pelvis=(_OVER, -0.05, 0.02), turn=(0, -6, 45), trunk=(4, 0, -20), head=(0, 0),
                right_leg=(55, 20, 0, 95, 10), arms=GUARD, left_foot=(0, 0, 0, 40, 6)),
            key(t + 1.4, pelvis=(0, -0.11, 0), turn=(4, 0, -8), trunk=(10, 0, -4), right_leg=None,
                left_foot=(0, 0, 0, 0, 0)),
        ]  # fmt: skip

    return _repeat_kick(task, 1.55, make_kick)


def kick_across(task: Task) -> KeySheet:
    """Kick low from the right across the front to the left, as one kicks a ball aside."""

    def make_kick(t: float) -> list[Key]:
        return [
            key(t, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), right_leg=None,
                left_foot=(0, 0, 0, 0, 0), arms=BALANCE),
            key(t + 0.38, pelvis=(_OVER, -0.08, -0.02), turn=(4, -6, -25), trunk=(6, 0, 10), head=(16, 10),
                right_leg=(-10, 34, 0, 55, 10), left_arm=(0.9, -0.2, 0.4, 0.8, -0.1, 0.6), arms=BALANCE),
            key(t + 0.6, pelvis=(_OVER + 0.01, -0.03, 0.03), turn=(-8, 4, 28), trunk=(8, 0, -22), head=(16, 20),
                right_leg=(42, -34, 0, 6, 10), left_foot=(0, 0, 0, 25, 0), arms=BALANCE),
            key(t + 0.72, pelvis=(_OVER + 0.01, -0.03, 0.03), turn=(-8, 4, 34), trunk=(8, 0, -26), head=(10, 24),
                right_leg=(50, -40, 0, 10, 10), left_foot=(0, 0, 0, 25, 0)),
            key(t + 1.15, pelvis=(0, -0.08, 0), turn=(3, 0, -6), trunk=(8, 0, 4), head=(0, 0), right_leg=None,
                left_foot=(0, 0, 0, 0, 0)),
        ]  # fmt: skip

    return _repeat_kick(task, 1.35, make_kick)


def kick_after_spin(task: Task) -> KeySheet:
    """Turn the back over the right shoulder, kick back with the right heel to where one faced, and turn on."""

    def make_kick(t: float) -> list[Key]:
        over = 0.09
        return [
            key(t, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), head=(0, 0), right_leg=None, arms=GUARD,
                left_foot=(0, 0, 0, 0, 0)),
            key(t + 0.25, pelvis=(0.03, -0.07, 0), turn=(0, 0, -25), trunk=(6, 0, -25), head=(0, -25),
                left_foot=(0, 0, 0, -20, 10), right_leg=None),
            key(t + 0.55, pelvis=(over, -0.05, 0), turn=(10, 0, -150), trunk=(10, 0, -15), head=(0, -50),
                left_foot=(0, 0, 0, -140, 14), right_leg=(62, 6, 0, 110, -5)),
            key(t + 0.78, pelvis=(over, -0.02, -0.06), turn=(48, -6, -188), trunk=(10, 0, -10), head=(-10, -60),
                left_foot=(0, 0, 0, -180, 4), right_leg=(-38, 8, 0, 3, -10), arms=(0.6, -0.6, 0.3, 0.1, -0.3, 0.9)),
            key(t + 0.88, pelvis=(over, -0.02, -0.06), turn=(48, -6, -188), trunk=(10, 0, -10), head=(-10, -60),
                left_foot=(0, 0, 0, -180, 4), right_leg=(-38, 8, 0, 3, -10)),
            key(t + 1.15, pelvis=(over, -0.05, 0), turn=(10, 0, -255), trunk=(8, 0, -10), head=(0, -40), arms=GUARD,
                left_foot=(0, 0, 0, -245, 14), right_leg=(45, 8, 0, 95, 0)),
            key(t + 1.6, pelvis=(0, -0.02, 0), turn=(0, 0, -360), trunk=(2, 0, 0), head=(0, 0),
                left_foot=(0, 0, 0, -360, 0), right_leg=None),
        ]  # fmt: skip

    sheet = _repeat_kick(Task(task.rng, task.seconds, 1), 1.7, make_kick)
    last = sheet.keys.pop()
    return KeySheet([*sheet.keys, key(last.time, arms=None, turn=(0, 0, -360), left_foot=(0, 0, 0, -360, 0))])


def kick_down(task: Task) -> KeySheet:
    """Raise the straight leg high in front and bring the heel straight down (axe kick)."""
    high = task.vary(0.06)

    def make_kick(t: float) -> list[Key]:
        return [
            key(t, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), right_leg=None, arms=GUARD),
            key(t + 0.2, pelvis=(0.04, -0.11, -0.04), turn=(4, 0, -10), trunk=(10, 0, 8), right_leg=None),
            key(t + 0.62, pelvis=(_OVER, 0.03, 0.05), turn=(-22, 0, 12), trunk=(16, 0, -12),
                right_leg=(112 * high, 6, 0, 8, -15), arms=(0.7, -0.6, -0.2, 0.4, -0.7, 0.4)),
            key(t + 0.88, pelvis=(_OVER - 0.02, -0.05, 0.04), turn=(-4, 0, 0), trunk=(18, 0, 0),
                right_leg=(34, 3, 0, 6, -10)),
            key(t + 1.15, pelvis=(0, -0.12, 0.03), turn=(6, 0, 4), trunk=(16, 0, -4), right_leg=None, arms=GUARD),
        ]  # fmt: skip

    return _repeat_kick(task, 1.45, make_kick)


def strike_with_knee(task: Task) -> KeySheet:
    """Pull something down with both hands and drive the knee up into it."""

    def make_kick(t: float) -> list[Key]:
        return [
            key(t, pelvis=(0, 0, 0), turn=(0, 0, 0), trunk=(0, 0, 0), right_leg=None, arms=GUARD),
            key(t + 0.3, pelvis=(0.03, -0.11, -0.05), turn=(4, 0, -14), trunk=(6, 0, 0), right_leg=None,
                arms=(0.25, 0.2, 0.95, -0.1, 0.45, 0.9)),
            key(t + 0.52, pelvis=(_OVER, 0.0, 0.1), turn=(-16, 0, 14), trunk=(24, 0, 0),
                right_leg=(112, 0, 0, 112, 30), left_foot=(0, 0, 0, 0, 16), arms=(0.3, -0.85, 0.2, -0.1, -0.4, 0.9)),
            key(t + 0.62, pelvis=(_OVER, 0.0, 0.1), turn=(-16, 0, 14), trunk=(24, 0, 0),
                right_leg=(112, 0, 0, 112, 30), left_foot=(0, 0, 0, 0, 16), arms=(0.3, -0.85, 0.2, -0.1, -0.4, 0.9)),
            key(t + 0.95, pelvis=(0.0, -0.09, 0), turn=(3, 0, -4), trunk=(10, 0, 0), right_leg=None, arms=GUARD,
                left_foot=(0, 0, 0, 0, 0)),
        ]  # fmt: skip

    return _repeat_kick(task, 1.15, make_kick)


def kick_flying(task: Task) -> KeySheet:
    """Take a step, jump off and kick forward with the right leg in the air."""
    far = 0.55 * task.vary(0.1)
    up, air = 0.85, 0.5
    first = 0.45
    land = up + air
    return KeySheet(
        [
            key(0.05, arms=None),
            key(0.25, pelvis=(0, -0.06, 0.05), trunk=(10, 0, 0), left_foot=(0, 0, 0, 0, 0), right_foot=(0, 0, 0, 0, 0),
                arms=GUARD),
            key(0.65, pelvis=(0, -0.14, first), trunk=(16, 0, 0), turn=(4, 0, -10), left_foot=(0, 0, first, 0, 0),
                right_foot=(0, 0, 0.1, 0, 25), arms=(0.3, -0.8, -0.5, 0.2, -0.9, 0.1), right_leg=None),
            key(up, pelvis=(0, 0.03, first + 0.2), trunk=(4, 0, 0), turn=(-6, 0, 0), left_foot=(0, 0, first, 0, 35),
                right_foot=(0, 0.3, first + 0.2, 0, 20), right_leg=(70, 0, 0, 90, 10), left_leg=None),
            key(up + 0.22, pelvis=(0, 0.02, first + 0.5 * far), trunk=(20, 0, 12), turn=(-14, 0, 16),
                right_leg=(95, 4, 0, 3, 5), left_leg=(55, 8, 0, 110, 30), arms=GUARD),
            key(up + 0.32, pelvis=(0, 0.02, first + 0.7 * far), trunk=(20, 0, 12), turn=(-14, 0, 16),
                right_leg=(92, 4, 0, 6, 5), left_leg=(50, 8, 0, 100, 30)),
            key(land, pelvis=(0, -0.06, first + far), trunk=(14, 0, 0), turn=(4, 0, 0), left_leg=None, right_leg=None,
                left_foot=(0, 0, first + far - 0.15, 0, 20), right_foot=(0, 0, first + far + 0.2, 0, 5)),
            key(land + 0.2, pelvis=(0, -0.22, first + far + 0.04), trunk=(24, 0, 0), turn=(8, 0, 0),
                left_foot=(0, 0, first + far - 0.15, 0, 4), right_foot=(0, 0, first + far + 0.2, 0, 0), arms=GUARD),
            key(land + 0.55, pelvis=(0, -0.05, first + far), trunk=(6, 0, 0), turn=(0, 0, 0),
                left_foot=(0, 0, first + far - 0.15, 0, 0), right_foot=(0, 0.08, first + far + 0.05, 0, 10)),
            key(land + 0.85, pelvis=(0, 0, first + far), trunk=(0, 0, 0), turn=(0, 0, 0), arms=None,
                left_foot=(0, 0, first + far, 0, 0), right_foot=(0, 0, first + far, 0, 0)),
        ],
        flights=[(up, air)],
    )  # fmt: skip
