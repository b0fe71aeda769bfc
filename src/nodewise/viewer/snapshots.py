"""The training as the viewer's page replays it: snapshots, losses and starts, thinned to what a page can hold."""

from typing import Any

import numpy as np
from jaxtyping import Int

_MOST_POINTS = 500  # of the curve of each start's losses
_STARTS_SHARE = 4  # the starts may take one part of this many of what the snapshots may take
_LARGEST = float(np.finfo(np.float32).max)


def snapshots(fit: Any, cap: int) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return facts and arrays of a training, in the scaled units it trained in.

    Args:
        fit: The fit.
        cap: Bytes that the snapshots may take; the starts may take a quarter of it.

    Returns:
        `kept`, the place among the snapshots of the one that became the network, or where samples were held out the one
        nearest to it; `thinned`, "" or a sentence; `starts`, counts and the reasons; and the arrays.
    """
    from nodewise.training.calls import REASONS  # loads JAX, which whoever holds a fit has loaded

    history, starts = fit.history, fit.starts
    parameters = single(history.parameters)
    kept = int(np.abs(history.steps - fit.outcome.kept).argmin())
    chosen = _evenly(len(parameters), cap // max(parameters[0].nbytes, 1), kept)
    finals, curve_steps, curves = single(starts.parameters), *_curves(starts.curves)
    per_start = finals[0].nbytes + curves[0].nbytes
    shown = _evenly(len(starts), cap // _STARTS_SHARE // per_start, starts.best)
    arrays = {
        "history.parameters": parameters[chosen],
        "history.steps": history.steps[chosen].astype(np.int32),
        "losses": single(fit.losses),
        "starts.parameters": finals[shown],
        "starts.losses": np.asarray(starts.losses, float)[shown],
        "starts.curves": curves[shown],
        "starts.curve_steps": curve_steps,
    }
    if fit.validation_losses is not None:
        arrays["validation_losses"] = single(fit.validation_losses)
    counts = {"best": int(np.searchsorted(shown, starts.best)), "good": starts.good, "diverged": starts.diverged}
    reasons = [str(REASONS[int(code)]) for code in starts.reasons[shown]]
    facts = {
        "kept": int(np.searchsorted(chosen, kept)),
        "thinned": _sentence((("snapshots", chosen, len(parameters)), ("starts", shown, len(starts)))),
        "starts": counts | {"count": len(starts), "reasons": reasons},
    }
    return facts, arrays


def single(values: Any) -> np.ndarray:
    """Return values in float32, or as they are where one would overflow."""
    values = np.asarray(values)
    if values.dtype == np.float32:
        return values
    largest = max(abs(values.max(initial=0)), abs(values.min(initial=0)))
    if largest > _LARGEST or not np.isfinite(largest):
        finite = np.abs(values[np.isfinite(values)])
        if finite.max(initial=0) > _LARGEST:
            return values.astype(np.float64)
    return values.astype(np.float32)


def _evenly(count: int, most: int, needed: int) -> Int[np.ndarray, " chosen"]:
    """Return at most `most` indices below `count`, evenly chosen: the first, the last and `needed` among them."""
    if count <= most:
        return np.arange(count)
    chosen = np.linspace(0, count - 1, max(most - 1, 2)).round().astype(np.intp)
    return np.unique([*chosen, needed])


def _curves(curves: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return steps [point] and the losses of every start there [start, point], nan after its last step."""
    longest = max(len(curve) for curve in curves)
    steps = np.unique(np.linspace(0, longest - 1, min(longest, _MOST_POINTS)).round().astype(np.int32))
    rows = np.full((len(curves), len(steps)), np.nan)
    for row, curve in zip(rows, curves, strict=True):
        inside = steps[steps < len(curve)]
        row[: len(inside)] = curve[inside]
    return steps, single(rows)


def _sentence(parts: tuple[tuple[str, np.ndarray, int], ...]) -> str:
    shown = [f"{len(chosen)} of {count} {name}" for name, chosen, count in parts if len(chosen) < count]
    if not shown:
        return ""
    return f"To keep the page small, it holds {' and '.join(shown)}, evenly chosen."
