"""The studio's page in a real browser: training, tables, points, comparing, and a server that goes and comes back."""

import re
import time

import pytest
from playwright.sync_api import expect

from studios import LONGEST, end, launch, open_page, shown, wait_for_another

HOSTILE = "<img src=x onerror=alert(1)>"
CSV = f'"{HOSTILE}",depth,temperature\n' + "".join(f"{i},{i % 4},{i * i / 10}\n" for i in range(16))


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """A studio of this file's own: its list of runs holds what these tests did."""
    started = launch(tmp_path_factory.mktemp("page") / "kept")
    yield started
    end(started)


@pytest.fixture
def opened(page, watch, studio):
    """The page as the link opens it."""
    return open_page(page, watch, studio)


def field(page, name):
    return page.get_by_label(name, exact=True)


def train(page):
    """Press the button and wait for the run that comes of it; return its id."""
    before = shown(page)
    page.get_by_role("button", name="Train", exact=True).click()
    return wait_for_another(page, before)


def test_a_sine_is_trained_and_shown(opened, studio):
    key = train(opened)
    run = studio.get(f"/api/runs/{key}")
    assert run["state"] == "finished"
    assert run["network"] == "1-10-1 sigmoid"
    expect(opened.locator(".nw-verdict p")).to_have_text(run["verdict"])
    canvas = opened.locator("[data-panel=fit] canvas")
    assert canvas.evaluate("c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size > 20")
    expect(opened).to_have_title("sine · nodewise studio")
    assert opened.url == f"{studio.base}/#run={key}"


def test_the_token_leaves_the_address_and_a_reload_keeps_it(opened, studio, watch):
    assert opened.url == f"{studio.base}/"
    field(opened, "Steps").fill("77")
    opened.reload()
    expect(field(opened, "Steps")).to_have_value("77")
    assert opened.url == f"{studio.base}/"
    watch.forgive("status of 401")  # the page asks without the token first, and is told to bring it


@pytest.mark.slow
def test_a_value_that_changes_is_trained_again(opened, studio):
    field(opened, "Steps").fill("40")
    first = train(opened)
    opened.get_by_label("retrain when a value changes").check()
    field(opened, "Hidden layers").fill("4, 3")
    second = wait_for_another(opened, first)
    assert studio.get(f"/api/runs/{second}")["network"] == "1-4-3-1 sigmoid"


@pytest.mark.slow
def test_a_training_that_goes_on_is_dropped_for_the_new_value(opened, studio):
    opened.get_by_label("retrain when a value changes").check()
    field(opened, "Steps").fill("100000000")
    expect(opened.locator(".nws-going")).to_contain_text(re.compile(r"step [1-9]\d* of 100000000"), timeout=LONGEST)
    before = len(studio.get("/api/runs"))
    field(opened, "Steps").fill("29")
    expect(opened.locator(".nw-transport output")).to_contain_text("step 29", timeout=LONGEST)
    expect(opened.locator(".nws-runs summary")).to_have_text(f"Runs ({before})")
    newest = studio.get("/api/runs")[0]
    assert (newest["state"], newest["settings"]) == ("finished", {"steps": 29})


@pytest.mark.slow
def test_a_training_that_diverges_says_at_which_step(opened):
    opened.get_by_label("Solver").select_option("gradient_descent")
    field(opened, "Learning rate").fill("1000000")
    train(opened)
    expect(opened.locator("[data-shown]").get_by_role("status").first).to_contain_text("Diverged at step")


@pytest.mark.slow
def test_a_value_out_of_range_is_refused_at_its_field(opened, studio, watch):
    field(opened, "Steps").fill("0")
    refusal = "steps must be a whole number of at least 1. Got 0."
    expect(opened.locator("#nws-field-steps-error")).to_have_text(refusal)
    expect(field(opened, "Steps")).to_have_attribute("aria-invalid", "true")
    before = len(studio.get("/api/runs"))
    opened.get_by_role("button", name="Train", exact=True).click()
    expect(opened.get_by_role("alert")).to_contain_text(refusal)
    field(opened, "Steps").fill("abc")
    expect(opened.locator("#nws-field-steps-error")).to_have_text(
        "steps must be a whole number of at least 1. Got 'abc'."
    )
    field(opened, "Steps").fill("30")
    expect(opened.locator("#nws-field-steps-error")).to_have_count(0)
    assert len(studio.get("/api/runs")) == before
    watch.forgive("status of 422")


