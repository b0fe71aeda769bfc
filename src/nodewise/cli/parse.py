"""From words to a call: cyclopts reads the options, and its refusals become one sentence each."""

from cyclopts import App, CycloptsError
from cyclopts import exceptions as refused

from nodewise.cli.commands import COMMANDS
from nodewise.errors import NodewiseError, nearest, unknown

_MANY = 2  # occurrences


def build() -> App:
    """Return the application; a command's module is loaded when the command is chosen."""
    app = App(name="nodewise", version_flags=(), help_format="plaintext", suppress_keyboard_interrupt=False)
    for name, line in COMMANDS.items():
        app.command(f"nodewise.cli.{name}:{name}", name=name, help=line)
    return app


def run(words: list[str]) -> int:
    """Run the command the words ask for and return its exit code.

    Raises:
        NodewiseError: If the words are none that a command takes, or the command refuses them.
    """
    if words[0] not in COMMANDS:
        raise _unknown_command(words[0])
    if words[0] in ("fit", "study"):
        from nodewise.cli.source import table_first

        words = table_first(words)
    words = _joined(words)
    try:
        code = build()(words, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        raise NodewiseError(sentence(error, words[0])) from None
    return code or 0


def _joined(words: list[str]) -> list[str]:
    """Return the words with "--query -1,2" as "--query=-1,2": cyclopts knows -1 as a number, but -1,2 as an option."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "--query" and word[:1] == "-" and word[1:2].isdecimal() | (word[1:2] == "."):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def _unknown_command(word: str) -> NodewiseError:
    if word.startswith("-"):
        return NodewiseError(f"A command must come first: {', '.join(COMMANDS)}. Got {word}.")
    return unknown("command", word, COMMANDS)


def sentence(error: CycloptsError, command: str) -> str:
    """Return what was wrong with the options of `command`, and the remedy, in one sentence or two."""
    match error:
        case refused.UnknownOptionError():
            name = (error.token.keyword or error.token.value).split("=")[0]
            known = [n.lstrip("-") for argument in error.argument_collection for n in argument.names]
            hints = nearest(name.lstrip("-"), known, count=1)
            remedy = f"Did you mean --{hints[0]}?" if hints else f"See nodewise {command} --help."
            return f"Unknown option {name}. {remedy}"
        case refused.ConsumeMultipleError() if error.actual_count >= _MANY:
            return f"{error.keyword} takes at most {error.max_allowed} value. Got {error.actual_count}."
        case refused.MissingArgumentError():
            return f"{_option(error)} needs a value. Got none; see nodewise {command} --help."
        case refused.RepeatArgumentError():
            return f"{error.token.keyword} must be given once. Got it more than once."
        case refused.UnusedCliTokensError():
            words = ", ".join(repr(word) for word in error.unused_tokens or [])
            return f"nodewise {command} has no place for {words}. Put a name with spaces in quotes, or leave it out."
        case refused.CoercionError():
            value = error.token.value if error.token else None
            return f"{_option(error)} takes no such value. Got {value!r}; see nodewise {command} --help."
    return str(error)


def _option(error: CycloptsError) -> str:
    keyword = getattr(error, "keyword", None) or getattr(getattr(error, "token", None), "keyword", None)
    return keyword or (error.argument.name if error.argument else "An option")
