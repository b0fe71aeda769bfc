"""What an inspection reads in the range of the data: bounds; pieces, regions or critical points; spare nodes."""

from contextlib import suppress
from typing import Any

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.bounds import bounds
from nodewise.inspection.critical_points import critical_points
from nodewise.inspection.pieces import pieces
from nodewise.inspection.reading import Reading
from nodewise.inspection.regions import regions
from nodewise.inspection.smallest import smallest
from nodewise.network import Network

_BOXES = 300  # a tenth of a second
_MOST_PIECES = 20_000
_MOST_PARAMETERS = 500  # of smooth networks whose critical points are found in a tenth of a second
_MOST_REGIONS = 3000  # more make a picture in which nothing is seen
_MOST_WEIGHTS = 100_000  # of hidden layers; making larger networks smaller takes seconds


def geometry(network: Network, seen: Network, data: Dataset) -> dict[str, Reading]:
    """Return what the outputs do between the smallest and largest value of each feature.

    That is their range; where they bend or turn, of a network of straight lines as pieces or regions, of one smooth
    feature as critical points; and the smallest equal network if it is smaller.

    Args:
        network: The network.
        seen: The same, or of a classifier its logits.
        data: The samples, in whose range is read.
    """
    found: dict[str, Reading] = {}
    if (data.low < data.high).all():
        for read in (_range, _bends):
            with suppress(NodewiseError):  # weights that overflow
                found |= read(network, seen, list(zip(data.low.tolist(), data.high.tolist(), strict=True)))
    if network.hidden and sum(layer.weight.size for layer in network.hidden) <= _MOST_WEIGHTS:
        fewer = smallest(network, data)
        found |= {"smallest": fewer} if fewer.saved else {}
    return found


def _range(network: Network, seen: Network, box: list[tuple[float, float]]) -> dict[str, Reading]:
    return {"range": bounds(network, box, budget=_BOXES)}


def _bends(network: Network, seen: Network, box: list[tuple[float, float]]) -> dict[str, Reading]:
    activations = [layer.activation for layer in seen.dense]
    if all(each.linear for each in activations):
        return {}
    straight = all(each.piecewise_linear for each in activations)
    if network.inputs == 1 and straight:
        return {"pieces": pieces(seen, *box[0], budget=_MOST_PIECES)}
    if network.inputs == 1 and network.parameters <= _MOST_PARAMETERS:
        return {"critical_points": critical_points(seen, *box[0])}
    if network.inputs == 2 and straight:
        mosaic = regions(network, box, most=_MOST_REGIONS)
        return {} if mosaic.stopped else {"regions": mosaic}
    return {}


def mosaic(page: Any, output: int) -> Any:
    """Draw the regions: of a classifier once, by class, else by the steepness of an output."""
    from nodewise import figures  # loads matplotlib: only when a page is written

    reading = page.readings["regions"]
    if reading.classes:
        return figures.regions(reading, page.data) if output == 0 else None
    return figures.regions(reading, page.data, output=output)
