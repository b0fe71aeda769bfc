"""The classical Hopfield network: units of ±1 that follow the sign of what the others say, until none changes."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int8

from nodewise.errors import NodewiseError
from nodewise.inspection.recall.couplings import Couplings

_MOST = 1_000_000_000  # numbers in the states


class Path(NamedTuple):
    """The states a network went through.

    Attributes:
        states: [step, feature], -1 or 1, and 0 where a unit is undecided.
        outcome: "settled", "cycle" (the last two states follow each other for ever) or "stopped".
    """

    states: Int8[np.ndarray, "step feature"]
    outcome: str


def asynchronous(
    couplings: Couplings, start: Float[np.ndarray, " feature"], free: Bool[np.ndarray, " feature"], most: int, seed: int
) -> Path:
    """Ask one unit after the other, in an order drawn anew for each round, until none changes in a whole round.

    A step is the change of one unit. It changes the energy by -Δs·h, h being what the others say to it: never upwards,
    and down unless h is 0, where a unit stays as it is. So there is an end.

    Raises:
        NodewiseError: If the states are too many to be kept.
    """
    random, units = np.random.default_rng(seed), np.flatnonzero(free)
    state, states = start.astype(np.int8), [start.astype(np.int8)]
    sums, factor, square = start @ couplings.factor, couplings.factor, couplings.square
    changed = True
    while changed:
        changed = False
        for unit in random.permutation(units):
            field = couplings.gain * (factor[unit] @ sums - square[unit] * state[unit])
            if abs(field) <= couplings.rounding or np.sign(field) == state[unit]:
                continue
            if len(states) > most:
                return Path(np.stack(states), "stopped")
            sums = sums + factor[unit] * (np.sign(field) - state[unit])
            state[unit] = np.sign(field)
            states.append(state.copy())
            changed = True
            _check_memory(len(states), len(state))
    return Path(np.stack(states), "settled")


def synchronous(
    couplings: Couplings, start: Float[np.ndarray, " feature"], free: Bool[np.ndarray, " feature"], most: int
) -> Path:
    """Let all units follow at once, until nothing changes or two states follow each other for ever.

    There is nothing third, because -sᵀ(t) W s(t+1) never rises. The energy itself may.
    """
    states = [start.astype(np.int8)]
    while len(states) <= most:
        new = follow(couplings, states[-1][None])[0]
        new[~free] = states[-1][~free]
        if (new == states[-1]).all():
            return Path(np.stack(states), "settled")
        if len(states) > 1 and (new == states[-2]).all():
            return Path(np.stack(states), "cycle")
        states.append(new)
        _check_memory(len(states), len(new))
    return Path(np.stack(states), "stopped")


def follow(couplings: Couplings, states: Int8[np.ndarray, "step feature"]) -> Int8[np.ndarray, "step feature"]:
    """Return where each state goes in one step of all units at once; a unit that hears 0 stays."""
    fields = couplings.fields(states.astype(np.float64))
    return np.where(fields == 0, states, np.sign(fields)).astype(np.int8)


def _check_memory(steps: int, features: int) -> None:
    if steps * features > _MOST:
        raise NodewiseError(
            f"the states of a recall must be at most {_MOST} numbers. Got more, after {steps} steps of {features} "
            'features. Use update="synchronous", which takes fewer steps, or leave features out.'
        )
