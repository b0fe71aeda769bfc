"""`nodewise study --question`: which public function answers, which options are its own, and what is shown."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import nodewise as nw
from nodewise.cli.flags import value
from nodewise.cli.results import Results
from nodewise.errors import NodewiseError, unknown


class Question(NamedTuple):
    """A question.

    Attributes:
        function: The public name that answers; its picture has the same.
        takes: The options that are its own.
    """

    function: str
    takes: tuple[str, ...] = ()


QUESTIONS = {
    "width": Question("smallest_width", ("share",)),
    "compare": Question("compare", ("by",)),
    "range": Question("width_by_range", ("share", "ranges")),
    "predicted": Question("predicted_share"),
    "ensemble": Question("ensemble"),
}
OPTIONS = ("share", "ranges", "by")


def answer(data: nw.Dataset, given: dict[str, Any], question: str = "", **more: Any) -> Any:
    """Return the reading that answers a question.

    Args:
        data: What to train on.
        given: The study's arguments; several values in a list.
        question: One of `QUESTIONS`.
        more: The options of questions.

    Raises:
        NodewiseError: If there is no such question, it does not take an option, or needs one.
    """
    if question and question not in QUESTIONS:
        raise unknown("question", question, QUESTIONS)
    for name in more:
        if not question or name not in QUESTIONS[question].takes:
            whose = [each for each, told in QUESTIONS.items() if name in told.takes]
            raise NodewiseError(f"--{name} belongs to --question {' or '.join(whose)}. Got {question or 'none'}.")
    if question == "range":
        more["ranges"] = [_range(word) for word in more.get("ranges", ())]
    alone = {name: entry[0] if _single(name, entry, question) else entry for name, entry in given.items()}
    if question == "ensemble":
        return nw.ensemble(nw.study(data, **given))
    return getattr(nw, QUESTIONS[question].function)(data, **alone, **more)


def _single(name: str, entry: Any, question: str) -> bool:
    # Where widths are sought they stay a list: by itself (3, 2), a network of two layers, would be two widths.
    sought = name == "hidden" and question in ("width", "range")
    return isinstance(entry, list) and len(entry) == 1 and not sought


def _range(word: str) -> Any:
    low, dots, high = word.partition("..")
    return (value(low), value(high)) if dots else value(word)


def show(question: str, reading: Any, results: Results, notes: Sequence[str]) -> int:
    """Show the answer, and write its picture where it has one."""
    results.read(question, reading, notes)
    if question != "ensemble" or reading.curves is not None:
        draw = getattr(nw.figures, QUESTIONS[question].function)
        results.write(f"{question}.png", lambda path: draw(reading).save(path))
    results.show()
    return 0
