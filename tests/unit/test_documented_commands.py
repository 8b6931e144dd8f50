# SPDX-License-Identifier: GPL-3.0-or-later
"""Every line of README and docs that is a command is run here, or marked below as not run, with the reason.

What is not run is at least read by the parser that would read it, if that is one of ours: the command and all of its
options exist.
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from kinescribe.inference import cli

from devtools import commands

ROOT = Path(__file__).resolve().parents[2]

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

RUN = (
    'kinescribe generate "a person walks forward" --seconds 4 --seed 1 -o walk.npz',
    "kinescribe convert walk.npz walk.bvh",
    "kinescribe batch jobs.csv -o results",
    "kinescribe batch jobs.jsonl -o results --format bvh --workers 4",
)
"""Run by :func:`test_the_commands_run`, in this order."""

NOT_RUN = {
    r"python dev\.py ": "takes minutes or needs a window; continuous integration runs `dev.py test`",
    r"blender --background .*batch\.py": "run by tests/blender/test_generation.py with the module bpy",
    r"blender --background .*run_batch": "run by tests/blender/test_batch.py with the module bpy",
    r"kinescribe models check ardy": "needs a download; run with a stand-in by test_models_checkup.py",
    r"kinescribe (generate|caption|serve) .*--?checkpoint FOLDER": "needs real weights; test_checkpoints.py makes some",
    r"kinescribe caption .*MotionGPT": "needs real weights; run with small ones by test_checkpoints_captions.py",
    r"kinescribe body ": "needs a licensed body model; run with a made one by test_body_mesh.py",
    r"kinescribe serve": "runs until it is stopped; started by test_serve.py",
    r"KINESCRIBE_TOKEN=\.\.\. (kinescribe/bin/)?kinescribe serve --host 0\.0\.0\.0": "would serve the network",
    r"(.*/)?pip install ": "needs a network; test_cli.py installs the checkout",
    r"python3 -m venv ": "takes a minute and needs a network",
    r"curl ": "the route is asked by test_checkpoints_captions.py",
    r"serve run docs/ray\.yaml": "needs Ray: `python dev.py load --ray`",
    r"podman (build|run) ": "needs Podman; test_container.py reads the Containerfile",
}
"""Patterns of commands that are not run here, and why."""


def list_commands() -> Iterator[tuple[str, str]]:
    """Yield document and command of each line in a block of shell commands, without comments."""
    for path in DOCUMENTS:
        for block in re.findall(
            r"^ *```sh\n(.*?)^ *```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        ):
            joined = re.sub(r"\\\n\s*", "", block)
            for line in joined.splitlines():
                if command := re.sub(r"\s+#.*", "", line).strip():
                    yield path.name, command


def test_every_command_is_run_or_marked() -> None:
    found = list(list_commands())
    assert len(found) > 30
    unknown = [
        (name, command)
        for name, command in found
        if command not in RUN and not any(re.match(pattern, command) for pattern in NOT_RUN)
    ]
    assert unknown == []
    assert set(RUN) <= {command for _, command in found}
    unused = [pattern for pattern in NOT_RUN if not any(re.match(pattern, command) for _, command in found)]
    assert unused == []


@pytest.mark.parametrize("command", sorted({command for _, command in list_commands()}))
def test_options_of_our_commands_exist(command: str) -> None:
    match = re.match(r"(?:KINESCRIBE_TOKEN=\.\.\. )?(?:\S*/)?(kinescribe|python dev\.py) ", command + " ")
    if match is None:
        pytest.skip("a command of somebody else")
    arguments = shlex.split(command[match.end() :])
    parser = cli._build_parser() if match[1] == "kinescribe" else commands._build_parser()
    if "--help" in arguments:
        with pytest.raises(SystemExit) as ended:
            parser.parse_args(arguments)
        assert ended.value.code == 0
    else:
        assert parser.parse_args(arguments).run is not None


def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "batches.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"```\n(prompt,.*?)```", text, re.DOTALL)
    (tmp_path / "jobs.csv").write_text(table.replace(",5,3,", ",1,3,"), encoding="utf-8")
    lines = [
        {"prompt": "a person walks", "seconds": 1},
        {"parts": [{"prompt": "a person waves"}], "seconds": 1},
    ]
    (tmp_path / "jobs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for command in RUN:
        arguments = shlex.split(command)[1:]
        if "--workers" in arguments:
            arguments[-1] = "1"  # processes of this test would import another copy
        assert cli.main(arguments) == 0, command
    assert (tmp_path / "walk.bvh").is_file() and list((tmp_path / "results").glob("*greeting*.npz"))
    assert len(list((tmp_path / "results").glob("*.bvh"))) == 2


def test_each_page_installs_what_its_commands_need() -> None:
    """A page that installs something and runs the server or checkpoints installs those."""
    wrong = []
    for path in DOCUMENTS:
        page = [command for name, command in list_commands() if name == path.name]
        installed = " ".join(command for command in page if "pip install" in command)
        if not installed:
            continue
        for command in page:
            if re.search(r"kinescribe serve", command) and "serve" not in installed:
                wrong.append((path.name, command, "serve"))
            if "--checkpoint" in command and "checkpoints" not in installed and "torch" not in installed:
                wrong.append((path.name, command, "checkpoints"))
    assert wrong == []


def test_hints_install_what_the_extras_name() -> None:
    """Messages name packages, and no name of ours, which nobody has registered on PyPI."""
    from kinescribe.inference.install_hint import EXTRAS

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    assert {name: tuple(extras[name]) for name in EXTRAS} == EXTRAS
    sources = sorted((ROOT / "inference").rglob("*.py"))
    assert not [path.name for path in sources if 'install "kinescribe' in path.read_text(encoding="utf-8")]
