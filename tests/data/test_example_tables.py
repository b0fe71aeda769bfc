"""The tables in examples/data hold what the packages they come from hold."""

from pathlib import Path

import numpy as np
import pytest

from nodewise.data.columns import decimal_years
from nodewise.data.tables import read_table

FOLDER = Path(__file__).parents[2] / "examples" / "data"


def test_co2_is_that_of_statsmodels_without_its_59_missing_weeks():
    datasets = pytest.importorskip("statsmodels.datasets")
    weeks = datasets.co2.load_pandas().data
    weeks = weeks[weeks["co2"].notna()]
    data = read_table(FOLDER / "co2.csv", target="ppm", features=["year"])
    np.testing.assert_allclose(data.inputs[:, 0], decimal_years(weeks.index.to_numpy()), rtol=0, atol=5.1e-5)
    np.testing.assert_array_equal(data.targets[:, 0], weeks["co2"])
    assert data.notes == ("Dropped 59 of 2284 rows with missing values.",)
    assert (data.dropped, data.samples, data.name) == (59, 2225, "co2")
    assert (data.feature_names, data.target_names) == (("year",), ("ppm",))


def test_sunspots_are_those_of_statsmodels():
    datasets = pytest.importorskip("statsmodels.datasets")
    years = datasets.sunspots.load_pandas().data
    data = read_table(FOLDER / "sunspots.csv", target="sunspots")
    np.testing.assert_array_equal(data.inputs[:, 0], years["YEAR"])
    np.testing.assert_array_equal(data.targets[:, 0], years["SUNACTIVITY"])
    assert (data.feature_names, data.notes) == (("year",), ())


def test_diabetes_is_that_of_scikit_learn():
    datasets = pytest.importorskip("sklearn.datasets")
    patients = datasets.load_diabetes(scaled=False)
    data = read_table(FOLDER / "diabetes.csv", target="progression")
    np.testing.assert_allclose(data.inputs, patients.data, rtol=1e-9)
    np.testing.assert_array_equal(data.targets[:, 0], patients.target)
    assert data.feature_names == tuple(patients.feature_names)


@pytest.mark.parametrize(
    ("name", "label", "rename"),
    [
        ("iris", "species", lambda there: there.target_names[there.target]),
        ("wine", "cultivar", lambda there: there.target + 1),
        ("breast_cancer", "malignant", lambda there: there.target == 0),
    ],
)
def test_the_tables_of_classes_are_those_of_scikit_learn(name, label, rename):
    datasets = pytest.importorskip("sklearn.datasets")
    there = getattr(datasets, f"load_{name}")()
    data = read_table(FOLDER / f"{name.split('_')[-1]}.csv", target=label)
    np.testing.assert_allclose(data.inputs, there.data, rtol=1e-9)
    np.testing.assert_array_equal(data.labels, rename(there))
    assert data.labels.dtype.kind == rename(there).dtype.kind
    assert data.label == label


def test_the_read_me_names_every_table_and_column():
    read_me = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    for path in FOLDER.glob("*.csv"):
        assert f"## {path.name}:" in read_me
        for column in path.read_text(encoding="utf-8").split("\n", 1)[0].split(","):
            assert f"\n| {column} |" in read_me
