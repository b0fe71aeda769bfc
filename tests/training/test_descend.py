"""Adam along any gradient, architectures and augmentations against loops over single numbers."""

import jax
import numpy as np
import pytest

from nodewise.network.windows import windows
from nodewise.training.architectures import ARCHITECTURES, Canvas
from nodewise.training.arms import AUGMENTATIONS
from nodewise.training.descend import descend

LINE = Canvas((1, 9), (1, 4), 3, (1, 1), (1, 1), 5, 2)
IMAGE = Canvas((5, 6), (2, 3), 2, (2, 2), (1, 2), 4, 3)


def test_adam_is_the_paper_s():
    with jax.enable_x64(True):
        target = np.array([1.0, -2, 0.5])
        found = descend(lambda flat, step: 2 * (flat - target) * (1 + step), jax.numpy.zeros(3), 0.05, 7)
    flat, mean, square = np.zeros(3), np.zeros(3), np.zeros(3)
    for t in range(1, 8):
        g = 2 * (flat - target) * t
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g * g
        flat = flat - 0.05 * (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
    np.testing.assert_allclose(found, flat, rtol=1e-12)


@pytest.mark.parametrize("around", [True, False])
def test_windows_are_what_a_loop_sees(around):
    rows, columns, tall, wide = 4, 5, 2, 3
    image = np.random.default_rng(0).normal(size=(rows, columns))
    padded = np.pad(image, ((tall - 1,) * 2, (wide - 1,) * 2)) if around else image
    wanted = [
        padded[i : i + tall, j : j + wide].ravel()
        for i in range(padded.shape[0] - tall + 1)
        for j in range(padded.shape[1] - wide + 1)
    ]
    seen = np.append(image.ravel(), 0)[windows((rows, columns), (tall, wide), around=around)]
    np.testing.assert_array_equal(seen, wanted)


def begun(name, canvas):
    return ARCHITECTURES[name].begin(np.random.default_rng(1), canvas)


@pytest.mark.slow
@pytest.mark.parametrize("canvas", [LINE, IMAGE], ids=["line", "image"])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_one_sample_is_answered_as_among_others(name, canvas):
    with jax.enable_x64(True):
        x, own = np.random.default_rng(0).normal(size=(3, canvas.features)), begun(name, canvas)
        together = ARCHITECTURES[name].logits(own, x, canvas)
        assert together.shape == (3, canvas.classes)
        np.testing.assert_allclose(together[1:2], ARCHITECTURES[name].logits(own, x[1:2], canvas), rtol=1e-12)


@pytest.mark.parametrize("name", [name for name in ARCHITECTURES if name.startswith("attention")])
def test_attention_without_places_is_blind_to_order(name):
    with jax.enable_x64(True):
        x = np.random.default_rng(0).normal(size=(4, 9))
        own, mixed = begun(name, LINE), x[:, np.random.default_rng(1).permutation(9)]
        apart = np.abs(ARCHITECTURES[name].logits(own, x, LINE) - ARCHITECTURES[name].logits(own, mixed, LINE)).max()
    assert (apart < 1e-12) == (name == "attention")


def test_attention_is_that_of_a_loop():
    with jax.enable_x64(True):
        own, x = begun("attention with offsets", LINE), np.random.default_rng(0).normal(size=9)
        said = ARCHITECTURES["attention with offsets"].logits(own, x[None], LINE)[0]
    at = x[:, None] @ own["embed"] + own["embed_bias"]
    query, key, value = (at @ own[name] for name in ("query", "key", "value"))
    looked = np.zeros((9, 16))
    for h in range(4):
        part = slice(4 * h, 4 * h + 4)
        for p in range(9):
            score = [query[p, part] @ key[q, part] / 2 + own["offset"][h, p - q + 8] for q in range(9)]
            share = np.exp(score) / np.exp(score).sum()
            looked[p, part] = share @ value[:, part]
    hidden = np.maximum((at + looked @ own["mix"]) @ own["weight"] + own["bias"], 0).max(0)
    np.testing.assert_allclose(said, hidden @ own["out"] + own["out_bias"], rtol=1e-10)


def test_random_shifts_roll_each_image():
    x = np.arange(60.0).reshape(2, 30)
    shifted = np.asarray(AUGMENTATIONS["random shifts"](jax.random.key(0), x, IMAGE))
    for before, after in zip(x, shifted, strict=True):
        image = before.reshape(5, 6)
        rolls = [np.roll(image, (i, j), (0, 1)).ravel() for i in range(5) for j in range(6)]
        assert sum(np.array_equal(after, roll) for roll in rolls) == 1
    assert not np.array_equal(shifted[0] % 30, shifted[1] % 30)
