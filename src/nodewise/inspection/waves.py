"""What a network of waves consists of: a sum of waves, a line and an offset, read from its weights.

A node whose activation is line(z) + amplitude·cos(frequency·z + phase) adds one wave to each output, because its
pre-activation is w·x + b. Nodes of equal frequency add up as phasors: Σ A cos(ωx + φ) = Re(e^{iωx} Σ A e^{iφ}).
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex, Float

from nodewise.activations import find, names
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import joined, readonly
from nodewise.network import Network
from nodewise.network.linear import line as line_of
from nodewise.network.linear import merged as merged_layers

# Frequencies closer than this, relatively, are one: they differ by rounding alone.
SAME = 1e-14


@dataclass(frozen=True, eq=False)
class Waves:
    """Waves amplitude·cos(frequency·x + phase), the strongest first where they were merged.

    Attributes:
        amplitude: [wave, output], in the output's unit, not negative.
        frequency: [wave, feature], angular, in radians per unit of the feature; its first entry but 0 is positive.
        phase: [wave, output], in radians, in (-π, π].
        nodes: Indices of the nodes behind each wave.
    """

    amplitude: Float[np.ndarray, "wave output"]
    frequency: Float[np.ndarray, "wave feature"]
    phase: Float[np.ndarray, "wave output"]
    nodes: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        """Return the number of waves."""
        return len(self.amplitude)

    @property
    def speed(self) -> Float[np.ndarray, " wave"]:
        """Length of the frequency vector."""
        return np.linalg.norm(self.frequency, axis=1)

    @property
    def period(self) -> Float[np.ndarray, " wave"]:
        """Distance from crest to crest, 2π/frequency; infinite for a wave that stands still."""
        speed = self.speed
        return np.divide(2 * math.pi, speed, out=np.full(len(speed), math.inf), where=speed > 0)

    def __call__(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample output"]:
        """Return the sum of the waves."""
        angle = (x @ self.frequency.T)[:, :, None] + self.phase
        return np.einsum("swo,wo->so", np.cos(angle), self.amplitude)


@dataclass(frozen=True, eq=False)
class Composition:
    """A network taken apart: output = waves + slope·x + offset, exactly.

    Attributes:
        by_node: One wave per node, in the nodes' order.
        waves: The same, equal frequencies merged and the strongest first; none of frequency 0.
        slope: [output, feature], the line that the nodes' lines add up to.
        offset: [output], with the bias and the waves of frequency 0.
    """

    by_node: Waves
    waves: Waves
    slope: Float[np.ndarray, "output feature"]
    offset: Float[np.ndarray, " output"]

    def __call__(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample output"]:
        """Return waves + slope·x + offset."""
        return self.waves(x) + x @ self.slope.T + self.offset


def composition(network: Network) -> Composition | None:
    """Take a network apart into waves, or return None if it is no sum of waves.

    It is one if its nodes have waves, read the features directly and are read by the output alone; layers of
    straight lines before and after do not matter.
    """
    layers = merged_layers(network.folded.dense)
    if len(layers) != 2 or (wave := layers[0].activation.wave) is None or not layers[1].activation.identity:
        return None
    hidden, output = layers
    line = line_of(hidden)
    phasors = wave.amplitude * np.exp(1j * (wave.frequency * hidden.bias + wave.phase))[:, None] * output.weight.T
    by_node = _waves(phasors, wave.frequency * hidden.weight, tuple((i,) for i in range(hidden.outputs)))
    moving = by_node.speed > 0
    standing = (by_node.amplitude * np.cos(by_node.phase))[~moving].sum(0)
    return Composition(
        by_node,
        merged(by_node),
        readonly(line.slope * output.weight @ hidden.weight),
        readonly(output.bias + standing + output.weight @ (line.slope * hidden.bias + line.intercept)),
    )


def refuse(network: Network, reading: str) -> NodewiseError:
    """Build the refusal of a network that is no sum of waves."""
    waving = [name for name in names() if find(name).wave]
    used = list(dict.fromkeys(layer.activation.name for layer in network.hidden)) or ["no hidden layer"]
    rule = f"{reading} needs one hidden layer of waves ({', '.join(waving[:-1])} or {waving[-1]})."
    if any(find(name).wave for name in used if name in names()):
        reason = "It has layers that bend, beside the waves, and what they become is no sum of waves."
    elif periodic := [name for name in used if name in names() and find(name).period]:
        reason = f"{joined(periodic)} repeats, but with corners or jumps: each node holds endlessly many waves."
    else:
        reason = "Its nodes do not wave."
    return NodewiseError(
        f"{rule} Got {network}. {reason} Use nodewise.contributions for what its nodes add, and nodewise.extrapolation "
        "for what it does outside the data."
    )


def merged(waves: Waves) -> Waves:
    """Add up the waves of equal frequency, leave out frequency 0, and sort by the largest amplitude."""
    groups: list[list[int]] = []
    for i in np.lexsort(waves.frequency.T[::-1]):
        same = groups and _close(waves.frequency[groups[-1][0]], waves.frequency[i])
        if waves.speed[i] == 0:
            continue
        if same:
            groups[-1].append(int(i))
        else:
            groups.append([int(i)])
    phasors = waves.amplitude * np.exp(1j * waves.phase)
    outputs, features = waves.phase.shape[1], waves.frequency.shape[1]
    sums = np.array([phasors[g].sum(0) for g in groups]).reshape(-1, outputs)
    frequency = np.array([waves.frequency[g[0]] for g in groups]).reshape(-1, features)
    order = np.argsort(-np.abs(sums).max(1), kind="stable")
    nodes = tuple(tuple(sorted(node for i in groups[at] for node in waves.nodes[i])) for at in order)
    return _waves(sums[order], frequency[order], nodes)


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.linalg.norm(one - other) <= SAME * np.linalg.norm(one))


def _waves(
    phasor: Complex[np.ndarray, "wave output"],
    frequency: Float[np.ndarray, "wave feature"],
    nodes: tuple[tuple[int, ...], ...],
) -> Waves:
    """Return Re(phasor·e^{i·frequency·x}) as waves whose frequency points forward: cos(-θ) = cos θ."""
    lead = frequency[np.arange(len(frequency)), (frequency != 0).argmax(1)]
    backward = lead < 0
    phasor = np.where(backward[:, None], phasor.conj(), phasor)
    frequency = np.where(backward[:, None], -frequency, frequency) + 0.0  # no -0
    phase = np.angle(phasor)
    phase = np.where(phase <= -math.pi, math.pi, phase)
    return Waves(readonly(np.abs(phasor)), readonly(frequency), readonly(phase), nodes)
