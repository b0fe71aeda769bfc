"""The layers of the viewer's source, and the walk over its imports that holds the code to them.

Run as a program it prints what breaks the rules: python tests/layers.py
"""

import re
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "viewer-src" / "src"

# What each layer imports besides itself. A file belongs to the longest name that it begins with.
LAYERS: dict[str, tuple[str, ...]] = {
    "core": (),
    "draw": ("core",),
    "state": ("core", "draw/ticks.ts"),
    "elements": ("draw", "state"),
    "panels": ("core", "draw", "state", "elements"),
    "export": ("core", "draw", "state", "panels/panel.ts"),
    "view": ("core", "draw", "state", "elements", "panels/panel.ts", "panels/all.ts", "export"),
    "hosts": ("core", "state", "elements", "view"),
    "studio": ("core", "draw", "state", "elements", "export", "hosts"),
    "hosts/studio.tsx": ("hosts", "studio"),
    "index.ts": ("hosts", "hosts/studio.tsx"),
}
# Panels do not import each other: only these, which they share, and all.ts, which lists them.
BASES = ("panel", "along", "asked", "lit", "hand", "zoom", "plane", "folds", "knots")
FACE = "all"

IMPORT = re.compile(r'(?:^|\n)(?:import|export)\s[^;"]*?\bfrom\s+"(\.[^"]+)"')


def files(source: Path) -> dict[str, set[str]]:
    """Every file below `source` by its path there, with the files it imports."""
    found = {}
    for path in sorted([*source.rglob("*.ts"), *source.rglob("*.tsx")]):
        text = path.read_text(encoding="utf-8")
        targets = {(path.parent / target).resolve() for target in IMPORT.findall(text)}
        found[path.relative_to(source).as_posix()] = {target.relative_to(source).as_posix() for target in targets}
    return found


def layer(name: str) -> str:
    """The layer of a file."""
    return max((known for known in LAYERS if (name + "/").startswith(known + "/")), key=len, default="")


def panel(name: str) -> str:
    """The panel a file is of: panels/surface.ts and panels/surface/box.ts are both of "surface"."""
    return name.split("/")[1].split(".")[0]


def fault(importer: str, imported: str) -> str | None:
    """Why `importer` must not import `imported`, or None where it may."""
    here, there = layer(importer), layer(imported)
    if not here:
        return "belongs to no layer"
    if here != there:
        allowed = any((imported + "/").startswith(name + "/") for name in LAYERS[here])
        return None if allowed else f"imports what is not below {here}"
    if here != "panels" or panel(importer) in (FACE, panel(imported)) or panel(imported) in BASES:
        return None
    return "imports another panel"


def circles(known: dict[str, set[str]]) -> list[str]:
    """Files in a circle of imports, or between two: what is left when those at the bottom and the top are taken away."""
    left = set(known)
    while True:
        above = {name for name in left if known[name] & left}
        below = {target for name in above for target in known[name]}
        if above & below == left:
            return sorted(left)
        left = above & below


def faults(source: Path = SOURCE) -> list[str]:
    """Every import that breaks the rules, in words."""
    source = source.resolve()
    known = files(source)
    wrong = [
        f"{name} {why}: {target}"
        for name, targets in known.items()
        for target in sorted(targets)
        if (why := fault(name, target)) is not None
    ]
    return [*wrong, *(f"{name} is in a circle of imports" for name in circles(known))]


if __name__ == "__main__":
    sys.exit("\n".join(faults()) or None)
