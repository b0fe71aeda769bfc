"""Knots and mosaic on the page: the readings' own of the final weights, and exact for every other."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import nodewise as nw

pytestmark = pytest.mark.slow

READY = "() => performance.getEntriesByName('nodewise-ready').length > 0"
WIDE = (-20.0, 20.0)  # what the page shows of the sine at first


@pytest.fixture(scope="module")
def sine(tmp_path_factory):
    """The report of a curve of straight lines."""
    fit = nw.fit(nw.problems.sine(), 9, "relu", steps=60, starts=2)
    return fit, nw.inspect(fit).save(tmp_path_factory.mktemp("sine") / "report.html")


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """The report of a network of numbers over two features, two layers deep."""
    fit = nw.fit(nw.problems.multiplication(samples=80), (6, 5), "relu", steps=60, starts=1)
    return fit, nw.inspect(fit).save(tmp_path_factory.mktemp("product") / "report.html")


@pytest.fixture(scope="module")
def moons(tmp_path_factory):
    """The report of a classifier over two features."""
    fit = nw.fit(nw.problems.moons(samples=80), 6, "relu", steps=60, starts=1)
    return fit, nw.inspect(fit).save(tmp_path_factory.mktemp("moons") / "report.html")


def opened(page, path, view=""):
    page.goto("about:blank")
    page.goto(path.as_uri() + view)
    page.wait_for_function(READY)
    return page


def said(page, panel, part="regions"):
    """The label of a panel that stands still, and has a part that comes with what is exact."""
    canvas = page.locator(f'[data-panel="{panel}"] canvas')
    canvas.scroll_into_view_if_needed()
    page.wait_for_timeout(400)  # longer than until it counts as standing still
    page.wait_for_function("([canvas, part]) => canvas.ariaLabel.includes(part)", arg=[canvas.element_handle(), part])
    return canvas.get_attribute("aria-label")


def table(page, panel):
    place = page.locator(f'[data-panel="{panel}"]')
    place.get_by_role("button", name="Table", exact=True).click()
    return place.locator("tbody tr").evaluate_all("rows => rows.map(row => [...row.cells].map(c => c.textContent))")


def test_every_node_that_bends_is_named(page, tmp_path):
    """Five nodes bend in one place, and three so near each other that their numbers would lie on each other."""
    places = np.array([1, 1, 1, 1, 1, -3, -2.95, -2.9, 4])
    weights = [(np.ones((9, 1)), -places, "relu"), ([[1, 0.5, -0.3, 0.2, -2, 3, -4, 2, 0.5]], [0.0], "identity")]
    network, x = nw.Network.from_weights(weights), np.linspace(-6, 6, 40)
    data = nw.Dataset(x, targets=network(x[:, None])[:, 0])
    opened(page, nw.inspect(network, data).save(tmp_path / "report.html"))
    assert knots(page)[1] == ["6", "7", "8", "1, 2, 3, 4, 5", "9"]
    place = page.locator('[data-panel="fit"]')
    place.locator(".nw-menu summary").click()
    with page.expect_download() as download:
        place.get_by_role("button", name="Save SVG").click()
    assert {"7, 6 +1", "1, 2 +3", "9"} <= set(re.findall(r">([^<>]+)</text>", download.value.path().read_text()))


def knots(page):
    """Place, node and slopes on both sides of every knot in the table."""
    rows = [row for row in table(page, "fit") if len(row) > 2 and row[2]]
    return [float(row[0]) for row in rows], [row[2] for row in rows], [[float(v) for v in row[3:]] for row in rows]


def wanted(network):
    """The same from nodewise.pieces."""
    reading = nw.pieces(network, *WIDE)
    nodes = [", ".join(str(node + 1) for _, node in several) for several in reading.nodes]
    return reading.breakpoints, nodes, np.column_stack([reading.slopes[:-1, 0], reading.slopes[1:, 0]])


def same(found, expected):
    np.testing.assert_allclose(found[0], expected[0], rtol=6e-3, atol=1e-9)
    assert found[1] == expected[1]
    np.testing.assert_allclose(found[2], expected[2], rtol=6e-3, atol=6e-3)


def test_the_table_of_the_fit_holds_the_knots_of_pieces(page, sine):
    opened(page, sine[1])
    expected = wanted(sine[0].network)
    same(knots(page), expected)
    assert f"It bends at exactly {len(expected[0])} places: node {expected[1][0]} at " in said(page, "fit", "bends")


@pytest.mark.parametrize("view", ["#snapshot=12", "#edits=0.2.b:1.5", "#off=0.4"])
def test_knots_follow_the_slider_and_the_hand(page, sine, view):
    fit = sine[0]
    network = fit.network.folded
    hidden, last = network.layers
    if "snapshot" in view:
        network = fit.history.network(12)
    elif "edits" in view:
        bias = hidden.bias.copy()
        bias[2] = 1.5
        network = nw.Network((replace(hidden, bias=bias), last))
    else:
        weight = last.weight.copy()
        weight[0, 4] = 0
        network = nw.Network((hidden, replace(last, weight=weight)))
    opened(page, sine[1], view)
    same(knots(page), wanted(network))


def test_keys_go_from_knot_to_knot(page, sine):
    opened(page, sine[1])
    places, nodes, _ = wanted(sine[0].network)
    canvas = page.locator('[data-panel="fit"] canvas')
    canvas.focus()
    for key, knot in (("n", 0), ("n", 1), ("p", 0)):
        canvas.press(key)
        page.wait_for_function(f"() => location.hash.includes('node=0.{int(nodes[knot]) - 1}')")
        at = float(re.search(r"cursor=([-\d.e]+)", page.url)[1])
        assert at == pytest.approx(places[knot], rel=1e-6)
    canvas.press("Escape")
    page.wait_for_function("() => !location.hash.includes('node=')")


def test_a_pointer_on_a_knot_lights_up_and_picks_its_node(page, sine):
    fit = sine[0]
    places, nodes, _ = wanted(fit.network)
    # Shown so that the axes are known: from the knot's place and value, 66 px from the left and so on.
    knot = int(np.argmin(np.abs(places)))
    value = float(fit.network(places[[knot], None])[0, 0])
    opened(page, sine[1], f"#x={places[knot] - 1},{places[knot] + 3}&y={value - 1},{value + 1}")
    canvas = page.locator('[data-panel="fit"] canvas')
    box = canvas.bounding_box()
    x = box["x"] + 66 + (box["width"] - 80) / 4
    top, bottom = 10 + 18 + 15, box["height"] - 40
    page.mouse.move(x, box["y"] + (top + bottom) / 2)
    assert canvas.evaluate("canvas => canvas.style.cursor") == "pointer"
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function(f"() => location.hash.includes('node=0.{int(nodes[knot]) - 1}')")


def box_of(data):
    return list(zip(data.low, data.high, strict=True))


@pytest.mark.parametrize("which", ["product", "moons"])
def test_the_mosaic_is_that_of_regions(page, request, which):
    fit, path = request.getfixturevalue(which)
    reading = nw.regions(fit.network, box_of(fit.data))
    opened(page, path)
    assert said(page, "mosaic").startswith(
        f"{reading.count} regions, exact, of the final weights, in the range of the data; "
        f"{len(reading.folds)} nodes fold it. "
    )
    rows = table(page, "mosaic")
    order = np.argsort(-reading.areas)
    share = reading.areas / np.prod(fit.data.high - fit.data.low)
    assert [int(row[0]) for row in rows] == (order + 1).tolist()
    np.testing.assert_allclose([float(row[1]) for row in rows], share[order], rtol=6e-3)
    slopes = np.array([[float(cell) for cell in row[-2:]] for row in rows])
    np.testing.assert_allclose(slopes, reading.slopes[order, 0], rtol=6e-3, atol=6e-3)


@pytest.mark.parametrize("which", ["product", "moons"])
def test_the_mosaic_follows_the_slider(page, request, which):
    fit, path = request.getfixturevalue(which)
    # The page's snapshots are in single precision, so that small regions may differ.
    reading = nw.regions(fit.history.network(20), box_of(fit.data))
    opened(page, path, "#snapshot=20")
    assert f" regions, exact, at step {fit.history.steps[20]}, in the range of the data" in said(page, "mosaic")
    rows = table(page, "mosaic")
    share = np.sort(reading.areas)[::-1] / np.prod(fit.data.high - fit.data.low)
    large = share > 1e-3
    found = np.array([float(row[1]) for row in rows])[: large.sum()]
    np.testing.assert_allclose(found, share[large], rtol=2e-2, atol=1e-5)
    if reading.classes:
        won = {row[2] for row in rows if "," not in row[2]}
        assert won <= {str(name) for name in reading.classes}


def test_what_is_at_the_cursor_of_the_mosaic_is_the_networks(page, moons):
    fit, path = moons
    at = fit.data.low * 0.4 + fit.data.high * 0.6
    opened(page, path, f"#cursor={at[0]}&cursorY={at[1]}")
    reading = nw.regions(fit.network, box_of(fit.data))
    region = next(
        i
        for i, corners in enumerate(reading.polygons)
        if (_turn(np.roll(corners, -1, 0) - corners, at - corners) >= 0).all()
    )
    label = said(page, "mosaic")
    assert f"At the cursor class {fit.network.classify(at[None])[0]}, region {region + 1} of {reading.count} " in label


def _turn(a, b):
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def test_keys_walk_over_the_folds_and_pick_the_nearest(page, product):
    fit, path = product
    reading = nw.regions(fit.network, box_of(fit.data))
    fold = reading.folds[-1]
    line = fold.lines[0]
    middle = (line[0] + line[1]) / 2
    opened(page, path, f"#cursor={middle[0]}&cursorY={middle[1]}")
    said(page, "mosaic")
    canvas = page.locator('[data-panel="mosaic"] canvas')
    canvas.press("Enter")
    page.wait_for_function(f"() => location.hash.includes('node={fold.layer}.{fold.node}')")
    assert f"Picked: the fold of node {fold.node + 1} of layer {fold.layer + 1}." in said(page, "mosaic", "Picked")
    canvas.press("n")
    first = reading.folds[0]
    page.wait_for_function(f"() => location.hash.includes('node={first.layer}.{first.node}')")
    canvas.press("Escape")
    page.wait_for_function("() => !location.hash.includes('node=')")


def test_a_click_on_a_fold_picks_its_node(page, product):
    fit, path = product
    fold = nw.regions(fit.network, box_of(fit.data)).folds[0]
    ends = max(
        (pair for line in fold.lines for pair in pairwise(line)),
        key=lambda pair: np.linalg.norm(pair[1] - pair[0]),
    )
    x, y = ends[0] * 0.53 + ends[1] * 0.47
    # Zoomed in on it, so that no other fold is as near.
    opened(page, path, f"#x={x - 1e-3},{x + 1e-3}&y={y - 1e-3},{y + 1e-3}")
    said(page, "mosaic")
    box = page.locator('[data-panel="mosaic"] canvas').bounding_box()
    top, bottom = 10 + 38, box["height"] - 40
    page.mouse.click(box["x"] + 66 + (box["width"] - 80) / 2, box["y"] + (top + bottom) / 2)
    page.wait_for_function(f"() => location.hash.includes('node={fold.layer}.{fold.node}')")


def test_a_mosaic_too_large_for_the_document_is_found_by_the_page(page, product, tmp_path, monkeypatch):
    fit, _ = product
    monkeypatch.setattr("nodewise.viewer.exact._MOST_BYTES", 1000)
    opened(page, nw.inspect(fit).save(tmp_path / "report.html"))
    reading = nw.regions(fit.network, box_of(fit.data))
    assert said(page, "mosaic").startswith(f"{reading.count} regions, exact, of the final weights")


def test_more_regions_than_can_be_seen_are_not_drawn(page, tmp_path):
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(130, 2))
    network = nw.Network.from_weights(
        [(weight, rng.uniform(-0.5, 0.5, 130), "relu"), (rng.normal(size=(1, 130)), [0.0], "identity")]
    )
    data = nw.Dataset(rng.uniform(-1, 1, (40, 2)), rng.normal(size=40))
    opened(page, nw.inspect(network, data).save(tmp_path / "report.html"))
    assert said(page, "mosaic").startswith("There are more regions than can be seen, ")
    assert table(page, "mosaic") == []


def test_smooth_networks_have_neither_knots_nor_mosaic(page, tmp_path):
    fit = nw.fit(nw.problems.multiplication(samples=60), 3, "tanh", steps=10)
    opened(page, nw.inspect(fit).save(tmp_path / "report.html"))
    assert page.locator('[data-panel="mosaic"]').count() == 0
    opened(page, nw.inspect(nw.fit(nw.problems.sine(), 3, "tanh", steps=10)).save(tmp_path / "other.html"))
    assert "bends" not in said(page, "fit", "")


@pytest.mark.parametrize("page_options", [{"color_scheme": "dark", "viewport": {"width": 800, "height": 900}}, {}])
def test_saved_as_svg_a_mosaic_has_regions_and_numbers(page, moons, page_options):
    fit, path = moons
    opened(page, path)
    place = page.locator('[data-panel="mosaic"]')
    place.scroll_into_view_if_needed()
    place.locator(".nw-menu summary").click()
    with page.expect_download() as download:
        place.get_by_role("button", name="Save SVG").click()
    text = download.value.path().read_text(encoding="utf-8")
    reading = nw.regions(fit.network, box_of(fit.data))
    assert f">{reading.count} regions, exact, of the final weights<" in text
    numbers = {int(number) for number in re.findall(r">(\d+)</text>", text)}
    assert numbers & {fold.node + 1 for fold in reading.folds}
    assert text.count("<path") > len(reading.folds)
