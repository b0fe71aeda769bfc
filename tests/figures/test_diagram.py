"""Diagrams: nothing overlaps at any size and level, and what is drawn computes what the network computes."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text

import nodewise as nw
from networks import networks, random_network
from nodewise import activations
from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.diagram import LEVELS, diagram, words
from nodewise.figures.diagram.graph import SHAPES, box_of, ends_of
from nodewise.figures.diagram.make import layout
from nodewise.figures.diagram.operations import count
from nodewise.network import Dense, Network, Scale
from nodewise.network.graph import order

LONG = "a name that is much longer than any axis has room for, truly"
SIZES = [(1, 1), (1, 2, 1), (3, 3, 3), (2, 1, 3, 2), (30, 3, 2), (1, 100, 1), (2, 12, 2), (3, 10, 5, 3, 10, 1, 2)]


def named(sizes, seed=0, joint=False, **labels):
    """A random network with scaling, long names and units."""
    network = random_network(seed, sizes, ["leaky_relu"] * (len(sizes) - 2), scaled=True)
    names = {
        "feature_names": tuple(f"{i} {LONG}" for i in range(sizes[0])),
        "feature_units": ("µmol/mol",) * sizes[0],
        "output_names": tuple(f"output {i} $" for i in range(sizes[-1])),
    }
    if joint:
        last = network.dense[-1]
        layers = (*network.layers[:-2], Dense(last.weight, last.bias, "softmax"))
        return Network(layers, **names, **labels)
    return replace(network, **names)


def boxes(shown):
    """What is drawn as boxes [left, bottom, right, top] in pixels: the shapes, the texts in them, all other texts."""
    figure, ax, nodes = shown.figure, shown.ax, shown.nodes
    style.pixels(figure)
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    centres = {(node.x, node.y): i for i, node in enumerate(nodes) if node.kind != "joint"}
    inside, beside = {}, []
    for text in texts:
        box = text.get_window_extent().extents
        place = tuple(map(float, text.get_position()))
        node = centres.get(place) if text in ax.texts else None
        (beside.append((text.get_text(), box)) if node is None else inside.__setitem__(node, box))
    corners = np.array([box_of(node) for node in nodes]).reshape(-1, 2)
    return ax.transData.transform(corners).reshape(-1, 4), inside, beside


def overlaps(a, b, allowed=0.5):
    """[i, j]: whether box i of `a` lies on box j of `b` by more than `allowed` pixels, both ways."""
    both = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    return (both > allowed).all(axis=-1)


def check(shown):
    """Nothing lies on anything else, no text leaves its shape, and nothing leaves the figure."""
    shapes, inside, beside = boxes(shown)
    solid = np.array([node.kind != "joint" for node in shown.nodes])
    said = [text for text, _ in beside]
    free = np.array([box for _, box in beside])
    crossing = overlaps(shapes[solid], shapes[solid])
    np.fill_diagonal(crossing, False)
    assert not crossing.any()
    crossing = overlaps(free, free, allowed=1)
    np.fill_diagonal(crossing, False)
    assert [(said[i], said[j]) for i, j in np.argwhere(crossing)] == []
    crossing = overlaps(free, shapes[solid], allowed=1)
    assert [(said[i], shown.nodes[j].id) for i, j in np.argwhere(crossing)] == []
    for i, box in inside.items():
        assert (box[:2] >= shapes[i, :2] - 1).all(), shown.nodes[i]
        assert (box[2:] <= shapes[i, 2:] + 1).all(), shown.nodes[i]
    everything = np.vstack([shapes, free])
    assert everything[:, :2].min() >= -1
    assert (everything[:, 2:] <= shown.figure.bbox.max + 1).all()


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_nothing_overlaps_at_any_size_and_level(sizes, level):
    check(diagram(named(sizes), level))


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_overlaps_in_a_classifier(level):
    labels = {"classes": ("setosa", "versicolor", LONG), "label": "species"}
    shown = diagram(named((4, 5, 3), joint=True, **labels), level)
    check(shown)
    assert "species = setosa" in [word.text for word in shown.graph.words]


@pytest.mark.slow
def test_circles_of_a_hundred_by_a_hundred():
    network = named((30, 100, 100, 12))
    for level in ("nodes", "short"):
        check(diagram(network, level))


@pytest.mark.parametrize("level", LEVELS)
def test_a_given_axis_is_filled_and_left_by_nothing(level):
    figure = Figure((8, 4), layout="constrained")
    for ax, sizes in zip(figure.subplots(1, 2), [(2, 3, 1), (1, 7, 1)], strict=True):
        shown = diagram(named(sizes), level, ax=ax)
        assert shown.ax is ax
        assert shown.summary.startswith(f"{ax.get_title(loc='left')}. ")  # one line, for which axes have room
    style.pixels(figure)
    for ax in figure.axes:
        drawn = ax.texts
        extents = np.array([text.get_window_extent().extents for text in drawn])
        crossing = overlaps(extents, extents, allowed=0.7)
        np.fill_diagonal(crossing, False)
        assert not crossing.any()
        assert (extents[:, :2] >= ax.bbox.min - 1).all()
        assert (extents[:, 2:] <= ax.bbox.max + 1).all()


def test_small_axes_keep_room_for_the_diagram():
    figure = Figure((2.5, 2.5), dpi=100)
    ax = diagram(named((2, 3, 1)), ax=figure.add_subplot()).ax
    style.pixels(figure)  # warns, and warnings are errors, where the layout finds no room
    assert ax.bbox.height > 50
    assert ax.get_legend().get_window_extent().xmax < 250


@pytest.mark.parametrize("sizes", [(30, 3, 2), (2, 3, 3, 3, 1)])
def test_no_line_of_operations_crosses_a_box(sizes):
    graph = layout(named(sizes), "operations")
    nodes = {node.id: node for node in graph.nodes}
    shapes = np.array([box_of(node) for node in graph.nodes]) + np.array([1, 1, -1, -1])
    for edge in graph.edges:
        start, end = np.array(ends_of(edge, nodes[edge.source], nodes[edge.target]))
        points = start + np.linspace(0, 1, 60)[:, None] * (end - start)
        within = (points[:, None] > shapes[:, :2]) & (points[:, None] < shapes[:, 2:])
        assert not within.all(axis=-1).any(), edge


def evaluate(graph, network, x):
    """Compute a diagram: node by node, from the numbers drawn and the names of its activations alone."""
    nodes = {node.id: node for node in graph.nodes}
    acts = {words.roman(i + 2): layer.activation for i, layer in enumerate(network.dense)}
    values = {}
    weights = {(edge.source, edge.target): edge.weight for edge in graph.edges}
    columns = {}
    for name in order(graph.inputs):
        node, read = nodes[name], graph.inputs[name]
        if node.kind == "feature":
            values[name] = x[:, int(name.rpartition("x")[2]) - 1]
        elif node.kind == "bias":
            values[name] = np.ones(len(x))
        elif node.kind == "scale":
            values[name] = node.value + node.factor * values[read[0]]
        elif node.kind == "weight":
            values[name] = node.value * values[read[0]]
        elif node.kind in ("product", "sum"):
            values[name] = sum(values[other] for other in read)
        elif node.kind == "activation":
            values[name] = activations.find(node.text)(np.stack([values[other] for other in read], axis=1))
        elif graph.level == "operations":
            which = columns.setdefault(read[0], 0)
            columns[read[0]] += 1
            values[name] = values[read[0]][:, which]
        else:
            total = (node.value or 0.0) + sum(weights[other, name] * values[other] for other in read)
            values[name] = acts[name.partition(".")[0]](total)
    last = [node.id for node in graph.nodes if node.kind in ("output", "scale")][-network.outputs :]
    return np.stack([values[name] for name in last], axis=1)


@settings(max_examples=15, deadline=None)
@given(networks(), st.sampled_from(LEVELS), st.integers(0, 99))
def test_what_is_drawn_computes_what_the_network_computes(network, level, seed):
    x = np.random.default_rng(seed).normal(size=(5, network.inputs))
    found = evaluate(layout(network, level), network, x)
    np.testing.assert_allclose(found, network(x), rtol=1e-9, atol=1e-12)


def test_softmax_acts_on_all_outputs_together():
    network = named((4, 5, 3), joint=True)
    graph = layout(network, "operations")
    joint = [node for node in graph.nodes if node.text == "softmax"]
    assert len(joint) == 1
    x = np.random.default_rng(1).normal(size=(5, 4))
    np.testing.assert_allclose(evaluate(graph, network, x), network(x), rtol=1e-12)
    frame = next(node for node in layout(network, "nodes").nodes if node.kind == "joint")
    left, bottom, right, top = box_of(frame)
    for node in layout(network, "nodes").nodes:
        if node.kind == "output":
            box = box_of(node)
            assert left < box[0] < box[2] < right
            assert bottom < box[1] < box[3] < top


@given(networks())
@settings(max_examples=10, deadline=None)
def test_shares_are_of_the_largest_weight_of_the_layer(network):
    graph = layout(network, "nodes")
    for i, layer in enumerate(network.dense):
        edges = [edge for edge in graph.edges if edge.target.startswith(f"{words.roman(i + 2)}.")]
        weight = np.array([edge.weight for edge in edges if edge.weight is not None])
        np.testing.assert_array_equal(weight, layer.weight.ravel())
        share = np.array([edge.share for edge in edges if edge.weight is not None])
        np.testing.assert_allclose(share, weight / np.abs(weight).max(), rtol=1e-12)


def test_numbers_stand_on_their_lines():
    graph = layout(random_network(0, (2, 3, 1), ["tanh"]), "bias")
    nodes = {node.id: node for node in graph.nodes}
    written = [word for word in graph.words if word.kind == "weight"]
    assert len(written) == len(graph.edges) == 13
    for word, edge in zip(written, graph.edges, strict=True):
        (x0, y0), (x1, y1) = ends_of(edge, nodes[edge.source], nodes[edge.target])
        assert word.text == style.number(edge.weight)
        assert word.y == pytest.approx(y0 + (word.x - x0) / (x1 - x0) * (y1 - y0))


def test_wide_layers_are_shortened_and_counted():
    network = random_network(0, (30, 100, 1), ["relu"])
    graph = layout(network, "short", most=6)
    ids = [node.id for node in graph.nodes if node.kind == "node"]
    assert ids == ["II.y1", "II.y2", "II.y3", "II.y4", "II.y100"]
    assert [node.text for node in graph.nodes if node.kind == "more"] == ["… 25 more", "… 95 more"]
    heads = [word.text for word in graph.words if word.kind == "heading"]
    assert heads == ["I", "30 features", "II", "relu", "100 nodes", "III", "identity"]
    weights = [edge.weight for edge in graph.edges if edge.target == "II.y100"]
    np.testing.assert_array_equal(weights, network.dense[0].weight[99, [0, 1, 2, 3, 29]])


def test_small_networks_are_not_shortened():
    network = random_network(0, (2, 3, 1), ["relu"])
    assert layout(network, "short").nodes == layout(network, "nodes").nodes


def test_names_units_and_classes_are_on_the_drawing():
    network = replace(random_network(0, (2, 3, 1), ["tanh"]), feature_names=("time", "depth"), feature_units=("s", ""))
    said = [word.text for word in layout(network, "operations").words if word.kind == "name"]
    assert said == ["time (s)", "depth", "y"]
    last = network.dense[-1]
    binary = replace(
        network,
        layers=(network.layers[0], Dense(last.weight, last.bias, "sigmoid")),
        classes=(False, True),
        label="ill",
    )
    said = [word.text for word in layout(binary, "nodes").words if word.kind == "name"]
    assert said[-1] == "ill = False below 0.5, else True"


def test_scaling_inside_a_network_is_drawn_where_it_is():
    network = Network((
        Dense([[1.0], [2.0]], [0.0, 1.0], "tanh"), Scale([1.0, 2.0], [3.0, 4.0]), Scale([0.0, 1.0], [2.0, 2.0]),
        Dense([[1.0, -1.0]], [0.5], "identity"),
    ))  # fmt: skip
    x = np.array([[0.3], [-2.0]])
    for level in LEVELS:
        shown = diagram(network, level)
        check(shown)
        np.testing.assert_allclose(evaluate(shown.graph, network, x), network(x), rtol=1e-12)
        assert shown.summary.endswith("Boxes under “scaling” change units.")


def test_every_kind_of_node_has_a_shape_and_is_drawn():
    network = named((20, 12, 3), joint=True)
    kinds = {node.kind for level in LEVELS for node in layout(network, level).nodes}
    assert kinds == set(SHAPES)


def test_widths_are_what_matplotlib_draws():
    figure = Figure((20, 20), dpi=144)
    for text in ("w₁₂ = -0.537", "0.00814 + 2.94·x₁", "a longer name (µmol/mol)", r"in \$", "v₁ = Σ uᵢ₁"):
        drawn = figure.text(0.1, 0.5, text, fontsize=9)
        style.pixels(figure)
        assert words.width(text, 9.0) == pytest.approx(drawn.get_window_extent().width / 2, rel=0.04)


@given(networks())
@settings(max_examples=10, deadline=None)
def test_boxes_are_counted_before_they_are_made(network):
    assert count(network) == len(layout(network, "operations").nodes)


def test_symbols():
    assert [words.roman(n) for n in (1, 4, 9, 14, 40, 90, 101)] == ["I", "IV", "IX", "XIV", "XL", "XC", "CI"]
    assert [words.symbol("w", 0, 1), words.symbol("w", 10, 1), words.symbol("x", 12)] == ["w₀₁", "w₁₀,₁", "x₁₂"]


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_it_is_saved(tmp_path, ending, start):
    path = diagram(named((2, 3, 1)), "operations").save(tmp_path / f"a.{ending}")
    assert path.read_bytes().startswith(start)
    if ending == "svg":
        ET.parse(path)


def test_letters_keep_their_size_to_the_rest():
    network = random_network(0, (2, 3, 1), ["tanh"])
    figure = Figure((3, 2))
    shown = diagram(network, "nodes", ax=figure.add_subplot())
    sizes = []
    for inches in ((3, 2), (9, 6)):
        figure.set_size_inches(inches)
        style.pixels(figure)
        text = shown.ax.texts[0]
        scale = np.diff(shown.ax.transData.transform([(0, 0), (0, 1)])[:, 1])[0]
        sizes.append(text.get_fontsize() / scale)
    assert sizes[0] == pytest.approx(sizes[1])


def test_a_fit_is_drawn_and_shown_in_a_notebook(sigmoid):
    shown = nw.figures.diagram(sigmoid)
    assert shown._repr_html_().startswith("<svg ")
    assert shown.network == "1-10-1 sigmoid"
    assert shown.edges == shown.graph.edges


SMALL = random_network(0, (1, 2, 1), ["tanh"])
REFUSALS = {
    "no network": (lambda: diagram("relu"), "a diagram needs a Network or a Fit. Got str."),
    "level": (
        lambda: diagram(SMALL, "node"),
        "level must be one of operations, bias, nodes, short. Got 'node'. Did you mean 'nodes'?",
    ),
    "levels": (
        lambda: diagram(SMALL, ["bias"]),
        "level must be one of operations, bias, nodes, short. Got ['bias']. Did you mean 'bias'?",
    ),
    "most": (lambda: diagram(SMALL, "short", most=1), "most must be a whole number of at least 2. Got 1."),
    "boxes": (
        lambda: diagram(random_network(0, (2, 400, 1), ["relu"]), "operations"),
        'a diagram at level "operations" must have at most 2000 boxes. Got 4409 boxes for 2-400-1 relu. '
        'Use level "nodes", or "short".',
    ),
    "lines": (
        lambda: diagram(random_network(0, (2, 200, 200, 1), ["relu"] * 2)),
        'a diagram at level "nodes" must have at most 20000 lines. Got 40600 lines for 2-200-200-1 relu. '
        'Use level "short".',
    ),
    "long": (
        lambda: diagram(random_network(0, (1, 1000, 1), ["relu"]), "bias"),
        'a diagram at level "bias" must be at most 200 inches long. Got 279 inches for 1-1000-1 relu. '
        'Use level "short".',
    ),
    "deep": (
        lambda: diagram(random_network(0, (1,) * 150, ["relu"] * 148), "short"),
        f'a diagram at level "short" must be at most 200 inches long. Got 299 inches for {"-".join("1" * 150)} relu. '
        "Give a smaller most, or draw a network of some of its layers.",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(name):
    work, message = REFUSALS[name]
    with pytest.raises(NodewiseError) as caught:
        work()
    assert str(caught.value) == message
