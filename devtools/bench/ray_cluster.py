# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by ``dev.py load --ray`` in the environment ``ray``: load on a cluster of two nodes."""

from __future__ import annotations

import importlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..env.environments import ROOT
from ..testing.working_tree import load_working_tree
from .load import run_clients

PORT = 8265 + 300


def main(target: Path, seconds: float, client_count: int) -> None:
    """Measure one and two replicas, then two of which one is killed; write the figures to ``target``.

    Parameters
    ----------
    target : Path
        JSON file.
    seconds : float
        Length of each run.
    client_count : int
        Clients that send requests at the same time.
    """
    load_working_tree()
    runs: list[dict[str, Any]] = []
    with running_cluster(PORT) as (ray, serve):
        url = f"http://127.0.0.1:{PORT}"
        for replicas in (1, 2):
            _deploy_replicas(serve, replicas)
            result = run_clients(url, "kinescribe-embedded", seconds, client_count)
            runs.append({"replicas": replicas, "what": "", **result.as_dict()})
        was_killed = threading.Event()

        def kill_replica() -> None:
            time.sleep(seconds / 3)
            ray.kill(find_replica(ray, "Model"), no_restart=True)
            was_killed.set()

        result = run_clients(url, "kinescribe-embedded", seconds, client_count, meanwhile=kill_replica)
        assert was_killed.is_set()
        runs.append({"replicas": 2, "what": ", one killed", **result.as_dict()})
    target.write_text(
        json.dumps({"clients": client_count, "seconds": seconds, "runs": runs}, indent=1) + "\n"
    )


@contextmanager
def running_cluster(port: int) -> Iterator[tuple[Any, Any]]:
    """Context manager: two nodes on this machine with Ray Serve on a port; yields ``ray`` and ``serve``."""
    import ray
    from ray import serve
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    cluster.add_node(num_cpus=2)
    # replicas import the checkout under the name of its package
    variables = {
        "PYTHONPATH": str(link_package_folder()),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    ray.init(address=cluster.address, runtime_env={"env_vars": variables}, log_to_driver=False)
    try:
        serve.start(http_options={"host": "127.0.0.1", "port": port})
        yield ray, serve
    finally:
        serve.shutdown()
        ray.shutdown()
        cluster.shutdown()


def _deploy_replicas(serve: Any, replicas: int) -> None:
    module = importlib.import_module("kinescribe.inference.serve.ray_app")
    application = module.bind_application(
        [module.EMBEDDED], 60.0, "", num_replicas=replicas, ray_actor_options={"num_cpus": 0.5}
    )
    serve.run(application, name="kinescribe", route_prefix="/")


def find_replica(ray: Any, deployment: str) -> Any:
    """Return a running replica of a deployment."""
    from ray.util import list_named_actors

    actors = [a for a in list_named_actors(all_namespaces=True) if f"#{deployment}#" in a["name"]]
    return ray.get_actor(actors[0]["name"], namespace=actors[0]["namespace"])


def link_package_folder() -> Path:
    """Return a folder that contains the checkout under the name ``kinescribe``, for the import path of replicas."""
    folder = ROOT / "out" / "package"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "kinescribe"
    if not link.exists():
        link.symlink_to(ROOT, target_is_directory=True)
    return folder


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
