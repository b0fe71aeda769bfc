"""The floors of nodewise, and the walk over its imports that holds the code to them.

Run as a program it prints what breaks the rules: python tests/floors.py
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parents[1] / "src" / "nodewise"

# Each floor imports floors below it. Names on one floor do not know each other, except on floor 0, where a name may
# import those written before it.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "shapes", "files", "child", "activations", "exports", "network"),
    ("data",),
    ("training", "adapters"),
    ("inspection",),
    ("studies", "figures"),
    ("viewer", "estimators", "displays"),
    ("cli",),
)


class Bases(NamedTuple):
    """The files of a folder that meet its leaves: leaves import those `below`, and those `above` import leaves."""

    below: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()


# In the folders of these floors files do not import each other, except through a base. A folder inside a folder counts
# as one file of it, and may have a row of its own, such as "training/solvers".
LEAVES_ON = range(2, 5)
BASES: dict[str, Bases] = {
    "training": Bases(
        below=frozenset(
            {
                "device",
                "objective",
                "loop",
                "settings",
                "plan",
                "task",
                "draws",
                "reciprocal",
                "waves",
                "sums",
                "knots",
                "together",
            }
        ),
        above=frozenset({"prepare", "fit", "ensemble", "descend", "arms", "jumping"}),
    ),
    "adapters": Bases(
        below=frozenset({"base", "proof", "recognise", "walk", "jaxpr", "primitives"}),
        above=frozenset({"open", "limited", "with_data"}),
    ),
    "adapters/limited": Bases(below=frozenset({"line"}), above=frozenset({"parent"})),
    "adapters/torch": Bases(
        below=frozenset({"call", "curves", "elementwise", "names", "tensors", "values"}),
        above=frozenset({"graph", "operations", "read"}),
    ),
    "adapters/state_dict": Bases(below=frozenset({"arrays", "archive"}), above=frozenset({"read"})),
    "adapters/keras": Bases(
        below=frozenset(
            {
                "backend",
                "branches",
                "calls",
                "compare",
                "extra",
                "functions",
                "graph",
                "joins",
                "layers",
                "numbers",
                "walk",
                "weights",
            }
        )
    ),
    "adapters/onnx": Bases(
        below=frozenset(
            {
                "file",
                "constants",
                "signal",
                "inputs",
                "match",
                "pointwise",
                "layers",
                "walk",
                "wire",
                "chain",
                "functions",
            }
        ),
        above=frozenset({"read"}),
    ),
    "adapters/sklearn": Bases(below=frozenset({"columns", "table"}), above=frozenset({"read"})),
    "inspection": Bases(
        below=frozenset(
            {
                "reading",
                "waves",
                "fisher",
                "intervals",
                "straight",
                "overflow",
                "roots",
                "contributions",
                "memories",
                "support",
                "gradients",
                "rule",
                "along",
                "border",
                "hinges",
                "parts",
                "health",
                "regions",
                "rings",
                "alignment",
                "study",
            }
        )
    ),
    "inspection/attribution": Bases(
        below=frozenset({"record", "case", "gradients", "retrain", "way", "quadrature"}), above=frozenset({"read"})
    ),
    "inspection/boundaries": Bases(
        below=frozenset(
            {"slice", "grid", "islands", "fold", "contour", "beside", "traced", "line", "plane", "called", "words"}
        ),
        above=frozenset({"read"}),
    ),
    "inspection/bounds": Bases(
        below=frozenset(
            {"answer", "lines", "linear", "outputs", "search", "pieces", "affine", "clip", "proof", "cells"}
        ),
        above=frozenset({"read"}),
    ),
    "inspection/critical_points": Bases(below=frozenset({"line", "answer"}), above=frozenset({"read"})),
    "inspection/effects": Bases(
        below=frozenset({"model", "grid", "line", "curve", "answer"}), above=frozenset({"read", "pair"})
    ),
    "inspection/explanation": Bases(below=frozenset({"answer", "kinks"}), above=frozenset({"read"})),
    "inspection/family": Bases(below=frozenset({"stack"}), above=frozenset({"read"})),
    "inspection/memories": Bases(below=frozenset({"compare", "asked", "firing", "similar"}), above=frozenset({"read"})),
    "inspection/memory_network": Bases(
        below=frozenset({"encode", "samples", "hull", "check"}), above=frozenset({"read"})
    ),
    "inspection/prototypes": Bases(
        below=frozenset({"votes", "responsible", "place", "answer"}), above=frozenset({"read"})
    ),
    "inspection/health": Bases(above=frozenset({"read"}), below=frozenset({"seen"})),
    "inspection/regions": Bases(
        below=frozenset({"mesh", "maps", "sweep", "parts", "chains", "plane"}), above=frozenset({"read"})
    ),
    "inspection/statistics": Bases(
        below=frozenset({"answer", "moments", "stream"}), above=frozenset({"gather", "read"})
    ),
    "inspection/recall": Bases(
        below=frozenset({"memory", "couplings", "classical", "modern", "result", "notes"}), above=frozenset({"read"})
    ),
    "inspection/minimum_norm": Bases(below=frozenset({"slopes"}), above=frozenset({"read"})),
    "inspection/nodes_needed": Bases(
        below=frozenset({"links", "target", "sources", "exchange"}), above=frozenset({"read"})
    ),
    "inspection/one_hidden_layer": Bases(above=frozenset({"read"})),
    "inspection/smallest": Bases(
        below=frozenset({"chain", "forms", "subset", "ranges", "layer", "remainder", "phasors", "order", "result"}),
        above=frozenset({"sweep", "proof", "read"}),
    ),
    "inspection/outliers": Bases(above=frozenset({"read"})),
    "inspection/pieces": Bases(below=frozenset({"found", "bent", "whole"}), above=frozenset({"read"})),
    "inspection/straight": Bases(below=frozenset({"lines", "activate"})),
    "inspection/extrapolation": Bases(below=frozenset({"ends"}), above=frozenset({"end", "read"})),
    "inspection/study": Bases(below=frozenset({"wilson", "frame", "paired", "result", "width"})),
    "studies": Bases(below=frozenset({"robustness", "study"})),
    "figures": Bases(
        below=frozenset(
            {"style", "panels", "subject", "relief", "classes", "pattern", "images", "fit_map", "node_colours"}
        )
    ),
    "studies/claims": Bases(below=frozenset({"claim"}), above=frozenset({"read"})),
    "studies/questions": Bases(below=frozenset({"asked", "width"})),
    "inspection/jumps": Bases(below=frozenset({"expected", "result"})),
    "inspection/priors": Bases(below=frozenset({"convolution"})),
    "studies/study": Bases(
        below=frozenset({"blob", "grid", "samples", "store", "work", "dispatch"}), above=frozenset({"run"})
    ),
    "figures/boundaries": Bases(below=frozenset({"palette"}), above=frozenset({"draw"})),
    "figures/prototypes": Bases(below=frozenset({"nodes"}), above=frozenset({"make"})),
    "figures/diagram": Bases(below=frozenset({"graph", "words", "columns"}), above=frozenset({"make"})),
    "figures/movie": Bases(below=frozenset({"film", "sinks"}), above=frozenset({"scene", "make", "walk"})),
    "figures/equations": Bases(below=frozenset({"tree", "phi", "form", "labels", "build"}), above=frozenset({"make"})),
}

PLACE = {name: (floor, order) for floor, names in enumerate(FLOORS) for order, name in enumerate(names)}
PLACE["__main__"] = PLACE["cli"]  # python -m nodewise
# The command line and the public list see the package as a user does: by its public names.
MAY_IMPORT_ROOT = ("cli", "__main__")

Module = tuple[str, ...]  # ("training", "fit") is nodewise.training.fit, and () is nodewise itself


def modules(source: Path) -> dict[Module, Path]:
    """Every module of the package at `source`, by its name."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        found[parts[:-1] if parts[-1] == "__init__" else parts] = path
    return found


