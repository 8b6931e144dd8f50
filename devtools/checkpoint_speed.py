# SPDX-License-Identifier: GPL-3.0-or-later
"""A script for the environment with torch: our sampling loop beside the usual one, in turn, at the published size.

The usual one runs ``torch.nn``'s transformer twice a step, with and without text, as the original's loop does. Weights
are random; steps, guidance and noise are the same for both. The last line of the output is JSON.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

ROOT = Path(__file__).resolve().parent.parent
FRAMES, WIDTH, LAYERS, GUIDANCE = 196, 512, 8, 2.5
ARGUMENTS = {"arch": "trans_enc", "layers": LAYERS, "latent_dim": WIDTH, "diffusion_steps": 50}


class Usual(torch.nn.Module):
    """The encoder by ``torch.nn``, named as its tensors are."""

    def __init__(self) -> None:
        super().__init__()
        layer = torch.nn.TransformerEncoderLayer(WIDTH, 4, 1024, 0.1, "gelu")
        self.seqTransEncoder = torch.nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
        self.input_process = torch.nn.ModuleDict({"poseEmbedding": torch.nn.Linear(263, WIDTH)})
        self.output_process = torch.nn.ModuleDict({"poseFinal": torch.nn.Linear(WIDTH, 263)})
        two = [torch.nn.Linear(WIDTH, WIDTH), torch.nn.SiLU(), torch.nn.Linear(WIDTH, WIDTH)]
        self.embed_timestep = torch.nn.ModuleDict({"time_embed": torch.nn.Sequential(*two)})
        self.embed_text = torch.nn.Linear(512, WIDTH)

    def forward(self, x: torch.Tensor, at: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        """x (T, 1, 263), the timestep's row of ``table``, and text (1, 1, 512) to the clean motion."""
        token = self.embed_text(text) + self.embed_timestep["time_embed"](at)
        sequence = torch.cat([token, self.input_process["poseEmbedding"](x)])
        out = self.seqTransEncoder(sequence + self.table[: len(sequence), None])
        return self.output_process["poseFinal"](out[1:])


def usual_loop(model: Usual, plan: Any, init: torch.Tensor, noise: torch.Tensor, text: torch.Tensor) -> Any:
    """DDPM with guidance, two passes a step; (1, 263, 1, T)."""
    x = init[0, :, 0].T[:, None]
    for done, i in enumerate(range(len(plan) - 1, -1, -1)):
        with_text, without = (model(x, model.table[i], t) for t in (text, torch.zeros_like(text)))
        clean = without + GUIDANCE * (with_text - without)
        x = float(plan.x0_share[i]) * clean + float(plan.x_share[i]) * x
        if i:
            x = x + float(plan.deviation[i]) * noise[done][0, :, 0].T[:, None]
    return x[:, 0].T[None, :, None].numpy()


def main(rounds: int) -> None:
    """Print what was measured."""
    torch.set_num_threads(2)
    torch.manual_seed(0)
    spec = importlib.util.spec_from_file_location(
        "kinescribe", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["kinescribe"] = package
    spec.loader.exec_module(package)
    from kinescribe.inference.checkpoints import load_checkpoint
    from kinescribe.inference.checkpoints.schedule import schedule

    usual = Usual().eval()
    with tempfile.TemporaryDirectory(prefix="kinescribe-") as scratch:
        folder = Path(scratch)
        torch.save(usual.state_dict(), folder / "model0.pt")
        (folder / "args.json").write_text(json.dumps(ARGUMENTS), encoding="utf-8")
        ours = load_checkpoint(folder, device="cpu")
    usual.table = ours._network._positions(1000)
    init, text = torch.randn(1, 263, 1, FRAMES), torch.randn(1, 1, 512)
    noise = torch.randn(50, 1, 263, 1, FRAMES)
    plan = schedule("cosine", 50)
    seconds: dict[str, list[float]] = {"usual": [], "ours": [], "ours, 10 steps": []}
    few = {"sampler": "dpm++", "respacing": "logsnr10"}
    apart = 0.0
    ours.denoise(init, 0, text, guidance=GUIDANCE)
    for _ in range(rounds):
        begun = time.perf_counter()
        with torch.no_grad():
            wanted = usual_loop(usual, plan, init, noise, text)
        seconds["usual"].append(time.perf_counter() - begun)
        for name, options in (("ours", {}), ("ours, 10 steps", few)):
            begun = time.perf_counter()
            found = ours.sample(init, noise, text, guidance=GUIDANCE, **options)
            seconds[name].append(time.perf_counter() - begun)
            if name == "ours":
                apart = max(apart, float(np.abs(found - wanted).max()))
    ratios = [a / b for a, b in zip(seconds["usual"], seconds["ours"], strict=True)]
    print(
        json.dumps(
            {"seconds": seconds, "times_as_fast": float(np.median(ratios)), "largest_difference": apart}
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
