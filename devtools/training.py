# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py train`` and ``dev.py evaluate``: run the modules of training/ in the environment that has PyTorch."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from .env.console import CommandError, print_line
from .env.environments import ROOT, ensure_environment
from .testing.working_tree import module_command


def train_weights(
    data: Path,
    wordnet: Path,
    out: Path,
    minutes: float,
    install: bool,
    extra_arguments: Sequence[object] = (),
) -> int:
    """Make word vectors and samples, train, and export the weights into ``out/weights``.

    What an earlier run left in ``out`` is used: training goes on from its checkpoint. The samples are made again if the
    recordings or anything in training/ is newer. Raises CommandError if a file is missing or a step fails.

    Parameters
    ----------
    data : Path
        Folder with the recordings, ``motions.npz``.
    wordnet : Path
        WordNet's dict folder.
    out : Path
        Folder for everything that is made.
    minutes : float
        Length of the training.
    install : bool
        Also export the weights into the extension.
    extra_arguments : sequence
        Further command-line arguments of training/network/train.py.
    """
    _require_file(data / "motions.npz", "the recordings: give their folder with --data")
    _require_file(
        wordnet / "index.verb", "WordNet: install Debian's wordnet-base, or give its folder with --wordnet"
    )
    out.mkdir(parents=True, exist_ok=True)
    plain_vectors, word_vectors, checkpoint = (
        out / "words-plain.npz",
        out / "words.npz",
        out / "checkpoint.pt",
    )
    samples = out / "samples.npz"
    if not plain_vectors.is_file():
        _run_step("word vectors", "text.text_vectors", "--wordnet", wordnet, "--out", plain_vectors)
    sources = [data / "motions.npz", *(ROOT / "training").rglob("*")]
    if not samples.is_file() or samples.stat().st_mtime < max(
        f.stat().st_mtime for f in sources if f.is_file()
    ):
        _run_step("samples", "data.sample_cache", "--data", data, "--out", samples)
    _run_step(f"training, {minutes:g} minutes (progress in log.jsonl)", "network.train", "--prepared", samples,
          "--words", plain_vectors, "--out", out, "--minutes", minutes, "--resume", *extra_arguments)  # fmt: skip
    _run_step("words outside the training data", "text.word_net", "--wordnet", wordnet, "--words", plain_vectors,
          "--checkpoint", checkpoint, "--out", word_vectors)  # fmt: skip
    _run_step(
        "export",
        "network.export",
        "--checkpoint",
        checkpoint,
        "--words",
        word_vectors,
        "--out",
        out / "weights",
    )
    if install:
        _run_step(
            "export into the extension", "network.export", "--checkpoint", checkpoint, "--words", word_vectors
        )
    return 0


def evaluate_weights(
    out: Path,
    data: Path,
    weights: Path | None,
    seed_count: int,
    sheets: Path | None = None,
    write_card: bool = False,
) -> int:
    """Print how many motions satisfy their predicates and write ``evaluation.json``; return the exit status.

    Parameters
    ----------
    out : Path
        Folder for ``evaluation.json``.
    data : Path
        Folder with the recordings that the predicates themselves are checked with; without them they are not checked.
    weights : Path, optional
        Folder of other weights than the extension's own.
    seed_count : int
        Motions for each prompt.
    sheets : Path, optional
        Folder for contact sheets.
    write_card : bool
        Also write a summary beside the weights.
    """
    arguments: list[object] = ["--out", out, "--seeds", seed_count]
    if (data / "motions.npz").is_file():
        arguments += ["--data", data]
    else:
        print_line(f"no recordings in {data}: the predicates themselves are not checked")
    if weights:
        arguments += ["--weights", weights]
    if write_card:
        arguments += ["--card"]
    if sheets:
        arguments += ["--sheets", sheets.resolve()]
    return run_training_module("evaluation.evaluate", arguments)


def run_training_module(module: str, arguments: Sequence[object]) -> int:
    """Run the module ``training.<module>`` with some arguments and return its exit status."""
    command = module_command(ensure_environment("train"), f"training.{module}", *arguments)
    return subprocess.run(command, check=False).returncode


def _run_step(name: str, module: str, *arguments: object) -> None:
    print_line(f"{name} ...")
    if run_training_module(module, arguments):
        raise CommandError(f"{name} failed: see the lines above")


def _require_file(path: Path, content: str) -> None:
    if not path.is_file():
        raise CommandError(f"no {path}, which holds {content}")
