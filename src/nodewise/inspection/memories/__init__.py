"""What the nodes of a layer remember, which of them an input resembles, and how they vote."""

from nodewise.inspection.memories.read import Memories as Memories
from nodewise.inspection.memories.read import memories as memories
