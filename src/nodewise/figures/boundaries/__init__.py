"""The picture of a classifier: its regions, its boundary, its crossings."""

from nodewise.figures.boundaries.draw import BoundariesDisplay as BoundariesDisplay
from nodewise.figures.boundaries.draw import boundaries as boundaries
