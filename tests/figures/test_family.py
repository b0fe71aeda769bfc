"""Galleries, surfaces and walks: every number in them is the family's, and every word can be read."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import nodewise as nw
from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.figures import movie, relief
from nodewise.figures.style import pixels

ESSAY = [
    ("1-100-1", "tanh"),
    ("1-16-16-3", "tanh"),
    ("1-64-1", "identity"),
    ("1-16-16-1", "relu"),
    ("2-64-1", "tanh"),
    ("2-16-16-1", "relu"),
    ("2-1", "logistic"),
]


def uncut(figure):
    """Check that nothing in a figure is cut off; `readable` moves the numbers of axes in space by asking for them."""
    renderer = pixels(figure).get_renderer()
    space = figure.axes[0]
    parts = [space.xaxis, space.yaxis, space.zaxis, *figure.axes[1:], *figure.texts]
    boxes = [part.get_tightbbox(renderer) for part in parts]
    for box in boxes:
        assert min(box.x0, box.y0) >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y1 <= figure.bbox.y1
    height, colours = boxes[2], boxes[3]
    assert height.x1 < colours.x0


@pytest.mark.parametrize(("sizes", "activation"), ESSAY)
@pytest.mark.parametrize("which", [None, 7])
def test_pictures_are_readable_and_hold_the_family_s_numbers(sizes, activation, which, readable):
    family = nw.family(sizes, activation, count=9)
    shown = figures.family(family, which)
    assert shown.indices == (tuple(range(9)) if which is None else (7,))
    (uncut if which and family.sizes[0] > 1 else readable)(shown.figure)
    for index, values in zip(shown.indices, shown.values, strict=True):
        if family.sizes[0] == 1:
            np.testing.assert_array_equal(values, family.curves[index])
        else:
            np.testing.assert_array_equal(values, family.surface(index)[..., 0])
        assert shown.limits[0] <= values.min()
        assert values.max() <= shown.limits[1]


def test_bounded_outputs_have_the_essay_s_limits():
    np.testing.assert_allclose(figures.family(nw.family("1-9-1", count=4)).limits, (-1.2, 1.2))
    surface = figures.family(nw.family("2-9-1", count=4), 2)
    assert surface.ax.get_zlim() == (-2, 1)
    assert (surface.ax.elev, surface.ax.azim) == (20, -55)


def test_a_page_holds_49_with_their_numbers():
    shown = figures.family(nw.family("1-9-2", count=60))
    assert len(shown.indices) == 49
    titles = [ax.get_title(loc="left") for ax in shown.figure.axes]
    assert titles == [str(i) for i in range(49)]
    lines = [line.get_ydata() for line in shown.figure.axes[48].lines[-2:]]
    np.testing.assert_array_equal(np.transpose(lines), nw.family("1-9-2").curves[48])
    assert figures.family(nw.family("1-9-2", count=60), [50, 3]).indices == (50, 3)
    width, height = shown.figure.get_size_inches()
    assert height < 0.7 * width  # curves are wider than high


def test_a_slice_of_more_features():
    family = nw.family("4-6-1", count=4)
    shown = figures.family(family, at={"x2": 1.5, "x4": -2})
    across, up = shown.x
    inputs = [across[30], 1.5, up[80], -2]
    np.testing.assert_allclose([v[80, 30] for v in shown.values], [n(inputs)[0, 0] for n in family.networks])
    curve = figures.family(family, 3, at={"x2": 1.5, "x4": -2, "x1": 0.5})
    np.testing.assert_allclose(curve.values[0][10], family.networks[3]([0.5, 1.5, curve.x[0][10], -2])[0], rtol=1e-12)


def test_a_surface_over_data_and_its_level():
    fit = nw.fit(nw.problems.multiplication(samples=60), hidden=5, steps=30)
    shown = figures.surface(fit, level=0.25)
    uncut(shown.figure)
    np.testing.assert_array_equal([shown.across[0], shown.up[0]], fit.data.low)
    np.testing.assert_array_equal([shown.across[-1], shown.up[-1]], fit.data.high)
    np.testing.assert_allclose(shown.values[3, 5], fit.network([shown.across[5], shown.up[3]])[0, 0])
    assert shown.level == 0.25


def test_the_thick_line_is_where_the_surface_has_the_level():
    network = nw.Network.from_weights([([[3.0, -1.0]], [0.5], "sigmoid")])
    shown = figures.surface(network)
    assert shown.level == 0.5  # where a classifier changes its mind
    thick = [c for c in shown.ax.collections if getattr(c, "levels", None) is not None and len(c.levels) == 1]
    assert len(thick) == 2
    for line in thick:
        points = np.concatenate([path.vertices for path in line.get_paths() if len(path.vertices)])
        assert len(points) > 50
        np.testing.assert_allclose(3 * points[:, 0] - points[:, 1] + 0.5, 0, atol=0.05)


@pytest.mark.parametrize(("bias", "names"), [(0.5, ["line: 0.5"]), (40.0, [""])])
def test_a_level_that_is_not_crossed_is_not_announced(bias, names):
    shown = figures.surface(nw.Network.from_weights([([[3.0, -1.0]], [bias], "sigmoid")]))
    assert [ax.get_title() for ax in shown.figure.axes[1:]] == names
    assert len(shown.figure.axes[1].lines) == (names != [""])


def test_a_surface_on_axes_of_one_s_own_and_another_map():
    figure = Figure()
    ax = figure.add_subplot(projection="3d")
    network = nw.family("3-5-2").networks[0]
    shown = figures.surface(
        network, ax=ax, at={"x1": 2.0}, output="y2", box=[(0, 1), (-3, 4)], colours="RdYlGn", title="a"
    )
    assert shown.ax is ax
    assert (shown.across[0], shown.across[-1], shown.up[0], shown.up[-1]) == (0, 1, -3, 4)
    np.testing.assert_allclose(shown.values[7, 9], network([2.0, shown.across[9], shown.up[7]])[0, 1])
    assert shown.at == {"x1": 2.0}


def test_a_slice_through_scaled_features_is_exact():
    data = nw.Dataset(np.random.default_rng(0).normal(2000, 5, (40, 3)), np.arange(40.0))
    fit = nw.fit(data, hidden=4, steps=10)
    median = np.median(data.inputs, axis=0)
    shown = figures.surface(fit, at={"x2": float(median[1])})
    x = np.array([shown.across[11], median[1], shown.up[13]])
    np.testing.assert_allclose(shown.values[13, 11], fit.network(x)[0, 0], rtol=1e-12)


def test_heights_and_colours():
    tanh, relu = (nw.family("2-1", name).networks[0] for name in ("tanh", "relu"))
    assert relief.fitted(-0.2, 0.3, tanh, 0) == relief.Range((-1, 1), (-1, 1))
    assert relief.fitted(0, 3, relu, 0) == relief.Range((-3, 3), (0, 3))
    assert relief.fitted(0, 0, relu, 0) == relief.Range((-1, 1), (-1, 1))
    assert relief.fitted(1, 3, relu, 2) == relief.Range((1, 3), (1, 3))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sizes", "morph", "frames"), [("1-3-2", None, 38), ("1-3-1", 0, 18), ("2-3-1", None, 3), ("2-3-1", 1, 20)]
)
def test_a_walk_has_every_network(tmp_path, sizes, morph, frames):
    seen = []
    family = nw.family(sizes, count=3)
    path = movie.walk(
        family, tmp_path / "w.gif", morph=morph, size=(320, 240), progress=lambda *done: seen.append(done)
    )
    assert seen == [(i + 1, frames) for i in range(frames)]
    with Image.open(path) as image:
        assert image.n_frames == frames
        assert image.size == (320, 240)


def test_between_two_networks_is_a_network():
    from nodewise.figures.movie.walk import _Steps

    family = nw.family("1-3-1", count=2)
    steps = _Steps(family, {})
    first, second, half = steps.network(0), steps.network(1), steps.network(0, 0.5)
    np.testing.assert_array_equal(first.dense[0].weight, family.networks[0].dense[0].weight)
    for layer in range(2):
        middle = (first.dense[layer].weight + second.dense[layer].weight) / 2
        np.testing.assert_allclose(half.dense[layer].weight, middle, rtol=1e-14)


@pytest.mark.parametrize("ending", ["webp", "mp4"])
def test_a_walk_in_other_formats(tmp_path, ending):
    if ending == "mp4":
        pytest.importorskip("av")
    path = movie.walk(nw.family("3-3-1", count=2), tmp_path / f"w.{ending}", at={"x2": 0, "x3": 1}, size=(320, 240))
    assert path.stat().st_size > 1000


def family_of(sizes):
    return nw.family(sizes, count=3)


SURFACE = "a surface needs two free features."
REFUSALS = [
    (
        lambda: figures.surface(family_of("4-2-1").networks[0]),
        f"{SURFACE} Got 4: x1, x2, x3, x4. Hold the others fixed and draw that slice, such as at={{'x3': 0, 'x4': 0}} "
        "(--at x3=0,x4=0).",
    ),
    (
        lambda: figures.surface(family_of("1-2-1").networks[0]),
        "a surface needs two features. Got 1: x. Draw the curve of one feature with nodewise.figures.fit, or hold fewer "
        "features fixed.",
    ),
    (lambda: figures.surface("net"), "a surface needs a Network or a Fit. Got str."),
    (
        lambda: figures.surface(family_of("2-1").networks[0], box=[(0, 0), (1, 2)]),
        "box must be two pairs (low, high) with low below high, such as [(-6, 6), (0, 1)]. Got [(0, 0), (1, 2)].",
    ),
    (
        lambda: figures.surface(family_of("2-1").networks[0], box="all"),
        "box must be two pairs (low, high) with low below high, such as [(-6, 6), (0, 1)]. Got 'all'.",
    ),
    (
        lambda: figures.surface(family_of("2-1").networks[0], level=float("nan")),
        "level must be a finite number. Got nan.",
    ),
    (
        lambda: figures.surface(family_of("2-1").networks[0], ax=Figure().add_subplot()),
        'a surface needs axes in space. Got flat ones; make them with projection="3d".',
    ),
    (
        lambda: figures.surface(family_of("3-1").networks[0], at={"x4": 0}),
        "a feature held fixed must be one of x1, x2, x3. Got 'x4'. Did you mean 'x3'?",
    ),
    (
        lambda: figures.family(family_of("2-1"), 3),
        "which must be an index from 0 to 2, or a list of up to 49 of them. Got 3.",
    ),
    (
        lambda: figures.family(family_of("2-1"), 1.0),
        "which must be an index from 0 to 2, or a list of up to 49 of them. Got 1.0.",
    ),
    (
        lambda: figures.family(family_of("2-1"), []),
        "which must be an index from 0 to 2, or a list of up to 49 of them. Got [].",
    ),
    (
        lambda: figures.family(family_of("2-1").networks),
        "a picture of a family needs a Family. Got Stack; see nodewise.family.",
    ),
    (
        lambda: movie.walk(family_of("3-1"), "w.gif"),
        f"{SURFACE} Got 3: x1, x2, x3. Hold the others fixed and draw that slice, such as at={{'x3': 0}} (--at x3=0).",
    ),
    (lambda: movie.walk("1-1", "w.gif"), "a walk needs a Family. Got str; see nodewise.family."),
    (
        lambda: movie.walk(family_of("1-1"), "w.avi"),
        "a movie's name must end in .gif, .webp, .mp4. Got 'w.avi'.",
    ),
    (
        lambda: movie.walk(family_of("1-1"), "w.gif", morph=-1),
        "morph must be a whole number of frames, 0 or more. Got -1.",
    ),
    (
        lambda: movie.walk(family_of("1-1"), "w.gif", fps=51),
        "fps must be above 0 and at most 50. Got 51; leave it out for 25.",
    ),
]


@pytest.mark.parametrize(("draw", "message"), REFUSALS)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(NodewiseError) as caught:
        draw()
    assert str(caught.value) == message
