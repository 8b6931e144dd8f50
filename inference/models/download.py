# SPDX-License-Identifier: GPL-3.0-or-later
"""Download the files of a listing into a folder, with hashes, and so that another try goes on where this one ended.

A file is written as ``NAME.part`` and renamed when its hash is the one that the hub states. ``files.json`` in the same
folder says which files are done.
"""

from __future__ import annotations

import errno
import gzip
import json
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from ...motion import BackendError
from ..backend import Progress
from .listing import HubFile, Listing, check_no_page, check_status
from .transfer import BrokenOff, Connection, Hub

_STATE_FILE = "files.json"
_SPARE_BYTES = 64 << 20  # that stay free on the disk
_MAX_TRIES = 5  # of one file in a row without any progress
_RETRY_SECONDS = 0.5
_PACKED_FACTOR = 30  # a packed file may be unpacked to so many times its size; text is packed well
_CHUNK_BYTES = 1 << 20

CountBytes = Callable[[int], None]


def download_files(connection: Connection, listing: Listing, folder: Path, progress: Progress) -> None:
    """Download all files of a listing that a folder does not hold yet.

    Raises :class:`BackendError` if the disk is full, the hub sends something else than it states, or breaks off.

    Parameters
    ----------
    connection : of the thread
    listing : the files
    folder : where they are written; made if it does not exist
    progress : called with bytes done and bytes in all
    """
    with translate_disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        state = _read_state(folder)
        missing = [file for file in listing.files if not _is_done(folder, file, state)]
        _check_space(folder, missing)
        done = listing.size - sum(file.size for file in missing)
        for file in missing:
            start = done

            def report_bytes(size: int, start: int = start) -> None:
                progress(start + size, listing.size)

            report_bytes(0)
            _download_file(connection, file, folder, report_bytes)
            state[file.target] = {
                "digest": file.digest,
                "size": (folder / file.target).stat().st_size,
            }
            (folder / _STATE_FILE).write_text(json.dumps(state), encoding="utf-8")
            done += file.size
        progress(done, listing.size)


def finish_download(folder: Path) -> None:
    """Remove what only a download needs."""
    (folder / _STATE_FILE).unlink(missing_ok=True)


