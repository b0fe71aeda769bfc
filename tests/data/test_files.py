"""Files: every ending that is read, and every reason why a path is not a table."""

import os
import time
import tracemalloc

import polars as pl
import pytest

from nodewise.data.files import read_file
from nodewise.data.text import HEAD_BYTES
from nodewise.errors import NodewiseError

TEXT = "x,y\n1,2\n3,4\n"


@pytest.mark.parametrize("ending", [".csv", ".CSV", ".txt", ".tsv", ".tab", ".parquet", ".pq"])
def test_reads_by_ending(tmp_path, ending):
    path = tmp_path / f"table{ending}"
    if ending in {".parquet", ".pq"}:
        pl.DataFrame({"x": [1, 3], "y": [2, 4]}).write_parquet(path)
    else:
        path.write_text(TEXT.replace(",", "\t") if ending in {".tsv", ".tab"} else TEXT)
    for source in (read_file(path), read_file(str(path))):
        assert (source.name, source.headers, source.height) == (path.name, ("x", "y"), 2)


def test_a_tsv_file_is_split_at_tabs_only(tmp_path):
    (tmp_path / "a.tsv").write_text("x, metres\n1\n3\n")
    assert read_file(tmp_path / "a.tsv").headers == ("x, metres",)


def test_the_home_folder_is_understood(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.csv").write_text(TEXT)
    assert read_file("~/a.csv").height == 2


NO_FILE = "A table must be an existing file. Got '{path}', which is none. "
NO_TEXT = "A table must be CSV or TSV text, or Parquet. Got {kind}: {name}."
BROKEN = "A Parquet file must be whole. Got a broken one: {name}. Write or download it again."

# What is in the folder; which name is asked for; the message.
REFUSALS = {
    "missing": ({"co2.csv": "x"}, "c02.csv", NO_FILE + "Did you mean 'co2.csv'?"),
    "alike in the ending alone": ({"inf.csv": "x"}, "missing.csv", NO_FILE + "Check the name and the folder."),
    "another ending": ({"co2.csv": "x", "co2.tsv": "x"}, "co2.txt", NO_FILE + "Did you mean 'co2.csv' or 'co2.tsv'?"),
    "missing, none near": ({"co2.csv": "x"}, "temperature.parquet", NO_FILE + "Check the name and the folder."),
    "folder missing": ({}, "data/co2.csv", NO_FILE + "There is no folder '{folder}' either."),
    "folder": (
        {"co2.csv": "x", "b.tsv": "x", "notes.md": "x"},
        ".",
        "A table must be a file. Got the folder '{folder}'. Name a file in it: 'b.tsv', 'co2.csv'.",
    ),
    "folder without tables": (
        {},
        "",
        "A table must be a file. Got the folder '{folder}'. It holds no table; name a file.",
    ),
    "ending": (
        {"a.xlsx": "x"},
        "a.xlsx",
        (
            "A table's file name must end in .csv, .tsv, .tab, .txt, .parquet, .pq. Got 'a.xlsx'. "
            "Export it as CSV or rename it."
        ),
    ),
    "empty": (
        {"a.csv": b""},
        "a.csv",
        "A table must have a header and rows. Got an empty file: a.csv. Write the data into it first.",
    ),
    "empty Parquet": (
        {"a.parquet": b""},
        "a.parquet",
        "A table must have a header and rows. Got an empty file: a.parquet. Write the data into it first.",
    ),
    "picture": ({"a.csv": b"\x89PNG\r\n\x1a\n\0\0"}, "a.csv", NO_TEXT.replace("{kind}", "a PNG image")),
    "workbook": (
        {"a.csv": b"PK\x03\x04\x14\0"},
        "a.csv",
        NO_TEXT.replace("{kind}", "a zip archive (an Excel workbook is one; save the sheet as CSV)"),
    ),
    "web page": (
        {"a.csv": "\n<!DOCTYPE html>\n<html>"},
        "a.csv",
        NO_TEXT.replace("{kind}", "a web page (download the table itself)"),
    ),
    "Parquet named CSV": (
        {"a.csv": b"PAR1\x15\0"},
        "a.csv",
        NO_TEXT.replace("{kind}", "a Parquet file (name it .parquet)"),
    ),
    "CSV named Parquet": (
        {"a.parquet": TEXT},
        "a.parquet",
        "A .parquet file must hold a Parquet table. Got something else: a.parquet. Rename it.",
    ),
    "Parquet cut off": ({"a.parquet": b"PAR1\x15\0\x15\0"}, "a.parquet", BROKEN),
    "Parquet without sense": ({"a.pq": b"PAR1" + b"\x99" * 40 + b"\x20\0\0\0PAR1"}, "a.pq", BROKEN),
    "Parquet with an impossible list of columns": ({"a.pq": b"PAR1" + b"\xff" * 4 + b"PAR1"}, "a.pq", BROKEN),
}


@pytest.mark.parametrize(("files", "asked", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(tmp_path, files, asked, message):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    path = tmp_path / asked
    with pytest.raises(NodewiseError) as caught:
        read_file(path)
    assert str(caught.value) == message.format(path=path, name=path.name, folder=path.parent if path.suffix else path)


def test_refuses_an_address():
    with pytest.raises(NodewiseError) as caught:
        read_file("https://example.org/co2.csv")
    assert str(caught.value) == (
        "A table must be an existing file. Got 'https://example.org/co2.csv', which is none. Download it first."
    )


def test_refuses_a_pipe(tmp_path):
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    with pytest.raises(NodewiseError) as caught:
        read_file(path)
    assert str(caught.value) == (
        f"A table must be an ordinary file. Got '{path}', a device or pipe. Save it to a file first."
    )


def test_refuses_what_it_may_not_read(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    # Not by chmod: it does not stop root, who runs the tests in containers.
    monkeypatch.setattr("pathlib.Path.open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    with pytest.raises(NodewiseError) as caught:
        read_file(path)
    assert str(caught.value) == f"A table must be a readable file. Got '{path}': Permission denied."


TOO_WIDE = "Keep the columns you need; if rows and columns are swapped, transpose it."


def test_a_million_columns_are_refused_by_the_head_of_the_file(tmp_path):
    path = tmp_path / "wide.csv"
    row = "1234567," * 10**6
    path.write_text(row.replace("1234567", "abcdefg") + "y\n" + row + "1\n")
    tracemalloc.start()
    begin = time.process_time()
    with pytest.raises(NodewiseError) as caught:
        read_file(path)
    elapsed, peak = time.process_time() - begin, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    columns = HEAD_BYTES // 8 + 1
    assert str(caught.value) == (
        f"A table must have at most 10000 columns. Got more than {columns} in wide.csv. {TOO_WIDE}"
    )
    assert elapsed < 1
    assert peak < 4 * HEAD_BYTES


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_too_many_columns_are_counted(tmp_path, ending):
    frame = pl.DataFrame({f"c{i}": [1.0] for i in range(10_001)})
    path = tmp_path / f"wide{ending}"
    frame.write_csv(path) if ending == ".csv" else frame.write_parquet(path)
    with pytest.raises(NodewiseError) as caught:
        read_file(path)
    assert str(caught.value) == f"A table must have at most 10000 columns. Got 10001 in {path.name}. {TOO_WIDE}"


def test_a_file_without_line_ends_is_refused(tmp_path):
    (tmp_path / "long.csv").write_bytes(b"1" * (HEAD_BYTES + 1))
    with pytest.raises(NodewiseError) as caught:
        read_file(tmp_path / "long.csv")
    assert str(caught.value) == (
        "The first line of a table must name its columns. Got a line of more than 4 MiB in long.csv. "
        "Put each row on its own line."
    )
