"""The equal network with the fewest nodes."""

from nodewise.inspection.smallest.read import smallest as smallest
from nodewise.inspection.smallest.result import Smallest as Smallest
from nodewise.inspection.smallest.result import Step as Step
