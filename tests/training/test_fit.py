"""`fit`: the history, the same numbers from the same seed, and every way a training can end."""

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.network.flat import unravel

SINE = nw.problems.sine()


def test_the_history_holds_every_step_from_the_start_on():
    fit = nw.fit(SINE, steps=100)
    assert fit.history.steps.tolist() == list(range(101))
    assert fit.losses.shape == (101,)
    scale = fit.network.layers[-1].factor[0]
    for step in (0, 1, 50, 100):
        rmse = np.sqrt(np.mean((fit.history.network(step)(SINE.inputs) - SINE.targets) ** 2))
        assert (rmse / scale) ** 2 == pytest.approx(fit.losses[step], rel=1e-9)
    np.testing.assert_array_equal(fit.history.network(-1)(SINE.inputs), fit.network(SINE.inputs))


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_the_curves_of_the_history_are_the_networks(scale, precision):
    fit = nw.fit(SINE, (5, 4), "tanh", steps=30, scale=scale, precision=precision)
    x = np.linspace(-20, 20, 50)
    curves = fit.history.curves(x)
    assert curves.shape == (31, 50, 1)
    for step in (0, 7, 30):
        np.testing.assert_allclose(
            curves[step], fit.history.network(step)(x), atol=1e-12 if precision == "float64" else 1e-4
        )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"solver": "auto"},
        {"batch": 7, "starts": 3},
        {"solver": "lbfgs", "validation": 0.2},
        {"solver": "variable_projection", "steps": 20},
        {"activation": "cosine", "hidden": 3},
    ],
)
def test_the_same_seed_gives_the_same_numbers(settings):
    first, second = (nw.fit(SINE, seed=4, **{"steps": 60, **settings}) for _ in range(2))
    assert first.history.parameters.tobytes() == second.history.parameters.tobytes()
    assert first.losses.tobytes() == second.losses.tobytes()
    assert str(first.outcome) == str(second.outcome)
    if first.settings.start != "spectral":  # the data alone decide a lone spectral start
        other = nw.fit(SINE, seed=5, **{"steps": 60, **settings})
        assert other.history.parameters.tobytes() != first.history.parameters.tobytes()


@pytest.mark.slow
def test_larger_data_give_the_same_numbers_too():
    data = nw.problems.multiplication(samples=20_000)
    fits = [nw.fit(data, (32, 32), "tanh", steps=15, starts=2) for _ in range(2)]
    assert fits[0].history.parameters.tobytes() == fits[1].history.parameters.tobytes()


@pytest.mark.slow
def test_how_a_training_is_cut_into_calls_changes_nothing(monkeypatch):
    from nodewise.training import calls

    whole = nw.fit(SINE, batch=8, steps=200, starts=2, validation=0.2)
    monkeypatch.setattr(calls, "_FIRST_CALL", 1)
    monkeypatch.setattr(calls, "_CALL_SECONDS", 1e-9)
    seen = []
    cut = nw.fit(SINE, batch=8, steps=200, starts=2, validation=0.2, progress=lambda *now: seen.append(now))
    assert len(seen) == 200
    assert cut.history.parameters.tobytes() == whole.history.parameters.tobytes()
    assert cut.losses.tobytes() == whole.losses.tobytes()
    assert cut.validation_losses.tobytes() == whole.validation_losses.tobytes()


def test_history_above_the_memory_cap_is_thinned_and_says_so():
    whole = nw.fit(SINE, steps=200)
    thin = nw.fit(SINE, steps=200, history_megabytes=0.005)
    assert thin.history.steps.tolist() == [0, *range(10, 201, 10)]
    assert thin.losses.shape == (201,)
    np.testing.assert_array_equal(thin.history.parameters, whole.history.parameters[::10])
    assert thin.outcome.notes == (
        "Kept the parameters of every 10th step: those of all 200 steps would take more memory than "
        "history_megabytes allows.",
    )


