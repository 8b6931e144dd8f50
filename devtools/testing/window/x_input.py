# SPDX-License-Identifier: GPL-3.0-or-later
"""Mouse and keys of an X server, by its extension XTEST: a double click, which Blender can't simulate.

What is sent takes the way of real input: Blender finds double clicks by itself. Runs inside Blender, without a library.
"""

from __future__ import annotations

import os
import socket
import struct

KEY_PRESS, KEY_RELEASE, BUTTON_PRESS, BUTTON_RELEASE, MOTION = 2, 3, 4, 5, 6

BUTTONS = {"LEFTMOUSE": 1, "MIDDLEMOUSE": 2, "RIGHTMOUSE": 3}
"""Blender's names of mouse buttons, and the numbers of X."""

_KEYSYMS = {"RET": 0xFF0D, "ESC": 0xFF1B, "TAB": 0xFF09, "DEL": 0xFFFF, "SPACE": 0x20, "PERIOD": 0x2E, "COMMA": 0x2C,
            "MINUS": 0x2D, "QUOTE": 0x27}  # fmt: skip
_KEYSYMS.update({f"F{number}": 0xFFBD + number for number in range(1, 13)})
_MODIFIERS = {"shift": 0xFFE1, "ctrl": 0xFFE3, "alt": 0xFFE9}

_GET_KEYBOARD_MAPPING, _QUERY_EXTENSION, _FAKE_INPUT = 101, 98, 2
_REPLY_SIZE = 32


class XInput:
    """A connection to the X server of ``$DISPLAY``.

    Raises OSError if there is none, RuntimeError if it refuses or has no XTEST.
    """

    def __init__(self) -> None:
        number = os.environ["DISPLAY"].rpartition(":")[2].partition(".")[0]
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(f"/tmp/.X11-unix/X{number}")
        self._socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        accepted, _, _, _, length = struct.unpack("<BBHHH", self._receive(8))
        setup = self._receive(4 * length)
        if accepted != 1:
            raise RuntimeError(f"the X server refuses: {setup!r}")
        first, last = setup[26], setup[27]
        reply = self._request(struct.pack("<BxHHxx", _QUERY_EXTENSION, 4, 5) + b"XTEST\0\0\0")
        if not reply[8]:
            raise RuntimeError("the X server has no XTEST")
        self._major = reply[9]
        count = last - first + 1
        reply = self._request(struct.pack("<BxHBBxx", _GET_KEYBOARD_MAPPING, 2, first, count))
        symbols = struct.unpack(f"<{len(reply[32:]) // 4}I", reply[32:])
        self._keycodes: dict[int, int] = {}
        for index in range(count):
            # the first symbol of a key is what it means without Shift
            self._keycodes.setdefault(symbols[index * reply[1]], first + index)

    def send(self, kind: str, value: str, x: int, y: int, **modifiers: bool) -> None:
        """Send an event of the mouse or a key.

        Parameters
        ----------
        kind : str
            Blender's name of the key or button, or "MOUSEMOVE".
        value : str
            "PRESS", "RELEASE" or "NOTHING".
        x, y : int
            Pixels of the screen, y down.
        **modifiers : bool
            ``shift``, ``ctrl`` and ``alt``: held from the press to the release.
        """
        self._fake(MOTION, 0, x, y)
        if kind == "MOUSEMOVE":
            return
        is_button = kind in BUTTONS
        code = BUTTONS[kind] if is_button else self._keycodes[_find_keysym(kind)]
        if value == "PRESS":
            self.hold(True, **modifiers)
            self._fake(BUTTON_PRESS if is_button else KEY_PRESS, code)
        else:
            self._fake(BUTTON_RELEASE if is_button else KEY_RELEASE, code)
            self.hold(False, **modifiers)

    def hold(self, is_pressed: bool, **modifiers: bool) -> None:
        """Press ``shift``, ``ctrl`` and ``alt``, or let them go."""
        for name, is_held in modifiers.items():
            if is_held:
                self._fake(KEY_PRESS if is_pressed else KEY_RELEASE, self._keycodes[_MODIFIERS[name]])

    def _fake(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        content = struct.pack("<BBHBBxxII8xhh8x", self._major, _FAKE_INPUT, 9, kind, detail, 0, 0, x, y)
        self._socket.sendall(content)

    def _request(self, content: bytes) -> bytes:
        """Return the reply to a request."""
        self._socket.sendall(content)
        while True:
            head = self._receive(_REPLY_SIZE)
            if head[0] == 1:
                return head + self._receive(4 * struct.unpack("<I", head[4:8])[0])
            if head[0] == 0:
                raise RuntimeError(f"the X server says error {head[1]}")

    def _receive(self, size: int) -> bytes:
        content = b""
        while len(content) < size:
            part = self._socket.recv(size - len(content))
            if not part:
                raise RuntimeError("the X server has closed the connection")
            content += part
        return content


def _find_keysym(kind: str) -> int:
    if kind in _KEYSYMS:
        return _KEYSYMS[kind]
    digits = "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE".split()
    letter = str(digits.index(kind)) if kind in digits else kind.lower()
    return ord(letter)
