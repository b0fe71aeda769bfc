"""The one picture of an inspection, for where the viewer cannot run."""

from io import BytesIO
from typing import Any

from nodewise import figures


def png(inspection: Any, dpi: int = 110) -> bytes:
    """Return the fit, or of a classifier its regions, or of neither the contributions, as a PNG image."""
    shown = inspection.fit if inspection.fit is not None else inspection.network
    if "boundaries" in inspection.readings:
        display: Any = figures.boundaries(inspection.readings["boundaries"], inspection.data)
    elif inspection.data.targets is not None:
        display = figures.fit(shown, inspection.data, output=0)
    else:
        display = figures.contributions(shown, inspection.data, output=0)
    file = BytesIO()
    display.figure.savefig(file, format="png", dpi=dpi)
    return file.getvalue()
