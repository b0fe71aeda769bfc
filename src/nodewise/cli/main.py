"""`nodewise`: the first look at the words of a command line, before anything slow is loaded."""

import contextlib
import os
import sys
from collections.abc import Sequence

from nodewise.cli.commands import COMMANDS
from nodewise.errors import NodewiseError

_HELP = """\
Usage: nodewise COMMAND [OPTIONS]

See what a neural network learned, node by node, and how far it can be trusted.

Commands:
{commands}

Options:
  -h, --help  Show this message, or that of a command: nodewise fit --help
  --version   Show the version.

Examples:
  nodewise fit measurements.csv --target pressure --hidden 10 --activation sigmoid
  nodewise fit sine --activation cosine --hidden 3 --movie
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The words after the program's name; None for those of this process, which is then set up for
            training (`nodewise.training.runtime`).

    Returns:
        Exit code: 0 done, 2 a mistake in what was asked for (a sentence on standard error says which), 130 Ctrl-C.
    """
    _speak_any_encoding()
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments), own=arguments is None)
        if sys.stdout is not None:  # closed by the shell: >&-
            sys.stdout.flush()
        return code
    except NodewiseError as error:
        return _fail(f"Error: {error}", 2)
    except KeyboardInterrupt:
        return _fail("Interrupted.", 130)
    except BrokenPipeError:  # the reader, such as `head`, wanted no more
        _drop_output()
        return 0
    except OSError as error:  # what standard output is sent to is full, or a folder vanished meanwhile
        _drop_output()
        return _fail(f"Error: {error.strerror or error}: {error.filename or 'standard output'}.", 2)


def _run(words: list[str], own: bool) -> int:
    first = words[0] if words else "--help"
    if first in ("--help", "-h", "help") and len(words) < 2:
        lines = [f"  {name:<10}  {line}" for name, line in COMMANDS.items()]
        sys.stdout.write(_HELP.format(commands="\n".join(lines)))
        return 0
    if first == "help":
        words = [*words[1:2], "--help"]
    elif first == "--version":
        from nodewise.training.runtime import version

        print(version("nodewise"))
        return 0
    if own:
        from nodewise.training.runtime import own_process

        own_process()
    from nodewise.cli.parse import run

    return run(words)


def _speak_any_encoding() -> None:
    """Print a character the terminal's encoding lacks as an escape instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[attr-defined]


def _drop_output() -> None:
    """Send the rest of standard output nowhere, so that Python's last flush does not complain a second time."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(sentence: str, code: int) -> int:
    from nodewise.cli.show import one_line

    print(one_line(sentence), file=sys.stderr)
    return code
