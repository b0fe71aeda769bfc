"""Displays take estimators and tables as scikit-learn's do, and what stands on their axes is what scikit-learn says."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.inspection import DecisionBoundaryDisplay, partial_dependence
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.network import Predictor

ASKED = 7
FRAMES = {"pandas": lambda frame: frame, "polars": pl.from_pandas}
SETTINGS = {"activation": "tanh", "solver": "lbfgs", "alpha": 1, "max_iter": 3000, "random_state": 0}


@pytest.fixture(scope="module")
def table():
    """Return the diabetes table with a column of words and a gap, and its targets."""
    x, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
    x["build"] = np.where(x.bmi > 30, "large", np.where(x.bmi > 22, "middle", "small"))
    x.loc[3, "bmi"] = np.nan
    return x, y


@pytest.fixture(scope="module")
def model(table):
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["s5", "bmi", "bp"]),
            ("words", OneHotEncoder(handle_unknown="ignore"), ["build"]),
        ]
    )
    network = MLPRegressor(hidden_layer_sizes=(6,), **SETTINGS)
    return TransformedTargetRegressor(make_pipeline(columns, network), transformer=StandardScaler()).fit(*table)


@pytest.fixture(scope="module")
def iris():
    x, codes = load_iris(return_X_y=True, as_frame=True)
    labels = load_iris().target_names[codes]
    classifier = MLPClassifier(hidden_layer_sizes=(4,), **SETTINGS)
    return make_pipeline(StandardScaler(), classifier).fit(x, labels), x, labels


@pytest.fixture(scope="module")
def line(table):
    """A network over one feature of the table."""
    x, y = table
    model = nw.NodewiseRegressor(4, "tanh", steps=200, starts=1).fit(x[["s5"]], y)
    return model, x[["s5"]], y


def drawn(ax, label):
    return next(np.asarray(each.get_data()) for each in ax.lines if each.get_label() == label)


@pytest.mark.parametrize("kind", FRAMES)
def test_the_network_on_the_encoded_table_is_the_estimator(kind, model, table):
    shown = nw.ContributionsDisplay.from_estimator(model, FRAMES[kind](table[0]))
    assert shown.network.feature_names == ("bmi", "bp", "s5", "build_large", "build_middle", "build_small")
    np.testing.assert_allclose(shown.network(shown.data.inputs)[:, 0], model.predict(table[0]), rtol=1e-12)
    assert shown.network.origin.difference < 1e-12
    bars = sorted(bar.get_width() for bar in shown.ax_.patches)
    np.testing.assert_allclose(bars, np.sort(shown.reading.share[:, 0]), rtol=1e-12)
    assert sum(bars) == pytest.approx(1)
    assert shown.ax_.get_xlabel() == "share of the variance of y"


@pytest.mark.parametrize("kind", FRAMES)
def test_curves_are_the_partial_dependence_that_scikit_learn_finds(kind, model, table):
    x, y = table
    wanted = partial_dependence(
        model, x, ["s5"], kind="average", method="brute", custom_values={"s5": np.linspace(3.5, 6, 9)}
    )
    shown = nw.EffectsDisplay.from_estimator(model, FRAMES[kind](x), y, feature="s5", grid=np.linspace(3.5, 6, 9))
    np.testing.assert_allclose(drawn(shown.ax_, "mean"), [np.linspace(3.5, 6, 9), wanted["average"][0]], rtol=1e-12)
    above, below = shown.axes_
    parts = sum(drawn(below, f"node {i + 1}")[1] for i in range(6))
    around = drawn(above, "mean")[1] - shown.reading.curves[0].weight @ drawn(above, "mean")[1]
    np.testing.assert_allclose(parts, around, atol=1e-9)
    assert above.get_ylabel() == "target"


def test_a_map_is_the_partial_dependence_of_two_features(model, table):
    options = {"grid": 5, "others": "average", "percentiles": (0, 1)}
    shown = nw.EffectMapDisplay.from_estimator(model, table[0], features=("s5", "bp"), **options)
    across, up = shown.reading.across, shown.reading.up
    values = {"s5": across, "bp": up}
    wanted = partial_dependence(model, table[0], ["s5", "bp"], kind="average", method="brute", custom_values=values)
    np.testing.assert_allclose(shown.reading.values[..., 0], wanted["average"][0].T, rtol=1e-12)
    assert shown.ax_.get_xlim() == (across[0], across[-1])


@pytest.mark.parametrize("kind", FRAMES)
def test_predicted_stands_against_observed(kind, model, table):
    x, y = table
    shown = nw.FitDisplay.from_estimator(model, FRAMES[kind](x), pl.Series("target", y) if kind == "polars" else y)
    (dots,) = shown.ax_.collections
    np.testing.assert_allclose(dots.get_offsets(), np.column_stack([y, model.predict(x)]), rtol=1e-12)
    assert shown.ax_.get_xlabel() == "observed target"


def test_curve_and_contributions_of_one_feature(line):
    model, x, y = line
    shown = nw.ContributionsDisplay.from_estimator(model, x, y, top=4)
    places, curve = drawn(shown.ax_, "sum: the output")
    np.testing.assert_allclose(curve, model.predict(pd.DataFrame({"s5": places})), rtol=1e-12)
    bias = next(each.get_ydata() for each in shown.ax_.lines if each.get_label().startswith("bias"))
    parts = [drawn(shown.ax_, f"node {i + 1}")[1] for i in range(4)]
    np.testing.assert_allclose(np.sum(parts, axis=0) + bias, curve, rtol=1e-10)
    assert (shown.ax_.get_xlabel(), shown.ax_.get_ylabel()) == ("s5", "target")


def test_outside_the_data_the_curve_goes_on(line):
    model, x, y = line
    shown = nw.ExtrapolationDisplay.from_estimator(model, x, y, beyond=3)
    places, curve = drawn(shown.ax_, "network")
    assert places[0] < x.s5.min() - 2 * np.ptp(x.s5)
    np.testing.assert_allclose(curve, model.predict(pd.DataFrame({"s5": places})), rtol=1e-12)


def test_one_prediction_is_explained(model, table):
    shown = nw.ExplanationDisplay.from_estimator(model, table[0], sample=ASKED)
    predicted = model.predict(table[0])
    assert shown.drawn.sums[0] == pytest.approx(predicted.mean())
    assert shown.drawn.sums[-1] == pytest.approx(predicted[ASKED])
    assert len(shown.axes_) == 2


def test_the_votes_add_up_to_the_prediction(model, table):
    shown = nw.VotesDisplay.from_estimator(model, table[0], sample=ASKED)
    bars = [bar.get_width() for bar in shown.ax_.patches]
    assert sum(bars[:-1]) == pytest.approx(bars[-1])
    assert bars[-1] == pytest.approx(model.predict(table[0])[ASKED])


def test_memories_are_of_what_the_pipeline_gives_the_network(model, table):
    shown = nw.MemoriesDisplay.from_estimator(model, table[0], sample=ASKED, by="dot")
    pipeline = model.regressor_
    seen = pipeline[:-1].transform(table[0].iloc[[ASKED]]) @ pipeline[-1].coefs_[0]
    np.testing.assert_allclose([bar.get_width() for bar in shown.ax_.patches], np.sort(seen[0])[::-1], rtol=1e-9)


@pytest.mark.parametrize("kind", FRAMES)
def test_regions_are_what_the_classifier_predicts(kind, iris):
    model, x, labels = iris
    shown = nw.BoundariesDisplay.from_estimator(model, FRAMES[kind](x), labels, features=list(x.columns[:2]))
    plane = shown.reading.plane
    rows = pd.DataFrame(np.tile(np.median(x, axis=0), (plane.codes.size, 1)), columns=x.columns)
    rows.iloc[:, 0], rows.iloc[:, 1] = (each.ravel() for each in np.meshgrid(plane.x, plane.y))
    predicted = model.predict(rows).reshape(plane.codes.shape)
    np.testing.assert_array_equal(np.array(shown.reading.classes)[plane.codes], predicted)
    legend = [text.get_text() for text in shown.ax_.get_legend().get_texts()]
    assert f"wrong ({(model.predict(x) != labels).sum()})" in legend


@pytest.mark.slow
def test_outputs_of_a_classifier_are_called_as_its_classes(iris):
    model, x, labels = iris
    shown = nw.FitDisplay.from_estimator(model, x, labels, output="virginica")
    assert shown.ax_.get_xlabel() == "probability of virginica"
    np.testing.assert_allclose(shown.drawn.curve, model.predict_proba(x)[:, 2], atol=1e-12)
    two = nw.NodewiseClassifier(3, steps=20, starts=1).fit(x, np.array(labels == "setosa"))
    assert nw.open_model(two).output_names == ("class True",)


def test_a_black_box_has_curves_and_no_nodes(table):
    x, y = table[0].drop(columns=["build", "bmi"]), table[1]
    forest = RandomForestRegressor(5, random_state=0).fit(x, y)
    grid = np.linspace(3.5, 6, 9)
    shown = nw.EffectsDisplay.from_estimator(forest, x, y, feature="s5", grid=grid)
    wanted = partial_dependence(forest, x, ["s5"], method="brute", custom_values={"s5": grid})
    np.testing.assert_allclose(drawn(shown.ax_, "mean")[1], wanted["average"][0], rtol=1e-12)
    assert isinstance(shown.network, Predictor)
    with pytest.raises(NodewiseError) as refused:
        nw.ContributionsDisplay.from_estimator(forest, x)
    assert str(refused.value).startswith(
        "this reading needs weights. Got scikit-learn RandomForestRegressor, which is a"
    )


def test_a_black_box_is_drawn_wherever_calling_suffices(table):
    x, y = table[0][["s5", "bp"]], table[1]
    forest = RandomForestRegressor(5, random_state=0).fit(x, y)
    shown = nw.FitDisplay.from_estimator(forest, x, y)
    np.testing.assert_allclose(shown.drawn.curve, forest.predict(pd.DataFrame(shown.drawn.x, columns=x.columns)))
    assert "dashed: the range of the data" in " ".join(shown.ax_.get_title(loc="left").split())
    one = nw.FitDisplay.from_estimator(forest.fit(x[["bp"]], y), x[["bp"]], y)
    np.testing.assert_allclose(one.drawn.curve, forest.predict(pd.DataFrame(one.drawn.x, columns=["bp"])))
    assert "model" in [text.get_text() for text in one.ax_.get_legend().get_texts()]
    outside = nw.ExtrapolationDisplay.from_estimator(forest, x[["bp"]], y)
    assert outside.reading.ends == ()
    wanted = forest.predict(pd.DataFrame(outside.drawn.x, columns=["bp"]))
    np.testing.assert_allclose(drawn(outside.ax_, "model")[1], wanted)


def test_the_boundary_of_a_black_box_is_that_of_scikit_learn(iris):
    _, x, labels = iris
    pair = x.iloc[:, :2]
    model = SVC().fit(pair, labels)
    shown = nw.BoundariesDisplay.from_estimator(model, pair, labels, points=50)
    wanted = DecisionBoundaryDisplay.from_estimator(model, pair, response_method="predict", grid_resolution=50, eps=0)
    np.testing.assert_allclose(shown.reading.plane.x, wanted.xx0[0])
    said = np.array(shown.reading.classes)[shown.reading.plane.codes]
    known = wanted.response if wanted.response.dtype.kind == "U" else np.array(model.classes_)[wanted.response]
    np.testing.assert_array_equal(said, known)
    plt.close(wanted.figure_)


def test_other_frameworks_get_the_names_of_the_frame(table):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Linear(2, 5), torch.nn.Tanh(), torch.nn.Linear(5, 1))
    x = table[0][["s5", "bp"]]
    shown = nw.EffectsDisplay.from_estimator(module, pl.from_pandas(x), table[1], feature="bp")
    assert shown.ax_.get_ylabel() == "target"
    assert shown.axes_[-1].get_xlabel() == "bp"
    with torch.no_grad():
        wanted = module(torch.tensor(x.to_numpy(np.float32)))[:, 0].numpy()
    np.testing.assert_allclose(shown.network(shown.data.inputs)[:, 0], wanted, rtol=1e-4)


def test_networks_fits_files_and_datasets_are_taken_too(tmp_path):
    fit = nw.fit(nw.problems.moons(samples=40), hidden=4, activation="tanh", steps=30)
    path = fit.network.save(tmp_path / "moons.nodewise")
    for model in (fit, fit.network, path, str(path)):
        shown = nw.BoundariesDisplay.from_estimator(model, fit.data)
        np.testing.assert_array_equal(shown.data.labels, fit.data.labels)
        assert shown.reading.summary == nw.boundaries(fit.network, fit.data).summary


def test_one_row_and_a_feature_that_never_varies(model, table):
    same = table[0].assign(bp=90.0)
    shown = nw.ExplanationDisplay.from_estimator(model, same[:1], sample=0)
    assert shown.reading.output[0] == pytest.approx(model.predict(same[:1])[0])
    assert shown.data.samples == 1


def test_axes_are_given_and_drawn_anew(model, table):
    figure, axes = plt.subplots(1, 2, figsize=(14, 5), layout="constrained")
    shown = nw.ContributionsDisplay.from_estimator(model, table[0], ax=axes[0])
    assert (shown.figure_, shown.ax_, shown.axes_) == (figure, axes[0], (axes[0],))
    several = nw.EffectsDisplay.from_estimator(model, table[0], top=2, ax=axes[1])
    assert several.figure_ is figure
    assert len(several.axes_) == 2
    assert not {*several.axes_} & {*axes}
    reading = several.reading
    assert several.plot(top=3) is several
    assert several.reading is reading
    assert len(several.axes_) == 3
    assert several.figure_ is not figure
    assert several._repr_html_().startswith("<svg")


@pytest.mark.slow
def test_nothing_of_scikit_learn_is_loaded_for_a_network(fresh_python):
    fresh_python(
        "-c",
        "import sys\nimport nodewise as nw\n"
        "network = nw.Network.from_weights([([[1.0], [2.0]], [0.0, 1.0], 'tanh'), ([[1.0, -1.0]], [0.5], 'identity')])\n"
        "nw.ContributionsDisplay.from_estimator(network, [[0.0], [1.0], [3.0]])\n"
        "assert not {'sklearn', 'pandas', 'polars', 'torch', 'jax', 'matplotlib.pyplot'} & set(sys.modules)",
    )


FEATURES = "samples must have the features that the model was fitted on. Got "
REFUSALS = {
    "unfitted": (
        lambda model, x, y: nw.FitDisplay.from_estimator(make_pipeline(StandardScaler(), MLPRegressor()), x, y),
        "a model must be fitted before it is opened. Got an unfitted Pipeline; call its fit(X, y) first.",
    ),
    "unfitted of ours": (
        lambda model, x, y: nw.FitDisplay.from_estimator(nw.NodewiseRegressor(), x, y),
        "a model must be fitted before it is opened. Got an unfitted NodewiseRegressor; call its fit(X, y) first.",
    ),
    "no y": (
        lambda model, x, y: nw.FitDisplay.from_estimator(model, x),
        "FitDisplay needs y, to which it compares. Got X alone; give from_estimator(estimator, X, y).",
    ),
    "renamed": (
        lambda model, x, y: nw.FitDisplay.from_estimator(model, x.rename(columns={"bmi": "BMI"}), y),
        FEATURES + "no 'bmi', and 'BMI', unknown to it. Rename 'BMI' to 'bmi'.",
    ),
    "missing": (
        lambda model, x, y: nw.FitDisplay.from_estimator(model, x.drop(columns="bp"), y),
        FEATURES + "no 'bp'. Add what is missing.",
    ),
    "one more": (
        lambda model, x, y: nw.FitDisplay.from_estimator(model, x.assign(score=y), y),
        FEATURES + "'score', unknown to it. Leave out what is unknown.",
    ),
    "too few": (
        lambda model, x, y: nw.FitDisplay.from_estimator(model, x.to_numpy()[:, :3], y),
        "samples must have 11 features, 'age', 'sex', 'bmi', 'bp', 's1', 's2' and 5 more. Got 3. Give them as the model "
        "was fitted.",
    ),
    "words": (
        lambda model, x, y: nw.FitDisplay.from_estimator(model, x.assign(bp="high"), y),
        "feature 'bp' must hold numbers. Got 'high' at sample 1. Encode that column before the model.",
    ),
    "lengths": (
        lambda model, x, y: nw.FitDisplay.from_estimator(model, x, y[:3]),
        "y must have one row per sample. Got 3 rows for 442 samples of inputs.",
    ),
    "option": (
        lambda model, x, y: nw.FitDisplay.from_estimator(model, x, y, beyonds=1),
        "an option of FitDisplay must be one of output, beyond. Got 'beyonds'. Did you mean 'beyond'?",
    ),
    "option of plot": (
        lambda model, x, y: nw.EffectsDisplay.from_estimator(model, x).plot(grid=3),
        "an option of EffectsDisplay.plot must be one of feature, output, top. Got 'grid'.",
    ),
    "sample": (
        lambda model, x, y: nw.VotesDisplay.from_estimator(model, x, sample=442),
        "sample must be a row of X, from 0 to 441. Got 442.",
    ),
    "free axes": (
        lambda model, x, y: nw.EffectsDisplay.from_estimator(model, x, ax=plt.figure().add_axes((0, 0, 1, 1))),
        "a picture of several panels needs axes of a grid. Got axes that stand free; make them with plt.subplots() or "
        "figure.add_subplot().",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_are_sentences(case, model, table):
    call, message = REFUSALS[case]
    with pytest.raises(NodewiseError) as refused:
        call(model, *table)
    assert str(refused.value) == message


def test_labels_that_are_not_the_models_are_refused(iris):
    model, x, labels = iris
    with pytest.raises(NodewiseError) as refused:
        nw.BoundariesDisplay.from_estimator(model, x, np.char.upper(labels))
    assert str(refused.value) == (
        "y must hold the model's classes, 'setosa', 'versicolor', 'virginica'. Got 'SETOSA'. "
        "Give the labels that it was fitted on."
    )


def test_boundaries_of_a_model_that_gives_numbers_are_refused():
    network = nw.Network.from_weights([([[1.0, 2.0]], [0.0], "identity")])
    x = np.random.default_rng(0).normal(size=(20, 2))
    with pytest.raises(NodewiseError, match=r"BoundariesDisplay needs a model of classes. Got 2-1.*; give a threshold"):
        nw.BoundariesDisplay.from_estimator(network, x)
    assert nw.BoundariesDisplay.from_estimator(network, x, threshold=0.5).reading.threshold == 0.5
