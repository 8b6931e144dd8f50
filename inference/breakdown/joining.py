# SPDX-License-Identifier: GPL-3.0-or-later
"""Relate two actions: one after the other, together, or one that only prepares the other."""

from __future__ import annotations

from .clause import Clause
from .details import Numbers
from .drafts import POSTURES, Draft, DraftMaker
from .meaning import read_action
from .part import Accompaniment

_RANKS = {"travel": 5.0, "whole": 4.0, "gesture": 3.0, "prep": 2.5, "head": 2.0, "state": 1.0, "face": 0.0}
_RANK_OF = {
    "raise_leg": 2.6,
    "lower_leg": 2.6,
    "cross_legs": 2.4,
    "bend_down": 2.9,
    "twist": 2.7,
    "hold": 1.5,
    "stumble": 5.5,
    "lose_balance": 5.5,
    "get_hit": 5.5,
}
_WEAK_VERBS = frozenset("greet react celebrate".split())
_PREPARED = frozenset(
    "pick_up put_down touch catch hold open_door turn_knob hand_over pour knock push pull poke stack wave point "
    "shake_hands slap pat drink".split()
)
_ABSORBED = frozenset("bend_down reach wind_up".split())
GENERIC_ARM = frozenset("raise_arm move_arm touch hold reach hold_arms".split())
_STILL = frozenset("stand sit lie crouch kneel".split())
_SERIAL_PREPARATIONS = {("squat_down", "pick_up"), ("raise_arm", "salute"), ("raise_arm", "wave"),
                        ("raise_arm", "point"), ("raise_arm", "beckon"), ("crouch", "pick_up"),
                        ("squat_down", "adjust_clothes"), ("raise_arm", "fighting_stance")}  # fmt: skip
"""Pairs of which the first only prepares the second in Chinese, which has no conjunction there."""

_RELEASES = frozenset(
    "put_down throw hand_over pick_up sit_down stand_up turn squat_down kneel bend_down pour drink".split()
)
_POSTURE_WORDS = frozenset("hunched slumped slouched stooped bent slouching stooping hunching".split())
_LASTING = frozenset("phone speak eat read".split())
_HOLDS = frozenset("hold carry".split())


