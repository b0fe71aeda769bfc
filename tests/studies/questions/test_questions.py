"""Questions are answered by the trainings that a whole study has, in a folder that goes on where it was."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

import nodewise as nw
import quick_training
from nodewise.errors import NodewiseError
from nodewise.studies.questions.compare import noisy
from nodewise.studies.questions.width import bisect, search
from nodewise.studies.study import work


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """Options of studies whose trainings take no time, and a list of those that were trained."""
    trained = []

    def train(data, settings, seeds):
        trained.append((settings.hidden, settings.activation, data.noise, data.samples))
        return quick_training.trained(data, settings, seeds)

    monkeypatch.setattr(work, "trained", train)
    with ThreadPoolExecutor(2) as pool:
        yield {"engine": pool, "store": tmp_path / "kept", "starts": 8, "chunk": 8}, trained


@pytest.mark.parametrize("count", range(1, 8))
def test_bisection_finds_what_brute_force_finds(count):
    for first in range(count + 1):
        asked = []
        found = bisect(count, lambda place, first=first, asked=asked: asked.append(place) or place >= first)
        assert found == (first if first < count else None)
        assert len(asked) <= 1 + np.ceil(np.log2(count + 1))


@pytest.mark.parametrize("count", range(1, 8))
def test_two_neighbours_below_never_hold_whatever_the_noise(count):
    for holds in product((False, True), repeat=count):
        asked = set()
        found = search(count, lambda place, holds=holds, asked=asked: asked.add(place) or holds[place])
        if found is None:
            assert not any(holds[place] for place in asked)
            assert asked >= {count - 1, max(count - 2, 0), 0}
            continue
        assert holds[found]
        assert not any(holds[max(found - 2, 0) : found])
        assert asked >= {place for place in (found - 2, found - 1, found, found + 1) if 0 <= place < count}
        if list(holds) == sorted(holds):
            assert found == holds.index(True)


def test_many_nodes_that_train_worse_do_not_hide_few_that_train_well():
    asked = []
    assert search(16, lambda place: asked.append(place) or place < 5) == 0
    assert asked[:4] == [15, 14, 7, 3]
    assert search(16, lambda place: place == 0) == 0


def test_the_smallest_width_is_that_of_brute_force(quick):
    options, trained = quick
    whole = nw.study(nw.problems.sine(), range(1, 9), good=1.5, **options | {"store": None})
    shares = {row["hidden"]: row["good"] for row in whole.table()}
    del trained[:]
    read = nw.smallest_width(nw.problems.sine(), range(1, 9), share=0.2, good=1.5, **options)
    for row in read.table():
        assert row["good"] == shares[row["nodes"]]
        low = proportion_confint(row["good"], 8, method="wilson")[0]
        assert row["reached"] == (low >= 0.2)
    assert len(trained) == len(read.tried) == len({hidden for hidden, *_ in trained})
    assert read.study.good == 1.5
    before = len(trained)
    again = nw.smallest_width(nw.problems.sine(), range(1, 9), share=0.2, good=1.5, **options)
    assert len(trained) == before  # all was there
    assert str(again) == str(read)


def test_a_question_that_was_stopped_goes_on(quick, monkeypatch):
    options, trained = quick
    ask = lambda: nw.smallest_width(nw.problems.sine(), range(1, 17), share=0.2, good=1.5, **options)  # noqa: E731
    from nodewise.studies.study import run

    real, calls = run.dispatch, []

    def stopped(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(run, "dispatch", stopped)
    with pytest.raises(KeyboardInterrupt):
        ask()
    assert len(trained) == 1
    read = ask()
    assert len(trained) == len(read.tried)  # nothing twice


def test_what_is_good_follows_from_the_widest_where_the_noise_is_not_known(quick):
    options, _ = quick
    table = nw.Dataset(np.linspace(0, 1, 20), np.linspace(0, 1, 20) ** 2)
    read = nw.smallest_width(table, [2, 3, 5], **options)
    widest = nw.study(table, 5, **options | {"store": None})
    assert (read.study.good, read.study.rule) == (widest.good, widest.rule)


def test_relu_nodes_are_written(quick):
    options, _ = quick
    read = nw.smallest_width(nw.problems.sine(), [2, 3], activation="relu", good=0.1, **options)
    assert read.written_nodes == nw.nodes_needed(np.sin, 0.1, -10, 10).nodes == 13
    assert nw.smallest_width(nw.problems.sine(), [2, 3], good=0.1, **options).written_nodes is None


def test_a_comparison_has_the_errors_of_its_study(quick):
    options, _ = quick
    read = nw.compare(nw.problems.sine(), activation=["tanh", "relu", "cosine"], **options)
    whole = nw.study(nw.problems.sine(), activation=["tanh", "relu", "cosine"], **options | {"store": None})
    assert whole.trainings.outside is not None
    np.testing.assert_array_equal(read.errors.ravel(), whole.trainings.outside)
    assert (read.by, read.setting, read.values) == ("outside", "activation", ("tanh", "relu", "cosine"))
    assert nw.compare(nw.problems.sine(), steps=[5, 10], **options).by == "inside"
    assert nw.compare(nw.problems.sine(), l2=[0, 0.01], by="outside", **options).values == ("0", "0.01")


def test_noise_is_the_same_draw_stretched(quick):
    options, trained = quick
    data = nw.problems.sine(seed=4)
    np.testing.assert_allclose(noisy(data, 0.3).targets, nw.problems.sine(seed=4, noise=0.3).targets)
    read = nw.compare(data, noise=[0, 0.3], **options)
    assert {noise for *_, noise, _ in trained} == {0, 0.3}
    assert (read.values, read.level, read.rule) == (("0", "0.3"), pytest.approx(0.15), "1.5 times the noise of 0.1")
    assert noisy(nw.problems.sine(noise=0), 0.2).targets.std() > 0


def test_ranges_take_the_samples_within(quick):
    options, _ = quick
    data = nw.problems.sine(low=-20, high=20, samples=101)
    read = nw.width_by_range(data, [10, (0, 20), 5], [2, 3], good=1.5, **options)
    assert read.ranges == ((-5, 5), (-10, 10), (0, 20))
    assert [row["samples"] for row in read.table()] == [25, 51, 51]
    for width, span in zip(read.widths, read.ranges, strict=True):
        alone = nw.smallest_width(data.rows((data.inputs[:, 0] >= span[0]) & (data.inputs[:, 0] <= span[1])), [2, 3],
                                  good=1.5, **options | {"store": None})  # fmt: skip
        assert alone.table() == [row | {} for row in width.table()]


@pytest.mark.parametrize(("start", "share"), [("pytorch", 0.695), ("glorot", 0.834)])
def test_predicted_shares_are_the_known_ones(start, share, quick):
    """facts §4."""
    _, trained = quick
    read = nw.predicted_share(nw.problems.sine(), start=start, scale=False, train=False, starts=100)
    assert read.predicted == pytest.approx(share, abs=1e-3)
    low, high = proportion_confint(read.promising.sum(), 100, alpha=0.001, method="wilson")
    assert low < share < high
    assert read.study is None
    assert not trained
    assert "observed" not in str(read).lower()


def test_scaling_and_data_aware_starts_are_reckoned_with():
    data = nw.problems.sine()
    by_glorot = nw.predicted_share(data, start="glorot", train=False, starts=2)
    spread = (6 / 4) ** 0.5 / data.inputs.std()  # in scaled units weights mean smaller frequencies
    alone = max(0, spread - by_glorot.basin.low) / spread
    assert by_glorot.predicted == pytest.approx(1 - (1 - alone) ** 3)
    shifted = nw.predicted_share(data, hidden=1, start="spread", train=False, starts=50)
    assert (shifted.start, shifted.draws) == ("shifted", 20_000)
    assert shifted.promising.all()  # they begin at the peak of the periodogram
    assert shifted.predicted == 1


def test_frequencies_are_those_the_trainings_begin_with(quick):
    options, _ = quick
    read = nw.predicted_share(nw.problems.sine(), **options)
    assert read.study is not None
    for training in (0, 5):
        asked = read.study.settings_of(training).as_dict() | {"steps": 1, "learning_rate": 1e-12}
        begun = nw.fit(read.study.data, **asked).network
        factor = begun.layers[0].factor[0]  # type: ignore[union-attr]
        np.testing.assert_allclose(read.frequency[training], begun.dense[0].weight[:, 0] * factor, rtol=1e-5)


def test_starts_that_all_miss_the_wave_of_a_table_are_not_good(quick):
    x = np.linspace(1700, 2000, 120)
    y = np.sin(0.57 * x) + 0.2 * np.random.default_rng(0).standard_normal(120)
    read = nw.predicted_share(nw.Dataset(x, y), **quick[0])
    design = np.stack([np.ones_like(x), np.sin(read.basin.peak * x), np.cos(read.basin.peak * x)], axis=1)
    wave = np.sqrt(np.linalg.lstsq(design, y, rcond=None)[1][0] / len(x))
    assert read.study.good == pytest.approx(1.1 * wave, rel=1e-6)
    assert (read.predicted, read.study.is_good.sum()) == (0, 0)
    assert f"within 10 % of that of the strongest wave alone, {wave:.3g}." in str(read)


def test_what_cannot_be_compared_is_refused_before_anything_is_trained(quick):
    options, trained = quick
    table = nw.Dataset(np.arange(9.0), np.arange(9.0) ** 2)
    for data, by in ((table, "outside"), (nw.problems.sine(), "time")):
        with pytest.raises(NodewiseError):
            nw.compare(data, l2=[0, 0.01], by=by, **options)
    assert not trained


MISTAKES = [
    (
        lambda data, o: nw.compare(data, **o),
        "a comparison needs several values of exactly one setting. Got none; give one list, such as steps=[1000, 10000].",
    ),
    (
        lambda data, o: nw.compare(data, steps=[1, 2], l2=[0, 1], **o),
        "a comparison needs several values of exactly one setting. Got l2 and steps; give one list, such as steps=[1000, "
        "10000].",
    ),
    (
        lambda data, o: nw.compare(data, hidden=[3, 3], **o),
        "a comparison needs values that differ. Got [3, 3] as hidden, which comes to the same.",
    ),
    (
        lambda data, o: nw.compare(nw.Dataset([1, 2, 3], [1, 2, 4]), noise=[0, 1], **o),
        "noise can be varied where the true function is known. Got data; take a problem, or give data with function=.",
    ),
    (
        lambda data, o: nw.compare(data, noise=[0, -1], **o),
        "noise must be standard deviations of at least 0. Got -1.",
    ),
    (
        lambda data, o: nw.smallest_width(data, [0, 2], **o),
        "hidden must be numbers of nodes of at least 1. Got [0, 2]; try range(1, 33).",
    ),
    (
        lambda data, o: nw.smallest_width(data, share=1, **o),
        "share must be above 0 and below 1. Got 1; 0.5 asks for every other start.",
    ),
    (
        lambda data, o: nw.smallest_width(data, activation=["relu", "tanh"], **o),
        "activation must be one value in this question. Got ['relu', 'tanh']; ask once for each.",
    ),
    (
        lambda data, o: nw.width_by_range(data, [5], **o),
        "ranges must be at least 2. Got 1; try ranges=[5, 10, 20] (--ranges 5,10,20).",
    ),
    (
        lambda data, o: nw.width_by_range(data, [5, (3, 2)], **o),
        "a range must be (low, high), or a number R for (-R, R). Got (3, 2).",
    ),
    (
        lambda data, o: nw.width_by_range(data, [5, (30, 40)], **o),
        "a range must hold at least 2 samples. Got 0 from 30 to 40; the data are from -10 to 10.",
    ),
    (
        lambda data, o: nw.width_by_range(data, [5, 15], **o),
        "a range must lie where the data are, from -10 to 10. Got -15 to 15; give a shorter one, or more data (of a "
        "problem with --low and --high).",
    ),
    (
        lambda data, o: nw.width_by_range(nw.problems.multiplication(), [5, 10], **o),
        "a range can grow over one feature, of data with targets. Got other data; pick a feature.",
    ),
    (
        lambda data, o: nw.predicted_share(data, activation="relu", **o),
        "activation must repeat itself to have a frequency. Got 'relu'; try cosine.",
    ),
    (
        lambda data, o: nw.predicted_share(nw.problems.moons(), **o),
        "a frequency basin needs data of one feature and one target. Got other data; pick those.",
    ),
]


@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_mistakes(number, quick):
    ask, message = MISTAKES[number]
    with pytest.raises(NodewiseError) as refused:
        ask(nw.problems.sine(), quick[0])
    assert str(refused.value) == message
