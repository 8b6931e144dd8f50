# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide whether a word of a sentence is a verb: its form and the words around it tell."""

from __future__ import annotations

from .clause import ADVERBS, BE, LINKS, QUIET_AUXILIARIES, Clause
from .tables import Tables, read_tables
from .tokens import Token

_MAX_ADVERBS = 20
"""Adverbs in a row that are skipped to find the word before or after them."""

_DANCING = frozenset("curtsies curtsying waltzes waltzing toprocks toprocking moonwalks moonwalking".split())
"""Forms of verbs whose base form is a noun."""

_PLURAL_SUBJECTS = frozenset("they i we you people who men women children both".split())
_GET_WORDS = frozenset(
    "up down off on back low ready into to onto out all_fours hit push knock shoot punch over away in "
    "seated struck".split()
)
_GET_NOUNS = frozenset("push hit punch blow shove kick slap bump knock fright".split())
_PLAIN_PERSONS = frozenset(
    "person someone somebody man woman character figure he she it who girl boy human".split()
)
_LIMB_ADJECTIVES = frozenset("left right both upper lower other entire whole one each two".split())
_NUMBER_WORDS = frozenset("two three four five six seven eight nine ten several many few some".split())


_NOUN_VERBS = frozenset(
    "step punch kick jump squat hit throw swing turn move stroke circle wave dance walk hop spin jab hook block strike "
    "attack bow nod look gesture drink slap clap twist stretch lunge pose flip roll push pull nail".split()
)
_LIMB_VERB_GOALS = frozenset(
    "away up off out left right toward forward backward the down around to upward at back other".split()
)
_NOMINAL_VERBS = frozenset(
    "shift transfer change lose regain keep maintain hold find recover adjust gain pick".split()
)
_NOMINAL_OBJECTS = frozenset("weight balance direction position speed pace footing stance pose".split())
_SAME_PAST = frozenset("hit put cut set shut cast burst let split thrust spread beat hurt quit".split())
"""Verbs whose past is written as their base form."""


