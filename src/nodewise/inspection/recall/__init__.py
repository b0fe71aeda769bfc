"""Content-addressable memory: a stored row called back by a part of it, or by a noisy copy, and how many can be."""

from nodewise.inspection.recall.capacity import Capacity as Capacity
from nodewise.inspection.recall.capacity import capacity as capacity
from nodewise.inspection.recall.read import Recall as Recall
from nodewise.inspection.recall.read import recall as recall
