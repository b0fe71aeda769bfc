"""From the bytes of a request to an object that nothing can be broken with."""

import json
from typing import Any, NoReturn

from nodewise.viewer.studio.refusals import Refused
from nodewise.viewer.studio.runs import ID

_DEEPEST = 20
_KINDS = {list: "a list", str: "text", int: "a number", float: "a number", bool: "true or false", type(None): "null"}


def parse(body: bytes) -> dict[str, Any]:
    """Return the JSON object that `body` holds.

    Raises:
        Refused: If it is no JSON, no object, too deep, or has numbers that are none.
    """
    try:
        value = json.loads(body.decode(), parse_constant=_no_number)
    except RecursionError:
        raise _too_deep() from None
    except Refused:
        raise
    except ValueError:  # no UTF-8, no JSON, or a whole number of thousands of digits
        raise Refused("A request must be JSON in UTF-8. Got something else.", status=400) from None
    if b"\\u" in body and not _writable(value):
        raise Refused("A request must be JSON in UTF-8. Got half a character: a lone surrogate.", status=400)
    if not isinstance(value, dict):
        raise Refused(f"A request must be a JSON object. Got {_KINDS[type(value)]}.", status=400)
    _refuse_depth(value)
    return value


def known_id(kind: str, value: str) -> str:
    """Return `value` if it can be the id of a `kind` of thing.

    Raises:
        Refused: If it has another form than ids have; it then names no folder of ours.
    """
    if not ID.fullmatch(value):
        raise Refused(f"There is no {kind} {value[:40]!r}.", status=404)
    return value


def _writable(value: Any) -> bool:
    try:
        return bool(json.dumps(value, ensure_ascii=False).encode())
    except (UnicodeEncodeError, RecursionError):
        return False


def _no_number(word: str) -> NoReturn:
    raise Refused(f"Numbers must be finite. Got {word}.", status=400)


def _too_deep() -> Refused:
    return Refused(f"A request must be at most {_DEEPEST} levels deep. Got a deeper one.", status=400)


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise _too_deep()
