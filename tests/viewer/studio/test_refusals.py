"""What is asked for wrongly: each a sentence with its field, the library's own where it has one."""

import dataclasses
import json

import pytest

import nodewise as nw
from nodewise.training.settings import Settings
from studios import SINE

WRONG = {
    "hidden": [0],
    "activation": "sigmoidal",
    "solver": "adams",
    "steps": 0,
    "learning_rate": -1,
    "start": "somewhere",
    "starts": 1.5,
    "l2": -0.1,
    "l2_on": "biases",
    "loss": "square",
    "batch": 0,
    "validation": 1,
    "patience": "long",
    "scale": 1,
    "scaler": "mean",
    "precision": "float16",
    "history_megabytes": 0,
    "seed": -1,
}


def asked(studio, body, path="/api/check"):
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return studio.refusal("POST", path, content=content)


def test_every_setting_is_tried():
    assert set(WRONG) == {field.name for field in dataclasses.fields(Settings)}


@pytest.mark.parametrize("name", WRONG)
def test_a_setting_out_of_range_is_refused_in_the_library_s_words(studio, name):
    value = WRONG[name]
    with pytest.raises(nw.NodewiseError) as refused:
        Settings(**{name: tuple(value) if isinstance(value, list) else value})
    expected = (422, {"error": str(refused.value), "field": name})
    for path in ("/api/check", "/api/runs"):
        assert asked(studio, {**SINE, "settings": {name: value}}, path) == expected


@pytest.mark.parametrize("name", ["steps", "patience", "learning_rate", "l2", "validation", "history_megabytes"])
def test_a_number_of_hundreds_of_digits_is_refused_in_the_library_s_words(studio, name):
    with pytest.raises(nw.NodewiseError) as refused:
        Settings(**{name: 10**400})
    assert asked(studio, {**SINE, "settings": {name: 10**400}}) == (422, {"error": str(refused.value), "field": name})


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"samples": 1}, "samples"),
        ({"samples": "many"}, "samples"),
        ({"noise": -1}, "noise"),
        ({"noise": [1]}, "noise"),
        ({"low": 3, "high": 3}, "low"),
        ({"high": True, "low": None}, "low"),
        ({"seed": 0.5}, "seed"),
    ],
)
def test_a_problem_out_of_range_is_refused_in_the_library_s_words(studio, options, field):
    with pytest.raises(nw.NodewiseError) as refused:
        nw.problems.make("sine", **options)
    body = {"source": {"problem": {"name": "sine", **options}}}
    assert asked(studio, body) == (422, {"error": str(refused.value), "field": field})


@pytest.mark.parametrize(
    ("data", "settings", "field"),
    [
        (nw.problems.sine(), {"batch": 51}, "batch"),
        (nw.problems.sine(), {"solver": "lbfgs", "batch": 5}, "solver"),
        (nw.problems.sine(), {"solver": "variable_projection", "loss": "huber"}, "solver"),
        (nw.problems.sine(), {"hidden": (1 << 20, 1 << 20)}, "hidden"),
    ],
)
def test_settings_that_do_not_fit_the_data_are_refused_before_training(studio, data, settings, field):
    with pytest.raises(nw.NodewiseError) as refused:
        nw.fit(data, **settings)
    status, said = asked(studio, {**SINE, "settings": settings})
    assert (status, said) == (422, {"error": str(refused.value), "field": field})


@pytest.mark.parametrize(
    ("points", "sentence", "field"),
    [
        ({"inputs": [[0], [1]]}, "points must have inputs, and either targets or labels.", "points"),
        ({"inputs": "abc", "targets": [1]}, "inputs must be a list.", "inputs"),
        ({"inputs": [[0], [1]], "labels": [[1], [1, 2]]}, "labels must be texts, whole numbers, or true and false.", "labels"),
        ({"inputs": [[0], [1]], "labels": [1.5, 2]}, "labels must be texts, whole numbers, or true and false.", "labels"),
        ({"inputs": [[0]], "targets": [[1]]}, "A dataset must have at least two samples. Got 1. Add samples.", ""),
        ({"inputs": [], "targets": []}, "A dataset must have at least two samples. Got 0. Add samples.", ""),
        ({"inputs": [[0], [1, 2]], "targets": [1, 2]}, "inputs must have equally many values in every sample. Got rows of different lengths.", "inputs"),
        ({"inputs": [[0], [{}]], "targets": [1, 2]}, "inputs must be numbers. Got {} at sample 1 of feature 'x'. Convert that column to numbers or leave it out.", "inputs"),
        ({"inputs": [[0], [1]], "targets": [[1], ["a"]]}, "targets must be numbers. Got '1' at sample 0 of target 'y'. Convert that column to numbers or leave it out.", "targets"),
        ({"inputs": [[0], [1]], "targets": [[1], [1]]}, "target 'y' must vary. All 2 values equal 1. There is nothing to learn; choose another target.", "target"),
        ({"inputs": [[0], [1e200]], "targets": [[1], [2]]}, "inputs must lie between -1e100 and 1e100. Got 1e+200 at sample 1 of feature 'x'. Use a larger unit.", "inputs"),
        ({"inputs": [[0], [1]], "labels": ["a", "b"]}, "every class of 'label' must have at least two samples. Got 1 of 'a' and of 1 more. Add samples or leave such classes out.", "target"),
        ({"inputs": [[0], [1]], "labels": ["a", "a"]}, "'label' must have at least two classes. All 2 samples are 'a'. There is nothing to tell apart; add samples of another class.", ""),
        ({"inputs": [[0], [1]], "targets": [1, 2], "name": "x"}, "a field of points must be one of inputs, targets, labels. Got 'name'.", "name"),
    ],
)  # fmt: skip
def test_points_that_are_none_are_refused(studio, points, sentence, field):
    assert asked(studio, {"source": {"points": points}}) == (
        422,
        {"error": sentence} | ({"field": field} if field else {}),
    )


