"""Whether no network with one hidden layer of the same activation has fewer nodes, and why.

Hidden nodes are counted; the network may be rewritten in any other way. In one direction everything stands on three
facts. A function bends where its nodes do and nowhere else, so each fold needs a corner of a node. Nodes of the
activations whose row in the table says so are linearly independent of each other and of straight lines, unless they are
equal or mirror images: sigmoid and tanh by Sussmann, "Uniqueness of the weights for minimal feedforward nets with a
given input-output map", Neural Networks 5, 1992 (also Albertini and Sontag 1993, and Kůrková and Kainen, "Functionally
equivalent feedforward neural networks", Neural Computation 6, 1994). Waves of different frequencies are independent,
and one frequency is a plane.
"""

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.inspection.reading import counted
from nodewise.inspection.smallest.chain import Nodes, corners, nonzero
from nodewise.inspection.smallest.forms import backward, groups, lengths
from nodewise.inspection.smallest.layer import classified, folded, grouped
from nodewise.inspection.smallest.phasors import by_frequency, rank, waves
from nodewise.inspection.smallest.ranges import reach
from nodewise.inspection.smallest.remainder import orientation, turning
from nodewise.inspection.smallest.subset import MOST
from nodewise.network import Dense

_REAL = 1e-9  # of the size of its terms: a fold is sharper than this


def proof(layers: list[Dense], box: Float[np.ndarray, "feature 2"]) -> tuple[bool, str]:
    """Return whether no fewer nodes can do, among networks with one such hidden layer, and a clause that says why."""
    *hidden, output = layers
    if not hidden:
        return True, "no node is needed"
    if len(hidden) > 1:
        return False, "no smaller one was found: for more than one hidden layer there is no proof"
    if not _one_to_one(output.activation):
        return False, f"no smaller one was found: {output.activation.name} on the output can hide what nodes do"
    layer = hidden[0]
    nodes = Nodes(layer.weight, layer.bias, output.weight.T, tuple((i,) for i in range(layer.outputs)))
    whole = bool(np.isinf(box).all())
    thick = bool((box[:, 0] < box[:, 1]).all())
    phi = layer.activation
    for reason in (_waves, _folds, _independent):
        why = reason(nodes, phi, box, whole) if thick else None
        if why is not None:
            return True, why
    return False, "no smaller one was found, which is no proof"


def _one_to_one(phi: Activation) -> bool:
    """Whether what stands before an output activation can be told from its values; of softmax only differences can."""
    return phi.identity or phi.joint or (phi.rising and not phi.piecewise_linear)


def _waves(nodes: Nodes, phi: Activation, box: np.ndarray, whole: bool) -> str | None:
    if not waves(phi) or not nonzero(nodes.weight).all():
        return None
    least = sum(rank(phasor) for _, _, phasor in by_frequency(nodes, phi))
    if len(nodes) != least:
        return None
    return "waves of different frequencies cannot replace each other, and those of one are added up"


def _folds(nodes: Nodes, phi: Activation, box: np.ndarray, whole: bool) -> str | None:
    places = corners(phi)
    if not places or phi.period is not None:
        return None
    count, one = _fold_count(nodes, phi, box), nodes.weight.shape[1] == 1
    fold = "knot" if one else "fold"
    if len(nodes) == -(-count // len(places)):
        each = "each needs a node" if len(places) == 1 else f"a node has at most {len(places)}"
        return f"the output has {counted(count, fold)}, and {each}" if count else None
    if phi.kinks != places or len(places) > 1 or not phi.piecewise_linear:
        return None
    if not count:
        return _line(len(nodes), whole)
    if len(nodes) == count + 1 and turning(phi) and _no_orientation(nodes, phi, box):
        return (
            f"the output has {counted(count, fold)}, each needs a node, and whichever way round these are, "
            "a straight line is left for one more"
        )
    return None


def _line(nodes: int, whole: bool) -> str | None:
    """Return why a straight line needs that many nodes with one kink."""
    if whole:
        return "the output is a straight line, and one node alone bends" if nodes == 2 else None
    return "the output is a straight line, which needs a node" if nodes == 1 else None


def _independent(nodes: Nodes, phi: Activation, box: np.ndarray, whole: bool) -> str | None:
    if not phi.unique or not nonzero(nodes.weight).all():
        return None
    found, _ = grouped(nodes, phi)
    bent, _ = folded(found, phi)
    said = f"{phi.name} nodes of different weights cannot replace each other ({phi.unique})"
    if len(bent) == len(nodes):
        return f"{said}, and none are equal or mirror images"
    if len(nodes) == len(bent) + 1 and len(bent) and turning(phi) and _no_orientation(nodes, phi, box):
        return f"{said}, and whichever way round they are, a straight line is left for one more"
    return None


def _no_orientation(nodes: Nodes, phi: Activation, box: np.ndarray) -> bool:
    """Whether all ways round of the nodes that bend were tried and each leaves a straight line."""
    layer = Dense(nodes.weight, nodes.bias, phi)
    kinds = classified(nodes, phi, reach([layer], box))
    if not len(kinds.bent):
        return False
    bent, rest = folded(grouped(kinds.bent, phi)[0], phi)
    rest = rest.plus(kinds.rest.slope, kinds.rest.constant, kinds.rest.size)
    return 0 < len(bent) <= MOST and orientation(bent, rest, phi) is None


def _fold_count(nodes: Nodes, phi: Activation, box: np.ndarray) -> int:
    """Return along how many lines or planes inside the box the output bends or jumps."""
    moving = nodes.pick(nonzero(nodes.weight))
    weight, bias, sharp = [], [], []
    length = lengths(moving.weight)
    unit = moving.weight / length[:, None]
    back = backward(unit)
    way = np.where(back, -1.0, 1.0)
    for corner in corners(phi):
        turn, jump = _sharpness(phi, corner)
        weight.append(unit * way[:, None])
        bias.append((moving.bias - corner) / length * way)
        # A kink is the same seen from both sides, a jump is upside down.
        sharp.append(
            np.concatenate([moving.out * (length * turn)[:, None], moving.out * (way * jump)[:, None]], axis=1)
        )
    rows, shifts, sizes = np.concatenate(weight), np.concatenate(bias), np.concatenate(sharp)
    count = 0
    for group in groups(rows, shifts):
        total, size = np.abs(sizes[group].sum(axis=0)).max(), np.abs(sizes[group]).sum(axis=0).max()
        count += bool(total > _REAL * size and _crosses(rows[group[0]], shifts[group[0]], box))
    return count


def _sharpness(phi: Activation, corner: float) -> tuple[float, float]:
    """Return by how much φ' and φ jump at a corner."""
    step = 2.0**-20
    before, after = (np.nextafter(corner, side * np.inf) for side in (-1, 1))
    if phi.piecewise_linear:  # far enough for the rounding of a corner not to matter
        before, after = corner - step, corner + step
    turn = float(phi.slope(after) - phi.slope(before))
    return turn, float(phi(after) - phi(before)) if corner in phi.jumps else 0.0


def _crosses(row: np.ndarray, shift: float, box: np.ndarray) -> bool:
    reads = row != 0  # 0 times an infinite end is no number
    ends = np.sort(row[reads, None] * box[reads], axis=1).sum(axis=0) + shift
    return bool(ends[0] < 0 < ends[1])
