# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids of requests: sent by a client or proxy, or made here, returned with the response and written to the log."""

from __future__ import annotations

import re
import secrets

HEADER = "x-request-id"

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def choose_request_id(sent: str) -> str:
    """Return the id that was sent if it is short and plain, so that it can't break a line of a log; else a new one."""
    return sent if _PLAIN.fullmatch(sent) else secrets.token_hex(8)
