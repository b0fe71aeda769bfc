"""`compare`: train several values of one setting from the same starts, and test which errs less."""

from dataclasses import replace
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import nice
from nodewise.inspection.study import Comparison, Study, comparison
from nodewise.inspection.study.comparison import check_by
from nodewise.studies.questions.asked import Store, complete, inside, several
from nodewise.studies.study.grid import VARIED
from nodewise.studies.study.samples import split

_NOISY = 1.5  # times the noise


def compare(
    data: Dataset, *, by: str | None = None, noise: Any = None, store: Store = "study", **settings: Any
) -> Comparison:
    """Train several values of one setting, each from the same seeds, and say which errs least.

    So it is asked which activation extrapolates (``activation=["relu", "cosine"], holdout=0.2``), and what longer
    training, another start, a penalty or noise does (``steps=[1000, 10000]``, ``start=["pytorch", "spread"]``,
    ``l2=[0, 0.001]``, ``noise=[0, 0.1, 0.3]``). Errors are compared start by start: Wilcoxon's signed-rank test of
    the logarithms of their ratios for every two values, corrected by Holm; good starts by McNemar's exact test.

    Args:
        data: As of `nodewise.study`.
        by: The error that is compared, "inside" or "outside"; unless given, outside for activations where there is
            something outside, else inside.
        noise: Standard deviations of the noise in the targets, for data whose true function is known: the same draw,
            made smaller or larger.
        store: The folder that keeps what is trained.
        settings: As of `nodewise.study`; exactly one has several values, in a list, unless `noise` has.

    Raises:
        NodewiseError: If not exactly one setting has several values, the true function is needed and not known, or as
            `nodewise.study`.
    """
    given = settings if noise is None else settings | {"noise": noise}
    names = [name for name in (*VARIED, "noise") if name in given and several(name, given[name])]
    varied = [name for name in names if len(list(given[name])) > 1]
    if len(varied) != 1:
        got = f"Got {' and '.join(varied)}" if varied else "Got none"
        raise NodewiseError(
            f"a comparison needs several values of exactly one setting. {got}; give one list, such as steps=[1000, "
            "10000]."
        )
    name = varied[0]
    outside = split(data, settings.get("holdout", 0.0)).outside is not None
    by = by or ("outside" if name == "activation" and outside else "inside")
    check_by(by, outside)
    noise = () if noise is None else list(noise)
    studies = _noises(data, noise, store, settings) if name == "noise" else _one(data, name, store, settings)
    values = [nice(value) for value in noise] if name == "noise" else _values(studies[0], name)
    return comparison(studies, name, values, by)


def _one(data: Dataset, name: str, store: Store, settings: dict[str, Any]) -> list[Study]:
    found = complete(data, store=store, **settings)
    if found.varied != (name,):
        raise NodewiseError(
            f"a comparison needs values that differ. Got {list(settings[name])!r} as {name}, which comes to the same."
        )
    return [found]


def _values(study: Study, name: str) -> list[str]:
    told = [study.table()[i][name] for i in range(len(study.settings))]
    return [nice(value) if isinstance(value, float) else str(value) for value in told]


def _noises(data: Dataset, noise: Any, store: Store, settings: dict[str, Any]) -> list[Study]:
    levels = [_level(value) for value in noise]
    good = settings.pop("good", None) or _NOISY * (data.noise or max(levels))
    rule = None if "good" in settings else f"{_NOISY:g} times the noise of {nice(good / _NOISY)}"
    found = [
        complete(noisy(data, level), store=inside(store, f"noise-{level:g}"), good=good, **settings) for level in levels
    ]
    return [each if rule is None else replace(each, rule=rule) for each in found]


def _level(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < np.inf:
        raise NodewiseError(f"noise must be standard deviations of at least 0. Got {value!r}.")
    return float(value)


def noisy(data: Dataset, noise: float) -> Dataset:
    """Return the data with other noise: the same draw where there is one, stretched, else one of seed 0.

    Raises:
        NodewiseError: If the true function is not known.
    """
    if data.function is None or data.targets is None:
        raise NodewiseError(
            f"noise can be varied where the true function is known. Got {data.name}; take a problem, or give data "
            "with function=."
        )
    truth = np.asarray(data.function(data.inputs), float)
    drawn = (
        (data.targets - truth) / data.noise
        if data.noise
        else np.random.default_rng(0).standard_normal(data.targets.shape)
    )
    return replace_targets(data, truth + noise * drawn, noise)


def replace_targets(data: Dataset, targets: np.ndarray, noise: float) -> Dataset:
    """Return the data with other targets."""
    return Dataset(
        data.inputs, targets, weights=data.weights, feature_names=data.feature_names, target_names=data.target_names,
        feature_units=data.feature_units, target_units=data.target_units, function=data.function, noise=noise,
        name=data.name,
    )  # fmt: skip
