"""The line between parent and child: a line of JSON, with the number of bytes that follow it, and those bytes."""

import json
from typing import IO, Any

LONGEST_HEAD = 1 << 24
Message = tuple[dict[str, Any], bytes]


class LostError(Exception):
    """The other end is gone, or says what it should not."""


def send(stream: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    """Send one message."""
    stream.write(json.dumps(head | {"bytes": len(body)}).encode() + b"\n")
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> Message:
    """Return the next message, whose body has at most `most` bytes.

    Raises:
        LostError: If there is none, or it has another form.
    """
    try:
        head = json.loads(stream.readline(LONGEST_HEAD))
        size = head["bytes"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise LostError from None
    if not isinstance(size, int) or not 0 <= size <= most:
        raise LostError
    body = stream.read(size)
    if len(body) < size:
        raise LostError
    return head, body
