"""docs/cli.md names every command and option, and none that is not there."""

import re
from pathlib import Path

import pytest

from nodewise import activations
from nodewise.cli.commands import COMMANDS
from nodewise.cli.fit import KNOWN
from nodewise.cli.parse import build
from nodewise.data import problems
from nodewise.training import settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## `nodewise (\w+).*\n([\s\S]*?)(?=^## |\Z)", PAGE, re.MULTILINE))


def options(command: str) -> set[str]:
    arguments = build()[command].assemble_argument_collection(parse_docstring=False)
    return {name for argument in arguments for name in argument.names if name.startswith("--")}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_the_docs_and_none_else(command):
    section = SECTIONS[command]
    tables = "\n".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `--"))
    assert set(re.findall(r"--[a-z0-9-]+", tables)) == options(command)


def test_every_choice_is_in_the_docs():
    words = [
        *activations.names(),
        *problems.names(),
        *problems.ALIASES,
        *(c for cs in settings.CHOICES.values() for c in cs),
    ]
    assert [word for word in words if not re.search(rf"\b{word}\b", SECTIONS["fit"])] == []


def test_help_names_every_problem(run):
    shown = run("fit", "--help").out
    assert [name for name in problems.names() if name not in shown] == []


def test_help_has_the_settings_texts_and_the_command_line_s_defaults(run):
    shown = " ".join(run("fit", "--help").out.replace("│", " ").split())
    assert "One of auto, adam, momentum," in shown
    assert "chooses by the size of the data. [default: auto]" in shown
    assert "`" not in shown


def test_the_settings_file_in_the_docs_is_one():
    import tomllib

    text = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert text
    assert set(tomllib.loads(text[1])) <= set(KNOWN)
