# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands ``kinescribe models ...``, and the folder that the command line keeps models in."""

from __future__ import annotations

import argparse
import os
import re
import sys
import textwrap
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cards import ARDY, CARDS, ModelCard, find_card
from .receipts import read_receipt

if TYPE_CHECKING:
    from .text_sources import TextSource

PrintLine = Callable[[str], None]
OpenProgress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Opens a display of progress whose unit has this name."""

FOLDER_VARIABLE = "KINESCRIBE_MODELS"
"""Environment variable with the folder of all models."""

TEXT_TOKEN_VARIABLE = "KINESCRIBE_TEXT_TOKEN"
"""Environment variable with the token of a server that encodes text."""

_MEGABYTE = 1_000_000


def find_models_folder() -> Path:
    """Return the folder of all models: that of the environment variable, else one among the user's data."""
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "kinescribe" / "models"


def add_models_parser(commands: Any, print_line: PrintLine, open_progress: OpenProgress) -> None:
    """Add the command ``models``.

    Parameters
    ----------
    commands : what ``argparse`` adds commands to
    print_line : prints a line of the result
    open_progress : opens a display of progress
    """
    parser = commands.add_parser("models", help="models that are downloaded: list, get, check, remove")
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    def add_command(
        name: str, run: Callable[[argparse.Namespace], None], text: str
    ) -> argparse.ArgumentParser:
        action: argparse.ArgumentParser = actions.add_parser(name, help=text)
        action.set_defaults(run=run)
        return action

    add_command(
        "list",
        lambda _options: _list_models(print_line),
        "what there is, what is installed, and whose terms it has",
    )
    get_parser = add_command(
        "get",
        lambda o: _get_model(o, print_line, open_progress),
        "download a model, or use a folder that has it",
    )
    remove_parser = add_command(
        "remove",
        lambda o: _remove_model(o, print_line),
        "delete what was downloaded; a folder of your own stays",
    )
    check_parser = add_command(
        "check",
        lambda o: _check_model(o, print_line, open_progress),
        "examine an installed model, and print a report that can be pasted into an issue",
    )
    for action in (get_parser, remove_parser, check_parser):
        action.add_argument("model", choices=[card.id for card in CARDS], help="which one")
    check_parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FOLDER",
        help="also write the report and a sheet of stick figures there",
    )
    _add_quality(check_parser)
    get_parser.add_argument("--agree", action="store_true", help="you have read the terms and agree to them")
    get_parser.add_argument(
        "--from",
        dest="folder",
        type=Path,
        metavar="FOLDER",
        help="use this folder where it is; nothing is downloaded",
    )


def require_card(card_id: str) -> ModelCard:
    """Return the card with this id. Raises ``RequestError`` if there is none."""
    from ...motion import RequestError

    card = find_card(card_id)
    if card is None:
        raise RequestError(
            "There is no model {model}: choose {names}",
            model=card_id[:100],
            names=", ".join(c.id for c in CARDS),
        )
    return card


def describe_card(card: ModelCard) -> list[str]:
    """Return what a model is and whose terms it has, in lines."""
    lines = [
        f"{card.id}: {card.name}",
        *textwrap.wrap(card.description + ".", 96),
        f"Good at: {card.strengths}",
        f"Download: {card.size}, from {card.page}",
        f"Memory: {card.memory}",
        f"Licence: {card.licence}",
        f"Terms: {card.licence_url}",
        f"Territory: {card.territory}",
        *card.notices,
    ]
    return [lines[0], *(f"  {line}" for line in lines[1:])]


def _list_models(print_line: PrintLine) -> None:
    root = find_models_folder()
    for card in CARDS:
        receipt = read_receipt(root, card)
        for line in describe_card(card):
            print_line(line)
        if receipt is None:
            print_line(f"  Not installed: kinescribe models get {card.id}")
        else:
            print_line(f"  Installed: {receipt.folder} ({receipt.bytes / _MEGABYTE:.0f} MB)")
        print_line("")


def _get_model(options: argparse.Namespace, print_line: PrintLine, open_progress: OpenProgress) -> None:
    from ...motion import RequestError
    from .install import adopt_folder, download_model
    from .transfer import Hub

    card, root = require_card(options.model), find_models_folder()
    if options.folder is not None:
        receipt = adopt_folder(root, card, options.folder)
    else:
        if not options.agree:
            for line in describe_card(card):
                print_line(line)
            raise RequestError(
                "Read the terms of {model}, and add --agree if you agree to them", model=card.id
            )
        with open_progress("MB") as progress:
            receipt = download_model(
                root, card, Hub(), lambda done, total: progress(done // _MEGABYTE, total // _MEGABYTE)
            )
    print_line(f"{card.name}: {receipt.folder} ({receipt.bytes / _MEGABYTE:.0f} MB)")
    for notice in card.notices:
        print_line(notice)


def _remove_model(options: argparse.Namespace, print_line: PrintLine) -> None:
    from .install import remove_model

    card = require_card(options.model)
    remove_model(find_models_folder(), card)
    print_line(f"{card.name} is not installed")


def _check_model(options: argparse.Namespace, print_line: PrintLine, open_progress: OpenProgress) -> None:
    from ...motion import RequestError
    from .check import check_folder
    from .checkup import examine_model, format_report, write_report_sheet
    from .installed import QUALITIES, open_installed, require_installed

    card, root = require_card(options.model), find_models_folder()
    receipt = require_installed(root, card.id)
    if options.output is not None and not options.output.is_dir():
        raise RequestError(
            "The folder {folder} does not exist: make it or choose another", folder=options.output
        )
    check_folder(card, receipt.folder, lambda: None)
    if card.id != ARDY:
        print_line(f"{card.name}: its files are whole, and it gives usable numbers")
        return
    backend = open_installed(root, card.id)
    with open_progress("motion") as progress:
        report = examine_model(
            backend, receipt.folder, backend.encoder.encode, QUALITIES[options.quality.upper()], progress
        )
    text = format_report(report, _get_version(), options.quality)
    print_line(text)
    if options.output is not None:
        (options.output / "check.md").write_text(text, encoding="utf-8")
        write_report_sheet(options.output / "check.png", report)


def _get_version() -> str:
    """Return the version of the installed package, or that of the source tree's manifest."""
    try:
        return version("kinescribe")
    except PackageNotFoundError:
        manifest = Path(__file__).resolve().parents[2] / "blender_manifest.toml"
        try:
            found = re.search(r'^version = "([^"]+)"', manifest.read_text(encoding="utf-8"), re.MULTILINE)
        except OSError:
            found = None
        return found[1] if found else "(unknown version)"


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose an installed model and its quality."""
    parser.add_argument(
        "--model",
        choices=[ARDY],
        help='use an installed model instead of the embedded one; see "kinescribe models"',
    )
    parser.add_argument(
        "--text-encoder",
        metavar="SOURCE",
        help="for an installed model: another text encoder's folder, a file of stored vectors (.npz), or the address "
        f"of a server, with its token in {TEXT_TOKEN_VARIABLE}",
    )
    _add_quality(parser)


def find_text_source(choice: str | None) -> TextSource | None:
    """Return the source of text vectors that an option names; None without one. Raises ``RequestError``."""
    if choice is None:
        return None
    from .text_sources import read_text_source

    return read_text_source(choice, os.environ.get(TEXT_TOKEN_VARIABLE, ""))


def _add_quality(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--quality", choices=["draft", "good", "best"], default="good",
        help="of an installed model: 4, 7 or 10 steps (default: %(default)s)",
    )  # fmt: skip
