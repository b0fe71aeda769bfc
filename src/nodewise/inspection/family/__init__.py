"""Random networks of one architecture: the shapes it can make, and how rich they are."""

from nodewise.inspection.family.read import Family as Family
from nodewise.inspection.family.read import family as family
from nodewise.inspection.family.richness import Measure as Measure
from nodewise.inspection.family.richness import Richness as Richness
