"""`.keras` files that are no chain of layers: evaluated in NumPy as Keras does, or refused in one sentence."""

import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from kerasmodels import LAYERS, NAMES, keras, layers, move, saving, some
from nodewise.adapters.open import open_model
from nodewise.errors import NodewiseError
from nodewise.network import Predictor

pytest.importorskip("h5py")
pytestmark = saving
JOINS = (
    layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum, layers.Concatenate,
    lambda: lambda both: both[0] + both[1],
    lambda: lambda both: both[0] - both[1],
    lambda: lambda both: both[0] * both[1],
    lambda: lambda both: keras.ops.maximum(*both),
    lambda: lambda both: keras.ops.minimum(*both),
    lambda: lambda both: keras.ops.concatenate(both, axis=1),
    lambda: lambda both: both[0] / (keras.ops.sigmoid(both[1]) + 1),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _seeded():
    keras.utils.set_random_seed(0)


def block(rng):
    """Return a branch that gives three numbers."""
    name = NAMES[rng.integers(len(NAMES))]
    kind = rng.integers(4)
    if kind == 0:
        return layers.Dense(3, activation=name)
    if kind == 1:
        return keras.Sequential([layers.Dense(3, activation=name), LAYERS[rng.integers(len(LAYERS))]()])
    if kind == 2:
        start = keras.Input((3,))
        inside = layers.Dense(3, activation=name)(start)
        return keras.Model(start, layers.Add()([inside, start]))
    return lambda values: layers.Dense(3)(LAYERS[rng.integers(len(LAYERS))]()(values))


def branched(seed):
    """Return a random model whose layers join earlier arrays, some of them called again."""
    rng = np.random.default_rng(seed)
    starts = [keras.Input((3,), name=f"in{i}") for i in range(rng.integers(1, 3))]
    known = list(starts)
    blocks = [block(rng) for _ in range(2)]
    for i in range(rng.integers(2, 5)):
        pair = [known[rng.integers(len(known))] for _ in range(2)]
        pair[0] = blocks[rng.integers(2)](pair[0])
        joined = JOINS[(seed + 5 * i) % len(JOINS)]()(pair)
        known += [pair[0], joined if joined.shape[1] == 3 else layers.Dense(3)(joined)]
    last = layers.Concatenate()(known[-2:])
    ends = [layers.Dense(2, "softmax" if rng.integers(2) else None)(last)]
    model = keras.Model(starts if len(starts) > 1 else starts[0], [*ends, known[-1]] if rng.integers(2) else ends)
    move(model, rng)
    return model


def answer(model, x):
    """Return what Keras predicts, its outputs side by side."""
    parts = [x[:, at : at + 3].astype(np.float32) for at in range(0, x.shape[1], 3)]
    given = parts if len(parts) > 1 else parts[0]
    found = [keras.ops.convert_to_numpy(leaf) for leaf in keras.tree.flatten(model(given, training=False))]
    return np.concatenate(found, axis=1)


@pytest.mark.parametrize("seed", some(range(40), (0, 3, 7)))
def test_the_same_as_keras(seed, tmp_path):
    model = branched(seed)
    model.save(tmp_path / "model.keras")
    opened = open_model(tmp_path / "model.keras")
    assert isinstance(opened, Predictor)
    x = np.random.default_rng(seed).normal(0, 2, (40, opened.inputs)).astype(np.float32).astype(float)
    wanted = answer(model, x)
    assert np.ptp(wanted) > 0.01
    size = np.maximum(1, np.abs(wanted).max(axis=1, keepdims=True))
    np.testing.assert_allclose(opened(x) / size, wanted / size, atol=1e-5)
    live = open_model(model)
    assert (opened.reason, opened.inputs, opened.outputs) == (live.reason, live.inputs, live.outputs)
    assert opened.feature_names == live.feature_names


def residual(*behind):
    start = keras.Input((3,), name="x")
    first = layers.Dense(3, "relu", name="first")(start)
    values = layers.Add(name="sum")([first, start])
    for layer in behind:
        values = layer(values)
    return keras.Model(start, values)


def test_says_why_and_imports_nothing(tmp_path):
    path = tmp_path / "model.keras"
    residual(layers.Dense(2)).save(path)
    code = (
        "import sys; from nodewise.adapters.open import open_model; found = open_model(sys.argv[1]); found([[1, 2, 3]]);"
        "assert not {'keras', 'jax', 'tensorflow', 'torch'} & set(sys.modules); print(found)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == (
        "Keras Functional file, a black box of 3 inputs and 2 outputs: Add (layer sum) joins 2 arrays, and only a chain "
        "of layers can be read."
    )


def test_inputs_by_name_and_softmax_in_the_middle(tmp_path):
    a, b = keras.Input((1,), name="b"), keras.Input((2,), name="a")
    values = layers.Softmax()(layers.Dense(3)(layers.Concatenate()([a, b])))
    model = keras.Model({"b": a, "a": b}, layers.Dense(2)(values))
    model.save(tmp_path / "model.keras")
    opened = open_model(tmp_path / "model.keras")
    assert opened.feature_names == ("a_1", "a_2", "b") == open_model(model).feature_names
    x = np.random.default_rng(0).normal(size=(9, 3))
    np.testing.assert_allclose(opened(x), open_model(model)(x), atol=1e-6)


def test_as_many_samples_as_one_likes(tmp_path, monkeypatch):
    residual(layers.Dense(2)).save(tmp_path / "model.keras")
    opened = open_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(101, 3))
    whole = opened(x)
    monkeypatch.setattr("nodewise.adapters.keras.branches._AT_ONCE", 100)
    np.testing.assert_allclose(opened(x), whole, rtol=1e-14, atol=1e-14)


