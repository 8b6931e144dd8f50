# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions in pickled results: SMPL parameters of one or several people, and MDM's.

Where each tool stores SMPL parameters is described in ``smpl_layouts``; for MDM see ``mdm``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError
from ..motion import Motion
from . import mdm
from .adjust_motion import adjust_motion
from .motion_entries import MotionEntry, make_title
from .read_options import ReadOptions
from .restricted_pickle import read_pickled
from .smpl_layouts import Y_UP_SPACE, SmplPerson, list_people
from .smpl_npz import build_smpl_motion


def list_pickled_motions(path: Path) -> list[MotionEntry]:
    """List the motions in a pickled file, at least one. Raises :class:`FormatError`."""
    entries = list_content_motions(path, read_pickled(path))
    if not entries:
        raise FormatError(
            "{file} holds no known motion: choose results of MDM, GVHMR or WHAM, or SMPL parameters",
            file=path.name,
        )
    return entries


def list_content_motions(path: Path, content: Any) -> list[MotionEntry]:
    """List the motions in unpickled content; empty if the layout is not known. Raises :class:`FormatError`."""
    if isinstance(content, np.ndarray):
        return mdm.list_array_motions(path, content)
    if isinstance(content, dict):
        if mdm.is_results(content):
            return mdm.list_results(path, content)
        if mdm.is_smpl_params(content):

            def build(options: ReadOptions) -> Motion:
                return adjust_motion(mdm.build_smpl_params_motion(path, content), Y_UP_SPACE, options)

            return [MotionEntry("", build)]
    people = list_people(content)
    if not people and isinstance(content, dict):
        return mdm.list_named_motions(path, content)
    return list_smpl_entries(path, people)


def list_smpl_entries(path: Path, people: list[SmplPerson]) -> list[MotionEntry]:
    """List the motions of people whose SMPL parameters were found."""

    def build(person: SmplPerson, options: ReadOptions) -> Motion:
        return build_smpl_motion(path, person.arrays, person.layout, options)

    if len(people) == 1:
        return [MotionEntry("", partial(build, people[0]))]
    return [
        MotionEntry(make_title(person.title, f"person {k}"), partial(build, person))
        for k, person in enumerate(people, 1)
    ]
