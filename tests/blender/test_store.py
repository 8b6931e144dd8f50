# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion cache: motions are found again, its size is limited, no file is half written."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from kinescribe.motion import FormatError, KinescribeError, Motion
from kinescribe.scene import store
from stroll import stroll


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(store, "cache_folder", lambda: tmp_path)
    return tmp_path


def aged(folder: Path, key: str, seconds: float) -> None:
    """Make a motion's last use lie in the past."""
    path = folder / f"{key}.npz"
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


def test_a_motion_comes_back_as_it_was() -> None:
    motion = stroll(frames=12)
    back = store.load_motion(store.save_motion(motion))
    np.testing.assert_array_equal(back.root_translation, motion.root_translation)
    np.testing.assert_allclose(back.local_rotations, motion.local_rotations, atol=1e-12)
    assert back.skeleton.joint_names == motion.skeleton.joint_names
    assert (back.fps, back.provenance) == (motion.fps, motion.provenance)


def test_the_id_stands_for_the_content(folder: Path) -> None:
    def key(motion: Motion) -> str:
        return store.save_motion(motion)

    assert key(stroll(frames=12)) == key(stroll(frames=12))
    others = {key(stroll(frames=13)), key(stroll(frames=12, seed=8)), key(stroll(frames=12, fps=30.0))}
    assert len(others | {key(stroll(frames=12))}) == 4
    assert len(list(folder.iterdir())) == 4


def test_the_folder_is_the_extensions_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert store.cache_folder().is_dir()
    assert store.cache_folder().parts[-2:] == ("kinescribe", "motions")


@pytest.mark.parametrize("limit", [("MAX_MOTIONS", 2), ("MAX_BYTES", 2.5)])
def test_what_was_not_used_for_longest_goes_first(
    limit: tuple[str, float], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [store.save_motion(stroll(frames=12, seed=seed)) for seed in (1, 2)]
    size = (folder / f"{keys[0]}.npz").stat().st_size
    monkeypatch.setattr(store, limit[0], limit[1] if limit[0] == "MAX_MOTIONS" else limit[1] * size)
    aged(folder, keys[0], 100)
    aged(folder, keys[1], 50)
    store.load_motion(keys[0])  # now the second is the one unused for longest
    keys.append(store.save_motion(stroll(frames=12, seed=3)))
    assert {p.stem for p in folder.iterdir()} == {keys[0], keys[2]}


def test_a_motion_larger_than_all_allowed_is_still_kept_until_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_BYTES", 10)
    first = store.save_motion(stroll(frames=12, seed=1))
    assert len(store.load_motion(first)) == 12
    aged(folder, first, 100)
    second = store.save_motion(stroll(frames=12, seed=2))
    assert [p.stem for p in folder.iterdir()] == [second]


@pytest.mark.parametrize("key", ["", "../../secret", "0" * 23, "0" * 24 + "\n", "Z" * 24])
def test_an_id_of_unknown_origin_does_not_leave_the_folder(key: str) -> None:
    with pytest.raises(FormatError, match="does not name a cached motion"):
        store.load_motion(key)


def test_a_motion_that_is_gone_or_damaged_is_one_sentence(folder: Path) -> None:
    key = store.save_motion(stroll(frames=12))
    path = folder / f"{key}.npz"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(FormatError, match="cache is damaged: generate or import it again"):
        store.load_motion(key)
    assert store.save_motion(stroll(frames=12)) == key and len(store.load_motion(key)) == 12
    path.unlink()
    with pytest.raises(FormatError, match="no longer in the cache"):
        store.load_motion(key)


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: object, target: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(KinescribeError, match="free some disk space"):
        store.save_motion(stroll(frames=12))
    assert list(folder.iterdir()) == []


def test_what_a_killed_blender_left_half_written_goes(folder: Path) -> None:
    old, fresh = folder / ".abc-1.part", folder / ".def-2.part"
    for path in (old, fresh):
        path.write_bytes(b"half")
    then = old.stat().st_mtime - 7200
    os.utime(old, (then, then))
    store.save_motion(stroll(frames=12))
    assert not old.exists() and fresh.exists()


def test_usage_and_clear() -> None:
    store.save_motion(stroll(frames=12, seed=1))
    store.save_motion(stroll(frames=12, seed=2))
    count, size = store.measure_cache()
    assert count == 2 and size > 1000
    assert store.clear_cache() == 2
    assert store.measure_cache() == (0, 0)
