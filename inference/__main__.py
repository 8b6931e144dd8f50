# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``kinescribe``, also as ``python -m kinescribe.inference``.

Apart from ``cli``, whose imports take a third of a second: Ctrl C in that time is an interruption, not a traceback.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from collections.abc import Callable

INTERRUPTED = 130
"""Exit status after Ctrl C, as of a shell's commands."""


def main() -> int:
    """Run the command and return its exit status."""
    sys.unraisablehook = _repeat_interruption
    try:
        status = _import_command()()
        _flush_output()
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # the reader of stdout has gone, as `head` does: end quietly
        _discard_output()
        return 1


def _import_command() -> Callable[[], int]:
    """Import the command line; Ctrl C meanwhile ends the process, as it ends programs that do nothing about it.

    NumPy turns a KeyboardInterrupt in its own import into an ImportError, and its random generators, which it imports
    when they are first used, swallow one.
    """
    is_handled = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_handled:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        import numpy.random  # noqa: F401

        from .cli import main as run_command
    finally:
        if is_handled:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    return run_command


def _repeat_interruption(unraisable: sys.UnraisableHookArgs) -> None:
    """Interrupt again soon where Python had to ignore Ctrl C, as in a callback of its import locks."""
    if unraisable.exc_type is KeyboardInterrupt:
        threading.Timer(0.01, _thread.interrupt_main).start()
    else:
        sys.__unraisablehook__(unraisable)


def _flush_output() -> None:
    """Flush standard output; discard it if that fails, which the command has already reported."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:
        _discard_output()


def _discard_output() -> None:
    """Let what is still to be written go nowhere, or Python would complain when it flushes stdout at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
