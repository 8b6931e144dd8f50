# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads of models against a hub on this machine: ``inference.models``, and everything that goes wrong."""

from __future__ import annotations

import errno
import gzip
import json
import shutil
import threading
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from kinescribe.inference.models import check, download
from kinescribe.inference.models.cards import ARDY, ARDY_TEXT, CARDS, ModelCard, find_card
from kinescribe.inference.models.install import (
    adopt_folder,
    download_folder,
    download_model,
    remove_model,
)
from kinescribe.inference.models.listing import read_listing
from kinescribe.inference.models.receipts import read_receipt, receipt_path
from kinescribe.inference.models.transfer import Hub
from kinescribe.motion import BackendError, Cancelled, CheckpointError
from model_hub_kit import COMMIT, FakeHub, read_folder, running_hub

from devtools.testing.ardy_files import write_checkpoint

LARGE = "denoiser.safetensors"
NOT_NEEDED = ("demo.mp4", "stats/pre_quantization/mean.npy", "stats/pre_quantization/std.npy")


def get_card(card_id: str) -> ModelCard:
    card = find_card(card_id)
    assert card is not None
    return card


CARD = get_card(ARDY)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_checkpoint(tmp_path_factory.mktemp("checkpoint"))
    (folder / "LICENSE").write_text("the licence\n", encoding="utf-8")
    (folder / "demo.mp4").write_bytes(b"not asked for")
    return folder


@pytest.fixture
def fake(checkpoint: Path) -> Iterator[FakeHub]:
    with running_hub(CARD.repository, read_folder(checkpoint)) as hub:
        yield hub


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_RETRY_SECONDS", 0.01)


def left_files(root: Path) -> set[str]:
    """Return what is left after a failure, without what a later download goes on from."""
    if not root.exists():
        return set()
    begun = download_folder(root, CARD)
    return {p.name for p in root.rglob("*") if p.is_file() and not p.is_relative_to(begun)}


def get(fake: FakeHub, root: Path, **options: float) -> None:
    download_model(root, CARD, fake.hub(**options))


def test_the_files_of_the_card_are_downloaded_and_nothing_else(fake: FakeHub, root: Path) -> None:
    steps: list[tuple[int, int]] = []
    receipt = download_model(root, CARD, fake.hub(), lambda done, total: steps.append((done, total)))
    wanted = {n: c for n, c in fake.files.items() if n not in NOT_NEEDED}
    assert read_folder(root / ARDY) == wanted
    assert {path.name for path in root.iterdir()} == {ARDY, f"{ARDY}.json"}
    assert read_receipt(root, CARD) == receipt
    assert receipt.is_own and receipt.commit == COMMIT
    total = sum(len(c) for c in wanted.values())
    assert receipt.bytes == total == steps[-1][0] and {step[1] for step in steps} == {total}
    assert [step[0] for step in steps] == sorted(step[0] for step in steps)
    assert all("authorization" not in headers and "cookie" not in headers for _, headers in fake.headers)


def test_nothing_is_sent_while_online_access_is_off(root: Path) -> None:
    hub = Hub(is_online=lambda: False)
    with pytest.raises(BackendError, match="online access is off"):
        download_model(root, CARD, hub)
    assert not left_files(root)


def test_a_download_follows_redirects_within_the_hub(fake: FakeHub, root: Path) -> None:
    fake.redirects = f"{fake.address}/cdn/{{path}}"
    get(fake, root)
    assert any(path.startswith("/cdn/") for path, _ in fake.headers)
    assert read_receipt(root, CARD) is not None


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:9/login", "https://example.org/x", "http://huggingface.co/x", "ftp://hf.co/x"],
)
def test_a_redirect_to_another_host_is_not_followed(fake: FakeHub, root: Path, target: str) -> None:
    fake.redirects = target
    with pytest.raises(BackendError, match="does not belong to it"):
        get(fake, root)
    assert not left_files(root) and not download_folder(root, CARD).exists()