def test_the_best_of_several_starts_is_kept_and_all_are_counted():
    fit = nw.fit(SINE, starts=6, start="glorot")
    assert len(fit.starts) == 6
    assert fit.starts.best == np.argmin(fit.starts.losses)
    assert fit.losses[-1] == fit.starts.losses.min()
    for start in range(6):
        network = fit.start_network(start)
        scaled = np.mean((network(SINE.inputs) - SINE.targets) ** 2) / fit.network.layers[-1].factor[0] ** 2
        assert scaled == pytest.approx(fit.starts.losses[start], rel=1e-9)
    within = np.sqrt(fit.starts.losses) <= 1.1 * np.sqrt(fit.starts.losses.min())
    assert fit.starts.good == within.sum()
    assert f"{fit.starts.good} of 6 starts came within 10 % of the best." in str(fit.outcome)


@pytest.mark.slow
def test_held_out_samples_choose_the_step():
    fit = nw.fit(SINE, 60, "relu", solver="lbfgs", validation=0.3, steps=400, start="pytorch", patience=40)
    assert fit.outcome.reason == "stopped_early"
    assert (fit.train.samples, fit.held_out.samples) == (35, 15)
    assert fit.outcome.kept == np.argmin(fit.validation_losses)
    assert fit.outcome.step == fit.outcome.kept + 40
    np.testing.assert_array_equal(fit.network(SINE.inputs), fit.history.network(fit.outcome.kept)(SINE.inputs))
    assert str(fit.outcome) == (
        f"Stopped after {fit.outcome.step} steps: the held-out samples got no better for 40 steps; "
        f"kept step {fit.outcome.kept}."
    )


def test_divergence_stops_at_its_step_and_says_what_to_change():
    fit = nw.fit(SINE, solver="gradient_descent", learning_rate=50, steps=500)
    assert fit.outcome.reason == "diverged"
    step = fit.outcome.step
    assert step < 50
    assert not fit.losses[-1] <= 1e4 * max(fit.losses[0], 1)
    assert (fit.losses[:-1] <= 1e4 * max(fit.losses[0], 1)).all()
    assert np.isfinite(fit.network(SINE.inputs)).all()
    assert str(fit.outcome) == (
        f"Diverged at step {step}: the loss grew beyond all bounds; lower learning_rate, for example to 5. "
        f"Kept step {fit.outcome.kept}."
    )


def test_a_start_that_overflows_at_once_is_still_a_fit():
    fit = nw.fit(SINE, 100, "relu", start="pytorch", l2=1e308, learning_rate=1.0)
    assert fit.outcome.reason == "diverged"
    assert fit.outcome.step == 0


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["adam", "lbfgs", "variable_projection"])
def test_what_the_user_set_in_jax_changes_nothing_and_stays(solver):
    import jax

    ways = {"steps": 20, "l2": 0.1, "starts": 2}
    usual = nw.fit(SINE, (4, 3), "tanh", solver, **ways)
    with jax.numpy_rank_promotion("raise"), jax.numpy_dtype_promotion("strict"), jax.debug_nans(True):
        strict = nw.fit(SINE, (4, 3), "tanh", solver, **ways)
        assert jax.config.jax_numpy_rank_promotion == "raise"
        curves = strict.history.curves(SINE.inputs)
        assert nw.fit(SINE, solver="gradient_descent", learning_rate=50).outcome.reason == "diverged"
    assert strict.history.parameters.tobytes() == usual.history.parameters.tobytes()
    assert curves.tobytes() == usual.history.curves(SINE.inputs).tobytes()
    assert not jax.config.jax_enable_x64


@pytest.mark.parametrize("loss", ["squared", "huber"])
def test_targets_whose_squares_overflow_are_still_a_fit(loss):
    huge = nw.Dataset(SINE.inputs, SINE.targets * 1e30)
    fit = nw.fit(huge, activation="relu", scale=False, steps=20, precision="float32", loss=loss)
    assert np.isfinite(fit.network(SINE.inputs)).all()
    assert np.isfinite(fit.losses[: fit.outcome.step]).all()


