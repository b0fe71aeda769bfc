"""`inspect`: every reading that applies to a network, gathered under one verdict."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nodewise.data.batches import LARGE_ROWS
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.boundaries import boundaries
from nodewise.inspection.bounds import bounds
from nodewise.inspection.collapse import collapse
from nodewise.inspection.contributions import contributions
from nodewise.inspection.extrapolation import extrapolation
from nodewise.inspection.health import health
from nodewise.inspection.reading import Reading, as_model
from nodewise.inspection.spectrum import spectrum
from nodewise.inspection.statistics import Statistics, statistics
from nodewise.inspection.waves import composition
from nodewise.network import Network, Predictor
from nodewise.viewer import facts
from nodewise.viewer.called import called
from nodewise.viewer.geometry import geometry
from nodewise.viewer.many_inputs import many_inputs
from nodewise.viewer.remembering import remembering
from nodewise.viewer.verdict import of_calls, verdict


@dataclass(frozen=True, eq=False)
class Inspection:
    """All that was read from one network on one dataset. `str()` is the verdict.

    Attributes:
        network: The network read, or the black box called.
        data: The samples it was read on.
        fit: The fit it came from, or None for a network that was only opened.
        readings: By name: statistics of a large table; contributions, health, extrapolation and bounds; prototypes
            where there are hidden layers; effects, directions and the explanation of one sample from three features on;
            outliers; memories and attribution of the sample the network misses by most; spectrum where the nodes are
            waves, collapse where hidden layers are linear, pieces or regions where one feature or two go through
            straight lines alone, smallest where fewer nodes do the same on the data, and boundaries of a classifier (a
            network with classes or softmax), whose other readings are of its logits. One that would take long on so
            many samples is left out. Of a black box: statistics, effects, boundaries and extrapolation.
    """

    network: Network | Predictor
    data: Dataset
    fit: Any
    readings: dict[str, Reading]

    @cached_property
    def verdict(self) -> str:
        """What was learned, and where it can be trusted, in plain words."""
        if isinstance(self.network, Predictor):
            return of_calls(self.network, self.data, self.readings)
        return verdict(self.network, self.data, self.fit, self.readings)

    def __str__(self) -> str:
        """Return the verdict."""
        return self.verdict

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it; arrays of more than 100 000 numbers are left out."""
        network = facts.model(self.network)
        document = {"verdict": self.verdict, "network": network, "data": facts.data(self.data)}
        if self.fit is not None:
            document["fit"] = facts.fit(self.fit) | facts.losses(self.fit)
        read = {name: reading.as_dict(facts.large(reading)) for name, reading in self.readings.items()}
        return document | {"readings": read}

    def save(self, path: str | Path = "report.html") -> Path:
        """Write the report, one self-contained HTML file.

        Raises:
            NodewiseError: If the path does not end in .html or cannot be written.
        """
        from nodewise.viewer.report import write  # loads matplotlib: only when a page is written

        return write(self, path)

    def to_html(self, height: int = 800) -> str:
        """Return the report as one `<iframe>` element, for pages and notebooks that show HTML but no widgets.

        Args:
            height: Its height, pixels.

        Raises:
            NodewiseError: If the height is no positive number of pixels.
        """
        from nodewise.viewer.report import html
        from nodewise.viewer.widget import frame

        return frame(html(self), self, height)

    @cached_property
    def widget(self) -> Any:
        """The viewer as a widget of a notebook, one for however many cells show it; its `view` is how it is seen.

        Raises:
            NodewiseError: If anywidget, the extra `notebook`, is not installed, or there are no weights to show.
        """
        from nodewise.viewer.widget import widget

        return widget(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what Jupyter shows: the widget; where there are none a picture and the verdict."""
        from nodewise.viewer.widget import bundle

        return bundle(self)

    def _display_(self) -> Any:
        """Return what marimo shows."""
        from nodewise.viewer.widget import display

        return display(self)


def inspect(fit_or_network: Any, data: Dataset | Statistics | None = None) -> Inspection:
    """Make every reading that applies.

    Args:
        fit_or_network: A `Fit`, or a `Network` or `Predictor`, which needs `data`.
        data: Samples to read on; the fit's own unless given. Of a large table what `statistics` returned: its numbers
            over all rows then stand first, and its sample is what everything else is of. So they do for a network and a
            dataset of more than a million samples.

    Raises:
        NodewiseError: If there is no data, or its features are not the network's.
    """
    network = as_model(fit_or_network)
    fit = None if isinstance(fit_or_network, Network | Predictor) else fit_or_network
    data = data if data is not None else getattr(fit, "data", None)
    if fit is None and isinstance(data, Dataset) and data.samples > LARGE_ROWS:
        data = statistics(network, data)
    whole = data if isinstance(data, Statistics) else None
    data = whole.sample if whole is not None else data
    if not isinstance(data, Dataset):
        got = "none" if data is None else type(data).__name__
        raise NodewiseError(
            f"inspecting a network needs a Dataset to read it on. Got {got}; nodewise.read_table makes one."
        )
    if isinstance(network, Predictor):
        return Inspection(network, data, fit, called(network, data, whole))
    decides = bool(network.classes) or network.dense[-1].activation.joint
    _check_names(network, data, decides)
    seen = network.logits if decides else network
    readings: dict[str, Reading] = {} if whole is None else {"statistics": whole}
    readings |= {"contributions": contributions(seen, data), "health": health(seen, data)}
    readings |= many_inputs(network, data)
    readings |= remembering(network, data, fit)
    readings["extrapolation"] = extrapolation(seen, data)
    if composition(seen) is not None:
        readings["spectrum"] = spectrum(seen, data)
    if any(layer.activation.linear for layer in network.hidden):
        readings["collapse"] = collapse(network, data)
    readings |= geometry(network, seen, data)
    if decides:
        readings["boundaries"] = boundaries(network, _judged(network, data))
    readings["bounds"] = bounds(network)
    return Inspection(network, data, fit, readings)


def _judged(network: Network, data: Dataset) -> Dataset:
    """Return the data, without labels where none can be a class of a network that does not name its classes."""
    count = network.outputs
    known = network.classes or (data.classes if len(data.classes) == count else tuple(range(count)))
    if data.labels is None or set(data.classes) & set(known):
        return data
    return Dataset(data.inputs, feature_names=data.feature_names, feature_units=data.feature_units, name=data.name)


def _check_names(network: Network, data: Dataset, decides: bool) -> None:
    if data.features != network.inputs:
        raise NodewiseError(
            f"the data must have the network's {network.inputs} feature(s): {', '.join(network.feature_names)}. "
            f"Got {data.features}: {', '.join(data.feature_names)}. Give the columns it was trained on."
        )
    if data.labels is not None and data.targets is None and not decides:
        raise NodewiseError(
            f"labels need a network of classes. Got {str(network)!r}, which gives numbers, and labels {data.label!r}; "
            'read the table with task="regression", or give the network its classes.'
        )
    strange = [label for label in data.classes if label not in network.classes] if network.classes else []
    if strange:
        raise NodewiseError(
            f"the labels must be among the network's classes: {', '.join(map(repr, network.classes))}. "
            f"Got {strange[0]!r} in {data.label!r}. Give data with the labels it was trained on, or without any."
        )
