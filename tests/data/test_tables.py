"""read_table: the choice of columns, the rows dropped, the notes, and the same numbers from every kind of table."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise.data.tables import read_table
from nodewise.errors import NodewiseError

TABLE = """\
day,station,mass (kg),ppm [µmol/mol],ok,same,gone
2001-01-01,Mauna Loa,1.5,370,true,7,
2001-07-02,Barrow,NA,371,false,7,
2002-01-01,Mauna Loa,2.5,,true,7,NA
2002-07-02,Samoa,3.5,373,false,7,
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "air.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_takes_every_column_that_teaches_something(table):
    data = read_table(table, target="ppm")
    assert data.feature_names == ("day", "mass", "ok")
    assert data.feature_units == ("years", "kg", "")
    assert (data.target_names, data.target_units) == (("ppm",), ("µmol/mol",))
    np.testing.assert_array_equal(data.inputs, [[2001, 1.5, 1], [2002 + 182 / 365, 3.5, 0]])
    np.testing.assert_array_equal(data.targets, [[370], [373]])
    assert (data.name, data.dropped) == ("air", 2)
    assert data.notes == (
        "Left out 'station': not numeric.",
        "Left out 'same': all values equal 7.",
        "Left out 'gone': no values.",
        "Dropped 2 of 4 rows with missing values.",
    )


def test_gaps_outside_the_chosen_columns_drop_nothing(table):
    data = read_table(table, target="day", features=["ok"])
    assert (data.samples, data.dropped, data.notes) == (4, 0, ())
    assert data.target_units == ("years",)


def test_names_with_and_without_their_unit(table):
    with_unit = read_table(table, target=["ppm [µmol/mol]"], features="mass (kg)")
    without = read_table(table, target="ppm", features=("mass",))
    np.testing.assert_array_equal(with_unit.inputs, without.inputs)
    assert with_unit.feature_names == without.feature_names == ("mass",)


def test_several_targets_and_features_keep_their_order(table):
    data = read_table(table, target=["ok", "day"], features=["ppm", "mass"])
    assert (data.target_names, data.feature_names) == (("ok", "day"), ("ppm", "mass"))
    np.testing.assert_array_equal(data.targets[:, 0], [1, 0])


def test_weights_are_no_feature(tmp_path):
    path = tmp_path / "w.csv"
    path.write_text("x,y,n\n1,2,10\n2,3,0\n3,5,\n")
    data = read_table(path, target="y", weights="n")
    np.testing.assert_array_equal(data.weights, [10, 0])
    assert (data.feature_names, data.dropped) == (("x",), 1)


