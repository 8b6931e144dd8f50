# SPDX-License-Identifier: GPL-3.0-or-later
"""The example prompts of the menu, as the embedded model reads them."""

from __future__ import annotations

import pytest
from kinescribe.inference.embedded import EmbeddedBackend
from kinescribe.inference.embedded.weights import WEIGHTS_FOLDER
from kinescribe.panels.examples import EXAMPLES

PROMPTS = [example for examples in EXAMPLES.values() for example in examples]


def test_no_example_is_offered_twice() -> None:
    assert len({prompt for prompt, _ in PROMPTS}) == len(PROMPTS)


@pytest.mark.skipif(
    not (WEIGHTS_FOLDER / "card.json").is_file(), reason="needs the weights of the embedded model"
)
@pytest.mark.parametrize("prompt, seconds", PROMPTS)
def test_the_model_knows_the_words_and_the_length(prompt: str, seconds: float) -> None:
    backend = EmbeddedBackend()
    able = backend.capabilities()
    assert able.min_seconds <= seconds <= able.max_seconds
    assert backend.rate_prompt(prompt) >= 0.8