class PartJoiner(DraftMaker):
    """Relates the drafts of one text to each other."""

    def _is_participle(self, clause: Clause, main: Draft | None) -> bool:
        verb = clause.verb
        if verb is not None and clause.form == "ed" and clause.link == "comma" and main is not None:
            return not clause.subject and main.clause.form != "ed" and not clause.passive
        if (
            verb is None
            or clause.form != "ing"
            or main is None
            or (clause.is_noun and clause.link == "start")
        ):
            return False
        if verb.serial:
            return clause.link == "none"
        if clause.subject == "person":
            return False
        main_verb = main.clause.verb
        if main_verb is not None and main.clause.form == "ing" and not main.copied and clause.link == "none":
            return True
        return clause.link in ("comma", "none", "by", "with")

    def _is_occasional(self, clause: Clause) -> bool:
        return any(t.word in ("occasionally", "sometimes") for t in clause.tokens[: clause.head])

    def _is_opening_state(
        self, clause: Clause, draft: Draft, main: Draft | None, following: Clause | None
    ) -> bool:
        """Return whether a state only says how the next action begins: "standing tall, he salutes"."""
        verb = clause.verb
        if verb is None or main is not None or following is None or draft.action not in _STILL | {"stand_up"}:
            return False
        if clause.form != "ing" or clause.link != "start" or following.link not in ("none", "comma", "and"):
            return False
        if following.subject == "body" or following.form == "ing":
            return False
        relative = any(t.word in ("who", "is", "was", "are") for t in clause.tokens[: clause.head])
        return not relative

    def _is_held_meanwhile(self, clause: Clause, draft: Draft, following: Clause | None) -> bool:
        """Return whether a participle says how a body is held as it travels: "leaning forward, he tiptoes"."""
        if clause.form != "ing" or clause.link not in ("start", "comma") or following is None:
            return False
        if following.form == "ing" or following.link not in ("none", "comma") or following.subject == "body":
            return False
        pattern = read_action(following)
        if pattern is None or self._tables.actions[pattern.action].kind != "travel":
            return False
        holds = draft.action == "touch" and any(
            m.startswith("hand") or m == "arms crossed" for m in draft.manner
        )
        return holds or draft.action in ("lean", "hold_arms", "hold", "t_pose")

    def _continues_same(self, main: Draft, draft: Draft) -> bool:
        """Return whether an action is said twice: "slides sideways, moves sideways", a Chinese "marches walks"."""
        verb = draft.clause.verb
        if main.action == "shoot_bow" and draft.action == "shoot_gun" and draft.object is None:
            return True  # "draws a bow and shoots"
        if (
            draft.numbers != Numbers()
            or main.numbers.count is not None
            or draft.side not in (None, main.side)
            or (
                main.action == "touch"
                and main.manner
                and draft.manner
                and not set(main.manner) & set(draft.manner)
            )
            or (draft.action == main.action and None is not draft.direction != main.direction is not None)
        ):
            return False
        if verb is not None and verb.serial and draft.link == "none":
            return (
                main.kind == draft.kind == "travel"
                or (draft.action == "stand" and main.kind == "gesture")
                or main.action == draft.action
                or (main.action, draft.action) == ("balance", "regain_balance")
                or (main.action in ("hop", "jump") and draft.action == "walk")
            )
        return draft.link == "comma" and draft.action == main.action and (verb is not None and verb.serial) and (
            draft.direction in (None, main.direction))  # fmt: skip

    def _merge_same(self, main: Draft, draft: Draft) -> None:
        if main.action == "walk":
            main.action, main.kind = draft.action, draft.kind
        main.direction = main.direction or draft.direction
        main.way = main.way if main.way not in (None, "towards") else draft.way
        main.turn = main.turn if main.turn is not None else draft.turn
        main.manner += [m for m in draft.manner if m not in main.manner]
        main.meanwhile += [m for m in draft.meanwhile if m not in main.meanwhile]
        main.spans += draft.spans

    def _is_prepared(self, main: Draft, draft: Draft) -> bool:
        verb = draft.clause.verb
        if verb is not None and verb.serial and draft.link == "none":
            if main.action in POSTURES:
                return draft.kind == "gesture"
            if (main.action, draft.action) in _SERIAL_PREPARATIONS:
                return True
        return (
            main.action in _ABSORBED
            and draft.action in _PREPARED
            and draft.link in ("and", "comma", "none", "start")
        )

    def _goes_along(self, main: Draft, draft: Draft) -> bool:
        """Return whether two actions joined by "and" are done together: "holds a tray and walks", "walks and waves"."""
        main_verb = main.clause.verb
        if (
            draft.link == "none"
            and main_verb is not None
            and main.clause.form == "ing"
            and main.kind == "travel"
        ):
            return (
                draft.kind in ("gesture", "head") and not main_verb.serial
            )  # "walking back, points to the side"
        if draft.link == "none" and main_verb is not None and main_verb.serial and draft.kind == "travel":
            # Chinese: "holding a box walks", "head down walks", "crouching walks"
            return (
                main.action == "hold" or main.kind == "head" or main.action in ("crouch", "squat_down", "sit")
            )
        if draft.link == "none" and main_verb is not None and main_verb.serial and main.action == "touch":
            return draft.kind in ("whole", "prep") and any(m.startswith("hand") for m in main.manner)
        if draft.link == "none" and main_verb is not None and main_verb.serial and "spread" in main.manner:
            return draft.kind in ("whole", "travel")
        if draft.link != "and":
            return False
        holds = main.action == "hold" and main.clause.verb is not None and main.clause.verb.lemma == "hold"
        if (
            holds
            and draft.kind in ("gesture", "whole")
            and draft.action not in _RELEASES
            and draft.link == "and"
        ):
            return True
        if main.action in _HOLDS and draft.kind == "travel" and main.clause.link in ("start", "and", "comma"):
            return True
        if main.kind == draft.kind == "head":
            return not {main.action, draft.action} & {"nod", "shake_head"}
        if main.clause.form == draft.clause.form == "ing" and main.action in ("lean", "sit", "lie", "stand") and (
            draft.kind == "gesture" and main.clause.link in ("start", "none")
        ):  # fmt: skip
            return True  # "leaning on a bar and drinking"
        if main.action in _LASTING and draft.kind == "travel" and main.clause.form == draft.clause.form:
            return True  # "talks on the phone and paces"
        return self._is_gesture_on_the_way(main, draft)

    def _is_gesture_on_the_way(self, main: Draft, draft: Draft) -> bool:
        same_form = main.clause.form == draft.clause.form
        if main.kind == "travel" and draft.kind in ("gesture", "head") and same_form:
            return draft.action in ("wave", "point", "clap", "speak", "look_around", "phone", "salute") and (
                main.numbers.count is None and main.numbers.steps is None and draft.numbers.count is None
                and len(self._drafts) == 1
            )  # fmt: skip
        return False

    def _is_posture_of(self, main: Draft, draft: Draft) -> bool:
        """Return whether a participle says how a gait looks and is no event: "walks hunched over"."""
        clause, verb = draft.clause, draft.clause.verb
        if verb is None or verb.word not in _POSTURE_WORDS or clause.subject:
            return False
        follows = clause.link == "none" or (clause.link == "comma" and main.clause.form != "ed")
        return follows and (main.kind == "travel" or main.action == "stand")

    def _take_posture(self, main: Draft, draft: Draft) -> None:
        main.manner += [m for m in ["hunched", *draft.manner] if m not in main.manner]
        main.spans += draft.spans
        main.meanwhile += draft.meanwhile

    def _add_purpose(self, main: Draft, draft: Draft) -> None:
        reaches_up = main.action == "reach" and any(t.word in ("up", "overhead") for t in main.clause.tokens)
        if reaches_up and draft.action in ("hold", "pick_up"):
            main.direction = "up"
            main.object = draft.object or main.object  # it is reached for, not picked up
            main.spans += draft.spans
        elif (
            (main.kind == "prep" and draft.kind != "head")
            or (main.action in ("stop", "stand") and draft.kind in ("gesture", "whole", "state"))
            or (main.action in GENERIC_ARM and draft.kind in ("gesture", "whole"))
            or (main.action in ("squat_down", "lean") and draft.action in _PREPARED)
        ):
            self._replace(main, draft)
        elif main.kind == draft.kind == "head":
            main.direction = main.direction or draft.direction
            main.spans += draft.spans
        elif (
            draft.kind == "prep"
            or draft.action in ("speak", "look_at", main.action)
            or main.action == "beckon"
        ):
            main.spans += draft.spans
        elif draft.kind in ("head", "state") and main.kind != "travel":
            self._accompany_draft(main, draft)
        else:
            self._append(draft)

    def _add_participle(self, main: Draft, draft: Draft) -> None:
        main_verb = main.clause.verb
        if (main.kind == "prep" and draft.kind in ("gesture", "whole")) or (
            main_verb is not None and main_verb.lemma in _WEAK_VERBS
        ):
            self._replace(main, draft)
        elif main.action == "stand" and draft.kind in ("gesture", "whole", "travel", "head"):
            if draft.action in ("hold_arms", "t_pose") or draft.numbers.seconds is not None:
                draft.numbers.seconds = draft.numbers.seconds or main.numbers.seconds
            self._replace(main, draft)
        elif (
            main.action in ("sit", "lie", "kneel") or self._sits_without_motion(main, draft)
        ) and draft.kind in ("gesture", "whole"):
            low = main.action in ("crouch", "squat_down")
            main.meanwhile.append(
                Accompaniment("legs", "crouching", "crouch")
                if low
                else Accompaniment("legs", POSTURES[main.action], main.action)
            )
            self._replace(main, draft)
        elif main.kind == draft.kind == "travel" and draft.direction in ("left", "right"):
            main.direction = draft.direction  # "walks on, bearing right"
            main.spans += draft.spans
        elif draft.action == "turn" and main.kind == "travel":
            main.direction = draft.direction or main.direction
            main.turn = draft.turn
            main.spans += draft.spans
        elif main.action == "stand" and draft.action in ("hold_arms", "hold"):
            self._replace(main, draft)
        elif (
            _RANKS[draft.kind] > _RANKS[main.kind]
            and draft.kind == "travel"
            and main.kind in ("gesture", "head")
        ):
            self._join_drafts(main, draft)
        elif main.kind == "travel" and draft.action in (
            "jump",
            "leap",
            "kick",
            "spin",
            "fall",
            "stumble",
            "sit_down",
        ):
            self._append(draft)
        else:
            self._accompany_draft(main, draft)

    def _sits_without_motion(self, main: Draft, draft: Draft) -> bool:
        """Return whether "sits at a desk typing" means that the character sits all the time."""
        return main.action == "sit_down" and draft.kind == "gesture" and draft.link == "none" and (
            not any(t.word == "down" for t in main.clause.tokens)
        )  # fmt: skip

    def _replace(self, main: Draft, draft: Draft) -> None:
        """Let an action stand for the movement that prepares it, or that takes the posture in which it is done."""
        verb = draft.clause.verb
        if verb is not None and verb.serial and draft.kind == "gesture" and POSTURES.get(main.action):
            main.meanwhile.append(Accompaniment("legs", POSTURES[main.action], main.action))
        main.action, main.kind = draft.action, draft.kind
        main.side = draft.side or main.side
        main.numbers = draft.numbers if draft.numbers != Numbers() else main.numbers
        main.direction = draft.direction or (
            main.direction if main.direction not in ("down", "forward") else None
        )
        main.object = draft.object or main.object
        main.pace = main.pace or draft.pace
        main.manner += [m for m in draft.manner if m not in main.manner]
        main.spans += draft.spans
        main.meanwhile += draft.meanwhile
        main.way, main.turn = draft.way, draft.turn

    def _join_drafts(self, main: Draft, draft: Draft) -> None:
        """Make two actions that happen together one part: the larger one acts, the smaller one goes with it."""
        main_rank, draft_rank = _rank(main), _rank(draft)
        if draft_rank > main_rank:
            smaller = Draft(main.action, main.kind, main.clause, main.link, main.side, main.numbers)
            smaller.spans = list(main.spans)
            manner, turned = list(main.manner), main.direction if main.action == "turn" else None
            main.numbers = Numbers()
            main.side = None
            main.direction = main.way = main.turn = main.object = None
            self._replace(main, draft)
            main.manner = [*draft.manner, *(m for m in manner if m not in draft.manner)]
            self._accompany_draft(main, smaller)
            main.direction = main.direction or draft.direction or turned
        else:
            if (draft.vague or draft.action == "turn") and main.direction is None and main.kind == "travel":
                main.direction = draft.direction
            if main.kind == draft.kind == "head" and main.direction is None:
                main.direction = draft.direction
            self._accompany_draft(main, draft)

    def _append(self, draft: Draft) -> None:
        self._drafts.append(draft)


def _rank(draft: Draft) -> float:
    """Return how much of the body an action takes up: of two at the same time the higher one is the part."""
    verb = draft.clause.verb
    seated = verb is not None and verb.word == "seated"
    if draft.action in POSTURES and verb is not None and (draft.clause.form == "ing" or seated):
        return _RANKS["state"]
    return _RANK_OF.get(draft.action, _RANKS[draft.kind]) - (2.2 if draft.vague else 0)
