"""Parquet read by batches: the same rows as read whole, whatever the row groups, and what is no such file refused."""

from contextlib import suppress
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodewise.data import batches as module
from nodewise.data.batches import batches, look
from nodewise.data.footer import FooterError, row_groups
from nodewise.data.tables import read_table
from nodewise.errors import NodewiseError

parquet = pytest.importorskip("pyarrow.parquet")


def written(path, rows=100, group=16, seed=0):
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, 3))
    pl.DataFrame(values, schema=["a", "b [m]", "c"]).write_parquet(path, row_group_size=group)
    return values


def joined(found):
    return np.concatenate([batch.values for batch in found])


@given(st.integers(1, 400), st.integers(1, 90), st.integers(1, 120), st.sampled_from([1 << 26, 500, 24]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_all_rows_come_in_order_whatever_the_groups(tmp_path, rows, group, size, part):
    path = tmp_path / "table.parquet"
    values = written(path, rows, group)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PART", part)  # small parts send row groups through a file
        found = list(batches(path, ["b", "a", "c"], rows=size))
    np.testing.assert_array_equal(joined(found), values[:, [1, 0, 2]])
    assert max(len(batch.values) for batch in found) <= size


@pytest.mark.parametrize("group", [1, 7, 1000])
def test_row_groups_are_those_pyarrow_sees(tmp_path, group):
    path = tmp_path / "table.parquet"
    written(path, 100, group)
    seen = parquet.ParquetFile(path)
    assert row_groups(path) == [seen.metadata.row_group(i).num_rows for i in range(seen.num_row_groups)]
    parquet.write_table(seen.read(), path, row_group_size=group)  # another writer
    seen = parquet.ParquetFile(path)
    assert row_groups(path) == [seen.metadata.row_group(i).num_rows for i in range(seen.num_row_groups)]


@pytest.mark.parametrize("part", [1 << 26, 100])
def test_dates_truths_whole_numbers_and_gaps_are_as_in_a_table_read_whole(tmp_path, part, monkeypatch):
    monkeypatch.setattr(module, "_PART", part)
    frame = pl.DataFrame(
        {
            "day": [date(2001, 7, 2), None, *[date(2000, 1, 1 + i) for i in range(10)]],
            "on": [True, False, None, *[i % 2 == 0 for i in range(9)]],
            "whole": [2**40, *range(10), None],
            "y": [float(i) for i in range(12)],
        }
    )
    path = tmp_path / "table.parquet"
    frame.write_parquet(path, row_group_size=5)
    data = read_table(path, "y", ["day", "on", "whole"], task="regression")
    found = list(batches(path, ["day", "on", "whole", "y"], rows=4))
    np.testing.assert_array_equal(joined(found), np.hstack([data.inputs, data.targets]))
    assert sum(batch.dropped for batch in found) == data.dropped == 3


@pytest.mark.parametrize("part", [1 << 26, 100])
@pytest.mark.parametrize(("labels", "classes"), [(["x", None, " y", "x"], ("x", "y")), ([1, None, 2, 1], (1, 2))])
def test_labels_become_places_among_the_classes(tmp_path, labels, classes, part, monkeypatch):
    monkeypatch.setattr(module, "_PART", part)
    path = tmp_path / "table.parquet"
    pl.DataFrame({"a": [1.0, 2.0, 3.0, 4.0] * 10, "k": labels * 10}).write_parquet(path, row_group_size=15)
    found = list(batches(path, ["a"], 8, "k", classes))
    np.testing.assert_array_equal(np.concatenate([batch.codes for batch in found]), [0, 1, 0] * 10)
    np.testing.assert_array_equal(joined(found)[:, 0], [1, 3, 4] * 10)


def test_columns_that_are_missing_or_no_numbers_are_refused(tmp_path):
    path = tmp_path / "table.parquet"
    pl.DataFrame({"a": [1.0, np.inf], "word": ["x", "y"]}).write_parquet(path)
    for columns, message in (
        (["b"], "column must name a column of table.parquet. Got 'b'. Did you mean 'a'?"),
        (
            ["word"],
            "column 'word' must hold numbers or dates. Got String in table.parquet. Choose another column, or convert "
            "it.",
        ),
        (
            ["a"],
            "column 'a' must hold finite numbers between -1e100 and 1e100. Got inf at row 2 (counted from 1). Correct "
            "that cell, or empty it if it is missing.",
        ),
    ):
        with pytest.raises(NodewiseError) as error:
            list(batches(path, columns))
        assert str(error.value).replace("Its columns are 'a', 'word'.", "Did you mean 'a'?") == message


def test_broken_files_are_refused(tmp_path):
    path = tmp_path / "table.parquet"
    written(path, 500)
    whole = path.read_bytes()
    broken = "A Parquet file must be whole. Got a broken one: table.parquet. Write or download it again."
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NodewiseError) as error:
        look(path)
    assert str(error.value) == broken
    path.write_bytes(whole[:4] + bytes(len(whole) // 2) + whole[4 + len(whole) // 2 :])  # zeros for data
    with pytest.raises(NodewiseError) as error:
        list(batches(path, ["a"]))
    assert str(error.value) == broken
    with pytest.raises(NodewiseError, match=r"^A table read by batches must be a Parquet file\. Got 'rows\.csv'\."):
        (tmp_path / "rows.csv").write_text("a\n1\n")
        look(tmp_path / "rows.csv")


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_no_footer_makes_the_reader_stumble(tmp_path, junk):
    path = tmp_path / "junk.parquet"
    path.write_bytes(b"PAR1" + junk + len(junk).to_bytes(4, "little") + b"PAR1")
    with suppress(FooterError):
        assert all(rows >= 0 for rows in row_groups(path))
