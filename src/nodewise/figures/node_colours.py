"""The colours of nodes: by their share in an output, so that a node looks the same in every picture and on the page."""

from typing import Any

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.contributions import Contributions

Node = tuple[int, int]  # layer and number, from 0


def by_share(contributions: Any, output: int) -> dict[Node, str]:
    """Return the colour of each node whose share in an output is among the largest.

    Args:
        contributions: What `nodewise.contributions` returned.
        output: Index of the output; the last one where there are fewer, as of a linear score.

    Raises:
        NodewiseError: If it is no such reading.
    """
    if not isinstance(contributions, Contributions):
        raise NodewiseError(
            f"colours by share need what nodewise.contributions returned. Got {type(contributions).__name__}. "
            "Leave contributions out for colours by what the nodes do in this picture."
        )
    order = contributions.order[:, min(output, contributions.order.shape[1] - 1)].tolist()
    return {(contributions.layer, node): colour for node, colour in zip(order, style.NODES, strict=False)}
