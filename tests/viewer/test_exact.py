"""The exact geometry: what the page computes against nodewise.pieces and regions, and what the document holds of them."""

import json
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import load

import nodewise as nw
from networks import random_network
from node import run_script
from nodewise.viewer.document import pack
from nodewise.viewer.exact import exact

LINES = {
    "relu": ([1, 30, 1], ["relu"]),
    "deep": ([1, 12, 10, 8, 2], ["relu", "leaky_relu", "abs"]),
    "hard_tanh": ([1, 9, 2], ["hard_tanh"]),
    "triangle": ([1, 5, 4, 1], ["triangle", "relu"]),
    "jumps": ([1, 8, 6, 1], ["step", "relu"]),
    "saw": ([1, 4, 1], ["saw"]),
    "linear": ([1, 4, 1], ["identity"]),
}
PLANES = {
    "relu": ([2, 12, 1], ["relu"]),
    "deep": ([2, 8, 7, 6, 3], ["relu", "abs", "leaky_relu"]),
    "hard_tanh": ([2, 6, 2], ["hard_tanh"]),
    "triangle": ([2, 3, 1], ["triangle"]),
    "jumps": ([2, 5, 4, 2], ["step", "relu"]),
}
LINE, PLANE = [(-6.0, 7.0)], [(-3.0, 4.0), (-2.0, 2.5)]


def made(table, name, scaled=True):
    sizes, names = table[name]
    return random_network(11, sizes, names, scaled=scaled, spread=1.6)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the page's arithmetic makes of every network."""
    folder, task, rng = tmp_path_factory.mktemp("exact"), [], np.random.default_rng(0)
    for table, box in ((LINES, LINE), (PLANES, PLANE)):
        for name in table:
            network = made(table, name)
            data = nw.Dataset(rng.normal(size=(5, network.inputs)), rng.normal(size=(5, network.outputs)))
            page = SimpleNamespace(network=network, data=data, fit=None, readings={}, verdict="")
            blob = f"{len(box)}-{name}.bin"
            (folder / blob).write_bytes(pack(page))
            task.append({"blob": blob, "box": box, "level": 0.3 if network.outputs == 1 else None})
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
    answers = run_script("geometry.ts", folder)
    return {one["blob"]: answer for one, answer in zip(task, answers, strict=True)}


@pytest.mark.parametrize("name", LINES)
def test_knots_are_those_of_pieces(found, name):
    reading = nw.pieces(made(LINES, name), *LINE[0])
    knots = found[f"1-{name}.bin"]["knots"]
    size = np.abs(reading.values).max() + np.abs(reading.slopes).max()
    np.testing.assert_allclose([knot["place"] for knot in knots], reading.breakpoints, rtol=0, atol=1e-11)
    nodes = [{f"{i}.{j}" for i, j in several} for several in reading.nodes]
    own = [set(knot["nodes"]) for knot in knots]
    # Python also names nodes that a jump of an earlier one carries over a corner.
    assert all(one and one <= all_ for one, all_ in zip(own, nodes, strict=True)) if name == "jumps" else own == nodes
    for part, wanted in (
        ("before", reading.slopes[:-1]),
        ("after", reading.slopes[1:]),
        ("left", reading.values[:-1, 1]),
        ("right", reading.values[1:, 0]),
    ):
        np.testing.assert_allclose(np.ravel([k[part] for k in knots]), wanted.ravel(), rtol=0, atol=1e-10 * size)


@pytest.mark.parametrize("name", PLANES)
def test_regions_are_those_of_regions(found, name):
    network = made(PLANES, name)
    reading = nw.regions(network, PLANE)
    regions = found[f"2-{name}.bin"]["regions"]
    box = np.array(PLANE)
    middle, half = box.mean(1), (box[:, 1] - box[:, 0]) / 2
    assert len(regions) == reading.count
    areas = np.array([region["area"] for region in regions])
    assert areas.sum() == pytest.approx(4, abs=1e-12)
    np.testing.assert_allclose(np.sort(areas * half.prod()), np.sort(reading.areas), atol=1e-9)
    centres = middle + half * np.array([region["centre"] for region in regions])
    maps = np.array([region["maps"] for region in regions]).reshape(len(regions), -1, 3)
    t = (centres - middle) / half
    values = maps[..., 0] + (maps[..., 1:] * t[:, None]).sum(-1)
    np.testing.assert_allclose(values, network(centres), atol=1e-9)


@pytest.mark.parametrize("name", PLANES)
def test_folds_are_as_long_as_those_of_regions(found, name):
    reading = nw.regions(made(PLANES, name), PLANE)
    half = (np.array(PLANE)[:, 1] - np.array(PLANE)[:, 0]) / 2
    wanted = {
        f"{fold.layer}.{fold.node}": sum(np.hypot(*(np.diff(line, axis=0) / half).T).sum() for line in fold.lines)
        for fold in reading.folds
    }
    own = {}
    for node, flat in found[f"2-{name}.bin"]["folds"]:
        ends = np.array(flat).reshape(-1, 2, 2)
        own[node] = np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum()
    assert own == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("name", PLANES)
