"""Headers: names and units, and finding a column by either spelling."""

import pytest

from nodewise.data.source import checked_headers, header_of
from nodewise.errors import NodewiseError


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("ppm", "ppm", ""),
        ("ppm [µmol/mol]", "ppm", "µmol/mol"),
        ("ppm[µmol/mol]", "ppm", "µmol/mol"),
        ("length (cm)", "length", "cm"),
        ("body mass (kg)", "body mass", "kg"),
        ("rate (1/s) (mean)", "rate (1/s)", "mean"),
        ("sin(x)", "sin(x)", ""),
        ("(cm)", "(cm)", ""),
        ("[cm]", "[cm]", ""),
        ("x ()", "x", ""),
    ],
)
def test_a_header_may_carry_a_unit(header, name, unit):
    found = header_of("a.csv", [header])
    assert (found.names, found.units) == ((name,), (unit,))
    assert found.find("target", header) == found.find("target", name) == 0


def test_a_name_that_needs_its_unit_keeps_it():
    header = header_of("a.csv", ["length (cm)", "length (m)", "width (m)"])
    assert header.names == ("length (cm)", "length (m)", "width")
    assert header.units == ("cm", "m", "m")
    with pytest.raises(NodewiseError) as caught:
        header.find("target", "length")
    assert str(caught.value) == (
        "target must name a column of a.csv. Got 'length'. Did you mean 'length (m)' or 'length (cm)'?"
    )


def test_headers_are_stripped_and_empty_ones_numbered():
    assert checked_headers("a.csv", ["", " x ", 3, " "]) == ("column 1", "x", "3", "column 4")


def test_the_columns_are_listed_where_no_name_is_near():
    with pytest.raises(NodewiseError) as caught:
        header_of("a.csv", [f"c{i:02}" for i in range(12)]).find("feature", None)
    names = ", ".join(f"'c{i:02}'" for i in range(10))
    assert str(caught.value) == f"feature must name a column of a.csv. Got None. Its columns are {names} and 2 more."
