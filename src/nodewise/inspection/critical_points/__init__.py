"""Where a curve crosses a level and where it turns, certified, for any activation."""

from nodewise.inspection.critical_points.answer import CriticalPoints as CriticalPoints
from nodewise.inspection.critical_points.answer import Extremum as Extremum
from nodewise.inspection.critical_points.answer import LevelCrossing as LevelCrossing
from nodewise.inspection.critical_points.read import critical_points as critical_points
