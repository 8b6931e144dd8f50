# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions, skeletons and requests, in NumPy alone. Metres, right-handed, Y up; characters face +Z."""

from .errors import (
    BackendError,
    Cancelled,
    CheckpointError,
    FormatError,
    KinescribeError,
    MappingError,
    RequestError,
    RigError,
)
from .motion import CONTACT_JOINTS, Motion, Provenance
from .request import Capabilities, MotionRequest, check_request, make_text_request
from .skeleton import SMPL_JOINTS, SMPL_PARENTS, T_POSE, Skeleton, smpl_skeleton

__all__ = [
    "CONTACT_JOINTS",
    "SMPL_JOINTS",
    "SMPL_PARENTS",
    "T_POSE",
    "BackendError",
    "Cancelled",
    "Capabilities",
    "CheckpointError",
    "FormatError",
    "KinescribeError",
    "MappingError",
    "Motion",
    "MotionRequest",
    "Provenance",
    "RequestError",
    "RigError",
    "Skeleton",
    "check_request",
    "make_text_request",
    "smpl_skeleton",
]  # fmt: skip
