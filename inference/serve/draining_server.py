# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that finishes its jobs before it stops, and then returns instead of ending the process by a signal."""

from __future__ import annotations

import socket

import uvicorn

from .app import Application

DRAIN_SECONDS = 30.0
"""Time for the jobs that run or wait when the server is told to stop."""

FETCH_SECONDS = 5.0
"""Time for clients to fetch the results that are ready."""


class DrainingServer(uvicorn.Server):
    """uvicorn's server with an orderly end; a second signal ends it at once.

    Attributes
    ----------
    unfinished_jobs : list of str
        Names of the jobs that were cancelled at the end.
    """

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self._application = application
        self.unfinished_jobs: list[str] = []

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish the jobs while new work is answered 503, then close all connections."""
        self.unfinished_jobs = await self._application.drain_jobs(
            DRAIN_SECONDS, FETCH_SECONDS, lambda: self.force_exit
        )
        await super().shutdown(sockets)
        # uvicorn would raise the signals again, which would end the process before its caller can clean up
        self._captured_signals.clear()
