# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons of the preferences: documents and the motion cache."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import pytest
from kinescribe.preferences import cache_line
from kinescribe.scene import store
from kinescribe.session import session

page = session.page


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    page.clear()
    yield
    page.clear()


def test_a_document_opens_and_closes() -> None:
    assert bpy.ops.kinescribe.show_document(document="LICENSE") == {"FINISHED"}
    assert page.document == "LICENSE"
    assert any("GNU GENERAL PUBLIC LICENSE" in line for line in page.lines)
    bpy.ops.kinescribe.show_document(document="LICENSE")
    assert (page.document, page.lines) == ("", ())


def test_one_document_replaces_the_other() -> None:
    bpy.ops.kinescribe.show_document(document="LICENSE")
    bpy.ops.kinescribe.show_document(document="CREDITS")
    assert page.document == "CREDITS"
    assert any("mocap.cs.cmu.edu" in line for line in page.lines)


def test_a_missing_document_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from kinescribe.operators import about

    monkeypatch.setitem(about.DOCUMENTS, "LICENSE", ("License", "NO_SUCH_FILE"))
    with pytest.raises(RuntimeError, match="NO_SUCH_FILE is missing: install Kinescribe again"):
        bpy.ops.kinescribe.show_document(document="LICENSE")
    assert page.document == ""


def test_the_cache_is_measured_and_emptied() -> None:
    store.clear_cache()
    (store.cache_folder() / f"{'0' * 24}.npz").write_bytes(b"x" * 2_000_000)
    assert page.cached_motions is None
    bpy.ops.kinescribe.measure_cache()
    assert (page.cached_motions, page.cached_bytes) == (1, 2_000_000)
    assert cache_line() == "Motions kept: 1, 2.0 MB"
    bpy.ops.kinescribe.clear_cache()
    assert (page.cached_motions, page.cached_bytes) == (0, 0)
    assert store.measure_cache() == (0, 0)


def test_a_language_model_reads_prompts_only_if_it_is_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from kinescribe.inference.registry import default_backend
    from kinescribe.motion import RequestError
    from kinescribe.operators.endpoints import find_backend
    from kinescribe.preferences import get_preferences

    preferences = get_preferences(bpy.context)
    assert preferences is not None and not preferences.use_language_model
    assert find_backend(bpy.context, "") is default_backend()
    monkeypatch.setenv("KINESCRIBE_TEST_TOKEN", "secret")
    try:
        preferences.use_language_model = True
        with pytest.raises(RequestError, match="Name the language model"):
            find_backend(bpy.context, "")
        preferences.language_model_name = "small"
        preferences.language_model_token_variable = "KINESCRIBE_TEST_TOKEN"
        reader = find_backend(bpy.context, "").reader
        assert reader is find_backend(bpy.context, "").reader is not default_backend().reader
        assert reader._server.token == "secret" and reader._server.is_loopback
        preferences.language_model_url = "nowhere"
        with pytest.raises(RequestError, match="no server address"):
            find_backend(bpy.context, "")
    finally:
        for name in ("use_language_model", "language_model_name", "language_model_token_variable",
                     "language_model_url"):  # fmt: skip
            preferences.property_unset(name)
