"""The nodes of a layer among the samples they serve."""

from nodewise.figures.prototypes.make import PrototypesDisplay as PrototypesDisplay
from nodewise.figures.prototypes.make import prototypes as prototypes
