"""What an inspection reads in the range of the data: bounds; pieces, regions or critical points; nodes too many."""

from contextlib import suppress
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.bounds import bounds
from nodewise.inspection.critical_points import critical_points
from nodewise.inspection.nodes_needed import nodes_needed
from nodewise.inspection.pieces import pieces
from nodewise.inspection.reading import Reading, counted, nice
from nodewise.inspection.regions import regions
from nodewise.inspection.smallest import smallest
from nodewise.network import Network

_BOXES = 300  # a tenth of a second
_MOST_PIECES = 20_000
_MOST_PARAMETERS = 500  # of smooth networks whose critical points are found in a tenth of a second
_MOST_SAMPLES = 2000  # through which a curve of fewest pieces is drawn in a fraction of a second
_MOST_REGIONS = 3000  # more make a picture in which nothing is seen
_MOST_WEIGHTS = 100_000  # of hidden layers; making larger networks smaller takes seconds


def geometry(network: Network, seen: Network, data: Dataset) -> dict[str, Reading]:
    """Return what the outputs do between the smallest and largest value of each feature.

    That is their range; where they bend or turn, of a network of straight lines as pieces or regions, of one smooth
    feature as critical points; the nodes that targets along one feature need; and the smallest equal network if it is
    smaller.

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
        with suppress(NodewiseError):  # targets met exactly, or two at one place
            found |= _needs(network, data)
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


def _needs(network: Network, data: Dataset) -> dict[str, Reading]:
    """Return how many nodes can come as near to the targets as the network does."""
    if data.features > 1 or data.targets is None or data.targets.shape[1] > 1 or data.samples > _MOST_SAMPLES:
        return {}
    return {"nodes_needed": nodes_needed(data, reached(network, data))}


def reached(network: Network, data: Dataset) -> float:
    """Return the largest error of a network on samples with targets."""
    assert data.targets is not None
    return float(np.abs(network(data.inputs) - data.targets).max())


def needs(page: Any) -> str:
    """Return how to read the number of nodes needed."""
    nodes = counted(sum(layer.outputs for layer in page.network.hidden), "hidden node")
    off = nice(reached(page.network, page.data))
    return (
        f"Reached: this network has {nodes} and is off by at most {off} on the samples. Representable: what one hidden "
        "layer can come as near with, whatever training finds."
    )


def mosaic(page: Any, output: int) -> Any:
    """Draw the regions: of a classifier once, by class, else by the steepness of an output."""
    from nodewise import figures  # loads matplotlib: only when a page is written

    reading, shares = page.readings["regions"], page.readings.get("contributions")
    if reading.classes:
        return figures.regions(reading, page.data, contributions=shares) if output == 0 else None
    return figures.regions(reading, page.data, output=output, contributions=shares)
