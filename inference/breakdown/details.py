# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what a clause says beside its action: side, count, direction, way, angle, pace, manner, object and seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from .clause import Clause
from .tables import Tables, read_tables
from .tokens import Token

LEG_ACTIONS = frozenset(
    "kick hop balance raise_leg lower_leg step sidestep stomp kneel lunge shift_weight walk_on".split()
)
ARM_ACTIONS = frozenset(
    "wave punch throw catch point raise_arm lower_arm hold_arms move_arm pick_up put_down stack push pull squeeze "
    "salute beckon touch reach slap strike block pour drink eat swing slash open_door turn_knob knock poke pat crank "
    "hammer cook hand_over hold wipe sweep shake_hands high_five phone write stand_up cartwheel lift_overhead "
    "shield_eyes check_watch clap beg wind_up "
    "kiss juggle cast_spell shoot_gun saw sew cut_hair take_photo read play_guitar play_violin golf "
    "stretch adjust_clothes type dribble shoot_basket volleyball_spike knock_over hug".split()
)
BOTH_LIMB_ACTIONS = frozenset("raise_arm lower_arm hold_arms move_arm beg stretch".split())
"""Actions whose plural object means both limbs: raising the arms."""
_HANDED = frozenset("left-handed right-handed two-handed one-handed".split())
_SIDELESS = frozenset("t_pose clap".split())
_LIMB_WORDS = frozenset("upper lower straight front back open bent".split())
_LOOSE_SIDE_NOUNS = frozenset("hook jab punch kick uppercut cross swing roundhouse straight wave".split())
_ORDINAL_BREAK = frozenset("time rep repetition".split())
_VERB_PARTICLES = frozenset("up down out off over back".split())
_STEP_NOUNS = frozenset("step pace stride".split())
_REPEATED = frozenset(
    "flurry series barrage combo combination sequence several multiple many repeatedly repeated "
    "continuously various".split()
)
_BOUNCING = frozenset("jump hop bounce squat leap".split())
_KEPT = frozenset("kick punch clap wave nod knock throw spin strike jumping_jack stomp".split())
_TOWARDS = frozenset("to toward towards up_to for into at".split())


_PRONOUNS = frozenset("he she it they we you i this that there his her their its when if".split())


@dataclass(frozen=True)
class Limb:
    """A limb that a clause names.

    Attributes
    ----------
    kind
        ``ARM``, ``LEG``, ``HEAD``, ``TORSO``, ``HIPS`` or ``FACE``.
    side
        ``left``, ``right``, ``both`` or None.
    plural
        Whether several are meant.
    index
        Of the word.
    preposition
        Word before its noun phrase, as "with"; empty if it is the object.
    """

    kind: str
    side: str | None
    plural: bool
    index: int
    preposition: str


def find_limbs(tokens: Sequence[Token], tables: Tables | None = None) -> list[Limb]:
    """Return the limbs that words name, with their sides."""
    tables = tables or read_tables()
    limbs: list[Limb] = []
    for k, token in enumerate(tokens):
        kind = tables.body.get(token.lemma)
        if kind is None or (token.word == "back" and kind == "TORSO"):
            continue
        side: str | None = None
        preposition, plural = "", token.form == "s" or token.word == "feet"
        j = k - 1
        while j >= 0 and k - j <= 5:
            word = tokens[j].word
            if word in ("left", "right") and side is None:
                side = word
            elif word in ("both", "each", "two"):
                side, plural = side or "both", True
            elif word in tables.sets["prepositions"]:
                preposition = "" if word in _VERB_PARTICLES else word
                break
            elif word == "and" and side is None and j > 0 and tokens[j - 1].word in ("left", "right"):
                side = "both"
            elif (
                word not in tables.sets["determiners"]
                and tokens[j].lemma not in tables.manner
                and (word not in tables.sets["adjectives"] and word not in _LIMB_WORDS)
            ):
                break
            j -= 1
        limbs.append(Limb(kind, side, plural, k, preposition))
    return limbs


