"""How a training ended, in a sentence that says what to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How the training that was kept ended.

    Attributes:
        reason: "finished", "converged", "stopped_early", "diverged" or "interrupted".
        step: Steps it did.
        kept: The step whose parameters were kept.
        message: All of it in a sentence or two, with what to do.
        notes: What was decided or thinned on the way, a sentence each.
    """

    reason: str
    step: int
    kept: int
    message: str
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the message."""
        return self.message


@dataclass(frozen=True)
class Ending:
    """The facts the sentence is made of: those of the start that was kept, its settings, and all starts counted.

    Attributes:
        reason, step, kept: As in `Outcome`.
        fall: By what share the loss fell from the last but one tenth of the steps to the last.
        solver, rate, patience: As in the settings.
        starts: How many there were.
        good: How many of them came within 10 % of the best.
        diverged: How many of them diverged.
        sure: Whether it ended because hardly any loss was left.
    """

    reason: str
    step: int
    kept: int
    fall: float
    solver: str
    rate: float
    patience: int
    starts: int
    good: int
    diverged: int
    sure: bool = False


_LOWER = {
    "adam": "lower learning_rate, for example to {low:.2g}",
    "momentum": "lower learning_rate, for example to {low:.2g}",
    "gradient_descent": "lower learning_rate, for example to {low:.2g}",
    "lbfgs": 'scale the data (scale=True) or use solver="adam"',
    "variable_projection": 'scale the data (scale=True) or use solver="adam"',
}
_SENTENCES = {
    "finished": "Did {counted}; {trend}.",
    "converged": "Converged after {step} steps: {still}.",
    "stopped_early": "Stopped after {step} steps: the held-out samples got no better for {patience} steps; "
    "kept step {kept}.",
    "diverged": "Diverged at step {step}: the loss grew beyond all bounds; {remedy}. Kept step {kept}.",
    "interrupted": "Interrupted after {step} steps; kept what was there.",
}


_FALLING = 0.01  # a smaller fall is called none


def last_tenth(steps: int) -> int:
    """Return how many steps a tenth of them are, at least 1."""
    return max(steps // 10, 1)


def _trend(end: Ending) -> str:
    last = last_tenth(end.step)
    over = f"over the last {last if last > 1 else 'step'}"
    if end.fall < _FALLING:
        return f"the loss hardly fell {over}"
    return f"the loss fell by {100 * end.fall:.0f} % {over}, so more steps may lower it further"


def describe(end: Ending, notes: tuple[str, ...]) -> Outcome:
    """Return the outcome for these facts."""
    remedy = _LOWER[end.solver].format(low=end.rate / 10)
    still = "the samples are told apart, and hardly any loss is left" if end.sure else "the loss no longer falls"
    facts = {"still": still, "step": end.step, "kept": end.kept, "patience": end.patience, "remedy": remedy}
    counted = f"all {end.step} steps" if end.step > 1 else "the one step"
    text = _SENTENCES[end.reason].format(counted=counted, trend=_trend(end), **facts)
    if end.reason in ("finished", "converged") and end.kept < end.step:
        text += f" Kept step {end.kept}, the best on the held-out samples."
    if end.starts > 1:
        text += f" {end.good} of {end.starts} starts came within 10 % of the best"
        text += f"; {end.diverged} diverged." if end.diverged else "."
    return Outcome(end.reason, end.step, end.kept, text, notes)
