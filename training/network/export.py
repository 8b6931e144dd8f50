# SPDX-License-Identifier: GPL-3.0-or-later
"""Export a training checkpoint as the weights that are shipped with the extension."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch

from ...inference.embedded.weights import FORMAT_VERSION, WEIGHTS_FOLDER, write_parameters
from .model import Denoiser, NetworkConfig
from .train import read_statistics

REFERENCE_FILE = Path(__file__).resolve().parents[2] / "tests" / "unit" / "embedded_reference.npz"
LICENCE = "GPL-3.0-or-later; trained on recordings and word vectors listed in CREDITS.md"


def state_to_arrays(state: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """Return parameters by name as NumPy arrays, matrices transposed to (in, out)."""
    out = {}
    for name, value in state.items():
        array = value.detach().numpy()
        is_matrix = array.ndim == 2 and name.endswith(".weight") and name != "learned.weight"
        out[name] = np.ascontiguousarray(array.T if is_matrix else array)
    return out


def round_to_half(model: Denoiser) -> Denoiser:
    """Round the parameters of a model to float16, as they are stored; returns the model."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().float())
    return model


def reference_io(model: Denoiser) -> dict[str, np.ndarray]:
    """Return a small input and the output of torch for it, for tests on machines without torch."""
    generator = torch.Generator().manual_seed(7)
    c = model.config
    x = torch.randn(2, 24, c.features, generator=generator)
    static = torch.randn(2, 5, c.static, generator=generator) * 0.1
    ids = torch.tensor([[1, 2, 3, 0, 4], [1, 0, 0, 0, 0]])
    mask = torch.tensor([[True] * 5, [True] + [False] * 4])
    given = torch.randn(2, 24, c.features, generator=generator)
    known = (torch.rand(2, 24, c.features, generator=generator) < 0.3).float()
    with torch.no_grad():
        text = model.encode_text(static, ids, mask)
        y = model(x, torch.full((2,), 0.6), text, mask)
        conditioned = model(x, torch.full((2,), 0.6), text, mask, given, known)
    return {
        "x": x.numpy(),
        "static": static.numpy(),
        "ids": ids.numpy(),
        "mask": mask.numpy(),
        "y": y.numpy(),
        "given": given.numpy(),
        "known": known.numpy(),
        "directed": conditioned.numpy(),
    }


def export_weights(
    checkpoint: Path, words: Path, out: Path, version: str = "0.1", reference_file: Path | None = None
) -> None:
    """Write model.npz, words.npz and card.json of a checkpoint.

    Parameters
    ----------
    checkpoint : Path
        ``checkpoint.pt`` of ``train``.
    words : Path
        Word vectors, words.npz.
    out : Path
        Folder to write to.
    version : str
        Written on the model card.
    reference_file : Path or None
        Where to write input and output for the tests, see ``reference_io``.
    """
    state = torch.load(checkpoint, weights_only=True)
    learned = sorted(state["learned"], key=lambda w: int(state["learned"][w]))
    parameters = {k: v.clone() for k, v in state["mean"].items()}
    # spare rows of the table of learned words were never used
    parameters["learned.weight"] = parameters["learned.weight"][: 2 + len(learned)]
    config = NetworkConfig(**{**state["config"], "vocabulary": 2 + len(learned)})
    model = Denoiser(config).eval()
    model.load_state_dict(parameters)
    arrays = state_to_arrays(round_to_half(model).state_dict())
    if not arrays["given.weight"].any():
        del arrays["given.weight"]  # never trained: the exported network takes no conditions
    mean, std = read_statistics(state)
    arrays |= {"mean": mean, "std": std}
    out.mkdir(parents=True, exist_ok=True)
    write_parameters(out / "model.npz", arrays, learned)
    if reference_file:
        np.savez_compressed(reference_file, **reference_io(model))
    if words.resolve() != (out / "words.npz").resolve():
        shutil.copyfile(words, out / "words.npz")
    card = {
        "format": FORMAT_VERSION, "name": "kinescribe-embedded", "version": version, "licence": LICENCE,
        "config": config.as_dict(), **state["card"], "steps": state["step"],
        "minutes": round(state["spent"] / 60, 1),
    }  # fmt: skip
    (out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def main(argv: list[str] | None = None) -> None:
    """Export a checkpoint and print the size of the result."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--words", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER)
    parser.add_argument("--version", default="0.1")
    parser.add_argument("--reference", type=Path, help="file for the tests' vectors")
    args = parser.parse_args(argv)
    target = args.reference or (REFERENCE_FILE if args.out == WEIGHTS_FOLDER else None)
    export_weights(args.checkpoint, args.words, args.out, args.version, target)
    print(f"{sum(f.stat().st_size for f in args.out.iterdir()) / 1e6:.1f} MB in {args.out}")


if __name__ == "__main__":
    main()
