"""How parent and child talk over their socket: lengths and bytes."""

from __future__ import annotations

import socket
import struct

LENGTH = struct.Struct(">Q")
BEGIN = struct.Struct(">BBQ")
"""What the server is told with a conversation and a source: what kind it is of, for which of the targets for
runs it is, and how many bytes the source has."""
FILE, STREAM, RUN = 0, 1, 2
"""Kinds of conversations: about one file, about one that is streamed, about one file after another."""
BLOCK = 1 << 20
"""The most bytes of a stream that go in one frame."""


def exactly(conversation: socket.socket, size: int) -> bytes:
    """Receive so many bytes, at best in one piece. Raises ConnectionError if the other side goes first."""
    whole = conversation.recv(size, socket.MSG_WAITALL) if size else b""
    if len(whole) == size:
        return whole
    heard = bytearray(whole) + bytearray(size - len(whole))
    rest = memoryview(heard)[len(whole) :]
    while rest:
        count = conversation.recv_into(rest)
        if not count:
            raise ConnectionError
        rest = rest[count:]
    return bytes(heard)


def number(conversation: socket.socket) -> int:
    """Receive one length."""
    return int(LENGTH.unpack(exactly(conversation, LENGTH.size))[0])
