# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that training never saw are replaced by trained ones, with a WordNet of a few lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kinescribe.training.text.text_vectors import inflect_verb
from kinescribe.training.text.word_net import WordNet, move_unknown_words

# lemma pos senses pointers (symbols) senses tagged offsets
_INDEX = {
    "verb": ["amble v 1 1 @ 1 0 00000002", "walk v 1 0 1 1 00000001", "deliver v 1 1 @ 1 1 00000004"],
    "noun": ["hero n 1 1 @ 1 1 00000011", "table n 1 0 1 1 00000012"],
    "adj": [],
    "adv": ["onward r 1 0 1 0 00000021"],
}
# offset file kind words(hex) word id ... pointers | gloss; file 38 is motion, 32 communication
_DATA = {
    "verb": [
        "00000001 38 v 01 walk 0 000 | use one's feet",
        "00000002 38 v 01 amble 0 001 @ 00000001 v 0000 | walk leisurely",
        "00000003 32 v 01 talk 0 000 | speak",
        "00000004 32 v 01 deliver 0 001 @ 00000003 v 0000 | give a speech",
    ],
    "noun": [
        "00007846 03 n 01 person 0 000 | a human being",
        "00000011 18 n 01 hero 0 001 @ 00007846 n 0000 | a brave one",
        "00000012 06 n 01 table 0 000 | furniture",
    ],
    "adj": [],
    "adv": ["00000021 02 r 02 forward 0 onward 0 000 | ahead"],
}
WORDS = ["amble", "deliver", "forward", "person", "table", "talk", "walk", "walking", "walks"]


@pytest.fixture
def net(tmp_path: Path) -> WordNet:
    for part, lines in _INDEX.items():
        (tmp_path / f"index.{part}").write_text("\n".join(["  1 a licence", *lines, ""]), encoding="latin-1")
        (tmp_path / f"data.{part}").write_text(
            "\n".join(["  1 a licence", *_DATA[part], ""]), encoding="latin-1"
        )
    (tmp_path / "verb.exc").write_text("went go\n", encoding="latin-1")
    return WordNet.read(tmp_path)


def test_rare_words_go_to_known_ones_in_the_same_form(net: WordNet) -> None:
    vectors = (127 * np.eye(len(WORDS), 12)).astype(np.int8)
    known = frozenset({"walk", "walks", "walking", "talk", "forward", "person"})
    words, rows, targets = move_unknown_words(WORDS, vectors, net, known)
    assert targets["amble"] == "walk" and targets["ambles"] == "walks" and targets["ambling"] == "walking"
    assert targets["onward"] == "forward" and targets["hero"] == "person"
    assert "deliver" not in targets, "a way of talking is no way of moving"
    unit = rows / np.linalg.norm(rows.astype(float), axis=1, keepdims=True)
    at = {w: unit[i] for i, w in enumerate(words)}
    assert at["ambles"] @ at["walks"] > 0.99 and at["amble"] @ at["walk"] > 0.9
    for word in ("walk", "table", "deliver"):
        np.testing.assert_array_equal(rows[words.index(word)], vectors[WORDS.index(word)])


@pytest.mark.parametrize(
    ("verb", "forms"),
    [("hop", {"hops", "hopped", "hopping"}), ("wave", {"waves", "waved", "waving"}), ("punch", {"punches", "punched"}),
     ("carry", {"carries", "carried", "carrying"}), ("walk", {"walks", "walked", "walking"})],
)  # fmt: skip
def test_verbs_are_inflected(verb: str, forms: set[str]) -> None:
    assert forms <= inflect_verb(verb)
