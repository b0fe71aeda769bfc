"""scikit-learn's way to draw: `Display.from_estimator(estimator, X)`, for any model that `open_model` opens.

Each display is a row: the picture of `nodewise.figures`, and the reading that it draws.
"""

from nodewise import figures
from nodewise.displays.base import Display, Row
from nodewise.inspection.effects import effect_map, effects
from nodewise.inspection.explanation import explanation
from nodewise.inspection.memories import memories


class ContributionsDisplay(Display):
    """What each node contributes to the output: curves that add up, or of several features bars of shares.

    Options of `from_estimator`: those of `nodewise.figures.contributions` (output, layer, stacked, top, beyond).
    """

    _row = Row(figures.contributions)


class FitDisplay(Display):
    """What the model says against what was observed: the curve over the samples, or predicted against observed.

    Needs y. Options of `from_estimator`: those of `nodewise.figures.fit` (output, beyond). Takes black boxes, of which
    two features make a map.
    """

    _row = Row(figures.fit, targets=True, black_box=True)


class EffectsDisplay(Display):
    """The output along each feature, single samples (ICE) and their mean (PDP); of one feature split into nodes.

    Options of `from_estimator`: those of `nodewise.effects` (feature, grid, percentiles, samples, curves, seed) and of
    `nodewise.figures.effects` (output, top). Takes black boxes.
    """

    _row = Row(figures.effects, effects, black_box=True)


class EffectMapDisplay(Display):
    """The output over two features.

    Options of `from_estimator`: those of `nodewise.effect_map` (features, grid, others, percentiles, samples, seed) and
    of `nodewise.figures.effect_map` (output). Takes black boxes.
    """

    _row = Row(figures.effect_map, effect_map, black_box=True)


class ExplanationDisplay(Display):
    """One prediction, split into what each feature does through each node.

    Options of `from_estimator`: `sample`, the row of X that is explained, from 0; those of `nodewise.explanation`
    (base, layer, samples) and of `nodewise.figures.explanation` (output, top).
    """

    _row = Row(figures.explanation, explanation, asked="x")


class MemoriesDisplay(Display):
    """How similar a sample is to each node's row, and which nodes fire.

    Options of `from_estimator`: `sample`, the row of X that is asked about, from 0; those of `nodewise.memories`
    (layer, samples) and of `nodewise.figures.similarity` (by, top).
    """

    _row = Row(figures.similarity, memories, asked="query")


class VotesDisplay(Display):
    """How the nodes vote for a sample's output.

    Options of `from_estimator`: `sample`, the row of X that is asked about, from 0; those of `nodewise.memories`
    (layer, samples) and of `nodewise.figures.votes` (output, top).
    """

    _row = Row(figures.votes, memories, asked="query")


class BoundariesDisplay(Display):
    """Where a classifier changes its mind, over one feature or two; with y the wrong samples are marked.

    Options of `from_estimator`: those of `nodewise.figures.boundaries` (features, at, threshold, low, high, points).
    Takes black boxes, which are sampled.
    """

    _row = Row(figures.boundaries, classes=True, black_box=True)


class ExtrapolationDisplay(Display):
    """What the model does outside the data along one feature, and what it tends to.

    Options of `from_estimator`: those of `nodewise.figures.extrapolation` (output, feature, beyond).
    Takes black boxes, of which the curve alone is drawn.
    """

    _row = Row(figures.extrapolation, black_box=True)
