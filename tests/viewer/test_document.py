"""The document: what the viewer's page is given, read back with the library of its format."""

import json
import struct
import time
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import load

import nodewise as nw
from nodewise.network import Dense, Network, Scale
from nodewise.viewer.document import pack
from nodewise.viewer.snapshots import single

SINE = nw.problems.sine()
EVIL = "<img src=x onerror=alert(1)>"


def _unpack(blob):
    """Return the JSON and the arrays, read by the safetensors library."""
    (length,) = struct.unpack("<Q", blob[:8])

    def refuse(literal):
        raise AssertionError(f"{literal} is not JSON")

    text = json.loads(blob[8 : 8 + length], parse_constant=refuse)["__metadata__"]["nodewise"]
    return json.loads(text, parse_constant=refuse), load(blob)


@pytest.fixture(scope="module")
def sine():
    return nw.inspect(nw.fit(SINE))


@pytest.fixture(scope="module")
def labelled():
    x = np.random.default_rng(0).normal(size=(90, 2))
    data = nw.Dataset(x, labels=np.array(["a", "b", "c"])[x.argmax(1) + (x.sum(1) > 1)], weights=np.arange(90) + 1.0)
    return nw.inspect(nw.fit(data, 5, "tanh", steps=60, starts=3, validation=0.2, patience=5))


def _network(document, arrays):
    """Build the network from the document alone."""
    layers = []
    for i, layer in enumerate(document["network"]["layers"]):
        if layer["kind"] == "dense":
            layers.append(Dense(arrays[f"network.{i}.weight"], arrays[f"network.{i}.bias"], layer["activation"]))
        else:
            layers.append(Scale(arrays[f"network.{i}.shift"], arrays[f"network.{i}.factor"]))
    return Network(tuple(layers))


def test_the_final_network_arrives_to_the_bit(sine, labelled):
    for inspection in (sine, labelled):
        document, arrays = _unpack(pack(inspection))
        x = inspection.data.inputs
        np.testing.assert_array_equal(_network(document, arrays)(x), inspection.network(x))
        assert document["network"]["text"] == str(inspection.network)
        assert document["verdict"] == inspection.verdict


def test_the_history_is_that_of_the_fit_in_single_precision(sine):
    document, arrays = _unpack(pack(sine))
    history = sine.fit.history
    np.testing.assert_array_equal(arrays["history.parameters"], history.parameters.astype(np.float32))
    np.testing.assert_array_equal(arrays["history.steps"], history.steps)
    np.testing.assert_array_equal(arrays["losses"], sine.fit.losses.astype(np.float32))
    assert document["fit"]["kept"] == len(history) - 1
    assert document["fit"]["thinned"] == ""
    assert {name: array.dtype.name for name, array in arrays.items() if not name.startswith("network.")} == {
        "data.inputs": "float64",
        "data.targets": "float64",
        "truth.inputs": "float64",
        "truth.values": "float64",
        "history.parameters": "float32",
        "history.steps": "int32",
        "losses": "float32",
        "starts.parameters": "float32",
        "starts.losses": "float64",
        "starts.curves": "float32",
        "starts.curve_steps": "int32",
    }


def test_the_truth_reaches_a_span_beyond_the_data(sine):
    arrays = _unpack(pack(sine))[1]
    x, low, high = arrays["truth.inputs"][:, 0], SINE.low[0], SINE.high[0]
    assert (x[0], x[-1], len(x)) == (2 * low - high, 2 * high - low, 2001)
    np.testing.assert_allclose(arrays["truth.values"][:, 0], np.sin(x), atol=1e-15)


def test_the_truth_of_two_features_is_a_grid_over_the_range():
    data = nw.problems.multiplication()
    arrays = _unpack(pack(nw.inspect(nw.fit(data, 3, "tanh", steps=1))))[1]
    x = arrays["truth.inputs"]
    assert x.shape == (41 * 41, 2)
    np.testing.assert_array_equal(x.min(0), data.low)
    np.testing.assert_array_equal(x.max(0), data.high)
    np.testing.assert_allclose(arrays["truth.values"][:, 0], x[:, 0] * x[:, 1], atol=1e-15)


def test_labels_weights_and_held_out_samples_come_along(labelled):
    document, arrays = _unpack(pack(labelled))
    fit, data = labelled.fit, labelled.data
    classes = np.array(document["data"]["classes"])
    np.testing.assert_array_equal(classes[arrays["data.codes"]], data.labels)
    np.testing.assert_array_equal(classes[arrays["held_out.codes"]], fit.held_out.labels)
    np.testing.assert_array_equal(arrays["held_out.inputs"], fit.held_out.inputs)
    np.testing.assert_array_equal(arrays["data.inputs"][arrays["data.held_out"] == 1], fit.held_out.inputs)
    np.testing.assert_array_equal(arrays["data.inputs"][arrays["data.held_out"] == 0], fit.train.inputs)
    assert document["fit"]["own_samples"]
    np.testing.assert_array_equal(arrays["data.weights"], data.weights)
    np.testing.assert_array_equal(arrays["validation_losses"], fit.validation_losses.astype(np.float32))
    assert "data.targets" not in arrays
    assert document["fit"]["accuracy"] == fit.accuracy
    assert document["network"]["classes"] == ["a", "b", "c"]


