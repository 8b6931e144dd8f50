# SPDX-License-Identifier: GPL-3.0-or-later
"""A script for the environment with torch: our sampling loop beside the usual one, in turn, at the published size.

The usual one runs ``torch.nn``'s transformer twice a step, with and without text, as the original's loop does. Weights
are random; steps, guidance, noise, embedded text, precision (float32) and the number of threads are the same for both.
Both warm up first, and in every other round ours comes first. The last line of the output is JSON.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

ROOT = Path(__file__).resolve().parent.parent
FRAMES, WIDTH, LAYERS, STEPS, GUIDANCE = 196, 512, 8, 50, 2.5
THREADS = 2


class Usual(torch.nn.Module):
    """The encoder by ``torch.nn``, named as its tensors are."""

    def __init__(self, width: int = WIDTH, layers: int = LAYERS) -> None:
        super().__init__()
        layer = torch.nn.TransformerEncoderLayer(width, 4, 1024, 0.1, "gelu")
        self.seqTransEncoder = torch.nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.input_process = torch.nn.ModuleDict({"poseEmbedding": torch.nn.Linear(263, width)})
        self.output_process = torch.nn.ModuleDict({"poseFinal": torch.nn.Linear(width, 263)})
        two = [torch.nn.Linear(width, width), torch.nn.SiLU(), torch.nn.Linear(width, width)]
        self.embed_timestep = torch.nn.ModuleDict({"time_embed": torch.nn.Sequential(*two)})
        self.embed_text = torch.nn.Linear(512, width)

    def forward(self, x: torch.Tensor, at: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        """x (T, 1, 263), the timestep's row of ``table``, and text (1, 1, 512) to the clean motion."""
        token = self.embed_text(text) + self.embed_timestep["time_embed"](at)
        sequence = torch.cat([token, self.input_process["poseEmbedding"](x)])
        out = self.seqTransEncoder(sequence + self.table[: len(sequence), None])
        return self.output_process["poseFinal"](out[1:])


def usual_loop(model: Usual, plan: Any, init: torch.Tensor, noise: torch.Tensor, text: torch.Tensor) -> Any:
    """DDPM with guidance, two passes a step; (1, 263, 1, T)."""
    x = init[0, :, 0].T[:, None]
    silence = torch.zeros_like(text)
    with torch.no_grad():
        for done, i in enumerate(range(len(plan) - 1, -1, -1)):
            with_text, without = (model(x, model.table[i], t) for t in (text, silence))
            clean = without + GUIDANCE * (with_text - without)
            x = float(plan.x0_share[i]) * clean + float(plan.x_share[i]) * x
            if i:
                x = x + float(plan.deviation[i]) * noise[done][0, :, 0].T[:, None]
    return x[:, 0].T[None, :, None].numpy()


def load_tree() -> None:
    """Make ``kinescribe`` mean the working tree."""
    if "kinescribe" in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(
        "kinescribe", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["kinescribe"] = package
    spec.loader.exec_module(package)


def both(width: int = WIDTH, layers: int = LAYERS, steps: int = STEPS) -> tuple[Usual, Any]:
    """The usual network and our checkpoint, of the same random weights."""
    from kinescribe.inference.checkpoints import load_checkpoint

    torch.manual_seed(0)
    usual = Usual(width, layers).eval()
    arguments = {"arch": "trans_enc", "layers": layers, "latent_dim": width, "diffusion_steps": steps}
    with tempfile.TemporaryDirectory(prefix="kinescribe-") as scratch:
        folder = Path(scratch)
        torch.save(usual.state_dict(), folder / "model0.pt")
        (folder / "args.json").write_text(json.dumps(arguments), encoding="utf-8")
        ours = load_checkpoint(folder, device="cpu")
    usual.table = ours._network._positions(1000)
    return usual, ours


def measure(rounds: int, frames: int = FRAMES, **size: int) -> dict[str, Any]:
    """Seconds of each loop in each round, and what comes of them."""
    from kinescribe.inference.checkpoints.schedule import schedule

    torch.set_num_threads(THREADS)
    usual, ours = both(**size)
    steps = ours.settings.diffusion_steps
    plan = schedule("cosine", steps)
    init, text = torch.randn(1, 263, 1, frames), torch.randn(1, 1, 512)
    noise = torch.randn(steps, 1, 263, 1, frames)
    few = {"sampler": "dpm++", "respacing": "logsnr10"}
    ways: dict[str, Any] = {
        "usual": lambda: usual_loop(usual, plan, init, noise, text),
        "ours": lambda: ours.sample(init, noise, text, guidance=GUIDANCE),
        "ours, 10 steps": lambda: ours.sample(init, noise, text, guidance=GUIDANCE, **few),
    }
    usual_loop(usual, schedule("cosine", steps, [2]), init, noise, text)
    ours.sample(init, noise, text, guidance=GUIDANCE, respacing=[2])
    load_before = _load()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    apart = 0.0
    for turn in range(rounds):
        found = {}
        for name in list(ways) if turn % 2 == 0 else list(reversed(ways)):
            begun = time.perf_counter()
            found[name] = ways[name]()
            seconds[name].append(time.perf_counter() - begun)
        apart = max(apart, float(np.abs(found["usual"] - found["ours"]).max()))

    def ratio(name: str) -> float:
        return statistics.median(a / b for a, b in zip(seconds["usual"], seconds[name], strict=True))

    return {
        "frames": frames, "width": usual.embed_text.out_features, "layers": len(usual.seqTransEncoder.layers),
        "steps": steps, "guidance": GUIDANCE, "threads": THREADS, "precision": "float32", "torch": torch.__version__,
        "rounds": rounds, "load_before": load_before, "load_after": _load(), "seconds": seconds,
        "median_seconds": {name: statistics.median(times) for name, times in seconds.items()},
        "times_as_fast": ratio("ours"), "times_as_fast_with_10_steps": ratio("ours, 10 steps"),
        "largest_difference": apart,
    }  # fmt: skip


def _load() -> float | None:
    """Programs that ran on average in the last minute: well above ``THREADS``, the figures are not to be relied on."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


if __name__ == "__main__":
    load_tree()
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5)))
