"""`nodewise claims`: what three essays claim, and what holds of it on this machine."""

from typing import Annotated

import nodewise as nw
from nodewise.cli import show
from nodewise.cli.flags import NUMBER, SWITCH
from nodewise.cli.progress import bar
from nodewise.cli.results import Results


def claims(
    *,
    essay: Annotated[int | None, NUMBER] = None,
    starts: Annotated[int, NUMBER] = 200,
    seed: Annotated[int, NUMBER] = 0,
    json: Annotated[bool, SWITCH] = False,
    quiet: Annotated[bool, SWITCH] = False,
) -> None:
    """Check every claim of three essays on neural networks, now and on this machine.

    Args:
        essay: Of this essay alone: 1 (curves), 2 (families) or 3 (memory). [default: all]
        starts: Trainings of each setting where starts are counted.
        seed: Of the first.
        json: Print the numbers on standard output as one JSON document, and all talk on standard error.
        quiet: Print errors only, and the JSON if asked for.
    """
    with bar("Checking", quiet) as progress:
        found = nw.claims(essay, starts, seed, progress)
    results = Results(None, json, quiet)
    results.document |= found.as_dict()
    results.paragraphs.append(show.clean(found.summary))
    results.paragraphs += [
        f"{one.verdict.upper()}  {one.claim} (essay {one.essay})\n  {show.clean(one.found)}\n  {one.command}"
        for one in found.checked
    ]
    results.show()
