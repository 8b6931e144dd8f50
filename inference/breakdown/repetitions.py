# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy an earlier part: "does it again", "continues", "then two more", "then with the left"."""

from __future__ import annotations

from dataclasses import replace

from .clause import Clause
from .details import find_limbs, read_direction, read_manner, read_numbers, read_side
from .drafts import Draft
from .omissions import OmissionJudge
from .tables import Pattern

_CONTINUING = frozenset("continue carry_on resume proceed".split())

_WHOLE = frozenset("same everything sequence routine whole all".split())
_MOST_MIRRORED = 6
_MIRRORED = {"left": "right", "right": "left"}


def _mirror(side: str | None) -> str | None:
    return _MIRRORED.get(side or "", side)


def _is_hold(draft: Draft) -> bool:
    verb = draft.clause.verb
    return verb is not None and verb.lemma == "hold" and draft.action != "hold"


class RepetitionReader(OmissionJudge):
    """Reads clauses that repeat what an earlier part does."""

    def _copies(self, clause: Clause, pattern: Pattern | None) -> bool:
        """Add a copy of an earlier part: "repeats the motion", "does the same", "continues"."""
        verb = clause.verb
        if verb is None or not self._drafts:
            return False
        words = {t.word for t in clause.tokens}
        does_again = (
            verb.lemma == "do" and words & {"it", "this", "that", "so"} and words & {"again", "once_more"}
        )
        if (
            (verb.lemma == "repeat" and not clause.is_noun)
            or does_again
            or ("same" in words and (pattern is None or pattern.action in ("stand", "move_arm")))
        ):
            undone = ("turn", "stop", "lower_leg", "lower_arm", "put_down")
            source = next(
                (d for d in reversed(self._drafts) if d.action not in undone and not _is_hold(d)),
                self._drafts[-1],
            )
        elif (
            (verb.lemma in _CONTINUING or (clause.form == "s" and {"keeps", "going"} <= words))
            and (pattern is None or pattern.action == "walk")
            and not clause.is_noun
        ):
            found = next(
                (d for d in reversed(self._drafts) if d.kind == "travel" and d.action != "step"), None
            )
            if found is None:
                if self._drafts[-1].kind == "travel" or read_direction("walk", clause):
                    return False
                found = self._drafts[-1]
            source = found
        else:
            return False
        if clause.link == "while":
            return True
        if self._switched is not None and "same" in words and self._repeat_mirrored(clause):
            self._switched = None
            return True
        if (
            words & _WHOLE
            and words & {"left", "right", "other", "opposite"}
            and self._repeat_mirrored(clause)
        ):
            return True
        draft = Draft(source.action, source.kind, clause, clause.link, source.side, read_numbers(clause, source.action),
                      source.direction, source.way, source.turn, source.pace, list(source.manner),
                      list(source.meanwhile), source.object)  # fmt: skip
        draft.direction = read_direction(draft.action, clause) or source.direction
        limb = next((i for i in find_limbs(clause.tokens) if i.side in ("left", "right")), None)
        draft.side = limb.side if limb is not None else source.side
        loose = next((t.word for t in clause.tokens if t.word in ("left", "right")), None)
        if limb is None and loose is not None and source.side in ("left", "right") and "with" in words:
            draft.side, draft.direction = loose, source.direction  # "repeats with the right"
        draft.manner += [m for m in read_manner(clause, draft.action) if m not in draft.manner]
        draft.spans.append(self._span(clause))
        draft.copied = True
        draft.repeats = self._join_repeated_text(source)
        self._drafts.append(draft)
        return True

    def _repeat_mirrored(self, clause: Clause) -> bool:
        """Add a mirrored copy of all parts of the sentence: "then repeats the same thing to the left"."""
        first = self._drafts[-1].clause.sentence
        sources = [d for d in self._drafts if d.clause.sentence == first][-_MOST_MIRRORED:]
        if len(sources) < 2 or not any({d.side, d.direction} & set(_MIRRORED) for d in sources):
            return False
        for source in sources:
            draft = replace(
                source, clause=clause, link=clause.link, side=_mirror(source.side), direction=_mirror(source.direction),
                turn=None if source.turn is None else -source.turn, manner=list(source.manner),
                meanwhile=list(source.meanwhile), spans=[self._span(clause)], copied=True,
                repeats=self._join_repeated_text(source),
            )  # fmt: skip
            self._drafts.append(draft)
        return True

    def _join_repeated_text(self, source: Draft) -> str:
        """Return the words of a draft that is repeated, and of what it repeats itself."""
        start, end = min(s for s, _ in source.spans), max(e for _, e in source.spans)
        return f"{source.repeats} {self._text[start:end]}".strip()

    def _read_verbless(self, clause: Clause) -> None:
        """Read "then two more high" as a copy, other words as part of the text before."""
        numbers = read_numbers(clause, "")
        limb = next((limb for limb in find_limbs(clause.tokens) if limb.side), None)
        is_other_side = clause.link == "then" and (
            limb is not None or read_direction("", clause) is not None
            or any(t.word in ("left", "right") for t in clause.tokens)
        )  # fmt: skip
        if (numbers.count or is_other_side) and self._drafts:
            source = self._drafts[-1]
            draft = Draft(source.action, source.kind, clause, clause.link, source.side, numbers, None, source.way,
                          None, source.pace, [], [], source.object)  # fmt: skip
            draft.side = read_side(source.action, clause) or source.side
            loose = next((t.word for t in clause.tokens if t.word in ("left", "right")), None)
            if loose and source.side and limb is None:
                draft.side = loose  # "kicks with the right foot, then with the left"
            draft.direction = read_direction(source.action, clause)
            draft.manner = read_manner(clause, source.action)
            draft.spans.append(self._span(clause))
            draft.repeats = self._join_repeated_text(source)
            self._drafts.append(draft)
        elif self._drafts:
            self._drafts[-1].spans.append(self._span(clause))
        else:
            self._left.append(clause)
