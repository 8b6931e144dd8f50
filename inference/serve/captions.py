# SPDX-License-Identifier: GPL-3.0-or-later
"""The route ``POST /caption``, which MMCP does not have: motion in, text out.

The body is one motion as glTF (``model/gltf-binary`` or ``model/gltf+json``, the format that ``/generate`` returns).
``?model=`` names the model; the default is the first one that writes captions. The response is
``{"captions": ["...", ...]}``: one caption for each part of the motion; the parts are equally long and in order. Jobs,
tokens, limits and errors are those of ``/generate``. The header ``Kinescribe-Captions`` of ``GET /capabilities`` names
the models with captions, so that its body stays valid MMCP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from motionmcp import ProtocolError
from starlette.requests import Request
from starlette.responses import JSONResponse

from ...motion import FormatError, KinescribeError, Motion, RequestError
from ...motion.formats import to_smpl
from ...motion.formats.gltf_read import parse_gltf
from .backbone import ServedBackbone

PATH = "/caption"
HEADER = "kinescribe-captions"


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Read the body of a request. Raises ``ProtocolError`` if it has more than ``max_bytes`` bytes."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > max_bytes:
            raise ProtocolError("payload_too_large", f"request body is more than {max_bytes} bytes")
        parts.append(part)
    return b"".join(parts)


class CaptionRoute:
    """The route's handler, for those of ``models`` that write captions; bodies of up to ``max_bytes`` bytes."""

    def __init__(self, models: Sequence[ServedBackbone], max_bytes: int) -> None:
        self._models = {model.model_id: model for model in models if model.captions}
        self._max_bytes = max_bytes

    @property
    def header_value(self) -> str:
        """The escaped ids of the models with captions; empty if there are none."""
        return ", ".join(quote(model_id, safe="") for model_id in self._models)

    async def handle_request(self, request: Request) -> JSONResponse:
        """Return the captions of the motion in the body. Raises ``ProtocolError``."""
        body = await read_body(request, self._max_bytes)
        model = self._select_model(request.query_params.get("model"))
        return JSONResponse(
            {"captions": await model.caption_motion(await asyncio.to_thread(_read_motion, body))}
        )

    def _select_model(self, model_id: str | None) -> ServedBackbone:
        if model_id is None and self._models:
            return next(iter(self._models.values()))
        if model_id not in self._models:
            offered = ", ".join(self._models) or "none is loaded"
            raise ProtocolError("unknown_model", f"no such model describes motions here ({offered})")
        return self._models[model_id]


def _read_motion(body: bytes) -> Motion:
    """Return the one motion in a glTF file, on SMPL's joints. Raises ``ProtocolError``."""
    try:
        motions = parse_gltf(body, "The body of the request")
        if len(motions) != 1:
            raise RequestError(
                "The body of the request holds {count} motions: send one at a time", count=len(motions)
            )
        return to_smpl(motions[0])
    except (FormatError, RequestError) as error:
        raise ProtocolError("invalid_request", str(error)) from None
    except KinescribeError as error:
        raise ProtocolError("invalid_skeleton", str(error)) from None
