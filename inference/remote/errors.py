# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors for responses of a server that hold no result."""

from __future__ import annotations

from ...motion import BackendError, KinescribeError, RequestError
from .server import Server
from .transport import Response

_MAX_MESSAGE_LENGTH = 300


def refusal_error(server: Server, response: Response) -> KinescribeError:
    """Return the error for a response with a status other than 200."""
    code, message = _parse_envelope(response)
    status = response.status
    fields: dict[str, object] = {
        "host": server.host,
        "status": status,
        "detail": f": {message}" if message else "",
    }
    if status in (401, 403):
        if server.token:
            return BackendError(
                "{host} does not accept the token (HTTP {status}): enter a valid one in the preferences",
                **fields,
            )
        return BackendError(
            "{host} asks for a token (HTTP {status}): enter a valid one in the preferences", **fields
        )
    if status == 404:
        return BackendError("{host} has nothing at this address: is it an MMCP server?", **fields)
    if status == 413:
        return RequestError("The request is too large for {host}: ask for a shorter motion{detail}", **fields)
    if status in (429, 503):
        if response.retry_after:
            return BackendError(
                "{host} is busy (HTTP {status}): try again in {seconds:.0f} seconds{detail}",
                seconds=response.retry_after,
                **fields,
            )
        return BackendError("{host} is busy (HTTP {status}): try again later{detail}", **fields)
    if status == 504 or code == "timeout":
        return BackendError(
            "{host} ran out of time: ask for a shorter motion, or try again{detail}", **fields
        )
    if 400 <= status < 500:
        return RequestError(
            "{host} refuses the request ({reason}){detail}", reason=code or f"HTTP {status}", **fields
        )
    if message:
        return BackendError("{host} failed (HTTP {status}){detail}", **fields)
    return BackendError("{host} failed (HTTP {status}): look at its log", **fields)


def media_type_error(server: Server, response: Response) -> BackendError:
    """Return the error for a response of an unexpected media type."""
    return BackendError(
        "{host} answers with {kind} instead of a motion: is it an MMCP server?",
        host=server.host,
        kind=response.media_type[:60] or "nothing",
    )


def _parse_envelope(response: Response) -> tuple[str, str]:
    """Return code and message of MMCP's error envelope, both bounded and of one line; empty if there is none."""
    try:
        error = response.json()["error"]
        code, message = str(error.get("code", "")), str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""
    text = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    return code[:60], text if len(text) <= _MAX_MESSAGE_LENGTH else text[: _MAX_MESSAGE_LENGTH - 1] + "\u2026"
