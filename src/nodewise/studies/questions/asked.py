"""What questions share: studies that are done before they are read, in folders of one store."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.inspection.study import Study
from nodewise.studies.study import study
from nodewise.studies.study.grid import VARIED

Store = str | Path | None


def complete(data: Any, **asked: Any) -> Study:
    """Return a study with all its trainings.

    Raises:
        NodewiseError: As `nodewise.study`, or if chunks failed again and again.
        KeyboardInterrupt: If Ctrl-C ended it; what is done is in its folder.
    """
    found = study(data, **asked)
    if found.failures:
        raise NodewiseError(
            f"a question needs all its trainings. Got {found.missing:,} fewer: {found.failures[0].rstrip('.')}. Ask "
            "again; what is done is kept."
        )
    if found.missing:
        raise KeyboardInterrupt
    return found


def inside(store: Store, name: str) -> Store:
    """Return the folder in a store for data that the question makes."""
    return None if store is None else Path(store) / name


def several(name: str, values: Any) -> bool:
    """Whether a setting is given several values: in a list, where a tuple is one network of several layers."""
    listed = isinstance(values, Iterable) and not isinstance(values, str)
    return listed and not (name in ("hidden", "activation") and isinstance(values, tuple))


def single(settings: Mapping[str, Any]) -> None:
    """Refuse several values of a setting.

    Raises:
        NodewiseError: If a setting that a study varies has a list.
    """
    for name in VARIED:
        if name in settings and several(name, settings[name]) and len(list(settings[name])) != 1:
            raise NodewiseError(
                f"{name} must be one value in this question. Got {list(settings[name])!r}; ask once for each."
            )
