"""The readings of an inspection of a model that is only called."""

from contextlib import suppress

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.boundaries import boundaries
from nodewise.inspection.effects import effects
from nodewise.inspection.extrapolation import extrapolation
from nodewise.inspection.reading import Reading, as_samples
from nodewise.inspection.statistics import Statistics, statistics
from nodewise.network import Predictor

_MOST = 200_000  # samples that it is asked for its curves
_GRID, _CURVES, _SAMPLES = 25, 20, (30, 500)
_POINTS = 150  # of the grid along each of two features


def called(box: Predictor, data: Dataset, whole: Statistics | None) -> dict[str, Reading]:
    """Return every reading that needs no more than calling.

    Args:
        box: The model.
        data: The samples to read it on.
        whole: What is known of all rows of a large table of which the data are a sample.

    Raises:
        NodewiseError: If the data do not fit the model, or it does not take them.
    """
    as_samples(box, data)
    _check(box, data)
    samples = int(np.clip(_MOST / (box.inputs * _GRID), *_SAMPLES))
    found: dict[str, Reading] = {} if whole is None else {"statistics": whole}
    if whole is None:
        with suppress(NodewiseError):  # of a feature or target that is the same in all samples
            found["statistics"] = statistics(box, data)
    found["effects"] = effects(box, data, grid=_GRID, samples=samples, curves=_CURVES)
    if len(box.classes) > 1 and (data.low < data.high).all():
        found["boundaries"] = boundaries(box, data, points=_POINTS)
    return found | {"extrapolation": extrapolation(box, data)}


def _check(box: Predictor, data: Dataset) -> None:
    if data.targets is not None and data.outputs != box.outputs:
        raise NodewiseError(
            f"the data must have one target for each of the model's {box.outputs} output(s): "
            f"{', '.join(box.output_names)}. Got {data.outputs}: {', '.join(data.target_names)}. "
            "Give the columns it was trained for, or data without targets."
        )
    strange = [label for label in data.classes if label not in box.classes] if box.classes else []
    if strange:
        raise NodewiseError(
            f"the labels must be among the model's classes: {', '.join(map(repr, box.classes))}. "
            f"Got {strange[0]!r} in {data.label!r}. Give data with the labels it was trained on, or without any."
        )
