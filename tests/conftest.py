# SPDX-License-Identifier: GPL-3.0-or-later
"""Run all tests on this checkout, and properties on the same examples in every run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# the only place where tests get devtools: at the end, so that no folder of the checkout hides a package of its name
sys.path.append(str(ROOT))

from devtools.testing.working_tree import load_working_tree  # noqa: E402

load_working_tree()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of optional material beside the checkout; skip the test if it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the optional material in ../shared, which is not here")
    return SHARED


def make_properties_repeatable() -> None:
    """Test properties with the same examples in every run and without a time limit, so that failures repeat."""
    if importlib.util.find_spec("hypothesis"):
        from hypothesis import HealthCheck, settings

        settings.register_profile(
            "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
        )
        settings.load_profile("repeatable")


make_properties_repeatable()
