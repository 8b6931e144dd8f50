# SPDX-License-Identifier: GPL-3.0-or-later
"""A model on a server, asked as any other."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import quote

from ...motion import (
    BackendError,
    Capabilities,
    FormatError,
    Motion,
    MotionRequest,
    Provenance,
    RequestError,
    check_request,
)
from ...motion.formats.gltf_read import parse_gltf
from ...motion.formats.gltf_write import pack_gltf
from ...motion.resample import resample
from ..backend import IsCancelled, Progress, never, silent
from .errors import wrong_kind
from .jobs import Work, done_by
from .models import RemoteModel
from .server import Server
from .transport import Answer
from .wire import body

GENERATE_SECONDS = 600.0
"""For a whole generation: servers that wake up a graphics card take minutes."""

_KINDS = frozenset({"model/gltf+json", "model/gltf-binary", "application/json", "application/octet-stream"})
_MOST_CAPTIONS, _LONGEST_CAPTION = 1000, 1000


class RemoteBackend:
    """One model of an MMCP server as a :class:`~..backend.Backend`, and, where it describes motions, as a
    :class:`~..backend.Captioner`."""

    def __init__(self, server: Server, model: RemoteModel, seconds: float = GENERATE_SECONDS) -> None:
        """``seconds``: after which a generation is given up."""
        self._server, self._model, self._seconds = server, model, seconds

    def capabilities(self) -> Capabilities:
        """As the server stated them when it was asked for its models."""
        return self._model.capabilities

    def generate(
        self, request: MotionRequest, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[Motion]:
        """See :meth:`~..backend.Backend.generate`; motions have the model's own skeleton."""
        check_request(request, self.capabilities())
        raw = json.dumps(body(request, self._model), allow_nan=False).encode()
        answer = done_by(self._server, Work("/generate", raw, self._seconds), progress, cancelled)
        if answer.kind not in _KINDS:
            raise wrong_kind(self._server, answer)
        try:
            motions = parse_gltf(answer.body, f"The answer of {self._server.host}")
        except FormatError as error:
            raise BackendError(f"{error}: try again, or another model") from None
        return [self._fitted(motion, request, n) for n, motion in enumerate(motions)]

    def captions(
        self, motion: Motion, progress: Progress = silent, cancelled: IsCancelled = never
    ) -> list[str]:
        """See :meth:`~..backend.Captioner.captions`: by ``POST /caption``, which Kinescribe's own servers have."""
        if not self._model.captions:
            raise RequestError(f"{self._model.id} describes no motions: choose a MotionGPT checkpoint")
        path = f"/caption?model={quote(self._model.id, safe='')}"
        work = Work(path, pack_gltf([motion]), self._seconds, "model/gltf-binary")
        return self._sentences(done_by(self._server, work, progress, cancelled))

    def _sentences(self, answer: Answer) -> list[str]:
        """Bounded, and of one line each, whatever the server sends."""
        try:
            stated = answer.json()["captions"]
            if not isinstance(stated, list) or not all(isinstance(said, str) for said in stated):
                raise ValueError("no sentences")
        except (ValueError, KeyError, TypeError):
            raise BackendError(
                f"{self._server.host} answers with something else than captions: is it a Kinescribe server?"
            ) from None
        plain = ("".join(c if c.isprintable() else " " for c in said) for said in stated[:_MOST_CAPTIONS])
        return [" ".join(said.split())[:_LONGEST_CAPTION] for said in plain]

    def _fitted(self, motion: Motion, request: MotionRequest, sample: int) -> Motion:
        motion = resample(motion, request.fps)
        if len(motion) > request.total_frames:
            keep = slice(request.total_frames)
            motion = replace(
                motion,
                root_translation=motion.root_translation[keep],
                local_rotations=motion.local_rotations[keep],
                contacts=None if motion.contacts is None else motion.contacts[keep],
            )
        return replace(
            motion,
            provenance=Provenance(
                request.prompt,
                request.options.seed + sample,
                self._model.id,
                self._model.licence,
                f"MMCP server {self._server.host}",
            ),
        )
