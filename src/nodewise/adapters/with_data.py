"""`open_with_data`: a trained model together with its table."""

from typing import Any

from nodewise.adapters.open import open_beside
from nodewise.data.beside import beside
from nodewise.data.dataset import Dataset
from nodewise.network import Network, Predictor


def open_with_data(model: Any, X: Any, y: Any = None, **options: Any) -> tuple[Network | Predictor, Dataset]:
    """Open a trained model together with its table, for readings that need the network's own features.

    A pipeline makes new features of a table: it scales, fills gaps, and turns categories into numbers. The network it
    ends in, and the dataset returned, speak of those.

    Args:
        model: As for `open_model`.
        X: Samples as the model takes them: a frame of pandas, Polars or PyArrow, an array [sample, feature], lists.
        y: Targets or labels [sample] or [sample, output]; None if unknown.
        options: As for `open_model`.

    Returns:
        The network, or a `Predictor`, and the samples as its features with y.

    Raises:
        NodewiseError: As of `open_model`, or if X or y do not fit the model; says which features do not.
    """
    network, x = open_beside(model, X, **options)
    return beside(network, x, y)
