"""Why one prediction differs from a base: the difference, split into what each feature does through each node."""

from nodewise.inspection.explanation.answer import Explanation as Explanation
from nodewise.inspection.explanation.read import explanation as explanation
