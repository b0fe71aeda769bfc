"""How long the exact regions of ReLU networks over two features take, and how memory grows with them.

    python benchmarks/regions.py

For each network, with He's normal weights, a child process cuts the box from -1 to 1 and prints the number of regions,
its processor's time, its largest memory beyond what importing takes, and whether the areas add up to the box. Beside
it, in the same run, stands what a grid of so many points costs that each region would get one point on average, which
finds far from all of them: that is how regions are counted where they are not computed.
"""

import resource
import subprocess
import sys
import time
from itertools import pairwise

import numpy as np

NETWORKS = ((64,), (200,), (450,), (64, 64), (64, 64, 64), (256, 256))
ROUNDS = 3


def network_of(widths: tuple[int, ...]):
    import nodewise as nw

    rng = np.random.default_rng(0)
    sizes = (2, *widths, 1)
    layers = []
    for i, (inputs, outputs) in enumerate(pairwise(sizes)):
        weight = rng.normal(size=(outputs, inputs)) * np.sqrt(2 / inputs)
        layers.append((weight, 0.05 * rng.normal(size=outputs), "relu" if i < len(widths) else "identity"))
    return nw.Network.from_weights(layers)


def patterns(network, points: int) -> int:
    """Return how many patterns of active nodes a grid of about so many points meets."""
    side = max(2, int(np.sqrt(points)))
    x = np.stack(np.meshgrid(*[np.linspace(-1, 1, side)] * 2), axis=-1).reshape(-1, 2)
    seen = []
    for layer in network.dense[:-1]:
        z = x @ layer.weight.T + layer.bias
        seen.append(np.packbits(z > 0, axis=1))
        x = layer.activation(z)
    return len(np.unique(np.concatenate(seen, axis=1), axis=0))


def child(widths: tuple[int, ...]) -> None:
    from nodewise.inspection.regions import regions

    network = network_of(widths)
    regions(network_of((3,)), [(-1, 1), (-1, 1)])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours, grid = [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        found = regions(network, [(-1, 1), (-1, 1)], most=1_000_000)
        ours.append(time.process_time() - began)
        memory = max(0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) if len(ours) == 1 else memory
        began = time.process_time()
        met = patterns(network, found.count)
        grid.append(time.process_time() - began)
        if max(ours) > 5:  # seconds; once is enough
            break
    off = abs(found.areas.sum() - 4) / 4
    print(
        f"2-{'-'.join(map(str, widths))}-1: {found.count} regions ({found.linear_count} linear) in {min(ours):.2f} s, "
        f"{memory / 1024:.0f} MB; areas off by {off:.0e}; a grid of as many points: {min(grid):.2f} s, "
        f"meets {met} regions ({met / found.count:.0%})",
        flush=True,
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(tuple(map(int, sys.argv[1:])))
    else:
        for widths in NETWORKS:
            subprocess.run([sys.executable, __file__, *map(str, widths)], check=True)
