# SPDX-License-Identifier: GPL-3.0-or-later
"""What a part says of arms, trunk, head and knees beside its action, as postures that are laid over the motion."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ..breakdown import Accompaniment, Part
from ..layers.postures import ARM_POSTURES, Posture
from .chinese_postures import is_chinese, say_in_english
from .strength import find_strength

_ARMS = {"arms": "both", "one_arm": "right", "left_arm": "left", "right_arm": "right"}
_TRUNK = ("torso", "hips")
_FREE_ARMS = frozenset(
    "walk march run jog skip sneak tiptoe walk_stairs sidestep step stomp hop jump leap land bounce turn spin sit "
    "sit_down stand_up squat squat_down crouch lunge kneel kick raise_leg lower_leg balance shift_weight "
    "shuffle_feet sway twist lean get_hit jolt dodge stumble lose_balance regain_balance stand stop breathe slide "
    "look_around look_up look_down look_at peek nod shake_head tilt_head roll_head raise_arm hold_arms "
    "lower_arm speak pose dance".split()
)
"""Actions that leave the arms free."""

_ONE_HANDED = frozenset(
    "speak wave point salute phone drink eat move_arm beckon check_watch shield_eyes".split()
)
"""Actions of one hand, beside which the other may do something else."""
_STEPPING = frozenset("walk run jog march sneak tiptoe step stomp skip walk_stairs".split())
_SUDDEN = frozenset("jolt get_hit dodge lose_balance stumble".split())
"""Actions that nobody begins with his arms where they are thrown."""

CROUCHING = ("crouching", "crouched")
"""Words for legs that stay bent, and for those that are from the first frame on."""

IS_CROUCHED = re.compile(
    r"\bcrouch(?:ed|ing)\b|\bsquatting\b|\b(?:starts|begins) (?:\w+ ){0,3}(?:crouch|squat)"
)
ON_GUARD = "guarding"
"""What the arms of a fighter do between his punches."""

_FIXED_TRUNK = frozenset(
    "crawl climb swim roll cartwheel handstand backflip frontflip push_up plank sit_up lie lie_down fall "
    "pick_up put_down bend_down bow dance martial_arts act_animal yoga_pose row stretch box lift_overhead".split()
)
"""Actions whose trunk is not to be changed."""

_FIXED_HEAD = _FIXED_TRUNK | frozenset(
    "look_around look_up look_down look_at peek nod shake_head roll_head".split()
)
_FREE_KNEES = frozenset(
    "walk march run jog sneak sidestep step stand stop fighting_stance look_around turn throw catch punch block "
    "jolt raise_arm hold_arms".split()
)

_UP = frozenset("up upward upwards above overhead air sky high ceiling raised raise raises raising lifted lift lifts "
                "lifting throwing thrown".split())  # fmt: skip
_OUT = frozenset("out outward outwards outstretched extended extend extends extending stretched stretch spread spreads "
                 "spreading wide sideways side sides horizontally horizontal wings wing apart".split())  # fmt: skip
_SPREAD = frozenset("out outward outwards outstretched extended stretched spread".split())
_ASIDE = frozenset(
    "side sides sideways wide spread spreads spreading wings wing apart horizontally balance".split()
)
_FORWARD = frozenset("forward forwards front ahead reach reaches reaching".split())
_MOVING = re.compile(
    r"\b(?:rais|lift|plac|extend|reach|throw|stretch|bring|put|spread|swing)\w*ing\b|\b\w+s\b up"
)

_ARM_RULES: tuple[tuple[str, str], ...] = (
    ("in_pockets", r"\bpockets?\b"),
    ("hands_on_belly", r"\b(?:on|hold\w*|clutch\w*|against|over) (?:\w+ )?(?:belly|stomach|tummy)\b"),
    ("hands_on_hips", r"\b(?:hips?|waist|akimbo)\b"),
    ("hands_on_knees", r"\bon (?:\w+ )?(?:knees?|thighs?|lap)\b"),
    ("hands_on_head", r"\bbehind (?:\w+ )?(?:head|neck)\b|\b(?:on|hold\w*|clutch\w*|top of) (?:\w+ )?head\b"),
    ("hands_behind", r"\bbehind\b"),
    ("arms_crossed", r"\bcross(?:ed|es|ing)?\b|\bfolded\b"),
    ("waving", r"\bwav(?:e|es|ing)\b"),
    ("shaking_fist", r"\bshak\w+ (?:\w+ )?fists?\b|\bfists? (?:\w+ )?shak\w+"),
    ("punching", r"\b(?:punch|jab|strik|box)\w*"),
    ("guard", r"\bguard\w*|\bfists?\b|\bdefen[cs]\w+\b|\bfighting\b"),
    ("flapping", r"\bflap\w*|\bflail\w*"),
    ("hand_at_ear", r"\bears?\b|\btalk\w* on\b"),
    ("hand_at_face", r"\b(?:face|mouth|cheeks?|eyes?|nose|forehead|brow|lips)\b"),
    ("hands_together", r"\bclasp\w*|\btogether\b|\bintertwined\b|\bpray\w*|\brub\w*|\binterlock\w*"),
    ("arms_bent", r"\bclose to (?:\w+ )?(?:body|chest|sides?|torso)\b|\btucked\b"),
    ("hand_on_chest", r"\b(?:on|to|against|across|clutch\w*) (?:\w+ )?(?:chest|heart)\b|\bhug\w*"),
    ("pointing", r"\bpoint(?:s|ing|ed)?\b"),
)  # fmt: skip
"""Poses by the words that name them, those that are told apart first."""

_LATE_ARM_RULES: tuple[tuple[str, str], ...] = (
    ("swinging_together", r"\bpump\w*"),
    ("swinging", r"\bswing\w*|\bmov(?:e|es|ing)\b"),
    ("swaying", r"\bsway\w*|\bsweep\w*|\bgestur\w+"),
    ("arms_bent", r"\bbent\b|\bbend\w*|\belbows?\b"),
    ("arms_hanging", r"\bhang\w*|\bdangl\w*|\bloose\w*|\blimp\b|\bdown\b|\b(?:by|at) (?:\w+ )?sides?\b|\brelaxed\b"),
    ("holding", r"\b(?:hold|carry|grip|clutch|grasp|carries|bring)\w*"),
    ("arms_back", r"\bback\b|\bbackwards?\b"),
)  # fmt: skip

_RUNS_LOW = re.compile(r"\b(?:crouched|hunched|low|ducked|stooped)\b")
_DENIED = re.compile(r"\b(?:doesn|don|didn|not|never|without|no)\b")
_TOUCHED = re.compile(r"\b(?:arms?|hands?|lips|mouth|nose|ears?|chin|temples?|head)\b")
_NATURAL = re.compile(r"\bnatural\w*|\bgently\b|\beasily\b")
_LEANS = re.compile(r"\b(?:lean|bend|bent|tilt|inclin|hunch|slump|stoop|curl|hinge)\w*|\blowered\b")
_TURNS = re.compile(r"\b(?:twist|rotat|turn)\w*")
_SWAYS = re.compile(r"\b(?:sway|wobbl|undulat|sashay|swing)\w*|\bside to side\b")
_TALL = re.compile(
    r"\b(?:upright|tall|erect|straight|lifted)\b|\b(?:pushed|puffed|sticking) out\b|\bshoulders? back\b"
)
_LOOKS_ABOUT = re.compile(
    r"\bside[ -]to[ -]side\b|\baround\b|\bleft (?:and|or|then) right\b|\bscan\w*|\bsearch\w*|\bglanc\w+"
)
_DEGREES = re.compile(r"\b(\d{2,3})[ -]?(?:degrees?|°)")


def read_arm_pose(words: str) -> str | None:
    """Return the pose of ``ARM_POSTURES`` that words about an arm name; None if they name none."""
    words = _DENIED.split(words)[0]
    said = set(re.findall(r"[a-z]+", words))
    by_rule = next((name for name, pattern in _ARM_RULES if re.search(pattern, words)), None)
    if by_rule is not None:
        return by_rule
    degrees = _DEGREES.search(words)
    height = re.search(
        r"\b(shoulder|chest|head|waist|eye)[- ](?:height|level|high)\b|\b(parallel|horizontal)", words
    )
    if degrees is not None or (height is not None and height[1] != "head"):
        angle = int(degrees[1]) if degrees is not None else 90
        high = (
            "arms_up"
            if angle > 150
            else "arms_up_wide"
            if angle > 105
            else "arms_out"
            if angle > 60
            else "arms_low"
        )
        return "arms_forward" if high == "arms_out" and said & _FORWARD else high
    if {"slightly"} <= said and said & (_UP | _OUT):
        return "arms_low"
    if said & {"overhead", "above", "sky", "ceiling"}:
        return "arms_up"
    if re.search(r"\b(?:by|at|against) (?:\w+ )?sides?\b", words) and not said & (_UP | _SPREAD):
        return "arms_hanging"
    if said & (_UP | _OUT) and said & _FORWARD:
        return "arms_forward"
    if said & _UP and said & _ASIDE:
        return "arms_out"
    if said & _OUT:
        return "arms_out"
    if re.search(r"\bswing\w*|\bpump\w*|\bsway\w*", words) is None and said & _UP:
        return "arms_up"
    if said & _FORWARD and not re.search(r"\bswing\w*", words):
        return "holding" if said & {"hold", "holding", "holds"} else "arms_forward"
    return next((name for name, pattern in _LATE_ARM_RULES if re.search(pattern, words)), None)


def read_arm_posture(item: Accompaniment, strength: float = 1.0, travels: bool = False) -> Posture | None:
    """Return the posture of an arm or both; None if the words name none."""
    words = item.does.lower()
    if _NATURAL.search(words) and re.search(r"\b(?:swing|mov|bend)\w*", words):
        return None  # as arms do by themselves
    if re.search(r"\bclench\w*|\bballed\b", words) and not re.search(r"\b(?:rais|up|high|guard)\w*\b", words):
        return None  # fists are no posture of the arms
    if re.search(r"\bfingers?\b|\bpalms?\b", words) and not _TOUCHED.search(words):
        return None  # the body has no fingers
    name = read_arm_pose(words)
    if name is None or (name in ("arms_hanging", "hands_on_knees") and travels):
        return None  # arms that hang swing with the steps
    side = _ARMS[item.body_part]
    aside = re.search(r"\b(left|right)\b", words.split(" with ")[0])
    if name == "pointing" and aside is not None and aside[1] == side:
        name = "arms_out"
    rise = 1.4 if "slowly" in words else 0.45 if "quickly" in words or "rapidly" in words else 0.8
    return Posture(name, side, min(1.0, strength), rise, _MOVING.search(words) is None)


def _read_trunk(words: str, strength: float) -> Posture | None:
    aside = re.search(r"\b(left|right)\b", words)
    both = bool(re.search(r"\bleft\b.*\bright\b|\bright\b.*\bleft\b", words))
    if _SWAYS.search(words):
        return Posture("sway", "both", strength)
    if _TURNS.search(words):
        if aside is None or both:
            return Posture("twist_to_and_fro", "both", 0.8 * strength)
        degrees = _DEGREES.search(words)
        return Posture("twist", aside[1], min(1.5, int(degrees[1]) / 45) if degrees else strength, 1.0, False)
    if _LEANS.search(words):
        if aside is not None:
            return Posture("lean_aside", aside[1], strength)
        back = re.search(r"\bback(?:wards?)?\b", words)
        return Posture("lean_back" if back else "lean_forward", "both", strength)
    if _TALL.search(words):
        return Posture("stand_tall", "both", strength)
    return None


def _read_head(words: str, strength: float) -> Posture | None:
    aside = re.search(r"\b(left|right)\b", words)
    if _LOOKS_ABOUT.search(words):
        return Posture("look_around", "both", min(1.0, strength))
    if re.search(r"\bnod\w*|\bbob\w*", words):
        return Posture("nod", "both", min(1.0, strength))
    if re.search(r"\bshak(?:e|es|ing)\b", words):
        return Posture("shake_head", "both", min(1.0, strength))
    if re.search(
        r"\b(?:down|downwards?|lowered|lowers?|lowering|bowed|hung|hangs|hanging|drop\w*|buried)\b", words
    ):
        return Posture("lower_head", "both", strength)
    if re.search(r"\b(?:up|upwards?|high|raised|lift\w*|sky|ceiling)\b", words):
        return Posture("raise_head", "both", 0.4 if "high" in words else strength)
    if re.search(r"\btilt\w*|\bside\b", words):
        return Posture("tilt_head", aside[1] if aside else "right", strength)
    if aside is not None and re.search(r"\b(?:turn|look|fac|jerk|rotat)\w*", words):
        return Posture("turn_head", aside[1], strength)
    return None


def _read_legs(words: str, strength: float) -> Posture | None:
    if re.search(r"\bweight\b", words) and re.search(r"\bshift\w*", words):
        return Posture("shift_weight", "both", strength)
    if re.search(r"\bknees?\b|\blegs?\b|\bstance\b|\bcrouch\w*", words) and re.search(
        r"\bbent\b|\bbend\w*|\bcrouch\w*|\bflex\w*|\blow\b", words
    ):
        return Posture("bend_knees", "both", strength)
    return None


HELD_WORDS = {"arms_out": "out to the sides", "arms_low": "slightly", "arms_forward": "out in front",
              "arms_up": "overhead", "arms_up_wide": "to 120 degrees"}  # fmt: skip
"""Words for poses of raised arms, as ``read_arm_pose`` reads them."""

_STANDING_POSES = frozenset(HELD_WORDS) | {
    "hands_on_hips",
    "arms_crossed",
    "hands_behind",
    "hands_on_head",
    "guard",
}


def read_own_postures(text: str) -> tuple[Accompaniment, ...]:
    """Return what words without an action say of arms and knees, as if it went with standing."""
    found = []
    for clause in re.split(r"[,;.，；。、]", text.lower()):
        words = say_in_english(clause)
        if re.search(r"\b(?:arms?|hands?)\b|双臂|双手|手臂|左手|右手", clause) and (
            read_arm_pose(words) in _STANDING_POSES
        ):
            found.append(Accompaniment("arms", words))
        elif _read_legs(words, 1.0) is not None:
            found.append(Accompaniment("legs", words))
    return tuple(found)


def _acts_with_other(part: Part, item: Accompaniment) -> bool:
    """Return whether the arm that an item is about is not the one that acts."""
    is_sided = item.body_part in ("left_arm", "right_arm")
    return is_sided and part.side != "both" and not item.body_part.startswith(part.side or "none")


def _complete_items(part: Part) -> list[Accompaniment]:
    """Return what goes with a part, with words that were cut off: "keeping his arms" of "keeping his arms folded"."""
    items = []
    for item in part.meanwhile:
        if is_chinese(item.does):
            items.append(replace(item, does=say_in_english(item.does)))
            continue
        place = part.text.find(item.does)
        if item.body_part in _ARMS and place >= 0 and read_arm_pose(item.does.lower()) in (None, "holding"):
            rest = re.split(r"[,.;]|\band\b|\bwhile\b", part.text[place + len(item.does) :])[0]
            item = replace(item, does=item.does + rest)
        items.append(item)
    if part.action != "t_pose" and re.search(r"\bt-pose\b|\bt pose\b", part.text.lower()):
        items.append(Accompaniment("arms", "arms out to the sides"))
    return items


def read_postures(part: Part, shown: Iterable[str] = ()) -> tuple[Posture, ...]:
    """Return the postures of what a part says beside its action.

    Parameters
    ----------
    part
        The part.
    shown
        Limbs that the motion below already shows so: "arms", "head", "legs", "torso".
    """
    shown = set(shown)
    found: dict[str, Posture] = {}
    for item in _complete_items(part):
        words = item.does.lower()
        strength = find_strength(words)
        is_other = part.action in _ONE_HANDED and _acts_with_other(part, item)
        is_free = part.action in _FREE_ARMS and "arms" not in shown
        if item.body_part in _ARMS and (is_free or is_other):
            posture = read_arm_posture(item, travels=part.action in _STEPPING)
            if posture is not None:
                limbs = ("left_arm", "right_arm") if posture.side == "both" else (f"{posture.side}_arm",)
                if not any(limb in found for limb in limbs):
                    found |= dict.fromkeys(limbs, posture)
        elif (
            (item.body_part in _TRUNK or item.action in ("lean", "twist"))
            and part.action not in _FIXED_TRUNK
            and "torso" not in shown
        ):
            trunk = _read_trunk(words, strength)
            if trunk is not None and part.action not in ("twist", "lean", "turn", "sway"):
                found.setdefault("torso", trunk)
        elif item.body_part in ("head", "face") and part.action not in _FIXED_HEAD and "head" not in shown:
            says_head = item.body_part == "head" or _LOOKS_ABOUT.search(words)
            head = _read_head(words, strength) if says_head else None
            if head is not None and not re.search(r"\b(?:hands?|arms?)\b", words):
                found.setdefault("head", head)
        if part.action in _FREE_KNEES and "legs" not in shown and item.body_part in ("legs", "torso"):
            legs = _read_legs(words, strength)
            if legs is not None:
                found.setdefault("legs", legs)
    if part.action in ("run", "jog", "step") and _RUNS_LOW.search(part.text.lower()):
        found.setdefault("legs", Posture("bend_knees"))
        found.setdefault("torso", Posture("lean_forward", strength=1.3))
    postures = dict.fromkeys(found.values())
    on_guard = any(item.does == ON_GUARD for item in part.meanwhile)
    if (part.action in _SUDDEN and not on_guard) or {"surprised", "startled", "fearful"} & set(part.manner):
        postures = dict.fromkeys(
            replace(p, name="hands_up") if p.name in ("arms_up", "guard") else p for p in postures
        )
        return tuple(replace(p, rise_seconds=min(p.rise_seconds, 0.45), from_start=False) for p in postures)
    return tuple(postures)


_GESTURE_POSES = {"wave": "waving", "point": "pointing", "t_pose": "arms_out", "stretch": "arms_up",
                  "salute": "hand_at_face", "speak": "swaying", "shield_eyes": "hand_at_face"}  # fmt: skip
_GESTURE_HEADS = {"nod": "nod", "shake_head": "shake_head", "look_around": "look_around", "look_up": "raise_head",
                  "look_down": "lower_head", "tilt_head": "tilt_head"}  # fmt: skip
_TOUCH_POSES = {"hands on hips": "hands_on_hips", "hand on chest": "hand_on_chest", "arms crossed": "arms_crossed",
                "hands on head": "hands_on_head", "hands on face": "hand_at_face", "hand on mouth": "hand_at_face",
                "hands on knees": "hands_on_knees", "hands together": "hands_together",
                "praying": "hands_together", "hands behind the back": "hands_behind"}  # fmt: skip


_MEASURED = re.compile(
    r"\b(?:height|level|degrees?|parallel|horizontal\w*|slightly|halfway|half way)\b|\d ?°"
)
_PLURAL = re.compile(r"\b(?:them|arms|hands)\b")


def pose_trunk(part: Part) -> Posture | None:
    """Return the posture of somebody who leans, bows or twists as he sits, kneels or lies; None if he does not."""
    strength = find_strength(part.text)
    if part.action == "twist":
        return Posture(
            "twist", part.direction if part.direction in ("left", "right") else "left", strength, 0.9, False
        )
    if part.action not in ("lean", "bend_down", "bow"):
        return None
    if part.direction in ("left", "right"):
        return Posture("lean_aside", part.direction, strength, 0.9, False)
    if part.direction == "backward":
        return Posture("lean_back", "both", strength, 0.9, False)
    return Posture("lean_forward", "both", strength if part.action == "lean" else 2.0, 0.9, False)


def is_measured(part: Part) -> bool:
    """Return whether a part says how far arms are raised."""
    words = part.text.lower()
    is_said = (
        _MEASURED.search(words) is not None
        or read_arm_pose(words) == "arms_forward"
        or re.search(r"平举|前伸|伸直", words) is not None
    )
    return part.action in ("raise_arm", "hold_arms") and is_said


def pose_gesture(part: Part) -> Posture | None:
    """Return an action of the arms or the head as a posture, for a body that sits, kneels or crouches meanwhile."""
    name: str | None
    if part.action in _GESTURE_HEADS:
        return Posture(_GESTURE_HEADS[part.action], part.side or "right", rise_seconds=0.5, from_start=False)
    if part.action in ("raise_arm", "hold_arms"):
        said = read_arm_pose(say_in_english(part.text.lower()))
        name = said if said in HELD_WORDS else "arms_up"
        if {"spread", "sideways", "like a t"} & set(part.manner):
            name = "arms_out"
    elif part.action == "touch":
        name = next((_TOUCH_POSES[m] for m in part.manner if m in _TOUCH_POSES), None)
        said = read_arm_pose(say_in_english(part.text.lower()))
        name = said if name is None and said in _TOUCH_POSES.values() else name
    else:
        name = _GESTURE_POSES.get(part.action)
    if name is None or name not in ARM_POSTURES:
        return None
    rise = 1.4 if part.pace == "slow" else 0.45 if part.pace == "fast" else 0.8
    several = part.action in ("hold_arms", "t_pose", "stretch", "touch", "speak") or _PLURAL.search(
        part.text.lower()
    )
    usual = "both" if several else "right"
    return Posture(name, part.side or usual, 1.0, rise, from_start=part.action == "hold_arms")