def read_side(action: str, clause: Clause) -> str | None:
    """Return the limb that acts: left, right, both or None."""
    tables = read_tables()
    if action in _SIDELESS:
        return None
    if action == "hug":
        return "both"
    tokens = clause.tokens
    wanted = "LEG" if action in LEG_ACTIONS else "ARM" if action in ARM_ACTIONS else ""
    limbs = [limb for limb in find_limbs(tokens, tables) if limb.kind in ("ARM", "LEG")]
    matching = [limb for limb in limbs if limb.kind == wanted and limb.side]
    if action == "balance":
        return _read_standing_leg(clause, limbs)
    if action == "phone":
        return next((limb.side for limb in find_limbs(tokens, tables) if limb.side), None)
    if action == "stretch" and limbs and limbs[0].kind == "LEG":
        return limbs[0].side
    if action == "kneel" and any(
        limb.kind == "LEG" and limb.plural and limb.side in (None, "both") for limb in limbs
    ):
        return "both"  # "sinks to her knees"
    if action == "jump":
        return next((limb.side for limb in limbs if limb.kind == "LEG" and limb.side), None)
    if wanted:
        acting = [
            limb
            for limb in matching
            if limb.preposition in ("", "with", "by", "using", "on", "in", "from", "of")
        ]
        if acting:
            sides = {limb.side for limb in acting}
            first = acting[0]
            return "both" if sides == {"left", "right"} and action in BOTH_LIMB_ACTIONS else first.side
        if action in BOTH_LIMB_ACTIONS and any(
            limb.kind == "ARM" and limb.plural and limb.preposition in ("", "with") for limb in limbs
        ):
            return "both"
    if wanted:
        for k, token in enumerate(tokens):
            following = tokens[k + 1].lemma if k + 1 < len(tokens) else ""
            if token.word in ("lefts", "rights"):
                return token.word[:-1]
            if token.word in ("left", "right") and following in _LOOSE_SIDE_NOUNS:
                return token.word
            if (
                token.word in ("left", "right")
                and k > 1
                and tokens[k - 1].word in ("the", "his", "her", "their")
                and tokens[k - 2].word in ("with", "using")
                and (not following or following in ("and", "one", "then") or tokens[k + 1].is_mark)
            ) or (
                token.word in ("left", "right") and following == "one" and k and tokens[k - 1].word == "the"
            ):
                return token.word  # "waves with the right"
            if token.word in _HANDED or (token.word == "double" and action in ("wave", "high_five")):
                return {"left": "left", "righ": "right", "two-": "both", "doub": "both"}.get(token.word[:4])
            if (
                token.word in ("left", "right")
                and action == "punch"
                and not following
                and k
                and (tokens[k - 1].word in ("a", "his", "her", "their", "the"))
            ):
                return token.word
    return None


def _read_standing_leg(clause: Clause, limbs: Sequence[Limb]) -> str | None:
    leg = next((limb for limb in limbs if limb.kind == "LEG" and limb.side in ("left", "right")), None)
    if leg is None:
        return None
    verb = clause.verb
    lifted = verb is not None and (
        verb.lemma in ("hold", "grab", "lift", "raise", "start") or leg.preposition == ""
    )
    if lifted and leg.preposition != "on":
        return "right" if leg.side == "left" else "left"
    return leg.side


def _number_of(token: Token, tables: Tables) -> int | None:
    if token.word in tables.numbers:
        return tables.numbers[token.word]
    return int(token.word) if token.word.isdecimal() and len(token.word) < 4 else None


@dataclass
class Numbers:
    """Numbers of a clause: how often, how many steps, degrees, seconds, and whether it is repeated without number."""

    count: int | None = None
    steps: int | None = None
    degrees: int | None = None
    seconds: float | None = None
    repeated: bool = False


