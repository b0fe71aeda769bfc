"""Recalling a stored row by a part of it or a noisy copy, in a classical or a modern Hopfield network."""

from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data import checks
from nodewise.data.scaler import standardise
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.reading import counted, nice, readonly
from nodewise.inspection.recall import classical, modern, notes
from nodewise.inspection.recall.couplings import RULES
from nodewise.inspection.recall.memory import Memory, as_cue, as_memory
from nodewise.inspection.recall.result import Recall

_UPDATES = ("asynchronous", "synchronous")
_SOFTMAX_STEPS, _CLASSICAL_STEPS = 200, 1_000_000
_MOST = 100_000_000  # weights kept, steps times rows
# The rule each option belongs to, and so with which it may be given.
_OWN = {"beta": True, "similarity": True, "scale": True, "threshold": False, "update": False, "seed": False}


def recall(
    memory: Any,
    cue: Any,
    rule: str = "softmax",
    *,
    beta: float | None = None,
    similarity: str | None = None,
    scale: bool | None = None,
    threshold: Any = None,
    update: str | None = None,
    seed: int | None = None,
    clamp: bool = False,
    steps: int | None = None,
) -> Recall:
    """Call back what is stored by a part of it, or by a noisy copy: a memory addressed by its content.

    With "softmax", the modern Hopfield network (Ramsauer et al. 2021), the state goes to Σ p_i x_i with
    p = softmax(β·similarity of row x_i), which is attention with the rows as keys and values. Only what the cue knows
    is compared, so that the rest is recalled and does not count.

    With "hebb" (Hopfield 1982) and "pseudo-inverse" (Personnaz, Guyon and Dreyfus 1985) values become -1 or 1, and each
    unit follows the sign of Σ w_ij s_j. What the cue does not know is 0, so that it says nothing, until it is asked.

    Args:
        memory: The rows to store: a dataset, an array [row, feature], or images [row, height, width].
        cue: One number per feature, NaN where it is not known; or a dictionary from feature names to those known.
        rule: "softmax", "hebb" or "pseudo-inverse".
        beta: With softmax, how sharply more similar rows are preferred; unless given, such that half of the rows, given
            as their own cue, get 99 % of the weight or more.
        similarity: With softmax: "distance" (unless given), so that the nearest row wins; or "dot", the dot product of
            attention and of the paper, by which long rows win. They are the same where all rows are equally long.
        scale: With softmax, whether columns are compared scaled to mean 0 and standard deviation 1, as they are unless
            said: pixels had better be left as they are.
        threshold: In a classical network what a value must exceed to become 1, one for all features or one for each;
            unless given, the middle of the memory's two values, or the mean of each column that has more.
        update: In a classical network "asynchronous" (unless given), one unit after the other, or "synchronous".
        seed: Of the order of asynchronous updates; 0 unless given.
        clamp: Whether what the cue knows is held. Otherwise it may be noisy, and is recalled as well.
        steps: Most steps to take; 200 with softmax (fewer if the weights of all steps are more than 100 million), and
            otherwise as many as it takes.

    Returns:
        States, energies and the similarity of every row at each step.

    Raises:
        NodewiseError: If there is nothing to store, a stored value is missing, the cue has another length or knows
            nothing, or a setting is out of range or belongs to another rule.
    """
    if rule not in ("softmax", *RULES):
        raise unknown("rule", rule, ("softmax", *RULES))
    given = (beta, similarity, scale, threshold, update, seed)
    for name, value in zip(_OWN, given, strict=True):
        _check_own(name, value, rule)
    stored = as_memory(memory)
    values = as_cue(stored, cue)
    most = None if steps is None else checks.whole("steps", steps, 1)
    if rule == "softmax":
        return _modern(stored, values, beta, similarity or "distance", scale is not False, clamp, most)
    order = _choice("update", update or "asynchronous", _UPDATES)
    seed = checks.whole("seed", seed or 0, 0)
    return _classical(stored, values, rule, threshold, order, seed, clamp, most or _CLASSICAL_STEPS)


def _check_own(name: str, value: Any, rule: str) -> None:
    if value is not None and _OWN[name] != (rule == "softmax"):
        owners = ["'softmax'"] if _OWN[name] else [repr(other) for other in RULES]
        raise NodewiseError(f"{name} belongs to the rule {' or '.join(owners)}. Got it with {rule!r}; leave it out.")


