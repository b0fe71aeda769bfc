"""The sections of the report on a model that is only called."""

from typing import Any

from nodewise import figures
from nodewise.viewer.features import along, first, over_all_rows
from nodewise.viewer.picture import fitted
from nodewise.viewer.section import Page, Section

_MOST_PICTURES = 3  # outputs that have a picture


def _fit(page: Page, output: int) -> Any:
    return fitted(page, output) if output < _MOST_PICTURES else None


def _boundaries(page: Page, output: int) -> Any:
    return None if output else figures.boundaries(page.readings["boundaries"], page.data)


def _outside(page: Page, output: int) -> Any:
    return None if output else figures.extrapolation(page.network, page.data)


ALONG = Section(
    "Along each feature",
    "Each thin line is one sample, all its other features as they are; the thick one is their mean. Spread is how "
    "much the output varies along the feature: what is common to all samples, and what each does on its own, "
    "because the feature acts together with others. Their squares add up.",
    "effects",
    along,
    rows=first,
)
CALLED = (
    Section("What it says, and what was observed", "Where it was called: at the samples, and between them.", "", _fit),
    Section(
        "Over all rows",
        "The model was called on every row: means, standard deviations and errors are exact to rounding.",
        "statistics",
        more=over_all_rows,
    ),
    Section(
        "Where it changes its mind",
        "Coloured by the class that the model says, the paler the closer its outputs. It is called on a grid, and "
        "where two neighbouring points get different classes the boundary between them is found by halving: what is "
        "narrower than the grid is not seen.",
        "boundaries",
        _boundaries,
    ),
    ALONG,
    Section(
        "Outside the data",
        "Where the model goes on outside the range of the data, shaded, along the feature that moves it most. A "
        "network's limits follow from its weights; these are not known here.",
        "extrapolation",
        _outside,
    ),
)
