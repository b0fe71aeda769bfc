"""Which samples each node of a layer serves, and whether its row is their prototype."""

from nodewise.inspection.prototypes.read import Prototypes as Prototypes
from nodewise.inspection.prototypes.read import prototypes as prototypes