def _choice(what: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise unknown(what, value, choices)
    return value


def _modern(
    memory: Memory, cue: np.ndarray, beta: float | None, similarity: str, scale: bool, clamp: bool, most: int | None
) -> Recall:
    _choice("similarity", similarity, modern.SIMILARITIES)
    shift, factor = standardise(memory.rows) if scale else (np.zeros(len(cue)), np.ones(len(cue)))
    known = ~np.isnan(cue)
    rows = (shift + factor * memory.rows)[:, known]
    sharp = modern.usual_beta(rows) if beta is None else _positive(beta)
    attention = modern.Attention(rows, sharp, similarity)
    most = min(most or _SOFTMAX_STEPS, max(1, _MOST // len(rows)))
    done = modern.settle(attention, (shift + factor * cue)[known], clamp, most)
    states = np.vstack([cue, done.weights[:-1] @ memory.rows])
    if clamp:
        states[:, known] = cue[known]
    return Recall(
        rule="softmax",
        update="synchronous",
        similarity_by=similarity,
        beta=sharp,
        feature_names=memory.feature_names,
        labels=memory.labels,
        shape=memory.shape,
        rows=readonly(memory.rows),
        threshold=None,
        shift=readonly(shift),
        factor=readonly(factor),
        cue=readonly(cue),
        states=readonly(states),
        energies=readonly(done.energies),
        similarity=readonly(done.similarity),
        weights=readonly(done.weights),
        outcome="settled" if done.settled else "stopped",
        notes=(*notes.constant(memory), *notes.alike(memory, rows, done.weights[-1]), *notes.long(attention)),
    )


def _positive(beta: Any) -> float:
    value = checks.real("beta", beta)
    if value <= 0:
        raise NodewiseError(
            f"beta must be above 0. Got {beta!r}. The larger it is, the more the most similar row counts; leave it out "
            "for one that fits the rows."
        )
    return value


def _classical(
    memory: Memory, cue: np.ndarray, rule: str, threshold: Any, update: str, seed: int, clamp: bool, most: int
) -> Recall:
    limits, said = _limits(memory, threshold)
    known = ~np.isnan(cue)
    rows = np.where(memory.rows > limits, 1.0, -1.0)
    start = np.where(known, np.where(cue > limits, 1.0, -1.0), 0.0)
    free = ~known if clamp else np.ones(len(cue), bool)
    couplings = RULES[rule](rows)
    if update == "asynchronous":
        path = classical.asynchronous(couplings, start, free, most, seed)
    else:
        path = classical.synchronous(couplings, start, free, most)
    states = path.states.astype(np.float64)
    overlaps = states @ rows.T / np.concatenate([[known.sum()], np.full(len(states) - 1, len(cue))])[:, None]
    return Recall(
        rule=rule,
        update=update,
        similarity_by="overlap",
        beta=None,
        feature_names=memory.feature_names,
        labels=memory.labels,
        shape=memory.shape,
        rows=readonly(rows),
        threshold=readonly(limits),
        shift=None,
        factor=None,
        cue=readonly(cue),
        states=readonly(states),
        energies=readonly(couplings.energy(states)),
        similarity=readonly(overlaps),
        weights=None,
        outcome=path.outcome,
        notes=(*said, *notes.constant(memory), *notes.full(couplings, rule, len(cue)), *notes.undecided(states[-1])),
    )


def _limits(memory: Memory, threshold: Any) -> tuple[Float[np.ndarray, " feature"], list[str]]:
    """Return what each value must exceed to become 1, and a note unless the memory had two values only."""
    features = memory.rows.shape[1]
    low, high = memory.rows.min(), memory.rows.max()
    if threshold is not None:
        limits = np.array(_threshold(threshold, features))
        said = f"above {nice(limits[0])}" if (limits == limits[0]).all() else "above each column's threshold"
        return limits, [f"Values {said} became 1, the others -1."]
    if low < high and ((memory.rows == low) | (memory.rows == high)).all():
        return np.full(features, low / 2 + high / 2), []
    shift, factor = standardise(memory.rows)
    return -shift / factor, ["Values above the mean of their column became 1, the others -1."]


def _threshold(given: Any, features: int) -> Float[np.ndarray, " feature"]:
    try:
        values = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        values = np.array(np.nan)
    if values.shape not in ((), (features,)) or not np.isfinite(values).all():
        raise NodewiseError(
            f"threshold must be a finite number, or one for each of {counted(features, 'feature')}. "
            f"Got {f'{given!r}'[:60]}."
        )
    return np.broadcast_to(values, (features,))
