# SPDX-License-Identifier: GPL-3.0-or-later
"""What all operators share: translated reports of errors and results, and the character that is selected.

Nothing here or in the files beside it imports ``motion`` or ``inference`` at the top, nor what needs them: they bring
NumPy, which would make enabling the extension slower.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import bpy
from bpy.app.translations import pgettext_rpt

from ..scene.character import bone_map_properties as bone_map_properties
from ..scene.character import find_armature, find_guided
from ..scene.character import get_action as get_action

if TYPE_CHECKING:
    Operator = bpy.types.Operator
else:
    # Blender registers classes below its own one, not what they share
    Operator = object

Result = set[Literal["RUNNING_MODAL", "CANCELLED", "FINISHED", "PASS_THROUGH", "INTERFACE"]]
"""What ``execute`` and ``invoke`` return."""

NO_CHARACTER = "Select an armature, or a mesh that an armature deforms"


def translate(template: str, /, **fields: object) -> str:
    """Return ``template`` in the user's language with ``fields`` put in by ``str.format``.

    A template without fields is used as it stands, braces included.
    """
    text = pgettext_rpt(template)
    return text.format(**fields) if fields else text


def error_message(error: BaseException) -> str:
    """Return the message of an error in the user's language; one that is no ``KinescribeError`` is called a bug."""
    from ..motion import KinescribeError

    if isinstance(error, KinescribeError):
        return error.translated_message(pgettext_rpt)
    return translate("Kinescribe has a bug: {error}", error=f"{type(error).__name__}: {error}")


def report_info(operator: bpy.types.Operator, template: str, /, **fields: object) -> None:
    """Report ``template`` with ``fields``, translated; see :func:`translate`."""
    operator.report({"INFO"}, translate(template, **fields))


def report_warning(operator: bpy.types.Operator, template: str, /, **fields: object) -> None:
    """Report a warning; see :func:`translate`."""
    operator.report({"WARNING"}, translate(template, **fields))


def report_error(operator: bpy.types.Operator, template: str, /, **fields: object) -> Result:
    """Report an error, which in background mode raises ``RuntimeError``; return what ``execute`` returns then."""
    operator.report({"ERROR"}, translate(template, **fields))
    return {"CANCELLED"}


class ReportsErrors(Operator):
    """An operator whose :meth:`run` may raise a ``KinescribeError``, which is reported in the user's language.

    In background mode Blender turns an error report into ``RuntimeError``, so scripts stop at it too.
    """

    def run(self, context: bpy.types.Context) -> Result:
        """Do the work."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> Result:
        """Do the work and report errors."""
        return self.report_errors(self.run, context)

    def report_errors(
        self, work: Callable[[bpy.types.Context], Result], context: bpy.types.Context
    ) -> Result:
        """Call ``work`` and report a ``KinescribeError`` that it raises."""
        from ..motion import KinescribeError

        try:
            return work(context)
        except KinescribeError as error:
            self.report({"ERROR"}, error_message(error))
            return {"CANCELLED"}


class NeedsCharacter(Operator):
    """An operator that works on the character that is selected."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Require a character."""
        if active_character(context) is None:
            cls.poll_message_set(NO_CHARACTER)
            return False
        return True


def active_character(context: bpy.types.Context) -> bpy.types.Object | None:
    """Return the armature that the active object is, is deformed by, or guides; None if there is none."""
    obj = context.object
    armature = find_armature(obj)
    if armature is None and obj is not None and obj.type in {"CURVE", "EMPTY"}:
        return find_guided(obj, context.scene)
    return armature


def list_characters(context: bpy.types.Context) -> list[bpy.types.Object]:
    """Return the active character, and if it is selected those of all other selected objects."""
    found = [active_character(context)]
    if context.object not in context.selected_objects:
        return [obj for obj in found if obj is not None]
    found += [find_armature(obj) for obj in context.selected_objects if obj.type in {"ARMATURE", "MESH"}]
    characters: list[bpy.types.Object] = []
    for obj in found:
        if obj is not None and obj.type == "ARMATURE" and obj not in characters:
            characters.append(obj)
    return characters


def require_character(context: bpy.types.Context) -> bpy.types.Object:
    """Return the active character's armature. Raises ``RigError`` if there is none."""
    from ..motion import RigError

    armature = active_character(context)
    if armature is None:
        raise RigError(NO_CHARACTER)
    return armature


def object_by_uid(uid: int) -> bpy.types.Object | None:
    """Return the object with this ``session_uid``, which survives renaming and undo; None if it is gone.

    An object that was deleted but that something else still points to, such as Rigify's metarig, is in no scene and
    counts as gone.
    """
    return next((o for o in bpy.data.objects if o.session_uid == uid and o.users_scene), None)


def scene_by_uid(uid: int) -> bpy.types.Scene | None:
    """Return the scene with this ``session_uid``; None if it was removed."""
    return next((scene for scene in bpy.data.scenes if scene.session_uid == uid), None)


def absolute_path(filepath: str) -> Path:
    """Resolve a path that may begin with "//", Blender's sign for the folder of the .blend.

    Raises ``RequestError`` if it is empty.
    """
    from ..motion import RequestError

    if not filepath:
        raise RequestError("Choose a file")
    return Path(bpy.path.abspath(filepath))


def operator_error_reason(error: RuntimeError) -> str:
    """Return the message with which an operator failed, from the ``RuntimeError`` that calling it raised.

    Blender puts "Error: " before a report, and "Operator bpy.ops.NAME.poll() " before the message of ``poll``.
    """
    return str(error).strip().rpartition(".poll() ")[2].removeprefix("Error: ")