def read_numbers(clause: Clause, action: str) -> Numbers:
    """Return the numbers of a clause, each by the noun that it counts."""
    tables, tokens = read_tables(), clause.tokens
    out = Numbers()
    verb = clause.verb
    for k, token in enumerate(tokens):
        if token.word in _REPEATED and not (k + 1 < len(tokens) and tokens[k + 1].lemma in _NOT_TIMES):
            out.repeated = True
        if token.word == "up_and_down" and action in _BOUNCING:
            out.repeated = True
        if token.lemma == "keep" and verb is not None and verb.form == "ing" and action in _BOUNCING | _KEPT:
            out.repeated = True
        if token.word == "once_more":
            out.count = 1
        number = _number_of(token, tables)
        beside = {t.word for t in (*tokens[max(0, k - 1) : k], *tokens[k + 1 : k + 2])}
        if number is not None and token.word.isdecimal() and beside & {"x", "\u00d7"}:
            out.count = number  # "jump x3", "clap 5x"
            continue
        counts_noun = (
            token.serial and 0 < k == len(tokens) - 1 and (tokens[k - 1] is verb or tokens[k - 2] is verb)
        )
        if number is not None and counts_noun:
            out.count = number  # Chinese: "push-ups ten"
            continue
        if token.word in _VAGUE_NUMBERS and k + 1 < len(tokens) and tokens[k + 1].lemma in ("second", "sec"):
            out.seconds = _VAGUE_NUMBERS[token.word]
            continue
        if number is None:
            if token.word in ("a", "an") and k + 1 < len(tokens) and tokens[k + 1].lemma == "step":
                out.steps = 1
            if token.word in ("a", "an", "another") and k + 1 < len(tokens) and tokens[k + 1].word == "time":
                out.count = 1
            continue
        if token.word in ("once", "twice", "thrice"):
            out.count = number
            continue
        for n, following in enumerate(tokens[k + 1 : k + 5]):
            lemma = following.lemma
            if lemma in _ORDINAL_BREAK:
                out.count = number
            elif lemma in ("degree", "\u00b0", "deg"):
                out.degrees = number
            elif lemma in ("second", "sec", "s"):
                out.seconds = float(number)
            elif lemma in ("count", "beat"):
                out.seconds = 0.6 * number  # counts of music
            elif lemma in ("minute", "min"):
                out.seconds = 60.0 * number
            elif lemma in _STEP_NOUNS and not (clause.is_noun and following is verb and lemma != "step"):
                out.steps = number
            elif (following is verb and clause.is_noun) or (
                lemma in tables.patterns and lemma not in tables.word_classes and lemma not in tables.body
                and following.form in ("s", "base") and (n + 1 >= len(tokens[k + 1 :]) or n < 3)
                and not following.word.endswith("ly") and following.word not in tables.sets["prepositions"]
                and (following is verb or verb is None or verb.lemma in tables.sets["light"] or clause.is_noun)
            ) or (following.word in ("more", "lefts", "rights", "left", "right") and verb is None):  # fmt: skip
                out.count = number
            elif (
                following.word in tables.sets["adjectives"]
                or lemma in tables.manner
                or lemma in _ADJECTIVE_LIKE
            ):
                continue
            break
    if out.degrees is None:
        out.degrees = next((int(t.word) for t in tokens if t.word in ("90", "180", "270", "360")), None)
    return out


_NOT_TIMES = _STEP_NOUNS | frozenset("second sec minute moment meter metre yard inch bar".split())
_VAGUE_NUMBERS = {"few": 3.0, "a_few": 3.0, "several": 4.0, "some": 3.0, "couple": 2.0}
"""Seconds of "for a few seconds"."""

_ADJECTIVE_LIKE = frozenset(
    "straight jumping more times_ yoga front back side deep consecutive complete".split()
)


