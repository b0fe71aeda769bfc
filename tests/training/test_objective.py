"""The hand-written gradient against finite differences and PyTorch's autograd; the forward pass against the network."""

from functools import partial

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodewise import activations
from nodewise.network import Network
from nodewise.network.flat import count, ravel, unravel
from nodewise.training import losses
from nodewise.training.objective import Batch, Model, data_loss, forward, value_and_gradient
from nodewise.training.settings import LOSSES, PENALTIES, SOLVERS, STARTS


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


def problem(sizes, names, loss="squared", penalty="none", seed=0, samples=20):
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.1, 1, samples)
    batch = Batch(rng.normal(size=(sizes[0], samples)), rng.normal(size=(sizes[-1], samples)), weights / weights.sum())
    model = Model(sizes, (*names, "identity"), losses.LOSSES[loss], penalty)
    return model, 0.7 * rng.normal(size=model.parameters), batch


@pytest.mark.parametrize("name", activations.names())
@pytest.mark.parametrize(("sizes", "loss", "penalty"), [
    ((1, 5, 1), "squared", "none"), pytest.param((3, 4, 6, 2), "huber", "all", marks=pytest.mark.slow)
])  # fmt: skip
def test_gradient_is_the_finite_difference(name, sizes, loss, penalty):
    model, flat, batch = problem(sizes, [name] * (len(sizes) - 2), loss, penalty)
    compiled = jax.jit(lambda p: value_and_gradient(model, p, batch, 0.3))
    _, gradient = compiled(flat)
    h = 1e-6
    for i in range(0, flat.size, 3):
        step = h * np.eye(flat.size)[i]
        up, down = (float(compiled(flat + s)[0]) for s in (step, -step))
        assert float(gradient[i]) == pytest.approx((up - down) / (2 * h), rel=1e-5, abs=1e-7)


@given(seed=st.integers(0, 1000), names=st.lists(st.sampled_from(activations.names()), min_size=1, max_size=4))
@settings(max_examples=8)
def test_gradient_equals_jaxs_own(seed, names):
    model, flat, batch = problem((2, *(3 + i for i in range(len(names))), 2), names, penalty="weights", seed=seed)

    @jax.jit
    def both(p):  # compiled at once: operation by operation it takes seconds
        ours = value_and_gradient(model, p, batch, 0.1)
        return ours, jax.value_and_grad(lambda q: value_and_gradient(model, q, batch, 0.1)[0])(p)

    (value, gradient), (slow, automatic) = both(flat)
    assert float(value) == pytest.approx(float(slow))
    np.testing.assert_allclose(gradient, automatic, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("loss", ["squared", "huber"])
def test_loss_and_gradient_equal_pytorchs(loss):
    torch = pytest.importorskip("torch")
    model, flat, batch = problem((2, 6, 3), ["tanh"], loss, samples=30)
    weight = torch.tensor(flat, requires_grad=True)
    (w1, b1), (w2, b2) = unravel(weight, model.sizes)
    out = torch.tanh(torch.tensor(batch.inputs.T) @ w1.T + b1) @ w2.T + b2
    target = torch.tensor(batch.targets.T)
    # PyTorch's Huber loss is half of ours, as is half the squared error.
    each = (
        2 * torch.nn.functional.huber_loss(out, target, reduction="none")
        if loss == "huber"
        else torch.nn.functional.mse_loss(out, target, reduction="none")
    )
    value = (torch.tensor(batch.weights)[:, None] * each).sum() / out.shape[1]
    value.backward()
    ours, gradient = value_and_gradient(model, flat, batch, 0.0)
    assert float(ours) == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, weight.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", activations.names())
def test_forward_pass_equals_the_networks(name):
    model, flat, batch = problem((2, 5, 4, 2), [name, name], samples=200)
    triples = [(w, b, a) for (w, b), a in zip(unravel(flat, model.sizes), model.activations, strict=True)]
    outputs, _ = forward(model, flat, 3 * batch.inputs)
    np.testing.assert_allclose(outputs.T, Network.from_weights(triples)(3 * batch.inputs.T), rtol=1e-10, atol=1e-11)


def test_float32_stays_float32():
    for name in activations.names():
        model, flat, batch = problem((1, 3, 1), [name])
        small = Batch(*(part.astype(np.float32) for part in batch))
        program = partial(value_and_gradient, model)
        value, gradient = jax.eval_shape(program, flat.astype(np.float32), small, np.float32(0.1))
        assert (value.dtype, gradient.dtype) == (np.float32, np.float32), name


def test_the_penalty_is_half_l2_times_the_sum_of_squares():
    model, flat, batch = problem((2, 4, 1), ["tanh"], penalty="weights")
    weights = np.concatenate([w.ravel() for w, _ in unravel(flat, model.sizes)])
    value, _ = value_and_gradient(model, flat, batch, 0.3)
    assert float(value - data_loss(model, flat, batch)) == pytest.approx(0.15 * (weights @ weights))
    model, flat, batch = problem((2, 4, 1), ["tanh"], penalty="all")
    value, _ = value_and_gradient(model, flat, batch, 0.3)
    assert float(value - data_loss(model, flat, batch)) == pytest.approx(0.15 * (flat @ flat))


@pytest.mark.slow
def test_a_sample_of_weight_2_counts_as_two():
    model, flat, batch = problem((1, 3, 1), ["relu"], samples=5)
    doubled = Batch(*(np.concatenate([part, part[..., :1]], axis=-1) for part in batch[:2]), np.full(6, 1 / 6))
    weighted = Batch(*batch[:2], np.array([2, 1, 1, 1, 1]) / 6)
    for once, twice in zip(*(value_and_gradient(model, flat, b, 0.0) for b in (weighted, doubled)), strict=True):
        np.testing.assert_allclose(once, twice, rtol=1e-12)


@given(sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5))
def test_ravel_undoes_unravel(sizes):
    flat = np.random.default_rng(0).normal(size=(3, count(sizes)))
    np.testing.assert_array_equal(ravel(unravel(flat, sizes)), flat)


def test_the_settings_name_what_the_tables_hold():
    from nodewise.training import prepare, starts

    assert ("auto", *losses.LOSSES) == LOSSES
    assert tuple(starts.STARTS) == STARTS
    assert {"auto", *prepare.SOLVERS} == set(SOLVERS)
    assert PENALTIES == ("weights", "all")
