# SPDX-License-Identifier: GPL-3.0-or-later
"""All readers on damaged and hostile files: one sentence that names the file, no crash, nothing executed."""

from __future__ import annotations

import io
import json
import pickle
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion import FormatError, Motion
from kinescribe.motion.formats import load_native, npz_arrays, read_motion, save_native, write_motion

from devtools.testing.motions import make_walk


def expect_refused(path: Path) -> str:
    """Expect an error when a file is read and return its message."""
    with pytest.raises(FormatError) as caught:
        read_motion(path)
    message = str(caught.value)
    assert path.name in message
    assert "\n" not in message
    assert len(message) < 300
    return message


def header(shape: tuple[int, ...], descr: str = "<f8") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (63 - (10 + len(text)) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return path


def packed_zip(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, b"nothing")
    return packed.getvalue()


def test_a_billion_frames_are_not_allocated(tmp_path: Path) -> None:
    assert "claims" in expect_refused(packed(tmp_path / "a.npz", poses=header((10**9, 156)) + b"\0" * 100))
    assert "claims" in expect_refused(packed(tmp_path / "b.npz", poses=header((1000, 156)) + b"\0" * 100))
    assert "claims" in expect_refused(packed(tmp_path / "c.npz", poses=header((2**62, 156)) + b"\0" * 100))


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npz_arrays, "MAX_BYTES", 2**20)
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("poses.npy", header((2**20,)) + bytes(2**23))
    assert path.stat().st_size < 2**14
    assert "claims 8 MB" in expect_refused(path)


def test_many_small_bombs_are_one_large_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npz_arrays, "MAX_BYTES", 2**20)
    half = header((2**16,)) + bytes(2**19)
    names = ("poses", "fullpose", "smpl_poses")
    assert "smpl_poses claims 0 MB, more" in expect_refused(
        packed(tmp_path / "a.npz", **dict.fromkeys(names, half))
    )


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    class Bomb:
        def __reduce__(self) -> tuple:
            return (Path.touch, (ran,))

    raw = io.BytesIO()
    np.lib.format.write_array(raw, np.array([Bomb()], dtype=object), allow_pickle=True)
    assert "Python objects" in expect_refused(packed(tmp_path / "a.npz", poses=raw.getvalue()))
    (tmp_path / "b.npz").write_bytes(pickle.dumps(Bomb()))
    expect_refused(tmp_path / "b.npz")
    assert not ran.exists()


@pytest.mark.parametrize(
    "data",
    [b"", b"\x93NUMPY", b"\x93NUMPY\x09\x00" + b"\0" * 50, header((-1, 156)), header((5, 156), "|O"), b"{}" * 50,
     header((5, 156)).replace(b"shape", b"shqpe"), header((5, 156)).replace(b"True", b"open"), header((5, 156), "V8"),
     b"\x93NUMPY\x01\x00\xff\xff" + b"[" * 65535],
)  # fmt: skip
def test_broken_headers_are_refused(tmp_path: Path, data: bytes) -> None:
    expect_refused(packed(tmp_path / "a.npz", poses=data))


