"""No module imports upward, sideways or in a circle; and the test that says so can fail."""

import re
from pathlib import Path

import pytest

import floors


def test_the_package_keeps_to_its_floors():
    assert floors.faults() == []


def test_architecture_shows_the_same_floors():
    text = (floors.SOURCE.parents[1] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (.+?) \|", text, re.MULTILINE)
    shown = [tuple(re.findall(r"`(\w+)", names)) for _, names in rows]
    assert [int(floor) for floor, _ in rows] == list(range(len(floors.FLOORS)))
    assert shown == list(floors.FLOORS)


@pytest.fixture
def tree(tmp_path: Path):
    """Write a small package from {file: text} and return the faults found in it."""

    def write(files: dict[str, str]) -> list[str]:
        for name, text in {"__init__.py": "", **files}.items():
            path = tmp_path / "nodewise" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return floors.faults(tmp_path / "nodewise")

    return write


UPWARD = "imports upward, from floor 1 to floor 3: nodewise.inspection.health"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("import nodewise.inspection.health", 1),
        ("from nodewise.inspection import health", 1),
        ("from nodewise.inspection.health import Health", 1),
        ("from ..inspection.health import Health", 1),
        ("from ..inspection import health", 1),
        ("def f():\n    from nodewise.inspection import health", 2),
        ("if TYPE_CHECKING:\n    from nodewise.inspection.health import Health", 2),
        ("import_module('nodewise.inspection.health')", 1),
        ("LAZY = {'health': 'nodewise.inspection.health'}", 1),
    ],
)
def test_an_upward_import_is_found_however_it_is_written(tree, text, line):
    assert tree({"data/tables.py": text, "inspection/health.py": ""}) == [f"data/tables.py:{line} {UPWARD}"]


def test_a_downward_import_passes(tree):
    files = {
        "errors.py": "",
        "activations.py": "from nodewise import errors",
        "network/__init__.py": "from nodewise.network.layers import Dense",
        "network/layers.py": "from nodewise.activations import Activation",
        "data/tables.py": "import nodewise.errors",
        "cli/main.py": "import nodewise as nw\nfrom nodewise.data import tables",
        "__main__.py": "from nodewise.cli.main import main",
        "__init__.py": "PUBLIC = {'Dense': 'nodewise.network'}",
    }
    assert tree(files) == []


def test_neighbours_on_one_floor_do_not_know_each_other(tree):
    files = {"training/fit.py": "", "adapters/onnx.py": "from nodewise.training import fit"}
    assert tree(files) == ["adapters/onnx.py:1 imports a neighbour on floor 2: nodewise.training.fit"]


def test_floor_0_is_read_from_left_to_right(tree):
    assert tree({"activations.py": "from nodewise.network import Network", "network.py": ""}) == [
        "activations.py:1 imports a neighbour on floor 0: nodewise.network"
    ]


def test_a_sibling_import_is_found(tree):
    files = {"inspection/health.py": "from nodewise.inspection import spectrum", "inspection/spectrum.py": ""}
    assert tree(files) == [
        "inspection/health.py:1 imports a sibling that is not the base of its folder: nodewise.inspection.spectrum"
    ]


def test_siblings_meet_through_the_base_below_and_the_face_above(tree):
    files = {
        "training/objective.py": "",
        "training/adam.py": "from .objective import Objective",
        "training/lbfgs.py": "from .objective import Objective",
        "training/fit.py": "from . import adam, lbfgs, objective",
    }
    assert tree(files) == []


def test_a_base_imports_no_leaf_and_a_leaf_no_face(tree):
    files = {
        "training/objective.py": "from . import adam",
        "training/adam.py": "",
        "training/momentum.py": "from . import fit",
        "training/fit.py": "",
    }
    rule = "imports a sibling that is not the base of its folder"
    assert tree(files) == [
        f"training/momentum.py:1 {rule}: nodewise.training.fit",
        f"training/objective.py:1 {rule}: nodewise.training.adam",
    ]


def test_a_folder_in_a_folder_counts_as_one_file(tree):
    files = {
        "training/objective.py": "",
        "training/solvers/adam.py": "from nodewise.training.objective import Objective",
        "training/solvers/lbfgs.py": "from nodewise.training.solvers.adam import moments",
        "training/history.py": "from nodewise.training.solvers import adam",
    }
    rule = "imports a sibling that is not the base of its folder: nodewise.training.solvers.adam"
    assert tree(files) == [f"training/history.py:1 {rule}", f"training/solvers/lbfgs.py:1 {rule}"]


def test_a_cycle_is_found(tree):
    files = {
        "data/tables.py": "from nodewise.data import dates",
        "data/dates.py": "def f():\n    from nodewise.data import scaler",
        "data/scaler.py": "from nodewise.data.tables import read_table",
    }
    assert tree(files) == ["cycle: data.dates -> data.scaler -> data.tables -> data.dates"]


def test_only_the_command_line_uses_the_public_names(tree):
    files = {"figures/fit.py": "import nodewise as nw", "data/tables.py": "from nodewise import fit"}
    assert tree(files) == [
        f"{where}:1 imports the package by its public face: nodewise" for where in ("data/tables.py", "figures/fit.py")
    ]


def test_a_module_outside_the_table_is_found(tree):
    assert tree({"helpers.py": ""}) == ["helpers.py stands on no floor; add 'helpers' to FLOORS"]
