"""Tables people bring: described, chosen from, and refused in a sentence; nothing is left of what was refused."""

import asyncio
import io
import json
import os
import subprocess
import sys

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import nodewise as nw
from nodewise.child import ONE_THREAD
from nodewise.viewer.studio import uploads
from nodewise.viewer.studio.kept import display_name
from nodewise.viewer.studio.samples import dump, load
from nodewise.viewer.studio.uploads import MOST_CELLS
from studios import ROOT

CSV = b"when,time (s),place,wet,pressure\n" + b"\n".join(
    b"20%02d-01-01,%d,site %d,%s,%s" % (i, i, i % 2, b"true" if i % 3 else b"false", b"" if i == 4 else b"%d" % (i * i))
    for i in range(12)
)


def upload(studio, name, content):
    return studio.refusal("POST", "/api/tables", params={"name": name}, content=content)


def left(studio):
    return sorted(path.name for path in (studio.folder / "tables").iterdir())


def test_a_table_is_described(studio):
    about = studio.add_table("C:\\data\\rain fall.csv", CSV)
    assert about["name"] == "rain fall.csv"
    assert about["rows"] == 12
    assert about["columns"] == [
        {"name": "when", "unit": "years", "kind": "dates", "distinct": 12, "missing": 0, "feature": True},
        {"name": "time", "unit": "s", "kind": "numbers", "distinct": 12, "missing": 0, "feature": True},
        {"name": "place", "unit": "", "kind": "labels", "distinct": 2, "missing": 0, "feature": False},
        {"name": "wet", "unit": "", "kind": "labels", "distinct": 2, "missing": 0, "feature": True},
        {"name": "pressure", "unit": "", "kind": "numbers", "distinct": 11, "missing": 1, "feature": True},
    ]
    assert about in studio.get("/api/tables")
    assert about in studio.get("/api/form")["tables"]


def test_notes_call_the_file_by_the_name_people_know(studio):
    about = studio.add_table("höhe.csv", "größe,höhe\n1,2\n3,5\n4,1\n".encode("latin-1"))
    assert about["notes"] == ["Read höhe.csv as Windows-1252 text, since it is not UTF-8."]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.parquet"])
def test_every_kind_of_file_is_the_same_table(studio, name):
    frame = pl.DataFrame({"x": [1.0, 2.0, 4.0], "y": [3, 1, 2]})
    file = io.BytesIO()
    if name.endswith("parquet"):
        frame.write_parquet(file)
    else:
        frame.write_csv(file, separator="\t" if name.endswith("tsv") else ",")
    about = studio.add_table(name, file.getvalue())
    assert [(c["name"], c["kind"], c["distinct"]) for c in about["columns"]] == [
        ("x", "numbers", 3),
        ("y", "numbers", 3),
    ]
    key = studio.train(
        {"source": {"table": {"id": about["id"], "target": ["y"]}}, "settings": {"steps": 1, "hidden": [1]}}
    )
    assert studio.get(f"/api/runs/{key}")["name"] == name


def test_the_same_table_is_kept_once(studio):
    first, again = studio.add_table("same.csv", CSV), studio.add_table("same.csv", CSV)
    other = studio.add_table("other.csv", CSV)
    assert first == again
    assert other["id"] != first["id"]


def test_a_deleted_table_is_gone_and_its_runs_are_not(studio):
    about = studio.add_table("gone.csv", CSV)
    body = {
        "source": {"table": {"id": about["id"], "target": ["pressure"], "features": ["time"]}},
        "settings": {"steps": 1},
    }
    key = studio.train(body)
    assert studio.client.delete(f"/api/tables/{about['id']}").status_code == 200
    assert about["id"] not in left(studio)
    assert studio.refusal("DELETE", f"/api/tables/{about['id']}")[0] == 404
    assert studio.refusal("POST", "/api/runs", json=body) == (
        404, {"error": f"There is no table {about['id']!r}. Upload it again.", "field": "table"}
    )  # fmt: skip
    assert studio.client.get(f"/api/runs/{key}/table").content == CSV
    assert studio.client.get(f"/api/runs/{key}/document").status_code == 200