def test_a_feature_that_varies_only_in_dropped_rows_is_left_out(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x,z,y\n1,5,1\n2,5,2\n3,6,\n")
    data = read_table(path, target="y")
    assert data.feature_names == ("x",)
    assert data.notes == ("Left out 'z': all values equal 5.", "Dropped 1 of 3 rows with missing values.")


def test_a_frame_gives_data_without_a_file_name():
    assert read_table(pl.DataFrame({"x": [1, 2], "y": [3, 4]}), "y").name == "data"


finite = st.floats(-1e99, 1e99, allow_nan=False, allow_infinity=False)


rows_of_numbers = st.lists(
    st.tuples(finite, finite, st.none() | finite),
    min_size=2,
    max_size=15,
    unique_by=(lambda row: row[0], lambda row: row[1]),
)


@given(rows_of_numbers)
def test_every_kind_of_table_gives_the_same_numbers(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("tables")
    frame = pl.DataFrame(rows, schema={"x": pl.Float64, "y": pl.Float64, "z": pl.Float64}, orient="row")
    frame.write_csv(folder / "a.csv")
    frame.write_csv(folder / "a.tsv", separator="\t")
    frame.write_parquet(folder / "a.parquet")
    sources = [
        frame,
        frame.to_arrow(),
        frame.to_pandas(),
        *(folder / f"a{end}" for end in (".csv", ".tsv", ".parquet")),
    ]
    chosen = [row for row in rows if row[2] is not None]
    for source in sources:
        data = read_table(source, target="y", features="x")
        np.testing.assert_array_equal(data.inputs[:, 0], [row[0] for row in rows])
        np.testing.assert_array_equal(data.targets[:, 0], [row[1] for row in rows])
        if len({row[2] for row in chosen}) > 1:
            data = read_table(source, target="y", features=["z", "x"])
            np.testing.assert_array_equal(data.inputs, [(row[2], row[0]) for row in chosen])
            assert data.dropped == len(rows) - len(chosen)


CORRECT = "Correct that cell, empty it if it is missing, or choose another column."
CLASSES = ' If it holds classes, say task="classification" (--task classification).'
# The text of a.csv; the arguments; the message.
REFUSALS = {
    "one row": (
        "x,y\n1,2\n",
        {"target": "y"},
        "A table must have at least two rows. Got 1 in a.csv. Add rows.",
    ),
    "target missing": (
        "year,ppm\n1,2\n3,4\n",
        {"target": "pmm"},
        "target must name a column of a.csv. Got 'pmm'. Did you mean 'ppm'?",
    ),
    "target missing, none near": (
        "year,ppm\n1,2\n3,4\n",
        {"target": "carbon"},
        "target must name a column of a.csv. Got 'carbon'. Its columns are 'year', 'ppm'.",
    ),
    "feature missing": (
        "year,ppm\n1,2\n3,4\n",
        {"target": "ppm", "features": ["yaer"]},
        "feature must name a column of a.csv. Got 'yaer'. Did you mean 'year'?",
    ),
    "weights missing": (
        "year,ppm\n1,2\n3,4\n",
        {"target": "ppm", "weights": "w"},
        "weights must name a column of a.csv. Got 'w'. Its columns are 'year', 'ppm'.",
    ),
    "no target": ("x,y\n1,2\n3,4\n", {"target": []}, "target must name at least one column. Got []."),
    "no feature": (
        "x,y\n1,2\n3,4\n",
        {"target": "y", "features": []},
        "feature must name at least one column. Got [].",
    ),
    "target among features": (
        "x,y\n1,2\n3,4\n",
        {"target": "y", "features": ["x", "y"]},
        "A column must be chosen once. Got 'y' as target and feature. Choose another column.",
    ),
    "feature twice": (
        "x,y\n1,2\n3,4\n",
        {"target": "y", "features": ["x", "x"]},
        "A column must be chosen once. Got 'x' as feature twice. Choose another column.",
    ),
    "weights also feature": (
        "x,y\n1,2\n3,4\n",
        {"target": "y", "features": ["x"], "weights": "x"},
        "A column must be chosen once. Got 'x' as feature and weights. Choose another column.",
    ),
    "no numeric column": (
        "name,same,y\na,1,2\nb,1,4\n",
        {"target": "y"},
        (
            "a.csv must have a column of varying numbers or dates besides the target. Left out 'name': not numeric. "
            "Left out 'same': all values equal 1. Add one."
        ),
    ),
    "no other column": (
        "y\n2\n4\n",
        {"target": "y"},
        "a.csv must have a column of varying numbers or dates besides the target. There is no other column. Add one.",
    ),
    "no column left": (
        "x,y\n1,2\n1,3\n2,\n",
        {"target": "y"},
        (
            "a.csv must have a column of varying numbers or dates besides the target. "
            "Left out 'x': all values equal 1. Add one."
        ),
    ),
    "target of words": (
        "x,y\n1,a\n\n3,b\n",
        {"target": "y", "task": "regression"},
        f"target 'y' must hold numbers or dates. Got 'a' at line 2. {CORRECT}{CLASSES}",
    ),
    "a word among numbers": (
        "x,y\n1,2\n\n2,4\n3,about 5\n",
        {"target": "y"},
        f"target 'y' must hold numbers or dates. Got 'about 5' at line 5. {CORRECT}{CLASSES}",
    ),
    "a word among the numbers of a feature nobody chose": (
        "x,y\n1,2\n2,4\noops,5\n",
        {"target": "y"},
        f"feature 'x' must hold numbers or dates. Got 'oops' at line 4. {CORRECT}",
    ),
    "feature of words, chosen": (
        "s,y\na,2\nb,4\n",
        {"target": "y", "features": "s"},
        f"feature 's' must hold numbers or dates. Got 'a' at line 2. {CORRECT}",
    ),
    "a long cell": (
        f"x,y\n1,{'ab' * 100}\n2,3\n3,4\n",
        {"target": "y"},
        f"target 'y' must hold numbers or dates. Got '{'ab' * 20}…' at line 2. {CORRECT}{CLASSES}",
    ),
    "infinity": (
        "x,y\n1,2\n-inf,4\n",
        {"target": "y"},
        "feature 'x' must hold finite numbers. Got '-inf' at line 3. Correct that cell, or empty it if it is missing.",
    ),
    "no values": (
        "x,y\n1,NA\n2,\n",
        {"target": "y"},
        "target 'y' must hold numbers. Got no value in any of 2 rows. Choose another column.",
    ),
    "no whole row": (
        "x,z,y\n1,,2\n,3,4\n,4,5\n",
        {"target": "y", "features": ["x", "z"]},
        (
            "At least two rows must have a value in every chosen column. Got 0 of 3; 'x' alone lacks 2. "
            "Choose other features or fill the gaps."
        ),
    ),
    "equal target": (
        "x,y\n1,2\n2,2\n3,\n",
        {"target": "y"},
        "target 'y' must vary. All 2 values equal 2. Choose another column.",
    ),
    "equal feature, chosen": (
        "x,y\n1,2\n1,3\n",
        {"target": "y", "features": "x"},
        "feature 'x' must vary. All 2 values equal 1. Choose another column.",
    ),
    "negative weight": (
        "x,y,w\n1,2,1\n2,3,-1\n",
        {"target": "y", "weights": "w"},
        "weights column 'w' must not be negative. Got -1 at line 3. Use 0 to leave a row out of training.",
    ),
    "zero weights": (
        "x,y,w\n1,2,0\n2,3,0\n",
        {"target": "y", "weights": "w"},
        "weights must not all be zero. Give at least one sample a positive weight.",
    ),
}


@pytest.mark.parametrize(("text", "arguments", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(tmp_path, text, arguments, message):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(NodewiseError) as caught:
        read_table(tmp_path / "a.csv", **arguments)
    assert str(caught.value) == message


def test_a_row_of_a_frame_is_counted_from_one():
    with pytest.raises(NodewiseError) as caught:
        read_table(pl.DataFrame({"x": [1.0, 2.0, np.inf], "y": [1, 2, 3]}), "y")
    assert str(caught.value) == (
        "feature 'x' must hold finite numbers. Got 'inf' at row 3 (counted from 1). "
        "Correct that cell, or empty it if it is missing."
    )


def test_rows_that_lack_a_feature_are_kept_for_a_model_that_takes_gaps():
    frame = pl.DataFrame(
        {"a": [1.0, None, 3, 4], "b": [None, None, 2.0, 2], "c": [1.0, 2, 3, 4], "y": [1.0, 2, 3, None]}
    )
    data = read_table(frame, "y", ["a", "c"], gaps=True)
    np.testing.assert_array_equal(data.inputs, [[1, 1], [np.nan, 2], [3, 3]])
    assert data.notes == (
        "Dropped 1 of 4 rows with missing values.",
        "1 of 4 rows have gaps; the model is given them as they are.",
    )
    assert read_table(frame, "y", ["a", "c"]).samples == 2
    with pytest.raises(NodewiseError) as refused:
        read_table(frame, "y", ["b", "c"], gaps=True)
    assert str(refused.value) == "feature 'b' must vary. All 1 values equal 2. Choose another column."
    assert read_table(frame, "y", gaps=True).feature_names == ("a", "c")
