# SPDX-License-Identifier: GPL-3.0-or-later
"""``POST /caption``: what a motion shows. A route of our own beside MMCP's, which has none for this.

The body is one motion as glTF (``model/gltf-binary`` or ``model/gltf+json``, which ``/generate`` answers with),
``?model=`` names who is asked (by default the first that describes motions), and the answer is
``{"captions": ["...", ...]}``: a sentence for each stretch of the motion; stretches follow one another and are equally
long. Jobs, tokens, limits and errors are those of ``/generate``. The header ``Kinescribe-Captions`` of
``GET /capabilities`` names the models that answer here, so that MMCP's own answer stays as its schemas have it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import parse_qs, quote

from motionmcp import ProtocolError

from ...motion import FormatError, KinescribeError, Motion, RequestError
from ...motion.formats import to_smpl
from ...motion.formats.gltf_read import parse_gltf
from .asgi import Message, Receive, Send, read, refuse, reply
from .backbone import ServedBackbone

PATH = "/caption"
HEADER = b"kinescribe-captions"


class Captions:
    """ASGI application for those of ``models`` that describe motions; bodies of up to ``largest`` bytes."""

    def __init__(self, models: Sequence[ServedBackbone], largest: int) -> None:
        self._models = {model.model_id: model for model in models if model.captions}
        self._largest = largest

    @property
    def header(self) -> list[tuple[bytes, bytes]]:
        """What ``/capabilities`` carries along; nothing where no model describes motions."""
        names = ", ".join(quote(name, safe="") for name in self._models)
        return [(HEADER, names.encode("ascii"))] if names else []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        raw = await read(receive, self._largest)
        if raw is None:
            await refuse(send, 413, "payload_too_large", f"request body is more than {self._largest} bytes")
            return
        try:
            model = self._named(scope.get("query_string", b""))
            found = await model.caption(await asyncio.to_thread(_motion, raw))
        except ProtocolError as error:
            await reply(send, error.status_code, error.to_envelope())
        else:
            await reply(send, 200, {"captions": found})

    def _named(self, query: bytes) -> ServedBackbone:
        name = parse_qs(query.decode("latin-1")).get("model", [next(iter(self._models), "")])[0]
        if name not in self._models:
            offered = ", ".join(self._models) or "none is loaded"
            raise ProtocolError("unknown_model", f"no such model describes motions here ({offered})")
        return self._models[name]


def _motion(raw: bytes) -> Motion:
    """On SMPL's joints, whatever the skeleton."""
    try:
        motions = parse_gltf(raw, "The body of the request")
        if len(motions) != 1:
            raise RequestError(f"The body of the request holds {len(motions)} motions: send one at a time")
        return to_smpl(motions[0])
    except (FormatError, RequestError) as error:
        raise ProtocolError("invalid_request", str(error)) from None
    except KinescribeError as error:
        raise ProtocolError("invalid_skeleton", str(error)) from None
