"""Trained models people bring: opened in a child, shown as runs, and refused in a sentence of which nothing is left."""

import json

import numpy as np
import pytest

import hostile
import nodewise as nw
from hostile import GOOD
from networks import random_network
from nodewise.network import Scale
from nodewise.viewer.studio.models import points

pytest.importorskip("onnx")

NAMES = ("width", "height", "depth")


def upload(studio, name, content, **options):
    return studio.client.post("/api/models", params={"name": name, **options}, content=content)


def bring(studio, name, content, **options):
    answer = upload(studio, name, content, **options)
    assert answer.status_code == 201, answer.text
    return answer.json()


def left(studio):
    return sorted(path.name for path in (studio.folder / "models").iterdir())


def csv(columns, network=None):
    x = np.random.default_rng(0).normal(size=(30, 3))
    rows = np.c_[x, network(x)] if network else x
    return "\n".join([",".join(columns), *(",".join(map(repr, map(float, row))) for row in rows)]).encode()


def document(studio, key):
    content = studio.client.get(f"/api/runs/{key}/document").content
    size = int.from_bytes(content[:8], "little")
    return json.loads(json.loads(content[8 : 8 + size])["__metadata__"]["nodewise"])


def named():
    return nw.Network(random_network(1, (3, 4, 1), ["tanh"]).layers, feature_names=NAMES, output_names=("weight",))


@pytest.mark.parametrize("ending", [".nodewise", ".onnx", ".keras", ".safetensors"])
def test_a_model_is_opened_and_shown_without_a_table(studio, ending):
    options = {"activation": "relu"} if ending == ".safetensors" else {}
    about = bring(studio, f"C:\\models\\my model{ending}", GOOD[ending](), **options)
    assert about["name"] == f"my model{ending}"
    assert about["features"] == ["x1", "x2", "x3"]
    assert not about["named"]
    assert about in studio.get("/api/models")
    assert about in studio.get("/api/form")["models"]
    assert sorted(p.name for p in (studio.folder / "models" / about["id"]).iterdir()) == [
        "about.json", "network.nodewise", "samples.safetensors",
    ]  # fmt: skip
    key = studio.train({"source": {"model": {"id": about["id"]}}})
    run = studio.get(f"/api/runs/{key}")
    assert (run["name"], run["network"], run["score"]) == (about["name"], about["network"], None)
    shown = document(studio, key)
    assert shown["fit"] is None
    assert shown["verdict"] == run["verdict"]
    assert shown["title"] == "my model: what the network learned"
    saved = studio.client.get(f"/api/runs/{key}/network").content
    assert str(nw.Network.from_bytes(saved).origin or "") == about["origin"]


@pytest.mark.slow
def test_a_model_is_read_on_a_table_whose_columns_have_its_names(studio):
    network = named()
    about = bring(studio, "named.nodewise", network.to_bytes())
    table = studio.add_table("box.csv", csv((*NAMES, "weight"), network).replace(b"width,height", b"height,width"))
    # The order of the columns, and what the form says of them, do not count where the names are there.
    source = {"id": about["id"], "table": {"id": table["id"], "target": ["depth"], "features": ["height"]}}
    key = studio.train({"source": {"model": source}})
    shown = document(studio, key)
    assert shown["network"]["feature_names"] == list(NAMES)
    run = studio.get(f"/api/runs/{key}")
    assert run["score"]["rmse"] > 0.01  # for two columns have each other's name
    assert studio.client.get(f"/api/runs/{key}/table").status_code == 200
    assert "<html" in studio.client.get(f"/api/runs/{key}/report").text
    code = studio.client.get(f"/api/runs/{key}/code").text
    compile(code, "code", "exec")
    assert 'nw.open_model("network.nodewise")' in code


def test_a_model_without_names_takes_the_columns_that_are_chosen(studio):
    network = random_network(1, (3, 4, 1), ["tanh"])
    about = bring(studio, "plain.nodewise", network.to_bytes())
    table = studio.add_table("abc.csv", csv(("a", "b", "c", "d"), network))
    source = {"id": about["id"], "table": {"id": table["id"], "target": ["d"], "features": ["a", "b", "c"]}}
    key = studio.train({"source": {"model": source}})
    assert studio.get(f"/api/runs/{key}")["score"]["rmse"] < 1e-12
    shown = document(studio, key)["network"]
    assert (shown["feature_names"], shown["output_names"]) == (["a", "b", "c"], ["d"])


