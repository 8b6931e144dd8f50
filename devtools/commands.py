# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of ``dev.py``: one sub-command for each task that the README lists."""

from __future__ import annotations

import argparse
from pathlib import Path

from .env.console import CommandError, print_line
from .env.environments import BLENDERS, ROOT
from .env.wheels import WHEELS
from .testing.window.install import SUITES

_BENCH_PARTS = [
    "model", "bake", "enable", "start", "scale", "checkpoints", "onnx", "batch", "ardy", "ardy-length", "original",
    "fbx",
]  # fmt: skip

_WINDOW_PARTS = ["generation", "freezes", "live", "jobs", "day", "ardy"]


def main(arguments: list[str]) -> int:
    """Run one sub-command and return its exit status."""
    parsed = _build_parser().parse_args(arguments)
    try:
        status: int = parsed.run(parsed)
    except CommandError as error:
        print_line(f"dev.py {parsed.command}: {error}")
        return 1
    except KeyboardInterrupt:
        print_line("stopped")
        return 130
    return status


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py", description="Build, try, test, train and measure Kinescribe."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="from a prompt to a .blend, pictures and a film, in Blender")
    demo.add_argument("prompt", help='for example "a person walks forward and waves"')
    demo.add_argument("--seconds", type=float, default=4.0)
    demo.add_argument("--seed", type=int, default=1)
    _add_out_option(demo, "demo")
    _add_blender_option(demo, "4.5")
    demo.set_defaults(run=_run_demo)

    test = commands.add_parser("test", help="all tests and checks, or some of them")
    test.add_argument("suites", nargs="*", choices=["lint", "unit", "blender", "gui", []], metavar="SUITE",
                      help="lint, unit, blender, gui (default: all)")  # fmt: skip
    _add_blenders_option(test)
    test.add_argument("-k", dest="expression", help="only tests whose names match, as pytest's -k")
    test.add_argument("--jobs", type=int, default=2, help="test processes at a time (default 2)")
    test.set_defaults(run=_run_tests)

    build = commands.add_parser("build", help="the extension's zip, by Blender's own tool")
    build.add_argument(
        "--platforms", nargs="*", choices=[*WHEELS, []], metavar="PLATFORM",
        help=f"also a zip with OpenBLAS for each of {', '.join(WHEELS)} (default: all of them)",
    )  # fmt: skip
    _add_out_option(build, "dist")
    build.set_defaults(run=_run_build)

    train = commands.add_parser("train", help="make the embedded model's weights from recordings")
    train.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="default: ../shared/data"
    )
    train.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"),
                       help="WordNet's dict folder (default: %(default)s)")  # fmt: skip
    train.add_argument("--minutes", type=float, default=75.0, help="of training (default: %(default)g)")
    train.add_argument("--start", type=Path, help="weights to start from, such as the extension's own")
    train.add_argument("--device", default="cpu", help="cpu (the default) or cuda")
    train.add_argument("--install", action="store_true", help="also put the weights into the extension")
    _add_out_option(train, "train")
    train.set_defaults(run=_run_training)

    evaluate = commands.add_parser(
        "evaluate", help="check the embedded model's motions with kinematic predicates"
    )
    evaluate.add_argument("--weights", type=Path, help="folder of other weights than the extension's")
    evaluate.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data",
                          help="recordings that check the predicates themselves (default: ../shared/data)")  # fmt: skip
    evaluate.add_argument("--seeds", type=int, default=3)
    evaluate.add_argument("--sheets", type=Path, help="folder for contact sheets to look through")
    evaluate.add_argument(
        "--breakdowns", type=Path, help="only compare breakdowns with this file of ones made by hand"
    )
    evaluate.add_argument(
        "--counts",
        action="store_true",
        help="only count claps, waves, jumps, squats, hops and punches, one to five",
    )
    evaluate.add_argument("--card", action="store_true", help="write a summary beside the weights")
    evaluate.add_argument(
        "--ardy", type=Path, nargs=2, metavar=("MODEL", "TEXT"),
        help="judge ARDY instead: the folders of the model and of its text encoder",
    )  # fmt: skip
    _add_out_option(evaluate, "evaluate")
    evaluate.set_defaults(run=_run_evaluation)

    bench = commands.add_parser("bench", help="measure speed and memory, compared with other methods")
    _add_blenders_option(bench)
    bench.add_argument("--part", choices=_BENCH_PARTS, action="append", help="only this part")
    bench.add_argument(
        "--write",
        action="store_true",
        help="put the figures into README.md, docs/scale.md, docs/ardy.md, docs/formats.md and docs/reports",
    )
    bench.add_argument(
        "--prompts",
        type=int,
        default=48,
        help="of the part batch (default: %(default)s; the target is for 500)",
    )
    bench.add_argument(
        "--original", type=Path, metavar="CHECKOUT",
        help="of the part original: a checkout of https://github.com/intsuc/ardy-mini",
    )  # fmt: skip
    _add_out_option(bench, "bench")
    bench.set_defaults(run=_run_benchmarks)

    window = commands.add_parser(
        "window", help="how long a real window freezes from Generate to the keys, and how soon Cancel ends it"
    )
    window.add_argument(
        "--part", choices=_WINDOW_PARTS, action="append",
        help="only this part: generation (light character), freezes (light and heavy ones), live (its ghost), "
        "jobs and day (how many actions each takes), ardy (random weights at its sizes)",
    )  # fmt: skip
    window.add_argument(
        "--suite", choices=list(SUITES), action="append",
        help="only in the windowed Blender of this Debian: "
        + ", ".join(f"{suite} (Blender {version})" for suite, version in SUITES.items()),
    )  # fmt: skip
    window.add_argument("--runs", type=int, default=3, help="in each windowed Blender (default: %(default)s)")
    window.add_argument(
        "--write", action="store_true", help="put the figures into README.md, docs/ardy.md and docs/reports"
    )
    _add_out_option(window, "window")
    window.set_defaults(run=_run_window)

    load = commands.add_parser("load", help="many clients on the server: motions per second, failures")
    load.add_argument("--seconds", type=float, default=60.0, help="of each run (default: %(default)g)")
    load.add_argument("--clients", type=int, default=32)
    load.add_argument(
        "--ray", action="store_true", help="on a Ray cluster of two nodes on this machine instead"
    )
    load.add_argument(
        "--faults",
        action="store_true",
        help="with --ray: try tokens, steps, cancelling and the loss of an ingress",
    )
    _add_out_option(load, "load")
    load.set_defaults(run=_run_load)

    attack = commands.add_parser(
        "attack", help="attack a server of its own on loopback while an innocent client goes on asking"
    )
    attack.add_argument(
        "--attack",
        action="append",
        metavar="NAME",
        help="only this one, as the table names it; may be repeated",
    )
    _add_out_option(attack, "attack")
    attack.set_defaults(run=_run_attacks)

    audit = commands.add_parser(
        "audit", help="known vulnerabilities of the pinned packages (needs a network)"
    )
    audit.set_defaults(run=_run_audit)

    cases = commands.add_parser(
        "cases", help="read a motion file of every kind; say what was assumed; count right, refused and wrong"
    )
    cases.set_defaults(run=_run_cases)

    fuzz = commands.add_parser(
        "fuzz", help="read damaged and hostile motion files: no crash, no hang, no code"
    )
    fuzz.add_argument("--files", type=int, default=100_000, help="how many (default: %(default)s)")
    fuzz.add_argument(
        "--first", type=int, default=0, help="number of the first; other numbers give other files"
    )
    fuzz.add_argument("--jobs", type=int, default=2, help="processes at a time (default: %(default)s)")
    fuzz.add_argument(
        "--part", choices=["damaged", "hostile", "large"], action="append", help="only this part"
    )
    fuzz.add_argument(
        "--resume", action="store_true", help="keep the results of an interrupted run into the same folder"
    )
    fuzz.add_argument(
        "--write", action="store_true", help="put the figures into docs/formats.md and docs/reports"
    )
    _add_out_option(fuzz, "fuzz")
    fuzz.set_defaults(run=_run_fuzz)

    directing = commands.add_parser(
        "directing", help="measure how exactly paths, poses, targets and loops are satisfied"
    )
    directing.add_argument("--seeds", type=int, default=3)
    directing.add_argument(
        "--ardy",
        action="store_true",
        help="measure ARDY with random weights beside the embedded model instead",
    )
    directing.add_argument(
        "--write",
        action="store_true",
        help="put the figures into docs/directing.md (docs/ardy.md) and docs/reports",
    )
    _add_out_option(directing, "directing")
    directing.set_defaults(run=_run_directing)

    rigs = commands.add_parser("rigs", help="measure recognition and retargeting on rigs of every family")
    _add_blender_option(rigs, "4.5")
    rigs.add_argument("--rig", action="append", default=[], help="only this one (may be repeated)")
    rigs.add_argument(
        "--motion", choices=[*_MOTIONS, "ardy"], action="append", default=[],
        help="only this one; ardy: one that ARDY makes with random weights",
    )  # fmt: skip
    rigs.add_argument(
        "--part", choices=["recognise", "measure", "speed"], action="append", help="only this part"
    )
    rigs.add_argument(
        "--sheets", type=Path, metavar="DIR", help="draw a contact sheet of every motion on every rig"
    )
    rigs.add_argument(
        "--write", action="store_true", help="put the figures into docs/rigs.md and docs/reports"
    )
    rigs.add_argument("--from", dest="measured", type=Path, metavar="FILE",
                      help="with --write: take the figures from an earlier run's rigs.json")  # fmt: skip
    _add_out_option(rigs, "rigs")
    rigs.set_defaults(run=_run_rigs)

    mutants = commands.add_parser(
        "mutants", help="change one expression at a time: does a test fail each time?"
    )
    mutants.set_defaults(run=_run_mutants)

    figures = commands.add_parser("figures", help="count names, parameters, arrows and errors in the code")
    figures.set_defaults(run=_run_figures)

    sheet = commands.add_parser("sheet", help="a contact sheet of a motion on a rig, beside its source")
    sheet.add_argument("motion", help=f"{', '.join(_MOTIONS)}, or a .npz or .bvh file")
    sheet.add_argument("rig", help="a rig of `dev.py rigs`, or a .blend, .glb or .fbx file")
    sheet.add_argument("-o", "--output", type=Path, default=ROOT / "out" / "sheet.png", metavar="FILE")
    _add_blender_option(sheet, "4.5")
    sheet.set_defaults(run=_run_sheet)
    return parser