def test_targets_that_float32_cannot_hold_are_refused():
    huge = nw.Dataset(SINE.inputs, np.linspace(0, 1e90, 50))
    with pytest.raises(NodewiseError) as caught:
        nw.fit(huge, scale=False, precision="float32")
    assert str(caught.value) == (
        "in precision float32 numbers must be at most 3.4e+38. Got 1e+90; use float64, or leave scale on."
    )


def test_a_jax_without_its_cpu_is_refused(monkeypatch):
    import jax

    def no_cpu(*, backend):
        raise RuntimeError(f"Unknown backend {backend}")

    monkeypatch.setattr(jax, "local_devices", no_cpu)
    with pytest.raises(NodewiseError) as caught:
        nw.fit(SINE, steps=5)
    assert str(caught.value) == "training needs JAX's CPU backend. JAX_PLATFORMS leaves it out; add cpu to it."


def test_a_thinned_training_that_diverged_is_judged_by_the_snapshot_it_keeps():
    x = np.linspace(-3, 3, 40)
    data = nw.Dataset(x, np.sin(x))
    fit = nw.fit(data, solver="gradient_descent", learning_rate=30, steps=1003, history_megabytes=0.01)
    assert fit.outcome.reason == "diverged"
    assert (np.argmin(fit.losses), fit.outcome.kept, fit.history.steps.tolist()) == (1, 0, [0, 3])
    assert fit.starts.losses[0] == fit.losses[fit.outcome.kept]
    assert "those of all 1003 steps would take more memory" in fit.outcome.notes[0]


@pytest.mark.slow
def test_a_batch_chosen_by_auto_leaves_room_for_the_samples_held_out():
    data = nw.problems.multiplication(samples=110)
    fit = nw.fit(data, (1000, 1000), solver="auto", steps=1)
    assert (fit.settings.batch, fit.train.samples) == (88, 88)


def test_a_training_that_did_all_its_steps_says_whether_more_would_help():
    still_falling = nw.fit(SINE, steps=50)
    before, after = still_falling.losses[-10:-5].mean(), still_falling.losses[-5:].mean()
    assert str(still_falling.outcome) == (
        f"Did all 50 steps; the loss fell by {100 * (1 - after / before):.0f} % over the last 5, "
        "so more steps may lower it further."
    )
    assert str(nw.fit(SINE, (), solver="gradient_descent", steps=2000).outcome) == (
        "Did all 2000 steps; the loss hardly fell over the last 200."
    )
    assert str(nw.fit(SINE, (), solver="gradient_descent", learning_rate=1e-9, steps=1).outcome) == (
        "Did the one step; the loss hardly fell over the last step."
    )


def test_ctrl_c_keeps_what_is_there(monkeypatch):
    from nodewise.training import calls

    monkeypatch.setattr(calls, "_FIRST_CALL", 1)

    def interrupt(done, steps, loss):
        if done > 20:
            raise KeyboardInterrupt

    fit = nw.fit(SINE, steps=100_000, progress=interrupt)
    assert fit.outcome.reason == "interrupted"
    assert 20 < fit.outcome.step < 100_000
    assert len(fit.history) == fit.outcome.step + 1
    assert str(fit.outcome) == f"Interrupted after {fit.outcome.step} steps; kept what was there."


def test_converging_ends_the_training():
    fit = nw.fit(SINE, hidden=(), solver="lbfgs")
    assert fit.outcome.reason == "converged"
    assert str(fit.outcome) == f"Converged after {fit.outcome.step} steps: the loss no longer falls."


def test_a_linear_fit_is_the_least_squares_line():
    fit = nw.fit(SINE, hidden=(), solver="lbfgs", steps=200)
    (layer,) = fit.network.folded.dense
    slope, intercept = np.polyfit(SINE.inputs[:, 0], SINE.targets[:, 0], 1)
    assert (layer.weight[0, 0], layer.bias[0]) == pytest.approx((slope, intercept), rel=1e-4)
    assert unravel(fit.history.parameters[-1], (1, 1))[0][0].shape == (1, 1)


