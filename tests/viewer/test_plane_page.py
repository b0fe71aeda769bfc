"""Pictures over two features and of classes, in a real browser."""

import json

import numpy as np
import pytest

import nodewise as nw

pytestmark = pytest.mark.slow

READY = "() => performance.getEntriesByName('nodewise-ready').length > 0"


@pytest.fixture(scope="module")
def iris():
    """A classifier of four features into three classes, some samples held out."""
    from sklearn.datasets import load_iris

    table = load_iris()
    data = nw.Dataset(
        table.data, labels=table.target_names[table.target].tolist(), feature_names=list(table.feature_names)
    )
    return nw.fit(data, 4, "tanh", steps=60, starts=2, validation=0.2)


@pytest.fixture(scope="module")
def iris_page(iris, tmp_path_factory):
    """Its report."""
    return nw.inspect(iris).save(tmp_path_factory.mktemp("iris") / "report.html")


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """The report of a network of numbers over two features."""
    fit = nw.fit(nw.problems.multiplication(), 6, "tanh", steps=60, starts=2)
    return fit, nw.inspect(fit).save(tmp_path_factory.mktemp("product") / "report.html")


def opened(page, path, view=""):
    page.goto(path.as_uri() + view)
    page.wait_for_function(READY)
    return page


def table(page, panel):
    """The rows of a panel's table, as text."""
    place = page.locator(f'[data-panel="{panel}"]')
    place.get_by_role("button", name="Table", exact=True).click()
    return place.locator("tbody tr").evaluate_all("rows => rows.map(row => [...row.cells].map(c => c.textContent))")


def test_the_numbers_at_the_cursor_are_the_networks(page, iris, iris_page):
    opened(page, iris_page, "#along=2,3&sample=7&cursor=4.9&cursorY=1.6")
    # The report opens at the kept network, whose weights the file holds in full.
    point = iris.data.inputs[7].copy()
    point[2:] = 4.9, 1.6
    expected = iris.network(point[None])[0]
    rows = table(page, "regions")
    assert [row[0] for row in rows] == list(iris.network.classes)
    found = np.array([float(row[4]) for row in rows])
    np.testing.assert_allclose(found, expected, rtol=6e-3)
    winner = iris.network.classes[int(expected.argmax())]
    assert f"At the cursor {winner}" in page.locator('[data-panel="regions"] canvas').get_attribute("aria-label")


def test_arrow_keys_move_the_cursor_and_turn_the_surface(page, iris_page):
    opened(page, iris_page, "#along=2,3&cursor=3&cursorY=1")
    page.locator('[data-panel="regions"] canvas').focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => location.hash.includes('cursorY=') && !location.hash.includes('cursorY=1&')")
    before = page.locator('[data-panel="surface"] canvas').screenshot()
    page.locator('[data-panel="surface"] canvas').focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.hash.includes('turn=-55,30')")
    assert page.locator('[data-panel="surface"] canvas').screenshot() != before


def test_dragging_turns_the_surface(page, product):
    opened(page, product[1])
    canvas = page.locator('[data-panel="surface"] canvas')
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 150, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 250, box["y"] + 190, steps=4)
    page.mouse.up()
    page.wait_for_function("() => location.hash.includes('turn=-95,48')")


def test_the_map_is_the_network(page, product):
    fit, path = product
    opened(page, path, "#x=-1,1&y=-1,1")
    rows = np.array([[float(cell) for cell in row] for row in table(page, "map")])
    assert len(rows) == 21 * 21
    np.testing.assert_allclose(rows[:, 2], fit.network(rows[:, :2])[:, 0], rtol=6e-3, atol=6e-3)


def test_a_wheel_zooms_around_the_pointer(page, product):
    opened(page, product[1], "#x=-1,1&y=-1,1")
    canvas = page.locator('[data-panel="map"] canvas')
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, 400)
    page.wait_for_function("() => !location.hash.includes('x=-1,1&')")
    x, y = page.evaluate(
        "() => ['x', 'y'].map(name => new URLSearchParams(location.hash.slice(1)).get(name).split(',').map(Number))"
    )
    assert x[1] - x[0] == pytest.approx(2 * np.exp(0.6), rel=1e-6), json.dumps([x, y])
    assert y[1] - y[0] == pytest.approx(2 * np.exp(0.6), rel=1e-6)


def test_saved_as_svg_a_surface_has_its_cells(page, product, tmp_path):
    opened(page, product[1])
    place = page.locator('[data-panel="surface"]')
    place.scroll_into_view_if_needed()
    place.locator(".nw-menu summary").click()
    with page.expect_download() as download:
        place.get_by_role("button", name="Save SVG").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert text.count("<path") > 40 * 40
    assert ">x1<" in text
    assert ">x2<" in text
