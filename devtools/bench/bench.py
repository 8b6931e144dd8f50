# SPDX-License-Identifier: GPL-3.0-or-later
"""``dev.py bench``: measure model, baking and enabling; write tables and a JSON file."""

from __future__ import annotations

import json
import os
import platform
import statistics
import tempfile
from pathlib import Path
from typing import Any

from ..env import blender
from ..env.console import markdown_table, print_line
from ..env.environments import ROOT
from ..env.package import build_zip, build_zip_for_this_machine, read_manifest
from ..env.report_page import replace_section
from ..testing.window import install
from .batch_bench import measure_batch
from .checkpoint_bench import measure_checkpoints
from .onnx_bench import measure_onnx
from .scale_bench import write_scale
from .start_bench import measure_start
from .windowed_play import play_installed

PACKAGE = "bl_ext.user_default.kinescribe"
_SCALE_BLENDER = "4.5"
EMPTY_PACKAGE = "bl_ext.user_default.kinescribe_empty"
REPORTS = ROOT / "docs" / "reports"
_FIRST_CALLS = 5
"""Fresh processes in which the first clip is measured, in each Blender."""

_MERGED = ("model", "bake", "enable", "start")
"""Parts whose figures stay in the report until they are measured again."""
_SEPARATE = frozenset({"checkpoints", "onnx", "batch", "ardy", "ardy-length", "original"})
"""Parts that need no more than their own module."""


def run_benchmarks(
    out: Path,
    versions: list[str],
    parts: list[str],
    write: bool = False,
    prompt_count: int = 48,
    original: Path | None = None,
) -> int:
    """Measure, print tables and write ``bench.json`` into ``out``. Returns 0 if everything could be measured.

    All parts but "model", "bake", "enable" and "start" write files of their own.

    Parameters
    ----------
    out : Path
        Folder for the results.
    versions : list of str
        Blender versions of the parts "model", "bake", "enable" and "ardy".
    parts : list of str
        What is measured.
    write : bool
        Whether the figures also replace those in the documentation. Parts and versions that were not measured keep
        theirs, if they are from the same processor.
    prompt_count : int
        Prompts of the part "batch".
    original : Path or None
        A checkout of ARDY's own code, of the part "original".
    """
    out.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {"machine": describe_machine(), "model": {}, "bake": {}, "enable": {}}
    if "checkpoints" in parts:
        measure_checkpoints(out, figures["machine"])
    if "onnx" in parts:
        measure_onnx(out, figures["machine"])
    if "batch" in parts:
        measure_batch(out, figures["machine"], prompt_count)
    if "ardy" in parts:
        from .ardy_bench import measure_ardy  # which needs this module itself

        measure_ardy(out, versions, write)
    if "ardy-length" in parts:
        from .ardy_bench import measure_ardy_length

        measure_ardy_length(out, write)
    if "original" in parts:
        from .ardy_original import measure_beside_original  # which needs this module itself

        measure_beside_original(original, out, write)
    if "start" in parts:
        figures["start"] = measure_start()
    if not set(parts) - _SEPARATE:
        return 0
    fbx_rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="kinescribe-bench-") as scratch:
        folder = Path(scratch)
        archive, empty_archive = build_zip_for_this_machine(folder), _build_empty_extension(folder)
        for version in versions:
            print_line(f"Blender {version} (bpy)")
            resources, empty_resources = folder / version, folder / f"{version}-empty"
            for user_folder, installed in ((resources, archive), (empty_resources, empty_archive)):
                user_folder.mkdir()
                blender.run_script(version, "install", [str(installed)], user_folder)
            if "bake" in parts:
                figures["bake"][version] = _measure_bakes(version, resources)
            if "fbx" in parts:
                fbx_rows += _measure_fbx(version, resources)
            if "model" in parts:
                figures["model"][version] = _measure_model(version, resources)
                figures["model"][version]["positions"]["one thread"] = _positions_on_one_thread(
                    version, resources
                )
            if "enable" in parts:
                figures["enable"][version] = _measure_enabling(version, resources, empty_resources)
        if "scale" in parts:
            message = blender.run_script(_SCALE_BLENDER, "measure", ["scale"], folder / _SCALE_BLENDER)[-1]
            write_scale(message, describe_machine_briefly(figures["machine"]), out, write)
        if "model" in parts:
            _measure_windowed(figures["model"], archive, folder)
            figures["same_request_differs_by_m"] = _largest_difference(figures["model"])
    if fbx_rows:
        write_fbx(fbx_rows, write)
    if not set(parts) - {*_SEPARATE, "fbx"}:
        return 0
    target = out / "bench.json"
    _write_report(figures, out)
    print_line(f"\n{_format_report(figures)}\n{target}")
    if write:
        stored = json.loads((REPORTS / "bench.json").read_text(encoding="utf-8"))
        merged = merge_figures(stored, figures)
        _write_report(merged, REPORTS)
        tables = _format_report(merged).partition("\n\n")[2]
        replace_section(ROOT / "README.md", "<!-- bench -->", "<!-- end of bench -->", f"\n{tables}")
    return 0