def test_hosts_of_the_real_hub() -> None:
    hub = Hub()
    for url in (
        "https://huggingface.co/a",
        "https://cdn-lfs.huggingface.co/a?b",
        "https://cas-bridge.xethub.hf.co/a",
    ):
        hub.check_address(url)
    for url in (
        "http://huggingface.co/a",
        "https://huggingface.co:8443/a",
        "https://evilhuggingface.co/a",
        "https://huggingface.co.example.org/a",
        "https://127.0.0.1/a",
        "file:///etc/passwd",
    ):
        with pytest.raises(BackendError):
            hub.check_address(url)


def test_endless_redirects_end(fake: FakeHub, root: Path) -> None:
    fake.redirects = f"{fake.address}/{CARD.repository}/resolve/{COMMIT}/{{path}}"
    with pytest.raises(BackendError, match="redirects too often"):
        get(fake, root)


def test_a_broken_connection_is_continued_with_a_range(fake: FakeHub, root: Path) -> None:
    fake.cut_after = [40_000, 20_000]
    get(fake, root)
    requests = fake.asked(LARGE)
    assert [headers.get("range") for headers in requests] == [None, "bytes=32768-", "bytes=49152-"]
    assert all(headers["if-range"].strip('"').isalnum() for headers in requests[1:])
    assert (root / ARDY / LARGE).read_bytes() == fake.files[LARGE]


def test_a_connection_that_always_breaks_leaves_what_another_try_continues(fake: FakeHub, root: Path) -> None:
    fake.cut_after = [40_000] + [0] * 20
    with pytest.raises(BackendError, match="goes on where it ended"):
        get(fake, root)
    assert not left_files(root) and read_receipt(root, CARD) is None
    (part,) = download_folder(root, CARD).glob(f"{LARGE}*.part")
    assert part.stat().st_size == 32_768
    fake.cut_after = []
    fake.headers.clear()
    get(fake, root)
    assert fake.asked(LARGE)[0]["range"] == "bytes=32768-"
    assert not fake.asked("config.yaml")  # it was whole


@pytest.mark.parametrize("fault", ["ignore_ranges", "wrong_ranges", "refuse_ranges", "weak_tags"])
def test_broken_ranges_begin_anew(fake: FakeHub, root: Path, fault: str) -> None:
    fake.cut_after = [40_000]
    setattr(fake, fault, True)
    get(fake, root)
    assert (root / ARDY / LARGE).read_bytes() == fake.files[LARGE]


def test_a_file_that_has_changed_meanwhile_is_not_mixed(fake: FakeHub, root: Path) -> None:
    fake.cut_after = [40_000] + [0] * 20
    with pytest.raises(BackendError):
        get(fake, root)
    fake.cut_after = []
    fake.files = read_folder(write_checkpoint(root.parent / "newer", seed=5))
    fake.headers.clear()
    get(fake, root)
    assert "range" not in fake.asked(LARGE)[0]
    assert (root / ARDY / LARGE).read_bytes() == fake.files[LARGE]


@pytest.mark.parametrize("name", [LARGE, "config.yaml"])
def test_another_content_than_stated_is_not_kept(fake: FakeHub, root: Path, name: str) -> None:
    content = fake.files[name]
    fake.replaced[name] = bytes([content[0] ^ 1]) + content[1:]
    with pytest.raises(BackendError, match="its hash is not the one"):
        get(fake, root)
    assert not left_files(root) and not list(root.rglob(f"{name}*"))


def test_a_longer_body_than_stated_is_refused(fake: FakeHub, root: Path) -> None:
    fake.replaced[LARGE] = fake.files[LARGE] + b"more"
    with pytest.raises(BackendError, match="another size than stated"):
        get(fake, root)
    assert not left_files(root)


