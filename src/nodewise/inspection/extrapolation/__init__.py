"""What a network will do outside its data: limits, lines or waves, and how far each can be trusted."""

from nodewise.inspection.extrapolation.end import End as End
from nodewise.inspection.extrapolation.read import Extrapolation as Extrapolation
from nodewise.inspection.extrapolation.read import extrapolation as extrapolation
from nodewise.inspection.support import Support as Support
