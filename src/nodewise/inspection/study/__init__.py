"""What many trainings found: every one of them, and per setting how many were good, with its interval."""

from nodewise.inspection.study.basin import PredictedShare as PredictedShare
from nodewise.inspection.study.comparison import Comparison as Comparison
from nodewise.inspection.study.comparison import comparison as comparison
from nodewise.inspection.study.ensemble import Ensemble as Ensemble
from nodewise.inspection.study.ensemble import ensemble as ensemble
from nodewise.inspection.study.ranges import WidthByRange as WidthByRange
from nodewise.inspection.study.result import Study as Study
from nodewise.inspection.study.width import SmallestWidth as SmallestWidth
from nodewise.inspection.study.wilson import wilson as wilson