def test_held_out_codes_count_in_the_classes_of_all_the_data():
    """Held-out samples may lack a class, which must not move the others."""
    x = np.linspace(-1, 1, 12)
    data = nw.Dataset(x, labels=["a"] * 2 + ["b"] * 5 + ["c"] * 5)
    held = data.rows(np.flatnonzero(data.labels != "a"))
    fit = SimpleNamespace(data=data, held_out=held, settings=SimpleNamespace(validation=0.5, seed=0))
    from nodewise.viewer.samples import samples

    arrays = samples(SimpleNamespace(data=data, fit=fit))
    assert set(arrays["held_out.codes"]) == {1, 2}


def test_the_snapshot_nearest_to_the_kept_step_is_named(labelled):
    document, arrays = _unpack(pack(labelled))
    steps, kept = arrays["history.steps"], labelled.fit.outcome.kept
    distance = np.abs(steps - kept)
    assert distance[document["fit"]["kept"]] == distance.min()


@pytest.mark.parametrize("cap", [20_000, 3_000, 1])
def test_a_cap_thins_the_history_and_says_so(sine, cap):
    document, arrays = _unpack(pack(sine, cap))
    fit, steps = document["fit"], arrays["history.steps"]
    assert arrays["history.parameters"].nbytes <= max(cap, 2 * 31 * 4)
    assert (steps[0], steps[-1], steps[fit["kept"]]) == (0, 1000, sine.fit.outcome.kept)
    assert np.diff(steps).max() <= 1.5 * np.diff(steps).min() or len(steps) == 2
    assert fit["thinned"] == f"To keep the page small, it holds {len(steps)} of 1001 snapshots, evenly chosen."
    for row, step in zip(arrays["history.parameters"], steps, strict=True):
        np.testing.assert_array_equal(row, sine.fit.history.parameters[step].astype(np.float32))


def test_a_cap_keeps_the_best_start(labelled):
    document, arrays = _unpack(pack(labelled, 8))
    best, starts = document["fit"]["starts"], labelled.fit.starts
    np.testing.assert_array_equal(
        arrays["starts.parameters"][best["best"]], starts.parameters[starts.best].astype(np.float32)
    )
    assert best["count"] == 3
    assert len(best["reasons"]) == len(arrays["starts.losses"]) == len(arrays["starts.curves"])


def test_the_curve_of_a_start_ends_where_it_ended(labelled):
    arrays = _unpack(pack(labelled))[1]
    steps = arrays["starts.curve_steps"]
    for row, curve in zip(arrays["starts.curves"], labelled.fit.starts.curves, strict=True):
        inside = steps < len(curve)
        np.testing.assert_array_equal(row[inside], curve[steps[inside]].astype(np.float32))
        assert np.isnan(row[~inside]).all()


def test_many_samples_are_drawn_evenly():
    x = np.linspace(0, 1, 9001)
    line = Network.from_weights([([[2.0]], [1.0], "identity")])
    document, arrays = _unpack(pack(nw.inspect(line, nw.Dataset(x, 2 * x + 1))))
    assert (document["data"]["samples"], document["data"]["drawn"]) == (9001, 4000)
    drawn = arrays["data.inputs"][:, 0]
    assert (len(drawn), drawn[0], drawn[-1]) == (4000, 0, 1)
    assert np.ptp(np.diff(drawn)) < 1.5 / 9000
    np.testing.assert_array_equal(arrays["data.targets"][:, 0], 2 * drawn + 1)


def test_an_opened_network_has_no_history():
    line = Network.from_weights([([[2.0]], [1.0], "identity")])
    document, arrays = _unpack(pack(nw.inspect(line, SINE)))
    assert document["fit"] is None
    assert not [name for name in arrays if name.startswith(("history", "starts", "losses"))]


def test_numbers_beyond_single_precision_stay_double():
    assert single(np.array([1e39, 1.0])).dtype == np.float64
    assert single(np.array([1e38, np.inf, np.nan])).dtype == np.float32
    assert single(np.array([1e39, np.inf])).dtype == np.float64
    assert single(np.zeros(0)).dtype == np.float32


def test_a_training_that_diverged_is_packed():
    fit = nw.fit(SINE, solver="gradient_descent", learning_rate=1e6, steps=50)
    document, arrays = _unpack(pack(nw.inspect(fit)))
    assert document["fit"]["outcome"]["reason"] == "diverged"
    assert arrays["history.steps"][document["fit"]["kept"]] == fit.outcome.kept


def test_names_are_text_whatever_they_hold():
    data = nw.Dataset(
        SINE.inputs, SINE.targets, feature_names=EVIL, target_names="</script>\u2028", name=EVIL, notes=[EVIL]
    )
    document, _ = _unpack(pack(nw.inspect(nw.fit(data, 2, steps=1))))
    assert document["data"]["feature_names"] == document["network"]["feature_names"] == [EVIL]
    assert document["network"]["output_names"] == ["</script>\u2028"]
    assert (document["title"], document["data"]["notes"]) == (f"{EVIL}: what the network learned", [EVIL])


def test_readings_come_with_their_tables_and_without_what_samples_and_weights_tell(sine, labelled):
    for inspection in (sine, labelled):
        document, _ = _unpack(pack(inspection))
        assert set(document["readings"]) == set(inspection.readings)
        for name, reading in inspection.readings.items():
            found = document["readings"][name]
            assert found["summary"] == reading.summary
            assert len(found["table"]) == found["rows"] == len(reading.table())
        assert "values" not in document["readings"]["contributions"]
        assert set(document["readings"]["extrapolation"]["support"]) == {"low", "high", "gaps"}


def test_the_default_sine_is_small_and_fast_to_pack(sine):
    seconds, blob = [], b""
    for _ in range(5):
        began = time.process_time()
        blob = pack(sine)
        seconds.append(time.process_time() - began)
    assert len(blob) < 250_000
    assert min(seconds) < 0.01
