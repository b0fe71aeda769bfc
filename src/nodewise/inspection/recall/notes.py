"""What a reader of a recall should know besides: no sentence where there is nothing to say."""

import numpy as np

from nodewise.inspection.reading import counted, listed
from nodewise.inspection.recall.couplings import Couplings
from nodewise.inspection.recall.memory import Memory
from nodewise.inspection.recall.modern import Attention

_TRIED = 256  # rows, to see whether lengths count


def constant(memory: Memory) -> list[str]:
    """Say which features are the same in all rows."""
    same = np.flatnonzero(memory.constant)
    if len(memory.rows) == 1 or not same.size:
        return []
    if same.size == 1:
        return [f"Feature {memory.feature_names[same[0]]} is the same in all rows and tells none apart."]
    return [f"{same.size} features are the same in all rows and tell none apart."]


def alike(memory: Memory, rows: np.ndarray, weights: np.ndarray) -> list[str]:
    """Say which rows differ from the nearest only where the cue knows nothing."""
    nearest = int(weights.argmax())
    same = (rows == rows[nearest]).all(axis=1)
    other = same & ~(memory.rows == memory.rows[nearest]).all(axis=1)
    if not other.any():
        return []
    return [f"In what the cue knows, {listed('row', np.flatnonzero(same))} are the same: it cannot tell them apart."]


def long(attention: Attention) -> list[str]:
    """Say how many rows are not the most similar to themselves, where lengths count."""
    if attention.similarity != "dot":
        return []
    rows = attention.rows
    picked = rows[np.unique(np.linspace(0, len(rows) - 1, _TRIED).round().astype(int))]
    lost = sum(bool((rows @ row > row @ row * (1 + 1e-12)).any()) for row in picked)
    if not lost:
        return []
    tried = " tried" if len(picked) < len(rows) else ""
    note = (
        f"For {lost} of {counted(len(picked), 'row')}{tried} a longer row has the larger dot product, so that they are "
    )
    return [note + 'not recalled by themselves; similarity="distance" takes the lengths off.']


def full(couplings: Couplings, rule: str, features: int) -> list[str]:
    """Say so where nothing can be corrected, because the rows span everything."""
    if rule != "pseudo-inverse" or couplings.factor.shape[1] < features:
        return []
    return ["The rows span every state, so that all of them stand still and nothing is corrected."]


def undecided(state: np.ndarray) -> list[str]:
    """Say how many features nothing decided."""
    count = int((state == 0).sum())
    return [f"{counted(count, 'feature')} stayed undecided, at 0."] if count else []
