# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation as HTML pages, which travel in the zip and open without a network.

Run as a module in the environment "manual", which has the library Markdown.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from .console import CommandError
from .environments import ROOT, ensure_environment

FOLDER = "manual"
"""Folder in the zip."""

INDEX = "index"
"""Page that README.md becomes."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }
nav a { margin-right: 1em; } table { border-collapse: collapse; margin: 1em 0; } img { max-width: 100%; }
th, td { border: 1px solid #ccc; padding: .3em .6em; text-align: left; vertical-align: top; }
code { background: #f2f2f2; padding: 0 .2em; } pre { background: #f2f2f2; padding: .8em; overflow: auto; }
@media (prefers-color-scheme: dark) { body { background: #222; color: #ddd; } code, pre { background: #333; }
th, td { border-color: #555; } a { color: #8bf; } }
"""


def add_manual(archive: Path, source: Path = ROOT) -> None:
    """Add the pages of ``source`` to a zip. Raises CommandError if they can't be made."""
    python = ensure_environment(FOLDER)
    with tempfile.TemporaryDirectory(prefix="kinescribe-manual-") as scratch:
        command = [str(python), "-m", "devtools.env.manual", str(source), scratch]
        process = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if process.returncode:
            raise CommandError(f"the manual can't be made: {process.stderr.strip()[-2000:]}")
        with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as zipped:
            for path in sorted(Path(scratch).rglob("*")):
                if path.is_file():
                    zipped.write(path, f"{FOLDER}/{path.relative_to(scratch).as_posix()}")


def write_pages(source: Path, target: Path) -> None:
    """Write a page for README.md and each file of docs/, and copy the pictures that they show."""
    pages = {INDEX: source / "README.md"}
    pages |= {path.stem: path for path in sorted((source / "docs").glob("*.md"))}
    texts = {name: path.read_text(encoding="utf-8") for name, path in pages.items()}
    titles = {name: _find_title(text) for name, text in texts.items()}
    navigation = " ".join(f'<a href="{name}.html">{title}</a>' for name, title in titles.items())
    for name, text in texts.items():
        (target / f"{name}.html").write_text(
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{titles[name]}</title>\n'
            f"<style>{_STYLE}</style>\n</head>\n<body>\n<nav>{navigation}</nav>\n"
            f"{convert_page(text, set(pages))}\n</body>\n</html>\n",
            encoding="utf-8",
            newline="\n",
        )
    images = target / "images"
    images.mkdir(exist_ok=True)
    for path in (source / "docs" / "images").iterdir():
        (images / path.name).write_bytes(path.read_bytes())


def convert_page(text: str, pages: set[str]) -> str:
    """Return the HTML of a page: links to other pages lead to those, links to other files of the project are texts."""
    import markdown

    html = markdown.markdown(text, extensions=["tables", "fenced_code", "toc", "sane_lists", "md_in_html"])
    html = re.sub(r'(src|href)="docs/images/', r'\1="images/', html)

    def convert_link(match: re.Match[str]) -> str:
        address, label = match[1], match[2]
        if re.match(r"(https?:|#|mailto:)", address):
            return match[0]
        file, _, anchor = address.partition("#")
        name = INDEX if file == "README.md" else Path(file).stem if file.endswith(".md") else ""
        if name not in pages:
            return label
        return f'<a href="{name}.html{"#" + anchor if anchor else ""}">{label}</a>'

    return re.sub(r'<a href="([^"]*)">(.*?)</a>', convert_link, html, flags=re.DOTALL)


def _find_title(text: str) -> str:
    return next(line[2:].strip() for line in text.splitlines() if line.startswith("# "))


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]), Path(sys.argv[2]))
