"""Nodes that are waves: those of one frequency add up as phasors, Σ v·cos(ωx + b) = Re(e^{iωx} Σ v·e^{ib})."""

import numpy as np
from jaxtyping import Complex, Float

from nodewise.activations import Activation
from nodewise.inspection.smallest.chain import Nodes, behind, stacked
from nodewise.inspection.smallest.forms import SAME, backward, groups

# Frequencies further apart than this, relatively, are two; their waves would drift apart far out.
_ONE_FREQUENCY = 1e-14


def waves(phi: Activation) -> bool:
    """Whether a node is a wave and a constant, without a line."""
    return phi.wave is not None and phi.right is not None and phi.right.slope == 0


def by_frequency(
    nodes: Nodes, phi: Activation
) -> list[tuple[list[int], Float[np.ndarray, " feature"], Complex[np.ndarray, " next"]]]:
    """Return the nodes of each frequency, that frequency, forward, and the phasor each reader gets of it."""
    wave = phi.wave
    assert wave is not None
    back = backward(nodes.weight)
    forward = np.where(back[:, None], -nodes.weight, nodes.weight) + 0.0
    phase = wave.frequency * nodes.bias + wave.phase
    phasors = nodes.out * wave.amplitude * np.exp(1j * np.where(back, -phase, phase))[:, None]
    found = []
    for group in groups(forward, np.zeros(len(forward)), _ONE_FREQUENCY):
        size = float(np.abs(phasors[group]).sum(axis=0).max())
        total = phasors[group].sum(axis=0)
        found.append((group, forward[group[0]], np.where(np.abs(total) <= SAME * size, 0, total)))
    return found


def rank(phasor: Complex[np.ndarray, " next"]) -> int:
    """Return how many nodes one frequency needs: 0, 1 where all readers get one phase, else 2."""
    singular = np.linalg.svd(np.array([np.real(phasor), np.imag(phasor)]), compute_uv=False)
    return int((singular > 1e3 * SAME * singular[0]).sum()) if singular[0] > 0 else 0


def added(
    nodes: Nodes, phi: Activation, to_output: bool
) -> tuple[Nodes, Float[np.ndarray, " next"], list[tuple[tuple[int, ...], int]]]:
    """Return one or two nodes per frequency, the constant that their offsets leave, and who became how many.

    Args:
        nodes: None constant.
        phi: A wave.
        to_output: Whether the outputs read them: then the first amplitude is positive. Other readers may be turned
            round, so there the phase is in (-π/2, π/2].
    """
    wave, line = phi.wave, phi.right
    assert wave is not None
    assert line is not None
    parts, told = [nodes.pick(np.zeros(len(nodes), bool))], []
    for group, frequency, phasor in by_frequency(nodes, phi):
        members = behind(nodes.pick(np.array(group)))
        count = rank(phasor)
        if count < len(group):
            told.append((members, count))
        if count == 1:
            lead = phasor[np.abs(phasor).argmax()]
            turn = _of_first(phasor) if to_output else _half(float(np.angle(lead)))
            angle, out = np.angle(lead * turn), (phasor * np.conj(lead * turn)).real / abs(lead)
            phases, outs = [angle], [out]
        else:
            phases, outs = [0.0, -np.pi / 2], [np.real(phasor), -np.imag(phasor)]
        for phase, out in zip(phases[:count], outs[:count], strict=True):
            shift = phase - wave.phase
            shift -= 2 * np.pi * np.ceil(shift / (2 * np.pi) - 0.5 - SAME)
            row = np.array([shift / wave.frequency])
            parts.append(Nodes(frequency[None], row, out[None] / wave.amplitude, (members,)))
    kept = stacked(parts)
    return kept, line.intercept * (nodes.out.sum(axis=0) - kept.out.sum(axis=0)), told


def _half(angle: float) -> float:
    """Return the sign that brings a phase into (-π/2, π/2]."""
    return 1.0 if -np.pi / 2 < angle - SAME <= np.pi / 2 else -1.0


def _of_first(phasor: Complex[np.ndarray, " next"]) -> float:
    """Return the sign that makes the first amplitude that counts positive."""
    size = np.abs(phasor)
    lead, first = phasor[size.argmax()], phasor[(size > 1e-9 * size.max()).argmax()]
    return 1.0 if (first * np.conj(lead)).real > 0 else -1.0
