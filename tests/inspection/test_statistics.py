"""Statistics over batches against the readings of all rows at once, NumPy and pandas."""

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.networks import networks, random_network

from nodewise.data.dataset import Dataset
from nodewise.data.reservoir import Reservoir
from nodewise.errors import NodewiseError
from nodewise.inspection.contributions import contributions
from nodewise.inspection.health import health
from nodewise.inspection.health.states import FLAGS
from nodewise.inspection.parts import Columns
from nodewise.inspection.statistics import read, statistics
from nodewise.inspection.statistics.moments import Moments
from nodewise.network import Network, Origin, Predictor

pd = pytest.importorskip("pandas")


@pytest.fixture
def small(monkeypatch):
    """Batches of 64 rows or fewer."""
    monkeypatch.setattr(read, "_MOST_ROWS", 64)


def table(tmp_path, x, y, **options):
    names = [*(f"a{i}" for i in range(x.shape[1])), *(f"b{i}" for i in range(y.shape[1]))]
    path = tmp_path / "table.parquet"
    pl.DataFrame(dict(zip(names, np.hstack([x, y]).T, strict=True))).write_parquet(path, row_group_size=50, **options)
    return path, names[: x.shape[1]], names[x.shape[1] :]


def cut(random, rows):
    """Cut rows into batches of random lengths."""
    places = np.sort(random.integers(1, len(rows), random.integers(0, 6)))
    return [part for part in np.split(rows, places) if len(part)]


@given(st.integers(0, 2**32 - 1), st.integers(2, 200), st.integers(1, 5), st.sampled_from([0.0, 1e6, -1e9]))
def test_merged_moments_are_those_of_all_rows(seed, count, width, offset):
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, width)) * 10.0 ** random.integers(-3, 4, width) + offset
    parts = cut(random, rows)
    moments, columns = Moments.of(parts[0]), Columns.of(parts[0])
    for part in parts[1:]:
        moments, columns = moments.merged(Moments.of(part)), columns.merged(Columns.of(part))
    size = np.abs(rows).max()
    frame = pd.DataFrame(rows)
    np.testing.assert_allclose(moments.mean, frame.mean(), atol=1e-14 * size)
    np.testing.assert_allclose(moments.sd, frame.std(ddof=0), rtol=1e-10, atol=1e-14 * size)
    np.testing.assert_array_equal(moments.low, frame.min())
    np.testing.assert_array_equal(moments.high, frame.max())
    np.testing.assert_allclose(columns.mean, moments.mean, atol=1e-14 * size)
    covariance = columns.root.T @ columns.root / count
    # A mean is rounded by as much as its numbers are, and that times the spread is left in the products.
    rounding = 1e-12 * rows.std(axis=0).max() ** 2 + 1e-15 * size * rows.std(axis=0).max()
    np.testing.assert_allclose(covariance, np.cov(rows.T, ddof=0).reshape(width, width), atol=rounding)


