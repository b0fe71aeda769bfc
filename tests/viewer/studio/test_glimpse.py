"""The samples the form draws are those that would be trained on."""

import numpy as np

import nodewise as nw
from nodewise.viewer.studio import glimpse


def test_all_samples_of_a_small_problem_as_they_are(studio):
    given = studio.client.post("/api/samples", json={"source": {"problem": {"name": "sine", "samples": 7, "seed": 3}}})
    data = nw.problems.sine(samples=7, seed=3)
    assert given.json() == {"samples": 7, "inputs": data.inputs.tolist(), "targets": data.targets.tolist()}


def test_labels_come_as_codes_of_the_classes():
    data = nw.Dataset([[0.0], [1.0], [2.0]], labels=["b", "a", "b"])
    assert glimpse.of(data) == {"samples": 3, "inputs": [[0.0], [1.0], [2.0]], "codes": [1, 0, 1]}


def test_of_many_samples_some_are_chosen_evenly_from_end_to_end():
    values = np.arange(10_000.0)[:, None]
    shown = np.array(glimpse.of(nw.Dataset(values, values))["inputs"])[:, 0]
    assert (len(shown), shown[0], shown[-1]) == (glimpse.MOST, 0, 9999)
    assert set(np.diff(shown)) == {33.0, 34.0}


def test_a_source_that_cannot_be_is_refused_at_its_field(studio):
    body = {"source": {"problem": {"name": "sine", "samples": 1}}}
    assert studio.refusal("POST", "/api/samples", json=body) == (
        422, {"error": "samples must be a whole number of at least 2. Got 1.", "field": "samples"}
    )  # fmt: skip


def test_only_the_columns_chosen_of_a_table_are_drawn(studio):
    table = studio.add_table("drawn.csv", b"a,b,c\n1,5,2\n2,7,4\n3,6,7\n")
    source = {"table": {"id": table["id"], "target": ["c"], "features": ["b"]}}
    given = studio.client.post("/api/samples", json={"source": source}).json()
    assert (given["inputs"], given["targets"]) == ([[5], [7], [6]], [[2], [4], [7]])
