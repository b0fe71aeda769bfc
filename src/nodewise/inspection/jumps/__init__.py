"""The gradient of activations that jump, of which automatic differentiation sees a part alone."""

from nodewise.inspection.jumps.expected import expected as expected
from nodewise.inspection.jumps.result import Arm as Arm
from nodewise.inspection.jumps.result import Jumps as Jumps
from nodewise.inspection.jumps.result import Slopes as Slopes
from nodewise.inspection.jumps.slopes import slopes as slopes