@pytest.mark.slow
def test_a_table_with_a_hostile_name_is_only_read(opened, studio):
    dialogs = []
    opened.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    opened.get_by_role("button", name="A table").click()
    opened.locator("input[type=file]").set_input_files(
        {"name": f"{HOSTILE}.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    )
    columns = opened.get_by_role("group", name="Columns of the table")
    expect(columns).to_contain_text(HOSTILE)
    field(opened, "Steps").fill("30")
    key = train(opened)
    assert studio.get(f"/api/runs/{key}")["body"]["source"]["table"]["features"] == [HOSTILE, "depth"]
    opened.get_by_role("button", name="Table", exact=True).first.click()
    opened.locator(".nws-run-bar").get_by_role("button", name="Python", exact=True).click()
    expect(opened.locator(".nws-code pre")).to_contain_text(HOSTILE)
    assert opened.locator("img").count() == 0
    assert dialogs == []


def test_a_file_that_is_no_table_is_refused_in_a_sentence(opened, watch):
    opened.get_by_role("button", name="A table").click()
    opened.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b""})
    expect(opened.get_by_role("alert")).to_contain_text("Got")
    watch.forgive("status of 422")


def test_points_are_drawn_moved_taken_back_and_trained_on(opened, studio):
    opened.get_by_role("button", name="Points", exact=True).click()
    plane = opened.locator(".nws-plane")
    points = plane.locator("circle")
    for x, y in ((60, 60), (120, 120), (180, 60), (240, 150)):
        plane.click(position={"x": x, "y": y})
    expect(points).to_have_count(4)
    points.nth(3).focus()
    moved = points.nth(3).get_attribute("cx")
    opened.keyboard.press("ArrowRight")
    expect(points.nth(3)).not_to_have_attribute("cx", moved)
    opened.get_by_role("button", name="Undo").click()
    expect(points.nth(3)).to_have_attribute("cx", moved)
    points.nth(0).dblclick()
    expect(points).to_have_count(3)
    opened.get_by_role("button", name="Undo").click()
    expect(points).to_have_count(4)
    points.nth(1).focus()
    opened.keyboard.press("Delete")
    expect(points).to_have_count(3)
    field(opened, "Steps").fill("30")
    key = train(opened)
    asked = studio.get(f"/api/runs/{key}")["body"]["source"]["points"]
    assert len(asked["inputs"]) == len(asked["targets"]) == 3
    assert asked["inputs"] == sorted(asked["inputs"])


@pytest.mark.slow
def test_a_point_is_dragged(opened):
    opened.get_by_role("button", name="Points", exact=True).click()
    plane = opened.locator(".nws-plane")
    plane.click(position={"x": 100, "y": 100})
    point = plane.locator("circle")
    before = float(point.get_attribute("cx"))
    box = point.bounding_box()
    opened.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 60, box["y"] + 10, steps=4)
    opened.mouse.up()
    expect(point).to_have_count(1)
    opened.wait_for_function(
        "wanted => Math.abs(document.querySelector('.nws-plane circle').getAttribute('cx') - wanted) < 4",
        arg=before + 54,
    )


@pytest.mark.slow
def test_two_classes_are_drawn_and_classified(opened, studio):
    opened.get_by_role("button", name="Points", exact=True).click()
    opened.get_by_role("button", name="Two classes").click()
    plane = opened.locator(".nws-plane")
    for x, y in ((60, 60), (80, 80), (60, 90)):
        plane.click(position={"x": x, "y": y})
    opened.get_by_role("button", name="Train", exact=True).click()
    expect(opened.get_by_text("Put points of both classes into the plane.")).to_be_visible()
    opened.get_by_label("orange", exact=True).check()
    for x, y in ((220, 160), (240, 180), (200, 190)):
        plane.click(position={"x": x, "y": y})
    field(opened, "Steps").fill("60")
    key = train(opened)
    run = studio.get(f"/api/runs/{key}")
    assert run["body"]["source"]["points"]["labels"] == ["blue"] * 3 + ["orange"] * 3
    assert run["score"]["accuracy"] == 1


def test_a_training_is_cancelled(opened, studio):
    field(opened, "Steps").fill("100000000")
    opened.get_by_role("button", name="Train", exact=True).click()
    going = opened.locator(".nws-going")
    expect(going).to_contain_text(re.compile(r"step [1-9]\d* of 100000000"), timeout=LONGEST)
    going.get_by_role("button", name="Cancel").click()
    expect(going).to_have_count(0, timeout=LONGEST)
    newest = studio.get("/api/runs")[0]
    assert newest["state"] == "interrupted"
    expect(opened.locator("[data-shown]").get_by_role("status").first).to_contain_text("interrupted", ignore_case=True)


