"""Text tables: separators, encodings, quotes, comments, lines."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise.data.text import read_text
from nodewise.errors import NodewiseError

ROWS = [["1", "2"], ["3", "4"]]


def rows(source):
    return [list(row) for row in zip(*source.columns, strict=True)]


@pytest.mark.parametrize(
    "content",
    [
        b"x,y\n1,2\n3,4\n",
        b"x,y\n1,2\n3,4",
        b"x,y\r\n1,2\r\n3,4\r\n",
        b"x,y\r1,2\r3,4\r",
        b"x;y\n1;2\n3;4\n",
        b"x\ty\n1\t2\n3\t4\n",
        b"\n\n# a remark, with a comma\nx,y\n\n1,2\n   \n3,4\n\n\n",
        b'"x","y"\n"1","2"\n\n"3","4"\n',
        b"\xef\xbb\xbfx,y\n1,2\n3,4\n",
        "x,y\n1,2\n3,4\n".encode("utf-16"),
    ],
    ids=[
        "plain",
        "no last line end",
        "Windows",
        "old Mac",
        "semicolon",
        "tab",
        "blank lines",
        "quotes",
        "BOM",
        "UTF-16",
    ],
)
def test_reads(content):
    source = read_text("a.csv", content)
    assert (source.headers, rows(source), source.height, source.notes) == (("x", "y"), ROWS, 2, ())


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), min_size=2, max_size=2),
        min_size=1,
        max_size=8,
    )
)
def test_reads_whatever_the_csv_module_writes(separator, records):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([["left", "right"], *records])
    assert rows(read_text("a.csv", buffer.getvalue().encode(), separator)) == records


def test_the_separator_is_the_one_that_fits_the_rows():
    source = read_text("a.csv", b"year;ppm, dry\n1;2\n3;4\n")
    assert source.headers == ("year", "ppm, dry")


def test_one_column_needs_no_separator():
    assert rows(read_text("a.csv", b"x\n1\n3\n")) == [["1"], ["3"]]


def test_decimal_commas_of_semicolon_files_become_points_and_are_noted():
    source = read_text("a.csv", "x;s\n-1,5;São Paulo, SP\n,25e-3;1,2,3\n".encode())
    assert rows(source) == [["-1.5", "São Paulo, SP"], [".25e-3", "1,2,3"]]
    assert source.notes == ("Read the comma in numbers such as -1,5 as the decimal point.",)


def test_windows_1252_is_read_and_noted():
    source = read_text("a.csv", "größe,y\n1,2\n3,4\n".encode("cp1252"))
    assert source.headers == ("größe", "y")
    assert source.notes == ("Read a.csv as Windows-1252 text, since it is not UTF-8.",)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"x,y\n1,2\n3,4\n", [2, 3]),
        (b"\n# remark\nx,y\n\n1,2\n\n\n3,4\n", [5, 8]),
        (b'"x\nx",y\n"1\n\n1",2\r\n\r\n3,4\n', [3, 7]),
    ],
    ids=["plain", "blank lines", "line ends in quotes"],
)
def test_a_row_is_named_by_its_line_in_an_editor(content, lines):
    source = read_text("a.csv", content)
    assert [source.row(row) for row in range(2)] == [f"line {line}" for line in lines]


REFUSALS = {
    "white space": (
        b" \n\t\n",
        "A table must have a header and rows. Got an empty file: a.csv. Write the data into it first.",
    ),
    "header only": (
        b"x,y\n",
        "A table must have rows below its header. Got only the header in a.csv. Add rows.",
    ),
    "no header": (
        b"1958.2,316.1\n1958.3,317.3\n",
        (
            "The first line of a table must name its columns. Got the number 1958.2 in a.csv. "
            "Add a line of names, such as x,y, without # before it."
        ),
    ),
    "too many fields": (
        b"x,y\n1,2\n\n3,4,5\n",
        (
            "Every row must have as many fields as the header. Got 3 at line 4 of a.csv, where the header has 2 "
            "(separator: comma). Correct that line."
        ),
    ),
    "too few fields": (
        b'x;y;z\n1;2;3\n"1";2\n',
        (
            "Every row must have as many fields as the header. Got 2 at line 3 of a.csv, where the header has 3 "
            "(separator: semicolon). Correct that line."
        ),
    ),
    "repeated name": (
        b"x,y, x\n1,2,3\n",
        "Column names must differ. Got 'x' in columns 1 and 3 of a.csv. Rename one of them.",
    ),
    "open quote": (
        b'x,y\n1,2\n3,"4\n5,6\n',
        (
            "Quotes must come in pairs around a whole field, and be doubled inside it. "
            'Got a stray " at line 3 of a.csv. Correct that line.'
        ),
    ),
    "binary": (
        b"x,y\n1,\x002\n",
        (
            "A table must be CSV or TSV text, or Parquet. Got a binary file: a.csv (control character 0 at place 6). "
            "Export it as CSV in UTF-8."
        ),
    ),
    "encoding": (
        b"gr\x81n,y\n1,2\n",
        (
            "A table must be text in UTF-8 (or Windows-1252). Got byte 0x81 at place 2 of a.csv, which is neither. "
            "Save it as CSV in UTF-8."
        ),
    ),
}


@pytest.mark.parametrize(("content", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(content, message):
    with pytest.raises(NodewiseError) as caught:
        read_text("a.csv", content)
    assert str(caught.value) == message
