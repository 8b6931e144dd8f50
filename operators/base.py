# SPDX-License-Identifier: GPL-3.0-or-later
"""What all operators share: errors become reports, and a mesh stands for its armature.

Nothing here or in the files beside it imports ``motion`` or ``inference`` at the top, nor what needs them: they bring
NumPy, which enabling the extension should not wait for.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy

from ..scene.character import armature_of
from ..scene.character import stored_map as stored_map

Result = set[str]
"""What ``execute`` and ``invoke`` return."""

NO_CHARACTER = "Select an armature, or a mesh that an armature deforms"


class ReportsErrors:
    """An operator whose :meth:`run` may raise; a ``KinescribeError`` is reported as it is.

    In background Blender turns an error report into ``RuntimeError``, so scripts stop at it too.
    """

    def run(self, context: bpy.types.Context) -> Result:
        """Do the work."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> Result:
        """Do the work and report errors."""
        return self.guarded(self.run, context)

    def guarded(self, work: Callable[[bpy.types.Context], Result], context: bpy.types.Context) -> Result:
        """Call ``work`` and report errors."""
        from ..motion import KinescribeError

        try:
            return work(context)
        except KinescribeError as error:
            self.report({"ERROR"}, str(error))  # type: ignore[attr-defined]
            return {"CANCELLED"}


class NeedsCharacter:
    """An operator that works on the character that is selected."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether something selected can be animated."""
        if character(context) is None:
            cls.poll_message_set(NO_CHARACTER)  # type: ignore[attr-defined]
            return False
        return True


def character(context: bpy.types.Context) -> bpy.types.Object | None:
    """The armature that the active object is, or is deformed by."""
    return armature_of(context.object)


def needed_character(context: bpy.types.Context) -> bpy.types.Object:
    """The same, or ``RigError``."""
    from ..motion import RigError

    found = character(context)
    if found is None:
        raise RigError(NO_CHARACTER)
    return found


def object_by_uid(uid: int) -> bpy.types.Object | None:
    """The object with this ``session_uid``: it survives renaming and undo, and never names another object.

    One that was deleted but that something else still points to, such as Rigify's metarig, is in no scene: None.
    """
    return next((o for o in bpy.data.objects if o.session_uid == uid and o.users_scene), None)