DEEP = '{"a":' * 5000 + "1" + "}" * 5000


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "A request must be JSON in UTF-8. Got something else."),
        (b"{", "A request must be JSON in UTF-8. Got something else."),
        (b"\xff\xfe{}", "A request must be JSON in UTF-8. Got something else."),
        ("[1" + "0" * 5000 + "]", "A request must be JSON in UTF-8. Got something else."),
        ("[]", "A request must be a JSON object. Got a list."),
        ('"text"', "A request must be a JSON object. Got text."),
        ("null", "A request must be a JSON object. Got null."),
        ('{"source": NaN}', "Numbers must be finite. Got NaN."),
        ('{"source": {"points": {"inputs": [-Infinity]}}}', "Numbers must be finite. Got -Infinity."),
        ('{"source": "\\ud800"}', "A request must be JSON in UTF-8. Got half a character: a lone surrogate."),
        (DEEP, "A request must be at most 20 levels deep. Got a deeper one."),
        ("[" * 100_000, "A request must be at most 20 levels deep. Got a deeper one."),
        ('{"a":' * 21 + "{}" + "}" * 21, "A request must be at most 20 levels deep. Got a deeper one."),
    ],
    ids=range(13),
)  # fmt: skip
def test_bodies_that_are_no_requests_are_refused(studio, body, sentence):
    assert asked(studio, body) == (400, {"error": sentence})


@pytest.mark.parametrize(
    ("body", "sentence", "field"),
    [
        ({}, "source must be an object with one of problem, table, points, model.", "source"),
        ({"source": []}, "source must be an object with one of problem, table, points, model.", "source"),
        ({"source": {"problem": {}, "points": {}}}, "source must be an object with one of problem, table, points, model.", "source"),
        ({"source": {"problem": "sine"}}, "problem must be an object.", "problem"),
        ({"source": {"problem": {"name": 3}}}, f"problem must have a name: {', '.join(nw.problems.names())}.", "problem"),
        ({**SINE, "settings": []}, "settings must be an object of names and values.", "settings"),
        ({**SINE, "settings": {"step": 3}}, None, "step"),
        ({**SINE, "extra": 3}, "a field of a request must be one of source, settings. Got 'extra'.", "extra"),
        ({"source": {"problem": {"name": "sine", "samples": 1_000_001}}}, "samples must be at most 1,000,000 in the studio. Got 1000001.", "samples"),
        ({"source": {"table": {"id": "0" * 12}}}, "There is no table '000000000000'. Upload it again.", "table"),
        ({"source": {"table": {"id": "../../etc"}}}, "There is no table '../../etc'. Upload it again.", "table"),
        ({"source": {"table": {"id": ["a"]}}}, "There is no table \"['a']\". Upload it again.", "table"),
    ],
)  # fmt: skip
def test_requests_of_another_form_are_refused(studio, body, sentence, field):
    status, said = asked(studio, body)
    assert status in (404, 422)
    assert said["field"] == field
    if sentence:
        assert said["error"] == sentence


def test_an_unknown_problem_is_refused_in_the_library_s_words(studio):
    with pytest.raises(nw.NodewiseError) as refused:
        nw.problems.make("sin")
    assert asked(studio, {"source": {"problem": {"name": "sin"}}}) == (
        422,
        {"error": str(refused.value), "field": "problem"},
    )


def test_what_is_right_passes(studio):
    assert asked(studio, SINE) == (200, {})
    assert asked(studio, {**SINE, "settings": {"hidden": [], "learning_rate": None}}) == (200, {})


@pytest.mark.parametrize("key", ["0" * 12, "..", "%2e%2e", "..%2f..%2ftoken", "a" * 5000, "0" * 11 + "G", "é"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("DELETE", ""), ("GET", "/progress"), ("POST", "/cancel"), ("GET", "/document")]
)
def test_ids_that_name_nothing_are_refused(studio, method, path, key):
    status, said = studio.refusal(method, f"/api/runs/{key}{path}")
    assert status in (404, 405)
    assert said["error"]
    assert (studio.folder / "token").exists()
    assert (studio.folder / "runs").exists()
