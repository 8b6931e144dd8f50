# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures in the project's pages: text between two marker lines that a command replaces."""

from __future__ import annotations

from pathlib import Path

from .console import CommandError


def replace_section(page: Path, begin: str, end: str, text: str) -> None:
    """Replace the text between two marker lines of a page. Raises CommandError if the page lacks one of them.

    Parameters
    ----------
    page : Path
        A Markdown file.
    begin, end : str
        The marker lines, such as ``<!-- figures -->`` and ``<!-- end of figures -->``. They stay.
    text : str
        What stands between them afterwards.
    """
    before, begin_found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, end_found, after = rest.partition(end)
    if not begin_found or not end_found:
        raise CommandError(f"{page.name} has no lines {begin} and {end} to write between")
    page.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")
