"""A study from data to what it found: replayed by `fit`, stopped and continued, damaged and mended."""

import numpy as np
import pytest

import nodewise as nw
import quick_training
from nodewise.errors import NodewiseError
from nodewise.studies.study import prune, work


class Here:
    """Trains at once, in this process."""

    def submit(self, function, content):
        made = function(content)
        return type("Made", (), {"result": lambda _: made})()


@pytest.mark.slow
def test_trainings_done_at_once_are_what_fit_does_up_to_rounding(tmp_path):
    asked = {"activation": "tanh", "steps": 30, "starts": 20, "seed": 7, "engine": Here()}
    found = nw.study(nw.problems.sine(), 3, **asked, store=tmp_path / "s")
    for i in (0, 13, 19):
        fit = nw.fit(nw.problems.sine(), **found.settings_of(i).as_dict())
        assert found.trainings.loss[i] == pytest.approx(fit.losses[-1], rel=1e-9)
        x = np.linspace(-9, 9, 50)
        np.testing.assert_allclose(found.network(i)(x), fit.network(x), atol=1e-8)


def test_a_seed_that_decides_more_than_the_start_is_followed(tmp_path):
    asked = {"steps": 4, "starts": 2, "chunk": 2, "seed": 3, "engine": Here(), "validation": 0.2, "solver": "lbfgs"}
    found = nw.study(nw.problems.sine(), 2, **asked, store=tmp_path / "s")
    assert found.network(0).layers[0].shift != found.network(1).layers[0].shift  # other samples, another scaling
    for i in (0, 1):
        fit = nw.fit(nw.problems.sine(), **found.settings_of(i).as_dict())
        np.testing.assert_array_equal(found.network(i)([[0.5]]), fit.network([[0.5]]))


@pytest.mark.parametrize(
    ("data", "solver"),
    [(nw.problems.sine(), "adam"), (nw.problems.moons(samples=40), "adam"), (nw.problems.sine(), "lbfgs")],
)
def test_every_training_is_what_fit_does_with_its_seed(data, solver, tmp_path):
    asked = {"hidden": [2, 3], "solver": solver, "steps": 5, "starts": 3, "seed": 4, "chunk": 2, "engine": Here()}
    found = nw.study(data, **asked, store=tmp_path / "s")
    assert found.trainings.seed.tolist() == [4, 5, 6] * 2
    for i in (0, 2, 4):
        fit = nw.fit(data, **found.settings_of(i).as_dict())
        network = found.network(i)
        for mine, its in zip(network.dense, fit.network.dense, strict=True):
            np.testing.assert_array_equal(mine.weight, its.weight)
        assert found.trainings.loss[i] == fit.losses[-1]
        if data.targets is None:
            assert found.trainings.inside[i] == pytest.approx(1 - fit.accuracy)
        else:
            x = np.linspace(data.low[0], data.high[0], 401)[:, None]
            assert found.trainings.inside[i] == pytest.approx(
                np.sqrt(np.mean((network(x) - np.sin(x)) ** 2)), rel=1e-12
            )


def test_it_goes_on_where_it_was(quick):
    quick(hidden=[2])
    assert len(quick.chunks) == 3
    found = quick(hidden=[2, 3])
    assert len(quick.chunks) == 6
    quick_training.same(quick(hidden=[2, 3]), found)
    assert len(quick.chunks) == 6


def test_a_damaged_chunk_is_done_again(quick, tmp_path):
    found = quick()
    damaged = sorted((tmp_path / "study" / "chunks").glob("*/*.safetensors"))[2]
    damaged.write_bytes(damaged.read_bytes()[:-9])
    assert nw.open_study(tmp_path / "study").missing in (2, 4)
    quick_training.same(quick(), found)
    assert len(quick.chunks) == 7
    again = sorted((tmp_path / "study" / "chunks").glob("*/*.safetensors"))[2]
    again.write_bytes(b"")
    quick_training.same(quick(), found)
    assert len(quick.chunks) == 8


