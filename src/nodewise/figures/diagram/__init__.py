"""The diagram of a network: what is drawn as data, its places, and the drawing."""

from nodewise.figures.diagram.make import LEVELS as LEVELS
from nodewise.figures.diagram.make import DiagramDisplay as DiagramDisplay
from nodewise.figures.diagram.make import diagram as diagram