def test_the_samples_are_those_the_library_reads(studio, tmp_path):
    path = tmp_path / "rain.csv"
    path.write_bytes(CSV)
    data = nw.read_table(path, "pressure", ["when", "time"])
    about = studio.add_table("rain.csv", CSV)
    chosen = {"id": about["id"], "target": ["pressure"], "features": ["when", "time"]}
    key = studio.train({"source": {"table": chosen}, "settings": {"steps": 1}})
    assert_same(load(studio.folder / "runs" / key / "data.safetensors"), data)


def assert_same(ours, theirs):
    for name in ("inputs", "targets", "labels", "weights"):
        one, other = getattr(ours, name), getattr(theirs, name)
        assert (one is None) == (other is None)
        assert one is None or (np.array_equal(one, other) and one.dtype.kind == other.dtype.kind)
    for name in (
        "feature_names",
        "target_names",
        "feature_units",
        "target_units",
        "label",
        "name",
        "dropped",
        "notes",
        "classes",
    ):
        assert getattr(ours, name) == getattr(theirs, name)


@pytest.mark.parametrize("labels", [["a", "b", "a"], [True, False, True], [3, 1, 3]])
def test_samples_with_labels_survive_as_a_file(tmp_path, labels):
    data = nw.Dataset(
        [1, 2, 4], labels=labels, weights=[1, 2, 1], label="who", dropped=2, notes=["One."], feature_units="cm"
    )
    assert_same(load(dump(data, tmp_path / "a.safetensors")), data)


REFUSED = [
    ("empty.csv", b"", "A table must have a header and rows. Got an empty file: empty.csv. Write the data into it first."),
    ("blank.csv", b"\n\n \n", "A table must have a header and rows. Got an empty file: blank.csv. Write the data into it first."),
    ("head.csv", b"x,y\n", "A table must have rows below its header. Got only the header in head.csv. Add rows."),
    ("one.csv", b"x,y\n1,2\n", "A table must have at least two rows. Got 1 in one.csv. Add rows."),
    ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "A table must be CSV or TSV text, or Parquet. Got a PNG image: photo.csv."),
    ("page.csv", b"<!DOCTYPE html><p>", "A table must be CSV or TSV text, or Parquet. Got a web page (download the table itself): page.csv."),
    ("book.xlsx", b"PK\x03\x04", "A table's file name must end in .csv, .tsv, .tab, .txt, .parquet, .pq. Got 'book.xlsx'. Export it as CSV or rename it."),
    ("noend", b"x,y\n1,2\n", "A table's file name must end in .csv, .tsv, .tab, .txt, .parquet, .pq. Got 'noend'. Export it as CSV or rename it."),
    ("words.csv", b"a,b\nx,y\nz,w\n", "A table must have a column of varying numbers or dates to learn from. Got none in words.csv. Add one."),
    ("ragged.csv", b"a,b\n1,2\n3\n", "Every row must have as many fields as the header. Got 1 at line 3 of ragged.csv, where the header has 2 (separator: comma). Correct that line."),
    ("latin.csv", b"a,b\n1,\x81\n", "A table must be text in UTF-8 (or Windows-1252). Got byte 0x81 at place 6 of latin.csv, which is neither. Save it as CSV in UTF-8."),
    ("bad.parquet", b"PAR1" + bytes(50) + b"PAR1", "A Parquet file must be whole. Got a broken one: bad.parquet. Write or download it again."),
    ("text.parquet", b"a,b\n1,2\n", "A .parquet file must hold a Parquet table. Got something else: text.parquet. Rename it."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "sentence"), REFUSED, ids=[row[0] for row in REFUSED])
def test_files_that_are_no_tables_are_refused_and_leave_nothing(studio, name, content, sentence):
    before = left(studio)
    assert upload(studio, name, content) == (422, {"error": sentence, "field": "table"})
    assert left(studio) == before


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_ten_million_cells_are_refused(studio, kind):
    before = left(studio)
    if kind == "csv":
        content, cells = b"a,b,c,d,e\n" + b"1,2,3,4,5\n" * 2_000_000, 10_000_005
    else:
        file = io.BytesIO()
        pl.DataFrame({name: np.arange(2_000_000) for name in "abcde"}).write_parquet(file)
        content, cells = file.getvalue(), 10_000_000
    status, said = upload(studio, f"large.{kind}", content)
    assert (status, said["error"]) == (
        422,
        f"A table in the studio must have at most {MOST_CELLS:,} cells. Got about {cells:,} in large.{kind}. Leave out "
        "rows or columns, or train on it with `nodewise fit`.",
    )
    assert left(studio) == before


