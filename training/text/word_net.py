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

from .text_vectors import inflected, quantised, write

_PARTS = ("verb", "noun", "adj", "adv")
_MOVING = frozenset({"29", "33", "35", "38"})  # lexicographer files: body, competition, contact, motion
_PERSON = "00007846"
# too general to be of use, or not an action
_VAGUE = frozenset(
    "move go do make have get be perform act take give come hold keep put set use change travel say let see show work "
    "bring start end begin finish one two three no not all both body right left way".split()
)
_OWN = 0.25
_NEAR = 0.6  # cosine to a word of the training sentences from which the encoder's own vector is trusted


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
    above: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    kind: dict[tuple[str, str], str] = field(default_factory=dict)
    irregular: dict[str, str] = field(default_factory=dict)
    used: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> WordNet:
        """Read index.*, data.* and verb.exc of a ``dict`` folder."""
        net = cls()
        for part in _PARTS:
            for line in (folder / f"index.{part}").read_text(encoding="latin-1").splitlines():
                f = line.split()
                if not line.startswith(" ") and re.fullmatch(r"[a-z]{2,16}", f[0]):
                    net.senses[part, f[0]] = f[6 + int(f[3]) :]
                    net.used[part, f[0]] = int(f[5 + int(f[3])])
            for line in (folder / f"data.{part}").read_text(encoding="latin-1").splitlines():
                if line.startswith(" "):
                    continue
                f = line.split(" | ")[0].split()
                count = int(f[3], 16)
                key = (part, f[0])
                net.kind[key] = f[1]
                net.lemmas[key] = [w.lower() for w in f[4 : 4 + 2 * count : 2]]
                rest = f[4 + 2 * count :]
                pointers = [rest[1 + 4 * i : 5 + 4 * i] for i in range(int(rest[0]))]
                net.above[key] = [p[1] for p in pointers if p[0] in ("@", "@i", "&") and len(p) == 4]
        for line in (folder / "verb.exc").read_text(encoding="latin-1").splitlines():
            form, base = line.split()[:2]
            net.irregular[form] = base
        return net

    def is_person(self, lemma: str) -> bool:
        """Return whether the most usual sense of a noun is a kind of person."""
        todo = [(s, 0) for s in self.senses.get(("noun", lemma), [])[:1]]
        while todo:
            offset, depth = todo.pop()
            if offset == _PERSON:
                return True
            if depth < 10:
                todo += [(s, depth + 1) for s in self.above.get(("noun", offset), [])]
        return False

    def target(self, part: str, lemma: str, known: frozenset[str]) -> str | None:
        """Return the nearest synonym or more general word of ``lemma`` among ``known``, or None if none is near."""
        best, found = 0.1, None
        for rank, sense in enumerate(self.senses.get((part, lemma), [])[:4]):
            if part == "verb" and self.kind[part, sense] not in _MOVING:
                continue  # not an action of the body (to deliver a speech)
            score = 0.7**rank
            level = [sense]
            for depth in range(3 if part == "verb" else 1):
                for offset in level:
                    for word in self.lemmas.get((part, offset), []):
                        if (
                            word != lemma
                            and word in known
                            and word not in _VAGUE
                            and score * 0.6**depth > best
                        ):
                            best, found = score * 0.6**depth, word
                level = [up for offset in level for up in self.above.get((part, offset), [])]
        return found


def forms(verb: str) -> dict[str, str]:
    """Return the regular forms of a verb by kind: "base", "third", "past" and "ing"."""
    out = {"base": verb}
    for form in inflected(verb):
        for kind, ending in (("ing", "ing"), ("past", "d"), ("third", "s")):
            if form.endswith(ending):
                out.setdefault(kind, form)
    return out


def enriched(
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
    bases = {net.irregular.get(w, w) for w in vocabulary}
    bases |= {
        lemma for part, lemma in net.senses if part == "verb" and set(forms(lemma).values()) & vocabulary
    }
    known = frozenset(b for b in bases if b in index)
    content = rows[[index[w] for w in sorted(vocabulary) if w in index and w not in _VAGUE]]
    went: dict[str, str] = {}
    for part, lemma in net.senses:
        if part == "noun":
            if lemma not in vocabulary and net.is_person(lemma) and ("verb", lemma) not in net.senses:
                went.setdefault(lemma, "person")
                went.setdefault(lemma + "s", "people")
            continue
        rather_noun = net.used.get(("noun", lemma), 0) > net.used.get(("verb", lemma), 0)
        if part == "verb" and (lemma in known or rather_noun):
            continue
        target = net.target(
            part, lemma, known if part == "verb" else frozenset(w for w in vocabulary if w in index)
        )
        if target is None:
            continue
        if part != "verb":
            went.setdefault(lemma, target)
            continue
        theirs = forms(target)
        for kind, form in forms(lemma).items():
            there = theirs.get(kind, target)
            went[form] = there if there in index else target
    added, extra = [], []
    for word, there in went.items():
        if word in vocabulary or there not in index:
            continue
        goal = rows[index[there]].copy()
        if word in index and there != "person" and float((content @ rows[index[word]]).max()) >= _NEAR:
            continue
        if word in index:
            rows[index[word]] = _OWN * rows[index[word]] + (1 - _OWN) * goal
        else:
            added.append(word)
            extra.append(goal)
    rows = np.concatenate([rows, np.array(extra)]) if extra else rows
    return words + added, quantised(rows), {w: t for w, t in went.items() if w not in vocabulary}


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
    words, vectors, went = enriched(words, vectors, WordNet.read(args.wordnet), learned)
    write(args.out, words, vectors)
    print(f"{len(went)} words moved to {len(set(went.values()))} related ones, {len(words)} in all")
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
        print(f"  {word}: {went.get(word)}")


if __name__ == "__main__":
    main()
