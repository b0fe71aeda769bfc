"""The report's pictures and tables of networks of several features."""

from typing import Any

from nodewise import figures

_MOST_PICTURES = 3  # outputs that have a picture
_MOST_ROWS = 12  # features per output

Page = Any  # an Inspection
Rows = list[dict[str, Any]]


def along(page: Page, output: int) -> Any:
    """Return the picture of the features that move an output most, of the first few outputs."""
    return figures.effects(page.readings["effects"], output=output) if output < _MOST_PICTURES else None


def why(page: Page, output: int) -> Any:
    """Return the picture of the explanation, of a classifier for the class it says; one for all outputs."""
    if output:
        return None
    reading, network = page.readings["explanation"], page.network
    said = int(reading.output.argmax()) if network.classes and network.outputs > 1 else None
    return figures.explanation(reading, output=said)


def first(page: Page, rows: Rows) -> Rows:
    """Return the first rows of each output, and base and sum."""
    del page
    seen: dict[Any, int] = {}
    kept = []
    for row in rows:
        output = row.get("output")
        seen[output] = seen.get(output, 0) + 1
        if seen[output] <= _MOST_ROWS or row["feature"] in ("base", "sum"):
            kept.append(row)
    return kept


def over_all_rows(page: Page) -> list[Rows]:
    """Return the columns over all rows, and which classes are taken for which."""
    reading = page.readings["statistics"]
    return [reading.columns() if reading.parts is not None else [], reading.confused()]