def imports(name: Module, path: Path, known: dict[Module, Path]) -> Iterator[tuple[Module, int]]:
    """Each module of the package that `path` imports, with the line.

    Imports inside functions and under TYPE_CHECKING count. So does a string that is a module's full name, because that
    is how a table of lazily loaded modules names them.
    """
    package = name if path.name == "__init__.py" else name[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        targets: list[tuple[str, ...]] = []
        if isinstance(node, ast.Import):
            targets = [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            stem = tuple(node.module.split(".")) if node.module else ()
            if node.level:
                stem = ("nodewise", *package[: len(package) - node.level + 1], *stem)
            targets = [(*stem, alias.name) for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("nodewise."):
            parts = tuple(node.value.split("."))
            targets = [parts] if parts[1:] in known else []
        for target in targets:
            if target[0] == "nodewise":
                yield resolve(target[1:], known), node.lineno


def resolve(target: Module, known: dict[Module, Path]) -> Module:
    """The module that holds `target`: itself, or, where its last part is a name in a module, that module."""
    while target and target not in known:
        target = target[:-1]
    return target


def fault(importer: Module, imported: Module) -> str | None:
    """Why `importer` must not import `imported`, or None where it may."""
    if not imported:
        return None if importer[0] in MAY_IMPORT_ROOT else "imports the package by its public face"
    here, there = PLACE[importer[0]], PLACE[imported[0]]
    if here == there:
        return sibling_fault(importer, imported) if here[0] in LEAVES_ON else None
    if here[0] < there[0]:
        return f"imports upward, from floor {here[0]} to floor {there[0]}"
    if here[0] == there[0] and not (here[0] == 0 and there[1] < here[1]):
        return f"imports a neighbour on floor {here[0]}"
    return None


def sibling_fault(importer: Module, imported: Module) -> str | None:
    """Why two files of one folder must not know each other, or None where one of them is the folder's base."""
    shared = 0
    while shared < min(len(importer), len(imported)) and importer[shared] == imported[shared]:
        shared += 1
    if shared in (len(importer), len(imported)):  # a folder's own __init__ is its face, and may be imported by name
        return None
    bases = BASES.get("/".join(importer[:shared]), Bases())
    leaf, other = importer[shared], imported[shared]
    if leaf in bases.above or other in bases.below:
        return None
    return "imports a sibling that is not the base of its folder"


def cycle(graph: dict[Module, set[Module]]) -> list[Module] | None:
    """One cycle of the graph, its first module repeated at the end, or None."""
    done: set[Module] = set()

    def walk(module: Module, trail: list[Module]) -> list[Module] | None:
        if module in trail:
            return [*trail[trail.index(module) :], module]
        if module in done:
            return None
        for imported in sorted(graph[module]):
            if found := walk(imported, [*trail, module]):
                return found
        done.add(module)
        return None

    return next((found for module in sorted(graph) if (found := walk(module, []))), None)


def faults(source: Path = SOURCE) -> list[str]:
    """Every broken rule in the package at `source`, a sentence each."""
    known = modules(source)
    found = []
    graph: dict[Module, set[Module]] = {name: set() for name in known if name}
    for name, path in known.items():
        if not name:  # the public list knows every floor, and no floor knows it
            continue
        where = path.relative_to(source).as_posix()
        if name[0] not in PLACE:
            found.append(f"{where} stands on no floor; add {name[0]!r} to FLOORS")
            continue
        for imported, line in dict.fromkeys(imports(name, path, known)):
            if imported == name:
                continue
            if imported and imported[0] not in PLACE:
                continue  # reported above, at the module itself
            if reason := fault(name, imported):
                found.append(f"{where}:{line} {reason}: {'.'.join(('nodewise', *imported))}")
            if imported:
                graph[name].add(imported)
    if loop := cycle(graph):
        found.append("cycle: " + " -> ".join(".".join(module) for module in loop))
    return found


if __name__ == "__main__":
    sys.exit("\n".join(faults()) or None)
