# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model hub says about a repository: its commit, and the files of a card with their sizes and hashes.

``GET /api/models/OWNER/NAME/revision/main?blobs=true`` lists the files. Large ones have a SHA-256 (of Git LFS), small
ones the SHA-1 that Git gives to their content.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

from ...motion import BackendError
from .cards import ModelCard
from .transfer import Connection, Hub

_MAX_LISTING_BYTES = 8 << 20
_MAX_FILES = 10_000


@dataclass(frozen=True)
class HubFile:
    """A file at the hub.

    Attributes
    ----------
    path : its path in the repository
    target : its path in the model's folder
    size : bytes
    hash_name, digest : "sha256", or "git" for the SHA-1 of a Git blob, and the hexadecimal digest
    url : where it is downloaded
    """

    path: str
    target: str
    size: int
    hash_name: str
    digest: str
    url: str

    @property
    def is_packed(self) -> bool:
        """Whether it is unpacked with gzip after the download."""
        return self.path.endswith(".gz") and not self.target.endswith(".gz")

    def create_hasher(self) -> Any:
        """Return a hash object that the content of the file is fed to."""
        if self.hash_name == "sha256":
            return hashlib.sha256()
        return hashlib.sha1(b"blob %d\0" % self.size, usedforsecurity=False)


@dataclass(frozen=True)
class Listing:
    """The files of a model at a commit of its repository."""

    commit: str
    files: tuple[HubFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def fetch_listing(connection: Connection, card: ModelCard) -> Listing:
    """Return the files of a card as the hub offers them now.

    Raises :class:`BackendError` if the hub can't be reached, asks for a login, answers with anything but a list, or has
    no file or no hash for something that the model needs.
    """
    hub = connection.hub
    with connection.open(f"{hub.address}/api/models/{card.repository}/revision/main?blobs=true") as response:
        check_status(hub, response.status_code, card.repository)
        check_no_page(hub, response)
        body = b""
        for chunk in connection.read_chunks(response):
            body += chunk
            if len(body) > _MAX_LISTING_BYTES:
                raise _unexpected_answer(hub)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise _unexpected_answer(hub) from None
    return read_listing(hub, card, value)


def read_listing(hub: Hub, card: ModelCard, value: Any) -> Listing:
    """Return what the hub's answer says about the files of a card. Raises :class:`BackendError`."""
    commit = value.get("sha") if isinstance(value, dict) else None
    siblings = value.get("siblings") if isinstance(value, dict) else None
    if (
        not isinstance(commit, str)
        or not re.fullmatch(r"[0-9a-f]{40}", commit)
        or not isinstance(siblings, list)
        or len(siblings) > _MAX_FILES
    ):
        raise _unexpected_answer(hub)
    entries = [s for s in siblings if isinstance(s, dict) and isinstance(s.get("rfilename"), str)]
    files = []
    for wanted in card.files:
        found = [entry for entry in entries if fnmatchcase(entry["rfilename"], wanted.pattern)]
        if len(found) == 1:
            files.append(_read_file(hub, card, commit, found[0], wanted.target))
        elif wanted.is_required:
            raise BackendError(
                "{repository} has no {file} any more: get the model in another way, and use From Folder",
                repository=card.repository,
                file=wanted.pattern.rstrip("*"),
            )
    listing = Listing(commit, tuple(files))
    if listing.size > card.max_bytes:
        raise BackendError(
            "{repository} has files of {size:.1f} GB, more than this model can have: nothing is downloaded",
            repository=card.repository,
            size=listing.size / 1e9,
        )
    return listing


def _read_file(hub: Hub, card: ModelCard, commit: str, entry: dict[str, Any], target: str) -> HubFile:
    """Return a file of the listing.

    Parameters
    ----------
    hub, card : where it is
    commit : the repository's commit
    entry : the file as the hub describes it
    target : its path in the model's folder
    """
    path, size, lfs = entry["rfilename"], entry.get("size"), entry.get("lfs")
    if isinstance(lfs, dict):
        name, digest = "sha256", lfs.get("sha256", lfs.get("oid"))
        size = lfs.get("size", size)
    else:
        name, digest = "git", entry.get("blobId")
    digest = digest.lower().removeprefix("sha256:") if isinstance(digest, str) else ""
    if type(size) is not int or size < 0 or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", digest):
        raise BackendError(
            "{host} states no size and hash of {file}: nothing is downloaded", host=hub.host, file=path[:100]
        )
    url = f"{hub.address}/{card.repository}/resolve/{commit}/{quote(path)}"
    return HubFile(path, target, size, name, digest, url)


def check_status(hub: Hub, status: int, name: str) -> None:
    """Raise :class:`BackendError` unless the status is one of success; ``name``: what was asked for."""
    if status in (200, 206):
        return
    if status in (401, 403):
        raise BackendError(
            "{host} gives {name} to members only: log in and download it in a browser, and use From Folder",
            host=hub.host,
            name=name,
        )
    if status in (404, 410):
        raise BackendError(
            "{host} has no {name} any more: get the model in another way, and use From Folder",
            host=hub.host,
            name=name,
        )
    if status == 429 or status >= 500:
        raise BackendError(
            "{host} is busy ({status}): try again in some minutes", host=hub.host, status=status
        )
    raise _unexpected_answer(hub)


def check_no_page(hub: Hub, response: Any) -> None:
    """Raise :class:`BackendError` if a response is a web page, such as the one that a hotel's network answers with."""
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in ("text/html", "application/xhtml+xml"):
        raise BackendError(
            "A web page came in place of the file from {host}: log in to your network in a browser, then try again",
            host=hub.host,
        )


def _unexpected_answer(hub: Hub) -> BackendError:
    return BackendError(
        "{host} does not answer as a model hub does: try again later, or use From Folder", host=hub.host
    )
