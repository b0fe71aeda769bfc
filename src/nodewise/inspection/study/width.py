"""The fewest nodes with which training succeeds often enough."""

from collections.abc import Collection
from dataclasses import dataclass

from nodewise.inspection.reading import Reading, Row, counted, joined, nice, plain
from nodewise.inspection.study.result import Study


@dataclass(frozen=True, eq=False)
class SmallestWidth(Reading):
    """The fewest nodes that are reached: with which a start is good with a probability of at least `share`.

    Attributes:
        nodes: How many; None if none of the widths is.
        share: The probability asked for; the lower end of Wilson's 95 % interval is at least this.
        widths: The widths it was sought among, rising.
        tried: Those that were trained, in the order in which they were.
        found_by_chance: The fewest nodes with which any start was good: it is representable with so many; None if none.
        written_nodes: ReLU nodes with which a network was written that stays within `study.good` everywhere; None where
            that was not tried.
        study: The trainings of all widths tried.
    """

    nodes: int | None
    share: float
    widths: tuple[int, ...]
    tried: tuple[int, ...]
    found_by_chance: int | None
    written_nodes: int | None
    study: Study

    @property
    def representable(self) -> int | None:
        """The fewest nodes known to be enough for some network, found by chance or written; None if none are."""
        known = [nodes for nodes in (self.found_by_chance, self.written_nodes) if nodes is not None]
        return min(known, default=None)

    @property
    def exceptions(self) -> tuple[int, ...]:
        """Widths above `nodes` that were tried and are not reached, against the assumption of the search."""
        if self.nodes is None:
            return ()
        return tuple(row["nodes"] for row in self.table() if row["nodes"] > self.nodes and not row["reached"])

    @property
    def summary(self) -> str:
        """How many nodes are reached, how many represent, and how that was found."""
        rows = {row["nodes"]: row for row in self.table()}
        kind = self._kind
        asked = f"good from at least {100 * self.share:.3g} % of starts with 95 % confidence"
        error = "error" if self.study.data.targets is None else "RMSE"
        level = f"Good is an {error} of at most {nice(self.study.good)} on {self.study.inside}, {self.study.rule}"
        if self.nodes is None:
            best = max(rows.values(), key=lambda row: row["low"])
            said = [
                (
                    f"Reached by none of {self.widths[0]} to {self.widths[-1]} {kind} nodes on {self.study.data.name}: "
                    f"none tried is {asked}; the best is {_counted(best)}"
                )
            ]
        else:
            said = [
                (
                    f"Reached: {self.nodes} {kind} node{'s' * (self.nodes != 1)} on {self.study.data.name} "
                    f"{'are' if self.nodes != 1 else 'is'} the fewest that are {asked}: {_counted(rows[self.nodes])}"
                )
            ]
            below = [nodes for nodes in rows if nodes < self.nodes]
            said += [f"Fewer are not: {_counted(rows[max(below)])}"] if below else []
        said += ["The 95 % hold for each width alone, not for all at once"] if len(self.tried) > 1 else []
        said += [level, *self._representable(), self._search()]
        return ". ".join(said) + "."

    @property
    def _kind(self) -> str:
        return self.study.settings[0].activation[0]

    def _representable(self) -> list[str]:
        said = []
        if self.found_by_chance is not None:
            nodes = counted(self.found_by_chance, "node")
            said.append(f"with {nodes}, because a start found such a network")
        if self.written_nodes is not None:
            nodes = counted(self.written_nodes, "relu node")
            said.append(f"with {nodes}, written without training and off by at most {nice(self.study.good)} everywhere")
        return [f"Representable it is {' and '.join(said)}; with fewer it may be"] if said else []

    def _search(self) -> str:
        said = f"Sought among {len(self.widths)} widths by training {counted(len(self.tried), 'width')}"
        if len(self.tried) == len(self.widths):
            return said
        said += ", supposing that more nodes do not succeed less often"
        if self.nodes is None:
            return said
        if self.exceptions:
            return f"{said}; they do with {joined([str(nodes) for nodes in self.exceptions])}, so fewer may be enough"
        return f"{said}, as is so of those trained"

    def table(self) -> list[Row]:
        """Return one row per width tried: how many starts were good, the interval of their share, whether reached."""
        names = ("starts", "good", "share", "low", "high", "median_inside", "best_inside")
        rows = []
        for setting, row in zip(self.study.settings, self.study.table(), strict=True):
            entries = {name: row[name] for name in names}
            rows.append({"nodes": setting.hidden[0]} | entries | {"reached": row["low"] >= self.share})
        return sorted(rows, key=lambda row: row["nodes"])

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        return ("nodes", "share", "widths", "tried", "found_by_chance", "written_nodes", "exceptions")

    def as_dict(self, without: Collection[str] = ()) -> Row:
        """Return what was found, as JSON knows it."""
        return super().as_dict(without) | {"good": self.study.good, "table": plain(self.table())}


def _counted(row: Row) -> str:
    low, share, high = (f"{100 * row[name]:.3g}" for name in ("low", "share", "high"))
    return f"with {row['nodes']}, {row['good']} of {row['starts']}, {share} % ({low} to {high} %)"