class VerbReader:
    """Finds the verbs of a sentence while its clauses are being cut.

    Attributes
    ----------
    clauses
        Those that were read.
    """

    def __init__(self) -> None:
        """Start with no clause."""
        self._tables: Tables = read_tables()
        self._is_command = False
        self._sentence = 0
        self._words: list[Token] = []
        self._current: Clause | None = None
        self._open = True
        self.clauses: list[Clause] = []

    def _is_verb(self, i: int) -> bool:
        """Return whether the word at ``i`` is a verb here: its form, and the words around it, decide."""
        token, sets = self._words[i], self._tables.sets
        if token.is_mark or token.word in LINKS:
            return False
        if token.lemma in sets["noun_only"] and token.word not in _DANCING:
            return False
        if token.word == "crouched" and i and self._is_travel(self._words[i - 1]):
            return False  # "runs crouched"
        known = (
            token.lemma in self._tables.patterns or token.lemma in sets["void"] or token.lemma in sets["aspect"]
            or token.lemma in sets["mental"] or token.lemma in sets["light"]
        )  # fmt: skip
        if token.word == "lower" and i + 1 < len(self._words) and self._words[i + 1].word in ("left", "right") and (
            i and self._words[i - 1].word in ("to", "from")
        ):  # fmt: skip
            return False
        before = self._previous(i)
        previous = before.lemma if before is not None else ""
        following = self._words[i + 1] if i + 1 < len(self._words) else None
        next_lemma = following.lemma if following is not None and not following.is_mark else ""
        if token.lemma == "get":
            if following is not None and following.form == "ed" and next_lemma in self._tables.patterns:
                return False  # "gets knocked over"
            noun = self._words[i + 2].lemma if next_lemma in ("a", "an") and i + 2 < len(self._words) else ""
            return next_lemma in _GET_WORDS or noun in _GET_NOUNS
        if token.lemma == "have" and token.form != "ing":
            ahead = self._words[i + 1 : i + 6]
            held = [k for k, t in enumerate(ahead) if t.lemma in self._tables.body]
            return bool(held) and any(t.word in ("up", "raised") for t in ahead[held[0] :])
        if token.lemma in QUIET_AUXILIARIES:
            return token.lemma == "do" and not self._verb_follows(i) and token.word != "doing_"
        if token.serial:
            return (
                known and token.form in ("s", "ing") and not token.leads and token.lemma not in self._tables.body
                and previous not in sets["determiners"]
                and (previous not in self._tables.numbers or previous in ("once", "twice"))
                and previous != "several"
                and not (token.lemma in ("step", "time") and previous.isdigit())
            )  # fmt: skip
        if token.lemma in self._tables.body and token.form in ("base", "s"):
            return self._is_limb_verb(token, previous, next_lemma, before)
        before_word = before.word if before is not None else ""
        after_determiner = previous in sets["determiners"] or (
            before is not None and before.word in sets["determiners"]
        )
        if previous.isdigit() and token.form == "s":
            return False
        if token.form == "ing":
            if (
                next_lemma == "be"
                and not after_determiner
                and (before is None or before.is_mark or before.word == "and")
            ):
                return False
            if not known and not (
                previous in sets["persons"] or previous in BE or token.lemma in self._tables.patterns
            ):
                return before is None or before.is_mark
            if (
                next_lemma in sets["nominals"]
                and next_lemma not in ("side", "way", "back", "end", "look")
                and not (token.lemma in _NOMINAL_VERBS and next_lemma in _NOMINAL_OBJECTS)
            ):
                return False
            if after_determiner and next_lemma in (
                "person",
                "man",
                "woman",
                "character",
                "figure",
                "girl",
                "boy",
            ):
                return self._current is None and self._is_travel(token)  # "a walking person stumbles"
            if after_determiner or (
                previous in sets["adjectives"]
                and previous not in ("left", "right")
                and (before is None or before.form != "s")
                and before_word not in ADVERBS
            ):
                return False
            return previous not in ("of", "in", "for", "at", "from", "_") or previous == "of"
        if token.form == "s":
            if self._is_unknown_verb(i, known, before):
                return True
            if before is None or before.is_mark:
                return known and (
                    token.lemma not in self._tables.word_classes or not self._ends_phrase(following)
                )
            if after_determiner or previous in _NUMBER_WORDS or previous in self._tables.numbers:
                return False
            if previous in sets["prepositions"] and before.word not in ADVERBS:
                return False
            if (previous in self._tables.pace or previous in self._tables.manner) and not (
                before.word.endswith("ly")
                or before.word in ADVERBS | sets["persons"]  # "a zombie walks"
                or before.word in ("fast", "high", "low")
            ):
                return False
            if (
                before.word in ADVERBS
                and i > 1
                and (
                    self._words[i - 2].word in self._tables.numbers
                    or self._words[i - 2].word in sets["determiners"]
                )
            ):
                return False
            if token.lemma in sets["nominals"] and self._completes_light_verb():
                return False  # "makes rapid motions"
            if (
                previous in sets["adjectives"]
                and before.form != "s"
                and before.word not in ADVERBS
                and previous not in sets["persons"]
                and not self._ends_with_direction(i)
            ):
                return False
            if self._ends_attribute(i):
                return True
            if previous in sets["noun_only"] or (
                i > 1 and before is self._words[i - 1] and before.form == "base" and previous in self._tables.patterns
                and previous not in sets["persons"]
                and (self._words[i - 2].word in sets["determiners"] or self._words[i - 2].word in sets["adjectives"])
            ):  # fmt: skip
                return False  # "some dance moves"
            if self._current is not None and not self._open and self._is_object_place(i):
                return False
            if (
                previous in self._tables.body
                and i > 1
                and self._words[i - 2].word in sets["adjectives"]
                and (self._words[i - 2].word not in _LIMB_ADJECTIVES)
            ):
                return False  # "subtle head tilts"
            return known or previous in sets["persons"]
        if token.form == "ed":
            if after_determiner or (
                previous in sets["adjectives"] and before is not None and before.word not in ADVERBS
            ):
                return False
            if previous in ("with", "of", "in", "to") and next_lemma in self._tables.body:
                return False
            if (
                before is not None
                and before.is_mark
                and next_lemma in self._tables.body
                and not self._has_past()
            ):
                return False  # ", hunched shoulders, ..."
            if (
                before is not None
                and before.word == "and"
                and next_lemma in self._tables.body
                and not self._has_past()
            ):
                return False
            if before is not None and not before.is_mark and self._is_plain_noun(before):
                return False
            return known or previous in sets["persons"]
        return known and self._is_base_verb(i, token, before, previous, next_lemma)

    def _ends_with_direction(self, i: int) -> bool:
        """Return whether "left" or "right" before ``i`` is a direction: "after turning right runs"."""
        verb = self._current.verb if self._current is not None and not self._open else None
        if verb is None or self._words[i - 1].word not in ("left", "right"):
            return False
        before = [t for t in self._words[max(0, i - 4) : i - 1] if t.word not in ("to", "the")]
        return bool(before) and before[-1] is verb

    def _is_unknown_verb(self, i: int, known: bool, before: Token | None) -> bool:
        """Return whether a word that no table has is a verb by its place: "walks, then catapults a stone"."""
        if known or before is None or not (before.is_mark or before.word in ("and", "then")):
            return False
        verb = self._current.verb if self._current is not None else None
        following = self._words[i + 1] if i + 1 < len(self._words) else None
        takes_object = following is not None and (
            following.word in self._tables.sets["determiners"] - {"that", "one"}
            or following.word in ("it", "them", "something", "someone")
        )
        unnamed = not self._tables.is_known(self._words[i].lemma)
        return unnamed and takes_object and verb is not None and verb.form == "s" and not verb.serial

    def _completes_light_verb(self) -> bool:
        """Return whether the clause waits for the noun of a verb as "makes", "performs"."""
        verb = self._current.verb if self._current is not None and not self._open else None
        return verb is not None and verb.lemma in self._tables.sets["light"]

    def _ends_attribute(self, i: int) -> bool:
        """Return whether the words before ``i`` describe the subject: "a boxer in a ready stance" before "turns"."""
        if self._current is not None:
            return False
        for k in range(i - 2, max(i - 7, -1), -1):
            if self._words[k].is_mark:
                return False
            if self._words[k].word in ("in", "with", "from", "at"):
                return k > 0 and any(w.lemma in self._tables.sets["persons"] for w in self._words[:k])
        return False

    def _is_plain_noun(self, token: Token) -> bool:
        """Return whether a word is no person, limb, verb, adverb or conjunction: "a voice filled with"."""
        sets = self._tables.sets
        return not (
            token.lemma in sets["persons"] or token.lemma in self._tables.body or token.word in ADVERBS
            or token.word in sets["prepositions"] or token.word in LINKS or token.lemma in BE
            or token.lemma in QUIET_AUXILIARIES or token.word in sets["adjectives"] or token.word.endswith("ly")
            or token.lemma in self._tables.patterns or token.word in sets["auxiliaries"] or token.serial
            or token.lemma in sets["aspect"] or token.lemma in self._tables.directions or token.lemma in sets["void"]
        ) and self._current is not None  # fmt: skip

    def _is_travel(self, token: Token) -> bool:
        rows = self._tables.patterns.get(token.lemma)
        return rows is not None and self._tables.actions[rows[-1].action].kind == "travel"

    def _has_past(self) -> bool:
        verb = self._current.verb if self._current is not None else None
        return verb is not None and verb.form == "ed"

    def _is_limb_verb(self, token: Token, previous: str, next_lemma: str, before: Token | None) -> bool:
        """Return whether a word for a body part is a verb: "he backs away", "gazes up", "faces left"."""
        if token.lemma not in ("face", "back", "gaze", "elbow", "toe"):
            return False
        if before is None or before.is_mark:
            is_first = token.form == "base" and self._current is None
            return (is_first or token.word == "backs") and next_lemma in _LIMB_VERB_GOALS
        if before.lemma not in self._tables.sets["persons"] | {"to", "and", "then"}:
            return token.word == "backs" and next_lemma == "away"  # of somebody with a name
        return next_lemma in _LIMB_VERB_GOALS or (token.lemma == "gaze" and token.form == "s")

    def _is_base_verb(
        self, i: int, token: Token, before: Token | None, previous: str, next_lemma: str
    ) -> bool:
        sets = self._tables.sets
        if (
            token.lemma in ("left", "right", "back", "light", "slow", "open")
            and next_lemma not in sets["determiners"]
            and (token.lemma, next_lemma) != ("slow", "down")
        ):
            return False
        if before is None:
            following = self._words[i + 1] if i + 1 < len(self._words) else None
            if following is None:
                return True
            if next_lemma in self._tables.patterns and following.form == "base" and (
                following.lemma not in self._tables.word_classes and following.lemma not in ADVERBS
                and following.lemma not in self._tables.body and self._phrase_has_noun_action(i)
            ):  # fmt: skip
                return False  # "zombie walk", "kick jump": a fragment
            self._is_command = self._is_command or not self.clauses
            return True
        if previous in (
            "to",
            "will",
            "can",
            "could",
            "should",
            "would",
            "must",
            "may",
            "might",
            "not",
            "do",
            "lets",
        ):
            return True
        if (
            previous in _PLURAL_SUBJECTS
            or previous in _PLAIN_PERSONS
            or (previous in sets["persons"] and before.form == "s")
        ):
            return True
        if token.lemma in _SAME_PAST and (previous == "have" or self._follows_noun(before, previous)):
            return True
        if before.lemma in self._tables.body and (
            before.form == "s" or before.word == "feet" or (i > 2 and self._words[i - 2].word == "and")
        ):
            return True
        if before.word in ("and", "then", "or") or before.is_mark or before.word.endswith("ly"):
            last = self._current.verb if self._current is not None else None
            return (
                self._is_command
                or (last is not None and last.form == "base" and not self._current_is_noun())
                or (before.word.endswith("ly") and not self.clauses_in_sentence and i <= 2)
                or (self._current_is_noun() and next_lemma in ADVERBS | sets["determiners"])
            )
        return False

    def _follows_noun(self, before: Token, previous: str) -> bool:
        """Return whether the word before may be the subject of a verb in the past: "a ball suddenly hit his head"."""
        sets = self._tables.sets
        return (
            not before.is_mark
            and (self._open or self._current is None)
            and previous not in sets["determiners"] | sets["prepositions"] | sets["adjectives"]
            and before.word not in ADVERBS
            and before.word not in LINKS
            and previous not in QUIET_AUXILIARIES
        )

    def _current_is_noun(self) -> bool:
        return self._current is not None and self._current.is_noun

    def _phrase_has_noun_action(self, i: int) -> bool:
        return i + 2 >= len(self._words) or self._words[i + 2].lemma in self._tables.sets["prepositions"]

    def _ends_phrase(self, following: Token | None) -> bool:
        return following is None or following.is_mark

    def _is_object_place(self, i: int) -> bool:
        """Return whether a noun may stand here: right behind a verb that takes one ("adjusting steps")."""
        verb = self._current.verb if self._current is not None else None
        if (
            self._current is not None
            and self._current.subject == "body"
            and verb is not None
            and verb.form == "ed"
        ):
            return False  # "his arms bent kicks"
        lemma = self._words[i].lemma
        if (
            lemma in self._tables.patterns
            and lemma not in _NOUN_VERBS
            and lemma not in self._tables.word_classes
        ):
            return False  # "squatting raises both arms"
        if verb is None or self._words[i - 1] is not verb or verb.lemma in self._tables.sets["aspect"]:
            return False
        if verb.form in ("ing", "ed"):  # "standing throws" has two verbs, "dodging punches" has one
            rows = self._tables.patterns.get(verb.lemma)
            kind = self._tables.actions[rows[-1].action].kind if rows else ""
            return kind not in ("travel", "state")
        return True

    def _previous(self, i: int) -> Token | None:
        """Return the word before ``i`` that is no adverb."""
        k = i - 1
        while (
            k >= max(0, i - _MAX_ADVERBS)
            and not self._words[k].is_mark
            and (
                (
                    self._words[k].word.endswith("ly")
                    and self._words[k].word not in self._tables.sets["adjectives"]
                )
                or self._words[k].word
                in ("not", "also", "just", "still", "again", "slightly", "both", "suddenly")
            )
        ):
            k -= 1
        if k < 0 and i > 0 and self._words[0].word.endswith("ly"):
            return None
        return self._words[k] if k >= 0 else None

    def _verb_follows(self, i: int) -> bool:
        k = i + 1
        end = min(len(self._words), i + _MAX_ADVERBS)
        while k < end and (self._words[k].word == "not" or self._words[k].word.endswith("ly")):
            k += 1
        return (
            k < len(self._words)
            and self._words[k].lemma in self._tables.patterns
            and (self._words[i].word in ("does", "do", "did") and k > i + 1)
        )

    @property
    def clauses_in_sentence(self) -> bool:
        """Return whether the sentence has a clause already."""
        return bool(self.clauses) and self.clauses[-1].sentence == self._sentence