def test_a_portal_page_is_recognised(fake: FakeHub, root: Path) -> None:
    fake.portal = True
    with pytest.raises(BackendError, match="web page came in place"):
        get(fake, root)
    assert not root.exists() or not any(root.rglob("*.part"))
    fake.portal = False
    fake.replaced = {}
    download_model(root, CARD, fake.hub())


def test_a_portal_page_in_place_of_a_file_is_recognised(fake: FakeHub, root: Path) -> None:
    # the list came, then the network asked for a login
    def switch(done: int, _total: int) -> None:
        fake.portal = True

    with pytest.raises(BackendError, match="web page came in place"):
        download_model(root, CARD, fake.hub(), switch)
    assert not left_files(root)


@pytest.mark.parametrize(
    "status, sentence",
    [(401, "members only"), (404, "any more"), (503, "busy"), (429, "busy"), (302, "does not answer")],
)
@pytest.mark.parametrize("path", ["/api", f"/{CARD.repository}/resolve"])
def test_refusals_are_sentences(fake: FakeHub, root: Path, status: int, sentence: str, path: str) -> None:
    fake.statuses[path] = status
    with pytest.raises(BackendError, match=sentence):
        get(fake, root)
    assert not left_files(root)


@pytest.mark.parametrize(
    "listing",
    [b"", b"[]", b"{}", b'{"sha": 1}', b"[" * 100_000, b"x" * (9 << 20), b'{"sha": "../..", "siblings": []}'],
)
def test_a_list_that_is_none_is_a_sentence(fake: FakeHub, root: Path, listing: bytes) -> None:
    fake.listing = listing
    with pytest.raises(BackendError, match="does not answer as a model hub"):
        get(fake, root)


def test_a_list_without_hash_size_or_file_is_a_sentence(fake: FakeHub) -> None:
    value = json.loads(fake.list_files())
    listing = read_listing(fake.hub(), CARD, value)
    assert {file.hash_name for file in listing.files} == {"sha256", "git"}
    for key, broken in (("size", None), ("size", -1), ("size", True), ("blobId", "xyz"), ("blobId", None)):
        damaged = json.loads(json.dumps(value))
        next(s for s in damaged["siblings"] if s["rfilename"] == "config.yaml")[key] = broken
        with pytest.raises(BackendError, match="states no size and hash"):
            read_listing(fake.hub(), CARD, damaged)
    value["siblings"] = [s for s in value["siblings"] if s["rfilename"] != LARGE]
    with pytest.raises(BackendError, match=f"has no {LARGE}"):
        read_listing(fake.hub(), CARD, value)


def test_a_model_far_too_large_is_not_begun(fake: FakeHub, root: Path) -> None:
    value = json.loads(fake.list_files())
    next(s for s in value["siblings"] if "lfs" in s)["lfs"]["size"] = 10**13
    fake.listing = json.dumps(value).encode()
    with pytest.raises(BackendError, match="nothing is downloaded"):
        get(fake, root)
    assert not fake.asked(LARGE)


def test_a_full_disk_is_noticed_before(fake: FakeHub, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _path: usage(100, 99, 1))
    with pytest.raises(BackendError, match="make space"):
        get(fake, root)
    assert not fake.asked(LARGE) and not left_files(root)


