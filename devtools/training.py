# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py train`` and ``dev.py evaluate``: the modules of training/, in the environment that has torch."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from .env.console import CommandError, say
from .env.environments import ROOT, ensure
from .testing.working_tree import module_command


def train(
    data: Path, wordnet: Path, out: Path, minutes: float, install: bool, further: Sequence[object] = ()
) -> int:
    """Word vectors, samples, training, and export into ``out/weights``; what an earlier run left is gone on with.

    The samples are made anew where the recordings or anything in training/ are newer; ``further`` goes to the training.
    """
    _need(data / "motions.npz", "the recordings: name their folder with --data")
    _need(wordnet / "index.verb", "WordNet: install Debian's wordnet-base, or name its folder with --wordnet")
    out.mkdir(parents=True, exist_ok=True)
    plain, words, checkpoint = out / "words-plain.npz", out / "words.npz", out / "checkpoint.pt"
    samples = out / "samples.npz"
    if not plain.is_file():
        _step("word vectors", "text.text_vectors", "--wordnet", wordnet, "--out", plain)
    sources = [data / "motions.npz", *(ROOT / "training").rglob("*")]
    if not samples.is_file() or samples.stat().st_mtime < max(
        f.stat().st_mtime for f in sources if f.is_file()
    ):
        _step("samples", "data.sample_cache", "--data", data, "--out", samples)
    _step(f"training, {minutes:g} minutes (log.jsonl tells how it goes)", "network.train", "--prepared", samples,
          "--words", plain, "--out", out, "--minutes", minutes, "--resume", *further)  # fmt: skip
    _step("words that training never saw", "text.word_net", "--wordnet", wordnet, "--words", plain,
          "--checkpoint", checkpoint, "--out", words)  # fmt: skip
    _step("export", "network.export", "--checkpoint", checkpoint, "--words", words, "--out", out / "weights")
    if install:
        _step("export into the extension", "network.export", "--checkpoint", checkpoint, "--words", words)
    return 0


def evaluate(
    out: Path, data: Path, weights: Path | None, seeds: int, sheets: Path | None = None, card: bool = False
) -> int:
    """Print how many motions pass their predicates and write ``evaluation.json`` into ``out``."""
    arguments: list[object] = ["--out", out, "--seeds", seeds]
    if (data / "motions.npz").is_file():
        arguments += ["--data", data]
    else:
        say(f"no recordings in {data}: the predicates themselves are not judged")
    if weights:
        arguments += ["--weights", weights]
    if card:
        arguments += ["--card"]
    if sheets:
        arguments += ["--sheets", sheets.resolve()]
    return run("evaluation.evaluate", arguments)


def run(module: str, arguments: Sequence[object]) -> int:
    """Run the module ``training.<module>`` with the given arguments; returns its exit status."""
    command = module_command(ensure("train"), f"training.{module}", *arguments)
    return subprocess.run(command, check=False).returncode


def _step(what: str, module: str, *arguments: object) -> None:
    say(f"{what} ...")
    if run(module, arguments):
        raise CommandError(f"{what} failed: see the lines above")


def _need(path: Path, what: str) -> None:
    if not path.is_file():
        raise CommandError(f"no {path}, which holds {what}")
