"""Fits to draw, trained once, and the check that words in a picture can be read."""

from itertools import combinations

import matplotlib.text
import numpy as np
import pytest
from matplotlib.figure import Figure

import nodewise as nw
from nodewise.figures.style import pixels

NASTY = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="session")
def sigmoid():
    return nw.fit(nw.problems.sine(), hidden=10, activation="sigmoid", steps=60)


@pytest.fixture(scope="session")
def relu():
    return nw.fit(nw.problems.sine(), hidden=100, activation="relu", steps=30)


@pytest.fixture(scope="session")
def cosine():
    return nw.fit(nw.problems.sine(), hidden=3, activation="cosine", steps=60, starts=3)


@pytest.fixture(scope="session")
def table():
    """Three features with names that try everything, two outputs, and samples held out."""
    x = np.random.default_rng(0).normal(size=(80, 3))
    data = nw.Dataset(
        x,
        np.column_stack([x[:, 0] * x[:, 1], np.tanh(x[:, 2])]),
        feature_names=(
            NASTY,
            "price in $ or in $cents$",
            "a name that is much longer than any axis has room for, truly",
        ),
        target_names=("_hidden", r"\alpha"),
        target_units=("µmol/mol", ""),
    )
    return nw.fit(data, hidden=(12, 6), activation="relu", steps=20, validation=0.2)


@pytest.fixture(scope="session")
def dose():
    """One feature along which the class is A, B, A."""
    x = np.sort(np.random.default_rng(0).uniform(-3, 3, 60))
    labels = np.where(np.abs(x) < 1, "B", "A")
    data = nw.Dataset(x, labels=labels, feature_names="dose", feature_units="mg", label="group")
    return nw.fit(data, hidden=4, activation="tanh", steps=100)


@pytest.fixture(scope="session")
def moons():
    return nw.fit(nw.problems.moons(), hidden=8, activation="tanh", steps=100)


@pytest.fixture(scope="session")
def species():
    """Four features, three classes with names that try everything, and samples held out."""
    random = np.random.default_rng(0)
    codes = np.arange(90) % 3
    x = random.normal(size=(90, 4)) + 2 * random.normal(size=(3, 4))[codes]
    labels = np.array([NASTY, "$\\alpha$ and the rest of a class name longer than a legend", "名前 çlâss"])[codes]
    return nw.fit(nw.Dataset(x, labels=labels), hidden=5, activation="tanh", steps=60, validation=0.2)


@pytest.fixture(scope="session")
def perceptron():
    """A line between two classes, of truth values; its output is no probability."""
    x = np.random.default_rng(3).normal(size=(80, 2))
    return nw.fit(nw.Dataset(x, labels=x @ [1, 2] > 0.3), hidden=(), loss="perceptron", steps=30)


def words(figure: Figure) -> list[tuple[str, matplotlib.text.Text]]:
    """Every text that is seen, with what it says."""
    found = figure.findobj(lambda artist: isinstance(artist, matplotlib.text.Text) and artist.get_visible())
    seen = []
    for text in found:
        assert isinstance(text, matplotlib.text.Text)
        if text.get_text().strip() and text.get_alpha() != 0 and _in_view(text):
            seen.append((text.get_text(), text))
    return seen


def _in_view(text: matplotlib.text.Text) -> bool:
    """Whether a tick label belongs to a tick within its axis; matplotlib keeps those outside unseen."""
    for ax in text.figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
            if any(text in (tick.label1, tick.label2) for tick in ticks):
                drawn = {id(tick) for tick in axis._update_ticks()}
                return any(text in (tick.label1, tick.label2) for tick in ticks if id(tick) in drawn)
    return True


@pytest.fixture(scope="session")
def readable():
    """Check that no word of a figure is cut off or lies on another."""

    def check(figure: Figure) -> None:
        renderer = pixels(figure).get_renderer()
        boxes = [(said, text.get_window_extent(renderer)) for said, text in words(figure)]
        assert boxes
        for said, box in boxes:
            assert min(box.x0, box.y0) >= -1, said
            assert max(box.x1 - figure.bbox.x1, box.y1 - figure.bbox.y1) <= 1, said
        for (one, a), (other, b) in combinations(boxes, 2):
            across = min(a.x1, b.x1) - max(a.x0, b.x0)
            up = min(a.y1, b.y1) - max(a.y0, b.y0)
            assert across <= 1 or up <= 1, f"{one!r} lies on {other!r}"

    return check
