"""A network written by hand from samples, and how well it works."""

from nodewise.inspection.memory_network.read import MemoryNetwork as MemoryNetwork
from nodewise.inspection.memory_network.read import memory_network as memory_network
