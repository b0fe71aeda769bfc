"""What every address of the studio works with."""

from dataclasses import dataclass
from pathlib import Path

from nodewise.viewer.studio.jobs import Jobs
from nodewise.viewer.studio.store import Store


@dataclass(frozen=True)
class Studio:
    """A studio that is open.

    Attributes:
        folder: Where everything is kept.
        store: The runs.
        jobs: Those that wait or train.
        chosen: The source chosen at the start, {"table": id} or {"problem": name}; or None.
    """

    folder: Path
    store: Store
    jobs: Jobs
    chosen: dict[str, str] | None