def test_a_file_that_unpacks_to_more_than_the_limit_ends_the_reader_alone(tmp_path):
    path = tmp_path / "bomb.parquet"
    rows = pa.table({f"c{i}": np.zeros(100_000) for i in range(50)})
    with pq.ParquetWriter(path, rows.schema) as writer:
        for _ in range(10):
            writer.write_table(rows)
    assert path.stat().st_size < 1_000_000  # and 400 MB unpacked
    job = {"path": str(path), "name": "bomb.parquet", "most_cells": MOST_CELLS}
    command = f"ulimit -v 524288; exec {sys.executable} -m {uploads._READER}"
    done = subprocess.run(
        ["sh", "-c", command], input=json.dumps(job), text=True, capture_output=True,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode or "error" in json.loads(done.stdout)


ENDED = (
    "A table must be readable within {seconds} seconds and little memory. Got a.csv, where reading was ended. Leave out "
    "rows or columns."
)


@pytest.mark.parametrize(("name", "value"), [("_READER", "nodewise.no_such_module"), ("_SECONDS", 0.01)])
def test_a_reader_that_dies_or_takes_too_long_is_a_sentence(tmp_path, monkeypatch, name, value):
    monkeypatch.setattr(uploads, name, value)
    (tmp_path / "tables").mkdir()

    async def chunks():
        yield CSV

    with pytest.raises(nw.NodewiseError) as refused:
        asyncio.run(uploads.take(tmp_path, "a.csv", chunks()))
    assert str(refused.value) == ENDED.format(seconds=uploads._SECONDS)
    assert list((tmp_path / "tables").iterdir()) == []


@pytest.mark.parametrize(
    ("chosen", "sentence", "field"),
    [
        ({}, "target must name at least one column. Got [].", "target"),
        ({"target": ["presure"]}, "target must name a column of choose.csv. Got 'presure'. Did you mean 'pressure'?", "target"),
        ({"target": ["pressure"], "features": ["place"]}, "feature 'place' must hold numbers or dates. Got 'site 0' at line 2. Correct that cell, empty it if it is missing, or choose another column.", "features"),
        ({"target": ["pressure"], "features": ["pressure"]}, "A column must be chosen once. Got 'pressure' as target and feature. Choose another column.", ""),
        ({"target": ["pressure"], "task": "clustering"}, "task must be one of auto, classification, regression. Got 'clustering'.", "task"),
        ({"target": [3]}, "target must be a list of names.", "target"),
        ({"target": "pressure", "path": "x"}, "a field of a table must be one of id, target, features, weights, task. Got 'path'.", "path"),
    ],
)  # fmt: skip
def test_choices_that_do_not_fit_the_table_are_refused(studio, chosen, sentence, field):
    about = studio.add_table("choose.csv", CSV)
    said = studio.refusal("POST", "/api/check", json={"source": {"table": {"id": about["id"], **chosen}}})
    assert said == (422, {"error": sentence} | ({"field": field} if field else {}))


@pytest.mark.parametrize("key", ["..", "0" * 12, "%2e%2e%2fruns"])
def test_tables_that_are_not_there_are_not_deleted(studio, key):
    before = left(studio)
    assert studio.refusal("DELETE", f"/api/tables/{key}")[0] in (404, 405)
    assert left(studio) == before


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.csv", "a.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.csv", "y.csv"),
        ("a\nb\x00\u202ec.csv", "abc.csv"),
        ("<img src=x onerror=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv"),
        ("x" * 200 + ".csv", "x" * 60 + "…" + "x" * 26 + ".csv"),
        ("", ""),
    ],
)
def test_a_name_is_text_of_one_line(name, shown):
    assert display_name(name) == shown