@pytest.mark.parametrize("name", ["named", "plain"])
def test_a_table_that_does_not_fit(studio, name):
    network = named() if name == "named" else random_network(1, (3, 4, 1), ["tanh"])
    about = bring(studio, "m.nodewise", network.to_bytes())
    table = studio.add_table("abc.csv", csv(("a", "b", "c", "d"), network))
    features = ["a", "b", "c"] if name == "named" else ["a", "b"]
    source = {"id": about["id"], "table": {"id": table["id"], "target": ["d"], "features": features}}
    said = {
        "named": "the data must have the network's features: width, height, depth. Got none called 'width' among a, b, c. "
        "Give the columns it was trained on.",
        "plain": "the data must have the network's 3 feature(s): x1, x2, x3. Got 2: a, b. Choose the columns it was "
        "trained on.",
    }
    wanted = (422, {"error": said[name], "field": "features"})
    assert studio.refusal("POST", "/api/check", json={"source": {"model": source}}) == wanted


REFUSED = {
    "a.onnx": (b"hello world" * 9, "a.onnx must be an ONNX model. It is damaged or of another kind; save it again."),
    "a.csv": (b"x,y\n1,2\n", "a model's file must end in .nodewise, .onnx, .keras, .pt, .pth or .safetensors. Got a.csv. "
              "Save or export the model in one of these."),
    "a.h5": (b"", 'a Keras model must be saved as .keras. Got a.h5, in the older format; load it in Keras and save it with '
             'model.save("model.keras").'),
    "a.safetensors": (GOOD[".safetensors"](), "activation must be named for 1 hidden layer(s), because a file of weights "
                      "does not hold it. Got none; declare it, such as activation relu, or one per hidden layer."),
    "../../etc/passwd": (b"", "a model's file must end in .nodewise, .onnx, .keras, .pt, .pth or .safetensors. Got passwd. "
                         "Save or export the model in one of these."),
    "deep.keras": (hostile.zipped(hostile.keras_entries() | {"config.json": b"[" * 10**5}),
                   "deep.keras must be a .keras file that Keras saved. It is damaged or of another kind (RecursionError); "
                   "save it again."),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_opened(studio, name):
    before, (content, sentence) = left(studio), REFUSED[name]
    answer = upload(studio, name, content)
    assert answer.status_code == 422
    assert answer.json() == {"error": sentence, "field": "model"}
    assert left(studio) == before


def test_a_black_box_is_refused_with_its_reason(studio):
    from onnx_graphs import Graph

    graph = Graph(np.float32).layer(4)
    graph.last = graph.op("Softmax", graph.last, axis=1)
    said = upload(studio, "box.onnx", graph.layer(2).model().SerializeToString()).json()["error"]
    assert said.startswith(
        "The studio shows models whose weights can be read. Got box.onnx, ONNX model, a black box of 3"
    )


@pytest.mark.parametrize("source", [{"id": "0" * 12}, {"id": "../../x"}, {}, {"id": 3}])
def test_a_model_that_is_not_there(studio, source):
    status, said = studio.refusal("POST", "/api/runs", json={"source": {"model": source}})
    assert status == 404
    assert said["error"].startswith("There is no model ")


def test_sources_of_another_form(studio):
    about = bring(studio, "m.nodewise", named().to_bytes())
    for extra in ({"path": "x"}, {"table": 3}, {"table": {"id": "0" * 12}}, {"table": {"id": 1, "evil": 1}}):
        status, said = studio.refusal("POST", "/api/check", json={"source": {"model": {"id": about["id"], **extra}}})
        assert status in (404, 422)
        assert "error" in said


@pytest.mark.slow
def test_a_model_is_removed(studio):
    about = bring(studio, "m.nodewise", named().to_bytes())
    key = studio.train({"source": {"model": {"id": about["id"]}}})
    assert studio.client.delete(f"/api/models/{about['id']}").status_code == 200
    assert studio.refusal("DELETE", f"/api/models/{about['id']}")[0] == 404
    assert about not in studio.get("/api/models")
    assert studio.client.get(f"/api/runs/{key}/report").status_code == 200


def test_points_lie_where_the_scaling_says():
    layers = random_network(1, (2, 3, 1), ["tanh"]).layers
    scale = Scale(np.array([-10.0, 1.0]), np.array([2.0, -0.5]))
    drawn = points(nw.Network((scale, *layers)), "m").inputs
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    np.testing.assert_allclose(low, [4, -2], atol=0.1)
    np.testing.assert_allclose(high, [6, 6], atol=0.1)
    assert (np.abs(points(nw.Network(layers), "m").inputs) <= 1).all()
