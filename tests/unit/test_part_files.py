# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.formats.part_files``: tables and subtitles of parts, and one sentence for what is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinescribe.motion import FormatError
from kinescribe.motion.formats.part_files import MAX_BYTES, TimedPrompt, read_parts, write_parts

PARTS = [
    TimedPrompt("a person walks in, slowly", 0.0, 2.5),
    TimedPrompt('says "hello"', 2.5, 4.0),
    TimedPrompt("走路", 5.0, 3601.25),
]


@pytest.mark.parametrize("suffix", [".csv", ".srt"])
def test_what_is_written_is_read(tmp_path: Path, suffix: str) -> None:
    write_parts(PARTS, tmp_path / f"parts{suffix}")
    assert read_parts(tmp_path / f"parts{suffix}") == PARTS


@pytest.mark.parametrize(
    "text",
    [
        "prompt,start,end\nwalks,0,2\nsits,2,3.5\n",
        "End;Start;Prompt\n2;0;walks\n3,5;2;sits\n",
        "walks\t0\t2\nsits\t2\t3.5",
        "\ufeffprompt,start,end\r\nsits,2,3.5\r\n\r\nwalks,0,2\r\n",
        "1\n00:00:00,000 --> 00:00:02,000\n<i>walks</i>\n\n2\n00:00:02.000 --> 00:00:03.500\n{\\an8}sits\n",
    ],
)
def test_tables_and_subtitles_of_other_programs(tmp_path: Path, text: str) -> None:
    (tmp_path / "parts.csv").write_text(text, encoding="utf-8")
    assert read_parts(tmp_path / "parts.csv") == [
        TimedPrompt("walks", 0.0, 2.0),
        TimedPrompt("sits", 2.0, 3.5),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "has no parts"),
        (b"prompt,start,end\n", "has no parts"),
        (b"walks,2,1\n", "Part 1 of parts.csv does not end after its start"),
        (b"walks,1,1\n", "does not end after its start"),
        (b"walks,-1,1\n", "does not end after its start"),
        (b"walks,0,1e9\n", "does not end after its start"),
        (b"walks,0,2\nsits,1,3\n", "Parts 1 and 2 of parts.csv overlap"),
        (b"walks,0\n", "Line 1 of parts.csv has no prompt, start and end"),
        (b"prompt,start,end\nwalks,zero,2\n", "Line 2 of parts.csv has 'zero' in place of seconds"),
        (b"walks,nan,2\n", "in place of seconds"),
        (b"\xff\xfe\x00w", "is not text in UTF-8"),
        (b"a,0,1\n" * 101, "has more than 100 parts"),
        (b"x" * (MAX_BYTES + 1), "is too large"),
    ],
)
def test_what_is_no_list_of_parts_is_one_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    (tmp_path / "parts.csv").write_bytes(data)
    with pytest.raises(FormatError) as caught:
        read_parts(tmp_path / "parts.csv")
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(data)
    try:
        parts = read_parts(path)
    except FormatError:
        return
    assert parts and all(part.start < part.end for part in parts)


def test_a_missing_file_and_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FormatError, match="could not be read"):
        read_parts(tmp_path / "missing.csv")

    def full(*_args: object, **_keywords: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(FormatError, match="could not be written: No space left"):
        write_parts(PARTS, tmp_path / "parts.csv")
    monkeypatch.undo()
    assert not list(tmp_path.iterdir())
