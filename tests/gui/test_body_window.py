# SPDX-License-Identifier: GPL-3.0-or-later
"""The body's mesh in a real Blender: its button, its progress, its undo step."""

from __future__ import annotations

from collections.abc import Callable

from devtools.testing.window import session


def test_body(play: Callable[..., session.PlayResult]) -> None:
    """Compute, cancel, show, undo and fail, as ``plays/body.py`` says."""
    played = play("body", size="1280x1000")
    assert played.status == 0, played.failure_text
    assert "Traceback" not in played.log, played.log[-3000:]
    assert played.notes["cancelled"] == "Computing the body was cancelled"
    assert played.notes["shown"] == "The body is ready"