def test_a_disk_that_fills_up_meanwhile_is_a_sentence(
    fake: FakeHub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_file = Path.open

    class Full:
        def __init__(self, file: object) -> None:
            self.file = file

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()  # type: ignore[attr-defined]

        def __getattr__(self, name: str) -> object:
            return getattr(self.file, name)

        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    def open_on_full_disk(path: Path, mode: str = "r", *args: object, **options: object) -> object:
        file = open_file(path, mode, *args, **options)  # type: ignore[arg-type]
        return Full(file) if path.name.startswith(LARGE) and mode[0] != "r" else file

    monkeypatch.setattr(Path, "open", open_on_full_disk)
    with pytest.raises(BackendError, match="is full: make space"):
        get(fake, root)
    monkeypatch.undo()
    assert not left_files(root)
    get(fake, root)
    assert read_receipt(root, CARD) is not None


def test_a_body_that_stops_is_given_up(fake: FakeHub, root: Path) -> None:
    fake.seconds_per_chunk = 30.0
    begin = time.monotonic()
    with pytest.raises(BackendError):
        get(fake, root, patience=0.3)
    assert time.monotonic() - begin < 15
    assert not left_files(root)


def test_a_slow_body_arrives(fake: FakeHub, root: Path) -> None:
    fake.seconds_per_chunk = 0.05
    get(fake, root, patience=2.0)
    assert read_receipt(root, CARD) is not None


def test_a_cancel_ends_a_body_that_hangs(fake: FakeHub, root: Path) -> None:
    fake.seconds_per_chunk = 30.0
    cancelled = threading.Event()
    threading.Timer(0.2, cancelled.set).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        download_model(root, CARD, fake.hub(), cancelled=cancelled.is_set)
    assert time.monotonic() - begin < 5
    assert not left_files(root)


def test_a_download_replaces_an_older_one(fake: FakeHub, root: Path, tmp_path: Path) -> None:
    get(fake, root)
    fake.files = read_folder(write_checkpoint(tmp_path / "newer", seed=7))
    get(fake, root)
    assert read_folder(root / ARDY) == {n: c for n, c in fake.files.items() if n not in NOT_NEEDED}


def test_a_failed_download_leaves_the_installed_model(fake: FakeHub, root: Path) -> None:
    get(fake, root)
    before = read_folder(root)
    fake.statuses["/api"] = 500
    with pytest.raises(BackendError):
        get(fake, root)
    assert read_folder(root) == before and read_receipt(root, CARD) is not None


def test_a_model_that_cannot_be_moved_leaves_the_installed_one(
    fake: FakeHub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    get(fake, root)
    before, replace = read_folder(root), Path.replace

    def refuse(path: Path, target: Path) -> Path:
        if path == download_folder(root, CARD):
            raise PermissionError(errno.EACCES, "Permission denied")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(BackendError, match="Permission denied"):
        get(fake, root)
    kept = {n: c for n, c in read_folder(root).items() if not n.startswith(f".{ARDY}-download")}
    assert kept == before and read_receipt(root, CARD) is not None


def test_files_of_another_model_are_refused_and_removed(fake: FakeHub, root: Path) -> None:
    fake.files["config.yaml"] = fake.files["config.yaml"].replace(b"ardy.model.Ardy", b"os.system")
    with pytest.raises(CheckpointError, match=r"os\.system"):
        get(fake, root)
    assert not left_files(root) and not download_folder(root, CARD).exists()


def test_packed_files_are_unpacked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_check_text_encoder", lambda _folder: None)
    card = get_card(ARDY_TEXT)
    raw = {
        "text_encoder.onnx": bytes(range(256)) * 400,
        "tokenizer/tokenizer.json": b"{}" * 1000,
        "tokenizer/tokenizer_config.json": b"{}",
    }
    files = {f"fp32/{name}.gz": gzip.compress(content) for name, content in raw.items()}
    with running_hub(card.repository, {**files, "MODEL_TERMS.md": b"terms", "fp16/x.gz": b""}) as fake:
        receipt = download_model(root, card, fake.hub())
        assert read_folder(root / card.id) == {**raw, "MODEL_TERMS.md": b"terms"}
        assert receipt.files["text_encoder.onnx"] == len(raw["text_encoder.onnx"])
        remove_model(root, card)
        fake.files["fp32/text_encoder.onnx.gz"] = b"no gzip at all"
        with pytest.raises(BackendError, match="is no gzip file"):
            download_model(root, card, fake.hub())
        fake.files["fp32/text_encoder.onnx.gz"] = gzip.compress(b"0" * 60_000_000)
        with pytest.raises(BackendError, match="unpacked to more than"):
            download_model(root, card, fake.hub())
        assert not any(path.name.startswith("text_encoder") for path in root.rglob("*"))


def test_a_folder_of_the_user_is_used_where_it_is(checkpoint: Path, root: Path) -> None:
    before = read_folder(checkpoint)
    receipt = adopt_folder(root, CARD, checkpoint)
    assert receipt == read_receipt(root, CARD)
    assert (receipt.folder, receipt.is_own) == (checkpoint, False)
    assert {path.name for path in root.iterdir()} == {f"{ARDY}.json"}
    remove_model(root, CARD)
    assert not root.exists() and read_folder(checkpoint) == before


def test_the_folder_of_a_download_can_be_adopted_without_losing_it(fake: FakeHub, root: Path) -> None:
    get(fake, root)
    adopt_folder(root, CARD, root / ARDY)
    assert read_receipt(root, CARD) is not None


def damage_config(folder: Path) -> None:
    text = (folder / "config.yaml").read_text(encoding="utf-8")
    (folder / "config.yaml").write_text(text.replace("ardy.skeleton.CoreSkeleton27", "ardy.skeleton.G1"))


def damage_statistics(folder: Path) -> None:
    import numpy as np

    np.save(folder / "stats" / "motion" / "std.npy", np.zeros(334))


def damage_weights(folder: Path) -> None:
    content = bytearray((folder / LARGE).read_bytes())
    content[-4:] = b"\x00\x00\xc0\x7f"  # NaN
    (folder / LARGE).write_bytes(content)


def halve_weights(folder: Path) -> None:
    content = (folder / LARGE).read_bytes()
    (folder / LARGE).write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize(
    "spoil, sentence",
    [
        (lambda folder: shutil.rmtree(folder), "There is no folder"),
        (lambda folder: (folder / LARGE).unlink(), "has no denoiser.safetensors"),
        (damage_config, "another skeleton"),
        (damage_statistics, "not positive"),
        (damage_weights, "not finite"),
        (halve_weights, "damaged or not complete"),
    ],
)
def test_a_folder_that_is_not_the_model_changes_nothing(
    checkpoint: Path, root: Path, tmp_path: Path, spoil: object, sentence: str
) -> None:
    adopt_folder(root, CARD, checkpoint)
    before = read_folder(root)
    other = tmp_path / "other"
    shutil.copytree(checkpoint, other)
    spoil(other)  # type: ignore[operator]
    with pytest.raises(BackendError, match=sentence):
        adopt_folder(root, CARD, other)
    assert read_folder(root) == before


def test_a_receipt_whose_files_have_changed_does_not_count(fake: FakeHub, root: Path) -> None:
    get(fake, root)
    receipt = read_receipt(root, CARD)
    assert receipt is not None
    (root / ARDY / LARGE).write_bytes(b"short")
    assert read_receipt(root, CARD) is None
    for content in ("", "[]", '{"files": 1}', '{"files": {}}', "[" * 10_000, "\0" * 20):
        receipt_path(root, ARDY).write_text(content, encoding="utf-8")
        assert read_receipt(root, CARD) is None


def test_every_card_says_what_it_must() -> None:
    assert len({card.id for card in CARDS}) == len(CARDS)
    for card in CARDS:
        texts = (card.description, card.strengths, card.size, card.memory, card.licence, card.territory)
        assert all(texts) and card.notices and card.licence_url.startswith("https://")
        assert all(".." not in file.target and not file.target.startswith("/") for file in card.files)
    assert "Built with Meta Llama 3" in get_card(ARDY_TEXT).notices


def test_two_cards_do_not_share_anything(fake: FakeHub, root: Path) -> None:
    get(fake, root)
    other = CARD._replace(id="other")
    download_model(root, other, fake.hub())
    remove_model(root, other)
    assert read_receipt(root, CARD) is not None
