"""The viewer's source keeps to its layers and its line length; and the test that says so can fail."""

import re

import pytest

import layers

LONGEST = 120


def test_the_viewer_keeps_to_its_layers():
    assert len(layers.files(layers.SOURCE)) > 100
    assert layers.faults() == []


def test_architecture_shows_the_same_layers():
    text = (layers.SOURCE.parents[1] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w./]+?)/?` \| (.*?) \|", text, re.MULTILINE)
    shown = {name: tuple(found.rstrip("/") for found in re.findall(r"`([\w./]+)`", below)) for name, below in rows}
    assert shown == layers.LAYERS


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"core/a.ts": "../draw/b.ts"}, "core/a.ts imports what is not below core: draw/b.ts"),
        ({"state/a.ts": "../draw/pen.ts"}, "state/a.ts imports what is not below state: draw/pen.ts"),
        ({"panels/a.ts": "../view/b.tsx"}, "panels/a.ts imports what is not below panels: view/b.tsx"),
        ({"panels/a/draw.ts": "../b.ts"}, "panels/a/draw.ts imports another panel: panels/b.ts"),
        ({"panels/zoom.ts": "./a.ts"}, "panels/zoom.ts imports another panel: panels/a.ts"),
        ({"other/a.ts": "../core/b.ts"}, "other/a.ts belongs to no layer: core/b.ts"),
        ({"core/a.ts": "./a.ts"}, "core/a.ts is in a circle of imports"),
    ],
)
def test_what_breaks_the_rules_is_named(tmp_path, files, fault):
    for name, target in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(f'import {{\n  one,\n  type Two,\n}} from "{target}";\n', encoding="utf-8")
    assert layers.faults(tmp_path) == [fault]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("panels/a.ts", "./zoom.ts"),
        ("panels/all.ts", "./a.ts"),
        ("panels/surface.ts", "./surface/box.ts"),
        ("state/a.ts", "../draw/ticks.ts"),
        ("studio/a.ts", "../hosts/mount.tsx"),
        ("hosts/studio.tsx", "../studio/app.tsx"),
    ],
)
def test_what_may_be_imported(tmp_path, name, target):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(f'import {{ one }} from "{target}";\n', encoding="utf-8")
    assert layers.faults(tmp_path) == []


def test_no_line_of_the_viewer_is_longer_than_120_letters():
    folders = (layers.SOURCE, layers.SOURCE.parent / "test")
    paths = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".ts", ".tsx", ".css")]
    lines = [(path, i, line) for path in paths for i, line in enumerate(path.read_text("utf-8").splitlines(), 1)]
    assert [f"{path.name}:{i}" for path, i, line in lines if len(line) > LONGEST] == []
