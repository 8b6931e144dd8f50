# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the part of YAML that configurations of published models use, without importing anything they name.

Read are block mappings and lists, lists in brackets, comments, quoted and plain scalars. Anchors, aliases, tags, block
scalars, several documents, double keys and everything else are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from ...motion.errors import CheckpointError

ConfigValue: TypeAlias = "bool | int | float | str | list[ConfigValue] | dict[str, ConfigValue] | None"
ConfigTree = dict[str, ConfigValue]

_MAX_BYTES = 256 * 1024
_MAX_LINES = 5000
_MAX_DEPTH = 30

_KEY = re.compile(r"([A-Za-z_][\w.\-]{0,99}):(?:[ ]+|$)")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18}|[0-9]{1,18}(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?"
)
_WORDS: dict[str, ConfigValue] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_REFUSED_STARTS = tuple("&*!|>%@`{}[],?\"'")

_Line = tuple[int, int, str]
"""Number in the file, indentation, and text without comment."""


class _Malformed(Exception):
    """The text is no YAML, or uses more of it than is read; the argument is the line's number."""


def read_config(path: Path) -> ConfigTree:
    """Return the mapping in a file. Raises :class:`CheckpointError`."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise CheckpointError(
                "{name} is larger than a configuration: choose the folder of another model", name=path.name
            )
        return parse_config(content.decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError("{name} cannot be read: download it again", name=path.name) from error
    except _Malformed as error:
        raise CheckpointError(
            "Line {line} of {name} is not understood: download it again", line=error.args[0], name=path.name
        ) from None


def parse_config(text: str) -> ConfigTree:
    """Return the mapping that a text holds."""
    lines: list[_Line] = []
    for number, line in enumerate(text.splitlines(), start=1):
        content = _cut_comment(line.rstrip())
        if number > _MAX_LINES or "\t" in content[: len(content) - len(content.lstrip())]:
            raise _Malformed(number)
        if content.strip() and not (not lines and content == "---"):
            lines.append((number, len(content) - len(content.lstrip(" ")), content.strip()))
    if not lines:
        raise _Malformed(1)
    value, end = _parse_block(lines, 0, lines[0][1], 0)
    if end < len(lines) or not isinstance(value, dict):
        raise _Malformed(lines[min(end, len(lines) - 1)][0])
    return value


def _cut_comment(line: str) -> str:
    """Return the line without its comment, which begins with # outside quotes, at the start or after a space."""
    quote = ""
    for i, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and (i == 0 or line[i - 1] in " [,"):
            quote = character
        elif character == "#" and (i == 0 or line[i - 1] == " "):
            return line[:i].rstrip()
    return line


def _parse_block(lines: list[_Line], start: int, indent: int, depth: int) -> tuple[ConfigValue, int]:
    """Return the mapping or list whose lines begin at ``start`` with this indentation, and the index after it."""
    if depth > _MAX_DEPTH:
        raise _Malformed(lines[start][0])
    parse = _parse_list if _is_list_item(lines[start][2]) else _parse_mapping
    return parse(lines, start, indent, depth)


def _is_list_item(text: str) -> bool:
    return text == "-" or text.startswith("- ")


def _parse_list(lines: list[_Line], start: int, indent: int, depth: int) -> tuple[ConfigValue, int]:
    items: list[ConfigValue] = []
    index = start
    while index < len(lines) and lines[index][1] == indent and _is_list_item(lines[index][2]):
        number, _, text = lines[index]
        content = text[1:].lstrip(" ")
        if content and not _is_list_item(content) and _KEY.match(content) is None:
            items.append(_parse_scalar(content, number))
            index += 1
        elif content:
            # an item that is itself a mapping or list: its first line begins after the dash
            inner = indent + len(text) - len(content)
            lines[index] = (number, inner, content)
            value, index = _parse_block(lines, index, inner, depth + 1)
            items.append(value)
        else:
            value, index = _parse_nested(lines, index + 1, indent, depth)
            items.append(value)
    return items, index


def _parse_mapping(lines: list[_Line], start: int, indent: int, depth: int) -> tuple[ConfigValue, int]:
    mapping: ConfigTree = {}
    index = start
    while index < len(lines) and lines[index][1] == indent and not _is_list_item(lines[index][2]):
        number, _, text = lines[index]
        match = _KEY.match(text)
        if match is None or match[1] in mapping:
            raise _Malformed(number)
        rest = text[match.end() :]
        if rest:
            mapping[match[1]] = _parse_scalar(rest, number)
            index += 1
        elif index + 1 < len(lines) and lines[index + 1][1] == indent and _is_list_item(lines[index + 1][2]):
            # a list may stand at the indentation of its key
            mapping[match[1]], index = _parse_list(lines, index + 1, indent, depth + 1)
        else:
            mapping[match[1]], index = _parse_nested(lines, index + 1, indent, depth)
    if index < len(lines) and lines[index][1] > indent:
        raise _Malformed(lines[index][0])
    return mapping, index


def _parse_nested(lines: list[_Line], index: int, indent: int, depth: int) -> tuple[ConfigValue, int]:
    """Return the block that is indented more than its parent, or None if the parent has no value."""
    if index < len(lines) and lines[index][1] > indent:
        return _parse_block(lines, index, lines[index][1], depth + 1)
    return None, index


def _parse_scalar(text: str, number: int) -> ConfigValue:
    """Return the value of a scalar, of a list in brackets or of an empty mapping in braces."""
    if text[0] == "[":
        if text[-1] != "]" or len(text) < 2:
            raise _Malformed(number)
        inner = text[1:-1].strip()
        return [_parse_plain(part.strip(), number) for part in inner.split(",")] if inner else []
    if text.replace(" ", "") == "{}":
        return {}
    return _parse_plain(text, number)


def _parse_plain(text: str, number: int) -> ConfigValue:
    if len(text) >= 2 and text[0] in "'\"" and text[-1] == text[0]:
        inner = text[1:-1]
        if text[0] in inner or "\\" in inner:
            raise _Malformed(number)
        return inner
    if text.startswith(_REFUSED_STARTS) or ": " in text or text.endswith(":"):
        raise _Malformed(number)
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def find_values(tree: ConfigValue, key: str) -> list[ConfigValue]:
    """Return the values of a key, wherever it stands in a tree, those nearest to its root first."""
    found: list[ConfigValue] = []
    level: Sequence[ConfigValue] = [tree]
    while level:
        found += [node[key] for node in level if isinstance(node, dict) and key in node]
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return found
