"""What a study says is what other libraries count on the same trainings."""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from statsmodels.stats.proportion import proportion_confint

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.inspection.study import Study, wilson
from nodewise.inspection.study.result import Trainings
from nodewise.training.settings import Settings


def made(hidden=(2, 3), activation=("relu", "cosine"), starts=8, outside=True, **more):
    """A study of trainings of chance."""
    random = np.random.default_rng(0)
    settings = tuple(Settings(hidden=h, activation=a, starts=max(starts, 1)) for h, a in product(hidden, activation))
    count = starts * len(settings)
    place = np.repeat(np.arange(len(settings)), starts)
    inside, away = random.uniform(0, 0.3, count), random.uniform(0, 9, count)
    ended = random.choice(["finished", "diverged"], count)
    inside[3:4] = np.nan
    trainings = Trainings(
        place, np.tile(np.arange(starts), len(settings)), inside**2, inside, away if outside else None,
        np.full(count, 100), ended, np.full(count, 0.5),
    )  # fmt: skip
    varied = tuple(name for name, values in (("hidden", hidden), ("activation", activation)) if len(values) > 1)
    rest = {"missing": 0, "failures": ()} | more
    return Study(
        nw.problems.sine(), settings, varied, trainings, 0.15, "as asked for", "the range", "beyond" * outside,
        folder=Path("here"), _fetch=lambda settings, place: (settings.seed, place), **rest,
    )  # fmt: skip


@pytest.mark.parametrize(("good", "of", "low"), [(20, 20, 0.839), (73, 73, 0.950), (100, 100, 0.963)])
def test_intervals_of_all_good(good, of, low):
    """facts: Wilson's lower bounds."""
    assert wilson(good, of)[0] == pytest.approx(low, abs=5e-4)
    assert wilson(good, of)[1] == 1


