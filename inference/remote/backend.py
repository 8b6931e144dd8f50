# SPDX-License-Identifier: GPL-3.0-or-later
"""A model on an MMCP server as a backend."""

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
from ..backend import IsCancelled, Progress, never_cancelled, no_progress
from .errors import media_type_error
from .jobs import JobRequest, run_remote_job
from .models import RemoteModel
from .server import Server
from .transport import Response
from .wire import encode_request

GENERATE_SECONDS = 600.0
"""Time limit of a whole generation: servers that first have to start a machine with a GPU take minutes."""

_MEDIA_TYPES = frozenset(
    {"model/gltf+json", "model/gltf-binary", "application/json", "application/octet-stream"}
)
_MAX_CAPTIONS, _MAX_CAPTION_LENGTH = 1000, 1000


class RemoteBackend:
    """One model of an MMCP server: a :class:`~..backend.Backend` and, if the server has captions, a ``Captioner``."""

    def __init__(self, server: Server, model: RemoteModel, seconds: float = GENERATE_SECONDS) -> None:
        """Use ``model`` of ``server``; a generation ends with an error after ``seconds``."""
        self._server, self._model, self._seconds = server, model, seconds

    def capabilities(self) -> Capabilities:
        """Return what the server stated in ``/capabilities``."""
        return self._model.capabilities

    def generate(
        self,
        request: MotionRequest,
        progress: Progress = no_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> list[Motion]:
        """Generate motions on the model's own skeleton; see :meth:`~..backend.Backend.generate`."""
        check_request(request, self.capabilities())
        body = json.dumps(encode_request(request, self._model), allow_nan=False).encode()
        response = run_remote_job(
            self._server, JobRequest("/generate", body, self._seconds), progress, cancelled
        )
        if response.media_type not in _MEDIA_TYPES:
            raise media_type_error(self._server, response)
        try:
            motions = parse_gltf(response.body, f"The answer of {self._server.host}")
        except FormatError as error:
            raise BackendError("{error}: try again, or another model", error=error) from None
        return [self._fit_to_request(motion, request, n) for n, motion in enumerate(motions)]

    def generate_captions(
        self, motion: Motion, progress: Progress = no_progress, cancelled: IsCancelled = never_cancelled
    ) -> list[str]:
        """Return captions from ``POST /caption``, a route of Kinescribe servers: see ``Captioner``."""
        if not self._model.captions:
            raise RequestError(
                "{model} describes no motions: choose a MotionGPT checkpoint", model=self._model.id
            )
        path = f"/caption?model={quote(self._model.id, safe='')}"
        job = JobRequest(path, pack_gltf([motion]), self._seconds, "model/gltf-binary")
        return self._parse_captions(run_remote_job(self._server, job, progress, cancelled))

    def _parse_captions(self, response: Response) -> list[str]:
        """Return the captions in a response: one line each, and bounded in number and length."""
        try:
            captions = response.json()["captions"]
            if not isinstance(captions, list) or not all(isinstance(caption, str) for caption in captions):
                raise ValueError("no captions")
        except (ValueError, KeyError, TypeError):
            raise BackendError(
                "{host} answers with something else than captions: is it a Kinescribe server?",
                host=self._server.host,
            ) from None
        printable = (
            "".join(c if c.isprintable() else " " for c in text) for text in captions[:_MAX_CAPTIONS]
        )
        return [" ".join(text.split())[:_MAX_CAPTION_LENGTH] for text in printable]

    def _fit_to_request(self, motion: Motion, request: MotionRequest, sample: int) -> Motion:
        """Resample to the request's frame rate, cut to its length and add the provenance."""
        motion = resample(motion, request.fps)
        if len(motion) > request.total_frames:
            frames = slice(request.total_frames)
            motion = replace(
                motion,
                root_translation=motion.root_translation[frames],
                local_rotations=motion.local_rotations[frames],
                contacts=None if motion.contacts is None else motion.contacts[frames],
            )
        return replace(
            motion,
            provenance=Provenance(
                request.prompt,
                request.options.seed + sample,
                self._model.id,
                self._model.licence,
                f"MMCP server {self._server.host}",
                doubted=motion.provenance.doubted,
                unknown_words=motion.provenance.unknown_words,
                crowded=motion.provenance.crowded,
            ),
        )
