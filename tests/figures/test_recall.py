"""Pictures and movies of a recall hold its states and energies, and every word can be read."""

import numpy as np
import pytest
from PIL import Image

import nodewise as nw
from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.figures import movie

NASTY = "<img src=x onerror=alert(1)> $\\alpha$ and a name that goes on"


def images(rows=5, side=4, seed=0):
    return np.random.default_rng(seed).choice([0.0, 16.0], (rows, side, side))


def part(image):
    cue = image.copy()
    cue[2:] = np.nan
    return cue


@pytest.fixture(scope="module")
def classical():
    x = images()
    return nw.recall(x, part(x[2]), "pseudo-inverse")


@pytest.fixture(scope="module")
def table():
    x = np.random.default_rng(0).normal(size=(12, 4))
    data = nw.Dataset(x, labels=[NASTY, "b"] * 6, feature_names=[NASTY, "b", "c", "d"])
    return nw.recall(data, [0.2, np.nan, 1, np.nan])


def test_images_are_the_states(classical, readable):
    shown = figures.recall(classical)
    readable(shown.figure)
    pictures = [ax.images[0] for ax in shown.figure.axes if ax.images]
    assert len(pictures) == len(shown.steps) + 1
    assert (shown.steps[0], shown.steps[-1]) == (0, classical.steps)
    for picture, step in zip(pictures, shown.steps, strict=False):
        drawn = np.ma.filled(picture.get_array(), 0)
        np.testing.assert_array_equal(drawn.ravel(), classical.states[step])
    assert np.ma.getmaskarray(pictures[0].get_array())[2:].all()
    np.testing.assert_array_equal(np.ravel(pictures[-1].get_array()), classical.rows[classical.nearest])


def test_the_line_is_the_energy(classical):
    line, dots = figures.recall(classical, most=3).ax.lines
    np.testing.assert_array_equal(line.get_ydata(), classical.energies)
    np.testing.assert_array_equal(dots.get_ydata(), classical.energies[[0, round(classical.steps / 2), -1]])


def test_bars_are_the_scaled_values_and_the_weights(table, readable):
    shown = figures.recall(table)
    readable(shown.figure)
    last = shown.figure.axes[len(shown.steps) - 1]
    widths = [bar.get_width() for bar in last.patches[:4]]
    np.testing.assert_allclose(widths, table.scaled(table.recalled))
    strength = [bar.get_width() for bar in shown.figure.axes[-1].patches]
    np.testing.assert_array_equal(strength, table.weights[-1, shown.rows])
    assert strength == sorted(strength, reverse=True)


@pytest.mark.slow
def test_a_cue_that_is_a_row_and_one_row(readable):
    for rule in ("softmax", "hebb"):
        readable(figures.recall(nw.recall([[1.0, -1.0, 1.0]], [1, -1, 1], rule)).figure)
        readable(figures.recall(nw.recall([[1.0, -1.0, 1.0]], [-1, 1, -1], rule)).figure)
    readable(figures.recall(nw.recall(np.eye(6), np.eye(6)[0], "softmax", beta=0.1), shape=(2, 3)).figure)


@pytest.mark.parametrize("ending", ["gif", "webp", "mp4"])
def test_a_movie_has_every_state(classical, table, tmp_path, ending):
    if ending == "mp4":
        pytest.importorskip("av")
    seen = []
    for reading in (classical, table):
        path = movie.recall(
            reading, tmp_path / f"r.{ending}", size=(320, 180), frames=4, progress=lambda *done: seen.append(done)
        )
        assert path.stat().st_size > 1000
    assert seen == [(i, 4) for i in range(1, 5)] * 2


def test_frames_follow_the_states(classical, tmp_path):
    from nodewise.figures.movie.recall import _Scene

    path = movie.recall(classical, tmp_path / "r.gif")
    with Image.open(path) as image:
        assert image.n_frames == len(classical.states)
        assert image.size == (640, 320)
    scene = _Scene(classical, (640, 320), classical.shape)
    for step in (0, classical.steps // 2, classical.steps):
        pixels = scene.frame(step)
        places = scene.left.transData.transform([(i % 4, i // 4) for i in range(16)]).astype(int)
        grey = pixels[pixels.shape[0] - places[:, 1], places[:, 0], 2]
        colours = {1.0: 0, -1.0: 255, 0.0: 0xEA}
        assert grey.tolist() == [colours[value] for value in classical.states[step]]


def test_capacities(readable):
    for reading in (
        nw.capacity(features=60, loads=[0.1, 0.2], trials=2),
        nw.capacity("pseudo-inverse", 60, [0.1, 0.2], noise=0.1, trials=2),
        nw.capacity("softmax", 60, [0.1, 0.2], beta=3, trials=2),
    ):
        shown = figures.capacity(reading)
        readable(shown.figure)
        measured = shown.ax.containers[0].lines[0]
        np.testing.assert_array_equal(measured.get_ydata(), reading.measured)
        if shown.overlap_ax:
            np.testing.assert_array_equal(shown.overlap_ax.lines[0].get_ydata(), reading.overlap)


def reading():
    return nw.recall(images().reshape(5, 16), part(images()[0]), "hebb")


REFUSALS = [
    (lambda: figures.recall("r"), "a picture of a recall needs a Recall. Got str; see nodewise.recall."),
    (lambda: movie.recall("r", "r.gif"), "a picture of a recall needs a Recall. Got str; see nodewise.recall."),
    (
        lambda: figures.recall(reading(), shape=(3, 5)),
        "shape must be height and width with a product of 16, the features. Got (3, 5).",
    ),
    (
        lambda: figures.recall(reading(), shape=16),
        "shape must be height and width with a product of 16, the features. Got 16.",
    ),
    (lambda: figures.recall(reading(), most=1), "most must be a whole number of at least 2. Got 1."),
    (lambda: movie.recall(reading(), "r.avi"), "a movie's name must end in .gif, .webp, .mp4. Got 'r.avi'."),
    (
        lambda: movie.recall(reading(), "r.gif", frames=0),
        f"frames must be a whole number from 1 to {len(reading().states)}, the states there are. Got 0.",
    ),
    (
        lambda: movie.recall(reading(), "r.gif", fps=51),
        "fps must be above 0 and at most 50. Got 51; leave it out for 8 seconds.",
    ),
    (
        lambda: figures.capacity(reading()),
        "a picture of a capacity needs a Capacity. Got Recall; see nodewise.capacity.",
    ),
]


@pytest.mark.parametrize(("draw", "message"), REFUSALS)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(NodewiseError) as caught:
        draw()
    assert str(caught.value) == message


def test_a_frame_can_be_read(classical, table, readable):
    from nodewise.figures.movie.recall import _Scene

    for read in (classical, table):
        readable(_Scene(read, (640, 320), read.shape).figure)
