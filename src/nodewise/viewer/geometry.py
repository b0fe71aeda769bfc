"""The readings of an inspection about networks of straight lines: where they bend."""

from typing import Any

from nodewise.data.dataset import Dataset
from nodewise.inspection.reading import Reading
from nodewise.inspection.regions import regions
from nodewise.network import Network

_TWO = 2
_MOST = 3000  # regions; more make a picture in which nothing is seen


def geometry(network: Network, data: Dataset) -> dict[str, Reading]:
    """Return the regions of a network of two features and straight lines, in the range of the data."""
    bends = any(layer.activation.kinks or layer.activation.jumps for layer in network.hidden)
    if network.inputs != _TWO or not bends or not all(layer.activation.piecewise_linear for layer in network.hidden):
        return {}
    if not (data.low < data.high).all():
        return {}
    found = regions(network, list(zip(data.low.tolist(), data.high.tolist(), strict=True)), most=_MOST)
    return {} if found.stopped else {"regions": found}


def mosaic(page: Any, output: int) -> Any:
    """Draw the regions: of a classifier once, by class, else by the steepness of an output."""
    from nodewise import figures  # loads matplotlib: only when a page is written

    reading = page.readings["regions"]
    if reading.classes:
        return figures.regions(reading, page.data) if output == 0 else None
    return figures.regions(reading, page.data, output=output)