def test_a_folder_tells_all_that_is_needed_to_go_on(quick, tmp_path):
    found = quick(holdout=0.2, good=0.5)
    (gone,) = sorted((tmp_path / "study" / "chunks").glob("*/*.safetensors"))[:1]
    gone.unlink()
    status = nw.open_study(tmp_path / "study")
    assert status.missing in (2, 4)
    assert "more to be done" in str(status)
    finished = nw.open_study(tmp_path / "study", finish=True, engine=quick.pool)
    quick_training.same(finished, found)
    assert str(finished) == str(found)


def test_pruning_leaves_what_was_asked_for_last(quick, tmp_path):
    quick(hidden=[2, 3])
    found = quick(hidden=[3])
    assert prune(tmp_path / "study") == 3
    assert len(list((tmp_path / "study" / "chunks").glob("*/*.safetensors"))) == 3
    quick_training.same(nw.open_study(tmp_path / "study"), found)


def test_a_folder_that_goes_with_the_study(quick):
    found = quick(store=None)
    folder = found.folder
    assert found.network(3).dense[0].weight.shape == (2, 1)
    del found
    assert not folder.exists()


def test_progress_begins_with_what_was_there(quick):
    told = []
    quick(hidden=[2])
    quick(hidden=[2, 3], progress=lambda *now: told.append(now))
    counts = [done for done, _, _ in told]
    assert (counts[0], counts[-1], told[-1][1:]) == (10, 20, (20, 0))
    assert counts == sorted(counts)
    before = len(told)
    quick(hidden=[2, 3], progress=lambda *now: told.append(now))  # nothing to do, nothing to tell
    assert len(told) == before


def test_a_chunk_that_fails_is_reported_and_the_others_are_kept(quick, monkeypatch):
    usual = work.trained
    monkeypatch.setattr("nodewise.studies.study.dispatch.dispatch.__defaults__", (0.01,))

    def failing(data, settings, seeds):
        if settings.hidden == (3,) and seeds[0] == 4:
            raise MemoryError("too large")
        return usual(data, settings, seeds)

    monkeypatch.setattr(work, "trained", failing)
    found = quick()
    assert (found.missing, len(found.trainings), len(found.failures)) == (4, 16, 1)
    assert found.failures[0].endswith("failed three times, the last time with MemoryError: too large")
    assert "1 chunk failed: chunk " in str(found)
    monkeypatch.setattr(work, "trained", usual)
    assert quick().missing == 0


def test_after_ctrl_c_there_is_what_is_done(quick, monkeypatch):
    def interrupt(done, *_):
        if done >= 8:
            raise KeyboardInterrupt

    found = quick(progress=interrupt)
    assert 0 < found.missing <= 12
    assert quick().missing == 0


def test_a_full_disk_stops_it_and_keeps_what_is_done(quick, monkeypatch, tmp_path):
    from nodewise.studies.study import store

    usual, written = store._write, []

    def full(place, content):
        written.append(place)
        if len(written) > 5:  # the samples, what was asked for, and 3 chunks
            raise NodewiseError(f"{place} could not be written: No space left on device. The disk is full; …")
        return usual(place, content)

    monkeypatch.setattr(store, "_write", full)
    with pytest.raises(NodewiseError, match="The disk is full"):
        quick()
    monkeypatch.setattr(store, "_write", usual)
    assert len(nw.open_study(tmp_path / "study").trainings) >= 8
    before = len(quick.chunks)
    assert quick().missing == 0
    assert len(quick.chunks) - before == 3


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"hidden": []}, "hidden must have at least one value. Got none."),
        ({"good": -1}, "good must be an error of at least 0. Got -1; leave it out for one that suits the data."),
        (
            {"engine": "spark://here"},
            "engine must be None, a number of processes, 'dask://HOST:PORT', 'ray://HOST:PORT', 'slurm', or an object with "
            "submit(...). Got 'spark://here'.",
        ),
        (
            {"starts": 10**9},
            "a study of more than 1,000,000 trainings, or of more than a day of one core, must be confirmed. Got "
            "2,000,000,000, which take about 4.28 days of one core; give yes=True (--yes), or fewer starts or settings.",
        ),
        (
            {"solver": ["adam", "lbfgs"], "batch": 8},
            "Of the combination hidden=(2,), solver='lbfgs': solver lbfgs needs the full batch. Got batch=8; leave it out.",
        ),
        (
            {"loss": "cross_entropy", "hidden": 2},
            "loss for numbers as targets must be one of squared, huber. Got 'cross_entropy'.",
        ),
    ],
)
def test_what_cannot_be_studied_is_refused(quick, asked, message):
    with pytest.raises(NodewiseError) as refused:
        quick(**asked)
    assert str(refused.value) == message
    assert quick.chunks == []


