"""The verdict, the JSON and the report of classifiers."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.viewer.module import module

TABLES = Path(__file__).parents[2] / "examples" / "data"


@pytest.fixture(scope="module")
def iris():
    return nw.inspect(nw.fit(nw.read_table(TABLES / "iris.csv", target="species"), hidden=(), solver="auto"))


def test_the_verdict_counts_the_samples_told_apart(iris):
    right = int((iris.network.classify(iris.data.inputs) == iris.data.labels).sum())
    assert str(iris).startswith(f"A linear model; tells the 3 classes apart on {right} of 150 samples")
    assert " in the range of the data and none changes by more than" in str(iris)
    assert "; outside the data each logit continues as straight lines" in str(iris)


def test_the_verdict_names_the_commonest_mistake_and_a_useless_classifier():
    x = np.arange(10.0)
    always = nw.Network.from_weights([([[0.0]], [-1.0], "sigmoid")])
    always = nw.Network(always.layers, classes=("no", "yes"))
    verdict = str(nw.inspect(always, nw.Dataset(x, labels=["no"] * 7 + ["yes"] * 3)))
    assert (
        "tells the 2 classes apart on 7 of 10 samples (no better than always saying no), most often taking yes for no "
        "(3 times)"
    ) in verdict


@pytest.mark.slow
def test_of_one_feature_the_verdict_says_where_the_class_changes():
    x = np.linspace(-3, 3, 61)
    fit = nw.fit(nw.Dataset(x, labels=np.where(np.abs(x) < 1.05, "in", "out")), 4, "tanh", solver="auto")
    low, high = (crossing.x for crossing in nw.boundaries(fit).crossings)
    assert f"; the class is out up to {low:.3g}, in up to {high:.3g}, then out: 2 crossings, none missed" in str(
        nw.inspect(fit)
    )


def test_held_out_samples_are_counted_too():
    fit = nw.fit(nw.problems.moons(), hidden=3, steps=100, validation=0.2)
    right = int((fit.network.classify(fit.held_out.inputs) == fit.held_out.labels).sum())
    assert f"; {right} of the 40 samples held out; " in str(nw.inspect(fit))


def test_readings_of_the_logits_add_up(iris):
    parts = iris.readings["contributions"]
    np.testing.assert_allclose(parts.values.sum(axis=1) + parts.bias, iris.network.logits(iris.data.inputs), atol=1e-10)
    assert iris.readings["boundaries"].samples.accuracy == iris.fit.accuracy


def test_the_json_is_strict_and_keeps_the_labels(iris):
    document = json.loads(json.dumps(iris.as_dict(), allow_nan=False))
    assert document["network"]["classes"] == ["setosa", "versicolor", "virginica"]
    assert (document["data"]["label"], document["data"]["target_names"]) == ("species", [])
    assert document["fit"]["accuracy"] == iris.fit.accuracy
    assert "rmse" not in document["fit"]
    assert sum(document["readings"]["boundaries"]["share"]) == pytest.approx(1)


@pytest.mark.slow
def test_the_report_begins_with_where_it_changes_its_mind(iris, tmp_path):
    text = iris.save(tmp_path / "report.html").read_text(encoding="utf-8")
    titles = re.findall(r"<h2>(.*?)</h2>", text)
    assert titles[0] == "Where it changes its mind"


def test_linear_layers_are_merged_in_verdict_and_report(tmp_path):
    x = np.linspace(-1, 1, 20)
    line = nw.Network.from_weights([([[2.0], [1.0]], [0.0, 1.0], "identity"), ([[1.0, 1.0]], [0.0], "identity")])
    inspection = nw.inspect(line, nw.Dataset(x, 3 * x + 1))
    assert "; its 2 layers are all linear: it is the straight line y = 3·x + 1; " in str(inspection)
    assert "<h2>The linear layers</h2>" in inspection.save(tmp_path / "r.html").read_text(encoding="utf-8")


def test_labels_that_are_no_classes_of_the_network_are_refused(iris):
    with pytest.raises(NodewiseError) as caught:
        nw.inspect(iris.network, nw.Dataset(np.random.default_rng(0).normal(size=(4, 4)), labels=list("abab")))
    assert str(caught.value) == (
        "the labels must be among the network's classes: 'setosa', 'versicolor', 'virginica'. Got 'a' in 'label'. "
        "Give data with the labels it was trained on, or without any."
    )


def test_labels_for_a_network_of_numbers_are_refused():
    line = nw.Network.from_weights([([[2.0]], [1.0], "identity")])
    with pytest.raises(NodewiseError) as caught:
        nw.inspect(line, nw.Dataset([1.0, 2.0], labels=["a", "b"]))
    assert str(caught.value) == (
        "labels need a network of classes. Got '1-1 linear', which gives numbers, and labels 'label'; read the table "
        'with task="regression", or give the network its classes.'
    )


@pytest.mark.slow
def test_a_softmax_without_classes_is_read_by_its_logits(tmp_path):
    random = np.random.default_rng(0)
    layers = [(random.normal(size=(5, 2)), random.normal(size=5), "tanh"), (random.normal(size=(3, 5)), [0.0] * 3)]
    network = nw.Network.from_weights([layers[0], (*layers[1], "softmax")])
    for labels in (None, list("abc") * 10, list("ab") * 15):
        data = nw.Dataset(random.normal(size=(30, 2)), labels=labels)
        inspection = nw.inspect(network, data)
        assert "; outside the data each logit goes to constants in all 12" in str(inspection)
        ends = inspection.readings["extrapolation"].ends
        far = network.logits(1e9 * ends[0].direction * ends[0].side + data.inputs.mean(axis=0))
        np.testing.assert_allclose(ends[0].intercept, far[0], rtol=1e-6)
        text = inspection.save(tmp_path / "r.html").read_text(encoding="utf-8")
        assert "<h2>Where it changes its mind</h2>" in text


@pytest.mark.slow
def test_labels_in_the_report_are_as_they_were(tmp_path):
    x = np.linspace(-2, 2, 40)
    truths = nw.inspect(nw.fit(nw.Dataset(x, labels=x > 0.1), hidden=(), steps=20)).save(tmp_path / "r.html")
    assert '<td class="name">False</td><td' in truths.read_text(encoding="utf-8")
    names = ["<script>alert(1)</script>", "$x_1$", "a name " * 12, "名前", "e e", "-1", *map("k{}".format, range(6))]
    codes = np.arange(60) % 12
    points = np.random.default_rng(0).normal(size=(60, 2)) + codes[:, None]
    data = nw.Dataset(points, labels=[names[code] for code in codes], label="<b>")
    text = nw.inspect(nw.fit(data, hidden=3, steps=20)).save(tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script>" not in text.replace(module(), "")
    assert ">&lt;script&gt;alert(1)&lt;/script&gt;</td>" in text
    assert ">-1</td>" in text
