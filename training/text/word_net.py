# SPDX-License-Identifier: GPL-3.0-or-later
"""Move the vectors of unknown words towards those of related training words, using WordNet.

An encoder's vector of a rare verb follows its spelling more than its meaning (lunge, lung). WordNet lists "walk" as
the more general word of "amble". Such words get mostly the vector of the nearest synonym or more general word in the
training sentences, in the same form (ambling: walking); words for a kind of person get that of "person".
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .text_vectors import inflect_verb, quantise_rows, write_vectors

_PARTS_OF_SPEECH = ("verb", "noun", "adj", "adv")
_ACTION_FILES = frozenset({"29", "33", "35", "38"})  # lexicographer files: body, competition, contact, motion
_PERSON = "00007846"
# too general to be of use, or not an action
_VAGUE_WORDS = frozenset(
    "move go do make have get be perform act take give come hold keep put set use change travel say let see show work "
    "bring start end begin finish one two three no not all both body right left way".split()
)
_OWN_WEIGHT = 0.25
_NEAR_COSINE = 0.6
"""Cosine to a word of the training sentences from which on the encoder's own vector is kept."""


@dataclass
class WordNet:
    """The contents of a WordNet folder; keys are (part of speech, lemma) or (part of speech, offset of a synset).

    Attributes
    ----------
    senses : by lemma
        Offsets of its synsets, the most usual first.
    lemmas : by offset
        Words of the synset.
    hypernyms : by offset
        Offsets of the more general synsets.
    lexicographer_file : by offset
        Number of the lexicographer file.
    irregular_bases : by form
        Base of an irregular verb form.
    tagged_senses : by lemma
        Number of senses that occur in the tagged corpus.
    """

    senses: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    lemmas: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    hypernyms: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    lexicographer_file: dict[tuple[str, str], str] = field(default_factory=dict)
    irregular_bases: dict[str, str] = field(default_factory=dict)
    tagged_senses: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> WordNet:
        """Read index.*, data.* and verb.exc of a ``dict`` folder."""
        net = cls()
        for part in _PARTS_OF_SPEECH:
            for line in (folder / f"index.{part}").read_text(encoding="latin-1").splitlines():
                f = line.split()
                if not line.startswith(" ") and re.fullmatch(r"[a-z]{2,16}", f[0]):
                    net.senses[part, f[0]] = f[6 + int(f[3]) :]
                    net.tagged_senses[part, f[0]] = int(f[5 + int(f[3])])
            for line in (folder / f"data.{part}").read_text(encoding="latin-1").splitlines():
                if line.startswith(" "):
                    continue
                f = line.split(" | ")[0].split()
                count = int(f[3], 16)
                key = (part, f[0])
                net.lexicographer_file[key] = f[1]
                net.lemmas[key] = [w.lower() for w in f[4 : 4 + 2 * count : 2]]
                rest = f[4 + 2 * count :]
                pointers = [rest[1 + 4 * i : 5 + 4 * i] for i in range(int(rest[0]))]
                net.hypernyms[key] = [p[1] for p in pointers if p[0] in ("@", "@i", "&") and len(p) == 4]
        for line in (folder / "verb.exc").read_text(encoding="latin-1").splitlines():
            form, base = line.split()[:2]
            net.irregular_bases[form] = base
        return net

    def is_person(self, lemma: str) -> bool:
        """Return whether the most usual sense of a noun is a kind of person."""
        todo = [(s, 0) for s in self.senses.get(("noun", lemma), [])[:1]]
        while todo:
            offset, depth = todo.pop()
            if offset == _PERSON:
                return True
            if depth < 10:
                todo += [(s, depth + 1) for s in self.hypernyms.get(("noun", offset), [])]
        return False

    def find_related(self, part: str, lemma: str, known: frozenset[str]) -> str | None:
        """Return the nearest synonym or more general word of ``lemma`` among ``known``, or None if none is near."""
        best, related_word = 0.1, None
        for rank, sense in enumerate(self.senses.get((part, lemma), [])[:4]):
            if part == "verb" and self.lexicographer_file[part, sense] not in _ACTION_FILES:
                continue  # not an action of the body (to deliver a speech)
            score = 0.7**rank
            level = [sense]
            for depth in range(3 if part == "verb" else 1):
                for offset in level:
                    for word in self.lemmas.get((part, offset), []):
                        if (
                            word != lemma
                            and word in known
                            and word not in _VAGUE_WORDS
                            and score * 0.6**depth > best
                        ):
                            best, related_word = score * 0.6**depth, word
                level = [up for offset in level for up in self.hypernyms.get((part, offset), [])]
        return related_word


