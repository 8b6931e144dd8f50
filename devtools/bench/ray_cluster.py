# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by ``dev.py load --ray`` in the ``ray`` environment: a cluster of two nodes, load, and a replica that dies."""

from __future__ import annotations

import importlib
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from ..env.environments import ROOT
from ..testing.working_tree import load_working_tree
from .load import press

PORT = 8265 + 300


def main(target: Path, seconds: float, clients: int) -> None:
    """Measure one and two replicas, then two of which one is killed; write the figures."""
    load_working_tree()
    import ray
    from ray import serve
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    cluster.add_node(num_cpus=2)
    # replicas find the working tree as the package it is installed as
    setup = {
        "env_vars": {
            "PYTHONPATH": str(_package_folder()),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
    }
    ray.init(address=cluster.address, runtime_env=setup, log_to_driver=False)
    runs: list[dict[str, Any]] = []
    try:
        serve.start(http_options={"host": "127.0.0.1", "port": PORT})
        url = f"http://127.0.0.1:{PORT}"
        for replicas in (1, 2):
            _deploy(serve, replicas)
            tally = press(url, "kinescribe-embedded", seconds, clients)
            runs.append({"replicas": replicas, "what": "", **tally.as_dict()})
        killed = threading.Event()

        def kill() -> None:
            time.sleep(seconds / 3)
            victim = _replica(ray)
            ray.kill(victim, no_restart=True)
            killed.set()

        tally = press(url, "kinescribe-embedded", seconds, clients, during=kill)
        assert killed.is_set()
        runs.append({"replicas": 2, "what": ", one killed", **tally.as_dict()})
    finally:
        serve.shutdown()
        ray.shutdown()
        cluster.shutdown()
    target.write_text(json.dumps({"clients": clients, "seconds": seconds, "runs": runs}, indent=1) + "\n")


def _deploy(serve: Any, replicas: int) -> None:
    module = importlib.import_module("kinescribe.inference.serve.ray_app")
    model = module.Model.options(num_replicas=replicas, ray_actor_options={"num_cpus": 1})
    serve.run(module.Ingress.bind(model.bind()), name="kinescribe", route_prefix="/")


def _replica(ray: Any) -> Any:
    """A running replica of the model."""
    from ray.util import list_named_actors

    actors = [a for a in list_named_actors(all_namespaces=True) if "#Model#" in a["name"]]
    return ray.get_actor(actors[0]["name"], namespace=actors[0]["namespace"])


def _package_folder() -> Path:
    """A folder in which the working tree is called ``kinescribe``."""
    folder = ROOT / "out" / "package"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "kinescribe"
    if not link.exists():
        link.symlink_to(ROOT, target_is_directory=True)
    return folder


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
