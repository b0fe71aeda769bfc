"""Samples far from the rest: how much they weigh, what standardising does, and which node stores them."""

from nodewise.inspection.outliers.read import Outliers as Outliers
from nodewise.inspection.outliers.read import outliers as outliers