def changed(path, change):
    """Save a residual model at path with its configuration changed; give its layers by name."""
    residual(layers.Dense(2, name="last")).save(path)
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(entries["config.json"])
    change({layer["name"]: layer for layer in config["config"]["layers"]}, config["config"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (entries | {"config.json": json.dumps(config).encode()}).items():
            archive.writestr(name, content)
    return path


def refused(path):
    with pytest.raises(NodewiseError) as error:
        open_model(path)
    begin, end = (
        f"a .keras file must hold layers that can be read without running code. In {path} ",
        "; load it with Keras if you trust it, and open the live model.",
    )
    assert str(error.value).startswith(begin)
    assert str(error.value).endswith(end)
    return str(error.value)[len(begin) : -len(end)]


def tensor(layer, at=0):
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [layer, at, 0]}}


def lambda_behind(found, config):
    code = {"class_name": "__lambda__", "config": {"code": "4wAAAAAAAAAAAAAA", "defaults": None, "closure": None}}
    found["last"].update(class_name="Lambda", config={"name": "last", "function": code})


def wide(found, config):
    """Make the sum one of a column and a row, each of a million numbers."""
    found["x"]["config"]["batch_shape"] = [None, 10**6]
    for name, shape in (("first", (10**6, 1)), ("last", (1, 10**6))):
        found[name].update(class_name="Reshape", inbound_nodes=[{"args": [tensor("x")], "kwargs": {}}])
        found[name]["config"] = {"name": name, "dtype": "float32", "target_shape": shape}
    found["sum"]["inbound_nodes"] = [{"args": [[tensor("first"), tensor("last")]], "kwargs": {}}]
    config["output_layers"] = ["sum", 0, 0]


def bent(name, **changes):
    return lambda found, config: found[name].update(changes)


def given(*args, **kwargs):
    return bent("sum", inbound_nodes=[{"args": list(args), "kwargs": kwargs}])


BAD = {
    "Lambda (layer last) holds code": lambda_behind,
    "Sum (layer sum) is not one of Keras's own layers": bent("sum", class_name="Sum", module="os", registered_name="a>b"),
    "Dot (layer sum): it joins 2 arrays, and is none of those that do so and can be read": bent("sum", class_name="Dot"),
    "Exotic (layer last): it is none of the layers that can be read": bent("last", class_name="Exotic"),
    "Add (layer sum) needs what it gives itself": given([tensor("x"), tensor("last")]),
    "Add (layer sum) is given arrays by name": given(x2=tensor("x"), x1=tensor("first")),
    "Add (layer sum) is given no arrays": given([1.0, 2.0]),
    "Dense (layer first) is not called that often": given([tensor("x"), tensor("first", 3)]),
    "Dense (layer last): it joins 2 arrays, and is none of those that do so and can be read": bent(
        "last", inbound_nodes=[{"args": [[tensor("x"), tensor("first")]], "kwargs": {}}]
    ),
    "Subtract (layer sum): it takes two arrays. Got 3": lambda found, config: (
        found["sum"].update(class_name="Subtract"), given([tensor("x")] * 3)(found, config)
    ),
    "Add (layer sum): it would need too much memory": wide,
}  # fmt: skip


@pytest.mark.parametrize("why", BAD)
def test_what_is_refused(why, tmp_path):
    assert refused(changed(tmp_path / "model.keras", BAD[why])) == why


def test_arrays_that_do_not_fit(tmp_path):
    def narrow(found, config):
        found["x"]["config"]["batch_shape"] = [None, 4]

    with pytest.raises(NodewiseError, match=r"\(4, 3\) and \(3,\) for layer first"):
        open_model(changed(tmp_path / "model.keras", narrow))

    def cut(found, config):
        given([tensor("x"), tensor("last")])(found, config)
        found["last"]["inbound_nodes"] = [{"args": [tensor("first")], "kwargs": {}}]
        config["output_layers"] = ["sum", 0, 0]

    why = "Add (layer sum): it joins arrays that do not fit each other, (3,) and (2,)"
    assert refused(changed(tmp_path / "model.keras", cut)) == why
