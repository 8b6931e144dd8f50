# SPDX-License-Identifier: GPL-3.0-or-later
"""The few errors that Kinescribe raises on purpose.

Each message is one plain sentence that says what is wrong and what to do; operators and the command line
show it as it is. Anything else that is raised is a bug.
"""

from __future__ import annotations


class KinescribeError(Exception):
    """Base of all errors that are meant for the user's eyes."""


class RequestError(KinescribeError):
    """The request asks for something impossible (no prompt, a duration out of range, a malformed constraint)."""


class FormatError(KinescribeError):
    """A motion file is damaged, hostile or of a kind that is not known."""


class MappingError(KinescribeError):
    """No usable correspondence between the motion's joints and the rig's bones."""


class RigError(KinescribeError):
    """The rig cannot be animated as it is (linked, gone, in Edit Mode)."""


class BackendError(KinescribeError):
    """A model could not be loaded or could not answer (weights missing or of another version, server gone)."""


class CheckpointError(BackendError):
    """A model file of somebody else's is damaged, incomplete or of a kind that is not known, or was asked for
    something that it was not trained for."""


class Cancelled(KinescribeError):
    """The user cancelled; not a failure."""
