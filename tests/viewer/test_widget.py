"""What a notebook is given of an inspection: the widget, a still picture and words, or a frame."""

import base64
import json
import sys
from html.parser import HTMLParser
from io import BytesIO
from types import SimpleNamespace

import pytest
from PIL import Image

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.viewer import widget
from nodewise.viewer.document import pack
from nodewise.viewer.report import html

WIDGET = "application/vnd.jupyter.widget-view+json"
EVIL = '"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def sine():
    return nw.inspect(nw.fit(nw.problems.sine(), 3, "cosine", steps=20))


@pytest.fixture
def alone(monkeypatch):
    """As where anywidget is not installed."""
    monkeypatch.setattr(widget, "installed", lambda: False)


class First(HTMLParser):
    """Keep the tags of a piece of HTML, each with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def picture(text):
    return Image.open(BytesIO(base64.b64decode(text, validate=True)))


def test_a_notebook_gets_widget_picture_and_verdict(sine):
    shown = sine._repr_mimebundle_(include=None, exclude=None)
    assert set(shown) == {WIDGET, "image/png", "text/plain"}
    assert shown[WIDGET]["model_id"] == sine.widget.model_id
    assert shown["text/plain"] == sine.verdict
    assert picture(shown["image/png"]).format == "PNG"


def test_the_widget_holds_the_document_and_the_module(sine):
    made = sine.widget
    assert made.document == pack(sine)
    assert made.view == ""
    assert made.trait_metadata("document", "sync")
    assert made.trait_metadata("view", "sync")
    assert str(made._esm) == widget.MODULE.read_text(encoding="utf-8")
    assert sine.widget is made


@pytest.mark.slow
def test_a_classifier_shows_its_regions():
    blobs = nw.Dataset([[0, 0], [0, 1], [3, 3], [3, 4.0]], labels=["a", "a", "b", "b"])
    shown = nw.inspect(nw.fit(blobs, 3, steps=20))._repr_mimebundle_()
    width, height = picture(shown["image/png"]).size
    assert width / height < 1.6  # the regions are drawn square, a fit is not


def test_without_anywidget_it_is_a_still_page_that_says_how_to_get_it(sine, alone):
    shown = sine._repr_mimebundle_()
    assert set(shown) == {"text/html", "image/png", "text/plain"}
    page = First(shown["text/html"])
    assert sine.verdict in page.text
    assert 'To move it:\npip install "nodewise[notebook]", then restart the notebook.' in page.text
    ((_, attributes),) = [tag for tag in page.tags if tag[0] == "img"]
    assert attributes["src"] == f"data:image/png;base64,{shown['image/png']}"
    with pytest.raises(NodewiseError) as caught:
        widget.widget(sine)
    assert str(caught.value) == (
        'the widget needs the package anywidget. Got none installed; install it: pip install "nodewise[notebook]".'
    )


def test_a_terminal_gets_words_alone(sine, monkeypatch):
    class TerminalInteractiveShell:
        pass

    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=TerminalInteractiveShell))
    assert sine._repr_mimebundle_() == {"text/plain": sine.verdict}


def test_marimo_shows_the_widget(sine):
    from marimo._output.formatting import try_format

    shown = try_format(sine)
    assert shown.mimetype == "text/html"
    ((_, attributes),) = [tag for tag in First(shown.data).tags if tag[0] == "marimo-anywidget"]
    assert json.loads(attributes["data-initial-value"]) == {"model_id": sine.widget.model_id}


def test_marimo_without_anywidget_shows_a_still_page(sine, alone):
    from marimo._output.formatting import try_format

    shown = try_format(sine)
    assert (shown.mimetype, shown.data) == ("text/html", sine._repr_mimebundle_()["text/html"])


@pytest.mark.slow
def test_a_frame_holds_the_report(sine):
    (only,) = First(sine.to_html(height=500)).tags
    tag, attributes = only
    assert tag == "iframe"
    assert attributes["srcdoc"] == html(sine)
    assert attributes["sandbox"] == "allow-scripts allow-downloads"
    assert attributes["style"] == "width: 100%; height: 500px; border: 0"


@pytest.mark.slow
@pytest.mark.parametrize("height", [0, -3, 2.5, "100", True, None])
def test_heights_that_cannot_be(sine, height):
    with pytest.raises(NodewiseError) as caught:
        sine.to_html(height)
    assert str(caught.value) == f"height must be a number of pixels, 1 or more. Got {height!r}."


def test_names_from_the_data_are_text(alone):
    data = nw.problems.sine()
    data = nw.Dataset(data.inputs, data.targets, feature_names=[EVIL], target_names=[f"{EVIL}2"], name=EVIL)
    seen = nw.inspect(nw.fit(data, 2, steps=5))
    assert [tag for tag, _ in First(seen.to_html()).tags] == ["iframe"]
    assert [tag for tag, _ in First(seen._repr_mimebundle_()["text/html"]).tags].count("img") == 1


@pytest.mark.slow
def test_a_frame_can_be_moved_and_logs_no_error(sine, page, tmp_path):
    (tmp_path / "a.html").write_text(f"<!doctype html><meta charset=utf-8>{sine.to_html()}", encoding="utf-8")
    page.goto((tmp_path / "a.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.get_by_label("Step of the training").press("Home")
    frame.locator("output", has_text="step 0 ").wait_for()
    page.wait_for_timeout(500)  # the view is written when it has rested
    page.screenshot(path=tmp_path / "frame.png")


@pytest.mark.slow
def test_nothing_of_a_notebook_is_loaded_before_it_shows_something(fresh_python):
    program = """
import sys, nodewise as nw
seen = nw.inspect(nw.fit(nw.problems.sine(), 2, steps=5))
str(seen), seen.to_html()
print(sorted({"anywidget", "ipywidgets", "traitlets", "IPython"} & set(sys.modules)))
seen._repr_mimebundle_()
print("anywidget" in sys.modules)
"""
    assert fresh_python("-c", program).stdout.splitlines() == ["[]", "True"]
