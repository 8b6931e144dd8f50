# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn the clauses of a text into parts in the order of events.

A clause becomes a part, goes with another part (a body part, a participle, "while"), replaces a movement that only
prepares it ("reaches out to catch"), or is left out (what is denied, why, who else acts).
"""

from __future__ import annotations

from collections.abc import Sequence

from .clause import Clause
from .details import find_limbs, read_manner, read_side, read_way
from .drafts import POSTURES, Draft
from .durations import estimate_seconds
from .joining import GENERIC_ARM
from .meaning import adapt_to_limb, read_action
from .omissions import ENDING
from .part import UNKNOWN_ACTION, Part
from .repetitions import RepetitionReader
from .subjects import MANNER_SUBJECTS, OCCUPATIONS
from .tables import Pattern

MAX_PARTS = 100
"""Parts of a text; further ones are left out."""

_SWITCHING = frozenset("switch change swap alternate".split())


class Assembler(RepetitionReader):
    """Reads clauses one after the other and collects parts."""

    def read_clauses(self, clauses: Sequence[Clause]) -> list[Part]:
        """Return the parts of a text's clauses."""
        acting = [c for c in clauses if c.head is not None and c.link != "with"]
        self._only_limbs = bool(acting) and all(c.subject == "body" for c in acting)
        for k, clause in enumerate(clauses):
            if k and clause.link == "none" and clauses[k - 1].sentence == clause.sentence and (
                clauses[k - 1].link in ("which", "as_if")
            ):  # fmt: skip
                clause.link = clauses[k - 1].link
            self._opens = k == 0 or clauses[k - 1].sentence != clause.sentence
            if len(self._drafts) >= MAX_PARTS:
                break
            if self._deferred and (
                clause.link == "then" or clause.sentence != self._deferred[0].clause.sentence
            ):
                self._drafts += self._deferred
                self._deferred = []
            following = clauses[k + 1] if k + 1 < len(clauses) else None
            if following is not None and following.sentence != clause.sentence:
                following = None
            self._read_clause(clause, following)
        self._finish_draft()
        return [self._make_part(draft) for draft in self._drafts[:MAX_PARTS]]

    def _read_clause(self, clause: Clause, following: Clause | None) -> None:
        if self._is_asked_of_others(clause):
            return
        if clause.link == "where":  # "to the door, where he knocks"
            clause.link = "then" if clause.subject == "person" and self._drafts else "because"
        self._following = following
        if self._is_commentary(clause):
            return
        pattern = read_action(clause)
        went_with, self._goes_with = self._goes_with, False
        kind = self._tables.actions[pattern.action].kind if pattern is not None else ""
        self._collect_subject_manner(clause)
        main = self._main_of(clause.sentence)
        if (
            self._only_limbs
            and clause.subject == "body"
            and clause.head is not None
            and clause.link != "with"
        ):
            pattern = adapt_to_limb(clause, pattern)
            kind = self._tables.actions[pattern.action].kind
            if not clause.negated and kind != "face":
                self._add_event(clause, pattern, kind, main, following)
            return
        if self._raises_first(clause):
            pattern = adapt_to_limb(clause, pattern)
            self._add_event(clause, pattern, self._tables.actions[pattern.action].kind, main, following)
            return
        if (
            clause.subject == "body"
            and clause.link == "then"
            and clause.tokens[0].serial
            and kind in ("whole", "gesture")
        ):
            clause.subject = ""  # Chinese: "then both fists punch"
        if clause.link == "with" or clause.subject == "body":
            if clause.negated:
                return
            if pattern is not None and self._moves_whole_body(pattern, kind):
                self._add_event(clause, pattern, kind, main, following)
            else:
                self._accompany(clause, pattern)
                self._goes_with = True
            return
        belongs = main is not None or clause.subject != "person"
        if (
            went_with
            and belongs
            and clause.link in ("to", "as", "while", "by")
            and self._drafts
            and not clause.negated
        ):
            self._goes_with = True
            if pattern is not None and clause.link != "to":
                self._accompany(clause, pattern)
            return
        depends = (
            clause.form == "ing" and not clause.subject and clause.link in ("comma", "and", "none", "by")
        )
        if self._last_left == clause.sentence and depends and self._drafts and main is None:
            self._accompany(clause, pattern)
            self._goes_with = True
            return
        if clause.head is None:
            self._read_verbless(clause)
            return
        if clause.negated:
            self._denied = self._denied or clause
            return
        if self._hits_the_character(clause, pattern):
            pattern, kind = Pattern("get_hit", (), frozenset(), ()), "whole"
            clause.link = "then" if main is not None else "start"
        elif self._is_left_out(clause, pattern, main):
            if main is not None and clause.link in ("as_if", "which", "that"):
                main.spans.append(self._span(clause))
                if (
                    clause.link == "as_if"
                    and main.action == "reach"
                    and (any(t.word in ("up", "overhead") for t in main.clause.tokens))
                ):
                    main.direction = "up"  # an object above the head is reached for, not picked up
                elif clause.link == "as_if" and (
                    ((main.action in GENERIC_ARM or main.kind == "prep") and kind in ("gesture", "whole"))
                    or (main.action in ("step", "walk") and kind == "travel")
                ):
                    main.action, main.kind = pattern.action if pattern is not None else main.action, kind
            if clause.link == "or" and main is not None and pattern is not None:
                main.alternative = main.action in POSTURES and pattern.action in POSTURES
            self._left.append(clause)
            return
        if self._copies(clause, pattern):
            return
        if pattern is None:
            self._read_without_action(clause, main)
            return
        if kind == "face":
            self._accompany(clause, pattern)
            return
        self._add_event(clause, pattern, kind, main, following)

    def _raises_first(self, clause: Clause) -> bool:
        """Return whether one limb rises before anything else happens: "her right arm rises to the side"."""
        verb = clause.verb
        return (
            clause.subject == "body" and not self._drafts and verb is not None and not clause.negated
            and verb.lemma in ("rise", "lift", "raise", "go", "extend") and clause.form in ("s", "ed")
            and any(limb.side in ("left", "right") and not limb.plural for limb in find_limbs(clause.tokens))
        )  # fmt: skip

    def _moves_whole_body(self, pattern: Pattern, kind: str) -> bool:
        if pattern.action == "open_door":
            return True
        return pattern.action == "peek" or pattern.action in ("walk_stairs", "crawl", "jump", "cartwheel")

    def _collect_subject_manner(self, clause: Clause) -> None:
        if clause.subject not in ("person", "thing") or clause.head is None or clause.link in ("as", "when"):
            return
        for token in clause.tokens[: clause.head]:
            manner = MANNER_SUBJECTS.get(token.word)
            if manner and manner not in self._manner:
                self._manner.append(manner)

    def _read_occupation(self, clause: Clause, main: Draft | None) -> bool:
        """Take the action of who acts for a verb that names none: "a skateboarder is doing tricks"."""
        if clause.subject not in ("person", "thing") or main is not None or clause.head is None:
            return False
        who = next((t.word for t in clause.tokens[: clause.head] if t.word in OCCUPATIONS), "")
        if not who:
            return False
        pattern = Pattern(OCCUPATIONS[who], (), frozenset(), ())
        self._add_event(clause, pattern, self._tables.actions[pattern.action].kind, main, None)
        return True

    def _read_without_action(self, clause: Clause, main: Draft | None) -> None:
        """Keep the manner of a verb without a motion ("reacting with surprise"), or mark an unknown verb."""
        verb = clause.verb
        if verb is not None and verb.form == "ing" and self._read_occupation(clause, main):
            return
        if main is not None and self._only_ends(clause):
            self._append(self._make_draft(clause, Pattern("stand", (), frozenset(), ()), "state"))
            return
        sets = self._tables.sets
        way = read_way("walk", "travel", clause)
        if way in ("circle", "figure_eight", "square", "zigzag"):
            self._way = way  # "traces a circle as he walks"
        if (
            verb is not None
            and verb.lemma in _SWITCHING
            and any(
                t.word in ("left", "right", "side", "sides", "other") or t.lemma in self._tables.body
                for t in clause.tokens
            )
        ):
            self._switch_side(clause)
            self._left.append(clause)
            return
        if verb is not None and verb.lemma == "use":
            self._tool_side = next((limb.side for limb in find_limbs(clause.tokens) if limb.side), None)
            self._tool_sentence = clause.sentence if main is None and clause.form == "ing" else -1
        if verb is None or verb.lemma in sets["void"] | sets["light"] | sets["aspect"] | sets["mental"]:
            manner = read_manner(clause, "")
            if main is not None and clause.form_is_dependent:
                main.manner += [m for m in manner if m not in main.manner]
                main.spans.append(self._span(clause))
                self._goes_with = True
                if main.side is None and verb is not None and verb.lemma == "use":
                    main.side = read_side(main.action, clause)
            else:
                self._manner += manner
            self._left.append(clause)
            return
        if clause.link in ("none", "comma", "with", "by", "to", "and", "while", "as") and clause.form != "s":
            target = main or (self._drafts[-1] if self._drafts and clause.form == "ing" else None)
            if target is not None:
                target.spans.append(self._span(clause))
                target.unknown.append(verb.word)
                return
        draft = Draft(UNKNOWN_ACTION, "whole", clause, clause.link)
        draft.unknown.append(verb.word)
        draft.spans.append(self._span(clause))
        self._drafts.append(draft)

    def _add_event(
        self, clause: Clause, pattern: Pattern, kind: str, main: Draft | None, following: Clause | None
    ) -> None:
        """Add an action as a part, or to the part that it goes with.

        Parameters
        ----------
        clause
            The words.
        pattern
            Its action.
        kind
            Kind of the action.
        main
            The last part of the sentence, or None.
        following
            The next clause of the sentence, or None.
        """
        draft = self._make_draft(clause, pattern, kind)
        link, form = clause.link, clause.form
        if main is not None and self._is_posture_of(main, draft):
            self._take_posture(main, draft)
            return
        if main is not None and main.awaits:
            main.awaits = False
            self._join_drafts(main, draft)
            return
        if main is not None and main.alternative:  # "sits or stands and rows"
            main.alternative = False
            self._replace(main, draft)
            return
        dependent = self._is_participle(clause, main)
        if link == "and" and self._participle_of is not None and form == "ing" and clause.subject == "":
            dependent = dependent or self._participle_of is main
        if (
            link == "and"
            and main is not None
            and main.clause.link == "comma"
            and main.clause.form == form == "ing"
        ):
            dependent = dependent or (draft.kind in ("gesture", "head") and not main.clause.subject)
        if (
            dependent
            and main is not None
            and link in ("comma", "and")
            and main.clause.form == form == "ing"
            and main.kind == "whole"
            and draft.kind in ("whole", "travel")
            and draft.action != main.action
        ):
            dependent = False  # a list of events without a sentence: "stumbling, falling and getting up"
        if dependent and any(
            t.lemma in ENDING and t.form == "ing" for t in clause.tokens[: (clause.head or 0) + 1]
        ):
            dependent = False  # "heavy steps, ending in a roar"
            draft.link = link = "then"
        self._participle_of = main if dependent and main is not None else None
        if link == "until" and (main is None or kind == "prep"):
            return
        opens = (
            link == "start"
            and form == "ing"
            and following is not None
            and following.link in ("none", "comma")
        )
        opens = opens and following is not None and following.form != "ing"
        leans_on = draft.action == "lean" and {t.word for t in clause.tokens} & {"on", "against"}
        if (opens and leans_on) or (main is None and self._is_held_meanwhile(clause, draft, following)):
            draft.awaits = True  # "leaning against a wall, he scrolls"
            self._append(draft)
        elif link in ("while", "as"):
            if main is None:
                draft.awaits = True
                self._append(draft)
            else:
                self._join_drafts(main, draft)
        elif link == "before":
            if main is None:
                self._deferred.append(draft)
            else:
                self._append(draft)
        elif link == "after" and main is not None and self._leads(clause, following):
            self._append(draft)
        elif link == "after" and main is not None:
            self._drafts.insert(len(self._drafts) - 1, draft)
        elif (
            link == "to"
            and self._opens
            and main is None
            and following is not None
            and following.form != "ing"
        ):
            self._left.append(clause)  # "to avoid a punch, he ducks"
        elif link == "to" and main is not None:
            self._add_purpose(main, draft)
        elif dependent and main is not None and not self._is_occasional(clause):
            self._add_participle(main, draft)
        elif (
            link == "who" and draft.action == "hold" and main is None and following is not None
        ) or self._is_opening_state(clause, draft, main, following):
            self._pending.append((clause, pattern))
        elif main is not None and self._continues_same(main, draft):
            self._merge_same(main, draft)
        elif main is not None and self._is_prepared(main, draft):
            self._replace(main, draft)
        elif main is not None and draft.kind == "head" and form == "ing" and link in ("and", "before"):
            self._accompany_draft(main, draft)
        elif main is not None and self._goes_along(main, draft):
            self._join_drafts(main, draft)
        else:
            self._append(draft)

    def _leads(self, clause: Clause, following: Clause | None) -> bool:
        """Return whether a clause belongs to the next one: "and after turning right, he runs"."""
        if following is None or following.form == "ing":
            return False
        return following.link == "none" or (following.link == "comma" and clause.joined_by in ("and", "then"))

    def _accompany(self, clause: Clause, pattern: Pattern | None) -> None:
        draft = self._drafts[-1] if self._drafts else None
        starts = (
            clause.link == "with" and self._main_of(clause.sentence) is None and self._opens_sentence(clause)
        )
        leads = clause.tokens[0].form == "posture" and clause.tokens[0].leads
        if draft is None or draft.awaits or starts or leads:
            self._pending.append((clause, pattern))
        else:
            self._attach(draft, clause, pattern)
            earlier = self._drafts[-2] if len(self._drafts) > 1 else None
            if earlier is not None and self._is_kept_while(earlier, draft, clause):
                self._attach(earlier, clause, pattern)

    def _is_kept_while(self, earlier: Draft, draft: Draft, clause: Clause) -> bool:
        """Return whether a posture goes with a gait too: "slouches along kicking a stone, hands in his pockets"."""
        return (
            clause.head is None
            and (draft.clause.form, draft.clause.link) == ("ing", "none")
            and earlier.kind == "travel"
            and earlier.clause.sentence == clause.sentence
        )

    def _opens_sentence(self, clause: Clause) -> bool:
        return clause.tokens[0].word == "with"

    def _finish_draft(self) -> None:
        self._drafts += self._deferred
        if not self._drafts:
            self._raise_pending_arms()
        if not self._drafts:
            for clause, pattern in self._pending:
                if pattern is not None:
                    waiting, self._pending = self._pending, []
                    draft = self._make_draft(clause, pattern, self._tables.actions[pattern.action].kind)
                    for other, other_pattern in waiting:
                        if other is not clause:
                            self._attach(draft, other, other_pattern)
                    self._drafts.append(draft)
                    break
        if not self._drafts and self._denied is not None:
            draft = self._make_draft(self._denied, Pattern("stand", (), frozenset(), ()), "state")
            self._drafts.append(draft)  # "does not move"
        if not self._drafts:
            self._add_unknown()
        for clause, pattern in self._pending:
            self._attach(self._drafts[-1], clause, pattern) if self._drafts else None

    def _raise_pending_arms(self) -> None:
        """Make "hands up", which goes with nothing, an action."""
        for clause, pattern in self._pending:
            limbs = [limb for limb in find_limbs(clause.tokens) if limb.kind == "ARM"]
            if pattern is None and limbs and any(t.word in ("up", "raised") for t in clause.tokens):
                self._pending = [row for row in self._pending if row[0] is not clause]
                draft = self._make_draft(clause, Pattern("raise_arm", (), frozenset(), ()), "gesture")
                draft.side = limbs[0].side or ("both" if limbs[0].plural else None)
                self._drafts.append(draft)
                return

    def _add_unknown(self) -> None:
        """Add the one part of a text that names no action."""
        clauses = [*self._left, *(clause for clause, _ in self._pending)]
        tokens = [t for clause in clauses for t in clause.tokens if not t.is_mark]
        if not tokens:
            return
        posture = next((clause for clause, p in self._pending if p is not None), None)
        clause = posture or clauses[0]
        draft = Draft(UNKNOWN_ACTION, "whole", clause, "start")
        draft.spans.append((min(t.start for t in tokens), max(t.end for t in tokens)))
        draft.unknown = [t.word for t in tokens if not self._tables.is_known(t.lemma)][:20] or [
            tokens[0].word
        ]
        self._pending = []
        self._drafts.append(draft)

    def _make_part(self, draft: Draft) -> Part:
        start, end = min(s for s, _ in draft.spans), max(e for _, e in draft.spans)
        unknown = [*draft.unknown, *self._unknown_words(draft)]
        numbers = draft.numbers
        count = numbers.count
        row = self._tables.actions.get(draft.action)
        seconds = numbers.seconds or estimate_seconds(
            row, count, numbers.repeated, draft.pace, draft.turn, draft.way
        )
        return Part(
            draft.action,
            draft.side,
            count,
            self._text[start:end],
            start,
            end,
            draft.direction,
            draft.way,
            draft.turn,
            draft.pace,
            tuple(dict.fromkeys(draft.manner)),
            tuple(dict.fromkeys(draft.meanwhile)),
            draft.object,
            seconds,
            numbers.seconds is not None,
            tuple(dict.fromkeys(unknown)),
            draft.repeats,
        )

    def _unknown_words(self, draft: Draft) -> list[str]:
        clause = draft.clause
        if clause.head is None:
            return []
        end = next(
            (
                k for k, t in enumerate(clause.tokens)
                if k > clause.head and (t.word in self._tables.sets["prepositions"] | self._tables.sets["determiners"])
            ),
            len(clause.tokens),
        )  # fmt: skip
        return [
            t.word for t in clause.tokens[clause.head : end]
            if len(t.word) > 3 and t.word.isalpha() and not self._tables.is_known(t.lemma)
            and not self._tables.is_known(t.word) and not t.word.endswith("ly")
        ]  # fmt: skip
