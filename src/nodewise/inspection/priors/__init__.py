"""What an architecture assumes about place, and what that is worth where it was not trained."""

from nodewise.inspection.priors.convolution import Convolution as Convolution
from nodewise.inspection.priors.result import Arm as Arm
from nodewise.inspection.priors.result import Priors as Priors
