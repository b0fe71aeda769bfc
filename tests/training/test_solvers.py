"""Each solver against somebody else's: PyTorch's optimizers step by step, SciPy's minimisers at the end."""

import jax
import numpy as np
import pytest
from scipy import optimize

import nodewise as nw
from nodewise.network.flat import unravel
from nodewise.training import first_order, lbfgs, loop, losses, variable_projection
from nodewise.training.objective import Batch, Model, forward, value_and_gradient


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


def problem(sizes=(1, 5, 1), name="tanh", samples=40, seed=0, penalty="none"):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(sizes[0], samples))
    y = np.sin(2 * x[:1]) + 0.1 * rng.normal(size=(sizes[-1], samples))
    model = Model(sizes, (*[name] * (len(sizes) - 2), "identity"), losses.find("squared", labels=False), penalty)
    return model, rng.normal(size=(1, model.parameters)), Batch(x, y, np.full(samples, 1 / samples))


def run(solver, model, first, batch, steps, rate=0.05, l2=0.0, tolerance=1e-12):
    limits = loop.Limits(np.int32(steps), np.int32(1), rate, l2, tolerance, 1e9, np.int32(1_000_000), -1.0)
    begun = loop.begin(model, solver, first, batch, None, None, l2)
    return loop.run(model, solver, steps, steps, begun, batch, None, None, limits)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("solver", "theirs"),
    [
        (first_order.gradient_descent, lambda torch, p: torch.optim.SGD(p, lr=0.05)),
        (first_order.momentum, lambda torch, p: torch.optim.SGD(p, lr=0.05, momentum=0.9)),
        (first_order.adam, lambda torch, p: torch.optim.Adam(p, lr=0.05)),
    ],
)
def test_every_step_equals_pytorchs(solver, theirs):
    torch = pytest.importorskip("torch")
    model, first, batch = problem()
    _, record = run(solver, model, first, batch, 50)
    flat = torch.tensor(first[0], requires_grad=True)
    optimizer = theirs(torch, [flat])
    for step in range(50):
        optimizer.zero_grad()
        (w1, b1), (w2, b2) = unravel(flat, model.sizes)
        out = torch.tanh(torch.tensor(batch.inputs.T) @ w1.T + b1) @ w2.T + b2
        ((out - torch.tensor(batch.targets.T)) ** 2).mean().backward()
        optimizer.step()
        np.testing.assert_allclose(record.parameters[0, step], flat.detach().numpy(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("penalty", ["weights", "all"])
def test_lbfgs_ends_where_scipy_ends(penalty):
    model, first, batch = problem(penalty=penalty)
    done, _ = run(lbfgs.LBFGS(), model, first, batch, 500, l2=0.02)
    value = jax.jit(lambda p: value_and_gradient(model, p, batch, 0.02))
    theirs = optimize.minimize(
        lambda p: [np.asarray(part) for part in value(p)], np.asarray(done.state.parameters[0]), jac=True, method="BFGS"
    )
    assert float(done.state.loss[0]) == pytest.approx(theirs.fun, rel=1e-6)
    assert int(done.reason[0]) == loop.CONVERGED


def test_lbfgs_solves_a_linear_least_squares_problem():
    model, first, batch = problem(sizes=(3, 1))
    done, _ = run(lbfgs.LBFGS(), model, first, batch, 200)
    design = np.vstack([batch.inputs, np.ones(40)]).T
    exact = np.linalg.lstsq(design, batch.targets[0], rcond=None)[0]
    np.testing.assert_allclose(done.state.parameters[0], exact, atol=1e-5)


@pytest.mark.slow
def test_lbfgs_never_goes_up():
    model, first, batch = problem(sizes=(1, 20, 1), name="relu")
    done, record = run(lbfgs.LBFGS(), model, first, batch, 100)
    losses = np.asarray(record.losses[0])[: int(done.step[0])]
    assert (np.diff(losses) <= 0).all()


@pytest.mark.slow
@pytest.mark.parametrize(("penalty", "l2"), [("weights", 0.01), ("all", 0.01)])
def test_variable_projection_ends_where_scipys_least_squares_ends(penalty, l2):
    model, first, batch = problem(penalty=penalty)
    done, _ = run(variable_projection.VariableProjection(), model, first, batch, 200, l2=l2)
    on = np.array({"none": 0, "weights": 1, "all": 1}[penalty]) * np.ones(model.parameters)
    if penalty == "weights":
        on = np.concatenate(
            [part.ravel() * keep for w, b in unravel(on, model.sizes) for part, keep in ((w, 1), (b, 0))]
        )
    residual = jax.jit(
        lambda p: jax.numpy.concatenate(
            [((forward(model, p, batch.inputs)[0] - batch.targets) / np.sqrt(40)).ravel(), np.sqrt(l2 / 2) * on * p]
        )
    )
    start = np.asarray(done.state.parameters[0])
    theirs = optimize.least_squares(lambda p: np.asarray(residual(p)), start, method="trf", xtol=1e-14, ftol=1e-14)
    assert float(done.state.loss[0]) == pytest.approx(2 * theirs.cost, rel=1e-4)
    value, gradient = value_and_gradient(model, start, batch, l2)
    assert float(value) == pytest.approx(float(done.state.loss[0]), rel=1e-9)
    assert np.abs(gradient).max() < 1e-4


def test_variable_projection_solves_the_output_layer_at_every_step():
    model, first, batch = problem()
    _, record = run(variable_projection.VariableProjection(), model, first, batch, 10)
    for flat in np.asarray(record.parameters[0]):
        (w1, b1), (w2, b2) = unravel(flat, model.sizes)
        design = np.vstack([np.tanh(w1 @ batch.inputs + b1[:, None]), np.ones(40)]).T
        exact = np.linalg.lstsq(design, batch.targets[0], rcond=None)[0]
        np.testing.assert_allclose(design @ np.r_[w2[0], b2], design @ exact, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["gradient_descent", "momentum", "adam", "lbfgs", "variable_projection"])
@pytest.mark.parametrize("hidden", [(), (6,), (5, 4)])
def test_every_solver_lowers_the_loss_at_any_depth(solver, hidden):
    data = nw.problems.sine(low=-3, high=3)
    fit = nw.fit(data, hidden, "tanh", solver=solver, steps=60, start="glorot")
    assert fit.losses[-1] < 0.9 * fit.losses[0]
