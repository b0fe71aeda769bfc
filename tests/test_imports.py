"""What loads when: the package and its help are quick because they load nothing heavy. Each test is a fresh process."""

import ast

import pytest

HEAVY = {
    "anywidget",
    "jax",
    "jaxlib",
    "keras",
    "matplotlib",
    "pandas",
    "polars",
    "scipy",
    "sklearn",
    "starlette",
    "tensorflow",
    "torch",
    "uvicorn",
}

HELP = """
import runpy, sys
sys.argv = ["nodewise", "--help"]
try:
    runpy.run_module("nodewise", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""


@pytest.mark.parametrize("program", ["import nodewise", HELP], ids=["import", "help"])
def test_nothing_heavy_is_loaded(fresh_python, program):
    done = fresh_python("-c", f"{program}\nimport sys\nprint(sorted(name for name in sys.modules if '.' not in name))")
    loaded = set(ast.literal_eval(done.stdout.splitlines()[-1]))
    assert "nodewise" in loaded
    assert loaded & HEAVY == set()


def test_help_is_a_program(fresh_python):
    assert "Usage: nodewise" in fresh_python("-m", "nodewise", "--help").stdout


@pytest.mark.slow
def test_a_public_name_loads_when_asked_for(fresh_python):
    fresh_python("-c", "import nodewise\nfor name in nodewise.__all__: getattr(nodewise, name)")


def test_an_unknown_name_is_an_attribute_error(fresh_python):
    fresh_python(
        "-c",
        "import nodewise\n"
        "try:\n    nodewise.no_such_name\n"
        "except AttributeError as error:\n    assert 'no_such_name' in str(error), error\n"
        "else:\n    raise AssertionError('no error')",
    )