def read_direction(action: str, clause: Clause, tables: Tables | None = None) -> str | None:
    """Return where body or limb goes."""
    tables = tables or read_tables()
    tokens = clause.tokens
    limb_at = {limb.index: limb for limb in find_limbs(tokens, tables)}
    found = None
    for k, token in enumerate(tokens):
        if token.word in ("left", "right"):
            owner = next((i for i in range(k + 1, min(k + 4, len(tokens))) if i in limb_at), None)
            between = tokens[k + 1 : owner] if owner is not None else []
            if owner is not None and all(
                t.word in tables.sets["adjectives"] or t.word == "and" for t in between
            ):
                continue
            if (
                k + 1 < len(tokens)
                and tokens[k + 1].lemma in _LOOSE_SIDE_NOUNS
                and action in ("punch", "kick", "strike")
            ):
                continue
            found = found if found in ("forward", "backward") and action in ("step", "walk") else token.word
        elif token.word in ("up", "down") and action in ("walk_stairs", "climb", "strike", "jump"):
            found = token.word
        elif token.word in tables.directions or token.lemma in tables.directions:
            direction = tables.directions.get(token.word) or tables.directions[token.lemma]
            if k in limb_at or (
                token.word == "back" and k and tokens[k - 1].word in ("his", "her", "their", "the", "on")
            ):
                continue
            if direction == "sideways" or (token.word == "behind" and _is_place(tokens, k, tables)):
                continue
            found = found or direction
        elif token.word in ("clockwise", "counterclockwise"):
            found = "left" if token.word == "counterclockwise" else "right"
    if action == "walk_stairs" and found not in ("up", "down"):
        verb = clause.verb
        words = {t.word for t in tokens}
        falls = "downstairs" in words or (verb is not None and verb.lemma == "descend")
        return "down" if falls else "up"
    if action in ("stand_up", "sit_down", "stand", "sit", "stop", "lie_down") and found == "backward":
        return None
    return found


def _is_place(tokens: Sequence[Token], k: int, tables: Tables) -> bool:
    """Return whether a preposition has a noun: "behind someone"."""
    following = tokens[k + 1] if k + 1 < len(tokens) else None
    return following is not None and (
        following.word in tables.sets["determiners"] | tables.sets["persons"]
        or following.lemma in tables.word_classes
    )


def read_way(action: str, kind: str, clause: Clause) -> str | None:
    """Return the way that a walk or another travel takes."""
    words = {t.word for t in clause.tokens} | {t.lemma for t in clause.tokens}
    if "figure_eight" in words:
        return "figure_eight"
    if words & {"zigzag", "s_shape"} or (
        (kind == "travel" or action == "stumble") and _goes_both_ways(clause.tokens)
    ):
        return "zigzag"
    if "back_and_forth" in words and kind == "travel":
        return "there_and_back"
    if kind != "travel":
        return None
    if words & {"circle", "circular", "lap", "semicircle", "semi-circle"}:
        return "circle"
    if "square" in words and words & {"in", "a"} and "of" not in words:
        return "square"
    verb = clause.verb
    if "away" in words or (verb is not None and verb.lemma in ("flee", "escape")):
        return "away"
    if (verb is not None and verb.lemma == "approach") or words & {"toward", "towards"}:
        return "towards"
    for k, token in enumerate(clause.tokens[:-1]):
        if token.word in ("to", "for") and clause.head is not None and k > clause.head:
            following = [t.word for t in clause.tokens[k + 1 : k + 3]]
            goal = (
                following[-1] if following[0] in ("the", "a", "an", "his", "her", "their") else following[0]
            )
            if goal not in ("left", "right", "side", "front", "back", "other", "ground", "floor") and (
                following[0] in ("the", "a", "an", "someone", "somebody")
            ):
                return "towards"
    return None


def _goes_both_ways(tokens: Sequence[Token]) -> bool:
    """Return whether words say "left and right"."""
    return any(
        {tokens[k].word, tokens[k + 2].word} == {"left", "right"} and tokens[k + 1].word in ("and", "or")
        for k in range(len(tokens) - 2)
    )


