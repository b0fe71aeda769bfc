"""How the studio says no: a sentence, the field it is about, and a status of HTTP."""

import re
from dataclasses import fields

from starlette.requests import Request
from starlette.responses import JSONResponse

from nodewise.errors import NodewiseError
from nodewise.training.settings import Settings

_SETTINGS = frozenset(field.name for field in fields(Settings))
_OF_SOURCE = frozenset({"samples", "noise", "low", "high", "inputs", "targets", "labels", "target", "task", "weights"})
# Sentences of the library that do not begin with the name of the field they are about.
_OPENINGS = (
    ("the training must fit", "hidden"),
    ("feature", "features"),
    ("target", "target"),
    ("label", "target"),
    ("every class of", "target"),
    ("problem must", "problem"),
    ("A table must be one", "table"),
)


class Refused(NodewiseError):  # noqa: N818  # it reads better where it is raised
    """A refusal of the studio itself.

    Attributes:
        status: Of HTTP.
        field: What it is about, "" where there is no such field.
    """

    def __init__(self, sentence: str, field: str = "", status: int = 422) -> None:
        super().__init__(sentence)
        self.field, self.status = field, status


def field_of(sentence: str) -> str:
    """Return the name of the field a refusal of the library speaks of, or ""."""
    named = re.match(r"(\w+)(?: \w+){0,3} (?:must|needs)\b", sentence)
    if named and (named[1] in _SETTINGS or named[1] in _OF_SOURCE):
        return named[1]
    return next((field for opening, field in _OPENINGS if sentence.startswith(opening)), "")


def as_dict(error: NodewiseError) -> dict[str, str]:
    """Return the sentence of a refusal with its field, where it has one."""
    field = error.field if isinstance(error, Refused) else field_of(str(error))
    return {"error": str(error)} | ({"field": field} if field else {})


def answer(_: Request, error: Exception) -> JSONResponse:
    """Answer a request with the refusal it met."""
    assert isinstance(error, NodewiseError)
    return JSONResponse(as_dict(error), error.status if isinstance(error, Refused) else 422)


def answer_nobody(_: Request, __: Exception) -> JSONResponse:
    """Answer a request whose sender has gone before it was whole: nobody reads this."""
    return JSONResponse({"error": "The request ended early."}, 400)


def answer_mistake(_: Request, error: Exception) -> JSONResponse:
    """Answer a request that met a mistake of ours; the trace goes to the terminal."""
    return JSONResponse({"error": f"The studio made a mistake: {type(error).__name__}. Its terminal says more."}, 500)


def answer_http(request: Request, error: Exception) -> JSONResponse:
    """Answer a request for an address that is not there, or by a method it does not take."""
    status = getattr(error, "status_code", 500)
    words = {404: "is no address of the studio", 405: f"does not take {request.method}"}
    return JSONResponse({"error": f"{request.scope['path'][:200]!r} {words.get(status, 'failed')}."}, status)
