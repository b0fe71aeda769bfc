"""`regions`: the exact convex regions on which a network of straight lines is one plane, over two features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.errors import NodewiseError
from nodewise.inspection.border import Border
from nodewise.inspection.overflow import within_float64
from nodewise.inspection.reading import Reading, Row, as_network, counted, interval, joined, nice, readonly
from nodewise.inspection.regions.chains import chains
from nodewise.inspection.regions.decision import Decision, decide
from nodewise.inspection.regions.maps import through
from nodewise.inspection.regions.mesh import Mesh
from nodewise.inspection.regions.parts import joined as connected
from nodewise.inspection.regions.parts import same_map
from nodewise.inspection.regions.plane import Plane, find_plane
from nodewise.inspection.regions.sweep import Swept, sweep
from nodewise.inspection.rule import Rule, rule
from nodewise.network import Dense, Network

_MOST_NAMED = 4
_MOST_ROWS = 1000


@dataclass(frozen=True, eq=False)
class Fold:
    """Where a node bends or jumps: the lines along which the network is folded by it.

    Attributes:
        layer: Of the layers of weights, from 0.
        node: From 0.
        lines: Polylines [vertex, 2], in the units of the two features.
    """

    layer: int
    node: int
    lines: tuple[Float[np.ndarray, "vertex 2"], ...]


@dataclass(frozen=True, eq=False)
class Regions(Reading):
    """The regions of a network of straight lines in a rectangle, exact.

    Inside an activation region no node bends. Neighbouring regions on which all outputs are the same affine map are one
    linear region.

    Attributes:
        feature_names: Of the two features.
        output_names: As the network's; of logits where the output activation is smooth.
        at: Name and value of each feature that is held.
        box: [feature, 2].
        centres: [region, feature], a point inside each region.
        values: [region, output], the outputs there.
        slopes: [region, output, feature], the gradient of each output.
        areas: [region], in the product of the features' units.
        linear: [region], the number of the linear region each belongs to, from 0.
        classes: Labels, or whole numbers from 0; empty where the network is no classifier.
        mesh: The polygons, in coordinates that run from -1 to 1 over the box.
        plane: What is looked at.
        decision: The polygons cut where the class changes; None where there are no classes.
        stopped: Layer and node, from 0, at which there would have been more regions than allowed; None if all are
            there. The regions are then those of the nodes before, on which nothing is known of the outputs: values and
            slopes are NaN, and there are no linear regions and no classes.
    """

    feature_names: tuple[str, ...]
    output_names: tuple[str, ...]
    at: dict[str, float]
    box: Float[np.ndarray, "feature 2"]
    centres: Float[np.ndarray, "region feature"]
    values: Float[np.ndarray, "region output"]
    slopes: Float[np.ndarray, "region output feature"]
    areas: Float[np.ndarray, " region"]
    linear: Int[np.ndarray, " region"]
    classes: tuple[Any, ...]
    mesh: Mesh
    plane: Plane
    decision: Decision | None
    stopped: tuple[int, int] | None
    _swept: Swept

    @property
    def certainty(self) -> str:
        """How far it can be trusted: "exact"."""
        return "exact" if self.stopped is None else "not finished"

    @property
    def count(self) -> int:
        """Number of activation regions."""
        return self.mesh.count

    @property
    def linear_count(self) -> int:
        """Number of linear regions."""
        return int(self.linear.max()) + 1 if len(self.linear) else 0

    @cached_property
    def polygons(self) -> tuple[Float[np.ndarray, "corner 2"], ...]:
        """The corners of each region, counterclockwise, in the units of the two features."""
        points = self.plane.place(self.mesh.points)[self.mesh.corners]
        return tuple(np.split(points, self.mesh.starts[1:-1]))

    @property
    def intercepts(self) -> Float[np.ndarray, "region output"]:
        """The affine maps at 0: output = slopes·x + intercepts. Far from 0 `centres` and `values` keep more digits."""
        return self.values - np.einsum("rof,rf->ro", self.slopes, self.centres)

    @property
    def lipschitz(self) -> Float[np.ndarray, " output"]:
        """Smallest Lipschitz constant of each output in the box: its steepest gradient; infinite where a node jumps."""
        if self._jumps:
            return np.full(len(self.output_names), np.inf)
        return np.linalg.norm(self.slopes, axis=2).max(axis=0)

    @property
    def _jumps(self) -> bool:
        return any(layer.activation.jumps for layer in self.plane.network.dense)

    @cached_property
    def folds(self) -> tuple[Fold, ...]:
        """Where each node bends, the nodes in order; one that bends nowhere in the box has none."""
        points = self.plane.place(self.mesh.points)
        return tuple(
            Fold(knot.layer, knot.node, tuple(points[line] for line in chains(knot.segments)))
            for knot in self._swept.knots
        )

    @cached_property
    def boundary(self) -> tuple[Border, ...]:
        """The decision boundary, as polylines between two classes each; empty where there are no classes."""
        if self.decision is None:
            return ()
        points = self.plane.place(self.decision.mesh.points)
        return tuple(
            Border(points[line], (self.classes[one], self.classes[other]))
            for (one, other), edges in self.decision.borders.items()
            for line in chains(edges)
        )

    @property
    def class_areas(self) -> dict[Any, float]:
        """The area that each class wins on."""
        if self.decision is None:
            return {}
        areas = np.bincount(self.decision.winner, self.decision.mesh.areas, len(self.classes)) * self._unit
        return dict(zip(self.classes, areas.tolist(), strict=True))

    @property
    def islands(self) -> dict[Any, int]:
        """The number of connected parts of each class; parts that touch in a point only are apart."""
        if self.decision is None:
            return {}
        first = np.unique(self.decision.part, return_index=True)[1]
        counts = np.bincount(self.decision.winner[first], minlength=len(self.classes))
        return dict(zip(self.classes, counts.tolist(), strict=True))

    @property
    def _unit(self) -> float:
        return float(np.prod(self.plane.half))

    @property
    def written(self) -> tuple[str, ...]:
        """What `as_dict` writes: the regions in the features' units, and counts."""
        names = ("feature_names", "output_names", "at", "box", "certainty", "count", "linear_count", "stopped")
        if self.stopped is not None:
            return (*names, "polygons", "centres", "areas", "folds")
        names += ("polygons", "centres", "values", "slopes", "areas", "linear", "folds")
        return (*names, "classes", "class_areas", "islands", "boundary") if self.classes else names

    @property
    def summary(self) -> str:
        """How many regions, and what wins on which area, in one sentence."""
        axes = [f"{name} in {interval(*ends)}" for name, ends in zip(self.feature_names, self.box, strict=True)]
        held = joined([f"{name} = {nice(value)}" for name, value in list(self.at.items())[:_MOST_NAMED]])
        where = f"For {joined(axes)}{f', with {held},' if held else ''}"
        if self.stopped is not None:
            layer, node = self.stopped
            return (
                f"{where} there are more regions than allowed: {self.count} by the nodes before node {node + 1} of "
                f"layer {layer + 1}, at which it stopped; give a smaller box, or a larger most."
            )
        same = "" if self.linear_count == self.count else f", on which it is {counted(self.linear_count, 'plane')}"
        found = f"{where} the network has {counted(self.count, 'activation region')}{same} (exact)"
        return f"{found}{self._winners()}."

    def _winners(self) -> str:
        if self.decision is None:
            return ""
        whole, parts = self._unit * 4, self.islands
        ranked = sorted(self.class_areas.items(), key=lambda entry: -entry[1])
        said = [
            f"{name} wins on {area / whole:.1%} in {counted(parts[name], 'part')}" for name, area in ranked if area > 0
        ]
        more = [f"{counted(len(said) - _MOST_NAMED, 'more class')}"] if len(said) > _MOST_NAMED else []
        return f"; {joined(said[:_MOST_NAMED] + more)}"

    def table(self) -> list[Row]:
        """Return one row per region, the largest first: area, value and slopes of each output."""
        rows = []
        for region in np.argsort(-self.areas, kind="stable")[:_MOST_ROWS]:
            same = None if self.stopped else int(self.linear[region]) + 1
            row: Row = {"region": int(region) + 1, "linear region": same}
            row |= {"area": float(self.areas[region]), "corners": len(self.polygons[region])}
            for name, value in zip(self.feature_names, self.centres[region], strict=True):
                row[f"{name} at the centre"] = float(value)
            for o, output in enumerate(self.output_names):
                row[f"{output} there"] = float(self.values[region, o])
                for f, feature in enumerate(self.feature_names):
                    row[f"slope of {output} by {feature}"] = float(self.slopes[region, o, f])
            rows.append(row)
        return rows


