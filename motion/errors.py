# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors whose messages are shown to the user.

Each message is one plain sentence that says what is wrong and what to do; operators and the command line
show it to the user. Any other exception is a bug.

A message is a template and its fields (``RigError("{name} is in Edit Mode", name=name)``), so that a translation
dictionary can match the template. ``str(error)`` is English; ``error.translated_message(translate)``
is the message in the language of ``translate``.
"""

from __future__ import annotations

from collections.abc import Callable


class KinescribeError(Exception):
    """Base class of all errors whose messages are shown to the user."""

    def __init__(self, template: str = "", /, **fields: object) -> None:
        """Store the English ``template`` and the ``fields`` that ``str.format`` puts into it.

        A template without fields is used as it stands, braces included. A field that is a ``KinescribeError`` is
        translated with the template that holds it.
        """
        super().__init__(template)
        self.template, self.fields = template, fields

    def __str__(self) -> str:
        return self.translated_message(lambda template: template)

    def translated_message(self, translate: Callable[[str], str]) -> str:
        """Return the message with ``translate`` applied to the template and to those of errors in its fields."""
        text = translate(self.template)
        if not self.fields:
            return text
        values = {
            name: value.translated_message(translate) if isinstance(value, KinescribeError) else value
            for name, value in self.fields.items()
        }
        return text.format(**values)

    def __reduce__(self) -> tuple[Callable[..., KinescribeError], tuple[object, ...]]:
        # keyword arguments of an exception are lost by the default pickling
        return _rebuild_error, (type(self), self.template, self.fields)


def _rebuild_error(
    error_type: type[KinescribeError], template: str, fields: dict[str, object]
) -> KinescribeError:
    return error_type(template, **fields)


class RequestError(KinescribeError):
    """The request asks for something impossible (no prompt, a duration out of range, a malformed constraint)."""


class FormatError(KinescribeError):
    """A motion file is damaged, hostile or of an unknown kind."""


class MappingError(KinescribeError):
    """No usable correspondence between the motion's joints and the rig's bones."""


class RigError(KinescribeError):
    """The rig cannot be animated as it is (linked, gone, in Edit Mode)."""


class BackendError(KinescribeError):
    """A model could not be loaded or did not respond (weights missing or of another version, server gone)."""


class CheckpointError(BackendError):
    """A model file is damaged, incomplete, of an unknown kind, or lacks what a request needs."""


class Cancelled(KinescribeError):
    """The user cancelled; not a failure."""


class Note(KinescribeError):
    """A remark for the user beside a result, such as a bone that could not be keyed; returned, never raised."""
