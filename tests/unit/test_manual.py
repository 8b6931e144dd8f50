# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.env.manual``: every link of the manual leads to a page, a picture and a heading that are there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from devtools.env import environments
from devtools.env.console import CommandError
from devtools.env.manual import FOLDER, INDEX

ROOT = environments.ROOT


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the working tree."""
    try:
        python = environments.ensure_environment(FOLDER)
    except CommandError as error:
        pytest.skip(f"the environment manual can't be made here: {error}")
    target = tmp_path_factory.mktemp("manual")
    command = [str(python), "-m", "devtools.env.manual", str(ROOT), str(target)]
    subprocess.run(command, cwd=ROOT, check=True)
    return target


def test_there_is_a_page_for_each_document(pages: Path) -> None:
    names = {path.stem for path in (ROOT / "docs").glob("*.md")} | {INDEX}
    assert {path.stem for path in pages.glob("*.html")} == names


def test_every_link_leads_somewhere(pages: Path) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in pages.glob("*.html")}
    identifiers = {name: set(re.findall(r'id="([^"]+)"', text)) for name, text in texts.items()}
    wrong = []
    for name, text in texts.items():
        for address in re.findall(r'(?:href|src)="([^"]+)"', text):
            if re.match(r"https?:|mailto:", address):
                continue
            file, _, anchor = address.partition("#")
            target = file or name
            if not (pages / target).is_file() or (anchor and anchor not in identifiers[target]):
                wrong.append(f"{name}: {address}")
    assert not wrong


def test_tables_and_code_are_converted(pages: Path) -> None:
    text = (pages / "batches.html").read_text(encoding="utf-8")
    assert "<table>" in text and "<pre>" in text and "|---|" not in text


def test_pages_of_operators_and_panels_exist(pages: Path) -> None:
    sources = [ROOT / "operators" / "manual.py", *(ROOT / "panels").glob("*.py")]
    named = {
        address
        for path in sources
        for address in re.findall(r'"(\w+\.html(?:#[\w-]+)?)"', path.read_text("utf-8"))
    }
    assert len(named) > 8
    for address in named:
        file, _, anchor = address.partition("#")
        text = (pages / file).read_text(encoding="utf-8")
        assert not anchor or f'id="{anchor}"' in text, address