def regions(
    network: Any,
    box: Sequence[tuple[float, float]],
    *,
    at: Mapping[str, float] | None = None,
    threshold: float | None = None,
    most: int = 200_000,
) -> Regions:
    """Cut a rectangle into the convex regions on which a network of straight lines is one plane: exact, any depth.

    Layer by layer each polygon is cut where a node's pre-activation, an affine map on it, meets a kink or a jump of its
    activation. New vertices are shared by the polygons on both sides, so that the regions fill the box whatever the
    rounding; a vertex that a line misses by no more than rounding lies on it, and a part thinner than about 1e-14 of
    the box is not cut off. A classifier's polygons are cut once more where two classes are equal.

    Args:
        network: A network, or a fit that holds one, all hidden layers of straight lines (ReLU, abs, step, …). Where
            its output activation is smooth, such as softmax, the regions are of its logits.
        box: Two pairs (low, high), for the two features that are left free, in their order.
        at: Where the other features are held, by name.
        threshold: Of one output: the second class begins here. It makes a level line of a network without classes.
        most: Largest number of regions; the reading says if it would take more.

    Returns:
        The regions, with `.polygons`, affine maps `.slopes` and `.intercepts`, `.folds` of the nodes, and of a
        classifier its `.boundary`, `.class_areas` and `.islands`.

    Raises:
        NodewiseError: If a hidden layer is smooth, not two features are left free, an argument is none of these, or
            products of weights and inputs overflow.

    Source: Humayun, Balestriero, Balakrishnan, Baraniuk, "SplineCam", CVPR 2023, for the idea of cutting layer by
    layer.
    """
    classifier = as_network(network)
    if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 1:
        raise NodewiseError(f"most must be a whole number from 1. Got {most!r}.")
    plane = find_plane(classifier, box, at)
    own = plane.network if plane.network.dense[-1].activation.piecewise_linear else plane.network.logits
    _refuse_smooth(own)
    with within_float64(own, plane.box):
        return _regions(plane, own, dict(at or {}), threshold, int(most))