def test_intervals_are_statsmodels_own():
    good, of = np.array([(k, n) for n in (1, 2, 7, 50, 1000) for k in {0, 1, n // 2, n}]).T
    low, high = wilson(good, of)
    want_low, want_high = proportion_confint(good, of, method="wilson")
    np.testing.assert_allclose(low, want_low, atol=1e-12)
    np.testing.assert_allclose(high, want_high, atol=1e-12)
    assert ((low <= good / of) & (good / of <= high)).all()


def test_of_none_counted_nothing_is_known():
    assert [float(end) for end in wilson(0, 0)] == [0, 1]


def test_rows_per_setting_are_what_polars_counts():
    study = made()
    frame = study.to_frame()
    grouped = {
        (row["hidden"], row["activation"]): row
        for row in frame.group_by("hidden", "activation")
        .agg(
            starts=pl.len(),
            good=pl.col("good").sum(),
            median_outside=pl.col("error_outside").median(),
            best_outside=pl.col("error_outside").min(),
            outside_of_good=pl.col("error_outside").filter("good").median(),
            diverged=(pl.col("ended") == "diverged").sum(),
            seconds=pl.col("seconds").sum(),
        )
        .to_dicts()
    }
    assert len(study.table()) == len(grouped) == 4
    for row in study.table():
        for name, value in grouped[row["hidden"], row["activation"]].items():
            assert row[name] == pytest.approx(value) if isinstance(value, float) else row[name] == value
        assert row["share"] == row["good"] / row["starts"]


def test_a_training_without_an_error_is_the_worst():
    study = made()
    errors = study.trainings.inside[:8]
    rest = np.sort(errors[np.isfinite(errors)])
    assert study.table()[0]["median_inside"] == pytest.approx((rest[3] + rest[4]) / 2)
    assert not study.is_good[3]


@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow"])
def test_frames_of_any_kind(kind):
    study = made(hidden=(2, (4, 4)))
    frame = study.to_frame(kind)
    assert isinstance(frame, {"polars": pl.DataFrame, "pandas": pd.DataFrame, "pyarrow": pa.Table}[kind])
    columns = {name: np.asarray(frame[name]) for name in study.columns()}
    np.testing.assert_array_equal(columns["error_inside"], study.trainings.inside)
    np.testing.assert_array_equal(columns["hidden"], np.repeat(["2", "4-4"], 16))
    assert np.isnan(columns["learning_rate"]).all()
    settings = study.to_frame(kind, of="settings")
    assert list(np.asarray(settings["good"])) == [row["good"] for row in study.table()]


@pytest.mark.parametrize("ending", ["parquet", "csv", "tsv"])
def test_files_hold_every_training(tmp_path, ending):
    study = made()
    path = study.save(tmp_path / f"trainings.{ending}")
    back = pl.read_parquet(path) if ending == "parquet" else pl.read_csv(path, separator=",\t"[ending == "tsv"])
    assert back.columns == list(study.columns())
    np.testing.assert_array_equal(back["error_outside"], study.trainings.outside)
    np.testing.assert_array_equal(back["ended"], study.trainings.ended)


def test_a_row_tells_how_it_is_replayed():
    study = made()
    assert study.settings_of(11) == Settings(hidden=2, activation="cosine", seed=3)
    assert study.network(11) == (3, 1)
    for wrong in (32, -1, True):
        with pytest.raises(NodewiseError) as refused:
            study.settings_of(wrong)
        assert str(refused.value) == f"training must be from 0 to 31. Got {wrong!r}."


def test_words():
    study = made(missing=5, failures=("chunk 1 failed three times, the last time with OSError: x",))
    rows = study.table()
    best = max(rows, key=lambda row: row["good"])
    least = min(rows, key=lambda row: row["median_outside"])
    assert str(study) == (
        "32 trainings of 4 settings on sine, 5 more to be done. Good is an RMSE of at most 0.15 on the range, as asked for. "
        f"Most often good is hidden {best['hidden']}, activation {best['activation']}: {best['good']} of 8, "
        f"{100 * best['share']:.3g} % (with 95 % confidence {100 * best['low']:.3g} % to {100 * best['high']:.3g} %). "
        f"Outside, on beyond, the least median RMSE has hidden {least['hidden']}, activation {least['activation']}: "
        f"{least['median_outside']:.3g}. 1 chunk failed: chunk 1 failed three times, the last time with OSError: x."
    )
    alone = made(hidden=(2,), activation=("relu",), outside=False)
    assert str(alone).startswith(
        "8 trainings of 1 setting on sine. Good is an RMSE of at most 0.15 on the range, as asked for. "
    )
    assert "outside" not in str(alone).lower()


def test_settings_that_are_good_alike_are_counted():
    rows = (study := replace(made(), good=9.0)).table()
    alike = [row for row in rows if row["good"] == 8]
    assert len(alike) == 3  # one start of the first has no error
    best = min(alike, key=lambda row: row["median_inside"])
    assert (
        f"Most often good are 3 settings alike, of which hidden {best['hidden']}, activation {best['activation']} has the "
        "least median RMSE inside: 8 of 8, 100 %"
    ) in str(study)


def test_where_no_start_is_good():
    none = replace(made(), good=0.0)
    assert "as asked for. No start is good; at best hidden " in str(none)
    assert ": 0 of 8, 0 % (with 95 % confidence 0 % to " in str(none)


def test_json_is_strict():
    plain = made().as_dict()
    assert json.loads(json.dumps(plain, allow_nan=False))["settings"][0]["starts"] == 8
    nothing = made(starts=0)
    assert json.dumps(nothing.as_dict(), allow_nan=False)
    assert str(nothing).startswith("0 trainings")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda s, _: s.to_frame("excel"), "kind must be one of polars, pandas, pyarrow. Got 'excel'."),
        (lambda s, _: s.to_frame(of="chunks"), "of must be one of trainings, settings. Got 'chunks'."),
        (lambda s, p: s.save(p / "a.xls"), "a table's name must end in .parquet, .csv, .tsv. Got 'a.xls'."),
    ],
)
def test_refusals(tmp_path, ask, message):
    with pytest.raises(NodewiseError) as refused:
        ask(made(), tmp_path)
    assert str(refused.value) == message


def test_a_library_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(NodewiseError) as refused:
        made().to_frame("pandas")
    assert str(refused.value) == (
        "a frame of pandas needs that library, which is not installed. Install it, or take polars."
    )
