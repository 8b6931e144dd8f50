# SPDX-License-Identifier: GPL-3.0-or-later
"""``motion.formats.atomic_write``: files are replaced completely, as other programs replace them, or not at all."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from kinescribe.motion import FormatError
from kinescribe.motion.formats import read_motion
from kinescribe.motion.formats.atomic_write import write_atomic

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions, links and pipes of POSIX")


def test_an_error_keeps_the_older_file_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "walk.npz"
    target.write_bytes(b"older")

    def fail(file: object) -> None:
        file.write(b"half")  # type: ignore[attr-defined]
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        write_atomic(target, fail)
    assert target.read_bytes() == b"older" and [p.name for p in tmp_path.iterdir()] == ["walk.npz"]


@posix
def test_new_files_have_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "new", lambda file: file.write(b"1"))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@posix
def test_replaced_files_keep_their_permissions(tmp_path: Path) -> None:
    target = tmp_path / "walk"
    target.write_bytes(b"older")
    target.chmod(0o604)
    write_atomic(target, lambda file: file.write(b"newer"))
    assert target.read_bytes() == b"newer" and stat.S_IMODE(target.stat().st_mode) == 0o604


@posix
def test_links_stay_links(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real" / "walk")
    write_atomic(tmp_path / "link", lambda file: file.write(b"1"))
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real" / "walk").read_bytes() == b"1"


@posix
def test_write_protected_files_and_pipes_are_refused(tmp_path: Path) -> None:
    protected, pipe = tmp_path / "protected", tmp_path / "pipe"
    protected.write_bytes(b"older")
    protected.chmod(0o444)
    os.mkfifo(pipe)
    for path, message in ((protected, "write-protected"), (pipe, "regular file")):
        with pytest.raises(OSError, match=message):
            write_atomic(path, lambda file: file.write(b"1"))
    assert protected.read_bytes() == b"older"


@posix
def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.npz")
    with pytest.raises(FormatError, match="regular file"):
        read_motion(tmp_path / "pipe.npz")
