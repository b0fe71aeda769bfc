"""A convolution against SciPy's, and its reading."""

import json

import numpy as np
import pytest
from scipy.linalg import toeplitz
from scipy.signal import correlate

from nodewise.errors import NodewiseError
from nodewise.inspection.priors import Arm, Convolution, Priors


def convolution(shape=(1, 32), kernel=(1, 4), channels=8, classes=2, seed=0):
    random = np.random.default_rng(seed)
    draw = lambda *size: random.normal(size=size)  # noqa: E731
    return Convolution(draw(channels, *kernel), draw(channels), draw(classes, channels), draw(classes), shape)


@pytest.mark.parametrize(("shape", "kernel"), [((1, 32), (1, 4)), ((5, 6), (2, 3)), ((1, 3), (1, 1))])
def test_it_is_scipy_s_and_a_dense_layer_and_a_network(shape, kernel):
    read = convolution(shape, kernel)
    x = np.random.default_rng(1).normal(size=(6, shape[0] * shape[1]))
    wanted = [
        [
            np.maximum(correlate(row.reshape(shape), k) + b, 0).ravel()
            for k, b in zip(read.kernel, read.bias, strict=True)
        ]
        for row in x
    ]
    np.testing.assert_allclose(read.responses(x), wanted, rtol=0, atol=1e-12)
    np.testing.assert_allclose(read.dense(x).reshape(6, 8, -1), wanted, rtol=0, atol=1e-12)
    logits = np.max(wanted, axis=2) @ read.out.T + read.out_bias
    np.testing.assert_allclose(read(x), logits, rtol=0, atol=1e-12)
    np.testing.assert_allclose(read.network(x), logits, rtol=0, atol=1e-12)


def test_the_dense_layer_of_a_line_is_a_toeplitz_matrix():
    read = convolution()
    taps = read.kernel[:, 0]
    for channel in range(8):
        column = np.r_[taps[channel][::-1], np.zeros(31)]
        row = np.r_[taps[channel][-1], np.zeros(31)]
        np.testing.assert_array_equal(read.dense.weight[35 * channel : 35 * channel + 35], toeplitz(column, row))
    assert len(np.unique(read.dense.weight)) == 1 + 32


def test_moving_a_sample_changes_no_bit():
    sample = np.zeros(32)
    sample[5:11] = np.random.default_rng(0).normal(size=6)
    logits = convolution().moved(sample)
    assert logits.shape == (27, 2)
    assert np.ptp(logits, axis=0).max() == 0
    image = np.zeros((5, 6))
    image[1:3, 2:5] = np.random.default_rng(0).normal(size=(2, 3))
    logits = convolution((5, 6), (2, 3)).moved(image.ravel())
    assert logits.shape == (4 * 4, 2)
    assert np.ptp(logits, axis=0).max() == 0


def test_a_sample_that_is_cut_off_is_another():
    read, sample = convolution(), np.zeros(32)
    sample[-2:] = 3, -3
    assert np.abs(read(np.roll(sample, 1)[None]) - read(sample[None])).max() > 1e-3


def made(**more):
    arms = (
        Arm("dense", 2242, np.array([1.0, 1, 1, 1]), np.array([0.5, 0.4, 0.6, 0.5])),
        Arm("convolution", 58, np.array([1.0, 1, 1, 1]), np.array([1.0, 1, 0.5, 0.5])),
    )
    given = {"convolution": convolution(), "dense_difference": 4e-16, "shift_difference": 0.0} | more
    return Priors("patterns", "two patterns", 2, arms, **given)


def test_its_sentence_table_and_json():
    read = made()
    assert str(read) == (
        "Two patterns. Right at places never trained at (and at those of training), over 4 starts: dense 50 % (100 %); "
        "convolution 75 % (100 %). The convolution is a dense layer of 280 nodes whose 8960 weights are 0 or one of 32: "
        "the two differ by 4e-16. Moving a sample changes its logits by 0."
    )
    first, second = read.table()
    assert (second["better"], second["worse"], second["p"]) == (2, 1, 1.0)
    assert first["p"] is None
    # Wilson's interval of 3 in 4, from its quadratic equation.
    ends = np.sort(np.roots([1 + 1.959964**2 / 4, -(2 * 0.75 + 1.959964**2 / 4), 0.75**2]))
    np.testing.assert_allclose((second["unseen_low"], second["unseen_high"]), ends, rtol=1e-6)
    json.dumps(read.as_dict(), allow_nan=False)
    alone = made(convolution=None, dense_difference=np.nan, shift_difference=np.nan)
    assert "dense layer" not in str(alone)
    json.dumps(alone.as_dict(), allow_nan=False)


REFUSALS = {
    "arm": (
        lambda: made().arm("convolutio"),
        "an arm must be one of dense, convolution. Got 'convolutio'. Did you mean 'convolution'?",
    ),
    "nothing": (lambda: convolution().moved(np.zeros(32)), "sample must have 1 × 32 numbers, not all 0."),
    "large": (
        lambda: convolution((20, 20), (3, 3), 9).network,
        "a convolution as a chain of dense layers must have at most 4096 nodes in a layer. Got 4356; .dense is its "
        "first layer.",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(call, message):
    with pytest.raises(NodewiseError) as refused:
        call()
    assert str(refused.value) == message
