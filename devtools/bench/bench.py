# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench``: model, bake and enabling, measured side by side in one run; a table and a JSON file."""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from ..env import blender
from ..env.console import CommandError, say, table
from ..env.environments import ROOT
from ..env.package import build, manifest
from ..testing.window import install, session
from .checkpoint_bench import checkpoints

PACKAGE = "bl_ext.user_default.kinescribe"
EMPTY = "bl_ext.user_default.kinescribe_empty"


def bench(out: Path, versions: list[str], parts: list[str]) -> int:
    """Measure, print tables, write ``bench.json`` into ``out``; 0 when everything could be measured.

    The part "checkpoints" has a file of its own, ``checkpoints.json``.
    """
    out.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {"machine": machine(), "model": {}, "bake": {}, "enable": {}}
    if "checkpoints" in parts:
        checkpoints(out, found["machine"])
    if not set(parts) - {"checkpoints"}:
        return 0
    with tempfile.TemporaryDirectory(prefix="kinescribe-bench-") as scratch:
        folder = Path(scratch)
        archive, empty = build(folder), _empty_extension(folder)
        for version in versions:
            say(f"Blender {version} (bpy)")
            resources = folder / version
            resources.mkdir()
            blender.run(version, "install", [str(archive), str(empty)], resources)
            for part in ("model", "bake"):
                if part in parts:
                    found[part][version] = blender.run(version, "measure", [part], resources)[-1]
            if "model" in parts:
                found["model"][version]["places"]["one thread"] = _on_one_thread(version, resources)
            if "enable" in parts:
                found["enable"][version] = _enable(version, resources)
        if "model" in parts:
            _windowed(found["model"], archive, folder)
            found["same_request_differs_by_m"] = _farthest(found["model"])
    target = out / "bench.json"
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    text = _report(found)
    (out / "bench.md").write_text(text, encoding="utf-8")
    say(f"\n{text}\n{target}")
    return 0


def _on_one_thread(version: str, resources: Path) -> list[float]:
    """The joint positions that are compared, where the BLAS has one thread."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        places: list[float] = blender.run(version, "measure", ["places"], resources)[-1]["places"]
        return places
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _farthest(model: dict[str, Any]) -> float:
    """Metres between the joints of one request over all Blenders, matrix paths and threads, at most.

    Takes the positions themselves out of what was found.
    """
    rows = [row for one in model.values() for row in one.pop("places", {}).values()]
    return max(max(column) - min(column) for column in zip(*rows, strict=True))


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = platform.processor()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        names = [
            line
            for line in information.read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ]
        model = names[0].partition(":")[2].strip() if names else model
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"system": platform.platform(), "processor": model, "cores": os.cpu_count(), "load_before": load}


def _empty_extension(folder: Path) -> Path:
    """The zip of an extension that does nothing, to compare with."""
    source = folder / "empty"
    source.mkdir()
    text = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8").partition("[permissions]")[0]
    text = text.replace('id = "kinescribe"', 'id = "kinescribe_empty"')
    (source / "blender_manifest.toml").write_text(text, encoding="utf-8")
    nothing = "def register():\n    pass\n\n\ndef unregister():\n    pass\n"
    (source / "__init__.py").write_text(nothing, encoding="utf-8")
    return build(folder / "empty-zip", source)


def _enable(version: str, resources: Path, processes: int = 5) -> dict[str, Any]:
    """Median seconds to enable ours and the empty one, each in ``processes`` fresh processes after one to warm up."""
    times: dict[str, list[float]] = {PACKAGE: [], EMPTY: []}
    heavy: set[str] = set()
    weights: set[str] = set()
    for turn in range(processes + 1):
        for package, seconds in times.items():
            message = blender.run(version, "enable_speed", [package], resources)[-1]
            if turn:
                seconds.append(message["seconds"])
            if package == PACKAGE:
                heavy.update(message["heavy"])
                weights.update(message["weights"])
    ours, empty = (statistics.median(times[package]) for package in (PACKAGE, EMPTY))
    return {
        "ours": ours, "empty": empty, "more": ours - empty, "heavy_imports": sorted(heavy),
        "weights_opened": sorted(weights), "processes": processes,
    }  # fmt: skip


def _windowed(found: dict[str, Any], archive: Path, folder: Path) -> None:
    """The model inside Debian's windowed Blenders, where they have been made; says so where not."""
    for suite in install.SUITES:
        root = install.root_of(suite)
        reason = install.obstacle() or (
            None if (root / "usr/bin/blender").exists() else f"no Blender in {root}"
        )
        if reason:
            say(f"windowed Blender of Debian {suite}: skipped, {reason}")
            continue
        home, scratch, played = (folder / f"{suite}-{name}" for name in ("home", "install", "played"))
        for path in (home, scratch, played):
            path.mkdir()
        try:
            session.install(root, archive, home, scratch)
            result = session.play(root, "model_speed", home, played, 400.0, "1280x800")
        except RuntimeError as error:
            raise CommandError(f"windowed Blender of Debian {suite}: {error}") from error
        if result.status:
            raise CommandError(f"windowed Blender of Debian {suite}: {result.said}")
        say(f"Blender {result.notes['blender']} (window)")
        memory = str(result.screen.get("peak_memory", "")).split()
        peak = float(memory[0]) / 1e3 if memory and memory[-1] == "kB" else None
        found[f"{result.notes['blender']} window"] = {**result.notes, "peak_mb": peak}
        shutil.rmtree(home, ignore_errors=True)


