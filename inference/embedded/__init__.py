# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded model: a text-conditioned motion diffusion model in NumPy, with its weights."""

from .backend import EmbeddedBackend

__all__ = ["EmbeddedBackend"]