def test_encrypted_and_strangely_packed_members_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.npz", poses=header((1, 156)) + bytes(1248))
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    for offset, value, name in ((8, 1, "encrypted.npz"), (10, 14, "lzma.npz"), (10, 99, "unknown.npz")):
        changed = bytearray(data)
        changed[central + offset] = value
        changed[offset - 2] = value
        (tmp_path / name).write_bytes(changed)
        expect_refused(tmp_path / name)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    assert "too many" in expect_refused(packed(tmp_path / "a.npz", **{f"a{i}": b"" for i in range(1200)}))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Write one good file of each format."""
    folder = tmp_path_factory.mktemp("good")
    motion = make_walk(6)
    save_native(motion, folder / "native.npz")
    write_motion(motion, folder / "smpl.npz")
    write_motion(motion, folder / "walk.bvh")
    write_motion(motion, folder / "walk.glb")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["native.npz", "smpl.npz", "walk.bvh", "walk.glb"])
def test_every_truncation_is_refused_or_complete(tmp_path: Path, good: dict[str, bytes], name: str) -> None:
    data = good[name]
    for size in sorted(random.Random(0).sample(range(len(data)), 60)):
        path = tmp_path / name
        path.write_bytes(data[:size])
        try:
            motion = read_motion(path)
        except FormatError as error:
            assert name in str(error)
        else:
            # a text without its last digits is still a text; a frame is never lost unnoticed
            assert name == "walk.bvh"
            assert len(motion) == 6 or f"ends early: {len(motion)} of 6" in motion.provenance.source


@pytest.mark.parametrize("name", ["native.npz", "smpl.npz", "walk.bvh", "walk.glb"])
def test_flipped_bytes_give_a_motion_or_one_sentence(
    tmp_path: Path, good: dict[str, bytes], name: str
) -> None:
    path = tmp_path / name
    for seed in range(150):
        flip = random.Random(seed)
        data = bytearray(good[name])
        for _ in range(flip.randint(1, 8)):
            data[flip.randrange(len(data))] = flip.randrange(256)
        path.write_bytes(data)
        try:
            assert isinstance(read_motion(path), Motion)
        except FormatError as error:
            assert "\n" not in str(error)
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.npz", b"", "empty"),
        ("a.fbx", b"Kaydara FBX Binary  \x00", "is FBX, which Blender alone reads"),
        ("a.npz", b"\x80\x04\x95", "damaged"),
        ("a.bvh", b"\xff\xfe" + "HIERARCHY".encode("utf-16-le"), "is no known motion file"),
        ("other.zip", packed_zip("readme.txt"), "holds no known motion"),
        ("zip.npz", b"PK\x03\x04" + b"\0" * 100, "damaged"),
    ],
)
def test_other_kinds_of_files_are_refused(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert words in expect_refused(tmp_path / name)


@pytest.mark.parametrize(
    "shape",
    [(0, 263), (0, 322), (0, 492), (0, 22, 3), (3, 0, 22, 3), (2, 0, 263), (0, 4, 22, 3), (22, 3, 0), (0,)],
)
def test_arrays_without_frames_are_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    for name in ("a.npy", "a.npz", "a.pkl"):
        array = np.zeros(shape)
        if name == "a.npy":
            np.save(tmp_path / name, array)
        elif name == "a.npz":
            np.savez(tmp_path / name, joints=array, poses=array, trans=np.zeros((0, 3)))
        else:
            (tmp_path / name).write_bytes(pickle.dumps({"joints": array}))
        expect_refused(tmp_path / name)


@pytest.mark.parametrize("name", ["poses", "transl", "global_orient", "body_pose"])
def test_frames_without_numbers_are_refused_or_left_out(tmp_path: Path, name: str) -> None:
    frame = {"global_orient": np.zeros(3), "body_pose": np.zeros(63), "transl": np.zeros(3)} | {
        name: np.zeros(0)
    }
    (tmp_path / "a.pkl").write_bytes(pickle.dumps([frame] * 12))
    if name == "transl":
        assert len(read_motion(tmp_path / "a.pkl")) == 12
    else:
        expect_refused(tmp_path / "a.pkl")


def test_what_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    expect_refused(tmp_path / "missing.bvh")
    (tmp_path / "folder.npz").mkdir()
    expect_refused(tmp_path / "folder.npz")
    with pytest.raises(FormatError, match=r"missing\.npz does not exist"):
        load_native(tmp_path / "missing.npz")


def test_our_own_store_refuses_others(tmp_path: Path) -> None:
    write_motion(make_walk(5), tmp_path / "amass.npz")
    with pytest.raises(FormatError, match="complete"):
        load_native(tmp_path / "amass.npz")
    np.savez(tmp_path / "later.npz", kinescribe_motion=np.array(99))
    with pytest.raises(FormatError, match="another version"):
        read_motion(tmp_path / "later.npz")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"root_translation": np.full((5, 3), 1e300)}, "complete"),
        ({"rest_offsets": np.full((22, 3), 1e300)}, "complete"),
        ({"rest_offsets": np.full((22, 3), np.nan)}, "complete"),
        ({"fps": np.array(np.nan)}, "complete"),
        ({"provenance": np.array("[1]")}, "complete"),
        # names that say nothing, and all joints in a row: neither tells a body
        (
            {
                "joint_names": np.array(json.dumps([f"joint {i}" for i in range(22)])),
                "parents": np.arange(-1, 21),
            },
            "not a human body's",
        ),
    ],
)
def test_our_own_store_is_not_believed_blindly(tmp_path: Path, change: dict, words: str) -> None:
    save_native(make_walk(5), tmp_path / "good.npz")
    np.savez(tmp_path / "bad.npz", **{**np.load(tmp_path / "good.npz"), **change})
    with pytest.raises(FormatError, match=words):
        read_motion(tmp_path / "bad.npz")


def test_a_disk_that_is_full_half_way_leaves_no_litter(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="needs limits on the size of files")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        for name in ("walk.npz", "walk.bvh"):
            with pytest.raises(FormatError, match="could not be written"):
                write_motion(make_walk(50), tmp_path / name)
        with pytest.raises(OSError, match="large"):
            save_native(make_walk(50), tmp_path / "native.npz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".npz", ".bvh"])
def test_a_disk_that_runs_full_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = tmp_path / f"walk{suffix}"
    write_motion(make_walk(5), path)
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    monkeypatch.setattr(np, "savetxt", full)
    with pytest.raises(FormatError, match=r"walk.* could not be written: No space left"):
        write_motion(make_walk(50), path)
    with pytest.raises(OSError, match="No space left"):
        save_native(make_walk(5), tmp_path / "native.npz")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"a\.npz could not be written"):
        write_motion(make_walk(5), tmp_path / "no" / "a.npz")
    with pytest.raises(FormatError, match="no known format suffix"):
        write_motion(make_walk(5), tmp_path / "a.fbx")


def test_letters_that_are_none_are_refused(tmp_path: Path) -> None:
    """NumPy makes texts of them with an error that belongs to the interpreter."""
    save_native(make_walk(5), tmp_path / "good.npz")
    with zipfile.ZipFile(tmp_path / "good.npz") as archive:
        members = {name[:-4]: archive.read(name) for name in archive.namelist()}
    members["provenance"] = members["provenance"][:-4] + b"\xff\xff\xff\x7f"
    assert "not Unicode" in expect_refused(packed(tmp_path / "bad.npz", **members))


def test_a_name_without_end_is_cut_in_the_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.bvh").write_bytes(b"HIERARCHY\nROOT " + b"a\x00" * 400 + b"\nnot a brace\n")
    assert "opening brace" in expect_refused(tmp_path / "a.bvh")
