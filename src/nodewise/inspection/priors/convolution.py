"""A convolution with a global maximum, as what it is: a dense layer whose nodes share their weights."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network
from nodewise.network.windows import windows

_MOST = 4096  # nodes of a layer


@dataclass(frozen=True, eq=False)
class Convolution:
    """Channels that look at every place through the same weights; of each the largest answer counts.

    Beyond the edges there are zeros, and windows reach there until they see one feature alone. So each sample that is
    moved inside the canvas is seen by as many windows as before, and the largest answers stay what they were.

    Attributes:
        kernel: [channel, row, column].
        bias: [channel].
        out: [class, channel], weights of the logits on the largest relu of each channel.
        out_bias: [class].
        shape: Rows and columns of a sample.
    """

    kernel: Float[np.ndarray, "channel row column"]
    bias: Float[np.ndarray, " channel"]
    out: Float[np.ndarray, "class channel"]
    out_bias: Float[np.ndarray, " class"]
    shape: tuple[int, int]

    @cached_property
    def windows(self) -> Int[np.ndarray, "place tap"]:
        """Which feature every tap of every window sees; their number stands for a zero beyond the edge."""
        rows, columns = self.kernel.shape[1:]
        return windows(self.shape, (rows, columns))

    @cached_property
    def dense(self) -> Dense:
        """The convolution as a relu layer [channel · place, feature], equal to it for every sample.

        The rows of one channel are its kernel at one place after another, and zeros: a Toeplitz matrix where samples
        are lines.
        """
        channels, features = len(self.bias), self.shape[0] * self.shape[1]
        weight = np.zeros((channels, len(self.windows), features + 1))
        place = np.arange(len(self.windows))[:, None]
        weight[:, place, self.windows] = self.kernel.reshape(channels, 1, -1)
        weight = weight[..., :features].reshape(-1, features)
        return Dense(weight, np.repeat(self.bias, len(self.windows)), "relu")  # type: ignore[arg-type]

    @cached_property
    def network(self) -> Network:
        """The convolution, its maximum and its logits as a chain of dense relu layers, equal for every sample.

        The maximum is a tournament: of two numbers a and b ≥ 0 it is relu(a - b) + relu(b), so each layer halves what
        is left.

        Raises:
            NodewiseError: If a layer would have more than 4096 nodes.
        """
        first, channels = self.dense, len(self.bias)
        if first.outputs > _MOST:
            raise NodewiseError(
                f"a convolution as a chain of dense layers must have at most {_MOST} nodes in a layer. Got "
                f"{first.outputs}; .dense is its first layer."
            )
        each, layers = np.eye(channels), [(first.weight, first.bias, "relu")]
        left, read = len(self.windows), np.eye(len(self.windows))
        while left > 1:
            pair, keep = _round(left)
            layers.append((np.kron(each, pair @ read), np.zeros(channels * len(pair)), "relu"))
            left, read = len(keep), keep
        return Network.from_weights([*layers, (self.out @ np.kron(each, read), self.out_bias, "identity")])

    def responses(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample channel place"]:
        """Return what every channel says at every place, after relu; tap by tap, so that equal windows round alike."""
        padded = np.pad(np.asarray(x, float), ((0, 0), (0, 1)))
        said = np.zeros((len(padded), len(self.bias), len(self.windows)))
        for tap, weights in enumerate(self.kernel.reshape(len(self.bias), -1).T):
            said += weights[:, None] * padded[:, None, self.windows[:, tap]]
        return np.maximum(said + self.bias[:, None], 0)

    def __call__(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample class"]:
        """Return the logits."""
        largest = self.responses(x).max(axis=2)
        return (largest[:, None, :] * self.out).sum(axis=2) + self.out_bias

    def moved(self, sample: Float[np.ndarray, " feature"]) -> Float[np.ndarray, "shift class"]:
        """Return the logits of a sample at each place where what is not 0 in it lies inside; the first is the top left.

        Raises:
            NodewiseError: If the sample is 0 everywhere, or does not fit the shape.
        """
        values = np.asarray(sample, float)
        if values.size != self.shape[0] * self.shape[1] or not values.any():
            raise NodewiseError(f"sample must have {self.shape[0]} × {self.shape[1]} numbers, not all 0.")
        image = values.reshape(self.shape)
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        part = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        free = self.shape[0] - part.shape[0] + 1, self.shape[1] - part.shape[1] + 1
        placed = np.zeros((*free, *self.shape))
        for down, right in np.ndindex(free):
            placed[down, right, down : down + part.shape[0], right : right + part.shape[1]] = part
        return self(placed.reshape(-1, image.size))


def _round(left: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what a round of the tournament asks [node, value], and how its answers add up [value, node]."""
    pairs, odd = divmod(left, 2)
    ask, add = np.zeros((2 * pairs + odd, left)), np.zeros((pairs + odd, 2 * pairs + odd))
    for p in range(pairs):
        ask[2 * p, [2 * p, 2 * p + 1]] = 1, -1
        ask[2 * p + 1, 2 * p + 1] = 1
        add[p, [2 * p, 2 * p + 1]] = 1
    if odd:
        ask[-1, -1] = add[-1, -1] = 1
    return ask, add
