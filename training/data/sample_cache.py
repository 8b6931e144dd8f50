# SPDX-License-Identifier: GPL-3.0-or-later
"""Cache of samples encoded as network features: one .npz without pickles."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...inference.embedded.features import encode_features
from .dataset import Sample, build_samples


@dataclass(frozen=True, eq=False)
class EncodedSample:
    """One training example: ``features`` (T, 140) in real units; the other fields are those of ``dataset.Sample``."""

    features: np.ndarray
    sentences: list[str]
    action: str
    weight: float
    loopable: bool
    whole_window: bool


def encode_samples(samples: Sequence[Sample]) -> list[EncodedSample]:
    """Encode the samples of the training split."""
    return [
        EncodedSample(
            encode_features(s.rotations, s.root).astype(np.float32),
            s.sentences,
            s.action,
            s.weight,
            s.loopable,
            s.whole_window,
        )
        for s in samples
        if s.split == "train"
    ]


def write_samples(path: Path, rows: Sequence[EncodedSample]) -> None:
    """Store encoded samples."""
    facts = [[r.sentences, r.action, r.weight, r.loopable, r.whole_window] for r in rows]
    text = np.frombuffer(json.dumps(facts).encode("utf-8"), dtype=np.uint8)
    lengths = np.array([len(r.features) for r in rows])
    with path.open("wb") as file:
        np.savez(file, features=np.concatenate([r.features for r in rows]), lengths=lengths, facts=text)


def read_samples(path: Path) -> list[EncodedSample]:
    """Read samples that :func:`write_samples` stored."""
    with np.load(path, allow_pickle=False) as z:
        parts = np.split(z["features"], np.cumsum(z["lengths"])[:-1])
        facts = json.loads(bytes(z["facts"]).decode("utf-8"))
    return [EncodedSample(x, *row) for x, row in zip(parts, facts, strict=True)]


def main(argv: list[str] | None = None) -> None:
    """Build the training samples from recordings and store them for ``train --prepared``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of motions.npz and clips.json")
    parser.add_argument("--out", type=Path, required=True, help="the .npz to write")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    rows = encode_samples(build_samples(args.data, args.seed))
    write_samples(args.out, rows)
    print(f"{len(rows)} samples, {sum(len(r.features) for r in rows) / 1200:.0f} minutes")


if __name__ == "__main__":
    main()
