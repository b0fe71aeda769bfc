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
    """The facts the sentence is made of."""

    reason: str
    step: int
    kept: int
    steps: int
    solver: str
    rate: float
    patience: int
    starts: int
    good: int
    diverged: int


_LOWER = {
    "adam": "lower learning_rate, for example to {low:.2g}",
    "momentum": "lower learning_rate, for example to {low:.2g}",
    "gradient_descent": "lower learning_rate, for example to {low:.2g}",
    "lbfgs": 'scale the data (scale=True) or use solver="adam"',
    "variable_projection": 'scale the data (scale=True) or use solver="adam"',
}
_SENTENCES = {
    "finished": "Did all {steps} steps without settling; more steps may lower the loss further.",
    "converged": "Converged after {step} steps: the loss no longer falls.",
    "stopped_early": "Stopped after {step} steps: the held-out samples got no better for {patience} steps; "
    "kept step {kept}.",
    "diverged": "Diverged at step {step}: the loss grew beyond all bounds; {remedy}. Kept step {kept}.",
    "interrupted": "Interrupted after {step} steps; kept what was there.",
}


def describe(end: Ending, notes: tuple[str, ...]) -> Outcome:
    """Return the outcome for these facts."""
    remedy = _LOWER[end.solver].format(low=end.rate / 10)
    text = _SENTENCES[end.reason].format(
        steps=end.steps, step=end.step, kept=end.kept, patience=end.patience, remedy=remedy
    )
    if end.starts > 1:
        text += f" {end.good} of {end.starts} starts came within 10 % of the best"
        text += f"; {end.diverged} diverged." if end.diverged else "."
    return Outcome(end.reason, end.step, end.kept, text, notes)
