"""Text tables (CSV, TSV): encoding, separator, header, cells, and the line of a row as an editor counts it.

Read here in plain Python and not with Polars: for the tables people fit by hand this takes milliseconds where importing
Polars takes half a second, rows of the wrong length are refused instead of filled or cut, and lines are known.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from nodewise.data.source import Source, checked_headers, refuse_width
from nodewise.errors import NodewiseError

HEAD_BYTES = 1 << 22

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_SAMPLE_LINES = 20
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*")
# What a text file has no use for; tab, line feed, form feed and carriage return are fine.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_KINDS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive (an Excel workbook is one; save the sheet as CSV)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (save the sheet as CSV)"),
    (b"\x1f\x8b", "a gzip archive (unpack it)"),
    (b"PAR1", "a Parquet file (name it .parquet)"),
    (b"\x89HDF", "an HDF5 file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"<!doctype html", "a web page (download the table itself)"),
    (b"<html", "a web page (download the table itself)"),
)


def read_text(table: str, content: bytes, separator: str | None = None) -> Source:
    """Read the text table `content`.

    Args:
        table: The file's name, for messages.
        content: The whole file.
        separator: Between two fields; found from the first lines if None.

    Raises:
        NodewiseError: If it is empty, no text, has no header or no rows, or a row is too long or too short.
    """
    text, notes = _decoded(table, content)
    skipped, text = _from_header(text)
    if not text:
        raise NodewiseError(
            f"A table must have a header and rows. Got an empty file: {table}. Write the data into it first."
        )
    separator = separator or _separator(text)
    records = _records(table, text, separator, skipped)
    headers = checked_headers(table, next(records)[1])
    _refuse_numbers_as_header(table, headers)
    rows = _rectangle(table, records, headers, separator)
    if not rows:
        raise NodewiseError(f"A table must have rows below its header. Got only the header in {table}. Add rows.")
    columns: list[list[str]] = [list(column) for column in zip(*rows, strict=True)]
    if separator == ";":
        columns, comma_notes = _with_points(columns)
        notes += comma_notes

    def place(row: int) -> str:
        starts = (line for line, _ in _records(table, text, separator, skipped))
        return f"line {next(islice(starts, row + 1, None))}"

    return Source(table, headers, columns, len(rows), place, notes)


def check_head(table: str, head: bytes) -> None:
    """Refuse what cannot be a table by its first HEAD_BYTES bytes: other file types, and far too many columns.

    A file with a million columns is refused here, before the rest of it is read.
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:16].lower()
    kind = next((kind for magic, kind in _KINDS if start.startswith(magic.lower())), None)
    if kind:
        raise NodewiseError(f"A table must be CSV or TSV text, or Parquet. Got {kind}: {table}.")
    first_line = re.split(rb"[\r\n]", head.lstrip(b"\r\n"), maxsplit=1)[0]
    widest = 1 + max(first_line.count(separator.encode()) for separator in _SEPARATORS)
    whole = len(first_line) < len(head) or len(head) < HEAD_BYTES
    refuse_width(table, widest, "" if whole else f"more than {widest}")
    if not whole:
        raise NodewiseError(
            f"The first line of a table must name its columns. Got a line of more than {HEAD_BYTES >> 20} MiB in "
            f"{table}. Put each row on its own line."
        )


def _decoded(table: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text, its line ends as line feeds, and a note where the encoding had to be guessed."""
    notes: tuple[str, ...] = ()
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, notes = _guessed(table, content), (f"Read {table} as Windows-1252 text, since it is not UTF-8.",)
    control = _CONTROL.search(text)
    if control:
        raise NodewiseError(
            f"A table must be CSV or TSV text, or Parquet. Got a binary file: {table} (control character "
            f"{ord(control[0])} at place {control.start()}). Export it as CSV in UTF-8."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _guessed(table: str, content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise NodewiseError(
            f"A table must be text in UTF-8 (or Windows-1252). Got byte 0x{content[error.start]:02x} at place "
            f"{error.start} of {table}, which is neither. Save it as CSV in UTF-8."
        ) from None


def _from_header(text: str) -> tuple[int, str]:
    """Return how many blank lines and lines starting with # come first, and the text after them."""
    lead = re.match(r"(?:[^\S\n]*(?:#[^\n]*)?\n)*", text)
    skip = lead.end() if lead else 0
    body = text[skip:]
    return text.count("\n", 0, skip), "" if body.isspace() else body.rstrip("\n")


def _separator(text: str) -> str:
    """Return the separator that splits the most of the first lines as it splits the header; comma if none does."""
    end = -1
    for _ in range(_SAMPLE_LINES):
        end = text.find("\n", end + 1)
        if end < 0:
            break
    sample = text if end < 0 else text[:end]

    def score(separator: str) -> tuple[int, int]:
        try:
            records = list(csv.reader(io.StringIO(sample, newline=""), delimiter=separator))
        except csv.Error:  # a field beyond the limit of the csv module: most likely one quote that is never closed
            return 0, 0
        widths = [len(record) for record in records if record]
        return (widths.count(widths[0]), widths[0]) if widths and widths[0] > 1 else (0, 0)

    return max(_SEPARATORS, key=score)


def _records(table: str, text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the line (from 1, in the file) each record starts on, and its fields; blank lines are none.

    Raises:
        NodewiseError: If quotes do not pair up.
    """
    if '"' not in text:  # three times as fast as the csv module
        for line, content in enumerate(text.split("\n"), skipped + 1):
            if content.strip(" "):
                yield line, content.split(separator)
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = skipped + 1
    try:
        for record in reader:
            if record and not (len(record) == 1 and not record[0].strip()):
                yield line, record
            line = skipped + reader.line_num + 1
    except csv.Error:
        raise NodewiseError(
            f'Quotes must come in pairs around a whole field, and be doubled inside it. Got a stray " at line {line} '
            f"of {table}. Correct that line."
        ) from None


def _rectangle(
    table: str, records: Iterator[tuple[int, list[str]]], headers: Sequence[str], separator: str
) -> list[list[str]]:
    """Return the rows, all as long as the header; refuse the first that is not."""
    rows = []
    for line, record in records:
        if len(record) != len(headers):
            raise NodewiseError(
                f"Every row must have as many fields as the header. Got {len(record)} at line {line} of {table}, where "
                f"the header has {len(headers)} (separator: {_SEPARATORS[separator]}). Correct that line."
            )
        rows.append(record)
    return rows


def _refuse_numbers_as_header(table: str, headers: Sequence[str]) -> None:
    if all(_is_number(header) for header in headers):
        raise NodewiseError(
            f"The first line of a table must name its columns. Got the number {headers[0]} in {table}. "
            "Add a line of names, such as x,y, without # before it."
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _with_points(columns: list[list[str]]) -> tuple[list[list[str]], tuple[str, ...]]:
    """Return the columns of a semicolon file with 315,7 as 315.7, and a note saying so."""
    cells = (cell for column in columns for cell in column)
    example = next((cell for cell in cells if "," in cell and _DECIMAL_COMMA.fullmatch(cell)), None)
    if example is None:
        return columns, ()
    pointed = [
        [cell.replace(",", ".") if "," in cell and _DECIMAL_COMMA.fullmatch(cell) else cell for cell in column]
        for column in columns
    ]
    return pointed, (f"Read the comma in numbers such as {example.strip()} as the decimal point.",)
