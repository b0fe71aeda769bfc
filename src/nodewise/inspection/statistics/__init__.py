"""What holds over all rows of a table, read batch by batch."""

from nodewise.inspection.statistics.answer import Columns as Columns
from nodewise.inspection.statistics.answer import Confusion as Confusion
from nodewise.inspection.statistics.answer import Error as Error
from nodewise.inspection.statistics.answer import Nodes as Nodes
from nodewise.inspection.statistics.answer import Outside as Outside
from nodewise.inspection.statistics.answer import Parts as Parts
from nodewise.inspection.statistics.read import Statistics as Statistics
from nodewise.inspection.statistics.read import statistics as statistics
