"""`nodewise equations`: a network as equations, source code or spreadsheet formulas."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

import nodewise as nw
from nodewise.cli import networks
from nodewise.cli.flags import NUMBER, SWITCH
from nodewise.cli.results import Results
from nodewise.files import write_bytes

_WORD = Parameter(converter=lambda _, tokens: tokens[0].value, show_choices=False)


def equations(
    network: str,
    activation: str | None = None,
    /,
    *,
    form: Annotated[Literal["text", "latex", "mathml", "python", "spreadsheet"] | None, _WORD] = None,
    symbols: Annotated[bool, SWITCH] = False,
    digits: Annotated[int, NUMBER] = 4,
    out: str | None = None,
    seed: Annotated[int | None, NUMBER] = None,
    json: Annotated[bool, SWITCH] = False,
    quiet: Annotated[bool, SWITCH] = False,
) -> None:
    """Write a network down as equations, source code or spreadsheet formulas.

    Args:
        network: A model's file (.nodewise, .onnx, .keras, .pt, .pth or .safetensors), or sizes such as 1-2-1 for a
            network with weights drawn from [-1, 1].
        activation: Of sizes: the activation of hidden and output nodes. [default: tanh] Of a file of weights, which
            does not hold it: that of all hidden nodes.
        form: text, latex, mathml, python or spreadsheet. [default: text, or what the ending of --out says]
        symbols: Print the symbols u, v, y of the essay in place of the numbers; in python and spreadsheet, give every
            product, sum and activation a line or cell of its own.
        digits: Significant digits in text, latex and mathml; python and spreadsheet have them all.
        out: File to write instead of printing: .txt, .tex, .html, .mml, .py, .csv or .tsv; with --form any name.
        seed: Of sizes: seed of the weights. [default: 0]
        json: Print the equations on standard output as one JSON document, and all talk on standard error.
        quiet: Print errors only, and the JSON if asked for.
    """
    written = nw.equations(networks.named(network, activation, seed), symbols, digits=digits)
    text = written.form(form or "text")
    results = Results(None, json, quiet)
    if out is not None:
        results.files.append(written.save(out) if form is None else write_bytes(Path(out), _lines(text)))
    elif not json:
        results.paragraphs.append(text.rstrip("\n"))
    results.document |= {
        "network": str(written.network), "form": form or "text", "symbols": symbols, "equations": text,
    }  # fmt: skip
    results.show()


def _lines(text: str) -> bytes:
    return (text.rstrip("\n") + "\n").encode()
