"""The smallest weights with which one hidden ReLU layer fits the samples of one feature exactly."""

from nodewise.inspection.minimum_norm.read import MinimumNorm as MinimumNorm
from nodewise.inspection.minimum_norm.read import minimum_norm as minimum_norm
