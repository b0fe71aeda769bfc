"""`nodewise diagram`: draw a network from its weights."""

import os
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

import nodewise as nw
from nodewise.cli import networks, show
from nodewise.cli.flags import NUMBER, SWITCH
from nodewise.cli.results import Results
from nodewise.files import folder

_WORD = Parameter(converter=lambda _, tokens: tokens[0].value, show_choices=False)


def diagram(
    network: str,
    activation: str | None = None,
    /,
    *,
    level: Annotated[Literal["operations", "bias", "nodes", "short"], _WORD] = "nodes",
    out: str | None = None,
    seed: Annotated[int | None, NUMBER] = None,
    json: Annotated[bool, SWITCH] = False,
    quiet: Annotated[bool, SWITCH] = False,
) -> None:
    """Draw a network from its weights.

    Args:
        network: A model's file (.nodewise, .onnx, .keras, .pt, .pth or .safetensors), or sizes such as 1-2-1 for a
            network with weights drawn from [-1, 1].
        activation: Of sizes: the activation of hidden and output nodes. [default: tanh] Of a file of weights, which
            does not hold it: that of all hidden nodes.
        level: operations (a box for each), bias (circles, lines and bias nodes), nodes (circles and lines), or short
            (as nodes, wide layers shortened).
        out: File for the picture, ending in .svg, .png or .pdf, or a folder. [default: diagram-NAME.svg]
        seed: Of sizes: seed of the weights. [default: 0]
        json: Print what is drawn on standard output as one JSON document, and all talk on standard error.
        quiet: Print errors only, and the JSON if asked for.
    """
    drawn = nw.figures.diagram(networks.named(network, activation, seed), level)
    results = Results(None, json, quiet)
    results.files.append(drawn.save(_path(out, f"diagram-{Path(network).stem}")))
    results.document |= {"network": drawn.network, "summary": drawn.summary, **drawn.graph.as_dict()}
    results.paragraphs.append(show.one_line(drawn.summary))
    results.show()


def _path(out: str | None, name: str) -> Path:
    """Return the file to write: the one named, or one in the folder named."""
    if out is None:
        return Path(f"{name}.svg")
    if Path(out).suffix and not Path(out).is_dir() and not out.endswith(("/", os.sep)):
        return Path(out)
    return folder(out) / f"{name}.svg"
