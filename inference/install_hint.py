# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that install what is missing. They name the packages themselves: Kinescribe has no name on PyPI."""

from __future__ import annotations

EXTRAS = {
    "checkpoints": ("torch>=2.2", "safetensors", "transformers"),
    "serve": ("motionmcp-sdk[server]==0.13.*", "threadpoolctl>=3.5"),
}
"""Packages of an extra, as pyproject.toml lists them."""


def describe_installation(extra: str) -> str:
    """Return the command that installs the packages of an extra into the Python that runs."""
    quoted = (f'"{name}"' if set(name) & set("[]<>=*") else name for name in EXTRAS[extra])
    return f"python -m pip install {' '.join(quoted)}"