@pytest.mark.slow
def test_sample_weights_count():
    x = np.r_[np.zeros(10), np.ones(10)]
    y = np.r_[np.zeros(9), 1.0, np.ones(10)]
    weights = np.r_[np.ones(9), 0.0, np.ones(10)]
    fit = nw.fit(nw.Dataset(x, y, weights=weights), hidden=(), solver="lbfgs", scale=False)
    assert fit.network([0.0, 1.0])[:, 0] == pytest.approx([0, 1], abs=1e-4)


@pytest.mark.slow
def test_huber_loss_shrugs_off_an_outlier():
    x = np.linspace(-1, 1, 40)
    y = 2 * x
    y[3] = 80
    slopes = {
        loss: nw.fit(nw.Dataset(x, y), hidden=(), solver="lbfgs", loss=loss, scale=False).network.dense[0].weight[0, 0]
        for loss in ("squared", "huber")
    }
    assert abs(slopes["huber"] - 2) < 0.2 < abs(slopes["squared"] - 2)


@pytest.mark.slow
def test_l2_shrinks_the_weights():
    size = lambda l2, on: sum(  # noqa: E731
        float((layer.weight**2).sum() + (layer.bias**2).sum() * (on == "all"))
        for layer in nw.fit(SINE, solver="lbfgs", l2=l2, l2_on=on, seed=1).network.dense
    )
    for on in ("weights", "all"):
        assert size(0.1, on) < 0.5 * size(0.001, on)


def test_mini_batches_see_every_sample_once_an_epoch():
    from nodewise.training.calls import _Orders

    rows = _Orders(50, 10, seed=3).rows(5, 10)
    assert rows.shape == (10, 10)
    for epoch in (rows[:5], rows[5:]):
        assert sorted(epoch.ravel().tolist()) == list(range(50))


@pytest.mark.slow
def test_several_outputs_and_features_keep_their_names():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 3))
    data = nw.Dataset(x, np.c_[x[:, 0], x[:, 1] * 100 + 7], feature_names=["a", "b", "c"], target_names=["p", "q"])
    fit = nw.fit(data, 4, "tanh", solver="auto")
    assert (fit.network.feature_names, fit.network.output_names) == (("a", "b", "c"), ("p", "q"))
    residual = fit.network(x) - data.targets
    assert (residual.std(axis=0) < 0.3 * data.targets.std(axis=0)).all()


