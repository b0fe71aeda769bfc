"""What every display does: open a model with its table, make the reading, have it drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any, ClassVar, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodewise.adapters.open import open_beside
from nodewise.data.beside import beside
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.reading import as_network
from nodewise.network import Network, Predictor

_TAKEN = ("fit", "fit_or_model", "fit_or_network", "network", "data", "reading", "ax", "query", "x")


@dataclass(frozen=True)
class Row:
    """What a display is made of.

    Attributes:
        draw: The picture, from a reading, or from network and data where it reads by itself.
        read: The reading, or None.
        asked: Which argument of the reading is the one sample that is asked about, "" if none.
        black_box: Whether it suffices to call the model.
        targets: Whether it is a picture of what was observed too.
        classes: Whether it is one of classes.
    """

    draw: Callable[..., Any]
    read: Callable[..., Any] | None = None
    asked: str = ""
    black_box: bool = False
    targets: bool = False
    classes: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the options of the reading."""
        return (*_options(self.read), *(["sample"] if self.asked else []))

    @property
    def draws(self) -> tuple[str, ...]:
        """Names of the options of the picture."""
        return _options(self.draw)


def _options(function: Callable[..., Any] | None) -> tuple[str, ...]:
    return () if function is None else tuple(name for name in signature(function).parameters if name not in _TAKEN)


class Display:
    """A picture of a model, in the form of scikit-learn's displays.

    Attributes:
        network: The network or black box that was opened, `network.origin` with the proof that it equals the model.
        data: The samples as features of the network, with y.
        reading: The numbers and their sentence; None where the picture has no reading.
        drawn: The numbers as they are drawn: what the function of `nodewise.figures` returned.
        ax_: The axes drawn on, of several panels the first.
        axes_: All axes of the picture, without those in whose place they stand.
        figure_: The figure.
    """

    _row: ClassVar[Row]
    drawn: Any
    ax_: Axes
    axes_: tuple[Axes, ...]
    figure_: Figure

    def __init__(self, network: Network | Predictor, data: Dataset, reading: Any = None, **options: Any) -> None:
        self.network, self.data, self.reading = network, data, reading
        self._look = options

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, y: Any = None, *, ax: Axes | None = None, **options: Any) -> Self:
        """Open a trained model, read it on samples, and draw the reading.

        Args:
            estimator: A fitted estimator of scikit-learn (also a `Pipeline`, `TransformedTargetRegressor`, search, or
                one of ours), or anything else that `nodewise.open_model` takes.
            X: Samples as the estimator takes them: a frame of pandas, Polars or PyArrow, an array [sample, feature],
                lists, or a Dataset. What a pipeline makes of a category is a feature of the network, and is followed
                for itself.
            y: Targets or labels [sample], where the picture shows any.
            ax: Axes to draw on, such as from `plt.subplots()`; a figure of its own unless given.
            options: Those of the reading and of the picture.

        Returns:
            The display, drawn.

        Raises:
            NodewiseError: If the model cannot be opened (one that is not fitted, say), X does not have its features
                (says which), y is missing where it is needed, or there is no such option.
        """
        row, name = cls._row, cls.__name__
        known = tuple(dict.fromkeys((*row.reads, *row.draws)))
        for option in options:
            if option not in known:
                raise unknown(f"an option of {name}", option, known)
        network, x = open_beside(estimator, X)
        if not row.black_box:
            as_network(network)  # refuses a black box
        y = X.targets if isinstance(X, Dataset) and y is None else y
        if row.targets and y is None and not (isinstance(X, Dataset) and X.labels is not None):
            raise NodewiseError(
                f"{name} needs y, to which it compares. Got X alone; give from_estimator(estimator, X, y)."
            )
        network, data = beside(network, x, X.labels if isinstance(X, Dataset) and y is None else y)
        if row.classes and not (network.classes or data.classes or "threshold" in options):
            raise NodewiseError(
                f"{name} needs a model of classes. Got {getattr(network, 'kind', network)}, which gives numbers; give "
                "a threshold that cuts them in two, or its labels as y."
            )
        look = {option: value for option, value in options.items() if option not in row.reads}
        asked = {option: value for option, value in options.items() if option in row.reads}
        reading = None if row.read is None else _read(row, network, data, asked)
        return cls(network, data, reading, **look).plot(ax)

    def plot(self, ax: Axes | None = None, **options: Any) -> Self:
        """Draw it, or draw it anew.

        Args:
            ax: Axes to draw on; a figure of its own unless given.
            options: Those of the picture, in place of the ones given before.

        Returns:
            The display.

        Raises:
            NodewiseError: If there is no such option, or the picture refuses it.
        """
        for option in options:
            if option not in self._row.draws:
                raise unknown(f"an option of {type(self).__name__}.plot", option, self._row.draws)
        look = self._look | options
        before = set() if ax is None else set(ax.figure.axes)
        if self._row.read is None:
            self.drawn = self._row.draw(self.network, self.data, ax=ax, **look)
            self.reading = getattr(self.drawn, "reading", None)
        else:
            self.drawn = self._row.draw(self.reading, ax=ax, **look)
        self.figure_, self.ax_ = self.drawn.figure, self.drawn.ax
        self.axes_ = tuple(each for each in self.figure_.axes if each is self.ax_ or each not in before)
        return self

    def _repr_html_(self) -> str | None:
        return self.drawn._repr_html_()


def _read(row: Row, network: Any, data: Dataset, options: dict[str, Any]) -> Any:
    assert row.read is not None
    if row.asked:
        sample = options.pop("sample", 0)
        if isinstance(sample, bool) or not isinstance(sample, int | np.integer) or not 0 <= sample < data.samples:
            raise NodewiseError(f"sample must be a row of X, from 0 to {data.samples - 1}. Got {sample!r}.")
        options[row.asked] = data.inputs[sample]
    return row.read(network, data=data, **options)
