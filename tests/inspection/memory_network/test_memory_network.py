"""Networks written by hand against the essay's numbers, the theorem, SciPy's solver and hull, and geometry."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

import nodewise as nw
from nodewise.inspection.memory_network.hull import inside

ROOT = np.sqrt(2)
POINTS = [[1, 0], [1 / ROOT, 1 / ROOT], [0, 2], [0, 1], [5 / 6, 1 / 3]]
ESSAY = [0, 1 / 2, (1 + ROOT) / 2, 0, (1 + ROOT) / 12]


def unit_points(seed, count, features):
    x = np.random.default_rng(seed).normal(size=(count, features))
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def test_the_essay_s_network_gives_the_essay_s_numbers():
    np.testing.assert_allclose(nw.problems.product_network()(POINTS)[:, 0], ESSAY, atol=1e-15)


def test_the_recipe_writes_the_essay_s_network():
    memory, essay = nw.memory_network(nw.problems.product()), nw.problems.product_network()
    for one, other in zip(memory.network.dense, essay.dense, strict=True):
        np.testing.assert_allclose(one.weight, other.weight, atol=1e-15)
        np.testing.assert_allclose(one.bias, other.bias, atol=1e-15)
        assert one.activation is other.activation
    assert memory.gain == pytest.approx(2 + ROOT, rel=1e-14)
    assert memory.firing_threshold == memory.largest_cosine == pytest.approx(1 / ROOT)
    np.testing.assert_allclose(memory(POINTS)[:, 0], ESSAY, atol=1e-15)


def test_it_finds_the_essay_s_mistake_itself():
    new = ([[5 / 6, 1 / 3]], [5 / 18])
    memory = nw.memory_network(nw.problems.product(), new=new)
    assert memory.answered.tolist() == [True, True, False]
    assert memory.self_check.output[2, 0] == pytest.approx(1.2071068, abs=5e-8)
    assert memory.self_check.new_error == pytest.approx(5 / 18 - (1 + ROOT) / 12)
    assert str(memory) == (
        "2-3-1 relu written from 3 samples (threshold 0.707, λ 3.41) answers 2 of them. Sample 3, (0, 2), gives 1.21 "
        "where 0 is wanted: node 2 fires for it too, with length 2 times cosine 0.707 = 1.41, above the threshold 0.707. "
        'lift=True, without a threshold, answers every sample; recipe="exact" answers them where they can be told apart '
        "at all. The largest cosine between two inputs is 0.707 (samples 1 and 2), not above the threshold, which keeps "
        "unit inputs apart; sample 3 is not of length 1. "
        "On 1 new sample the root-mean-square error is 0.0766."
    )
    worst = memory.table()[0]
    assert (worst["sample"], worst["length"], worst["others_firing"]) == (3, 2, 1)
    assert worst["error"] == pytest.approx((1 + ROOT) / 2)
    json.dumps(memory.as_dict(), allow_nan=False)


@pytest.mark.parametrize("options", [{"recipe": "exact"}, {"unit": True}, {"lift": True}])
def test_each_remedy_answers_the_essay_s_examples(options):
    data = nw.problems.product()
    memory = nw.memory_network(data, **options)
    np.testing.assert_allclose(memory(data.inputs), data.targets, atol=1e-14)
    assert memory.answered.all()
    assert "answers all of them" in str(memory)


@given(
    st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(2, 5), st.integers(1, 3), st.floats(0, 0.9),
)  # fmt: skip
def test_theorem(seed, count, features, outputs, between):
    """Unit inputs, threshold in [μ, 1), W2 = y/(1 - τ): every sample gets its target, and fires its own node alone."""
    x = unit_points(seed, count, features)
    y = np.random.default_rng(seed).normal(size=(count, outputs))
    cosine = x @ x.T - 2 * np.eye(count)
    largest = cosine.max() if count > 1 else 0.0
    assume(largest < 0.999)
    threshold = largest + between * (1 - largest)
    memory = nw.memory_network(x, y, threshold)
    np.testing.assert_allclose(memory(x), y, atol=1e-12 / (1 - threshold))
    np.testing.assert_allclose(memory.network.dense[1].weight, y.T / (1 - threshold), rtol=1e-12)
    assert not memory.self_check.others.any()
    if count > 1:
        assert memory.largest_cosine == pytest.approx(largest, abs=1e-14)
        assert cosine[tuple(memory.nearest)] == pytest.approx(largest, abs=1e-14)


@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.integers(2, 4), st.floats(0.01, 0.5))
def test_below_the_largest_cosine_the_nearest_two_fire_each_other(seed, count, features, below):
    x = unit_points(seed, count, features)
    cosine = x @ x.T - 2 * np.eye(count)
    assume(cosine.max() < 0.999)
    memory = nw.memory_network(x, np.ones(count), cosine.max() - below)
    assert (memory.self_check.others[memory.nearest] > 0).all()
    assert "above the threshold: with a lower one than that each of the two fires the other's node." in str(memory)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(2, 10), st.integers(1, 4), st.booleans())
def test_lifted_inputs_have_one_length_and_are_all_answered(seed, count, features, scale):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(count, features)), rng.normal(size=count)
    memory = nw.memory_network(x, y, lift=True, scale=scale)
    assume(memory.largest_cosine < 1 - 1e-6)
    lifted = memory.encode(x)
    z = (x - x.mean(axis=0)) / x.std(axis=0) if scale else x
    np.testing.assert_allclose(lifted[:, :-1], z, atol=1e-12)
    radius = np.linalg.norm(z, axis=1).max()
    np.testing.assert_allclose(lifted[:, -1] ** 2, radius**2 - (z**2).sum(axis=1), atol=1e-12 * radius**2)
    assert memory.answered.all()
    np.testing.assert_allclose(memory(x)[:, 0], y, atol=1e-8)
    far = memory.encode(1000 * x[:1])
    np.testing.assert_allclose(np.linalg.norm(far), radius)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(2, 10), st.integers(2, 4))
def test_the_exact_recipe_solves_its_equations(seed, count, features):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(count, features)), rng.normal(size=(count, 2))
    length = np.linalg.norm(x, axis=1)
    rows = x / length[:, None]
    threshold = max((rows @ rows.T - 2 * np.eye(count)).max(), 0) * length.min()
    hidden = np.maximum(x @ rows.T - threshold, 0)
    if np.linalg.matrix_rank(hidden) < count:  # more samples fire the same nodes than a plane can tell apart
        with pytest.raises(nw.NodewiseError, match="the activations of some samples are mixtures of those of others"):
            nw.memory_network(x, y, recipe="exact")
        return
    assume(np.linalg.cond(hidden) < 1e5)
    memory = nw.memory_network(x, y, recipe="exact")
    assert memory.firing_threshold == pytest.approx(threshold)
    np.testing.assert_allclose(memory.network.dense[1].weight.T, np.linalg.solve(hidden, y), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(memory(x), y, atol=1e-9)


def test_samples_that_fire_nothing_and_want_nothing_may_stay_silent():
    memory = nw.memory_network([[1, 0], [0, 0.1]], [3, 0], 0.5, recipe="exact")
    np.testing.assert_allclose(memory([[1, 0], [0, 0.1]])[:, 0], [3, 0], atol=1e-14)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(4, 25), st.integers(2, 3))
def test_a_point_inside_the_hull_has_no_detector(seed, count, features):
    x = np.random.default_rng(seed).normal(size=(count + features, features))
    found, undecided = inside(x, 1000)
    assert undecided == 0
    assert sorted(np.flatnonzero(~found)) == sorted(ConvexHull(x).vertices)


def test_who_has_no_detector_is_said():
    x = [[-1, 0], [1, 0], [0, 1], [0, -1], [0.5, 0.25]]
    memory = nw.memory_network(x, [0, 0, 0, 1, 0.3])
    assert memory.self_check.inside.tolist() == [False] * 4 + [True]
    assert str(memory).endswith(
        "Sample 5 has no detector: a point inside the hull of the others cannot fire a node that stays silent for all "
        "of them; lift=True moves it out."
    )
    assert "no node fires, as its length is 0.559 where its row has 1 and the threshold is 0.894." in str(memory)
    assert not nw.memory_network(x, [0, 0, 0, 1, 0.3], lift=True).self_check.inside.any()
    assert inside(np.array(x, float), 0)[1] == 1


def test_copies_are_left_out_and_lengths_may_be_the_same():
    memory = nw.memory_network([[1, 0], [0, 1], [1, 0]], [1, 2, 1])
    assert memory.kept.tolist() == [0, 1]
    assert memory.network.sizes == (2, 2, 1)
    assert str(memory).endswith("1 of the samples is a copy of others and left out.")
    unit = nw.memory_network([[1, 0], [0, 1], [2, 0]], [1, 2, 1], unit=True)
    assert unit.kept.tolist() == [0, 1]
    np.testing.assert_allclose(unit([[7, 0], [0, 3]])[:, 0], [1, 2])


def test_labels_become_one_output_per_class():
    x = unit_points(1, 9, 3)
    labels = np.array(["b", "a", "c"] * 3)
    data = nw.Dataset(x, labels=labels, label="kind")
    memory = nw.memory_network(data, new=data)
    assert memory.network.classes == ("a", "b", "c")
    assert memory.network.label == "kind"
    assert memory.network.classify(x).tolist() == labels.tolist()
    assert memory.self_check.new_wrong == 0
    assert "and 0 get the wrong class." in str(memory)


def test_names_and_units_reach_the_network():
    data = nw.Dataset(
        [[1, 2], [3, 1], [0, 5]], [1.0, 2, 3], feature_names=("age", "mass"), feature_units=("yr", "kg"),
        target_names="dose", target_units="mg",
    )  # fmt: skip
    memory = nw.memory_network(data, unit=True)
    assert (memory.feature_names, memory.feature_units) == (("age", "mass"), ("yr", "kg"))
    assert (memory.network.feature_names, memory.network.feature_units) == (("age (unit)", "mass (unit)"), ("", ""))
    lifted = nw.memory_network(data, lift=True, scale=True)
    assert lifted.feature_names == ("age", "mass")
    assert lifted.network.feature_names == ("age (scaled)", "mass (scaled)", "lift")
    assert lifted.network.output_names == ("dose",)
    assert lifted.network.output_units == ("mg",)
    plain = nw.memory_network(data, scale=True)
    z = (data.inputs - data.inputs.mean(axis=0)) / data.inputs.std(axis=0)
    np.testing.assert_allclose(
        plain.network.folded.dense[0].pre_activation(data.inputs) + plain.firing_threshold,
        z @ (z / np.linalg.norm(z, axis=1, keepdims=True)).T,
        atol=1e-12,
    )


def test_new_samples_beyond_the_lift_are_counted():
    memory = nw.memory_network([[1.0], [2.0], [3.0]], [1, 2, 3], lift=True, new=([[2.5], [10], [20]], [2.5, 10, 20]))
    assert memory.self_check.new_beyond == 2
    assert "2 lie farther out than any sample, where the lift has no meaning of its own." in str(memory)


EQUAL = "equal inputs must have equal targets. Got samples 1 and 3, both (0, 2), with 0 and 1. Keep one of them."
ZERO = "each input must have a direction. Got sample 2, whose length is 0, so that no row can point to it. Leave it out, or use lift=True, which gives all inputs one length."
X = [[1, 0], [0, 1]]
REFUSALS = {
    "equal": (([[0, 2], [1, 0], [0, 2]], [0, 1, 1]), {}, EQUAL),
    "equal, lifted": (([[0, 2], [1, 0], [0, 2]], [0, 1, 1]), {"lift": True}, EQUAL),
    "direction": (
        ([[0, 1], [1, 0], [0, 2]], [0, 1, 0]),
        {},
        "no two inputs may point in the same direction. Got samples 1 and 3, (0, 1) and (0, 2), whose rows would be the "
        "same. Use lift=True, which tells lengths apart.",
    ),
    "one feature": (
        ([1, 2, 3], [0, 1, 0]),
        {},
        "no two inputs may point in the same direction. Got sample 1 at 1 and sample 2 at 2, whose rows would be the "
        "same. Use lift=True, which tells lengths apart.",
    ),
    "one feature, equal": (
        ([1, -1, 1], [0, 1, 5]),
        {},
        "equal inputs must have equal targets. Got samples 1 and 3, both at 1, with 0 and 5. Keep one of them.",
    ),
    "words": (
        (X, ["a", "b"]),
        {},
        "y must be numbers. Got 'a' of sample 1. Give classes as labels: "
        "nodewise.memory_network(nodewise.Dataset(x, labels=y)).",
    ),
    "zero": (([[0, 2], [0, 0]], [0, 1]), {}, ZERO),
    "zero, unit": (([[0, 2], [0, 0]], [0, 1]), {"unit": True}, ZERO),
    "zero, scaled": (
        ([[1], [0], [2]], [0, 1, 2]),
        {"scale": True},
        "each input must have a direction. Got sample 1, whose length after scaling is 0, so that no row can point to it. "
        "Leave it out, or use lift=True, which gives all inputs one length.",
    ),
    "recipe": (
        (X, [0, 1]),
        {"recipe": "exat"},
        "recipe must be one of essay, exact. Got 'exat'. Did you mean 'exact'?",
    ),
    "both": (
        (X, [0, 1]),
        {"unit": True, "lift": True},
        "unit and lift both give inputs one length. Got both; leave one of them out.",
    ),
    "threshold": (
        (X, [0, 1], 1),
        {},
        "threshold must be below 1, the product of a row with its own unit input. Got 1. Leave it out for the largest "
        "cosine between two samples.",
    ),
    "threshold nan": ((X, [0, 1], np.nan), {}, "threshold must be a finite number. Got nan."),
    "near": (
        ([[1, 0], [1, 1e-8]], [0, 1]),
        {},
        'recipe "essay" needs a threshold below 1 that no cosine between two inputs exceeds. Got samples 1 and 2, '
        "(1, 0) and (1, 1e-8), whose cosine rounds to 1. Leave one of them out.",
    ),
    "silent": (
        (X, [0, 1], 2),
        {"recipe": "exact"},
        'recipe "exact" must find weights that answer all samples. At threshold 2 sample 2 fires no node. '
        "Use lift=True, or another threshold.",
    ),
    "singular": (
        ([[1, 0], [0, 1], [2, 1], [1, 2], [3, 3.5]], [0, 1, 0, 1, 7], -100),
        {"recipe": "exact"},
        'recipe "exact" must find weights that answer all samples. At threshold -100 the activations of some samples are '
        "mixtures of those of others. Use lift=True, or another threshold.",
    ),
    "no targets": (
        (X,),
        {},
        "memory_network needs targets. Got none; pass y, or a Dataset that has targets or labels.",
    ),
    "lengths": ((X, [1, 2, 3]), {}, "x and y must have one row per sample each. Got 2 and 3."),
    "gap": (
        ([[1, np.nan]], [1]),
        {},
        "x must be finite. Got nan at sample 0 of feature 'x2'. Drop or fill such rows first.",
    ),
    "many": (
        (np.ones((5001, 1)), np.ones(5001)),
        {},
        "a memory network has one node per sample, at least 1 and at most 5000. Got 5001. Pick some, such as "
        "data.rows(slice(1000)).",
    ),
    "alike, lifted": (
        ([[1e-13, 0], [2e-13, 0], [1, 0]], [0, 1, 2]),
        {"lift": True},
        "inputs with different targets must be farther apart than rounding. Got samples 1 and 2, (1e-13, 0) and "
        "(2e-13, 0), whose rows are the same beside the largest input. Keep one of them, or bring the features to one "
        "size with scale=True.",
    ),
    "new of three": ((X, [0, 1]), {"new": (1, 2, 3)}, "new must be a dataset, or two arrays (x, y). Got 3 arrays."),
    "new": (
        (X, [0, 1]),
        {"new": ([[1.0]], [1])},
        "new must have the samples' 2 features and 1 output. Got 1 and 1.",
    ),
}


@pytest.mark.parametrize(("arguments", "options", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(arguments, options, message):
    with pytest.raises(nw.NodewiseError) as caught:
        nw.memory_network(*arguments, **options)
    assert str(caught.value) == message


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.booleans())
def test_it_is_a_network_like_any_other(seed, count, scale):
    x = unit_points(seed, count, 3)
    assume((x @ x.T - 2 * np.eye(count)).max() < 0.99)
    memory = nw.memory_network(x, np.arange(count), 0.99, scale=scale)
    assert isinstance(memory, nw.Network)
    plain = nw.Network(memory.layers)
    at = np.random.default_rng(seed).normal(size=(5, 3))
    np.testing.assert_array_equal(memory(at), plain(at))
    np.testing.assert_array_equal(memory(at[0]), plain(at[:1]))
    np.testing.assert_allclose(memory.folded(at), memory(at), atol=1e-10)
    for one, other in zip(memory.trace(at), plain.trace(at), strict=True):
        np.testing.assert_array_equal(one, other)
    assert type(memory.folded) is type(memory.network) is nw.Network
    assert (repr(memory), memory.sizes) == (repr(plain), plain.sizes)
    assert str(memory).startswith(f"{plain} written from {count} samples")
    np.testing.assert_array_equal(nw.contributions(memory, at).values, nw.contributions(plain, at).values)
    assert nw.health(memory, at).as_dict() == nw.health(plain, at).as_dict()


def test_it_is_saved_inspected_and_changed_as_a_network(tmp_path):
    data = nw.problems.product()
    memory = nw.memory_network(data)
    assert nw.open_model(memory) is memory
    np.testing.assert_array_equal(nw.open_model(memory.save(tmp_path / "a.nodewise"))(POINTS), memory(POINTS))
    inspection = nw.inspect(memory, data)
    assert inspection.fit is None
    assert str(inspection) == str(nw.inspect(nw.Network(memory.layers), data))
    renamed = replace(memory, output_names=("area",))
    assert renamed.network.output_names == renamed.folded.output_names == ("area",)
    np.testing.assert_array_equal(renamed(POINTS), memory(POINTS))
    np.testing.assert_array_equal(memory.logits(POINTS), memory(POINTS))


@pytest.mark.parametrize("options", [{"unit": True}, {"lift": True}])
def test_what_is_no_layer_comes_first_or_is_refused(options, tmp_path):
    x, labels = [[2, 0.1], [-1, 3], [1, 1.0]], ["a", "b", "b"]
    memory = nw.memory_network(nw.Dataset(x, labels=labels), **options)
    assert (memory.inputs, memory.sizes, memory.feature_names) == (2, (2, 3, 2), ("x1", "x2"))
    np.testing.assert_array_equal(memory(x), memory.network(memory.encode(np.array(x))))
    np.testing.assert_allclose(memory(x), [[1, 0], [0, 1], [0, 1]], atol=1e-12)
    np.testing.assert_array_equal(memory.trace(x)[1][1], memory(x))
    assert memory.classify(x).tolist() == labels
    for alone in (lambda: memory.folded, lambda: memory.save(tmp_path / "a.nodewise")):
        with pytest.raises(nw.NodewiseError) as caught:
            alone()
        assert str(caught.value) == (
            "layers alone must be able to answer. Got a memory network that changes the length of its inputs first. Use "
            "its .network, which takes .encode(x)."
        )
    for draw, who in ((nw.figures.fit, "a picture"), (nw.figures.surface, "a surface")):
        with pytest.raises(nw.NodewiseError, match=f"^{who} needs a network that takes the samples as they are"):
            draw(memory, nw.Dataset(x, labels=labels))


def test_calling_refuses_what_it_cannot_encode():
    memory = nw.memory_network(X, [0, 1], unit=True)
    with pytest.raises(nw.NodewiseError) as caught:
        memory([[1, 2, 3]])
    assert str(caught.value) == "x must be [sample, feature] with 2 feature(s): x1, x2. Got shape (1, 3)."
    with pytest.raises(nw.NodewiseError, match="Got sample 1, whose length is 0"):
        memory([[0, 0]])
