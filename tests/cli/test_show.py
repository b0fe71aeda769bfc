"""Text and JSON: aligned, clean, strict."""

import json

import numpy as np

from nodewise.cli import show


def test_numbers_to_the_right_words_to_the_left_and_no_empty_column():
    rows = [
        {"name": "node 1", "share": 0.51234, "removal_cost": None, "health": ""},
        {"name": "bias", "share": -0.0, "removal_cost": None, "health": "dead"},
    ]
    assert show.table(rows) == "name    share  health\nnode 1  0.512\nbias        0  dead"


def test_no_rows_no_table():
    assert show.table([]) == ""


def test_a_long_or_hostile_name_stays_in_its_cell():
    text = show.table([{"name": "x" * 50, "on": True}, {"name": "a\x1b[2J\nb", "on": False}])
    assert text.splitlines() == ["name" + " " * 38 + "on", "x" * 39 + "…  yes", "a\\x1b[2J b" + " " * 32 + "no"]


def test_json_has_null_where_a_number_is_not_finite():
    document = {
        "a": np.array([1.0, np.nan]),
        "b": (np.inf, np.float64(2)),
        "c": {"d": None, "é": True},
        "e": np.int64(3),
    }
    text = show.as_json(document)
    assert text.isascii()
    assert json.loads(text) == {"a": [1.0, None], "b": [None, 2.0], "c": {"d": None, "é": True}, "e": 3}


def test_of_many_rows_the_first_are_shown_and_the_others_counted():
    text = show.table([{"node": i} for i in range(5)], most=3)
    assert text.splitlines() == ["node", "   0", "   1", "   2", "… 2 more rows are in the report."]
