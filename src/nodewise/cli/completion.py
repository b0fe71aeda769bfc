"""`nodewise completion`: the script that lets a shell complete commands and options."""

from typing import Annotated, Any, Literal

from cyclopts import Parameter

from nodewise.errors import unknown

SHELLS = ("bash", "zsh", "fish")


def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], Parameter(converter=lambda _, tokens: tokens[0].value)], /
) -> None:
    """Print the completion script of a shell.

    For bash: nodewise completion bash > ~/.local/share/bash-completion/completions/nodewise

    Args:
        shell: bash, zsh or fish.
    """
    from nodewise.cli.parse import build

    if shell not in SHELLS:
        raise unknown("shell", shell, SHELLS)
    kind: Any = shell
    print(build().generate_completion(shell=kind))
