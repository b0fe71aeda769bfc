"""Dataset: what it takes, what it makes of it, what it refuses."""

import pickle
import timeit
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError

X = np.arange(6.0).reshape(3, 2)
Y = np.array([1.0, 2.0, 4.0])
finite = st.floats(-1e100, 1e100)


@given(hnp.arrays(np.float64, st.tuples(st.integers(2, 20), st.integers(1, 4)), elements=finite, unique=True))
def test_keeps_every_number(values):
    data = Dataset(values, values)
    np.testing.assert_array_equal(data.inputs, values)
    np.testing.assert_array_equal(data.targets, values)
    np.testing.assert_array_equal(data.low, values.min(axis=0))
    np.testing.assert_array_equal(data.high, values.max(axis=0))
    assert (data.samples, data.features, data.outputs) == (*values.shape, values.shape[1])


@pytest.mark.parametrize(
    "values",
    [
        [0, 1, 2],
        (0.0, 1.0, 2.0),
        np.arange(3, dtype=np.float32),
        np.arange(3, dtype=np.uint8)[:, None],
        np.asfortranarray(np.arange(3.0)[:, None]),
        np.array([0, 1, 2], dtype=object),
        np.ma.array([0, 1, 2]),
    ],
    ids=["list", "tuple", "float32", "uint8", "Fortran order", "objects", "masked array without masked values"],
)
def test_takes_whatever_numpy_understands(values):
    inputs = Dataset(values, Y).inputs
    np.testing.assert_array_equal(inputs, [[0.0], [1.0], [2.0]])
    assert inputs.dtype == np.float64
    assert inputs.flags.c_contiguous


def test_takes_pandas_frames_and_series():
    pd = pytest.importorskip("pandas")
    data = Dataset(pd.DataFrame(X), pd.Series(Y))
    np.testing.assert_array_equal(data.inputs, X)
    np.testing.assert_array_equal(data.targets, Y[:, None])


def test_true_and_false_are_one_and_zero():
    np.testing.assert_array_equal(Dataset([True, False], [1, 2]).inputs, [[1.0], [0.0]])


def test_arrays_are_read_only_copies():
    x = X.copy()
    data = Dataset(x, Y, labels=["a", "b", "a"], weights=[1, 2, 3])
    x[0] = 99
    np.testing.assert_array_equal(data.inputs, X)
    for array in (data.inputs, data.targets, data.labels, data.weights):
        assert not array.flags.writeable
    x[1] = 5  # the caller's own array stays writeable
    with pytest.raises(FrozenInstanceError):
        data.name = "other"  # type: ignore[misc]


def test_default_names_and_units():
    one = Dataset(Y, Y)
    assert (one.feature_names, one.target_names, one.feature_units, one.target_units) == (("x",), ("y",), ("",), ("",))
    two = Dataset(X, X)
    assert (two.feature_names, two.target_names) == (("x1", "x2"), ("y1", "y2"))


def test_default_names_step_aside_for_given_ones():
    assert Dataset(X, Y, feature_names=["x", "y"]).target_names == ("target",)
    assert Dataset(Y, Y, target_names="x").feature_names == ("feature",)


def test_one_string_names_one_column():
    data = Dataset(Y, Y, feature_names="year", feature_units="years", target_names="ppm", target_units="µmol/mol")
    assert repr(data) == "Dataset 'data': 3 samples, year [years] -> ppm [µmol/mol]"


def test_repr_stays_short():
    data = Dataset(np.eye(8), name="eye")
    assert repr(data) == "Dataset 'eye': 8 samples, x1, x2, x3, x4, x5, x6, …"


def test_works_without_targets_and_with_labels():
    data = Dataset(X, labels=["a", "b", "a"])
    assert data.targets is None
    assert (data.outputs, data.target_names) == (0, ())
    assert list(data.labels) == ["a", "b", "a"]


