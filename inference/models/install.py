# SPDX-License-Identifier: GPL-3.0-or-later
"""Install a model by a download or from a folder of the user's, and remove it.

``root`` is everywhere the folder of all models. It holds a receipt for each model, a folder for each one that was
downloaded, and a hidden folder for each download that is not finished.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path

from ...motion import BackendError, Cancelled
from ...motion.formats.atomic_write import write_atomic
from ..backend import IsCancelled, Progress, never_cancelled, no_progress
from .cards import ModelCard
from .check import check_folder
from .download import download_files, finish_download, translate_disk_errors
from .listing import Listing, fetch_listing
from .receipts import Receipt, format_receipt, measure_files, receipt_path
from .transfer import Connection, Hub, run_transfer


def download_folder(root: Path, card: ModelCard) -> Path:
    """Return where an unfinished download of a model is."""
    return root / f".{card.id}-download"


def _former_folder(root: Path, card: ModelCard) -> Path:
    """Return where a downloaded model is while another one takes its place."""
    return root / f".{card.id}-former"


def download_model(
    root: Path,
    card: ModelCard,
    hub: Hub,
    progress: Progress = no_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Receipt:
    """Download a model, check it and put it in its place; an installed one stays until then. Blocks.

    Raises :class:`BackendError`, :class:`CheckpointError` or :class:`Cancelled`. Afterwards only files are left from
    which another download goes on.

    Parameters
    ----------
    root : folder of all models
    card : the model
    hub : where it is downloaded
    progress : called with bytes done and bytes in all
    cancelled : checked often
    """
    folder = download_folder(root, card)

    def download(connection: Connection) -> Listing:
        listing = fetch_listing(connection, card)
        download_files(connection, listing, folder, progress)
        return listing

    try:
        with translate_disk_errors(folder):
            root.mkdir(parents=True, exist_ok=True)
        listing = run_transfer(hub, download, cancelled)
        try:
            check_folder(card, folder, partial(_check_cancelled, cancelled))
        except Cancelled:
            raise
        except BackendError:
            # the hub's own files are not the model: nothing to go on from
            shutil.rmtree(folder, ignore_errors=True)
            raise
        with translate_disk_errors(folder):
            return _put_in_place(root, card, folder, listing)
    finally:
        _remove_if_empty(folder)


def _remove_if_empty(folder: Path) -> None:
    """Remove a folder in which there is no file."""
    if folder.is_dir() and not any(path.is_file() for path in folder.rglob("*")):
        shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(root: Path, card: ModelCard, folder: Path, listing: Listing) -> Receipt:
    """Move a finished download to the model's folder and write its receipt.

    Parameters
    ----------
    root, card : whose folder it becomes
    folder : the finished download
    listing : what was downloaded
    """
    finish_download(folder)
    place, former = root / card.id, _former_folder(root, card)
    if place.exists():
        shutil.rmtree(former, ignore_errors=True)
        place.replace(former)
    try:
        folder.replace(place)
    except OSError:
        if former.exists():
            former.replace(place)
        raise
    names = [file.target for file in listing.files]
    receipt = Receipt(place, True, measure_files(place, names), listing.commit)
    _write_receipt(root, card, receipt)
    shutil.rmtree(former, ignore_errors=True)
    return receipt


def adopt_folder(
    root: Path, card: ModelCard, folder: Path, cancelled: IsCancelled = never_cancelled
) -> Receipt:
    """Check a folder of the user's and use it from now on where it is. Blocks.

    Raises :class:`CheckpointError` if it does not hold the model, :class:`BackendError` or :class:`Cancelled`; then
    nothing changes.

    Parameters
    ----------
    root : folder of all models
    card : the model
    folder : the user's folder
    cancelled : checked often
    """
    folder = folder.absolute()
    files = check_folder(card, folder, partial(_check_cancelled, cancelled))
    receipt = Receipt(folder, False, measure_files(folder, files))
    with translate_disk_errors(root / card.id):
        root.mkdir(parents=True, exist_ok=True)
        _write_receipt(root, card, receipt)
    for unused in (root / card.id, download_folder(root, card)):
        if not folder.resolve().is_relative_to(unused.resolve()):
            shutil.rmtree(unused, ignore_errors=True)
    return receipt


def remove_model(root: Path, card: ModelCard) -> None:
    """Delete what was downloaded of a model, finished or not, and forget it; a folder of the user's stays.

    Raises :class:`BackendError` if something can't be deleted.
    """
    with translate_disk_errors(root / card.id):
        # first, so that a model of which a file can't be deleted is not taken for whole
        receipt_path(root, card.id).unlink(missing_ok=True)
        for folder in (root / card.id, download_folder(root, card), _former_folder(root, card)):
            if folder.exists():
                shutil.rmtree(folder)
    with suppress(OSError):
        root.rmdir()


def _write_receipt(root: Path, card: ModelCard, receipt: Receipt) -> None:
    content = format_receipt(receipt)
    write_atomic(receipt_path(root, card.id), lambda file: file.write(content))


def _check_cancelled(cancelled: IsCancelled) -> None:
    if cancelled():
        raise Cancelled("The download was cancelled")
