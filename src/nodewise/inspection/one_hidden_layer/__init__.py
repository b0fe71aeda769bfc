"""What depth is worth: a curve of straight pieces, made by any network, as one hidden ReLU layer."""

from nodewise.inspection.one_hidden_layer.read import OneHiddenLayer as OneHiddenLayer
from nodewise.inspection.one_hidden_layer.read import one_hidden_layer as one_hidden_layer
