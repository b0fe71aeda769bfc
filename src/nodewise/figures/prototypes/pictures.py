"""Features that are pixels: each row as an image, beside what its node serves and the samples most like it."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodewise.data.dataset import Dataset
from nodewise.figures import style
from nodewise.figures.images import Canvas, draw, head
from nodewise.figures.prototypes.nodes import Look, title
from nodewise.inspection.prototypes import Prototypes
from nodewise.network import Scale

_SIDE = 0.95  # inches


def draw_pictures(reading: Prototypes, data: Dataset, look: Look, place: Canvas) -> tuple[Figure, Axes]:
    """Draw a line of images per node; of a later layer, whose rows are no images, without the row."""
    first = reading.layer == 0
    # What a node reads is against the mean of all samples only where a scaling takes that away.
    against = "against all" if isinstance(reading.network.layers[0], Scale) else "as it is read"
    heads = ["row:\nits weights", f"mean served,\n{against}"] * first + ["mean\nserved"]
    similar = reading.similar.samples.shape[1]
    columns = len(heads) + similar
    tall = _SIDE * min(max(0.4, place.shape[0] / place.shape[1]), 3) + 0.22
    size = (1.5 + columns * (_SIDE + 0.1), 1.0 + len(look.nodes) * tall)
    figure = Figure(figsize=size, dpi=100, facecolor="white", layout="constrained")
    frames = figure.subplots(len(look.nodes), columns, squeeze=False)
    ends = float(data.inputs.min()), float(data.inputs.max())
    for node, line in zip(look.nodes, frames, strict=True):
        if first:
            for ax, values in zip(line, (reading.network.hidden[0].weight[node], reading.seen[node]), strict=False):
                far = float(np.nanmax(np.abs(values), initial=0)) or 1.0
                draw(ax, place.image(values), (-far, far), signed=True)
        draw(line[len(heads) - 1], place.image(reading.mean[node]), ends)
        for k, ax in enumerate(line[len(heads) :]):
            draw(ax, place.image(data.inputs[reading.similar.samples[node, k]]), ends)
            ax.set_xlabel(_said(reading, node, k), fontsize=8, color=style.INK, labelpad=2)
        line[0].set_ylabel(_about(reading, node), fontsize=8.5, color=style.INK, rotation=0, ha="right", va="center")
    for ax, words in zip(frames[0], [*heads, "most similar\nsamples"], strict=False):
        ax.set_title(words, fontsize=8.5, color=style.INK)
    head(figure, title(reading, len(look.nodes)), size[0])
    return figure, frames[0, 0]


def _about(reading: Prototypes, node: int) -> str:
    said = [f"node {node + 1}", f"serves {style.number(reading.served[node])}"]
    if kind := reading.most(node):
        said.append(f"{kind[1]:.0%} {style.short(kind[0], 12)}")
    return "\n".join([*said, f"cosine {style.number(reading.cosine[node])}"])


def _said(reading: Prototypes, node: int, place: int) -> str:
    answer = reading.similar.answer(node, place)
    text = style.number(answer) if isinstance(answer, float) else str(answer)
    number = reading.similar.samples[node, place] + 1
    return f"{number}" if answer is None or isinstance(answer, list) else style.short(f"{number}: {text}", 14)
