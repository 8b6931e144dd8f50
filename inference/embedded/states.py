# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry states of the body from part to part: who sits stays seated and waves, raised arms stay up until lowered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..breakdown import UNKNOWN_ACTION, Accompaniment, Part
from ..breakdown.tables import read_tables
from .accompaniment import (
    CROUCHING,
    HELD_WORDS,
    IS_CROUCHED,
    ON_GUARD,
    pose_gesture,
    read_arm_pose,
    read_own_postures,
)
from .chinese_postures import is_chinese
from .counted import STEPPING

STATES = {"sit": "sit", "sit_down": "sit", "kneel": "kneel", "crouch": "crouch", "squat_down": "crouch", "lie": "lie",
          "lie_down": "lie"}  # fmt: skip
"""Actions that leave the body in a state, and its name, which is an action too."""

_WORDS = {
    "sit": "seated",
    "kneel": "kneeling",
    "crouch": "crouching",
    "lie": "lying",
    "balance": "on the right leg",
}
_WAITS = re.compile(r"\b(?:waits?|waiting|stays?|staying|remains?|pauses?|freezes?|holds?)\b")
_KEEPING_CROUCHED = frozenset("peek shoot_gun hold block fighting_stance turn dodge read throw".split())
_LEADING_DOWN = frozenset(STATES) | frozenset(
    "fall roll crawl push_up plank sit_up slide bend_down pick_up".split()
)
_ON_FLOOR = frozenset("ground floor mat grass carpet".split())
_RETURNS = re.compile(
    r"\b(?:original|initial|starting|previous|first|same) (?:position|pose|place|height)|\bback up\b"
)
_CAREFUL = frozenset("cautious careful deliberate sneaky gentle".split())
_CAREFUL_STEPS = 6  # of who steps back slowly or carefully, which goes on
_BOXING = re.compile(
    r"\b(?:box(?:er|ers|ing)|kickbox\w*|sparring|jabs?|uppercuts?|(?:fighting|boxing|orthodox|guard) stance"
    r"|brawler|fighter|mma|muay thai|in guard|(?:to|into) (?:his |her |the )?(?:guard|stance))\b|拳击"
)
_GOLF = re.compile(r"\b(?:golf\w*|tee)\b")
_RUNS_LOW = re.compile(
    r"\bcrouch(?:ed|ing)?\b|\b(?:head|body|stays?|staying|keeps?|keeping) low\b|\bducked\b"
)
_LETTING_GO = frozenset("put_down throw hand_over stack".split())
_LARGE = frozenset("box crate tray bag suitcase basket package parcel load bucket chair table".split())
_WHILE_CARRYING = frozenset("walk step sidestep turn stand stop run jog look_around walk_stairs".split())
_SWORD = re.compile(r"\b(?:sword|katana|blade|sab(?:er|re)|lightsaber|machete|greatsword)s?\b")
_BOXER = re.compile(r"\b(?:boxers?|kickboxers?|fighters?|guard up|in guard)\b")
_BASKETBALL = re.compile(r"\b(?:basket\w*|hoop|dribbl\w+|free throw)\b")
_TAKES_STANCE = re.compile(r"\b(?:to|into) (?:\w+ )?(?:guard|stance)\b")
_GUN = re.compile(r"\b(?:guns?|pistols?|rifles?|shots|bullets?)\b")
_LEADING_HAND = {"jab": "left", "cross": "right"}
_KEEPING_GUARD = frozenset(
    "kick block dodge step sidestep bounce turn lean jolt get_hit jump hop breathe shuffle_feet lunge".split()
)
"""Actions during which a fighter keeps his fists up."""
_OWN_PUNCHES = frozenset(("uppercut", "hook"))
_IN_TURN = re.compile(r"然后|接着|随后|之后|最后|再|又|并")
_COUPLE = re.compile(r"\bcouple (?:of )?(?:\w+ )?steps\b")
_FEW = re.compile(r"(?<!every )\b(?:a few|few|several|some) (?:\w+ ){0,3}(?:steps|paces|strides)\b")
_ONE_STEP = re.compile(r"\b(?:a|one|single) (?:\w+ ){0,3}(?:side[- ]?step|step)\b")
_KEEPING = frozenset("hold_arms twist lean bend_down bow sway stretch stop breathe".split())
_HEADS = {"look_down": "head down", "look_up": "head up"}
_STANCES = frozenset("hands_on_hips arms_crossed hands_behind hands_on_head".split())
_KEEPING_STANCE = frozenset(
    "twist lean turn spin sway nod shake_head look_around look_up look_down tilt_head shift_weight balance raise_leg "
    "squat breathe".split()
)
_KEEPING_RAISED = frozenset(
    "hold_arms stand stop turn spin squat squat_down crouch kneel walk step sidestep march twist lean sway balance "
    "raise_leg look_around look_up look_down nod shake_head breathe jump hop sit_down stand_up lunge".split()
)
"""Actions during which raised arms stay where they are if the text lowers them later."""


