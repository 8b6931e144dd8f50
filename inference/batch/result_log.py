# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of a batch as JSON lines: written as they come, read when the batch is resumed."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ...motion import KinescribeError, RequestError
from ...motion.formats.atomic_write import write_atomic

FILE_NAME = "results.jsonl"


def name_chunk_log(number: int, count: int) -> str:
    """Return the name of the file of results of chunk ``number``, counted from 1, of ``count``."""
    return f"results.{number}-of-{count}.jsonl"


class ResultLog:
    """The file of results in the output folder: one line for each sample that is done or has failed."""

    def __init__(self, folder: Path, read_only: bool = False, name: str = FILE_NAME) -> None:
        """Read what is there and, unless ``read_only``, open the file to append to it.

        The file of the whole batch takes over what the files of its chunks list as done. A last line that an
        interruption cut off is removed, and so are failures, which are tried again. Raises ``RequestError`` if the
        file can't be read or written.
        """
        self.path = folder / name
        self._file: IO[str] | None = None
        self._results: dict[str, dict[str, Any]] = {}
        try:
            sources = sorted(folder.glob("results.*-of-*.jsonl")) if name == FILE_NAME else []
            for path in [*sources, self.path]:
                if path.is_file():
                    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                        self._read_line(line)
            if read_only:
                return
            if self._results or self.path.exists():
                kept = "".join(json.dumps(result) + "\n" for result in self._results.values())
                write_atomic(self.path, lambda file: file.write(kept.encode("utf-8")))
            self._file = self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise RequestError(
                "{file} can't be written: {reason}", file=self.path, reason=error.strerror or error
            ) from None

    def _read_line(self, line: str) -> None:
        with suppress(ValueError, RecursionError):
            result = json.loads(line)
            if (
                isinstance(result, dict)
                and result.get("status") == "done"
                and isinstance(result.get("key"), str)
            ):
                self._results[result["key"]] = result

    def is_done(self, key: str, output: Path) -> bool:
        """Return whether the sample with this key has its file already."""
        return key in self._results and output.is_file()

    def add_result(self, result: dict[str, Any]) -> None:
        """Append a result, so that it stays there if the machine stops. Raises ``KinescribeError`` on a full disk."""
        if self._file is None:
            raise ValueError("the log was opened to be read")
        try:
            self._file.write(json.dumps(result) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise KinescribeError(
                "{file} can't be written: {reason}", file=self.path, reason=error.strerror or error
            ) from None

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
