"""`regions`: the exact convex regions of a network of straight lines over two features."""

from nodewise.inspection.regions.read import Fold as Fold
from nodewise.inspection.regions.read import Regions as Regions
from nodewise.inspection.regions.read import regions as regions
