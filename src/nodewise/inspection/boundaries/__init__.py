"""Where a classifier changes its mind: crossings, regions, boundary, islands, areas and margins."""

from nodewise.inspection.border import Border as Border
from nodewise.inspection.boundaries.line import Crossing as Crossing
from nodewise.inspection.boundaries.line import Line as Line
from nodewise.inspection.boundaries.line import Region as Region
from nodewise.inspection.boundaries.linear import Mosaic as Mosaic
from nodewise.inspection.boundaries.plane import Plane as Plane
from nodewise.inspection.boundaries.read import Boundaries as Boundaries
from nodewise.inspection.boundaries.read import boundaries as boundaries
