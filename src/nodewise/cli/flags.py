"""The options of a training, made from `Settings`: one list of names, texts and defaults for all."""

from collections.abc import Sequence
from dataclasses import Field, fields, make_dataclass
from typing import Annotated, Any, Literal, get_args

from cyclopts import Parameter, Token

from nodewise import activations
from nodewise.training import settings
from nodewise.training.settings import Settings

# Where the command line's default is another than the function's.
DEFAULTS: dict[str, Any] = {"solver": "auto"}


def value(text: str) -> Any:
    """Return the number a word stands for, or the word itself, which `Settings` then refuses in its own words."""
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def words(tokens: Sequence[Token]) -> list[str]:
    """Return the words of an option, given one by one or with commas between them."""
    return [word.strip() for token in tokens for word in token.value.split(",")]


def _split(_: Any, tokens: Sequence[Token]) -> list[str]:
    return words(tokens)


def _whole_numbers(_: Any, tokens: Sequence[Token]) -> tuple[Any, ...]:
    given = words(tokens)
    return () if given == ["none"] else tuple(value(word) for word in given)


def _number(_: Any, tokens: Sequence[Token]) -> Any:
    return value(tokens[0].value)


def _word(_: Any, tokens: Sequence[Token]) -> str:
    return tokens[0].value


def _type(field: Field) -> Any:
    """Return the type shown in help and completed by the shell; nothing is refused by it."""
    if field.name == "activation":
        return tuple[Literal[activations.names()], ...]  # type: ignore[valid-type]
    return Literal[settings.CHOICES[field.name]] if field.name in settings.CHOICES else field.type


def _converter(field: Field) -> Any:
    kinds = {field.type, *get_args(field.type)}
    if field.type in (tuple[int, ...], tuple[str, ...]):
        return _whole_numbers if field.type == tuple[int, ...] else _split
    return _number if kinds & {int, float} else _word


def _flag(field: Field, text: str) -> tuple[str, Any, Any]:
    default = DEFAULTS.get(field.name, field.default)
    shown = ",".join(map(str, default)) if isinstance(default, tuple) else default
    if field.type is bool:
        return field.name, Annotated[bool | None, Parameter(help=f"{text} [default: {shown}]")], None
    parameter = Parameter(
        help=text if default is None else f"{text} [default: {shown}]",
        converter=_converter(field),
        negative="",
        show_choices=not text.startswith("One of"),
        consume_multiple=(1, None) if isinstance(default, tuple) else None,
    )
    return field.name, Annotated[_type(field) | None, parameter], None


LIST = Parameter(consume_multiple=(1, None), negative="")
COMMA_LIST = Parameter(consume_multiple=(1, None), negative="", converter=_split)
NUMBER = Parameter(converter=_number)
SWITCH = Parameter(negative="", show_default=False)


def options(without: Sequence[str] = ()) -> Any:
    """Return a dataclass of the options of a training but some; its values are those given, None for the others."""
    shown = [_flag(field, settings.texts()[field.name]) for field in fields(Settings) if field.name not in without]
    about = "The options of a training that were given; None for the others."
    return make_dataclass("Flags", shown, frozen=True, namespace={"__module__": __name__, "__doc__": about})


Flags: Any = options()


def given(flags: Any) -> dict[str, Any]:
    """Return the options that were given, by name."""
    return {field.name: getattr(flags, field.name) for field in fields(flags) if getattr(flags, field.name) is not None}
