"""What is asked for: a target, an error and a range, checked."""

from typing import Any

from nodewise.data import checks
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.nodes_needed.sources import Source, of_function, of_network, of_samples
from nodewise.inspection.reading import as_network
from nodewise.network import Network


def positive(error: Any) -> float:
    """Return an error as a number.

    Raises:
        NodewiseError: If it is not finite or not above 0.
    """
    number = checks.real("error", error)
    if number <= 0:
        raise NodewiseError(f"error must be above 0: a curve takes fewer pieces only if it may be off. Got {error!r}.")
    return number


def find(target: Any, low: float | None, high: float | None, output: int | str) -> Source:
    """Return the target with its range.

    Raises:
        NodewiseError: If it is none, or has no such output or range.
    """
    if isinstance(target, Dataset):
        if low is not None or high is not None:
            raise NodewiseError(
                "low and high must be left out for a dataset, whose samples say where the curve has to go. "
                f"Got {low!r} and {high!r}. Pick samples with data.rows(...)."
            )
        return of_samples(target, _index(output, target.target_names) if target.targets is not None else 0)
    network = getattr(target, "network", target)
    if isinstance(network, Network):
        data = getattr(target, "data", None)
        if isinstance(data, Dataset) and data.features == 1:
            low, high = (end if given is None else given for given, end in ((low, data.low[0]), (high, data.high[0])))
        network = as_network(target)
        index = _index(output, network.output_names)
        return of_network(network, index, *(_range(low, high) if network.inputs == 1 else (0.0, 1.0)))
    if not callable(target):
        raise NodewiseError(
            f"target must be a dataset, a network, a fit or a function of x. Got {type(target).__name__}. "
            "Make numbers a nodewise.Dataset(x, y)."
        )
    return of_function(target, *_range(low, high))


def _range(low: float | None, high: float | None) -> tuple[float, float]:
    if low is None or high is None:
        raise NodewiseError(f"low and high must say the range of a function or network. Got {low!r} and {high!r}.")
    ends = checks.real("low", low), checks.real("high", high)
    if not ends[0] < ends[1]:
        raise NodewiseError(f"low must be below high. Got {low:g} and {high:g}.")
    if max(map(abs, ends)) > checks.UTMOST:
        raise NodewiseError(f"low and high must lie between -1e100 and 1e100. Got {low:g} and {high:g}.")
    return ends


def _index(output: int | str, names: tuple[str, ...]) -> int:
    if isinstance(output, str) and output in names:
        return names.index(output)
    if isinstance(output, int) and not isinstance(output, bool) and 0 <= output < len(names):
        return output
    raise unknown("output", output, [*names, *map(str, range(len(names)))])
