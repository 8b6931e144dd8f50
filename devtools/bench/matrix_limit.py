# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a motion takes the embedded model, and how long its matrix products take by themselves.

The products are those of one generation, of the same shapes and in the same order, on the model's own weights (which
do not fit into a processor's nearest memory: fetching them is part of a product's time). A server that did nothing
else would make a motion in that time; no arrangement of what is around the products beats it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ..env.console import CommandError
from ..env.environments import ROOT

ROUNDS = 15
LONGEST = 20.0
"""Seconds after which no other round begins."""


def limit(
    python: Path, prompts: list[str], seconds: float, batch: int, extra: dict[str, str]
) -> dict[str, float]:
    """See :func:`_measure`; from a process of its own, whose environment also holds ``extra``."""
    command = [str(python), "-m", "devtools.bench.matrix_limit", json.dumps([prompts, seconds, batch])]
    environment = os.environ | extra
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=False, timeout=600
    )
    if done.returncode:
        raise CommandError(f"measuring the matrix products failed with status {done.returncode}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measure(prompts: list[str], seconds: float, batch: int) -> dict[str, float]:
    """Seconds of a motion in passes of ``batch``, of its matrix products alone (medians), and their share.

    With as many threads as the server has.
    """
    import numpy as np

    from kinescribe.inference.backend import Ask
    from kinescribe.inference.embedded import EmbeddedBackend, matmul
    from kinescribe.inference.serve.blas import leave_a_core
    from kinescribe.motion import text_request

    leave_a_core()
    backend = EmbeddedBackend()
    asks = [Ask(text_request(prompts[k % len(prompts)], seconds, 30.0, seed=k)) for k in range(batch)]
    backend.generate_many(asks)
    name = matmul.chosen_path()
    product = matmul.PATHS[name]
    noted: list[tuple[Any, Any]] = []
    blanks: dict[tuple[int, ...], Any] = {}

    def blank(like: Any) -> Any:
        return blanks.setdefault(like.shape, np.ones(like.shape, np.float32))

    def noting(a: Any, b: Any) -> Any:
        # a matrix is a weight, and stays where it is; what is computed on the way is as good as any other
        noted.append((blank(a), b if b.ndim == 2 else blank(b)))
        return product(a, b)

    matmul.PATHS[name] = noting
    backend.generate_many(asks)
    matmul.PATHS[name] = product
    whole, products = [], []
    until = time.monotonic() + LONGEST
    while len(whole) < ROUNDS and (not whole or time.monotonic() < until):
        began = time.perf_counter()
        backend.generate_many(asks)
        between = time.perf_counter()
        for a, b in noted:
            product(a, b)
        products.append(time.perf_counter() - between)
        whole.append(between - began)
    motion, alone = (statistics.median(times) / batch for times in (whole, products))
    return {"motion_s": round(motion, 4), "products_s": round(alone, 4), "share": round(alone / motion, 2)}


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))
    import conftest

    conftest.load_working_tree()
    sys.stdout.write(json.dumps(_measure(*json.loads(sys.argv[1]))))