@contextmanager
def translate_disk_errors(folder: Path) -> Iterator[None]:
    """Context manager: raise :class:`BackendError` for what the system says about files in ``folder``."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BackendError(
                "The disk with {folder} is full: make space and try again, the download goes on where it ended",
                folder=folder.parent,
            ) from None
        raise BackendError(
            "{folder} can't be written ({reason}): check the folder and its permissions",
            folder=folder.parent,
            reason=error.strerror or type(error).__name__,
        ) from None


def _read_state(folder: Path) -> dict[str, Any]:
    """Return which files are done, by their path in the folder; nothing if that is not known."""
    try:
        state = json.loads((folder / _STATE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}


def _is_done(folder: Path, file: HubFile, state: dict[str, Any]) -> bool:
    entry, path = state.get(file.target), folder / file.target
    return (
        isinstance(entry, dict)
        and entry.get("digest") == file.digest
        and path.is_file()
        and path.stat().st_size == entry.get("size")
    )


def _part_path(folder: Path, file: HubFile) -> Path:
    """Return where a file is written; the digest keeps what was begun of another version apart."""
    target = folder / file.target
    return target.with_name(f"{target.name}.{file.digest[:12]}.part")


def _check_space(folder: Path, files: list[HubFile]) -> None:
    """Raise :class:`BackendError` if the disk has no space for the rest of some files."""
    needed = 0
    for file in files:
        part = _part_path(folder, file)
        begun = part.stat().st_size if part.is_file() else 0
        needed += file.size - min(begun, file.size) + (file.size * 2 if file.is_packed else 0)
    free = shutil.disk_usage(folder).free
    if files and free < needed + _SPARE_BYTES:
        raise BackendError(
            "The download needs {needed:.1f} GB, but the disk with {folder} has only {free:.1f} GB free: make space",
            needed=(needed + _SPARE_BYTES) / 1e9,
            folder=folder.parent,
            free=free / 1e9,
        )


def _download_file(connection: Connection, file: HubFile, folder: Path, report: CountBytes) -> None:
    """Download one file, verify it and put it in its place.

    Parameters
    ----------
    connection, file, folder : what, and where to
    report : called with the bytes of the file that are done
    """
    part = _part_path(folder, file)
    part.parent.mkdir(parents=True, exist_ok=True)
    tries, best = 0, -1
    while True:
        try:
            hasher = _continue_file(connection, file, part, report)
            break
        except BrokenOff:
            size = part.stat().st_size if part.is_file() else 0
            tries, best = (0, size) if size > best else (tries + 1, best)
            if tries >= _MAX_TRIES - 1:
                raise
            connection.wait(_RETRY_SECONDS * 2**tries)
    _tag_path(part).unlink(missing_ok=True)
    if hasher.hexdigest() != file.digest:
        part.unlink()
        raise BackendError(
            "{file} came damaged: its hash is not the one that {host} states; try again, or use another network",
            file=file.path,
            host=connection.hub.host,
        )
    target = folder / file.target
    if file.is_packed:
        _unpack_file(connection, part, target, file)
        part.unlink()
    else:
        part.replace(target)


def _continue_file(connection: Connection, file: HubFile, part: Path, report: CountBytes) -> Any:
    """Download what is missing of a file; return the hash object of its content.

    Raises :class:`BrokenOff` if the connection ends early, and :class:`BackendError` for other bytes than expected.

    Parameters
    ----------
    connection, file : what is downloaded
    part : file that is continued
    report : called with the bytes that are done
    """
    hasher, start = file.create_hasher(), 0
    if part.is_file() and part.stat().st_size <= file.size:
        start = _feed_hasher(connection, part, hasher, report)
    if start == file.size and part.is_file():
        return hasher
    with connection.open(file.url, _range_headers(part, start)) as response:
        status = response.status_code
        if status == 416:  # the file is not as long as what we have of it
            _discard(part)
            raise _restart(connection.hub)
        check_status(connection.hub, status, file.path)
        if not file.path.endswith(".html"):
            check_no_page(connection.hub, response)
        if status == 206 and not _continues_at(response, start, file.size):
            _discard(part)
            raise _restart(connection.hub)
        if status == 200 and start:
            hasher, start = file.create_hasher(), 0
        length = response.headers.get("content-length", "")
        if length.isdigit() and start + int(length) != file.size:
            raise _wrong_size(connection.hub, file)
        _write_tag(part, response)
        with part.open("r+b" if start else "wb") as output:
            output.seek(start)
            output.truncate()
            done = start
            for chunk in connection.read_chunks(response):
                if done + len(chunk) > file.size:
                    raise _wrong_size(connection.hub, file)
                output.write(chunk)
                hasher.update(chunk)
                done += len(chunk)
                report(done)
    if done < file.size:
        raise _restart(connection.hub)
    return hasher


def _feed_hasher(connection: Connection, part: Path, hasher: Any, report: CountBytes) -> int:
    """Feed what is there of a file to a hash object and return its size.

    Parameters
    ----------
    connection : notices a cancel
    part : the file
    hasher : the hash object
    report : called with the bytes that are done
    """
    size = 0
    with part.open("rb") as content:
        while chunk := content.read(_CHUNK_BYTES):
            connection.count(len(chunk))
            hasher.update(chunk)
            size += len(chunk)
            report(size)
    return size


def _range_headers(part: Path, start: int) -> dict[str, str]:
    """Return the headers that ask for the rest of a file, if it is still the one that was begun."""
    if not start:
        return {}
    headers = {"Range": f"bytes={start}-"}
    with suppress(OSError, UnicodeDecodeError):
        headers["If-Range"] = _tag_path(part).read_text(encoding="ascii")
    return headers


def _tag_path(part: Path) -> Path:
    """Return where the entity tag of a file that is being downloaded is stored."""
    return part.with_name(f"{part.name}.tag")


def _write_tag(part: Path, response: Any) -> None:
    """Store a response's entity tag; weak ones can't be used with ``If-Range``."""
    tag = response.headers.get("etag", "")
    if re.fullmatch(r'"[\x21\x23-\x7e]{1,200}"', tag):
        _tag_path(part).write_text(tag, encoding="ascii")
    else:
        _tag_path(part).unlink(missing_ok=True)


def _continues_at(response: Any, start: int, size: int) -> bool:
    """Return whether a partial response has the bytes from ``start`` to the end of a file of ``size`` bytes."""
    expected = f"bytes {start}-{size - 1}/{size}"
    return str(response.headers.get("content-range", "")).strip().lower() == expected


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)
    _tag_path(part).unlink(missing_ok=True)


def _restart(hub: Hub) -> BrokenOff:
    return BrokenOff(
        "{host} broke off in the middle of the download: try again, it goes on where it ended", host=hub.host
    )


def _wrong_size(hub: Hub, file: HubFile) -> BackendError:
    return BackendError(
        "{file} from {host} has another size than stated: try again later, or use another network",
        file=file.path,
        host=hub.host,
    )


def _unpack_file(connection: Connection, packed: Path, target: Path, file: HubFile) -> None:
    """Unpack a gzip file. Raises :class:`BackendError` if it is none, or is unpacked to far more than expected.

    Parameters
    ----------
    connection : notices a cancel
    packed, target : paths
    file : what the hub states about the packed file
    """
    unpacked = target.with_name(f"{target.name}.unpacking")
    limit = file.size * _PACKED_FACTOR + _CHUNK_BYTES
    try:
        with gzip.open(packed, "rb") as content, unpacked.open("wb") as output:
            is_whole = _copy_bounded(connection, content, output, limit)
        if not is_whole:
            unpacked.unlink()
            packed.unlink()
            raise BackendError(
                "{file} is unpacked to more than {limit:.0f} MB: nothing of it is used",
                file=file.path,
                limit=limit / 1e6,
            )
        unpacked.replace(target)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        unpacked.unlink(missing_ok=True)
        packed.unlink()
        raise BackendError(
            "{file} is no gzip file: get the model in another way, and use From Folder", file=file.path
        ) from None
    except BaseException:
        unpacked.unlink(missing_ok=True)
        raise


def _copy_bounded(connection: Connection, content: Any, output: IO[bytes], limit: int) -> bool:
    """Copy a stream and return whether it has at most ``limit`` bytes; no more are copied.

    Parameters
    ----------
    connection : notices a cancel
    content, output : streams
    limit : bytes
    """
    size = 0
    while chunk := content.read(_CHUNK_BYTES):
        connection.count(len(chunk))
        size += len(chunk)
        if size > limit:
            return False
        output.write(chunk)
    return True
