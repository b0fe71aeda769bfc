"""The one picture of an inspection, for where the viewer cannot run."""

from io import BytesIO
from typing import Any

from nodewise import figures
from nodewise.figures.fit_map import PLANE
from nodewise.network import Predictor


def fitted(inspection: Any, output: int) -> Any:
    """Return the picture of the fit, or None where nothing was observed to compare with, of several features."""
    data, network = inspection.data, inspection.network
    known = data.targets is not None or (data.labels is not None and bool(network.classes))
    between = isinstance(network, Predictor) and network.inputs == PLANE  # a map, whatever was observed
    if not (known or between or network.inputs == 1):
        return None
    return figures.fit(inspection.fit if inspection.fit is not None else network, data, output=output)


def png(inspection: Any, dpi: int = 110) -> bytes:
    """Return the fit, or of a classifier its regions, or of neither the contributions, as a PNG image."""
    shown = inspection.fit if inspection.fit is not None else inspection.network
    if "boundaries" in inspection.readings:
        display: Any = figures.boundaries(inspection.readings["boundaries"], inspection.data)
    elif inspection.data.targets is not None or isinstance(inspection.network, Predictor):
        display = fitted(inspection, 0) or figures.effects(inspection.readings["effects"])
    else:
        display = figures.contributions(shown, inspection.data, output=0)
    file = BytesIO()
    display.figure.savefig(file, format="png", dpi=dpi)
    return file.getvalue()
