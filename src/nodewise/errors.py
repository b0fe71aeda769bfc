"""The one family of errors a user's mistake can raise."""

from collections.abc import Iterable


class NodewiseError(ValueError):
    """A user's mistake: the message states the rule, the value that broke it, and the remedy."""


def nearest(name: str, names: Iterable[str], count: int = 3) -> list[str]:
    """Return up to `count` of `names` spelt most like `name`, the most alike first."""
    import difflib  # takes a millisecond, and is for mistakes alone

    by_lower = {known.lower(): known for known in names}
    return [by_lower[match] for match in difflib.get_close_matches(name.lower(), by_lower, count, 0.5)]


def unknown(what: str, name: object, choices: Iterable[str]) -> NodewiseError:
    """Build the error for a `name` that is none of `choices`; `what` is the noun, such as "solver"."""
    choices = list(choices)
    hint = nearest(str(name), choices, count=1)
    suggestion = f" Did you mean {hint[0]!r}?" if hint else ""
    return NodewiseError(f"{what} must be one of {', '.join(choices)}. Got {name!r}.{suggestion}")
