# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server's refusal means to the person who asked."""

from __future__ import annotations

from ...motion import BackendError, KinescribeError, RequestError
from .server import Server
from .transport import Answer

_LONGEST = 300


def refused(server: Server, answer: Answer) -> KinescribeError:
    """The error for an answer that is no result: one sentence that says what to do."""
    code, message = _envelope(answer)
    status = answer.status
    said = f": {message}" if message else ""
    if status in (401, 403):
        what = "does not accept the token" if server.token else "asks for a token"
        return BackendError(f"{server.host} {what} (HTTP {status}): enter a valid one in the preferences")
    if status == 404:
        return BackendError(f"{server.host} has nothing at this address: is it an MMCP server?")
    if status == 413:
        return RequestError(f"The request is too large for {server.host}: ask for a shorter motion{said}")
    if status in (429, 503):
        wait = f"in {answer.retry_after:.0f} seconds" if answer.retry_after else "later"
        return BackendError(f"{server.host} is busy (HTTP {status}): try again {wait}{said}")
    if status == 504 or code == "timeout":
        return BackendError(f"{server.host} ran out of time: ask for a shorter motion, or try again{said}")
    if 400 <= status < 500:
        return RequestError(f"{server.host} refuses the request ({code or f'HTTP {status}'}){said}")
    return BackendError(f"{server.host} failed (HTTP {status}){said or ': look at its log'}")


def wrong_kind(server: Server, answer: Answer) -> BackendError:
    """The error for an answer of a kind that nobody asked for."""
    kind = answer.kind[:60] or "nothing"
    return BackendError(f"{server.host} answers with {kind} instead of a motion: is it an MMCP server?")


def _envelope(answer: Answer) -> tuple[str, str]:
    """Code and message of MMCP's error envelope, cleaned; empty where there is none."""
    try:
        error = answer.json()["error"]
        code, message = str(error.get("code", "")), str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""
    plain = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    return code[:60], plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "\u2026"
