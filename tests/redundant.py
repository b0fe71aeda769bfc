"""Networks with nodes that are not needed, made from random ones."""

import numpy as np

from nodewise.inspection.reading import homogeneous
from nodewise.network import Dense, Network


def redundant(network, seed, extra=4):
    """Return an equal network with nodes added to its hidden layers: copies, mirror images, constants, unread ones."""
    rng = np.random.default_rng(seed)
    layers = list(network.folded.dense)
    for k in range(len(layers) - 1):
        w, b, phi = layers[k].weight, layers[k].bias, layers[k].activation
        v, c = np.array(layers[k + 1].weight), np.array(layers[k + 1].bias)
        for _ in range(extra):
            kind, i, share = rng.integers(5), rng.integers(len(b)), rng.uniform(0.2, 0.8)
            row, bias, out = w[i], b[i], np.zeros(len(c))
            if kind == 0:  # a copy takes a share
                out, v[:, i] = share * v[:, i], (1 - share) * v[:, i]
            elif kind == 1 and phi.symmetry and not phi.jumps and phi.symmetry.slope == 0:  # so does a mirror image
                row, bias, out = -row, -bias, phi.symmetry.sign * share * v[:, i]
                c, v[:, i] = c - phi.symmetry.constant * out, (1 - share) * v[:, i]
            elif kind == 2 and homogeneous(phi):  # and a longer or shorter one
                size = 2.0 ** rng.integers(-3, 4)
                row, bias, out = size * row, size * bias, share * v[:, i] / size
                v[:, i] = (1 - share) * v[:, i]
            elif kind == 3:
                row, bias, out = np.zeros_like(row), rng.normal(), rng.normal(size=len(c))
                c = c - out * phi(bias)
            else:
                row, bias = rng.normal(size=row.shape), rng.normal()
            w, b, v = np.vstack([w, row]), np.append(b, bias), np.column_stack([v, out])
        at = rng.permutation(len(b))
        layers[k] = Dense(w[at], b[at], phi)
        layers[k + 1] = Dense(v[:, at], c, layers[k + 1].activation)
    return Network(tuple(layers))


def shuffled(network, seed):
    """Return an equal network: nodes permuted, turned round where that takes no line, and of other sizes."""
    rng = np.random.default_rng(seed)
    layers = list(network.folded.dense)
    for k in range(len(layers) - 1):
        w, b, phi = np.array(layers[k].weight), np.array(layers[k].bias), layers[k].activation
        v, c = np.array(layers[k + 1].weight), np.array(layers[k + 1].bias)
        if phi.symmetry and not phi.jumps and phi.symmetry.slope == 0:
            turn = rng.integers(2, size=len(b)) == 1
            w[turn], b[turn] = -w[turn], -b[turn]
            v[:, turn] *= phi.symmetry.sign
            c = c - phi.symmetry.constant * v[:, turn].sum(axis=1)
        if homogeneous(phi):
            size = 2.0 ** rng.integers(-3, 4, size=len(b))
            w, b, v = w * size[:, None], b * size, v / size
        at = rng.permutation(len(b))
        layers[k] = Dense(w[at], b[at], phi)
        layers[k + 1] = Dense(v[:, at], c, layers[k + 1].activation)
    return Network(tuple(layers))
