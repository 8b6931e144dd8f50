# SPDX-License-Identifier: GPL-3.0-or-later
"""MotionGPT in the worker, over its socket, and in the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from fakes import make_walk
from kinescribe.inference.backend import caption_motion, never_cancelled
from kinescribe.inference.cli import main
from kinescribe.inference.endpoints import EndpointBackend, WorkerEndpoint
from kinescribe.inference.worker import Worker, WorkerOptions
from kinescribe.motion import RequestError, make_text_request
from kinescribe.motion.formats import write_motion

from devtools.testing.working_tree import ROOT

pytest.importorskip("torch", reason="checkpoints need torch: the environment train has it")
pytest.importorskip("transformers", reason="MotionGPT needs transformers: the environment train has it")
pytest.importorskip("motionmcp.server", reason="the MMCP SDK is not installed")

import motiongpt_kit


def test_a_checkpoint_describes_over_the_worker_and_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A small random MotionGPT, served by a process of its own."""
    # as glTF both ways: words of random weights hang on the last digit
    folder = tmp_path / "MotionGPT-base"
    motiongpt_kit.write(folder)
    take, long = make_walk(60, 30.0), make_walk(360, 30.0)
    write_motion(take, tmp_path / "take.glb")
    assert main(["caption", str(tmp_path / "take.glb"), "--checkpoint", str(folder)]) == 0
    by_command = capsys.readouterr().out.splitlines()
    options = WorkerOptions(Path(sys.executable), ROOT, tmp_path / "worker.log", (folder,))
    worker = Worker()
    try:
        place = WorkerEndpoint("local", worker, options)
        models = place.fetch_models(place.connect(never_cancelled), never_cancelled)
        assert {m.id: m.captions for m in models} == {"kinescribe-embedded": False, "MotionGPT-base": True}
        backend = EndpointBackend(place, "MotionGPT-base")
        assert caption_motion(backend, take) == by_command != [""]
        steps: list[tuple[int, int]] = []
        assert len(caption_motion(backend, long, lambda *step: steps.append(step))) == 2
        assert set(steps) <= {(0, 2), (1, 2), (2, 2)}
        with pytest.raises(RequestError, match="half a second"):
            caption_motion(backend, make_walk(10, 30.0))
        (motion,) = backend.generate(make_text_request("a person walks", 2.0, 30.0, seed=2))
        assert len(motion) == 60
    finally:
        worker.stop()
