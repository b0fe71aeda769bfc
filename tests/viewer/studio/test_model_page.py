"""A trained model in the studio's page: brought, read on points made for it and on a table, and refused."""

import numpy as np
import pytest
from playwright.sync_api import expect

import hostile
from nodewise.network import Network
from studios import LONGEST, open_page, shown, wait_for_another

pytest.importorskip("onnx")
HOSTILE = "<img src=x onerror=alert(1)>"


def bring(page, name, content):
    page.get_by_role("button", name="A trained model").click()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})


def read(page):
    before = shown(page)
    page.get_by_role("button", name="Read", exact=True).click()
    return wait_for_another(page, before)


@pytest.mark.slow
def test_a_model_on_its_own_and_on_a_table(page, watch, studio, tmp_path):
    for kind in ("tables", "models"):  # of other tests, which the model would be checked on, or stand beside it
        for other in studio.get(f"/api/{kind}"):
            studio.client.delete(f"/api/{kind}/{other['id']}").raise_for_status()
    opened = open_page(page, watch, studio)
    bring(opened, f"{HOSTILE}.onnx", hostile.onnx())
    chosen = opened.get_by_label("Model", exact=True)
    expect(chosen).to_have_text(f"{HOSTILE}.onnx · 3-4-1 relu", timeout=LONGEST)
    expect(opened.get_by_text("Opened from ONNX model: equal to the original on 256 probes")).to_be_visible()
    expect(opened.get_by_label("Steps", exact=True)).to_have_count(0)
    key = read(opened)
    run = studio.get(f"/api/runs/{key}")
    assert (run["state"], run["network"]) == ("finished", "3-4-1 relu")
    expect(opened.locator(".nw-verdict p")).to_have_text(run["verdict"])
    opened.screenshot(path=tmp_path / "alone.png", full_page=True)

    network = Network.from_bytes(studio.client.get(f"/api/runs/{key}/network").content)
    x = np.random.default_rng(0).normal(size=(40, 3))
    rows = "\n".join(["a,b,c,y", *(",".join(map(str, row)) for row in np.c_[x, network(x)])])
    opened.get_by_role("button", name="On a table").click()
    table = {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    drop(opened, table)
    expect(opened.get_by_label("Table", exact=True)).to_have_text("a.csv · 40 rows", timeout=LONGEST)
    key = read(opened)
    assert studio.get(f"/api/runs/{key}")["score"]["rmse"] < 1e-6
    opened.screenshot(path=tmp_path / "table.png", full_page=True)
    opened.reload()
    expect(chosen).to_have_text(f"{HOSTILE}.onnx · 3-4-1 relu")
    watch.forgive("status of 401")


def drop(page, file):
    """Drop a file on the page."""
    page.evaluate(
        """({ name, text }) => {
            const data = new DataTransfer();
            data.items.add(new File([text], name));
            document.querySelector(".nws-studio").dispatchEvent(
                new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        {"name": file["name"], "text": file["buffer"].decode()},
    )


@pytest.mark.slow
def test_what_cannot_be_opened_is_said(page, watch, studio):
    opened = open_page(page, watch, studio)
    bring(opened, "a.keras", b"no model")
    said = (
        "a.keras must be a .keras file that Keras saved. It is damaged or of another kind (BadZipFile); save it again."
    )
    expect(opened.get_by_role("alert").filter(has_text=said)).to_be_visible(timeout=LONGEST)
    drop(opened, {"name": "w.safetensors", "buffer": b"text"})
    expect(opened.get_by_role("alert").filter(has_text="w.safetensors must be")).to_be_visible(timeout=LONGEST)
    watch.forgive("status of 422")
