"""The sentences of a memory network: how many samples it answers, which is worst and why, what could not work."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nodewise.inspection.memory_network.check import Check
from nodewise.inspection.memory_network.samples import Samples, point
from nodewise.inspection.reading import counted, listed, nice

_ONE = 1e-9  # a length that differs less from 1 is 1
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Said:
    """What the sentences speak of; see `MemoryNetwork` for the fields."""

    check: Check
    samples: Samples
    kept: np.ndarray
    recipe: str
    threshold: float
    largest_cosine: float
    nearest: np.ndarray

    def place(self, node: int) -> int:
        """Return the number of a node's sample as people count."""
        return int(self.kept[node]) + 1


def sentences(said: Said) -> Iterator[str]:
    """Yield the sentences; the first one follows the network's name."""
    found = said.check
    right, count = int(found.answered.sum()), len(found.error)
    if right == count:
        largest = f"largest error {nice(found.error.max())}"
        yield f"answers {'it' if count == 1 else 'all of them'} ({largest})."
    else:
        yield f"answers {right} of them."
        yield from _worst(said)
    if len(said.nearest) and said.recipe == "essay":
        yield _theorem(said)
    yield from _hull(said)
    if copies := len(said.samples.inputs) - count:
        yield f"{copies} of the samples {'are copies' if copies > 1 else 'is a copy'} of others and left out."
    yield from _new(said)


def _worst(said: Said) -> Iterator[str]:
    found = said.check
    i = int(found.error.argmax())
    sample = int(said.kept[i])
    yield (
        f"Sample {sample + 1}, {said.samples.shown(sample)}, gives {point(found.output[i])} where "
        f"{said.samples.wanted(sample)} is wanted: {_why(said, i)}."
    )
    if (np.abs(found.length - 1) <= _ONE).all():
        yield "Leave the threshold out, and every sample is answered."
    else:
        exact = '; recipe="exact" answers them where they can be told apart at all' if said.recipe == "essay" else ""
        yield f"lift=True, without a threshold, answers every sample{exact}."


def _why(said: Said, i: int) -> str:
    found, other = said.check, int(said.check.loudest[i])
    if other < 0:
        length = f"its length is {nice(found.length[i])} where its row has 1"
        if found.own[i] > 0:
            return f"only its own node fires, but with {nice(found.own[i])}, as {length}"
        return f"no node fires, as {length} and the threshold is {nice(said.threshold)}"
    length, cosine = found.length[i], found.loudest_cosine[i]
    count = int(found.others[i])
    who = (
        f"node {other + 1} fires for it too,"
        if count == 1
        else f"{count} other nodes fire for it too, node {other + 1} most,"
    )
    return (
        f"{who} with length {nice(length)} times "
        f"cosine {nice(cosine)} = {nice(length * cosine)}, above the threshold {nice(said.threshold)}"
    )


def _theorem(said: Said) -> str:
    """Say whether the recipe must work: unit inputs, and a threshold from the largest cosine up to 1."""
    i, j = (said.place(k) for k in said.nearest)
    text = f"The largest cosine between two inputs is {nice(said.largest_cosine)} (samples {i} and {j})"
    uneven = np.flatnonzero(np.abs(said.check.length - 1) > _ONE)
    if said.threshold < said.largest_cosine - _ROUNDING:
        return f"{text}, above the threshold: with a lower one than that each of the two fires the other's node."
    if uneven.size:
        places = listed("sample", said.kept[uneven])
        return (
            f"{text}, not above the threshold, which keeps unit inputs apart; {places} "
            f"{'are' if uneven.size > 1 else 'is'} not of length 1."
        )
    return f"{text}, not above the threshold, and all inputs have length 1: so each fires its own node alone."


def _hull(said: Said) -> Iterator[str]:
    mixed = np.flatnonzero(said.check.inside)
    if mixed.size:
        places = listed("sample", said.kept[mixed])
        it, point_to = ("them", "have no detectors") if mixed.size > 1 else ("it", "has no detector")
        yield (
            f"{places[0].upper()}{places[1:]} {point_to}: a point inside the hull of the others cannot fire a node "
            f"that stays silent for all of them; lift=True moves {it} out."
        )
    if said.check.undecided:
        yield f"For {counted(said.check.undecided, 'sample')} that was not tried."


def _new(said: Said) -> Iterator[str]:
    found = said.check
    if found.new_error is None:
        return
    text = f"On {counted(found.new_samples, 'new sample')} the root-mean-square error is {nice(found.new_error)}"
    if found.new_wrong is not None:
        text += f", and {found.new_wrong} get the wrong class"
    if found.new_beyond:
        text += f"; {found.new_beyond} lie farther out than any sample, where the lift has no meaning of its own"
    yield f"{text}."