def test_a_changed_copy_is_a_new_dataset():
    data = Dataset(X, Y, noise=0.5, notes=["a note"])
    changed = replace(data, name="other")
    assert (changed.name, changed.noise, changed.notes, data.name) == ("other", 0.5, ("a note",), "data")


def test_survives_pickling():
    data = Dataset(X, Y, function=np.sin, weights=[1, 2, 3])
    again = pickle.loads(pickle.dumps(data))
    np.testing.assert_array_equal(again.inputs, data.inputs)
    np.testing.assert_array_equal(again.weights, data.weights)
    assert again.function is np.sin


@pytest.mark.parametrize("index", [[2, 0], np.array([2, 0]), (2, 0)])
def test_rows_picks_everything_by_sample(index):
    data = Dataset(X, Y, labels=["a", "b", "c"], weights=[1, 2, 3], name="d", dropped=4, noise=0.1)
    rows = data.rows(index)
    np.testing.assert_array_equal(rows.inputs, X[[2, 0]])
    np.testing.assert_array_equal(rows.targets, Y[[2, 0], None])
    assert (list(rows.labels), list(rows.weights)) == (["c", "a"], [3, 1])
    assert (rows.name, rows.dropped, rows.noise, rows.feature_names) == ("d", 4, 0.1, ("x1", "x2"))
    assert not rows.inputs.flags.writeable


def test_rows_by_slice_mask_and_one_number():
    data = Dataset(X, Y)
    np.testing.assert_array_equal(data.rows(slice(1, None)).inputs, X[1:])
    np.testing.assert_array_equal(data.rows([False, True, True]).inputs, X[1:])
    np.testing.assert_array_equal(data.rows(-1).inputs, X[-1:])


def test_rows_may_be_alike():
    assert Dataset(X, Y).rows([0]).samples == 1


@given(st.integers(3, 60), st.floats(0.001, 0.999), st.integers(0, 2**32))
def test_split_parts_the_samples(samples, fraction, seed):
    data = Dataset(np.arange(samples), -np.arange(samples))
    train, held_out = data.split(fraction, seed)
    assert held_out.samples == min(max(round(fraction * samples), 1), samples - 2)
    assert sorted([*train.inputs[:, 0], *held_out.inputs[:, 0]]) == list(range(samples))
    assert (np.diff(train.inputs[:, 0]) > 0).all()
    np.testing.assert_array_equal(train.targets, -train.inputs)
    again, _ = data.split(fraction, seed)
    np.testing.assert_array_equal(train.inputs, again.inputs)


def test_split_differs_by_seed():
    data = Dataset(np.arange(50), np.arange(50))
    assert len({tuple(data.split(0.2, seed)[1].inputs[:, 0]) for seed in range(20)}) == 20


