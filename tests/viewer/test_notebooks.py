"""An inspection in real notebooks, in a real browser: what it shows can be moved."""

import json
import re

import pytest

import hosts

pytestmark = pytest.mark.slow

CODE = """import nodewise as nw
seen = nw.inspect(nw.fit(nw.problems.sine(), 10, steps=200))
seen"""

MARIMO = """import marimo
app = marimo.App()

@app.cell
def _():
    import nodewise as nw
    seen = nw.inspect(nw.fit(nw.problems.sine(), 10, steps=200))
    seen
    return
"""


def notebook(*cells):
    def cell(i, source):
        return {
            "id": f"c{i}", "cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None
        }  # fmt: skip

    return json.dumps(
        {
            "nbformat": 4, "nbformat_minor": 5, "cells": [cell(i, source) for i, source in enumerate(cells)],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        }
    )  # fmt: skip


def wait_until_drawn(page):
    """Wait until the viewer has a picture with ink on it."""
    page.locator(".nodewise canvas").first.wait_for()
    page.wait_for_function(
        """() => {
            const canvas = document.querySelector("marimo-anywidget")?.shadowRoot.querySelector(".nodewise canvas")
                ?? document.querySelector(".nodewise canvas");
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            const ink = pixels.reduce((sum, value, i) => sum + (i % 4 === 3 && value > 0), 0);
            return ink > 0.005 * canvas.width * canvas.height;
        }"""
    )


def run(page, cell):
    """Run a cell and wait until it has run; again where the kernel, idle but not yet connected, lost it."""
    prompt = cell.locator(".jp-InputPrompt")
    for _ in range(600):
        if prompt.inner_text().strip() == "[ ]:":
            cell.locator(".cm-content").click()
            page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(100)
        if re.fullmatch(r"\[\d+\]:", prompt.inner_text().strip()):
            return
    raise AssertionError(f"the cell has not run: {prompt.inner_text()}")


@pytest.fixture
def jupyter(tmp_path):
    (tmp_path / "a.ipynb").write_text(
        notebook(CODE, "print('it is', seen.widget.view)", "seen.widget.view = 'snapshot=100'")
    )
    with hosts.jupyter(tmp_path) as running:
        yield running


def test_jupyterlab_shows_the_viewer(jupyter, page, watch, tmp_path):
    address, token = jupyter
    watch.allow(address)
    page.set_default_timeout(60_000)
    page.goto(f"{address}doc/tree/a.ipynb?token={token}")
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    cells = page.locator(".jp-CodeCell")
    run(page, cells.nth(0))
    wait_until_drawn(page)
    page.screenshot(path=tmp_path / "jupyter.png")

    page.get_by_label("Step of the training").focus()
    for key in ("Home", "ArrowRight", "ArrowUp", "a", "x"):  # the notebook has its own use for them
        page.keyboard.press(key)
    step = page.locator("output", has_text="step").first
    assert step.inner_text().startswith("step 2 ")
    assert cells.count() == 3
    page.wait_for_timeout(1000)  # the view is sent when it has rested

    run(page, cells.nth(1))
    assert cells.nth(1).locator(".jp-OutputArea-output").inner_text().strip() == "it is snapshot=2"
    run(page, cells.nth(2))
    page.locator("output", has_text="step 100 ").wait_for()


@pytest.fixture
def marimo(tmp_path):
    (tmp_path / "a.py").write_text(MARIMO)
    with hosts.marimo(tmp_path / "a.py") as running:
        yield running


@pytest.mark.parametrize("page_options", [{"service_workers": "allow"}])  # without, marimo logs an error
def test_marimo_shows_the_viewer(marimo, page, watch, tmp_path):
    address, token = marimo
    watch.allow(address)
    page.set_default_timeout(60_000)
    page.goto(f"{address}?access_token={token}")
    wait_until_drawn(page)
    page.screenshot(path=tmp_path / "marimo.png")
