# SPDX-License-Identifier: GPL-3.0-or-later
"""The models that can be asked."""

from __future__ import annotations

from functools import cache

from .backend import Backend


@cache
def default_backend() -> Backend:
    """The embedded model, one for the session. Cheap: its weights are read at the first generation."""
    from .embedded import EmbeddedBackend

    return EmbeddedBackend()