_MOTIONS = ("walk", "run", "jump", "turn", "kick", "dance", "sit")


def _add_out_option(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument(
        "--out", type=Path, default=ROOT / "out" / name, metavar="DIR", help=f"default: out/{name}"
    )


def _add_blender_option(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument("--blender", choices=sorted(BLENDERS), default=default, help=f"default: {default}")


def _add_blenders_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--blender", choices=sorted(BLENDERS), action="append", help="only this one (may be repeated)"
    )


def _run_demo(parsed: argparse.Namespace) -> int:
    from .bench.demo import make_demo

    return make_demo(parsed.prompt, parsed.seconds, parsed.seed, parsed.out.resolve(), parsed.blender)


def _run_tests(parsed: argparse.Namespace) -> int:
    from .env.checks import run_suites

    return run_suites(parsed.suites or ["lint", "unit", "blender", "gui"], parsed.blender or sorted(BLENDERS),
                 parsed.expression, parsed.jobs)  # fmt: skip


def _run_load(parsed: argparse.Namespace) -> int:
    from .bench.load import measure_load, measure_ray_cluster, try_ray_faults

    if parsed.ray and parsed.faults:
        return try_ray_faults(parsed.out.resolve())
    return (measure_ray_cluster if parsed.ray else measure_load)(
        parsed.out.resolve(), parsed.seconds, parsed.clients
    )


def _run_build(parsed: argparse.Namespace) -> int:
    from .env.package import build_platform_zips, build_zip, copy_licences, read_manifest
    from .env.sbom import write_bill_of_materials

    paths = [build_zip(parsed.out.resolve())]
    if parsed.platforms is not None:
        paths += build_platform_zips(parsed.out.resolve(), parsed.platforms or list(WHEELS))
    version = str(read_manifest()["version"])
    for path in paths:
        print_line(
            f"{path} ({path.stat().st_size / 1e6:.1f} MB), {write_bill_of_materials(path, version).name}"
        )
    for path in copy_licences(parsed.out.resolve()):
        print_line(str(path))
    return 0


def _run_training(parsed: argparse.Namespace) -> int:
    from .training import train_weights

    further = ["--device", parsed.device, *(["--start", parsed.start.resolve()] if parsed.start else [])]
    return train_weights(
        parsed.data, parsed.wordnet, parsed.out.resolve(), parsed.minutes, parsed.install, further
    )


def _run_evaluation(parsed: argparse.Namespace) -> int:
    from .training import evaluate_weights, run_training_module

    if parsed.breakdowns:
        return run_training_module("evaluation.breakdown_score", [parsed.breakdowns.resolve(), "--rows"])
    if parsed.counts:
        weights: list[object] = ["--weights", parsed.weights.resolve()] if parsed.weights else []
        return run_training_module("evaluation.counts", ["--seeds", parsed.seeds, *weights])
    if parsed.ardy:
        folders = [folder.resolve() for folder in parsed.ardy]
        arguments: list[object] = ["--out", parsed.out.resolve(), "--seeds", parsed.seeds, "--ardy", *folders]
        if parsed.sheets:
            arguments += ["--sheets", parsed.sheets.resolve()]
        return run_training_module("evaluation.evaluate", arguments)
    return evaluate_weights(
        parsed.out.resolve(), parsed.data, parsed.weights, parsed.seeds, parsed.sheets, parsed.card
    )


def _run_benchmarks(parsed: argparse.Namespace) -> int:
    from .bench.bench import run_benchmarks

    return run_benchmarks(
        parsed.out.resolve(),
        parsed.blender or sorted(BLENDERS),
        parsed.part or _BENCH_PARTS,
        parsed.write,
        parsed.prompts,
        parsed.original,
    )


def _run_window(parsed: argparse.Namespace) -> int:
    from .bench.ardy_bench import measure_ardy_window
    from .bench.day_jobs import measure_day
    from .bench.freezes import measure_freezes
    from .bench.job_actions import count_actions
    from .bench.live_window import measure_live
    from .bench.window import measure_window

    parts, suites = parsed.part or _WINDOW_PARTS, parsed.suite or list(SUITES)
    if "generation" in parts:
        measure_window(parsed.out.resolve(), parsed.runs, suites, parsed.write)
    if "freezes" in parts:
        measure_freezes(parsed.out.resolve(), suites, parsed.write)
    if "live" in parts:
        measure_live(parsed.out.resolve(), suites, parsed.write)
    if "jobs" in parts:
        count_actions(parsed.out.resolve(), suites, parsed.write)
    if "day" in parts:
        measure_day(parsed.out.resolve(), suites, parsed.write)
    if "ardy" in parts:
        measure_ardy_window(parsed.out.resolve(), suites, parsed.write)
    return 0


def _run_attacks(parsed: argparse.Namespace) -> int:
    from .bench.attack import ATTACKS, run_attacks

    names = parsed.attack or list(ATTACKS)
    if unknown := [name for name in names if name not in ATTACKS]:
        raise CommandError(f"no attack is called {unknown[0]}: {', '.join(ATTACKS)}")
    return run_attacks(parsed.out.resolve(), names)


def _run_audit(_parsed: argparse.Namespace) -> int:
    from .env.audit import audit_packages

    return audit_packages()


def _run_cases(_parsed: argparse.Namespace) -> int:
    import subprocess

    from .env.environments import ensure_environment

    command = [
        ensure_environment("unit"),
        "-m",
        "devtools.testing.run_cases",
        ROOT.parent / "shared" / "cases",
    ]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _run_fuzz(parsed: argparse.Namespace) -> int:
    from .fuzz.fuzz import PARTS, run_fuzz

    return run_fuzz(parsed.out.resolve(), parsed.files, parsed.first, parsed.jobs, parsed.part or PARTS,
                parsed.resume, parsed.write)  # fmt: skip


def _run_directing(parsed: argparse.Namespace) -> int:
    from .bench.directing import measure_ardy_directing, measure_directing

    if parsed.ardy:
        return measure_ardy_directing(parsed.out.resolve(), parsed.seeds, parsed.write)
    return measure_directing(parsed.out.resolve(), parsed.seeds, parsed.write)


def _run_rigs(parsed: argparse.Namespace) -> int:
    from .rigs.command import PARTS, measure_rigs, write_page_from

    if parsed.measured and parsed.write:
        return write_page_from(parsed.measured)
    return measure_rigs(parsed.out.resolve(), [parsed.blender], parsed.rig, parsed.motion, parsed.part or list(PARTS),
                parsed.sheets, parsed.write)  # fmt: skip


def _run_mutants(parsed: argparse.Namespace) -> int:
    from .testing.mutants import run_mutants

    return run_mutants()


def _run_figures(parsed: argparse.Namespace) -> int:
    from .env.code_figures import print_figures

    return print_figures()


def _run_sheet(parsed: argparse.Namespace) -> int:
    from .rigs.command import draw_sheet

    return draw_sheet(parsed.motion, parsed.rig, parsed.output.resolve(), parsed.blender)
