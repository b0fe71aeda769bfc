"""`predicted_share`: how many starts of a periodic activation will be good, from where their frequencies begin."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nodewise import activations
from nodewise.activations import Activation
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import nice
from nodewise.inspection.study import PredictedShare, Study
from nodewise.inspection.study.basin import Basin, basin
from nodewise.network import Scale
from nodewise.network.flat import unravel
from nodewise.studies.questions.asked import Store, complete, single
from nodewise.studies.study.grid import VARIED, grid
from nodewise.studies.study.samples import split
from nodewise.training.draws import DRAWS
from nodewise.training.settings import Settings

_DRAWS = 20_000
_CLOSE = 1.1  # times the error of the strongest wave


def predicted_share(
    data: Dataset,
    hidden: int = 3,
    activation: str = "cosine",
    start: str = "glorot",
    *,
    train: bool = True,
    starts: int = 64,
    seed: int = 0,
    store: Store = "study",
    **more: Any,
) -> PredictedShare:
    """Predict the share of good starts from the frequencies the nodes begin with, and train to see.

    Args:
        data: Samples of one feature and one target. Where the true function is known it says where the basin is.
        hidden: Number of nodes of the one hidden layer.
        activation: A periodic one, or one with a wave on a line.
        start: As of `nodewise.study`.
        train: Whether to train, too.
        starts: How many.
        seed: Of the first.
        store: The folder that keeps what is trained.
        more: Everything else as of `nodewise.study`, one value each. Unless `good` is given, of a table 1.1 times the
            error of the strongest wave is.

    Raises:
        NodewiseError: If the activation does not repeat itself, the data are other, or as `nodewise.study`.
    """
    asked = {"hidden": hidden, "activation": activation, "start": start, **more}
    single(asked)
    if not isinstance(data, Dataset) or data.features != 1 or data.targets is None or data.targets.shape[1] != 1:
        raise NodewiseError("a frequency basin needs data of one feature and one target. Got other data; pick those.")
    turn = _turn(activations.find(activation))
    study = _study(data, starts=starts, seed=seed, store=store, **asked) if train else None
    settings = study.settings[0] if study else _settings(asked, starts, seed)
    train_data = study.data if study else data
    if len(settings.hidden) != 1:
        raise NodewiseError(f"a frequency basin needs one hidden layer. Got {len(settings.hidden)}.")
    seeds = study.trainings.seed.tolist() if study else range(seed, seed + starts)
    own, unit = _frequencies(train_data, settings, turn, seeds)
    found = basin(train_data.inputs[:, 0], _curve(train_data))
    return PredictedShare(
        found, own, *_expected(train_data, settings, turn, unit, found), settings.activation[0],
        settings.start, data.name, data.feature_names[0], study,
    )  # fmt: skip


def _study(data: Dataset, **asked: Any) -> Study:
    """Return the trainings, of which those of a table are good that err hardly more than the strongest wave alone.

    The least error of all, which is good elsewhere, would call all of them good where none finds that wave.
    """
    if asked.get("good") is not None or data.noise or data.function is not None:
        return complete(data, **asked)
    train = split(data, asked.get("holdout", 0.0)).train
    x, y = train.inputs[:, 0], _curve(train)
    wave = float(y.std() * (1 - basin(x, y).power) ** 0.5)
    found = complete(data, **asked | {"good": _CLOSE * wave})
    return replace(found, rule=f"within 10 % of that of the strongest wave alone, {nice(wave)}")


def _turn(row: Activation) -> float:
    """Return the frequency of φ itself."""
    if row.wave is not None:
        return row.wave.frequency
    if row.period is None:
        raise NodewiseError(f"activation must repeat itself to have a frequency. Got {row.name!r}; try cosine.")
    return 2 * np.pi / row.period


def _settings(asked: dict[str, Any], starts: int, seed: int) -> Settings:
    lists = {name: asked[name] for name in VARIED if name in asked}
    fields = Settings.__dataclass_fields__
    others = {name: value for name, value in asked.items() if name in fields and name not in lists}
    return grid(Settings(starts=starts, seed=seed, **others), lists, 1).settings[0]


def _expected(data: Dataset, settings: Settings, turn: float, unit: float, found: Basin) -> tuple[float, int]:
    """Return the share of starts with a node in the basin, and of how many draws if it is not exact."""
    row = DRAWS.get({"keras": "glorot"}.get(settings.start, settings.start))
    if row is None:
        many, _ = _frequencies(data, replace(settings, starts=_DRAWS), turn)
        return float(found.holds(many).any(axis=1).mean()), _DRAWS
    spread = row.weight(1, settings.hidden[0]) * unit
    low, high = found.low / spread, found.high / spread
    alone = min(high, 1) - min(low, 1) if row.uniform else math.erf(high / 2**0.5) - math.erf(low / 2**0.5)
    return 1 - (1 - alone) ** settings.hidden[0], 0


def _frequencies(
    data: Dataset, settings: Settings, turn: float, seeds: Sequence[int] | None = None
) -> tuple[np.ndarray, float]:
    """Return the frequencies that nodes begin with, [start, node], and that of a node of weight 1.

    Both are in radians per unit of the feature.
    """
    from nodewise.training.prepare import prepare  # loads JAX

    ready = prepare(data, settings, seeds)
    weight = unravel(ready.first, ready.model.sizes)[0][0][..., 0].astype(float)
    before = ready.template.layers[0]
    unit = turn * float(before.factor[0] if isinstance(before, Scale) else 1.0)
    return weight * unit, unit


def _curve(data: Dataset) -> np.ndarray:
    assert data.targets is not None
    return (data.targets if data.function is None else np.asarray(data.function(data.inputs), float))[:, 0]
