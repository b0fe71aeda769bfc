"""Studies of trainings that never were: errors as given."""

from pathlib import Path

import numpy as np

import nodewise as nw
from nodewise.inspection.study import Study
from nodewise.inspection.study.result import Trainings
from nodewise.training.settings import Settings


def study(inside, varied="hidden", values=(2, 3), outside=None, data=None, good=0.15, networks=None, judged=None):
    """A study with errors inside [setting, start]."""
    inside = np.asarray(inside, float)
    count, starts = inside.shape
    settings = tuple(Settings(**{varied: value}, starts=starts) for value in values[:count])
    trainings = Trainings(
        np.repeat(np.arange(count), starts), np.tile(np.arange(starts), count), inside.ravel() ** 2, inside.ravel(),
        None if outside is None else np.asarray(outside, float).ravel(), np.full(inside.size, 9),
        np.full(inside.size, "finished"), np.full(inside.size, 0.1),
    )  # fmt: skip
    return Study(
        nw.problems.sine() if data is None else data, settings, (varied,) if count > 1 else (), trainings, good,
        "as asked for", "the range", "" if outside is None else "beyond", 0, (), Path("here"),
        lambda setting, place: networks[setting.seed], judged,
    )  # fmt: skip
