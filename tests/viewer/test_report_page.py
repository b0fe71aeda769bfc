"""The report in a real browser: a file that asks for nothing, logs nothing, and can be moved."""

import re

import numpy as np
import pytest

import nodewise as nw

EVIL = "<img src=x onerror=alert(1)>"
READY = "() => performance.getEntriesByName('nodewise-ready').length > 0"


@pytest.fixture(scope="module")
def sine(tmp_path_factory):
    """The report of the sine, with several starts."""
    fit = nw.fit(nw.problems.sine(), 10, "sigmoid", steps=200, starts=3)
    return nw.inspect(fit).save(tmp_path_factory.mktemp("sine") / "report.html")


def opened(page, path, view=""):
    page.goto(path.as_uri() + view)
    page.wait_for_function(READY)
    return page


def until(true, page):
    """Wait until the next frames have been drawn, however busy the machine is."""
    for _ in range(300):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError


def drawn(page, panel):
    """How many different colours the picture of a panel has: a panel that stayed empty has one."""
    return page.locator(f'[data-panel="{panel}"] canvas').evaluate(
        """canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )


def test_every_panel_has_a_picture(page, sine):
    opened(page, sine)
    panels = page.locator("[data-panel] canvas")
    assert panels.count() >= 2
    for panel in page.locator("[data-panel]:has(canvas)").all():
        panel.scroll_into_view_if_needed()
        until(lambda panel=panel: drawn(page, panel.get_attribute("data-panel")) > 2, page)


@pytest.mark.slow
def test_the_slider_walks_through_the_training(page, sine):
    opened(page, sine)
    before = page.locator('[data-panel="fit"] canvas').screenshot()
    page.get_by_label("Step of the training").fill("0")
    page.wait_for_function("() => document.querySelector('.nw-transport output').textContent.startsWith('step 0')")
    until(lambda: page.locator('[data-panel="fit"] canvas').screenshot() != before, page)
    page.wait_for_function("() => location.hash.includes('snapshot=0')")


def test_a_link_opens_the_same_view_again(page, sine):
    opened(page, sine, "#snapshot=7&x=-30,30&node=0.3&off=0.1")
    assert "step 7" in page.locator(".nw-transport output").inner_text()
    assert "from -30 to 30" in page.locator('[data-panel="fit"] canvas').get_attribute("aria-label")
    assert "1 node off" in page.locator(".nw-changed").inner_text()


@pytest.mark.parametrize(
    "view", ["#snapshot=99999&output=9", "#x=5,1&node=..&off=1.999,%%&edits=a:b", "#along=7,8&start=12&sample=1e9"]
)
def test_a_broken_link_opens_what_it_can(page, sine, view):
    opened(page, sine, view)
    assert drawn(page, "fit") > 2


@pytest.mark.slow
def test_keys_zoom_and_move(page, sine):
    opened(page, sine)
    canvas = page.locator('[data-panel="fit"] canvas')
    canvas.focus()
    for key in ("-", "-", "Shift+ArrowRight", "ArrowLeft"):
        canvas.press(key)
    page.wait_for_function("() => location.hash.includes('x=') && location.hash.includes('cursor=')")
    canvas.press("0")
    page.wait_for_function("() => !location.hash.includes('x=')")


@pytest.mark.slow
def test_every_picture_has_its_table(page, sine):
    opened(page, sine)
    for panel in page.locator("[data-panel]:has(canvas)").all():
        panel.get_by_role("button", name="Table", exact=True).click()
        assert panel.locator(".nw-table tbody tr").count() >= 1


@pytest.mark.parametrize("kind", ["PNG", "SVG"])
def test_a_picture_can_be_saved(page, sine, tmp_path, kind):
    opened(page, sine)
    menu = page.locator('[data-panel="fit"] .nw-menu')
    menu.locator("summary").click()
    with page.expect_download() as caught:
        menu.get_by_role("button", name=f"Save {kind}").click()
    path = tmp_path / caught.value.suggested_filename
    caught.value.save_as(path)
    start = path.read_bytes()[:200]
    assert path.name == f"sine-fit.{kind.lower()}"
    assert start.startswith(b"\x89PNG") if kind == "PNG" else b"<svg" in start


@pytest.mark.slow
def test_names_from_the_data_do_nothing(page, tmp_path):
    x = np.linspace(-1, 1, 20)
    data = nw.Dataset(
        x, x**2, feature_names=[EVIL], target_names=[EVIL + "2"], feature_units=["</script>"], name=EVIL, notes=[EVIL]
    )
    path = nw.inspect(nw.fit(data, 3, steps=20)).save(tmp_path / "report.html")
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    opened(page, path)
    for panel in page.locator("[data-panel]:has(canvas)").all():
        panel.get_by_role("button", name="Table", exact=True).click()
    assert page.locator("img[src='x']").count() == 0
    assert EVIL in page.locator(".nw-table").first.inner_text()


@pytest.mark.parametrize("page_options", [{"color_scheme": "dark"}, {"color_scheme": "light"}])
def test_the_page_follows_light_and_dark(page, sine, page_options):
    opened(page, sine)
    chosen = page_options["color_scheme"]
    assert page.locator(".nodewise").get_attribute("data-theme") == chosen
    other = {"dark": "light", "light": "dark"}[chosen]
    page.locator(".nw-theme").click()
    assert page.locator("html").get_attribute("data-theme") == other
    page.wait_for_function(f"() => location.hash.includes('theme={other}')")


@pytest.mark.parametrize("page_options", [{"viewport": {"width": 390, "height": 844}}, {}])
def test_nothing_is_wider_than_the_page(page, sine, page_options):
    opened(page, sine)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize("page_options", [{"reduced_motion": "reduce"}, {}])
def test_playing_reaches_the_end(page, sine, page_options):
    page.clock.install()
    opened_without_ready(page, sine)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(9000)
    assert "step 200" in page.locator(".nw-transport output").inner_text()
    assert page.get_by_role("button", name="Play").count() == 1


def opened_without_ready(page, path):
    page.goto(path.as_uri() + "#snapshot=0")
    page.clock.run_for(500)
    assert re.match("step 0", page.locator(".nw-transport output").inner_text())


@pytest.mark.parametrize("page_options", [{"java_script_enabled": False}])
def test_without_scripts_there_is_a_still_picture(page, sine, page_options):
    page.goto(sine.as_uri())
    assert page.locator("noscript img").evaluate("image => image.naturalWidth") > 0


@pytest.mark.slow
def test_what_a_changed_weight_costs_is_said_at_once(page, tmp_path):
    fit = nw.fit(nw.problems.sine(), 4, "tanh", steps=100)
    opened(page, nw.inspect(fit).save(tmp_path / "report.html"), "#edits=1.0.b:0.5&off=0.2")
    folded = fit.network.folded
    hidden, last = folded.layers
    values = np.tanh(fit.data.inputs @ hidden.weight.T + hidden.bias)
    values[:, 2] = 0
    changed = 0.5 + values @ last.weight[0]
    errors = [
        np.sqrt(np.mean((y - fit.data.targets[:, 0]) ** 2)) for y in (changed, fit.network(fit.data.inputs)[:, 0])
    ]
    said = page.locator(".nw-changed").inner_text()
    assert said.startswith("1 node off, 1 weight changed: fits to {:.3g} instead of {:.3g}".format(*errors))


@pytest.mark.slow
def test_a_table_tells_years_apart(page, tmp_path):
    year = np.linspace(2020, 2021, 30)
    data = nw.Dataset(year, np.sin(6 * year) + 1e6, feature_names=["year"])
    opened(page, nw.inspect(nw.fit(data, 3, "tanh", steps=20)).save(tmp_path / "report.html"))
    panel = page.locator('[data-panel="fit"]')
    panel.get_by_role("button", name="Table", exact=True).click()
    rows = panel.locator("tbody tr").evaluate_all("rows => rows.map(row => row.cells[0].textContent)")
    assert len(set(rows)) > 0.9 * len(rows)
    assert re.match(r"At year = 2020\.\d+,", page.locator(".nw-figures p").first.inner_text())


def test_going_back_leaves_no_cursor_outside(page, sine):
    opened(page, sine, "#x=-3000,3000&cursor=2000")
    page.locator('[data-panel="fit"] canvas').press("0")
    page.wait_for_function("() => !location.hash.includes('cursor=')")


@pytest.mark.slow
def test_a_training_that_diverged_says_where(page, tmp_path):
    fit = nw.fit(nw.problems.sine(), 3, solver="gradient_descent", learning_rate=1000.0, steps=50)
    opened(page, nw.inspect(fit).save(tmp_path / "report.html"))
    label = page.locator('[data-panel="loss"] canvas').get_attribute("aria-label")
    assert f"It diverged at step {fit.outcome.step}." in label


@pytest.mark.slow
@pytest.mark.parametrize("page_options", [{"viewport": {"width": 390, "height": 844}}])
def test_long_names_make_no_page_wider(page, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (30, 3))
    names = ["a long name that goes on and on " * 3, "x_" * 40, "short"]
    data = nw.Dataset(x, x.sum(1), feature_names=names, target_names=["a target with far too long a name " * 3])
    opened(page, nw.inspect(nw.fit(data, 3, "tanh", steps=20)).save(tmp_path / "report.html"))
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    # The sums can be read without scrolling their tables.
    for table in page.locator(".nw-scroll").all():
        assert table.evaluate("place => place.scrollWidth - place.clientWidth") <= 0


def test_a_menu_closes_with_escape_and_with_a_click_elsewhere(page, sine):
    opened(page, sine)
    menu = page.locator('[data-panel="fit"] .nw-menu')
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    menu.locator("summary").click()
    page.locator('[data-panel="loss"] h2').click()
    assert menu.get_attribute("open") is None
