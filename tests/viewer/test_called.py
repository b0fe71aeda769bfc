"""Inspection and report of models that are only called: the parts that need no weights, and no word of nodes beside."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

import nodewise as nw
from nodewise import NodewiseError, Predictor

RANDOM = np.random.default_rng(1)
X = pd.DataFrame(RANDOM.uniform(-2, 2, (90, 3)), columns=["length", "width", "<height>"])
Y = (np.sin(X["length"]) * X["width"]).rename("price")
LABELS = pd.Series(np.where(Y > 0, "dear", "cheap"), name="kind")
GAPS = X.mask(RANDOM.random(X.shape) < 0.15)


def inspected(model, x, y):
    return nw.inspect(*nw.open_with_data(model.fit(x, y), x, y))


def headings(page):
    return re.findall("<h2>(.*?)</h2>", page)


def test_the_report_of_numbers_has_what_needs_no_weights(tmp_path):
    model = RandomForestRegressor(5, random_state=0)
    inspection = inspected(model, X, Y)
    assert list(inspection.readings) == ["statistics", "effects", "extrapolation"]
    rmse = np.sqrt(np.mean((model.predict(X) - Y) ** 2))
    assert inspection.readings["statistics"].error.rmse[0] == pytest.approx(rmse)
    assert inspection.verdict == (
        "scikit-learn RandomForestRegressor, a black box of 3 inputs and 1 output: RandomForestRegressor is neither a "
        "network nor a linear model. It has no nodes that could be read, so contributions, health, directions, "
        "explanations, memories, bounds and equations are left out. "
        f"It fits to {rmse:.3g} on 90 samples. What a black box does outside the data is not known, because it can "
        "only be called: do not use it there. Whether a point lies outside is told by the convex hull of the samples "
        "(its faces)."
    )
    page = inspection.save(tmp_path / "report.html").read_text(encoding="utf-8")
    assert headings(page) == [
        "What it says, and what was observed", "Over all rows", "Along each feature", "Outside the data",
    ]  # fmt: skip
    assert "<script" not in page
    assert "script-src 'none'" in page
    assert "<height>" not in page


@pytest.mark.slow
def test_the_report_of_classes_has_their_boundary_too(tmp_path):
    model = SVC()
    inspection = inspected(model, X, LABELS)
    assert inspection.readings["boundaries"].samples.accuracy == pytest.approx(model.score(X, LABELS))
    assert "Where it changes its mind" in headings(inspection.save(tmp_path / "report.html").read_text())
    document = json.loads(json.dumps(inspection.as_dict(), allow_nan=False))
    assert document["network"]["kind"] == "scikit-learn SVC"
    assert document["readings"]["boundaries"]["certainty"] == "sampled on 150 × 150"


@pytest.mark.slow
def test_notebooks_get_the_report_and_no_widget():
    inspection = inspected(KNeighborsRegressor(), X, Y)
    assert inspection._repr_mimebundle_()["text/html"].startswith("<iframe")
    assert inspection._display_()._repr_html_().startswith("<iframe")
    with pytest.raises(NodewiseError) as refused:
        _ = inspection.widget
    assert str(refused.value) == (
        "the widget shows weights. Got scikit-learn KNeighborsRegressor, a black box; its report, save() or to_html(), "
        "has all that is read of it."
    )


@pytest.mark.parametrize(
    "model", [HistGradientBoostingRegressor(max_iter=5), make_pipeline(SimpleImputer(), RandomForestRegressor(5))]
)
def test_rows_with_gaps_reach_a_model_that_takes_them(model):
    inspection = inspected(model, GAPS, Y)
    lacking = int(GAPS.isna().any(axis=1).sum())
    assert inspection.data.notes == (f"{lacking} samples have gaps; the model is given them as they are.",)
    statistics = inspection.readings["statistics"]
    assert statistics.rows == 90
    assert statistics.error.rmse[0] == pytest.approx(np.sqrt(np.mean((model.predict(GAPS) - Y) ** 2)))
    np.testing.assert_allclose(statistics.features.mean, GAPS.mean())
    np.testing.assert_allclose(statistics.features.sd, GAPS.std(ddof=0))
    np.testing.assert_array_equal(statistics.features.low, GAPS.min())
    curve = nw.effects(inspection.network, inspection.data, "width", [0.5], samples=None).curves[0]
    assert curve.average[0, 0] == pytest.approx(model.predict(GAPS.assign(width=0.5)).mean())


def test_gaps_in_all_samples_leave_the_range_of_each_feature():
    x = np.where(np.eye(3, dtype=bool)[np.arange(90) % 3], np.nan, X)
    reading = inspected(HistGradientBoostingRegressor(max_iter=2), x, Y).readings["extrapolation"]
    assert reading.test == "the range of each feature, because no sample has a value of all"
    assert reading.inside([[0, 0, 0], [0, 0, 3]]).tolist() == [True, False]


def test_a_function_of_ones_own_will_do():
    box = Predictor(lambda x: np.sin(x[:, 0]), 1, 1, "it is a function", "Python's sin")
    x = np.linspace(-3, 3, 40)
    assert "It fits exactly inside [-3, 3]." in nw.inspect(box, nw.Dataset(x, np.sin(x))).verdict


REFUSALS = {
    "gaps refused": (
        lambda: nw.inspect(*nw.open_with_data(KNeighborsRegressor().fit(X, Y), GAPS, Y)),
        f"samples with gaps need a model that takes them. Got scikit-learn KNeighborsRegressor and sample "
        f"{int(GAPS.isna().any(axis=1).argmax()) + 1} without "
        f"{GAPS.columns[int(GAPS.isna().iloc[int(GAPS.isna().any(axis=1).argmax())].argmax())]}, which it refuses "
        "(ValueError: Input X contains NaN). Fill the gaps, or leave those samples out.",
    ),
    "labels unknown": (
        lambda: nw.inspect(
            nw.open_model(RandomForestClassifier(2).fit(X.to_numpy(), LABELS)), nw.Dataset(X, labels=LABELS + "!")
        ),
        "the labels must be among the model's classes: 'cheap', 'dear'. Got 'cheap!' in 'label'. Give data with the "
        "labels it was trained on, or without any.",
    ),
    "two targets": (
        lambda: nw.inspect(nw.open_model(KNeighborsRegressor().fit(X.to_numpy(), Y)), nw.Dataset(X, np.c_[Y, -Y])),
        "the data must have one target for each of the model's 1 output(s): y. Got 2: y1, y2. Give the columns it was "
        "trained for, or data without targets.",
    ),
    "trained on gaps": (
        lambda: nw.fit(nw.Dataset([[0, 1], [np.nan, 2], [2, 3]], [0, 1, 2], gaps=True)),
        "data to train on must have no gaps. Got sample 2 without x1; leave such samples out with "
        "data.rows(data.whole), or fill them.",
    ),
    "nothing but gaps": (
        lambda: nw.Dataset([[0, np.nan], [1, np.nan]], gaps=True),
        "feature 'x2' must have a value somewhere. Got none in 2 samples. Leave that feature out, or give samples that "
        "have it.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case):
    act, message = REFUSALS[case]
    with pytest.raises(NodewiseError) as refused:
        act()
    assert str(refused.value) == message