@pytest.mark.slow
def test_auto_says_what_it_chose():
    small = nw.fit(SINE, solver="auto")
    assert (small.settings.solver, small.settings.starts, small.held_out) == ("lbfgs", 8, None)
    assert small.outcome.notes == ("Chose L-BFGS on the full batch from 8 starts.",)
    middle = nw.fit(nw.problems.sine(samples=200), solver="auto")
    assert middle.held_out.samples == 40
    large = nw.fit(nw.problems.multiplication(samples=30_000), (50, 50), solver="auto", steps=20)
    assert (large.settings.solver, large.settings.batch) == ("adam", 256)
    assert large.outcome.notes == (
        "Chose Adam on batches of 256: a full batch of 24,000 samples would make each step slow.",
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hidden": 0}, "hidden must be a whole number of at least 1. Got 0. For a linear model give hidden=() (--hidden none)."),
        ({"hidden": -1}, "hidden must be a whole number of at least 1. Got -1. For a linear model give hidden=() (--hidden none)."),
        ({"hidden": 1.5}, "hidden must be a whole number of at least 1. Got 1.5. For a linear model give hidden=() (--hidden none)."),
        ({"hidden": (4, "x")}, "hidden must be a whole number of at least 1. Got 'x'. For a linear model give hidden=() (--hidden none)."),
        ({"solver": "adm"}, "solver must be one of auto, adam, momentum, gradient_descent, lbfgs, variable_projection. Got 'adm'. Did you mean 'adam'?"),
        ({"start": "xavier"}, "start must be one of spread, spectral, shifted, scattered, glorot, he, lecun, pytorch, keras, uniform. Got 'xavier'."),
        ({"loss": "mse"}, "loss must be one of auto, squared, huber, cross_entropy, perceptron. Got 'mse'."),
        ({"l2_on": "bias"}, "l2_on must be one of weights, all. Got 'bias'."),
        ({"steps": 0}, "steps must be a whole number of at least 1. Got 0."),
        ({"steps": 2**31}, "steps must be at most 2,147,483,647. Got 2147483648."),
        ({"patience": 10**400}, f"patience must be at most 2,147,483,647. Got {10**400}."),
        ({"learning_rate": 10**400}, f"learning_rate must be a finite number above 0. Got {10**400}. Try 0.01."),
        ({"l2": 10**400}, f"l2 must be a finite number of at least 0. Got {10**400}; 0 switches it off."),
        ({"starts": 0}, "starts must be a whole number of at least 1. Got 0."),
        ({"seed": -1}, "seed must be a whole number of at least 0. Got -1."),
        ({"learning_rate": 0}, "learning_rate must be a finite number above 0. Got 0. Try 0.01."),
        ({"learning_rate": -1}, "learning_rate must be a finite number above 0. Got -1. Try 0.01."),
        ({"learning_rate": float("nan")}, "learning_rate must be a finite number above 0. Got nan. Try 0.01."),
        ({"l2": -1}, "l2 must be a finite number of at least 0. Got -1; 0 switches it off."),
        ({"batch": 0}, "batch must be a whole number of at least 1. Got 0."),
        ({"batch": 51}, "batch must be at most the number of samples, 50. Got 51."),
        (
            {"batch": 50, "validation": 0.2},
            "batch must be at most the number of samples that are not held out, 40. Got 50.",
        ),
        ({"batch": 5, "solver": "lbfgs"}, "solver lbfgs needs the full batch. Got batch=5; leave it out."),
        ({"loss": "huber", "solver": "variable_projection"}, "solver variable_projection needs loss squared. Got 'huber'; use lbfgs."),
        ({"validation": 1}, "validation must be below 1. Got 1; 0.2 holds out a fifth."),
        ({"activation": ("tanh", "relu")}, "activation must be one name, or one per hidden layer. Got 2 for 1 hidden layer(s)."),
        ({"precision": "float16"}, "precision must be one of float64, float32. Got 'float16'. Did you mean 'float64'?"),
        ({"learnrate": 1}, "a setting must be one of hidden, activation, solver, steps, learning_rate, start, starts, l2, l2_on, loss, batch, validation, patience, scale, scaler, precision, history_megabytes, seed. Got 'learnrate'. Did you mean 'learning_rate'?"),
    ],
)  # fmt: skip
def test_a_setting_out_of_range_is_refused(settings, message):
    with pytest.raises(NodewiseError) as caught:
        nw.fit(SINE, **settings)
    assert str(caught.value) == message


def test_data_that_cannot_be_fitted_is_refused():
    with pytest.raises(NodewiseError) as caught:
        nw.fit([[1, 2], [3, 4]])
    assert str(caught.value) == "data must be a Dataset. Got list; nodewise.read_table makes one."
    with pytest.raises(NodewiseError) as caught:
        nw.fit(nw.Dataset([1, 2, 3]))
    assert (
        str(caught.value) == "data must have targets or labels to fit. Got neither; give numbers or classes to learn."
    )


def test_more_parameters_than_memory_is_refused_before_anything_is_built():
    with pytest.raises(NodewiseError, match=r"^the training must fit in this machine's .* GB of memory\. Hidden layers "
                       r"1000000-1000000 make 1,000,004,000,001 parameters and need about .* GB; use fewer nodes, fewer starts or fewer samples\.$"):  # fmt: skip
        nw.fit(SINE, hidden=(1_000_000, 1_000_000))
