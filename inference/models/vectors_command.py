# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``kinescribe vectors``: encode a list of prompts for ARDY once, where a good encoder is at hand.

The file that it writes replaces a text encoder elsewhere, for these prompts.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cards import ARDY_TEXT
from .command_line import TEXT_TOKEN_VARIABLE, find_models_folder, find_text_source

if TYPE_CHECKING:
    from ..ardy.backend import TextEncoder
    from ..ardy.layers import F32

PrintLine = Callable[[str], None]
OpenFolder = Callable[[Path], "TextEncoder | None"]

_MAX_BYTES = 2**22
_BATCH = 16


def add_vectors_parser(commands: Any, print_line: PrintLine, open_llm2vec: OpenFolder) -> None:
    """Add the command ``vectors``.

    Parameters
    ----------
    commands : what ``argparse`` adds commands to
    print_line : prints a line of the result
    open_llm2vec : opens LLM2Vec in a folder; None if the folder holds something else
    """
    parser = commands.add_parser("vectors", help="encode a list of prompts for ARDY into a file")
    parser.add_argument("prompts", type=Path, help="a text file with one prompt in each line")
    parser.add_argument("-o", "--output", type=Path, required=True, help="file to write: .npz")
    parser.add_argument(
        "--text-encoder",
        metavar="SOURCE",
        help="a text encoder's folder (LLM2Vec needs PyTorch), or the address of a server, with its token in "
        f"{TEXT_TOKEN_VARIABLE} (default: the small text encoder that is installed)",
    )
    parser.set_defaults(run=lambda options: _write_vectors(options, print_line, open_llm2vec))


def _write_vectors(options: argparse.Namespace, print_line: PrintLine, open_llm2vec: OpenFolder) -> None:
    from ...motion import RequestError
    from ..ardy.text.prompts import split_prompt
    from ..ardy.text.stored_vectors import MAX_PROMPTS, SUFFIX, write_vectors

    if options.output.suffix.lower() != SUFFIX or not options.output.parent.is_dir():
        raise RequestError(
            "{file} can't be written: name it .npz, in a folder that exists", file=options.output.name
        )
    prompts = _read_prompts(options.prompts)
    # as a generation asks for them: one sentence for each action
    sentences = [sentence for prompt in prompts for sentence, _, _ in split_prompt(prompt)]
    sentences = list(dict.fromkeys(sentence for sentence in sentences if sentence.strip()))
    if not 0 < len(sentences) <= MAX_PROMPTS:
        raise RequestError(
            "{file} holds {count} prompts: write 1 to {most}, each in a line of its own",
            file=options.prompts.name,
            count=len(sentences),
            most=MAX_PROMPTS,
        )
    encoder = _open_encoder(options.text_encoder, open_llm2vec)
    vectors: dict[str, F32] = {}
    for start in range(0, len(sentences), _BATCH):
        part = sentences[start : start + _BATCH]
        vectors.update(zip(part, encoder.encode(part), strict=True))
    try:
        write_vectors(options.output, vectors)
    except OSError as error:
        raise RequestError(
            "{file} can't be written: {reason}", file=options.output.name, reason=error.strerror or error
        ) from error
    width = len(next(iter(vectors.values())))
    print_line(f"{options.output}: {len(vectors)} sentences, {width} numbers each")


def _read_prompts(path: Path) -> Sequence[str]:
    """Return the lines of a text file. Raises ``RequestError``."""
    from ...motion import RequestError

    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) <= _MAX_BYTES:
            return content.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        pass
    raise RequestError("{file} is no text file with one prompt in each line", file=path.name)


def _open_encoder(choice: str | None, open_llm2vec: OpenFolder) -> TextEncoder:
    from .installed import VECTOR_FOLDER, require_installed
    from .text_sources import make_folder_source

    root = find_models_folder()
    source = find_text_source(choice)
    if source is None:
        source = make_folder_source(require_installed(root, ARDY_TEXT).folder)
    elif choice and Path(choice).is_dir() and not _is_small_encoder(Path(choice)):
        encoder = open_llm2vec(Path(choice))
        if encoder is not None:
            return encoder
    return source.open(root / VECTOR_FOLDER)


def _is_small_encoder(folder: Path) -> bool:
    from ..ardy.text.onnx_student import find_onnx_folder
    from ..ardy.text.student import CONFIG_FILE

    return (folder / CONFIG_FILE).is_file() or find_onnx_folder(folder) is not None
