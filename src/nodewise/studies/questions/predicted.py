"""`predicted_share`: how many starts of a periodic activation will be good, from where their frequencies begin."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from nodewise import activations
from nodewise.activations import Activation
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.study import PredictedShare
from nodewise.inspection.study.basin import Basin, basin
from nodewise.network import Scale
from nodewise.network.flat import unravel
from nodewise.studies.questions.asked import Store, complete, single
from nodewise.studies.study.grid import VARIED, grid
from nodewise.training.draws import DRAWS
from nodewise.training.settings import Settings

_DRAWS = 20_000


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
        more: Everything else as of `nodewise.study`, one value each.

    Raises:
        NodewiseError: If the activation does not repeat itself, the data are other, or as `nodewise.study`.
    """
    asked = {"hidden": hidden, "activation": activation, "start": start, **more}
    single(asked)
    if not isinstance(data, Dataset) or data.features != 1 or data.targets is None or data.targets.shape[1] != 1:
        raise NodewiseError("a frequency basin needs data of one feature and one target. Got other data; pick those.")
    turn = _turn(activations.find(activation))
    study = complete(data, starts=starts, seed=seed, store=store, **asked) if train else None
    settings = study.settings[0] if study else _settings(asked, starts, seed)
    train_data = study.data if study else data
    if len(settings.hidden) != 1:
        raise NodewiseError(f"a frequency basin needs one hidden layer. Got {len(settings.hidden)}.")
    seeds = study.trainings.seed.tolist() if study else range(seed, seed + starts)
    own = [_frequencies(train_data, replace(settings, starts=1, seed=each), turn)[0] for each in seeds]
    found = basin(train_data.inputs[:, 0], _curve(train_data))
    return PredictedShare(
        found, np.array(own), *_expected(train_data, settings, turn, found), settings.activation[0],
        settings.start, data.name, data.feature_names[0], study,
    )  # fmt: skip


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
    return grid(Settings(starts=starts, seed=seed, **others), lists).settings[0]


def _expected(data: Dataset, settings: Settings, turn: float, found: Basin) -> tuple[float, int]:
    """Return the share of starts with a node in the basin, and of how many draws if it is not exact."""
    row = DRAWS.get({"keras": "glorot"}.get(settings.start, settings.start))
    if row is None:
        many = _frequencies(data, replace(settings, starts=_DRAWS), turn)
        return float(found.holds(many).any(axis=1).mean()), _DRAWS
    nodes = settings.hidden[0]
    unit = row.weight(1, nodes) * _unit(_ready(data, replace(settings, starts=1)), turn)
    low, high = found.low / unit, found.high / unit
    alone = min(high, 1) - min(low, 1) if row.uniform else math.erf(high / 2**0.5) - math.erf(low / 2**0.5)
    return 1 - (1 - alone) ** nodes, 0


def _frequencies(data: Dataset, settings: Settings, turn: float) -> np.ndarray:
    """Return the frequencies that nodes begin with, [start, node], in radians per unit of the feature."""
    ready = _ready(data, settings)
    return unravel(ready.first, ready.model.sizes)[0][0][..., 0] * _unit(ready, turn)


def _ready(data: Dataset, settings: Settings) -> Any:
    from nodewise.training.prepare import prepare  # loads JAX

    return prepare(data, settings)


def _unit(ready: Any, turn: float) -> float:
    """Return the frequency of a node of weight 1."""
    before = ready.template.layers[0]
    return turn * float(before.factor[0] if isinstance(before, Scale) else 1.0)


def _curve(data: Dataset) -> np.ndarray:
    assert data.targets is not None
    return (data.targets if data.function is None else np.asarray(data.function(data.inputs), float))[:, 0]
