"""The order of a graph: each node after those it reads from, and a refusal where there is a loop."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from nodewise.errors import NodewiseError

_MOST_NAMED = 12  # nodes of a loop; of a longer one the middle is left out


def order(inputs: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the nodes of a graph, each after all those it reads from.

    Args:
        inputs: For each node the nodes it reads from. One that is read from and has no entry reads from none.

    Raises:
        NodewiseError: If the graph has a loop; the message names its nodes, each reading from the one before it.
    """
    try:
        return tuple(TopologicalSorter(inputs).static_order())
    except CycleError as error:
        loop = [str(node) for node in error.args[1]]
    if len(loop) > _MOST_NAMED:
        half = _MOST_NAMED // 2
        loop = [*loop[:half], f"… {len(loop) - 2 * half} more …", *loop[-half:]]
    raise NodewiseError(
        f"a network must have no loop: what a node reads must be known before it. Got {' → '.join(loop)}. "
        "Unroll the loop into layers, or take it out."
    )
