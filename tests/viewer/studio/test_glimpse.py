"""The samples the form shows before there is a run."""

import numpy as np
import pytest

import nodewise as nw


def asked(studio, source):
    answer = studio.client.post("/api/samples", json={"source": source})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_they_are_the_problem_s(studio):
    data = nw.problems.sine(samples=20, seed=3)
    shown = asked(studio, {"problem": {"name": "sine", "samples": 20, "seed": 3}})
    assert shown == {"samples": 20, "inputs": data.inputs.tolist(), "targets": data.targets.tolist()}


@pytest.mark.parametrize("samples", [301, 100_000])
def test_of_many_some_are_shown_from_first_to_last(studio, samples):
    shown = asked(studio, {"problem": {"name": "sine", "samples": samples}})
    data = nw.problems.sine(samples=samples)
    assert shown["samples"] == samples
    assert len(shown["inputs"]) == 300
    assert (shown["inputs"][0], shown["inputs"][-1]) == (data.inputs[0].tolist(), data.inputs[-1].tolist())
    assert np.isin(np.array(shown["targets"]), data.targets).all()


def test_classes_are_codes_and_a_table_s_samples_are_read(studio):
    about = studio.add_table("who.csv", b"x,who\n1,b\n2,a\n3,b\n4,a\n")
    shown = asked(studio, {"table": {"id": about["id"], "target": ["who"]}})
    assert shown == {"samples": 4, "inputs": [[1.0], [2.0], [3.0], [4.0]], "codes": [1, 0, 1, 0]}


def test_settings_are_not_asked_for_and_the_source_is_checked(studio):
    assert studio.refusal("POST", "/api/samples", json={"source": {"problem": {"name": "sine", "samples": 1}}}) == (
        422, {"error": "samples must be a whole number of at least 2. Got 1.", "field": "samples"}
    )  # fmt: skip
    assert asked(studio, {"points": {"inputs": [[0], [1]], "targets": [1, 2]}})["targets"] == [[1.0], [2.0]]
