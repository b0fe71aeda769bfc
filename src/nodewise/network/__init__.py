"""Networks as data: a frozen chain of layers in float64 NumPy arrays."""

from nodewise.network.layers import Dense as Dense
from nodewise.network.layers import Scale as Scale
from nodewise.network.network import Network as Network
from nodewise.network.origin import Origin as Origin
from nodewise.network.predictor import Predictor as Predictor