def _report(found: dict[str, Any]) -> str:
    machine = found["machine"]
    head = f"Kinescribe {manifest()['version']} on {machine['processor']}, {machine['cores']} cores"
    if machine["load_before"] is not None and machine["load_before"] > 0.5:
        head += f" (load {machine['load_before']:.1f} before it began: other programs took part of them)"
    blocks = [head]
    if found["model"]:
        rows = []
        for name, one in found["model"].items():
            chosen, paths = one["paths"]["chosen"], one["paths"]
            forced = [f"{paths[p]['warm']:.2f} s at {one['gflops'][p]:.1f}" for p in ("blas", "einsum")]
            memory = f"{one['peak_mb']:.0f} MB" if one.get("peak_mb") else "-"
            calls = [f"{chosen[call]:.2f} s" for call in ("first", "warm")]
            longer = [f"{one[key]:.2f} s" for key in ("ten_seconds", "minute")]
            rows.append([name, one["numpy"], *calls, *longer, one["choice"], *forced, memory])
        heads = ["4-second clip in Blender", "NumPy", "first", "warm", "10 s", "60 s, 12 prompts", "path chosen",
                 "blas, GFLOP/s", "einsum, GFLOP/s", "peak memory"]  # fmt: skip
        blocks.append(table(heads, rows))
        apart = 1e6 * found["same_request_differs_by_m"]
        blocks.append(
            f"One request, over all rows, matrix paths, one and two threads: joints {apart:.0f} µm apart"
        )
    if found["bake"]:
        rows = []
        for name, one in found["bake"].items():
            seconds, keys = one["seconds"], one["keys"]
            baked, inserted, ours = (
                seconds[k] for k in ("constraints_and_nla_bake", "keyframe_insert", "ours")
            )
            rows.append([
                name, *(f"{1e3 * s:.1f} ms, {keys / s / 1e6:.2f} M" for s in (ours, inserted, baked)),
                f"{inserted / ours:.0f} x", f"{baked / ours:.0f} x", f"{1e3 * seconds['apply']:.1f} ms",
            ])  # fmt: skip
        one = next(iter(found["bake"].values()))
        heads = [f"{one['frames']} frames x {one['bones']} bones: time, keys/s", "rig read + retarget + Action",
                 "keyframe_insert", "constraints + nla.bake", "to insert", "to bake", "whole apply"]  # fmt: skip
        blocks.append(table(heads, rows))
    if found["enable"]:
        rows = []
        for name, one in found["enable"].items():
            figures = [f"{1e3 * one[key]:.0f} ms" for key in ("ours", "empty", "more")]
            rows.append(
                [name, *figures, ", ".join(one["heavy_imports"]) or "none", str(len(one["weights_opened"]))]
            )
        heads = [
            "Enabling in Blender",
            "Kinescribe",
            "empty extension",
            "more",
            "heavy imports",
            "weights opened",
        ]
        blocks.append(table(heads, rows))
    return "\n\n".join(blocks) + "\n"