def test_classes_win_on_the_areas_regions_gives_them(found, name):
    network = made(PLANES, name)
    answer = found[f"2-{name}.bin"]
    single = network.outputs == 1
    labels = tuple(range(max(network.outputs, 2)))
    reading = nw.regions(nw.Network(network.layers, classes=labels), PLANE, **({"threshold": 0.3} if single else {}))
    half = (np.array(PLANE)[:, 1] - np.array(PLANE)[:, 0]) / 2
    areas = np.zeros(len(labels))
    for part in answer["parts"]:
        areas[part["winner"]] += part["area"] * half.prod()
    np.testing.assert_allclose(areas, list(reading.class_areas.values()), atol=1e-9)
    ends = np.array(answer["boundary"]).reshape(-1, 2, 2)
    wanted = sum(np.hypot(*(np.diff(border.points, axis=0) / half).T).sum() for border in reading.boundary)
    if not any(layer.activation.jumps for layer in network.dense):  # where a jump is the boundary, no line is drawn
        assert np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum() == pytest.approx(wanted, abs=1e-8)


def page_of(network, data):
    inspection = nw.inspect(network, data)
    return inspection, load(pack(inspection))


def test_the_document_holds_the_knots_of_pieces():
    x = np.linspace(-6, 7, 30)
    inspection, arrays = page_of(made(LINES, "deep"), nw.Dataset(x, np.column_stack([x, x])))
    reading = inspection.readings["pieces"]
    np.testing.assert_array_equal(arrays["pieces.places"], reading.breakpoints)
    np.testing.assert_array_equal(arrays["pieces.slopes"], reading.slopes)
    np.testing.assert_array_equal(arrays["pieces.values"], reading.values)
    nodes = [[] for _ in reading.nodes]
    for knot, layer, node in arrays["pieces.switches"].tolist():
        nodes[knot].append((layer, node))
    assert tuple(map(tuple, nodes)) == reading.nodes


@pytest.fixture(scope="module")
def moons():
    """A classifier of two features made of straight lines."""
    fit = nw.fit(nw.problems.moons(samples=80), 6, "relu", steps=60)
    return page_of(fit.network, fit.data)


def test_the_document_holds_the_mosaic_of_regions(moons):
    inspection, arrays = moons
    reading = inspection.readings["regions"]
    points, starts, corners = (arrays[f"regions.{name}"] for name in ("points", "starts", "corners"))
    polygons = [points[corners[a:b]] for a, b in pairwise(starts)]
    twice = [x[:, 0] @ np.roll(x[:, 1], -1) - np.roll(x[:, 0], -1) @ x[:, 1] for x in polygons]
    region, winner = arrays["regions.region"], arrays["regions.winner"]
    np.testing.assert_allclose(np.bincount(region, np.array(twice) / 2), reading.areas, atol=1e-12)
    by_class = np.bincount(winner, np.array(twice) / 2)
    np.testing.assert_allclose(by_class, list(reading.class_areas.values()), atol=1e-12)
    centres = np.array([polygon.mean(0) for polygon in polygons])
    np.testing.assert_array_equal(np.array(reading.classes)[winner], inspection.network.classify(centres))
    for name in ("values", "slopes", "centres", "areas"):
        np.testing.assert_array_equal(arrays[f"regions.{name}"], getattr(reading, name))


def test_the_document_holds_folds_and_boundary_as_polylines(moons):
    inspection, arrays = moons
    reading = inspection.readings["regions"]
    lines = [((fold.layer, fold.node), line) for fold in reading.folds for line in fold.lines]
    codes = {label: code for code, label in enumerate(reading.classes)}
    borders = [((codes[border.classes[0]], codes[border.classes[1]]), border.points) for border in reading.boundary]
    for name, rows, wanted in (("folds", "fold_lines", lines), ("boundary", "boundary_lines", borders)):
        points, table = arrays[f"regions.{name}"], arrays[f"regions.{rows}"]
        assert len(table) == len(wanted) > 0
        for (begin, *pair), own, (owner, line) in zip(
            table.tolist(), np.split(points, table[1:, 0]), wanted, strict=True
        ):
            assert (tuple(pair), len(points[begin:]) >= len(line)) == (owner, True)
            np.testing.assert_array_equal(own, line)


def test_a_large_mosaic_is_left_out_and_the_document_says_so(monkeypatch, moons):
    inspection, _ = moons
    assert exact(inspection.readings)[0] == {"regions": ""}
    monkeypatch.setattr("nodewise.viewer.exact._MOST_BYTES", 1000)
    said, arrays = exact(inspection.readings)
    assert said == {"regions": "To keep the page small, it does not hold the regions of the final weights."}
    assert arrays == {}


def test_a_smooth_network_has_no_exact_geometry():
    fit = nw.fit(nw.problems.sine(), 3, "tanh", steps=20)
    assert exact(nw.inspect(fit).readings) == ({}, {})
