# SPDX-License-Identifier: GPL-3.0-or-later
"""A script for the environment with torch: our sampling loop beside the usual one, in turn, at the published size.

Weights are random; steps, guidance, noise, embedded text, precision (float32) and the number of threads are the same
for both, and both draw their noise from one seed. Both warm up first, and in every other round ours comes first. The
matrix products of a guided loop are timed too, alone: what ours could at best become. Whole loops need an idle machine;
a step's seconds of one core, counted for the thread that computes it, hardly mind what else runs. The last line of the
output is JSON.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .checkpoint_baseline import Usual, conditions, guided, usual_loop

ROOT = Path(__file__).resolve().parents[2]
FRAMES, WIDTH, LAYERS, STEPS, GUIDANCE = 196, 512, 8, 50, 2.5
THREADS = 2
SEED = 5


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


def products(settings: Any, frames: int) -> Callable[[int], None]:
    """Nothing but the matrix products of so many guided steps, as quickly as the processor multiplies them here.

    Both passes at once, each on half of the threads, weights packed, no bias, results thrown away.
    """
    from kinescribe.inference.checkpoints.linear import Linear
    from kinescribe.inference.checkpoints.parallel import side_by_side
    from kinescribe.inference.checkpoints.settings import HEADS

    wide, tokens, head = settings.latent_dim, frames + 1, settings.latent_dim // HEADS
    sizes = [(3 * wide, wide), (wide, wide), (1024, wide), (wide, 1024)] * settings.layers
    weights = [Linear(torch.randn(size), None) for size in [(wide, 263), *sizes, (263, wide)]]

    def one_pass() -> Callable[[], torch.Tensor]:
        given = {n: torch.randn(tokens, n) for n in (263, wide, 1024)}
        query, key, scores = (torch.randn(HEADS, tokens, n) for n in (head, head, tokens))

        def multiply() -> torch.Tensor:
            for weight in weights:
                weight(given[weight.weight.shape[1]])
            for _ in range(settings.layers):
                torch.bmm(query, key.transpose(1, 2))
                torch.bmm(scores, key)
            return scores

        return multiply

    passes = [one_pass(), one_pass()]

    def steps(count: int) -> None:
        with torch.inference_mode(), side_by_side(torch.device("cpu")) as run:
            for _ in range(count):
                if run is None:
                    for multiply in passes:
                        multiply()
                else:
                    run(passes)

    return steps


def on_one_core(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, Any]:
    """Milliseconds of processor time that each way takes on one thread, in turn: the least and the median."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    torch.set_num_threads(1)
    for turn in range(rounds + 1):
        for name, way in ways.items():
            begun = time.thread_time()
            way()
            if turn:
                taken[name].append(1e3 * (time.thread_time() - begun))
    torch.set_num_threads(THREADS)
    return {
        "least_ms": {name: min(times) for name, times in taken.items()},
        "median_ms": {name: statistics.median(times) for name, times in taken.items()},
    }


def measure(rounds: int, frames: int = FRAMES, **size: int) -> dict[str, Any]:
    """Seconds of each loop in each round, and what comes of them."""
    from kinescribe.inference.checkpoints.schedule import schedule

    torch.set_num_threads(THREADS)
    usual, ours = both(**size)
    steps = ours.settings.diffusion_steps
    text = torch.randn(1, 1, 512)
    multiply = products(ours.settings, frames)

    def first() -> torch.Tensor:
        torch.manual_seed(SEED)
        return torch.randn(1, 263, 1, frames)

    def sampled_usually(respacing: Any = None) -> Any:
        return usual_loop(usual, schedule("cosine", steps, respacing), first(), text, GUIDANCE)

    def sampled(respacing: Any = None, sampler: str = "ddpm") -> Any:
        init = first()
        # drawn in the order in which the usual loop's state lies in memory, so that both make the same motion
        later = init[0, :, 0].T.contiguous().T[None, :, None]
        drawn = range(ours.steps(respacing)) if sampler == "ddpm" else ()
        noise = [torch.randn_like(later if number else init).numpy() for number in drawn]
        return ours.sample(
            init,
            np.stack(noise) if noise else None,
            text,
            guidance=GUIDANCE,
            respacing=respacing,
            sampler=sampler,
        )

    x = first()
    y = conditions(x, text, GUIDANCE)
    step: dict[str, Callable[[], Any]] = {
        "usual": lambda: guided(usual, x, torch.tensor([steps // 2]), y),
        "ours": lambda: ours.denoise(x, steps // 2, text, guidance=GUIDANCE),
        "matrix products alone": lambda: multiply(1),
    }
    with torch.no_grad():
        one_core = on_one_core(step, 4 * rounds)
    ways: dict[str, Callable[[], Any]] = {
        "usual": sampled_usually,
        "ours": sampled,
        "ours, 10 steps": lambda: sampled("logsnr10", "dpm++"),
        "matrix products alone": lambda: multiply(steps),
    }
    sampled_usually([2])
    sampled([2])
    multiply(2)
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
        "times_as_fast_were_products_all": ratio("matrix products alone"), "largest_difference": apart,
        "guided_step_on_one_core": one_core,
    }  # fmt: skip


def _load() -> float | None:
    """Programs that ran on average in the last minute: well above ``THREADS``, the figures are not to be relied on."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


if __name__ == "__main__":
    load_tree()
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5)))