REFUSALS = {
    "nan": (
        lambda: Dataset([1, 2, 3, np.nan], [1, 2, 3, 4], feature_names="year"),
        "inputs must be finite. Got nan at sample 3 of feature 'year'. Drop or fill such rows first.",
    ),
    "infinity": (
        lambda: Dataset(X, [[1, 2], [3, 4], [5, -np.inf]]),
        "targets must be finite. Got -inf at sample 2 of target 'y2'. Drop or fill such rows first.",
    ),
    "too large to be squared": (
        lambda: Dataset([1, 2, 3], [1, -1e300, 3]),
        "targets must lie between -1e100 and 1e100. Got -1e+300 at sample 1 of target 'y'. Use a larger unit.",
    ),
    "none": (
        lambda: Dataset([1, None, 3], Y),
        "inputs must be numbers. Got None at sample 1 of feature 'x'. Convert that column to numbers or leave it out.",
    ),
    "masked": (
        lambda: Dataset(np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]), Y),
        "inputs must be finite. Got nan at sample 1 of feature 'x'. Drop or fill such rows first.",
    ),
    "string": (
        lambda: Dataset([[1, 2], [3, "four"]], [1, 2]),
        "inputs must be numbers. Got '1' at sample 0 of feature 'x1'. Convert that column to numbers or leave it out.",
    ),
    "string among objects": (
        lambda: Dataset(np.array([[1, 2], [3, "four"]], dtype=object), [1, 2]),
        (
            "inputs must be numbers. Got 'four' at sample 1 of feature 'x2'. "
            "Convert that column to numbers or leave it out."
        ),
    ),
    "too large for a float": (
        lambda: Dataset([1, 10**5000], [1, 2]),
        (
            "inputs must be numbers. Got a whole number beyond 1e308 at sample 1 of feature 'x'. "
            "Convert that column to numbers or leave it out."
        ),
    ),
    "long text": (
        lambda: Dataset(["a" * 1000, "b"], [1, 2]),
        (
            f"inputs must be numbers. Got '{'a' * 59}… at sample 0 of feature 'x'. "
            "Convert that column to numbers or leave it out."
        ),
    ),
    "complex": (
        lambda: Dataset(X, [1j, 2, 3]),
        "targets must be numbers. Got 1j at sample 0 of target 'y'. Convert that column to numbers or leave it out.",
    ),
    "complex objects": (
        lambda: Dataset(np.array([np.complex128(1j), 1], dtype=object), [1, 2]),
        "inputs must be numbers. Got 1j at sample 0 of feature 'x'. Convert that column to numbers or leave it out.",
    ),
    "text objects": (
        lambda: Dataset(np.array(["1", 2], dtype=object), [1, 2]),
        "inputs must be numbers. Got '1' at sample 0 of feature 'x'. Convert that column to numbers or leave it out.",
    ),
    "dates": (
        lambda: Dataset(np.array(["2001-01-01", "2002-01-01"], dtype="datetime64[D]"), [1, 2]),
        (
            "inputs must be numbers. Got datetime.date(2001, 1, 1) at sample 0 of feature 'x'. "
            "Convert that column to numbers or leave it out."
        ),
    ),
    "ragged": (
        lambda: Dataset([[1, 2], [3]], [1, 2]),
        "inputs must have equally many values in every sample. Got rows of different lengths.",
    ),
    "three dimensions": (
        lambda: Dataset(np.ones((2, 3, 4)), [1, 2]),
        "inputs must be an array [sample, column] with at least one column. Got shape (2, 3, 4). Reshape it first.",
    ),
    "a number": (
        lambda: Dataset(3.0),  # type: ignore[arg-type]
        "inputs must be an array [sample, column] with at least one column. Got shape (). Reshape it first.",
    ),
    "no columns": (
        lambda: Dataset(np.ones((3, 0)), Y),
        "inputs must be an array [sample, column] with at least one column. Got shape (3, 0). Reshape it first.",
    ),
    "lengths": (
        lambda: Dataset(X, [1, 2]),
        "targets must have one row per sample. Got 2 rows for 3 samples of inputs.",
    ),
    "labels' length": (
        lambda: Dataset(X, labels=["a", "b"]),
        "labels must have one row per sample. Got 2 rows for 3 samples of inputs.",
    ),
    "labels' shape": (
        lambda: Dataset(X, labels=[["a"], ["b"], ["c"]]),
        "labels must be one class per sample. Got shape (3, 1). Pass one column.",
    ),
    "one sample": (
        lambda: Dataset([1], [2]),
        "A dataset must have at least two samples. Got 1. Add samples.",
    ),
    "no sample": (
        lambda: Dataset([], []),
        "A dataset must have at least two samples. Got 0. Add samples.",
    ),
    "equal feature": (
        lambda: Dataset([[1, 7], [2, 7]], [1, 2]),
        "feature 'x2' must vary. All 2 values equal 7. Leave that feature out.",
    ),
    "equal target": (
        lambda: Dataset(X, [5, 5, 5]),
        "target 'y' must vary. All 3 values equal 5. There is nothing to learn; choose another target.",
    ),
    "repeated name": (
        lambda: Dataset(X, Y, feature_names=["a", "a"]),
        "Names of features and targets must differ. Got 'a' twice. Rename one of them.",
    ),
    "name of both": (
        lambda: Dataset(Y, Y, feature_names="a", target_names="a"),
        "Names of features and targets must differ. Got 'a' twice. Rename one of them.",
    ),
    "count of names": (
        lambda: Dataset(X, Y, feature_names="a"),
        "feature_names must be 2 strings, one per column. Got ['a'].",
    ),
    "names that are none": (
        lambda: Dataset(Y, Y, target_names=[3]),  # type: ignore[list-item]
        "target_names must be 1 string, one per column. Got [3].",
    ),
    "count of units": (
        lambda: Dataset(X, Y, target_units=["m", "s"]),
        "target_units must be 1 string, one per column. Got ['m', 's'].",
    ),
    "negative weight": (
        lambda: Dataset(X, Y, weights=[1, -0.5, 1]),
        "weights must not be negative. Got -0.5 at sample 1. Use 0 to leave a sample out of training.",
    ),
    "zero weights": (
        lambda: Dataset(X, Y, weights=[0, 0, 0]),
        "weights must not all be zero. Give at least one sample a positive weight.",
    ),
    "infinite weight": (
        lambda: Dataset(X, Y, weights=[1, np.inf, 1]),
        "weights must be finite. Got inf at sample 1 of column 'weights'. Drop or fill such rows first.",
    ),
    "weights' length": (
        lambda: Dataset(X, Y, weights=[1, 2]),
        "weights must have one row per sample. Got 2 rows for 3 samples of inputs.",
    ),
    "weights' columns": (
        lambda: Dataset(X, Y, weights=X),
        "weights must be one number per sample. Got 2 columns. Pass one of them.",
    ),
    "negative noise": (
        lambda: Dataset(X, Y, noise=-1),
        "noise must be a finite number of at least 0. Got -1.",
    ),
    "split fraction": (
        lambda: Dataset(X, Y).split(1.0, 0),
        "fraction must lie between 0 and 1. Got 1.0. Use 0.2 to hold out a fifth.",
    ),
    "split fraction a word": (
        lambda: Dataset(X, Y).split("half", 0),  # type: ignore[arg-type]
        "fraction must be a finite number. Got 'half'.",
    ),
    "split seed": (
        lambda: Dataset(X, Y).split(0.5, -1),
        "seed must be a whole number of at least 0. Got -1.",
    ),
    "split of two": (
        lambda: Dataset([1, 2], [1, 2]).split(0.5, 0),
        "A split must have at least three samples. Got 2. Add samples.",
    ),
    "row out of range": (
        lambda: Dataset(X, Y).rows([3]),
        (
            "rows must be picked by whole numbers from 0 to 2, by 3 True or False, or by a slice, "
            "and at least one must be picked."
        ),
    ),
    "no row": (
        lambda: Dataset(X, Y).rows([]),
        (
            "rows must be picked by whole numbers from 0 to 2, by 3 True or False, or by a slice, "
            "and at least one must be picked."
        ),
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(make, message):
    with pytest.raises(NodewiseError) as caught:
        make()
    assert str(caught.value) == message


def test_construction_takes_well_under_100_microseconds():
    x, y = np.random.default_rng(0).normal(size=(2, 50, 1))
    best = min(timeit.repeat(lambda: Dataset(x, y), number=200, repeat=10)) / 200
    assert best < 100e-6


def test_needs_neither_frames_nor_jax(fresh_python):
    fresh_python(
        "-c",
        "import sys, nodewise.data.problems, nodewise.data.tables; nodewise.data.problems.sine()\n"
        "loaded = {'polars', 'narwhals', 'pandas', 'jax', 'scipy', 'matplotlib', 'numpy.ma'} & set(sys.modules)\n"
        "assert not loaded, loaded",
    )
