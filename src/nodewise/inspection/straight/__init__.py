"""The straight pieces of a network of straight lines, along a straight line through its inputs: exact, at any depth."""

from nodewise.inspection.straight.lines import Pieces as Pieces
from nodewise.inspection.straight.lines import Switches as Switches
from nodewise.inspection.straight.sweep import Swept as Swept
from nodewise.inspection.straight.sweep import pieces as pieces
from nodewise.inspection.straight.sweep import sweep as sweep
from nodewise.inspection.straight.sweep import through as through
