"""What the outputs of a network can do at most, guaranteed."""

from nodewise.inspection.bounds.answer import Bounds as Bounds
from nodewise.inspection.bounds.answer import Search as Search
from nodewise.inspection.bounds.read import bounds as bounds
