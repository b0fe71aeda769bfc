"""Pictures of priors, shared weights, smoothness and jumps can be read, and show their readings' numbers."""

import numpy as np
import pytest

import nodewise as nw
from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.inspection import jumps, priors
from nodewise.inspection.smoothness import Smoothness

RANDOM = np.random.default_rng(0)
NAMES = ("dense", "dense, noise added", "convolution", "attention with positions")


def convolution(shape, kernel, channels):
    draw = RANDOM.normal
    return priors.Convolution(
        draw(size=(channels, *kernel)), draw(size=channels), draw(size=(2, channels)), draw(size=2), shape
    )


LINE, IMAGE = convolution((1, 32), (1, 4), 8), convolution((14, 14), (5, 5), 3)
PRIORS = priors.Priors(
    "patterns", "patterns", 2, tuple(priors.Arm(n, 9, *RANDOM.uniform(0.4, 1, (2, 6))) for n in NAMES), LINE, 0.0, 0.0
)


def made_jumps():
    x = np.linspace(0.1, 0.3, 40)
    net = nw.Network.from_weights([([[0.2]], [0.0], "saw"), ([[1.0]], [0.0], "identity")])
    arms = tuple(
        jumps.Arm(width, name, gradient, RANDOM.uniform(0.1, 0.7, 12), net)
        for width in (1, 3, 16)
        for name, gradient in (("saw", "autograd"), ("saw", "with jumps"), ("triangle", "autograd"))
    )
    return jumps.Jumps(arms, 0.15, net, jumps.Slopes(x, np.sin(30 * x), 5 * x, 30 * np.cos(30 * x) - 5 * x, x), -10, 10)


def made_smoothness():
    net = nw.Network.from_weights([([[1.0]], [0.0], "identity")])
    data = tuple(nw.problems.sine(seed=seed) for seed in (0, 1))
    errors = RANDOM.uniform(0.01, 0.1, (2, 3, 9))
    errors[0, 0, 0] = np.inf
    return Smoothness(data, ("tanh", "relu", "triangle"), (10,), errors, ((net,) * 3,) * 2)


JUMPS, SMOOTHNESS = made_jumps(), made_smoothness()


@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.priors(PRIORS), lambda: figures.shared_weights(PRIORS), lambda: figures.shared_weights(IMAGE, 1),
        lambda: figures.jumps(JUMPS), lambda: figures.smoothness(SMOOTHNESS),
    ],
    ids=["priors", "line", "image", "jumps", "smoothness"],
)  # fmt: skip
def test_it_can_be_read(draw, readable):
    readable(draw().figure)


def test_priors_are_means_with_their_intervals():
    shown = figures.priors(PRIORS)
    wanted = [(arm.unseen.mean(), *arm.interval("unseen")) for arm in PRIORS.arms]
    drawn = list(shown.ax.containers)[len(NAMES) :]
    for container, (mean, low, high) in zip(drawn, wanted, strict=True):
        line, _, (bars,) = container.lines
        np.testing.assert_allclose(np.array(line.get_xdata(), float), [mean])
        np.testing.assert_allclose(np.array(bars.get_segments()[0][:, 0], float), [low, high])


def test_shared_weights_are_the_dense_layer_s():
    shown = figures.shared_weights(PRIORS, 2)
    (image,) = shown.dense_ax.images
    np.testing.assert_array_equal(image.get_array(), LINE.dense.weight[70:105])
    np.testing.assert_array_equal(shown.ax.images[0].get_array(), LINE.kernel[2])


def test_the_slope_is_the_sum_of_both_parts():
    shown = figures.jumps(JUMPS)
    auto, whole, dots, _ = shown.slopes_ax.lines
    np.testing.assert_array_equal(auto.get_ydata(), JUMPS.slopes.autograd)
    np.testing.assert_allclose(whole.get_ydata(), 30 * np.cos(30 * JUMPS.slopes.weights))
    np.testing.assert_array_equal(dots.get_ydata(), JUMPS.slopes.numerical[::3])


REFUSALS = {
    "priors": (lambda: figures.priors(3), "a picture of priors needs what nodewise.priors returns. Got int."),
    "weights": (
        lambda: figures.shared_weights(3),
        "a picture of shared weights needs a convolution, as nodewise.priors trains. Got int.",
    ),
    "channel": (lambda: figures.shared_weights(LINE, 8), "channel must be a whole number from 0 to 7. Got 8."),
    "jumps": (lambda: figures.jumps(3), "a picture of jumps needs what nodewise.jumps returns. Got int."),
    "smoothness": (
        lambda: figures.smoothness(3), "a picture of smoothness needs what nodewise.smoothness returns. Got int."
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(call, message):
    with pytest.raises(NodewiseError) as refused:
        call()
    assert str(refused.value) == message