def count_steps(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with a count of steps where the text gives none but means one: "a few steps", "steps back"."""
    return [
        replace(part, count=_guess_steps(part, len(parts))) if part.count is None else part for part in parts
    ]


def _guess_steps(part: Part, parts: int) -> int | None:
    if part.action not in STEPPING or part.timed or part.way is not None:
        return None
    words = part.text.lower()
    if _COUPLE.search(words):
        return 2
    if _FEW.search(words):
        return 4 if part.action in ("run", "jog") else 3
    if part.action in ("step", "sidestep") and _ONE_STEP.search(words):
        return 1
    if part.action == "step" and (part.pace == "slow" or _CAREFUL & set(part.manner)):
        return _CAREFUL_STEPS
    is_short = parts > 1 or part.pace == "fast" or "surprised" in part.manner
    return 2 if part.action in ("step", "sidestep") and is_short else None


def carry_states(parts: Sequence[Part], prompt: str = "") -> list[Part]:
    """Return the parts of a prompt with what goes on from earlier ones under ``meanwhile``."""
    parts = [
        _stand_so(part, prompt if len(parts) == 1 else part.text)
        for part in _hold_meanwhile(
            _guard_punches(_slash_with_sword(_shoot_at_basket(parts, prompt), prompt), prompt), prompt
        )
    ]
    held = [
        replace(part, action="stand", side=None)
        if part.action == "hold_arms" and k and parts[k - 1].action == "lower_arm"
        else part
        for k, part in enumerate(parts)
    ]  # what was lowered is held low
    held = _carry_things(_raise_on_one_leg([_crouch_running(part) for part in held]))
    return _hold_raised_arms(_return_arms(_keep_stance(_stay_down(_begin_raised(held)))))


def _crouch_running(part: Part) -> Part:
    """Let who runs in a crouch run on bent knees."""
    if part.action not in ("run", "jog") or _RUNS_LOW.search(part.text.lower()) is None:
        return part
    low = (Accompaniment("legs", "very bent knees"), Accompaniment("torso", "leaning forward"))
    return replace(part, meanwhile=(*part.meanwhile, *low))


def _slash_with_sword(parts: Sequence[Part], prompt: str) -> list[Part]:
    """Let who has a sword or a golf club strike with it, not with the fist."""
    if _SWORD.search(prompt.lower()) is not None:
        return [replace(part, action="slash") if part.action == "strike" else part for part in parts]
    if _GOLF.search(prompt.lower()) is not None:
        return [
            replace(part, action="golf", count=None, seconds=3.0) if part.action == "strike" else part
            for part in parts
        ]
    return list(parts)


def _shoot_at_basket(parts: Sequence[Part], prompt: str) -> list[Part]:
    """Let who plays basketball shoot at the basket, with the jump and the landing that belong to the shot."""
    words = prompt.lower()
    if _BASKETBALL.search(words) is None or _GUN.search(words) is not None:
        return list(parts)
    out: list[Part] = []
    for part in parts:
        last = out[-1] if out else None
        if part.action == "shoot_gun":
            part = replace(part, action="shoot_basket")
            if last is not None and last.action == "jump":
                out.pop()
        elif part.action == "land" and last is not None and last.action == "shoot_basket":
            continue
        out.append(part)
    return out


def _raise_on_one_leg(parts: Sequence[Part]) -> list[Part]:
    """Let who stands on one leg raise and hold the arms there."""
    out: list[Part] = []
    for part in parts:
        last = out[-1] if out else None
        if last is None or last.action != "balance" or part.action not in ("raise_arm", "hold_arms"):
            out.append(part)
            continue
        arms = "arms" if part.side in (None, "both") else f"{part.side}_arm"
        items = (
            (Accompaniment(arms, f"{part.text} {part.repeats}".strip()),)
            if part.action == "raise_arm"
            else ()
        )
        out[-1] = replace(
            last, seconds=last.seconds + part.seconds, text=f"{last.text} {part.text}", end=part.end,
            meanwhile=(*last.meanwhile, *items),
        )  # fmt: skip
    return out


def _carry_things(parts: Sequence[Part]) -> list[Part]:
    """Let who picked something up hold it until he puts it down, throws it or hands it over."""
    out: list[Part] = []
    held: tuple[Accompaniment, ...] = ()
    for k, part in enumerate(parts):
        if part.action == "pick_up":
            is_carried = any(p.action in _LETTING_GO for p in parts[k + 1 :])
            is_large = part.side == "both" or (part.object or "") in _LARGE or "heavy" in part.manner
            arms = "arms" if is_large else f"{part.side or 'right'}_arm"
            held = (Accompaniment(arms, "holding it in front"),) if is_carried else ()
        elif part.action in _LETTING_GO:
            held = ()
        elif held and part.action in _WHILE_CARRYING and not _moves_arms(part):
            part = replace(part, meanwhile=(*part.meanwhile, *held))
        out.append(part)
    return out


def _guard_punches(parts: Sequence[Part], prompt: str) -> list[Part]:
    """Let the fists be up before and after punches if the prompt is about boxing."""
    if _BOXING.search(prompt.lower()) is None:
        return list(parts)
    out: list[Part] = []
    is_on_guard = _BOXER.search(prompt.lower()) is not None
    for part in parts:
        if part.action == "punch":
            is_on_guard = True
            if part.side is None:  # of who stands with his left foot forward
                hand = next((_LEADING_HAND[m] for m in part.manner if m in _LEADING_HAND), None)
                part = replace(part, side=hand)
            if not _OWN_PUNCHES.intersection(part.manner):
                part = replace(part, manner=(*part.manner, "guarded"))
        elif part.action == "stumble" and "slipping" in part.manner and part.direction in ("left", "right"):
            guard = Accompaniment("arms", ON_GUARD)  # "slips left": the head moves out of the way of a punch
            part = replace(part, action="dodge", manner=(), meanwhile=(*part.meanwhile, guard))
        elif part.action in ("fighting_stance", "box"):
            is_on_guard = True
        elif (
            part.action in ("stop", "stand")
            and not part.meanwhile
            and (is_on_guard or _TAKES_STANCE.search(part.text.lower()))
        ):
            part = replace(part, action="fighting_stance")
        elif is_on_guard and part.action in _KEEPING_GUARD:
            if not _moves_arms(part):
                part = replace(part, meanwhile=(*part.meanwhile, Accompaniment("arms", ON_GUARD)))
        else:
            is_on_guard = False
        out.append(part)
    return out


def _stand_so(part: Part, words: str) -> Part:
    """Let words without an action that say how arms and knees are held be a way of standing."""
    items = read_own_postures(words) if part.action == UNKNOWN_ACTION else ()
    return replace(part, action="stand", meanwhile=(*part.meanwhile, *items), unknown=()) if items else part


def _hold_meanwhile(parts: Sequence[Part], prompt: str) -> list[Part]:
    """Let a posture that Chinese puts before a gait, behind a comma, be held during it: leaning forward, he walks."""
    out: list[Part] = []
    held: list[Part] = []
    for k, part in enumerate(parts):
        row = read_tables().actions.get(part.action)
        between = prompt[parts[k - 1].end : part.start] if k else ""
        if held and (not is_chinese(part.text) or _IN_TURN.search(between + part.text)):
            out, held = [*out, *held], []
        if is_chinese(part.text) and _is_stance(part):
            held.append(part)
            continue
        if held and row is not None and row.kind in ("travel", "state") and part.action != "sit_down":
            items = tuple(_describe_stance(stance) for stance in held)
            part = replace(part, meanwhile=(*items, *part.meanwhile))
        else:
            out += held
        held = []
        out.append(part)
    return [*out, *held]


def _is_stance(part: Part) -> bool:
    if part.action in ("lean", "hold_arms") or (part.action in _HEADS and "着" in part.text):
        return True
    posture = pose_gesture(part) if part.action in ("touch", "raise_arm") and part.count is None else None
    return posture is not None and posture.name not in ("arms_up", "hand_at_face", "hand_at_ear")


def _describe_stance(part: Part) -> Accompaniment:
    """Return a stance as what goes with another part."""
    if part.action in _HEADS:
        return Accompaniment("head", _HEADS[part.action], part.action)
    if part.action == "lean":
        back = part.direction == "backward"
        aside = part.direction if part.direction in ("left", "right") else "back" if back else "forward"
        return Accompaniment("torso", f"leaning {aside}", "lean")
    posture = pose_gesture(part)
    arms = "arms" if posture is None or posture.side == "both" else f"{posture.side}_arm"
    return Accompaniment(arms, part.text)


def _begin_raised(parts: Sequence[Part]) -> list[Part]:
    """Let arms that a text begins with as they are, and then lowers, be seen before: "starts with his arms out"."""
    if not parts or parts[0].action != "lower_arm":
        return list(parts)
    arms = tuple(item for item in parts[0].meanwhile if item.body_part in ("arms", "left_arm", "right_arm"))
    if not any(read_arm_pose(item.does.lower()) in HELD_WORDS for item in arms):
        return list(parts)
    stand = replace(parts[0], action="stand", side=None, meanwhile=arms, seconds=1.5)
    rest = tuple(item for item in parts[0].meanwhile if item not in arms)
    return [stand, replace(parts[0], meanwhile=rest), *parts[1:]]


def _keep_stance(parts: Sequence[Part]) -> list[Part]:
    """Let who stands with his arms out keep them there while he leans, twists, turns or looks about."""
    out: list[Part] = []
    kept: tuple[Accompaniment, ...] = ()
    for part in parts:
        posture = pose_gesture(part) if part.action == "touch" else None
        if part.action == "stand":
            kept = tuple(
                item for item in part.meanwhile if item.body_part in ("arms", "left_arm", "right_arm")
            )
        elif posture is not None and posture.name in _STANCES:
            kept = (_describe_stance(part),)
        elif part.action not in _KEEPING_STANCE or _moves_arms(part):
            kept = ()
        elif kept:
            part = replace(part, meanwhile=(*part.meanwhile, *kept))
        out.append(part)
    return out


def _stay_down(parts: Sequence[Part]) -> list[Part]:
    """Let gestures of the arms and the head be done as the body sits, kneels, crouches or lies."""
    out: list[Part] = []
    words, state, is_down = "", "", False
    for part in parts:
        row = read_tables().actions.get(part.action)
        if part.action == "peek" and part.direction in ("left", "right"):
            aside = Accompaniment("torso", f"leaning {part.direction}", "lean")
            part = replace(part, meanwhile=(*part.meanwhile, aside))
        if state == "crouch" and part.action == "stand_up":
            part = replace(part, action="stand")
        elif part.action == "stand_up" and (state == "lie" or (out and out[-1].action == "fall")):
            part = replace(part, manner=(*part.manner, "from lying"))
        elif part.action == "stand_up" and out and not is_down:
            part = replace(part, action="stand")  # "leans forward, then stands up straight"
        if part.action in _LEADING_DOWN or any(item.action in STATES for item in part.meanwhile):
            is_down = True
        elif row is None or (row.kind in ("travel", "whole") and part.action not in _KEEPING):
            is_down = False
        if part.action in STATES:
            state = STATES[part.action]
            words = _WORDS[state]
            if state == "crouch" and not out and IS_CROUCHED.search(part.text.lower()):
                words = CROUCHING[1]
            if state == "sit" and (part.object in _ON_FLOOR or "cross-legged" in part.manner):
                words += " on the floor"
        elif row is None or not (
            row.kind in ("gesture", "head", "face")
            or part.action in _KEEPING
            or (state == "crouch" and part.action in _KEEPING_CROUCHED)
            or (part.action in ("stand", "stop", "crouch") and _WAITS.search(part.text.lower()))
        ):
            state = ""
        elif any(item.body_part == "legs" and item.action in STATES for item in part.meanwhile):
            state = next(STATES[item.action] for item in part.meanwhile if item.action in STATES)
            words = _WORDS[state]
        elif state and not any(item.body_part == "legs" for item in part.meanwhile):
            part = replace(part, meanwhile=(*part.meanwhile, Accompaniment("legs", words, state)))
        out.append(part)
    return out


def _hold_raised_arms(parts: Sequence[Part]) -> list[Part]:
    """Let arms that the text lowers later, or holds, stay raised until then."""
    out = list(parts)
    for k, part in enumerate(parts):
        if part.action != "raise_arm":
            continue
        last = k
        while last + 1 < len(parts) and _keeps_raised(part, parts[last + 1]):
            last += 1
        is_lowered = last + 1 < len(parts) and parts[last + 1].action == "lower_arm"
        is_held = (0 < k == last == len(parts) - 1) or (
            k + 1 < len(parts) and _is_done_with_raised_arms(parts[k + 1])
        )
        posture = pose_gesture(part)
        if not (is_lowered or is_held) or posture is None:
            continue
        until = last if is_lowered or k + 1 == len(parts) else k + 1
        arms = "arms" if posture.side == "both" else f"{posture.side}_arm"
        pace = {"slow": " slowly", "fast": " quickly"}.get(part.pace or "", "")
        held = Accompaniment(arms, f"raised {HELD_WORDS[posture.name]}{pace}", "raise_arm")
        for i in range(k, until + 1):
            out[i] = replace(out[i], meanwhile=(*out[i].meanwhile, held))
    return out


def _is_done_with_raised_arms(part: Part) -> bool:
    """Return whether a part is a movement for which arms are raised before: holding them, twisting, leaning."""
    twists = part.action == "stand" and any(item.action == "twist" for item in part.meanwhile)
    return part.action == "hold_arms" or (
        (part.action in ("twist", "lean", "sway") or twists) and not _moves_arms(part)
    )


def _keeps_raised(raised: Part, following: Part) -> bool:
    """Return whether an arm that is raised may stay there during a part."""
    if following.action == "raise_arm":  # the other arm
        return {raised.side, following.side} == {"left", "right"}
    return following.action in _KEEPING_RAISED and not _moves_arms(following)


def _is_elliptic(part: Part) -> bool:
    """Return whether a part that raises one arm leaves out how."""
    return (
        part.side in ("left", "right") and not part.manner and not part.meanwhile and part.direction is None
        and read_arm_pose(part.text.lower()) not in HELD_WORDS
    )  # fmt: skip


def _return_arms(parts: Sequence[Part]) -> list[Part]:
    """Let arms that are raised "to their original position" go where they were before."""
    out: list[Part] = []
    last: Accompaniment | None = None
    for part in parts:
        posture = pose_gesture(part) if part.action == "raise_arm" else None
        if posture is not None and out and out[-1].action == "raise_arm" and _is_elliptic(part):
            before = pose_gesture(out[-1])  # "the left arm to the side, then the right arm"
            if before is not None:
                words = f"raised {HELD_WORDS[before.name]}"
                part = replace(
                    part,
                    meanwhile=(*part.meanwhile, Accompaniment(f"{posture.side}_arm", words, "raise_arm")),
                )
        arms = next(
            (item for item in part.meanwhile if item.body_part in ("arms", "left_arm", "right_arm")), None
        )
        if posture is not None and arms is None and last is not None and _RETURNS.search(part.text.lower()):
            part = replace(part, meanwhile=(*part.meanwhile, last))
        elif posture is not None and posture.side == "both":
            last = Accompaniment("arms", f"raised {HELD_WORDS[posture.name]}", "raise_arm")
        elif arms is not None and arms.body_part == "arms":
            pose = read_arm_pose(arms.does.lower())
            last = (
                Accompaniment("arms", f"raised {HELD_WORDS[pose]}", "raise_arm")
                if pose in HELD_WORDS
                else last
            )
        out.append(part)
    return out


def _moves_arms(part: Part) -> bool:
    return any(item.body_part in ("arms", "one_arm", "left_arm", "right_arm") for item in part.meanwhile)
