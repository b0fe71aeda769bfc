"""How a figure is written down: the same every time, well formed, and safe with any name."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

import nodewise as nw
from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.figures import style

NASTY = "<img src=x onerror=alert(1)>"


def ids(svg: str) -> list[str]:
    return [element.get("id") for element in ET.fromstring(svg).iter() if element.get("id")]


def test_svg_is_one_well_formed_element(sigmoid):
    text = figures.fit(sigmoid).svg()
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == "The network's curve over the samples, and how it goes on outside them"
    assert text.startswith("<svg ")
    for unwanted in ("<?xml", "<!DOCTYPE", "<!--", "<metadata", "<script", "matplotlib.org"):
        assert unwanted not in text


def test_svg_is_the_same_every_time(sigmoid):
    shown = figures.contributions(sigmoid)
    assert shown.svg() == shown.svg() == figures.contributions(sigmoid).svg()


def test_two_pictures_share_no_id_and_each_reference_leads_somewhere(sigmoid):
    first, second = figures.fit(sigmoid).svg(), figures.contributions(sigmoid).svg()
    assert len(ids(first)) == len(set(ids(first)))
    assert not set(ids(first)) & set(ids(second))
    for text in (first, second):
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', text)) <= set(ids(text))


def test_names_are_shown_as_they_are(table, readable):
    for draw in (figures.extrapolation, figures.diagram):
        shown = draw(table)
        readable(shown.figure)
        text = shown.svg()
        ET.fromstring(text)
        assert NASTY not in text
        assert "<img" not in text


def test_a_title_is_escaped_too(sigmoid):
    text = style.svg(figures.fit(sigmoid).figure, title=f'"{NASTY}')
    assert ET.fromstring(text).get("aria-label") == f'"{NASTY}'


@pytest.mark.parametrize(
    "name", ["$x$", "a $ b", r"\frac{1}{2}", r"a\$b$", "_x", "温度", "tab\there", "two\nlines", "\x07", "$\\bad{"]
)
def test_any_name_can_be_drawn(name):
    data = nw.Dataset([1.0, 2.0, 3.0], [1.0, 0.0, 1.0], feature_names=name.strip(), target_names="y$")
    ET.fromstring(figures.problem(data).svg())


def test_no_formula_is_made_of_a_name():
    ax = figures.problem(nw.Dataset([1.0, 2.0], [1.0, 0.0], feature_names=r"$x^2$ \alpha")).ax
    assert not ax.xaxis.label._preprocess_math(ax.xaxis.label.get_text())[1]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_save_writes_the_same_bytes_each_time(sigmoid, tmp_path, ending):
    shown = figures.loss(sigmoid)
    first, second = (shown.save(tmp_path / f"{name}.{ending}").read_bytes() for name in "ab")
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"a.{ending}", f"b.{ending}"]
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending]
    assert first.startswith(start)


def test_png_is_a_picture(sigmoid, tmp_path):
    with Image.open(figures.save(figures.fit(sigmoid).figure, tmp_path / "fit.png")) as image:
        assert image.size == (1080, 600)


def test_refusals(sigmoid, tmp_path):
    shown = figures.loss(sigmoid)
    with pytest.raises(NodewiseError) as caught:
        shown.save(tmp_path / "fit.jpg")
    assert str(caught.value) == "a picture's name must end in .png, .svg, .pdf. Got 'fit.jpg'."
    missing = tmp_path / "missing" / "fit.png"
    with pytest.raises(NodewiseError) as caught:
        shown.save(missing)
    assert (
        str(caught.value)
        == f"{missing} could not be written: No such file or directory. Its folder does not exist; make it first."
    )


def test_a_notebook_shows_the_picture_once(sigmoid):
    import matplotlib.pyplot as plt

    assert figures.fit(sigmoid)._repr_html_().startswith("<svg ")
    _, ax = plt.subplots()
    assert figures.fit(sigmoid, ax=ax)._repr_html_() is None


@pytest.mark.slow
def test_figures_open_no_window_and_need_no_pyplot(fresh_python):
    fresh_python("-c", "import sys, nodewise.figures\nassert 'matplotlib.pyplot' not in sys.modules")


def test_a_long_label_is_wrapped_and_stays_in_the_picture():
    x = list(range(30))
    data = nw.Dataset(x, [n * n % 7 for n in x], target_names="a very long name of a target, " * 3, target_units="kg")
    network = nw.Network.from_weights([([[1.0]], [0.0], "cosine"), ([[1.0]], [0.0], "identity")])
    network = replace(network, output_names=data.target_names, output_units=data.target_units)
    shown = figures.spectrum(network, data)
    shown.figure.draw_without_rendering()
    box = shown.ax.yaxis.label.get_window_extent()
    assert box.y0 >= 0
    assert box.y1 <= shown.figure.bbox.y1