def test_an_engine_that_is_none_leaves_no_folder(tmp_path):
    with pytest.raises(NodewiseError):
        nw.study(nw.problems.sine(), engine="slrum", store=tmp_path / "study")
    assert not (tmp_path / "study").exists()


def test_a_setting_that_is_none_is_refused(quick):
    with pytest.raises(
        NodewiseError, match=r"^a setting must be one of hidden, .* Got 'step'. Did you mean 'steps'\?$"
    ):
        quick(step=3)


def test_what_is_no_study_is_not_opened(tmp_path):
    with pytest.raises(NodewiseError) as refused:
        nw.open_study(tmp_path)
    assert str(refused.value) == f"a store must hold a study. {tmp_path} holds none; give the folder of one."
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_asked_for_again_while_it_runs(quick):
    """Two studies on one folder at the same time, in threads: neither breaks the other's."""
    import threading

    found = []
    threads = [threading.Thread(target=lambda: found.append(quick(starts=30))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    quick_training.same(*found)


def test_a_chunk_takes_some_seconds_and_there_are_never_very_many():
    from nodewise.studies.study.cost import estimate, suitable
    from nodewise.training.settings import Settings

    for settings in (Settings(hidden=2), Settings(), Settings(hidden=(30, 30)), Settings(steps=200_000)):
        each = estimate([settings], 1, 1, 50)
        for starts, seconds in ((1000, 1.0), (10**9, min(each * 10**9 / 20_000, 600))):
            count = suitable(settings, 1, 1, 50, starts * each)
            assert count & (count - 1) == 0
            assert seconds / 1.5 < count * each < seconds * 1.5
    assert suitable(Settings(hidden=500, steps=10**6), 1, 1, 50, 0) == 1


def test_very_much_is_done_when_it_is_wanted(quick, monkeypatch):
    monkeypatch.setattr("nodewise.studies.study.cost.MANY", 19)
    with pytest.raises(
        NodewiseError, match=r"^a study of more than 19 trainings.* Got 20, .*; give yes=True \(--yes\)"
    ):
        quick()
    assert quick.chunks == []
    assert quick(yes=True).missing == 0


def test_the_time_it_takes_grows_as_the_trainings():
    from nodewise.studies.study.cost import estimate, span
    from nodewise.training.settings import Settings

    one = estimate([Settings()], 1, 1, 50)
    assert estimate([Settings(starts=10, steps=3000)], 1, 1, 50) == pytest.approx(30 * one)
    assert estimate([Settings(), Settings(hidden=1000)], 1, 1, 50) > 30 * one
    # Of many at once each takes less, where none has batches or samples of its own.
    assert estimate([Settings(starts=100)], 1, 1, 50) < 100 * one / 5
    for alone in ({"batch": 50}, {"validation": 0.2}, {"solver": "lbfgs"}):
        assert estimate([Settings(starts=100, **alone)], 1, 1, 50) == pytest.approx(100 * one)
    assert [span(s) for s in (1, 300, 9000, 1e6, 1e10)] == [
        "1 seconds",
        "5 minutes",
        "2.5 hours",
        "11.6 days",
        "317 years",
    ]