def read_turn(
    action: str, clause: Clause, direction: str | None, way: str | None, degrees: int | None
) -> int | None:
    """Return the angle of a turn or of a circle in degrees, left positive.

    Parameters
    ----------
    action
        Key of the action.
    clause
        Its words.
    direction, way
        As read from them.
    degrees
        Angle that the words give, or None.
    """
    words = {t.word for t in clause.tokens} | {t.lemma for t in clause.tokens}
    sign = -1 if direction == "right" else 1
    if way == "circle":
        angle = degrees or (
            90
            if "quarter" in words
            else 180
            if words & {"half", "semi", "semicircle", "semi-circle"}
            else 360
        )
        return sign * angle if direction in ("left", "right") else None
    if action not in ("turn", "spin"):
        return None
    if degrees is not None:
        return sign * degrees
    if action == "spin":
        return sign * 360
    if "slightly" in words or "slight" in words:
        return sign * 30
    if words & {"around", "about_face", "u-turn", "about_turn", "opposite"} or direction == "backward":
        return 180 * sign
    if direction in ("left", "right"):
        return sign * 90
    return 180


def read_pace(clause: Clause) -> str | None:
    """Return slow, normal, fast or None."""
    tables = read_tables()
    paces = [tables.pace.get(t.word) or tables.pace.get(t.lemma) for t in clause.tokens]
    return next((pace for pace in paces if pace), None)


def read_manner(clause: Clause, action: str) -> list[str]:
    """Return the mood and style of a clause in short words."""
    tables = read_tables()
    out: list[str] = []
    limbs = {limb.index for limb in find_limbs(clause.tokens, tables)}
    for k, token in enumerate(clause.tokens):
        following = clause.tokens[k + 1] if k + 1 < len(clause.tokens) else None
        if (
            following is not None
            and following.lemma in _STEP_NOUNS
            and token.word in tables.sets["adjectives"]
        ):
            if token.word in (
                "wide",
                "long",
                "large",
                "small",
                "short",
                "big",
                "tiny",
                "heavy",
                "light",
                "high",
                "low",
            ):
                out.append(f"{token.word} steps")
            elif token.word in tables.manner:
                out.append(tables.manner[token.word])
            continue
        if k + 1 in limbs and token.lemma in tables.manner:
            continue  # "wide eyes" is about the eyes
        manner = tables.manner.get(token.word) or tables.manner.get(token.lemma)
        if manner and k != clause.head and manner not in out:
            out.append(manner)
    out += read_likeness(clause.tokens)
    return [m for m in out if m != action]


def _is_chinese_verb(token: Token) -> bool:
    return token.serial and token.form == "s" and token.lemma in read_tables().patterns


def read_likeness(tokens: Sequence[Token]) -> list[str]:
    """Return "like a zombie" and its kin, each that the words name."""
    tables = read_tables()
    out: list[str] = []
    for k, token in enumerate(tokens):
        if token.word == "like" and k + 1 < len(tokens):
            words = [t.word for t in takewhile(lambda t: not _is_chinese_verb(t), tokens[k + 1 : k + 5])]
            if not words:
                continue
            words = words[1:] if words[0] in ("a", "an", "the") else words
            if not words or words[0] in tables.sets["prepositions"] or words[0] in _PRONOUNS:
                continue  # "like they are tired", "like on a runway"
            stops = tables.sets["prepositions"] | {"and", "who", "like", ",", "while"}
            end = next((n for n, w in enumerate(words) if w in stops), 3)
            name = " ".join(words[: min(3, end)])
            out.append("like a " + ("zombie" if name in ("living dead", "undead", "mummy") else name))
        elif token.word.endswith("-like"):
            out.append("like a " + token.word[:-5])
    return out


def read_object(clause: Clause) -> str | None:
    """Return the thing that is held, used or gone to."""
    tables = read_tables()
    start = 0 if clause.head is None else clause.head + 1
    for token in clause.tokens[start:]:
        classes = tables.word_classes.get(token.lemma, frozenset())
        if (
            classes - {"ANIMAL", "SELF"}
            and token.lemma not in tables.body
            and token.word not in ("it", "seated")
        ):
            return token.lemma.replace("_", " ")
    return None