@pytest.mark.slow
@given(networks(inputs=(1, 5)), st.integers(0, 2**32 - 1), st.integers(1, 40))
@settings(max_examples=80)
def test_batches_of_any_size_tell_what_contributions_and_health_do(network, seed, size):
    random = np.random.default_rng(seed)
    data = Dataset(random.normal(size=(90, network.inputs)), random.normal(size=(90, network.outputs)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "_MOST_ROWS", size)
        found = statistics(network, data)
    whole, sound = contributions(network, data), health(network, data)
    size = np.abs(whole.values).max(axis=(0, 1)) + np.abs(whole.bias)
    np.testing.assert_allclose(found.parts.mean / size, whole.values.mean(axis=0) / size, atol=1e-12)
    np.testing.assert_allclose(found.parts.sd / size, whole.values.std(axis=0) / size, atol=1e-12)
    # Rounding is that of the parts; where the output hardly varies beside them, the shares have fewer digits.
    well = whole.cancellation < 1e3
    for name in ("share", "cancellation"):
        ours, theirs = getattr(found.parts, name)[..., well], getattr(whole, name)[..., well]
        varies = whole.output.std(axis=0)[well] > 1e-6 * size[well]
        np.testing.assert_allclose(ours[..., varies], theirs[..., varies], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(found.parts.removal_cost / size, whole.removal_cost / size, atol=1e-12)
    for flag in FLAGS:
        np.testing.assert_array_equal(getattr(found.nodes.states, flag), getattr(sound.on_data, flag), flag)
    outputs = network(data.inputs)
    np.testing.assert_allclose(found.error.rmse, np.sqrt(((outputs - data.targets) ** 2).mean(axis=0)), rtol=1e-12)
    np.testing.assert_allclose(found.outputs.mean, outputs.mean(axis=0), atol=1e-12 * np.abs(outputs).max())


def test_a_parquet_file_tells_what_its_rows_in_memory_do(tmp_path, small):
    random = np.random.default_rng(0)
    network = random_network(1, [3, 6, 2], ["relu"], scaled=True)
    x, y = random.normal(size=(777, 3)), random.normal(size=(777, 2))
    path, features, targets = table(tmp_path, x, y)
    found = statistics(network, path, targets, training=(np.full(3, -1), np.full(3, 1)))
    whole = contributions(network, x)
    np.testing.assert_allclose(found.parts.share, whole.share, atol=1e-10)
    np.testing.assert_allclose(found.parts.removal_cost_refit, whole.removal_cost_refit, atol=1e-10)
    z = network.trace(x)[0][0]
    np.testing.assert_allclose(found.nodes.fires, (z > 0).mean(axis=0))
    assert (found.rows, found.dropped, found.features.names) == (777, 0, tuple(features))
    sklearn = pytest.importorskip("sklearn.metrics")
    np.testing.assert_allclose(found.error.r2, sklearn.r2_score(y, network(x), multioutput="raw_values"), rtol=1e-10)
    assert found.outside.rows == (np.abs(x) > 1).any(axis=1).sum()
    np.testing.assert_array_equal(found.outside.by_feature, (np.abs(x) > 1).sum(axis=0))
    np.testing.assert_array_equal(found.sample.inputs, x)
    np.testing.assert_array_equal(found.sample.targets, y)
    assert json.dumps(found.as_dict())
    assert [row["kind"] for row in found.columns()] == ["feature"] * 3 + ["output"] * 2
    assert "all 777 rows" in found.summary


def test_the_features_of_the_model_in_another_order_are_the_same_features(tmp_path):
    plain = random_network(0, (3, 4, 1), ["tanh"])
    network = Network(plain.layers, feature_names=("a", "b", "c"))
    x = np.random.default_rng(0).normal(size=(20, 3))
    frame = pl.DataFrame({"c": x[:, 2], "a": x[:, 0], "b": x[:, 1], "y": network(x)[:, 0]})
    frame.write_parquet(tmp_path / "table.parquet")
    for source in (frame, tmp_path / "table.parquet"):
        error = statistics(network, source, "y", features=["c", "a", "b"]).error
        assert error is not None
        assert error.rmse.max() < 1e-12


def test_gaps_that_the_model_fills(tmp_path, small):
    random = np.random.default_rng(0)
    x, y = random.normal(size=(300, 3)), random.normal(size=(300, 1))
    gaps = random.random(x.shape) < 0.1
    x[gaps] = np.nan
    path, features, targets = table(tmp_path, x, y)
    fills = (0.5, None, -1.5)
    network = replace(
        random_network(0, [3, 3, 1], ["tanh"]), feature_names=features, origin=Origin("model", fills=fills)
    )
    put = np.where(gaps, [0.5, np.nan, -1.5], x)
    whole = ~np.isnan(put).any(axis=1)
    count = gaps[whole].sum()
    wanted = statistics(network, Dataset(put[whole], y[whole], feature_names=features, target_names=targets))
    for source in (path, pl.read_parquet(path)):
        found = statistics(network, source, targets)
        assert (found.rows, found.dropped, found.filled) == (whole.sum(), 300 - whole.sum(), count)
        assert f" more lack a value, {count} missing values are filled as the model does)" in found.summary
        np.testing.assert_allclose(found.error.rmse, wanted.error.rmse, rtol=1e-12)
        np.testing.assert_array_equal(found.sample.inputs, put[whole])


def test_rows_with_gaps_are_dropped_and_counted(tmp_path, small):
    random = np.random.default_rng(0)
    x, y = random.normal(size=(300, 2)), random.normal(size=(300, 1))
    gaps = random.random(x.shape) < 0.1
    x[gaps] = np.nan
    path, _, targets = table(tmp_path, x, y)
    whole = ~gaps.any(axis=1)
    found = statistics(random_network(0, [2, 3, 1], ["tanh"]), path, targets)
    assert (found.rows, found.dropped) == (whole.sum(), 300 - whole.sum())
    np.testing.assert_allclose(found.features.mean, x[whole].mean(axis=0))
    np.testing.assert_array_equal(found.sample.inputs, x[whole])


def test_classes_are_counted_as_scikit_learn_counts_them(tmp_path, small):
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(3)
    x = random.normal(size=(400, 2))
    names = np.array(["cat", "dog", "owl"])
    labels = names[random.integers(3, size=400)]
    network = Network.from_weights(
        [
            (random.normal(size=(5, 2)), random.normal(size=5), "tanh"),
            (random.normal(size=(3, 5)), np.zeros(3), "softmax"),
        ]
    )
    network = Network(network.layers, ("u", "v"), classes=tuple(names), label="animal")
    path = tmp_path / "animals.parquet"
    pl.DataFrame({"u": x[:, 0], "animal": labels, "v": x[:, 1]}).write_parquet(path, row_group_size=70)
    found = statistics(network, path, sample=50)
    said = network.classify(x)
    np.testing.assert_array_equal(found.confusion.counts, metrics.confusion_matrix(labels, said))
    assert found.confusion.accuracy == metrics.accuracy_score(labels, said)
    assert set(found.sample.labels) == set(names)
    assert found.sample.label == "animal"
    assert found.confused()[0]["class"] == "cat"
    whole = contributions(network, x)
    np.testing.assert_allclose(found.parts.share, whole.share, atol=1e-10)
    assert found.parts.of == "pre-activation"
    pl.DataFrame({"u": x[:, 0], "animal": ["cat", "yak"] * 200, "v": x[:, 1]}).write_parquet(path)
    with pytest.raises(NodewiseError, match=r"^labels must be among .*'cat', 'dog', 'owl'\. Got 'yak' in 'animal'\."):
        statistics(network, path)


def test_a_black_box_has_errors_and_columns_only(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=(60, 2))
    path, _, _ = table(tmp_path, x, x[:, :1] + 1)
    box = Predictor(lambda x: x[:, :1], 2, 1, "it is a test", "a test", ("a0", "a1"), ("b0",))
    found = statistics(box, path)
    assert found.error.rmse == pytest.approx(1)
    assert (found.nodes, found.parts) == (None, None)
    assert found.table() == found.columns()


def test_of_a_linear_model_the_features_contribute(small):
    random = np.random.default_rng(0)
    x = random.normal(size=(500, 3)) + 2
    network = Network.from_weights([([[1.0, -2.0, 0.5]], [3.0], "identity")], names=["a", "b", "c"])
    found = statistics(network, Dataset(x, feature_names=["a", "b", "c"]))
    assert (found.parts.names, found.nodes) == (("a", "b", "c"), None)
    np.testing.assert_allclose(found.parts.sd[:, 0], x.std(axis=0) * [1, 2, 0.5])
    np.testing.assert_allclose(found.parts.share, contributions(network, x).share, atol=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_the_draw_does_not_depend_on_the_batches(seed, most):
    rows = np.arange(300.0)[:, None]
    one, cutted = Reservoir(most, seed), Reservoir(most, seed)
    one.add(rows)
    for part in cut(np.random.default_rng(seed), rows):
        cutted.add(part)
    np.testing.assert_array_equal(one.rows, cutted.rows)
    assert len(one.rows) == most
    assert (np.diff(one.rows[:, 0]) > 0).all()


def test_every_row_is_drawn_equally_often():
    counts = np.zeros(40)
    for seed in range(4000):
        kept = Reservoir(10, seed)
        for part in np.split(np.arange(40.0)[:, None], [3, 11, 30]):
            kept.add(part)
        counts[kept.rows[:, 0].astype(int)] += 1
    scipy = pytest.importorskip("scipy.stats")
    # Of rows drawn without replacement the statistic is smaller than of independent ones, by (40 - 10)/39.
    assert scipy.chi2.sf(((counts - 1000) ** 2 / 1000).sum() * 39 / 30, 39) > 1e-3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"features": ["a0", "c", "d"]},
            "features must name columns of table.parquet. It has none called 'c', 'd'. Its columns are 'a0', 'a1', "
            "'b0'.",
        ),
        (
            {"targets": ["b0", "a1"]},
            "targets must name one column for each of the 1 output(s): y. Got 2: b0, a1.",
        ),
        (
            {"features": ["a0"]},
            "the data must have the network's 2 feature(s): x1, x2. Got 1: 'a0'. Give the columns it was trained on.",
        ),
        ({"sample": 1}, "sample must be a whole number of at least 2. Got 1."),
        (
            {"targets": "b0", "training": ([0], [1])},
            "training must be a dataset of the network's 2 feature(s), or (low, high) with one number per feature in "
            "each. Leave it out if it is not known.",
        ),
    ],
)
def test_refusals(tmp_path, arguments, message):
    path, _, _ = table(tmp_path, np.random.default_rng(0).normal(size=(30, 2)), np.ones((30, 1)))
    with pytest.raises(NodewiseError) as error:
        statistics(random_network(0, [2, 2, 1], ["tanh"]), path, **arguments)
    assert str(error.value) == message


def test_too_few_rows_and_columns_that_are_the_same_everywhere_are_refused(tmp_path):
    network = random_network(0, [2, 2, 1], ["tanh"])
    x = np.random.default_rng(0).normal(size=(30, 2))
    x[1:, 0] = np.nan
    path, _, _ = table(tmp_path, x, np.ones((30, 1)))
    with pytest.raises(NodewiseError, match=r"^At least two rows must have a value .* Got 1 of 30 in table\."):
        statistics(network, path, "b0")
    path, _, _ = table(tmp_path, np.arange(60.0).reshape(30, 2), np.ones((30, 1)))
    with pytest.raises(NodewiseError, match=r"^target 'b0' must vary\."):
        statistics(network, path, "b0")