def _regions(plane: Plane, own: Network, at: dict[str, float], threshold: float | None, most: int) -> Regions:
    chain = plane.chain(own.layers)
    swept = sweep(chain, most)
    mesh = swept.mesh
    names = (plane.network.feature_names, own.output_names, at, readonly(plane.box))
    centres = readonly(plane.place(mesh.middles))
    areas = readonly(mesh.areas * float(np.prod(plane.half)))
    if swept.stopped:
        unknown = np.full((mesh.count, own.outputs, 2), np.nan)
        outputs = (readonly(unknown[..., 0]), readonly(unknown), areas, np.empty(0, np.intp), ())
        return Regions(*names, centres, *outputs, mesh, plane, None, swept.stopped, swept)
    maps, error = through(chain, mesh.middles)
    decides = _rule(plane.network, threshold)
    decision = None if decides is None else _decision(mesh, plane, own, decides)
    value = maps[..., 0] + (maps[..., 1:] * mesh.middles).sum(axis=2)
    return Regions(
        *names,
        centres,
        readonly(value.T),
        readonly(maps[..., 1:].transpose(1, 0, 2) / plane.half),
        areas,
        readonly(connected(mesh, same_map(mesh, maps, error))),
        () if decides is None else decides.classes,
        mesh,
        plane,
        decision,
        None,
        swept,
    )


def _refuse_smooth(network: Network) -> None:
    for number, layer in enumerate(network.dense, 1):
        if not layer.activation.piecewise_linear:
            raise NodewiseError(
                f"regions need a network of straight lines. Got {layer.activation.name} in layer {number}, which is "
                "smooth. Use nodewise.boundaries for where its class changes, or nodewise.bounds for its range."
            )


def _rule(network: Network, threshold: float | None) -> Rule | None:
    decides = network.classes or network.dense[-1].activation.joint or threshold is not None
    return rule(network, threshold, None) if decides else None


def _decision(mesh: Mesh, plane: Plane, own: Network, decides: Rule) -> Decision | None:
    layers = decides.layers
    smooth = any(isinstance(layer, Dense) and not layer.activation.piecewise_linear for layer in layers)
    if smooth:  # an output that falls with a smooth activation: its scores are not those of the logits
        return None
    scores, error = through(plane.chain(layers), mesh.middles)
    glued = not any(layer.activation.jumps for layer in own.dense)
    return decide(mesh, scores, error, decides, glued)
