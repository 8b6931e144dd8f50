# SPDX-License-Identifier: GPL-3.0-or-later
"""Cut a sentence into clauses: each has at most one verb, a subject, and a link to the clause before.

One pass over the words. A pause or a conjunction opens a buffer; a verb makes the buffer a clause of its own; a buffer
without a verb goes back to the clause before, unless it says what a body part does ("arms out", "with bent knees").
"""

from __future__ import annotations

from collections.abc import Sequence

from .briefs import Entry, read_brief
from .clause import ADVERBS, BE, LINKS, QUIET_AUXILIARIES, Clause, find_noun_head
from .phrases import CYCLES, PhraseReader
from .sharing import pop_adverbs, pop_leading, share_objects
from .tokens import Token
from .waits import insert_waits

_SIDES = frozenset(("left", "right"))
_MAX_LOOSE = 40  # words without a verb that are looked through, so that the time stays linear
_STRENGTH = {"comma": 1, "and": 2, "none": 0, "start": 0}


class ClauseReader(PhraseReader):
    """Cuts the sentences of one text into clauses."""

    def __init__(self) -> None:
        """Start with no clause."""
        super().__init__()
        self._buffer: list[Token] = []
        self._loose: list[Token] = []
        self._link = "start"
        self._opener: Token | None = None
        self._joined_by = ""
        self._first = 0
        self._likeness: list[Token] = []
        self._posture_end = -1
        self._postured = Clause([], None, "with")

    def read_sentence(self, tokens: Sequence[Token]) -> None:
        """Append the clauses of a sentence."""
        self._words = insert_waits(tokens, self._tables)
        self._current, self._opener, self._link, self._open = None, None, "start", True
        self._buffer, self._loose, self._likeness = [], [], []
        self._first = first = len(self.clauses)
        brief = read_brief(self._words, self._tables)
        if brief is None:
            for i in range(len(self._words)):
                self._read_word(i)
            self._flush()
        else:
            self._read_brief(brief)
        share_objects(self.clauses[first:], self._tables)
        if brief is None and not any(c.head is not None and not c.is_noun for c in self.clauses[first:]):
            self._read_list(first)
        if len(self.clauses) == first and self._loose:
            self._add_fragment(self._loose)
        self._sentence += 1

    def _read_brief(self, entries: Sequence[Entry]) -> None:
        """Read the entries of a list of names: "combat idle, light punch, back to idle"."""
        for k, entry in enumerate(entries):
            tokens = list(entry.tokens)
            if entry.head is not None:
                held = next(
                    (i for i, t in enumerate(tokens) if i > entry.head and t.word == "with"), len(tokens)
                )
                posture = tokens[held:] if self._holds_posture(tokens[held:]) else []
                tokens = tokens[:held] if posture else tokens
                clause = Clause(tokens, entry.head, "then" if k else "start", is_noun=not entry.passive)
                clause.sentence, clause.passive = self._sentence, entry.passive
                self.clauses.append(clause)
                self._current, self._buffer, self._open, self._link = clause, [], False, "none"
                if posture:
                    self._append_verbless(posture, "with")
                continue
            tables = self._tables
            if self._current is not None and all(
                t.word in tables.pace or t.word in tables.manner for t in tokens
            ):
                self._current.tokens += tokens  # "slow"
                continue
            self._words = tokens
            self._open_buffer("comma" if k else "start", tokens[0])
            self._open = True
            for i in range(len(tokens)):
                self._read_word(i)
            self._flush()

    def _read_list(self, first: int) -> None:
        """Read a sentence without a verb as a list of nouns: "two steps forward, a kick with the left leg".

        Parameters
        ----------
        first
            Index of the first clause of the sentence, which is replaced.
        """
        chunks: list[tuple[str, list[Token]]] = [("start", [])]
        for token in self._words:
            link = "comma" if token.form == "pause" else LINKS.get(token.word, "")
            if link in ("comma", "and", "then") and not token.serial:
                chunks.append((link, []))
            else:
                chunks[-1][1].append(token)
        heads = [find_noun_head(words, self._tables) for _, words in chunks]
        commands = [
            head is None and self._is_command_in_list(words)
            for head, (_, words) in zip(heads, chunks, strict=True)
        ]
        heads = [0 if command else head for head, command in zip(heads, commands, strict=True)]
        if sum(head is not None for head in heads) < 2:
            return
        del self.clauses[first:]
        waiting: list[Token] = []
        for (link, words), head, command in zip(chunks, heads, commands, strict=True):
            if head is not None:
                clause = Clause(
                    [*waiting, *words],
                    len(waiting) + head,
                    link,
                    is_noun=not command,
                    sentence=self._sentence,
                )
                self.clauses.append(clause)
                waiting = []
            elif len(self.clauses) > first:
                self.clauses[-1].tokens += words
            else:
                waiting += words

    def _read_word(self, i: int) -> None:
        token = self._words[i]
        if token.form == "posture" or (self._posture_end > token.start >= 0 and token.serial):
            self._read_posture(token)
        elif token.form == "pause":
            self._flush()
            self._open_buffer("comma", token)
        elif self._opens_link(i):
            self._read_link(i)
        elif self._is_verb(i):
            self._add_verb(i)
        elif self._open:
            self._buffer.append(token)
        elif self._current is not None:
            self._current.tokens.append(token)

    def _read_posture(self, token: Token) -> None:
        """Read a Chinese word for how limbs are held ("双手抱头") as a clause of its own, which goes with an action."""
        if token.form == "posture":
            self._posture_end = token.end
            clause = Clause([token], None, "with", subject="body", sentence=self._sentence)
            self.clauses.append(clause)
            self._postured = clause
        else:
            self._postured.tokens.append(token)
            if token.lemma in self._tables.body:
                self._postured.subject_words.append(token)

    def _opens_link(self, i: int) -> bool:
        token = self._words[i]
        if token.word == "than":
            return i + 1 < len(self._words) and self._is_verb(i + 1)
        if token.word == "to":
            if (
                i + 2 < len(self._words)
                and self._words[i + 1].word == "lower"
                and self._words[i + 2].word in _SIDES
            ):
                return False  # "from upper right to lower left"
            return i + 1 < len(self._words) and self._is_verb(self._skip_adverbs(i + 1))
        if token.word not in LINKS or (token.serial and (token.word in ("with", "like") or token.leads)):
            return False
        following = self._words[i + 1].word if i + 1 < len(self._words) else ""
        if token.word == "next" and (following in ("to", "step") or (i and self._words[i - 1].word == "the")):
            return False
        if token.word == "once":  # "once he sits" but "jumps once"
            return i == 0 and following in self._tables.sets["persons"] | self._tables.sets["determiners"]
        if token.word == "that" and (following == "" or not self._followed_by_verb(i + 1)):
            return False
        if token.word == "by":
            k = self._skip_adverbs(i + 1) if following else i
            return self._words[k].form == "ing" and self._words[k].lemma not in self._tables.sets["nominals"]
        if token.word == "so":
            return following in ("that", "he", "she", "they")
        if token.word == "having":
            return i == 0 or self._words[i - 1].is_mark
        if token.word == "since" and following.isdigit():
            return False
        return not (token.word == "later" and following not in ("", ","))

    def _skip_adverbs(self, i: int) -> int:
        while i + 1 < len(self._words) and (
            self._words[i].word.endswith("ly") or self._words[i].word in ("not", "then", "also")
        ):
            i += 1
        return min(i, len(self._words) - 1)

    def _followed_by_verb(self, i: int) -> bool:
        return any(self._is_verb(k) for k in range(i, min(i + 4, len(self._words))))

    def _read_link(self, i: int) -> None:
        token = self._words[i]
        link = {"than": "then", "to": "to"}.get(token.word) or LINKS[token.word]
        if link == "to":
            if self._open and self._buffer and self._current is None:
                self._buffer.append(token)
                return
            compares = self._open and self._link == "as_if"
            self._flush()
            self._open_buffer("as_if" if compares else "to", token)
            return
        if link == "with" and self._open and not self._buffer and self._link == "then":
            self._buffer = [token]
            return
        if link == "with":
            self._flush()
            self._open, self._link, self._opener, self._buffer = True, "with", token, [token]
            return
        if link in ("and", "or") and self._open and self._buffer and self._joins_nouns(i):
            self._buffer.append(token)
            return
        previous = self._link if self._open and not self._buffer else "none"
        self._joined_by = previous if link in ("after", "before", "while", "when", "as") else ""
        self._flush()
        if previous in ("before", "after", "until", "while", "when", "as") and link in ("and", "comma"):
            link = previous
        self._open_buffer(link if _STRENGTH.get(link, 3) >= _STRENGTH.get(previous, 3) else previous, token)
        if link in ("as_if", "without"):
            self._buffer.append(token)

    def _joins_nouns(self, i: int) -> bool:
        """Return whether "and" joins two subjects: "head and torso peek", "her arms and legs"."""
        last = self._buffer[-1]
        if last.lemma not in self._tables.body and last.lemma not in self._tables.sets["persons"]:
            return False
        for k in range(i + 1, min(i + 6, len(self._words))):
            word = self._words[k]
            if word.is_mark or self._is_verb(k):
                return (
                    k > i + 1
                    and self._words[k - 1].lemma
                    in self._tables.body | dict.fromkeys(self._tables.sets["persons"], "")
                    and not (self._buffer[0].word == "with" and not word.is_mark)
                )
        return False

    def _open_buffer(self, link: str, opener: Token) -> None:
        if self._open and _STRENGTH.get(link, 3) < _STRENGTH.get(self._link, 3):
            return  # ", and then": the stronger of several links
        if (
            link == "then"
            and self._current is None
            and find_noun_head(self._loose[-_MAX_LOOSE:], self._tables) is not None
        ):
            self._add_fragment(self._loose)
        if not self.clauses_in_sentence and link in ("comma", "and"):
            link = "start"
        self._link, self._opener, self._open, self._buffer = link, opener, True, []

    def _add_verb(self, i: int) -> None:
        token = self._words[i]
        current = self._current
        if current is not None and self._continues_chain(i):
            if current.verb is not None and current.verb.lemma == "stop":
                current.negated = False  # "does not stop walking"
            current.tokens += [*self._buffer, token]
            current.head = len(current.tokens) - 1
            self._buffer, self._open, self._link = [], False, "none"
            return
        if self._open and self._leaves_buffer(token):
            self._flush()
            self._open, self._link = False, "none"
        words = self._buffer if self._open else []
        link = self._link if self._open else "none"
        if link == "with" or (
            link == "start" and token.form in ("ing", "ed") and words and words[-1].lemma in self._tables.body
        ):
            self._add_leading_move()
            current = self._current
        if current is not None and not self._open:
            words = pop_leading(current) if token.serial else pop_adverbs(current, token)
        clause = Clause([*words, token], len(words), link, sentence=self._sentence, opener=self._opener)
        clause.form = token.form
        clause.joined_by, self._joined_by = self._joined_by, ""
        self._take_loose(clause)
        self._find_subject(clause)
        if (
            link == "and" and current is not None and current.link in ("before", "after")
            and current.form == clause.form == "ing" and not clause.subject and current is self.clauses[self._first]
        ):  # fmt: skip
            clause.link = current.link  # "before turning around and coming back"
        if not clause.subject and current is not None and link in ("and", "then", "comma"):
            self._inherit_subject(clause, current)
        near = [t.word for t in words[-3:]]
        clause.negated = (
            bool({"not", "never", "barely", "hardly", "scarcely"} & set(near))
            or link == "without"
            or "without" in near
        )
        clause.passive = token.form == "ed" and any(t.lemma in BE for t in words[-3:])
        if token.serial and link == "comma":
            clause.link = "comma"
        self.clauses.append(clause)
        self._current, self._buffer, self._open, self._link, self._opener = clause, [], False, "none", None

    def _take_loose(self, clause: Clause) -> None:
        """Give the first clause of a sentence the words before it: its subject, and "like a baby"."""
        if self._current is not None:
            return
        sets = self._tables.sets
        if clause.form in ("s", "ed") and not clause.tokens[0].serial and any(
            t.word in sets["persons"] for t in self._loose
        ) and not any(
            t.word in sets["persons"] or t.lemma in self._tables.body for t in clause.tokens[: clause.head]
        ):  # fmt: skip
            clause.tokens = [*self._loose, *clause.tokens]
            clause.head = (clause.head or 0) + len(self._loose)
            self._loose = []
        clause.tokens += self._likeness
        self._likeness = []

    def _inherit_subject(self, clause: Clause, previous: Clause) -> None:
        """Let a limb go on acting ("the arms stretch and pull back"), if the number of the verb agrees."""
        if (
            previous.subject != "body"
            or previous.link == "with"
            or not previous.subject_words
            or clause.form == "ing"
        ):
            return
        rows = self._tables.patterns.get(clause.tokens[clause.head or 0].lemma)
        if rows is not None and rows[-1].action in ("run", "jump", "leap"):
            return  # "hips rise, then explode forward"
        last = previous.subject_words[-1]
        plural = last.form == "s" or last.word == "feet" or len(previous.subject_words) > 1
        agrees = clause.form == "ed" or (clause.form == "base") == plural
        if agrees and clause.form == previous.form and not clause.tokens[0].serial:
            clause.subject, clause.subject_words = "body", previous.subject_words

    def _leaves_buffer(self, verb: Token) -> bool:
        """Return whether the open words are no subject of a verb: "with his arms bent" before "kicks"."""
        words = self._buffer
        if not words:
            return False
        if self._repeats_with_number(words):
            return True
        if self._link != "with" or verb.form != "s" or verb.serial:
            return False
        last = next((t for t in reversed(words) if t.lemma in self._tables.body), None)
        return last is None or last.form == "s" or last.word == "feet" or last is not words[-1]

    def _continues_chain(self, i: int) -> bool:
        """Return whether a verb completes the one before: "starts to walk", "keeps moving", "tries to run"."""
        current, token = self._current, self._words[i]
        verb = current.verb if current is not None else None
        if current is not None and verb is not None and current.tokens[-1].word == "of" and not self._open:
            # "makes the motion of picking up"
            return token.form == "ing" and verb.lemma in self._tables.sets["light"]
        if (
            current is None
            or verb is None
            or verb.lemma not in self._tables.sets["aspect"]
            or current.head is None
        ):
            return False
        if verb.lemma == "stop" and (token.form != "ing" or token.serial):
            return False  # "stops to wave"
        between = [*current.tokens[current.head + 1 :], *self._buffer]
        if any(t.lemma in self._tables.body or t.is_mark for t in between):
            return False
        if self._open:
            return self._link == "to" and len(between) <= 3
        if token.form == "ed" and verb.lemma in ("stay", "remain", "keep"):
            return all(t.word.endswith("ly") for t in between)
        if token.form == "ing" or token.serial:
            return all(
                t.word.endswith("ly") or t.word in ("like", "by", "slowly", "then", "up", "on")
                for t in between
            )
        return False

    def _find_subject(self, clause: Clause) -> None:
        """Set the kind and the words of the subject: the nouns before the verb."""
        tables, head = self._tables, clause.head or 0
        nouns: list[Token] = []
        kind, is_attribute = "", False
        for token in clause.tokens[:head]:
            is_attribute = is_attribute or (kind == "person" and token.word in tables.sets["prepositions"])
            if is_attribute and not token.serial:
                continue  # "a man with a cane"
            if token.word == "ba" or (token.serial and token.word == "with"):
                break  # what follows is the object, or the instrument
            if token.serial and kind == "person":
                continue  # Chinese: a limb behind the person is the instrument
            if token.lemma in tables.body and token.word != "back":
                kind = "body"
                nouns.append(token)
            elif token.word in tables.sets["persons"] or token.lemma in tables.sets["persons"]:
                kind = "person"
                nouns.append(token)
            elif (
                token.lemma not in tables.manner and token.word not in tables.sets["determiners"]
                and token.word not in tables.sets["prepositions"] and token.word not in tables.sets["adjectives"]
                and token.lemma not in tables.sets["auxiliaries"] and token.lemma not in QUIET_AUXILIARIES
                and not token.word.endswith("ly") and token.word not in ADVERBS and token.word not in tables.numbers
                and token.word not in tables.directions and token.word not in LINKS and token.word != "to"
                and token.lemma not in tables.pace and not token.word.isdigit() and not token.serial
            ):  # fmt: skip
                kind = "thing"
        clause.subject = kind
        clause.subject_words = nouns if kind == "body" else []

    def _flush(self) -> None:
        """Give the open buffer, which has no verb, to a clause."""
        words, link = self._buffer, self._link
        if not self._open or not words:
            return
        self._buffer, self._link = [], "none"
        if link == "with":
            self._flush_with(words)
        elif self._names_listed_move(words, link):
            self._add_fragment(words, link)
        elif self._is_body_state(words, link):
            self._add_leading_move()
            self._append_verbless(words, "with")
        elif link in ("then", "and", "comma") and (
            self._repeats_with_number(words)
            or (link == "then" and (self._is_direction_alone(words) or self._is_side_alone(words)))
        ):
            self._append_verbless(words, link)
        elif self._current is not None and self._names_action(words, link):
            self._add_fragment(words, link)
        elif any(t.lemma == "be" for t in words) and not self.clauses_in_sentence:
            self._add_be_clause(words, link)
        elif self._current is not None and link != "without":
            self._current.tokens += words
            if link in ("before", "after", "when", "as", "until", "as_if"):
                pass
        elif link == "as_if" and len(words) > 1 and words[0].word == "like":
            self._likeness = words
        else:
            self._loose += words

    def _flush_with(self, words: list[Token]) -> None:
        """Take "with arms out" for a posture, "with the left hand" for the instrument of the verb."""
        if self._holds_posture(words):
            self._append_verbless(words, "with")
        elif self._current is not None:
            self._current.tokens += words
        else:
            self._loose += words

    def _append_verbless(self, words: list[Token], link: str) -> None:
        self._add_leading_move()
        clause = Clause(list(words), None, link, sentence=self._sentence, opener=self._opener)
        clause.subject_words = [t for t in words if t.lemma in self._tables.body]
        clause.subject = "body" if link == "with" else ""
        self.clauses.append(clause)
        self._current = clause

    def _add_leading_move(self) -> None:
        """Make a clause of a move that a sentence begins with: "three squats with arms extended"."""
        loose = self._loose[:_MAX_LOOSE]
        if self._current is not None or not loose:
            return
        head = find_noun_head(loose, self._tables)
        named = next((k for k, t in enumerate(loose[:5]) if t.lemma in CYCLES), None)
        if (head is not None and self._lists_move(loose, head)) or named is not None:
            clause = Clause(
                loose, head if named is None else named, "start", is_noun=True, sentence=self._sentence
            )
            self.clauses.append(clause)
            self._current, self._loose = clause, []

    def _add_be_clause(self, words: list[Token], link: str) -> None:
        clause = Clause(list(words), next(k for k, t in enumerate(words) if t.lemma == "be"), link,
                        sentence=self._sentence, opener=self._opener)  # fmt: skip
        head = find_noun_head(words[(clause.head or 0) + 1 :], self._tables)
        if head is not None and clause.head is not None:
            clause.head, clause.is_noun = clause.head + 1 + head, True
        be = next(k for k, t in enumerate(words) if t.lemma == "be")
        probe = Clause(words[: be + 1], be, link)
        self._find_subject(probe)
        clause.subject, clause.subject_words = probe.subject, probe.subject_words
        self.clauses.append(clause)
        self._current = clause

    def _add_fragment(self, words: list[Token], link: str = "start") -> None:
        head = find_noun_head(words, self._tables)
        clause = Clause(list(words), head, link, is_noun=head is not None, sentence=self._sentence)
        self.clauses.append(clause)
        self._current = clause
