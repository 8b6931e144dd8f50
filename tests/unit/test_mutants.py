# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of ``dev.py mutants`` fits the code; the mutants themselves are run by that command only."""

from __future__ import annotations

import pytest

from devtools.env.environments import REQUIREMENTS
from devtools.testing.mutants import MUTANTS, Mutant
from devtools.testing.working_tree import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.file)
def test_a_mutant_changes_a_text_that_occurs_exactly_once(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
    assert mutant.new != mutant.old and mutant.environment in REQUIREMENTS
    assert mutant.tests and all((ROOT / test.partition("::")[0]).is_file() for test in mutant.tests)