@pytest.mark.slow
def test_two_runs_stand_side_by_side_and_one_is_deleted(opened, studio):
    field(opened, "Steps").fill("25")
    first = train(opened)
    field(opened, "Hidden layers").fill("3")
    second = train(opened)
    opened.locator(".nws-runs summary").click()
    for key in (first, second):
        opened.locator(f"tr[data-run='{key}'] input").check()
    opened.get_by_role("button", name="Compare the two chosen").click()
    expect(opened.locator("[data-shown]")).to_have_count(2)
    slider = opened.get_by_label("Step of the training")
    expect(slider).to_have_count(2)
    slider.first.press("Home")
    expect(slider.nth(1)).to_have_value("0")
    expect(opened).to_have_url(re.compile(f"#run={first}&with={second}&snapshot=0"))
    row = opened.locator(f"tr[data-run='{second}']")
    if not row.is_visible():
        opened.locator(".nws-runs summary").click()
    row.get_by_role("button", name="Delete").click()
    assert studio.get(f"/api/runs/{second}")["id"] == second
    row.get_by_role("button", name="Delete", exact=True).click()
    expect(row).to_have_count(0)
    expect(opened.locator("[data-shown]")).to_have_count(1)
    assert studio.client.get(f"/api/runs/{second}").status_code == 404


@pytest.mark.slow
def test_a_link_opens_the_same_view_again(opened, studio, watch):
    field(opened, "Steps").fill("25")
    key = train(opened)
    opened.get_by_label("Step of the training").press("Home")
    expect(opened).to_have_url(f"{studio.base}/#run={key}&snapshot=0")
    other = open_page(opened.context.new_page(), watch, studio, f"#run={key}&snapshot=0")
    expect(other.get_by_label("Step of the training")).to_have_value("0")
    assert shown(other) == key


@pytest.mark.slow
def test_a_run_goes_back_into_the_form_and_away_as_files(opened, studio):
    field(opened, "Steps").fill("25")
    field(opened, "Noise").fill("0.3")
    key = train(opened)
    field(opened, "Steps").fill("99")
    field(opened, "Noise").fill("0.7")
    opened.get_by_role("button", name="To the form").click()
    expect(field(opened, "Steps")).to_have_value("25")
    expect(field(opened, "Noise")).to_have_value("0.3")
    opened.locator(".nws-run-bar summary").click()
    with opened.expect_download() as waiting:
        opened.get_by_role("button", name="Network (.nodewise)").click()
    assert waiting.value.suggested_filename == "sine.nodewise"
    assert waiting.value.path().read_bytes() == studio.client.get(f"/api/runs/{key}/network").content


@pytest.mark.slow
def test_another_tab_sees_what_was_trained(opened, studio, watch):
    other = open_page(opened.context.new_page(), watch, studio)
    field(opened, "Steps").fill("25")
    key = train(opened)
    other.bring_to_front()
    expect(other.locator(f"tr[data-run='{key}']")).to_be_attached(timeout=LONGEST)


def test_without_the_token_the_page_says_what_to_do(page, watch, studio):
    watch.allow(studio.base)
    page.goto(f"{studio.base}/")
    expect(page.locator("body")).to_contain_text("Open the link that `nodewise studio` printed.")
    watch.forgive("status of 401")


@pytest.mark.slow
def test_a_server_that_is_killed_and_comes_back_loses_nothing(page, watch, start):
    first = start()
    open_page(page, watch, first)
    field(page, "Steps").fill("25")
    key = train(page)
    field(page, "Steps").fill("100000000")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator(".nws-going")).to_contain_text("step", timeout=LONGEST)
    first.kill()
    banner = page.locator(".nws-banner")
    expect(banner).to_have_text(
        "The studio's server does not answer. Start `nodewise studio` again; this page will reconnect."
    )
    field(page, "Steps").fill("31")
    time.sleep(1)
    start("--port", first.base.rsplit(":", 1)[1], folder=first.folder)
    expect(banner).to_have_text("The studio's server answers again. Nothing you typed was lost.", timeout=LONGEST)
    expect(field(page, "Steps")).to_have_value("31")
    assert shown(page) == key
    expect(page.locator(".nws-going")).to_have_count(0)
    expect(page.locator(".nws-runs tbody tr").first).to_contain_text("interrupted")
    train(page)
    page.close()  # before its server ends, which it would ask in vain
    watch.forgive("ERR_")


@pytest.mark.slow
@pytest.mark.parametrize("page_options", [{"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}])
def test_on_a_phone_nothing_is_wider_than_the_screen(opened):
    field(opened, "Steps").fill("25")
    train(opened)
    opened.locator(".nws-runs summary").click()
    assert opened.evaluate("document.documentElement.scrollWidth") == 390
