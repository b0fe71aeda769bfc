"""How nodes look in these pictures: those that serve most have a colour each, the others share a grey."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.colors import to_rgb

from nodewise.figures import style
from nodewise.inspection.prototypes import Prototypes

UNSERVED = "#ffffff"


@dataclass(frozen=True, eq=False)
class Look:
    """The nodes drawn and their colours.

    Attributes:
        nodes: Those drawn, the one that serves most first.
        colours: One each.
    """

    nodes: tuple[int, ...]
    colours: tuple[str, ...]

    def of(self, reading: Prototypes) -> Float[np.ndarray, "sample 3"]:
        """Return the colour of each sample by the node that serves it most."""
        table = np.tile(to_rgb(style.REST), (len(reading.served) + 1, 1))
        table[-1] = to_rgb(UNSERVED)
        table[list(self.nodes)] = [to_rgb(colour) for colour in self.colours]
        return table[reading.winner]


def look(reading: Prototypes, top: int) -> Look:
    """Return the `top` nodes that serve most, as far as they serve any sample and there are colours."""
    most = min(top, len(style.NODES), max(1, int((reading.served > 0).sum())))
    return Look(tuple(int(i) for i in reading.order[:most]), style.NODES[:most])


def title(reading: Prototypes, drawn: int) -> str:
    """Return the sentence over the picture."""
    count = len(reading.served)
    of = f" of layer {reading.layer + 1}" if len(reading.network.hidden) > 1 else ""
    text = (
        f"{style.counted(count, 'node')}{of} share {style.counted(len(reading.responsibility), 'sample')}, "
        f"{style.number(reading.sharing)} nodes to a sample"
    )
    if reading.unserved:
        text += f"; {style.counted(reading.unserved, 'sample')} left to the bias"
    return text + (f"; the {drawn} that serve most are drawn" if drawn < count else "")


def called(reading: Prototypes, node: int) -> str:
    """Return "node 3: 12.4"."""
    return f"node {node + 1}: {style.number(reading.served[node])}"
