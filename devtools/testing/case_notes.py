# SPDX-License-Identifier: GPL-3.0-or-later
"""List the assumptions of an import, from the provenance that it stores on the motion."""

from __future__ import annotations

import re

_PLAIN_FACT = re.compile(
    r"-?[XYZ] up|\d+(\.\d+)? fps|SMPL(-H|-X)?|motion \d+ of \d+|no fingers|\d+ joints|rotations solved from joints"
)
"""Notes on what a file holds, which assume nothing."""


def list_assumptions(source: str) -> list[str]:
    """Return the assumptions and corrections in ``provenance.source``, without file, layout and facts."""
    _, _, notes = source.partition(": ")
    return [note for note in notes.split(", ")[1:] if not _PLAIN_FACT.fullmatch(note)]
