"""The readings of an inspection about straight lines and spare nodes: pieces, regions, the smallest equal network."""

from contextlib import suppress
from typing import Any

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.pieces import pieces
from nodewise.inspection.reading import Reading
from nodewise.inspection.regions import regions
from nodewise.inspection.smallest import smallest
from nodewise.network import Network

_MOST_PIECES = 20_000
_MOST_REGIONS = 3000  # more make a picture in which nothing is seen
_MOST_WEIGHTS = 100_000  # of hidden layers; making larger networks smaller takes seconds


def geometry(network: Network, seen: Network, data: Dataset) -> dict[str, Reading]:
    """Return pieces or regions of a network of straight lines, and the smallest equal network if it is smaller.

    Args:
        network: The network.
        seen: The same, or of a classifier its logits.
        data: The samples, in whose range is read.
    """
    found: dict[str, Reading] = {}
    activations = [layer.activation for layer in seen.dense]
    bent = any(not each.linear for each in activations) and all(each.piecewise_linear for each in activations)
    if bent and (data.low < data.high).all():
        with suppress(NodewiseError):  # weights that overflow
            found |= _straight(network, seen, data)
    if network.hidden and sum(layer.weight.size for layer in network.hidden) <= _MOST_WEIGHTS:
        fewer = smallest(network, data)
        found |= {"smallest": fewer} if fewer.saved else {}
    return found


def _straight(network: Network, seen: Network, data: Dataset) -> dict[str, Reading]:
    if network.inputs == 1:
        return {"pieces": pieces(seen, float(data.low[0]), float(data.high[0]), budget=_MOST_PIECES)}
    if network.inputs > 2:
        return {}
    mosaic = regions(network, list(zip(data.low.tolist(), data.high.tolist(), strict=True)), most=_MOST_REGIONS)
    return {} if mosaic.stopped else {"regions": mosaic}


def mosaic(page: Any, output: int) -> Any:
    """Draw the regions: of a classifier once, by class, else by the steepness of an output."""
    from nodewise import figures  # loads matplotlib: only when a page is written

    reading = page.readings["regions"]
    if reading.classes:
        return figures.regions(reading, page.data) if output == 0 else None
    return figures.regions(reading, page.data, output=output)
