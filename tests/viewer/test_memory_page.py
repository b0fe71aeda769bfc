"""What the nodes remember of one sample, and the samples behind a prediction, in a real browser."""

import re

import numpy as np
import pytest

import nodewise as nw

pytestmark = pytest.mark.slow

READY = "() => performance.getEntriesByName('nodewise-ready').length > 0"


@pytest.fixture(scope="module")
def sine():
    """A fit with some samples held out, and with weight decay."""
    return nw.fit(nw.problems.sine(), 6, "sigmoid", steps=100, l2=0.01, validation=0.2)


@pytest.fixture(scope="module")
def sine_page(sine, tmp_path_factory):
    """Its report."""
    return nw.inspect(sine).save(tmp_path_factory.mktemp("sine") / "report.html")


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    """A classifier of three classes, more nodes than lines, and its report."""
    x = np.random.default_rng(0).normal(size=(80, 2))
    data = nw.Dataset(x, labels=np.array(["a", "b", "c"])[x.argmax(1) + (x.sum(1) > 1)].tolist())
    fit = nw.fit(data, 20, "tanh", steps=60)
    return fit, nw.inspect(fit).save(tmp_path_factory.mktemp("classes") / "report.html")


def opened(page, path, view=""):
    page.goto(path.as_uri() + view)
    page.wait_for_function(READY)
    panel = page.locator('[data-panel="memory"]')
    panel.scroll_into_view_if_needed()
    panel.locator(".nw-behind table").wait_for()
    return panel


def rows(table):
    return table.locator("tbody tr").evaluate_all("rows => rows.map(row => [...row.cells].map(c => c.textContent))")


def numbers(cells):
    return np.array([float(cell) for cell in cells])


def test_the_table_is_the_reading(page, sine, sine_page):
    panel = opened(page, sine_page, "#asked=7")
    panel.get_by_role("button", name="Table", exact=True).click()
    found = rows(panel.locator(".nw-table table"))
    wanted = nw.memories(sine, sine.data, sine.data.inputs[[7]])
    order = np.argsort(-np.abs(wanted.votes[0, :, 0]), kind="stable")
    assert [row[0] for row in found] == [*(f"node {i + 1}" for i in order), "bias", "sum: y"]
    columns = [wanted.row_length, wanted.dot[0], wanted.threshold, wanted.activation[0], wanted.votes[0, :, 0]]
    for column, values in zip((1, 4, 5, 7, 9), columns, strict=True):
        cells = numbers([row[column] for row in found[:-2]])
        np.testing.assert_allclose(cells, values[order], rtol=6e-3, atol=1e-3)
    assert float(found[-1][9]) == pytest.approx(wanted.output[0, 0], rel=6e-3)


def test_the_samples_behind_it_are_those_of_the_reading(page, sine, sine_page):
    panel = opened(page, sine_page, "#asked=7")
    found = rows(panel.locator(".nw-behind table"))
    wanted = nw.attribution(sine, sine.data.inputs[[7]])
    values = wanted.values[0, :, 0]
    order = np.argsort(-np.abs(values), kind="stable")[:8]
    held_out = sine.data.held_out(sine.settings.validation, sine.settings.seed)
    assert [int(row[0]) - 1 for row in found[:8]] == np.flatnonzero(~held_out)[order].tolist()
    np.testing.assert_allclose(numbers([row[4] for row in found[:8]]), values[order], rtol=6e-3)
    assert found[8][0] == f"{len(values) - 8} other samples"
    assert float(found[9][1]) == pytest.approx(wanted.refit[0, 0], rel=6e-3)
    assert float(found[10][1]) == pytest.approx(wanted.prediction[0, 0], rel=6e-3)


def test_it_opens_at_the_sample_missed_by_most(page, sine, sine_page):
    panel = opened(page, sine_page)
    errors = np.abs(sine.network(sine.data.inputs) - sine.data.targets)[:, 0]
    assert panel.get_by_label("Sample asked about").input_value() == str(errors.argmax() + 1)


def test_another_sample_is_asked_about_by_number_buttons_and_keys(page, sine_page):
    panel = opened(page, sine_page)
    asked = panel.get_by_label("Sample asked about")
    asked.fill("12")
    asked.press("Enter")
    page.wait_for_function("() => location.hash.includes('asked=11')")
    panel.get_by_role("button", name="The next sample").click()
    page.wait_for_function("() => location.hash.includes('asked=12')")
    panel.locator("canvas").press("ArrowLeft")
    panel.locator("canvas").press("ArrowLeft")
    page.wait_for_function("() => location.hash.includes('asked=10')")
    panel.locator("canvas").press("ArrowDown")
    page.wait_for_function("() => location.hash.includes('node=0.')")
    panel.locator(".nw-behind tbody button").first.click()
    page.wait_for_function("() => !location.hash.includes('asked=10')")
    label = panel.locator("canvas").get_attribute("aria-label")
    assert re.match(r"What the nodes make of sample \d+, x = ", label)


