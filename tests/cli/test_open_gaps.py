"""`nodewise open MODEL TABLE` where the table has gaps: given to a model that takes them, left out for one that does not."""

import numpy as np
import pytest

import nodewise as nw

pd = pytest.importorskip("pandas")
pytest.importorskip("onnx")


@pytest.fixture
def frame(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, 2)), columns=["a", "b"])
    frame["y"] = frame["a"] + frame["b"] ** 2
    frame.loc[[3, 5, 8], "a"] = np.nan
    frame.loc[[8, 9], "b"] = np.nan
    frame.loc[20, "y"] = np.nan
    frame.to_csv("gaps.csv", index=False)
    return frame.dropna(subset="y")


@pytest.mark.slow
def test_a_forest_behind_an_imputer_is_given_them(run, frame, tmp_path):
    skl2onnx = pytest.importorskip("skl2onnx")
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    x, y = frame[["a", "b"]].to_numpy(np.float32), frame["y"]
    model = make_pipeline(SimpleImputer(), RandomForestRegressor(n_estimators=5, random_state=0)).fit(x, y)
    (tmp_path / "forest.onnx").write_bytes(skl2onnx.to_onnx(model, x[:1]).SerializeToString())
    said = opened(run, "forest.onnx")
    assert (
        "Dropped 1 of 60 rows with missing values.\n4 of 60 rows have gaps; the model is given them as they are."
        in said
    )
    left = np.sqrt(np.mean((model.predict(x) - y) ** 2))
    assert f"y is off by {left:.3g} (root mean square" in said


@pytest.mark.slow
def test_a_model_that_has_no_answer_to_a_gap_is_not(run, frame, tmp_path):
    from onnx_graphs import Graph, saved

    graph = Graph(features=2).layer(2).activation("relu")
    graph.last = graph.op("Add", graph.last, "x")
    saved(graph.layer(1).model(), tmp_path, "residual.onnx")
    said = opened(run, "residual.onnx")
    assert "Dropped 5 of 60 rows with missing values." in said
    assert "have gaps" not in said


@pytest.mark.slow
def test_a_network_behind_an_imputer_is_read_with_the_gaps_filled(run, frame, tmp_path):
    skl2onnx = pytest.importorskip("skl2onnx")
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline

    x, y = frame[["a", "b"]].to_numpy(np.float32), frame["y"]
    network = MLPRegressor(hidden_layer_sizes=[4], solver="lbfgs", random_state=0, max_iter=5000)
    model = make_pipeline(SimpleImputer(strategy="median"), network).fit(x, y)
    nw.open_model(model).save(tmp_path / "network.nodewise")
    (tmp_path / "network.onnx").write_bytes(skl2onnx.to_onnx(model, x[:1]).SerializeToString())
    left = np.sqrt(np.mean((model.predict(x) - y) ** 2))
    for name in ("network.nodewise", "network.onnx"):
        ran = run("open", name, "gaps.csv", "--features", "a,b", "--target", "y", "--out", "out")
        assert ran.code == 0, ran.err
        assert f"fits to {left:.3g} " in ran.out
        assert "on 59 samples" in ran.out
        assert (
            "Dropped 1 of 60 rows with missing values.\n"
            "Filled 5 missing values as the model does: 3 of a, 2 of b." in ran.out
        )
        assert "as they are" not in ran.out


def opened(run, model):
    ran = run("open", model, "gaps.csv", "--features", "a,b", "--target", "y", "--out", "out")
    assert ran.code == 0, ran.err
    assert "a black box" in ran.out
    return ran.out
