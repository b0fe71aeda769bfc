"""`nodewise family`: random networks of one architecture, drawn and measured."""

from typing import Annotated, Any, Literal

from cyclopts import Parameter

import nodewise as nw
from nodewise import activations
from nodewise.cli import movie as movies
from nodewise.cli.flags import COMMA_LIST, NUMBER, SWITCH
from nodewise.cli.progress import bar
from nodewise.cli.results import Results
from nodewise.errors import NodewiseError
from nodewise.files import folder
from nodewise.training.draws import DRAWS

_WORD = Parameter(converter=lambda _, tokens: tokens[0].value)
_MOVIE = Parameter(consume_multiple=(0, 1), negative="")
_ON_A_PAGE = 49


def family(
    sizes: str,
    activation: Annotated[Literal[activations.names()], _WORD] = "tanh",  # type: ignore[valid-type]
    /,
    *,
    count: Annotated[int, NUMBER] = 49,
    seed: Annotated[int, NUMBER] = 0,
    weights: Annotated[Literal[tuple(DRAWS)], _WORD] = "uniform",  # type: ignore[valid-type]
    output_activation: bool = True,
    points: Annotated[int | None, NUMBER] = None,
    at: Annotated[list[str] | None, COMMA_LIST] = None,
    network: Annotated[int | None, NUMBER] = None,
    out: str | None = None,
    movie: Annotated[list[str] | None, _MOVIE] = None,
    json: Annotated[bool, SWITCH] = False,
    quiet: Annotated[bool, SWITCH] = False,
) -> None:
    """Draw random networks of one architecture: the shapes it can make.

    Args:
        sizes: Features, nodes per hidden layer and outputs, such as 1-100-1.
        activation: Of the hidden layers and of the output layer.
        count: How many networks.
        seed: With it and its number alone a network can be drawn again.
        weights: How weights and biases are drawn; uniform is between -1 and 1.
        output_activation: Whether the output layer has the activation too.
        points: Places along each feature from -6 to 6. [default: 100, or 99 by 101 for two features]
        at: Of more than two features: the values that the others are held at, such as x3=0,x4=1.
        network: Draw this network alone, counted from 0, and save it.
        out: Folder for the files written. [default: nodewise-SIZES-ACTIVATION]
        movie: Write a walk through the networks: gif, webp or mp4. [default: mp4 with the extra "video", else gif]
        json: Print the numbers on standard output as one JSON document, and all talk on standard error.
        quiet: Print errors only, and the JSON if asked for.
    """
    kind, held = movies.kind(movie), _values(at or [])
    if network is not None:
        if kind:
            raise NodewiseError("--movie walks through all networks. Got --network too; leave one of them out.")
        count = _index(network) + 1
    drawn = nw.family(sizes, activation, count, seed, weights, output_activation=output_activation, points=points)
    picture = nw.figures.family(drawn, network, at=held)
    spec = "-".join(map(str, drawn.sizes))
    results = Results(folder(out or f"nodewise-{spec}-{drawn.activation}"), json, quiet)
    results.document |= {"family": str(drawn), "seed": drawn.seed, "weights": drawn.weights}
    if network is None:
        results.write("gallery.png", picture.save)
        results.read("richness", drawn.richness)
        if count > _ON_A_PAGE:
            results.paragraphs.append(f"The gallery shows the first {_ON_A_PAGE} of {count}.")
    else:
        results.describe(drawn.networks[network])
        results.write(f"network-{network}.png", picture.save)
        results.write(f"network-{network}.nodewise", drawn.networks[network].save)
    if kind:
        results.write(f"movie.{kind}", lambda path: _walk(drawn, held, path, quiet))
    results.show()


def _index(network: Any) -> int:
    if not isinstance(network, int) or network < 0:
        raise NodewiseError(f"network must be a whole number of at least 0. Got {network!r}.")
    return network


def _values(at: list[str]) -> dict[str, float]:
    """Return the values of features held fixed, from words such as x3=0."""
    held = {}
    for word in at:
        name, _, value = word.partition("=")
        try:
            held[name] = float(value)
        except ValueError:
            raise NodewiseError(f"--at takes names and numbers, such as x3=0,x4=1.5. Got {word!r}.") from None
    return held


def _walk(drawn: Any, held: dict[str, float], path: Any, quiet: bool) -> None:
    with bar("Movie", quiet) as progress:
        nw.figures.movie.walk(drawn, path, at=held, progress=progress)
