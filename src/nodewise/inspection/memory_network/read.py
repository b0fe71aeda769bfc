"""Write a network by hand from samples, as the third essay does, and tell how well it answers and why."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.data import checks
from nodewise.data.scaler import standardise
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.memory_network import write
from nodewise.inspection.memory_network.check import Check, check
from nodewise.inspection.memory_network.encode import Encoding, zero
from nodewise.inspection.memory_network.samples import Samples, distinct, gather
from nodewise.inspection.memory_network.words import Said, sentences
from nodewise.inspection.reading import Reading, Row, counted, nice, readonly
from nodewise.network import Dense, Network
from nodewise.network.network import Layer

RECIPES = ("essay", "exact")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class MemoryNetwork(Network, Reading):
    """A network with one node per sample, written without training, and how well it answers.

    It is a `Network` in the user's units. Dividing an input by its length (`unit`) and lifting it (`lift`) are nothing
    a chain of layers can do, so they stand in `encode`: calling encodes first, and what reads, folds or saves layers
    alone refuses, and asks for `network` and `encode(x)`.

    Attributes:
        layers: Rows are the inputs divided by their length, every bias is -`firing_threshold`, the hidden activation is
            relu.
        encode: What happens to inputs before the layers; nothing where its `kind` is "none".
        recipe: "essay" or "exact".
        firing_threshold: The dot product above which a node fires, in the space of the rows, τ.
        gain: λ = 1 / (1 - τ) of the essay's recipe, else None.
        largest_cosine: Between any two rows, μ; 0 for one sample.
        nearest: [2], the two samples it is between; empty for one sample.
        kept: [node], which sample each node is written from; copies of earlier samples have none.
        targets: [node, output], what is wanted; of labels 1 for the own class and 0 for the others.
        self_check: How well the network answers its own samples, and new ones.
        samples: The samples, with names.
    """

    encode: Encoding
    recipe: str
    firing_threshold: float
    gain: float | None
    largest_cosine: float
    nearest: Int[np.ndarray, " pair"]
    kept: Int[np.ndarray, " node"]
    targets: Float[np.ndarray, "node output"]
    self_check: Check
    samples: Samples

    @property
    def inputs(self) -> int:
        """Number of features, of a lift without the one it adds."""
        return len(self.encode.names)

    @cached_property
    def network(self) -> Network:
        """The layers as a plain network, which takes `encode(x)`."""
        labels = {field.name: getattr(self, field.name) for field in fields(Network) if field.name != "layers"}
        return _plain(self.encode, self.layers, labels)

    def __call__(self, x: Any) -> Float[np.ndarray, "sample output"]:
        """Return the answers for x [sample, feature], in the user's units.

        Raises:
            NodewiseError: If x has another number of features, a number that is not finite, or an input of length 0
                that is to be divided by its length.
        """
        return self.network(self._encoded(x))

    def trace(self, x: Any) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return (pre-activations, activations) of both layers for x, as calling does."""
        return self.network.trace(self._encoded(x))

    @cached_property
    def folded(self) -> Network:
        """The equal plain network of `Dense` layers alone.

        Raises:
            NodewiseError: If there is none, because inputs are divided by their length or lifted first.
        """
        return self._alone().folded

    def save(self, path: str | Path) -> Path:
        """Write the plain network to a `.nodewise` file.

        Raises:
            NodewiseError: As of `Network.save`, or if inputs are divided by their length or lifted first.
        """
        return self._alone().save(path)

    def _encoded(self, x: Any) -> Float[np.ndarray, "sample feature"]:
        return self.encode(checks.numbers("x", self.check(x), "feature", self.feature_names))

    def _alone(self) -> Network:
        if self.encode.kind == "none":
            return self.network
        raise NodewiseError(
            "layers alone must be able to answer. Got a memory network that changes the length of its inputs first. "
            "Use its .network, which takes .encode(x)."
        )

    def __str__(self) -> str:
        """Return the sentences."""
        return self.summary

    @property
    def answered(self) -> Bool[np.ndarray, " node"]:
        """[node], whether the sample gets its target, to 1e-9 of the largest target."""
        return self.self_check.answered

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        inherited = {field.name for field in fields(Network)}
        return ("network", *(name for name in super().written if name not in inherited | {"samples"}))

    @property
    def summary(self) -> str:
        """How many samples are answered, the worst one and why, and what the threshold can do at all."""
        threshold = self.firing_threshold
        gain = "" if self.gain is None else f", λ {nice(self.gain)}"
        head = f"{self.network} written from {counted(len(self.kept), 'sample')} (threshold {nice(threshold)}{gain})"
        said = Said(self.self_check, self.samples, self.kept, self.recipe, threshold, self.largest_cosine, self.nearest)
        return " ".join([head, *sentences(said)])

    def table(self) -> list[Row]:
        """Return one row per sample, the worst answered first."""
        found = self.self_check
        names = self.output_names if self.outputs > 1 else ("",)
        return [
            {
                "sample": int(self.kept[i]) + 1,
                "length": float(found.length[i]),
                **{f"wanted {name}".strip(): float(self.targets[i, o]) for o, name in enumerate(names)},
                **{f"output {name}".strip(): float(found.output[i, o]) for o, name in enumerate(names)},
                "error": float(found.error[i]),
                "own_activation": float(found.own[i]),
                "others_firing": int(found.others[i]),
                "inside_hull": bool(found.inside[i]),
            }
            for i in np.argsort(-found.error, kind="stable")
        ]


