"""What a picture is of: the network, the data beside it, one of its outputs, and where to draw its curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown
from nodewise.figures.style import label, wider
from nodewise.inspection.reading import as_model, as_network, refuse_encoded
from nodewise.network import Network, Predictor

_POINTS = 1001


@dataclass(frozen=True, eq=False)
class Subject:
    """A network, its data, and the output that is drawn.

    Attributes:
        network: The network, or the black box.
        data: The samples beside it.
        output: Index of the output drawn.
        groups: The samples by what they were used for: all of them, or those trained on and those held out.
    """

    network: Network | Predictor
    data: Dataset
    output: int
    groups: tuple[tuple[str, Dataset], ...]

    @property
    def layered(self) -> Network:
        """The network, for what draws its nodes.

        Raises:
            NodewiseError: If it is a black box.
        """
        return as_network(self.network)

    @property
    def word(self) -> str:
        """What it is called in a picture."""
        return "network" if isinstance(self.network, Network) else "model"

    @property
    def one_feature(self) -> bool:
        """Whether the network is a curve."""
        return self.network.inputs == 1

    @property
    def feature_label(self) -> str:
        """The first feature with its unit."""
        return label(self.network.feature_names[0], self.network.feature_units[0])

    @property
    def output_label(self) -> str:
        """The output with its unit; of a classifier what it says of the class."""
        return output_label(self.network, self.output)

    @property
    def classes(self) -> tuple[Any, ...]:
        """The classes of samples that have labels instead of targets; none if those are not the network's."""
        if self.data.targets is not None or self.data.labels is None:
            return ()
        count = max(self.network.outputs, 2)
        return self.network.classes or (self.data.classes if len(self.data.classes) == count else ())

    @property
    def ends(self) -> tuple[float, float] | None:
        """What the output says of a sample not of its class and of one that is; None where nothing bounds it."""
        return ends(self.network, self.output)

    @property
    def low(self) -> float:
        """Smallest value of the first feature."""
        return float(self.data.low[0])

    @property
    def high(self) -> float:
        """Largest value of the first feature."""
        return float(self.data.high[0])

    def grid(self, beyond: float, points: int = _POINTS) -> Float[np.ndarray, " point"]:
        """Return places along the one feature, from `beyond` times its range below the data to as much above."""
        return np.linspace(*wider(self.low, self.high, beyond), points)

    def curve(self, x: Float[np.ndarray, " point"]) -> Float[np.ndarray, " point"]:
        """Return the output at places along the one feature."""
        return self.network(x[:, None])[:, self.output]

    def truth(self, x: Float[np.ndarray, " point"]) -> Float[np.ndarray, " point"] | None:
        """Return the true function at places along the one feature, or None where it is not known."""
        if self.data.function is None or (self.data.targets is None and self.data.labels is not None):
            return None
        return self.data.function(x[:, None])[:, self.output]

    def targets(self, data: Dataset | None = None) -> Float[np.ndarray, " sample"]:
        """Return the target of all samples, or of those given; NaN where there is none.

        Of labels it is the upper end of what the output can say if the label is its class (of one output the second),
        and the lower end if not: 1 and 0 of a probability. Logits have no ends, and so no targets.
        """
        data = data or self.data
        if data.targets is not None:
            return data.targets[:, self.output]
        codes = self.codes(data)
        if self.ends is None:
            return np.full(data.samples, np.nan)
        own = codes == (self.output if self.network.outputs > 1 else 1)
        return np.where(codes < 0, np.nan, np.where(own, self.ends[1], self.ends[0]))

    def codes(self, data: Dataset | None = None) -> Int[np.ndarray, " sample"]:
        """Return the place of each label among the classes, of all samples or of those given; -1 where it has none."""
        data = data or self.data
        known = {label: code for code, label in enumerate(self.classes)}
        labels = [None] * data.samples if data.labels is None else data.labels.tolist()
        return np.array([known.get(label, -1) for label in labels], np.intp)


def output_label(network: Network | Predictor, output: int) -> str:
    """Return the name of an output with its unit; of a classifier what it says of the class."""
    name, unit = network.output_names[output], network.output_units[output]
    if name not in map(str, network.classes):
        return label(name, unit)
    return f"{'probability of' if ends(network, output) == (0, 1) else 'output for'} {label(name, unit)}"


def ends(network: Network | Predictor, output: int = 0) -> tuple[float, float] | None:
    """Return the lower and upper end of what an output can say, in its unit; None where nothing bounds it."""
    if isinstance(network, Predictor):
        return network.ends
    last = network.dense[-1]
    if not last.activation.bounded:
        return None
    values: Any = np.array([[last.activation.low] * network.outputs, [last.activation.high] * network.outputs])
    for layer in network.layers[network.layers.index(last) + 1 :]:
        values = layer(values)
    low, high = sorted(values[:, output].tolist())
    return low, high


def probabilities(network: Network | Predictor) -> bool:
    """Whether its outputs are probabilities that add up to 1."""
    if isinstance(network, Predictor):
        return network.ends == (0, 1) and network.outputs > 1
    return network.dense[-1].activation.joint


def subject(fit_or_network: Any, data: Dataset | None = None, output: int | str = 0, called: bool = False) -> Subject:
    """Return what a picture is of, from a fit, or from a network and data.

    Args:
        fit_or_network: The fit or network.
        data: The samples; the fit's own unless given.
        output: Which output.
        called: Whether the picture needs no more than to call it, so that a black box will do.

    Raises:
        NodewiseError: If it is neither, data are missing or do not fit, or there is no such output.
    """
    network = getattr(fit_or_network, "network", fit_or_network)
    if isinstance(network, Predictor):
        network = as_model(network) if called else as_network(network)
    elif not isinstance(network, Network):
        raise NodewiseError(
            f"a picture needs a Fit, or a Network with data. Got {type(fit_or_network).__name__}. "
            "Train one with nodewise.fit or write one with Network.from_weights."
        )
    refuse_encoded(fit_or_network, "a picture")
    own = getattr(fit_or_network, "data", None)
    beside = own if data is None else data
    if not isinstance(beside, Dataset):
        raise NodewiseError("a picture of a Network needs data to draw beside it. Got none; give a Dataset as data.")
    if beside.features != network.inputs or (beside.targets is not None and beside.outputs != network.outputs):
        raise NodewiseError(
            f"data must fit the network, {network.inputs} feature(s) and {network.outputs} output(s). "
            f"Got {beside.features} and {beside.outputs}."
        )
    groups = (("samples", beside),)
    if beside is own and fit_or_network.held_out is not None:
        groups = (("samples", fit_or_network.train), ("held-out samples", fit_or_network.held_out))
    return Subject(network, beside, find_output(network, output), groups)


def find_output(network: Network | Predictor, output: int | str) -> int:
    """Return the index of an output given by index or name.

    Raises:
        NodewiseError: If there is none.
    """
    return output_index(network.output_names, output)


def output_index(names: Sequence[str], output: int | str) -> int:
    """Return the index of one of the outputs named, given by index or name.

    Raises:
        NodewiseError: If there is none.
    """
    if isinstance(output, str):
        if output not in names:
            raise unknown("output", output, names)
        return list(names).index(output)
    if not isinstance(output, int | np.integer) or isinstance(output, bool) or not 0 <= output < len(names):
        raise NodewiseError(f"output must be a name or a whole number from 0 to {len(names) - 1}. Got {output!r}.")
    return int(output)