def _measure_fbx(version: str, resources: Path) -> list[list[str]]:
    """Return rows of a table of the import of FBX files in a version of Blender."""
    rows = blender.run_script(version, "measure", ["fbx"], resources)[-1]["rows"]
    return [
        [
            version, row["file"], f"{row['megabytes']:.1f} MB", f"{row['processor']:.1f} s", f"{row['seconds']:.1f} s",
            f"{row['peak']:.0f} MB", f"{row['frames']:,} frames, the first of {row['motions']}",
        ]
        for row in rows
    ]  # fmt: skip


def write_fbx(rows: list[list[str]], write: bool) -> None:
    """Print the table of the import of FBX files; with ``write`` put it into docs/formats.md too."""
    heads = ["Blender", "FBX file", "size", "processor time", "by the clock", "peak memory", "read"]
    table = markdown_table(heads, rows, 2)
    print_line(f"\n{table}")
    if write:
        replace_section(
            ROOT / "docs" / "formats.md", "<!-- fbx files -->", "<!-- end of fbx files -->", table
        )


def _write_report(figures: dict[str, Any], folder: Path) -> None:
    (folder / "bench.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (folder / "bench.md").write_text(_format_report(figures), encoding="utf-8")


def merge_figures(stored: dict[str, Any], measured: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of a report in which those that were measured now replace the ones before.

    What another processor measured is left out, since figures are compared with one another. The load that is named is
    the highest one before any of the measurements.
    """
    if stored["machine"]["processor"] != measured["machine"]["processor"]:
        return measured
    loads = [report["machine"]["load_before"] or 0.0 for report in (stored, measured)]
    merged = {**stored, **measured, "machine": {**measured["machine"], "load_before": max(loads)}}
    for part in _MERGED:
        merged[part] = {**stored.get(part, {}), **measured.get(part, {})}
    return merged


def _measure_bakes(version: str, resources: Path, run_count: int = 5) -> dict[str, Any]:
    """Measure bakes in several fresh processes; return medians, and how much faster than Blender's own each was."""
    runs = [blender.run_script(version, "measure", ["bake"], resources)[-1] for _ in range(run_count)]
    return {
        **runs[0],
        **{
            group: {name: statistics.median(run[group][name] for run in runs) for name in runs[0][group]}
            for group in ("seconds", "parts")
        },
        "times_nla_bake": [
            run["seconds"]["constraints_and_nla_bake"] / run["seconds"]["ours"] for run in runs
        ],
    }


def _measure_model(version: str, resources: Path) -> dict[str, Any]:
    """Measure the model's speed in a process, and the first call in further ones; return the figures."""
    figures: dict[str, Any] = blender.run_script(version, "measure", ["model"], resources)[-1]
    add_first_calls(
        figures,
        [
            blender.run_script(version, "measure", ["first"], resources)[-1]["seconds"]
            for _ in range(_FIRST_CALLS - 1)
        ],
    )
    return figures


def add_first_calls(figures: dict[str, Any], seconds: list[float]) -> None:
    """Add the first calls of further processes to the figures of a Blender; their median takes the place of the one.

    A single one tells little: what the system does while files are read for the first time weighs as much as they do.
    """
    chosen = figures["paths"]["chosen"]
    figures["first_calls"] = [chosen["first"], *seconds]
    chosen["first"] = statistics.median(figures["first_calls"])


def _positions_on_one_thread(version: str, resources: Path) -> list[float]:
    """Return the joint positions of the compared request, computed with one BLAS thread."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        positions: list[float] = blender.run_script(version, "measure", ["positions"], resources)[-1][
            "positions"
        ]
        return positions
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _largest_difference(model: dict[str, Any]) -> float:
    """Remove the compared joint positions from the figures and return their largest difference in metres.

    They are of one request, over all Blender versions, methods and thread counts.
    """
    rows = [row for figures in model.values() for row in figures.pop("positions", {}).values()]
    return max(max(column) - min(column) for column in zip(*rows, strict=True))


def describe_machine() -> dict[str, Any]:
    """Return what the figures were measured on: system, processor, cores and load."""
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


def describe_machine_briefly(machine: dict[str, Any]) -> str:
    """Return one line: Kinescribe's version, the processor and, if other programs ran, the load."""
    line = f"Kinescribe {read_manifest()['version']} on {machine['processor']}, {machine['cores']} cores"
    if machine["load_before"] is not None and machine["load_before"] > 0.5:
        line += f" (load {machine['load_before']:.1f} before the start: other programs used some of them)"
    return line


def _build_empty_extension(folder: Path) -> Path:
    """Build the zip of an extension that does nothing, as the reference for enabling."""
    source = folder / "empty"
    source.mkdir()
    text = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8").partition("[permissions]")[0]
    text = text.replace('id = "kinescribe"', 'id = "kinescribe_empty"')
    (source / "blender_manifest.toml").write_text(text, encoding="utf-8")
    code = "def register():\n    pass\n\n\ndef unregister():\n    pass\n"
    (source / "__init__.py").write_text(code, encoding="utf-8")
    return build_zip(folder / "empty-zip", source)


def _measure_enabling(
    version: str, resources: Path, empty_resources: Path, process_count: int = 5
) -> dict[str, Any]:
    """Measure the median seconds to enable our extension and the empty one.

    Each is enabled in fresh processes, after one that only unpacks the wheel and warms up the file cache. Each has a
    user folder of its own: where both are installed, enabling the empty one removes the wheel of ours again.

    Parameters
    ----------
    version : str
        Which Blender, such as "4.5".
    resources, empty_resources : Path
        User folders in which the two are installed.
    process_count : int
        Number of processes that are measured, for each of the two.
    """
    times: dict[str, list[float]] = {PACKAGE: [], EMPTY_PACKAGE: []}
    folders = {PACKAGE: resources, EMPTY_PACKAGE: empty_resources}
    heavy: set[str] = set()
    weights: set[str] = set()
    for round_number in range(process_count + 1):
        for package, seconds in times.items():
            message = blender.run_script(version, "enable_speed", [package], folders[package])[-1]
            if round_number:
                seconds.append(message["seconds"])
            if package == PACKAGE:
                heavy.update(message["heavy"])
                weights.update(message["weights"])
    ours, empty = (statistics.median(times[package]) for package in (PACKAGE, EMPTY_PACKAGE))
    return {
        "ours": ours, "empty": empty, "more": ours - empty, "heavy_imports": sorted(heavy),
        "weights_opened": sorted(weights), "processes": process_count,
    }  # fmt: skip


def _measure_windowed(figures: dict[str, Any], archive: Path, folder: Path) -> None:
    """Add the model's speed inside Debian's windowed Blenders, as far as those are installed."""
    for suite in install.SUITES:
        root = install.suite_folder(suite)
        reason = install.find_obstacle() or (
            None if (root / "usr/bin/blender").exists() else f"no Blender in {root}"
        )
        if reason:
            print_line(f"windowed Blender of Debian {suite}: skipped, {reason}")
            continue
        result = play_installed(suite, "model_speed", archive, folder / suite, limit_seconds=400.0)
        print_line(f"Blender {result.notes['blender']} (window)")
        further = [
            play_installed(suite, "first_call", archive, folder / f"{suite}-{n}", limit_seconds=100.0)
            for n in range(1, _FIRST_CALLS)
        ]
        add_first_calls(result.notes, [played.notes["seconds"] for played in further])
        memory = str(result.screen.get("peak_memory", "")).split()
        peak = float(memory[0]) / 1e3 if memory and memory[-1] == "kB" else None
        figures[f"{result.notes['blender']} window"] = {**result.notes, "peak_mb": peak}


def _format_report(all_figures: dict[str, Any]) -> str:
    blocks = [describe_machine_briefly(all_figures["machine"])]
    if all_figures["model"]:
        rows = []
        for name, measured in all_figures["model"].items():
            chosen, paths = measured["paths"]["chosen"], measured["paths"]
            forced = [
                f"{paths[p]['warm']:.2f} s at {measured['gflops'][p]:.1f}" if p in paths else "-"
                for p in ("openblas", "numpy", "einsum")
            ]
            memory = f"{measured['peak_mb']:.0f} MB" if measured.get("peak_mb") else "-"
            calls = [f"{chosen[call]:.2f} s" for call in ("first", "warm")]
            long_clips = [f"{measured[key]:.2f} s" for key in ("ten_seconds", "minute")]
            rows.append([name, measured["numpy"], *calls, *long_clips, measured["choice"], *forced, memory])
        headings = ["4-second clip in Blender", "NumPy", "first", "warm", "10 s", "60 s, 12 prompts", "method",
                 "openblas, GFLOP/s", "numpy, GFLOP/s", "einsum, GFLOP/s", "peak memory"]  # fmt: skip
        blocks.append(markdown_table(headings, rows))
        micrometres = 1e6 * all_figures["same_request_differs_by_m"]
        blocks.append(
            f"One request, over all rows, methods, one and two threads: joints {micrometres:.0f} µm apart"
        )
    if all_figures["bake"]:
        rows = []
        for name, measured in all_figures["bake"].items():
            seconds, keys = measured["seconds"], measured["keys"]
            ratios = measured["times_nla_bake"]
            baked, inserted, ours = (
                seconds[k] for k in ("constraints_and_nla_bake", "keyframe_insert", "ours")
            )
            rows.append([
                name, *(f"{1e3 * s:.1f} ms, {keys / s / 1e6:.2f} M" for s in (ours, inserted, baked)),
                f"{inserted / ours:.0f} x",
                f"{baked / ours:.0f} x ({min(ratios):.0f} to {max(ratios):.0f} in {len(ratios)} runs)",
                f"{1e3 * seconds['apply']:.1f} ms",
            ])  # fmt: skip
        measured = next(iter(all_figures["bake"].values()))
        headings = [f"{measured['frames']} frames x {measured['bones']} bones: time, keys/s",
                 "rig read + retarget + Action", "keyframe_insert", "constraints + nla.bake",
                 "to insert", "to bake", "whole apply"]  # fmt: skip
        blocks.append(markdown_table(headings, rows))
    if all_figures.get("start"):
        rows = [
            [name, f"{1e3 * measured['median']:.0f} ms", f"{1e3 * measured['least']:.0f} ms"]
            for name, measured in all_figures["start"].items()
        ]
        blocks.append(markdown_table(["kinescribe generate, until the first step", "median", "least"], rows))
    if all_figures["enable"]:
        rows = []
        for name, measured in all_figures["enable"].items():
            figures = [f"{1e3 * measured[key]:.0f} ms" for key in ("ours", "empty", "more")]
            rows.append(
                [
                    name,
                    *figures,
                    ", ".join(measured["heavy_imports"]) or "none",
                    str(len(measured["weights_opened"])),
                ]
            )
        headings = [
            "Enabling in Blender",
            "Kinescribe",
            "empty extension",
            "more",
            "heavy imports",
            "weights opened",
        ]
        blocks.append(markdown_table(headings, rows))
    return "\n\n".join(blocks) + "\n"