def memory_network(
    x: Any,
    y: Any = None,
    threshold: float | None = None,
    *,
    recipe: str = "essay",
    scale: bool = False,
    unit: bool = False,
    lift: bool = False,
    new: Any = None,
) -> MemoryNetwork:
    """Write a network by hand from samples: one node per sample, which fires for inputs like it.

    Row i is u_i = x_i / ``|x_i|``, its node h_i = relu(u_i·x - τ). With unit inputs, τ from the largest cosine between
    two of them up to 1, and outgoing weights y_i / (1 - τ) every sample gets its target: only its own node fires.

    Args:
        x: [sample, feature], or a dataset, whose targets or labels are then taken.
        y: [sample, output] or [sample].
        threshold: τ; the largest cosine between two inputs unless given (of recipe "exact" times the shortest length).
        recipe: "essay", outgoing weights λ·y_i with λ = 1/(1 - τ); or "exact", those that solve H W2 = Y, H the
            activations of all samples.
        scale: Whether to bring each feature to mean 0 and standard deviation 1 first.
        unit: Whether to divide each input by its length first; what differs in length alone is then the same.
        lift: Whether to add the feature √(R² - ``|x|²``) first, R the largest length: all inputs then have length R and
            differ in direction, so that the recipe works for any different samples.
        new: Samples to try it on: a dataset, or (x, y).

    Raises:
        NodewiseError: If x and y are not finite numbers, an input has length 0, two equal inputs have different
            targets, two inputs have the same row, or the recipe has no solution.
    """
    if recipe not in RECIPES:
        raise unknown("recipe", recipe, RECIPES)
    if unit and lift:
        raise NodewiseError("unit and lift both give inputs one length. Got both; leave one of them out.")
    samples = gather(x, y)
    encode = _encoding(samples, scale, "unit" if unit else "lift" if lift else "none")
    seen = encode.seen(samples.inputs)
    length = np.linalg.norm(seen, axis=1)
    if not length.all():
        raise NodewiseError(zero(int(np.argmin(length)), encode.scaled))
    rows = seen / length[:, None]
    kept = distinct(samples, rows, encode.kind)
    rows, seen, own = rows[kept], seen[kept], samples.rows(kept)
    largest, nearest = _largest_cosine(rows)
    if threshold is None:
        if recipe == "essay" and largest >= write.LARGEST:
            raise NodewiseError(_too_near(samples, kept[nearest]))
        threshold = max(largest, 0.0) * (float(length.min()) if recipe == "exact" else 1.0)
    threshold = checks.real("threshold", threshold)
    if recipe == "essay":
        outgoing = write.essay(threshold, own.targets)
    else:
        outgoing = write.exact(threshold, rows, seen, own.targets)
    layers = (*encode.layers, _dense(rows, -threshold, "relu"), _dense(outgoing, 0.0, "identity"))
    return MemoryNetwork(
        layers,
        **samples.labels,
        encode=encode,
        recipe=recipe,
        firing_threshold=threshold,
        gain=1 / (1 - threshold) if recipe == "essay" else None,
        largest_cosine=largest,
        nearest=readonly(nearest),
        kept=readonly(kept),
        targets=readonly(own.targets),
        self_check=check(_plain(encode, layers, samples.labels), seen, own, encode, _tried(new, samples)),
        samples=samples,
    )


def _encoding(samples: Samples, scale: bool, kind: str) -> Encoding:
    features = samples.inputs.shape[1]
    shift, factor = standardise(samples.inputs) if scale else (np.zeros(features), np.ones(features))
    length = np.linalg.norm(shift + factor * samples.inputs, axis=1)
    if kind == "unit" and not length.all():
        raise NodewiseError(zero(int(np.argmin(length)), scale))
    radius = float(length.max()) or 1.0
    names = samples.labels["feature_names"]
    return Encoding(kind, readonly(shift), readonly(factor), radius if kind == "lift" else 1.0, names)


def _largest_cosine(rows: Float[np.ndarray, "node feature"]) -> tuple[float, np.ndarray]:
    if len(rows) == 1:
        return 0.0, np.empty(0, np.intp)
    cosine = rows @ rows.T
    np.fill_diagonal(cosine, -np.inf)
    i, j = sorted(np.unravel_index(int(cosine.argmax()), cosine.shape))
    return float(cosine[i, j]), np.array([i, j], np.intp)


def _too_near(samples: Samples, pair: np.ndarray) -> str:
    i, j = map(int, pair)
    return (
        f'recipe "essay" needs a threshold below 1 that no cosine between two inputs exceeds. Got '
        f"{samples.both(i, j)}, whose cosine rounds to 1. Leave one of them out."
    )


def _dense(weight: np.ndarray, bias: float, activation: str) -> Dense:
    return Dense(weight, np.full(len(weight), bias), activation)  # type: ignore[arg-type]


def _plain(encode: Encoding, layers: Iterable[Layer], labels: dict[str, Any]) -> Network:
    return Network(tuple(layers), **labels | encode.labels)


def _tried(new: Any, samples: Samples) -> Samples | None:
    if new is None:
        return None
    if isinstance(new, tuple) and len(new) != 2:
        raise NodewiseError(f"new must be a dataset, or two arrays (x, y). Got {counted(len(new), 'array')}.")
    tried = gather(*new) if isinstance(new, tuple) else gather(new, None)
    if tried.inputs.shape[1] != samples.inputs.shape[1] or tried.targets.shape[1] != samples.targets.shape[1]:
        raise NodewiseError(
            f"new must have the samples' {counted(samples.inputs.shape[1], 'feature')} and "
            f"{counted(samples.targets.shape[1], 'output')}. Got {tried.inputs.shape[1]} and {tried.targets.shape[1]}."
        )
    return tried
