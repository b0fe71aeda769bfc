"""How many nodes a curve needs: the fewest ReLU pieces within an error, and what nodes that saturate need at least."""

from nodewise.inspection.nodes_needed.exchange import Exchange as Exchange
from nodewise.inspection.nodes_needed.read import NodesNeeded as NodesNeeded
from nodewise.inspection.nodes_needed.read import nodes_needed as nodes_needed