def test_a_click_on_a_sample_asks_about_it(page, sine, sine_page):
    opened(page, sine_page, "#x=-10,10&y=-2,2")
    canvas = page.locator('[data-panel="fit"] canvas')
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    # The picture's axes begin 66 pixels from the left and end 14 from the right; below are 40, above 28.
    x = box["x"] + 66 + (box["width"] - 80) * (sine.data.inputs[20, 0] + 10) / 20
    y = box["y"] + 28 + (box["height"] - 68) * (2 - sine.data.targets[20, 0]) / 4
    page.mouse.click(x + 2, y)
    page.wait_for_function("() => location.hash.includes('asked=20')")


def test_the_place_at_the_cursor_is_followed(page, sine, sine_page):
    panel = opened(page, sine_page, "#asked=cursor&cursor=2.5")
    said = nw.memories(sine, None, [2.5])
    label = panel.locator("canvas").get_attribute("aria-label")
    assert label.startswith("What the nodes make of the place at the cursor, x = 2.5; the network says y = ")
    assert f"{int(said.fires.sum())} of 6 nodes" in label
    assert panel.get_by_role("checkbox", name="The place at the cursor").is_checked()
    page.locator('[data-panel="fit"] canvas').press("ArrowRight")
    page.wait_for_function("() => !location.hash.includes('cursor=2.5&')")
    panel.locator("canvas").scroll_into_view_if_needed()
    page.wait_for_function(
        "before => document.querySelector('[data-panel=memory] canvas').getAttribute('aria-label') !== before",
        arg=label,
    )


def test_of_classes_the_votes_are_for_the_one_it_says_or_one_that_is_chosen(page, classes):
    fit, path = classes
    panel = opened(page, path, "#asked=3")
    wanted = nw.memories(fit, fit.data, fit.data.inputs[[3]])
    said = fit.network.classify(fit.data.inputs[3:4])[0]
    label = panel.locator("canvas").get_attribute("aria-label")
    assert f"the network says {said}, its label is {fit.data.labels[3]}" in label
    assert f"add up to pre-activation of {said} = " in label
    panel.get_by_label("Votes for").select_option(label="b")
    page.wait_for_function("() => location.hash.includes('voted=1')")
    panel.get_by_role("button", name="Table", exact=True).click()
    found = rows(panel.locator(".nw-table table"))
    assert len(found) == 22
    assert float(found[-1][9]) == pytest.approx(wanted.output[0, 1], rel=6e-3)


def test_a_node_switched_off_and_a_changed_weight_vote_as_they_are(page, sine, sine_page):
    panel = opened(page, sine_page, "#asked=7&off=0.2&edits=1.0.b:0.5")
    wanted = nw.memories(sine, None, sine.data.inputs[[7]])
    left = 0.5 + wanted.votes[0, :, 0].sum() - wanted.votes[0, 2, 0]
    panel.get_by_role("button", name="Table", exact=True).click()
    assert float(rows(panel.locator(".nw-table table"))[-1][9]) == pytest.approx(left, rel=6e-3)


@pytest.mark.parametrize("view", ["#asked=99999", "#asked=-1&voted=7", "#asked=none"])
def test_a_broken_link_asks_about_what_there_is(page, sine_page, view):
    assert opened(page, sine_page, view).get_by_label("Sample asked about").input_value()


def test_samples_without_targets_have_no_vote(page, sine, tmp_path):
    path = nw.inspect(sine.network, nw.Dataset(np.linspace(-3, 3, 9))).save(tmp_path / "report.html")
    page.goto(path.as_uri())
    page.wait_for_function(READY)
    words = page.locator(".nw-behind .nw-faint").last.inner_text()
    assert words == "The samples have no targets or labels of this network's, so they have no vote."


def test_other_samples_than_those_of_the_training_have_no_vote(page, sine, tmp_path):
    other = nw.problems.sine(samples=30, seed=5)
    page.goto(nw.inspect(sine, other).save(tmp_path / "report.html").as_uri())
    page.wait_for_function(READY)
    words = page.locator(".nw-behind .nw-faint").last.inner_text()
    assert words == "The samples here are not those of the training, so none of them voted."