def verb_forms(verb: str) -> dict[str, str]:
    """Return the regular forms of a verb by kind: "base", "third", "past" and "ing"."""
    out = {"base": verb}
    for form in inflect_verb(verb):
        for kind, ending in (("ing", "ing"), ("past", "d"), ("third", "s")):
            if form.endswith(ending):
                out.setdefault(kind, form)
    return out


def move_unknown_words(
    words: list[str], vectors: np.ndarray, net: WordNet, vocabulary: frozenset[str]
) -> tuple[list[str], np.ndarray, dict[str, str]]:
    """Move the vectors of words outside the vocabulary towards related words in it, and add new words.

    Parameters
    ----------
    words : list of str
        Words of the table.
    vectors : (N, D) int8
        Their vectors.
    net : WordNet
        Relations between words.
    vocabulary : set of str
        Words of the training sentences.

    Returns
    -------
    words, vectors : as given, with new rows at the end
    targets : dict of str
        The word whose vector each unknown word was moved to.
    """
    index = {w: i for i, w in enumerate(words)}
    rows = vectors.astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    bases = {net.irregular_bases.get(w, w) for w in vocabulary}
    bases |= {
        lemma for part, lemma in net.senses if part == "verb" and set(verb_forms(lemma).values()) & vocabulary
    }
    known = frozenset(b for b in bases if b in index)
    content = rows[[index[w] for w in sorted(vocabulary) if w in index and w not in _VAGUE_WORDS]]
    targets: dict[str, str] = {}
    for part, lemma in net.senses:
        if part == "noun":
            if lemma not in vocabulary and net.is_person(lemma) and ("verb", lemma) not in net.senses:
                targets.setdefault(lemma, "person")
                targets.setdefault(lemma + "s", "people")
            continue
        is_mostly_noun = net.tagged_senses.get(("noun", lemma), 0) > net.tagged_senses.get(("verb", lemma), 0)
        if part == "verb" and (lemma in known or is_mostly_noun):
            continue
        target = net.find_related(
            part, lemma, known if part == "verb" else frozenset(w for w in vocabulary if w in index)
        )
        if target is None:
            continue
        if part != "verb":
            targets.setdefault(lemma, target)
            continue
        target_forms = verb_forms(target)
        for kind, form in verb_forms(lemma).items():
            related = target_forms.get(kind, target)
            targets[form] = related if related in index else target
    added, extra = [], []
    for word, related in targets.items():
        if word in vocabulary or related not in index:
            continue
        vector = rows[index[related]].copy()
        if (
            word in index
            and related != "person"
            and float((content @ rows[index[word]]).max()) >= _NEAR_COSINE
        ):
            continue
        if word in index:
            rows[index[word]] = _OWN_WEIGHT * rows[index[word]] + (1 - _OWN_WEIGHT) * vector
        else:
            added.append(word)
            extra.append(vector)
    rows = np.concatenate([rows, np.array(extra)]) if extra else rows
    return words + added, quantise_rows(rows), {w: t for w, t in targets.items() if w not in vocabulary}


def main(argv: list[str] | None = None) -> None:
    """Add WordNet's relations to words.npz for the vocabulary of a checkpoint."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("--words", type=Path, required=True, help="words.npz of text_vectors")
    parser.add_argument("--checkpoint", type=Path, required=True, help="its learned words are the vocabulary")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    import torch

    learned = frozenset(torch.load(args.checkpoint, weights_only=True, map_location="cpu")["learned"])
    with np.load(args.words, allow_pickle=False) as z:
        words, vectors = bytes(z["words"]).decode("utf-8").split("\n"), z["vectors"]
    words, vectors, targets = move_unknown_words(words, vectors, WordNet.read(args.wordnet), learned)
    write_vectors(args.out, words, vectors)
    print(f"{len(targets)} words moved to {len(set(targets.values()))} related ones, {len(words)} in all")
    for word in (
        "ambles",
        "lunge",
        "sprints",
        "pivots",
        "onward",
        "vaults",
        "boogie",
        "hero",
        "loiter",
        "lashes",
    ):
        print(f"  {word}: {targets.get(word)}")


if __name__ == "__main__":
    main()
