# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide which clauses are no motion of the character: why, where, what others do, how the motion looks."""

from __future__ import annotations

from .clause import Clause
from .details import read_manner
from .drafts import Draft
from .joining import PartJoiner
from .tables import Pattern

_LEFT_OUT_LINKS = frozenset("because that so as_if or without which".split())
_COMMENTING = frozenset(
    "capture emphasize emphasise convey embody show express highlight demonstrate create display radiate exude project "
    "suggest evoke symbolize symbolise reflect indicate reveal portray betray enhance underscore accentuate signify "
    "illustrate depict ensure underline showcase denote imply impart lend exhibit mirror channel".split()
)
"""Verbs whose participle only says how the motion looks."""

_INCLUDING = frozenset("incorporate include feature combine mix blend involve utilize integrate".split())
_APPEARING = frozenset("look appear seem".split())
_ASKED = frozenset("others him her them someone everyone everybody team squad group friend people".split())
_COMING = frozenset("follow come join approach".split())
ENDING = frozenset("end finish conclude".split())
_OTHERS = frozenset("someone somebody something opponent enemy another".split())


class OmissionJudge(PartJoiner):
    """Judges which clauses of a text are left out."""

    def _is_commentary(self, clause: Clause) -> bool:
        """Read a clause that only says how the motion looks: "emphasizing the force of the kick", "it looks like"."""
        verb, main = clause.verb, self._main_of(clause.sentence)
        listed = clause.link in ("comma", "and", "none", "or") and clause.subject != "person"
        if self._listing == clause.sentence and listed:
            if main is not None:
                main.spans.append(self._span(clause))
            return True
        if verb is None:
            return False
        comments = (
            clause.form == "ing" and clause.link in ("comma", "none", "and", "as") and not clause.subject
        )
        first = next((t.lemma for t in clause.tokens if t.form == "ing"), verb.lemma)
        if comments and main is not None and first in _COMMENTING | _INCLUDING:
            main.manner += [m for m in read_manner(clause, "") if m not in main.manner]
            main.spans.append(self._span(clause))
            self._listing = clause.sentence if first in _INCLUDING else self._listing
            return True
        words = [t.word for t in clause.tokens[: clause.head]]
        lemmas = [t.lemma for t in clause.tokens]
        return (
            bool({"it", "this", "that", "movement", "motion"} & set(lemmas[:3]))
            and any(
                lemma in _APPEARING and following in ("like", "as_if")
                for lemma, following in zip(lemmas, [t.word for t in clause.tokens[1:]] + [""], strict=True)
            )
            and not {"he", "she", "they", "person"} & set(words[:1])
        )

    def _is_left_out(self, clause: Clause, pattern: Pattern | None, main: Draft | None) -> bool:
        verb = clause.verb
        if clause.link in _LEFT_OUT_LINKS:
            return True
        if clause.subject == "thing" and (self._has_actor or self._is_thing(clause)):
            self._last_left = clause.sentence
            return True
        is_other = self._is_other_person(clause) or self._names_another(clause)
        if clause.subject in ("person", "thing"):
            self._has_actor = True
        is_mental = verb is not None and (verb.lemma in self._tables.sets["mental"] and pattern is None)
        if clause.link == "when":
            return main is None or is_mental or pattern is None or is_other
        if clause.link == "as":
            return pattern is None or is_mental or is_other
        return is_mental

    def _names_another(self, clause: Clause) -> bool:
        """Return whether the next clause names its own person: "as the girl approached, the boy sat down"."""
        following = self._following
        if following is None or following.subject != "person" or clause.subject != "person" or self._drafts:
            return False
        words = {t.word for t in following.tokens[: following.head]}
        return "the" in words and not words & {"person", "character", "figure"}

    def _hits_the_character(self, clause: Clause, pattern: Pattern | None) -> bool:
        """Return whether something or somebody else hits the character: "a ball hits his head"."""
        words = [t.word for t in clause.tokens]
        head = clause.head or 0
        if pattern is None or pattern.action not in ("strike", "punch", "push", "kick", "slap", "pull"):
            return False
        is_other = (
            clause.subject == "thing"
            or bool(_OTHERS & set(words[:head]))
            or (clause.subject == "person" and self._has_actor and {"a", "another"} & set(words[:head]))
        )
        struck = words[head + 1] if head + 1 < len(words) else ""
        owned = head + 2 < len(words) and clause.tokens[head + 2].lemma in self._tables.body
        return bool(is_other) and (struck in ("him", "them") or (struck in ("his", "her", "their") and owned))

    def _is_thing(self, clause: Clause) -> bool:
        """Return whether the subject is a thing that does not act: "oil splattered", "each movement is ..."."""
        words = clause.tokens[: clause.head]
        return any(
            t.lemma in self._tables.word_classes or t.lemma in self._tables.sets["nominals"] for t in words
        ) or (bool(words) and words[0].word in ("each", "every") and bool(self._drafts))

    def _is_other_person(self, clause: Clause) -> bool:
        """Return whether somebody else acts: "as the girl approached"."""
        words = [t.word for t in clause.tokens[: clause.head]]
        return self._has_actor and "the" in words and not any(w in ("he", "she", "they", "person") for w in words) and (
            clause.subject == "person")  # fmt: skip

    def _is_asked_of_others(self, clause: Clause) -> bool:
        """Take what others are asked to do for a sign of the hand: "signals for the others to follow"."""
        main, verb = self._main_of(clause.sentence), clause.verb
        if main is None or verb is None or clause.link != "to":
            return False
        if (
            verb.lemma in ("follow", "test")
            and main.kind != "travel"
            and any(t.word == "it" for t in clause.tokens)
        ):
            main.spans.append(self._span(clause))
            return True  # "shades the eyes to follow it"
        if main.kind != "gesture":
            return False
        if not any(t.word in _ASKED for t in main.clause.tokens[-2:]):
            return False
        main.spans.append(self._span(clause))
        if main.action == "move_arm" and verb.lemma in _COMING:
            main.action = "beckon"
        return True

    def _only_ends(self, clause: Clause) -> bool:
        """Return whether a clause leaves to the next one how the text ends: "and finishes with both arms raised"."""
        verb, following = clause.verb, self._following
        return (
            verb is not None
            and verb.lemma in ENDING
            and verb is clause.tokens[-1]
            and clause.link in ("and", "then", "comma")
            and following is not None
            and following.link == "with"
        )
