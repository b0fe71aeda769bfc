"""The third essay's examples, worked out by hand."""

import numpy as np
import pytest

from nodewise.data import problems
from nodewise.errors import NodewiseError


def test_product():
    data = problems.product()
    half = np.sqrt(2) / 2
    np.testing.assert_array_equal(data.inputs, [[1, 0], [half, half], [0, 2]])
    np.testing.assert_array_equal(data.targets, [[0], [0.5], [0]])
    np.testing.assert_allclose(data.function(data.inputs), data.targets, atol=1e-15)


def test_half_circle():
    data = problems.half_circle()
    np.testing.assert_array_equal(data.targets[:, 0], [0, 64, 128, 192, 256])
    half = np.sqrt(2) / 2
    np.testing.assert_allclose(data.inputs, [[1, 0], [half, half], [0, 1], [-half, half], [-1, 0]], atol=1e-15)
    np.testing.assert_allclose(data.function(problems.encode([0, 10, 100, 256])), [[0], [10], [100], [256]], atol=1e-12)


def test_they_are_examples_and_no_problems():
    assert tuple(problems.EXAMPLES) == ("product", "half_circle")
    assert not set(problems.EXAMPLES) & set(problems.names())
    assert all(make().name == name for name, make in problems.EXAMPLES.items())


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        (-1, "numbers must be one column from 0 to 256. Got -1."),
        ([3, 257], "numbers must be one column from 0 to 256. Got 257."),
        ([[1, 2]], "numbers must be one column from 0 to 256. Got shape (1, 2)."),
        ([np.nan], "numbers must be finite. Got nan at sample 0 of column 'number'. Drop or fill such rows first."),
    ],
)
def test_refusals(numbers, message):
    with pytest.raises(NodewiseError) as caught:
        problems.encode(numbers)
    assert str(caught.value) == message
