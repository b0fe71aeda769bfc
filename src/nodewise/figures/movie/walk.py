"""A walk through a family of random networks, one after the other, each with the number that replays it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from nodewise.errors import NodewiseError
from nodewise.figures import relief, style
from nodewise.figures.movie import film
from nodewise.figures.movie.sinks import Pixels
from nodewise.figures.subject import find_output
from nodewise.inspection.family import Family
from nodewise.network import Network
from nodewise.network.slices import sliced

_STILL = 6  # frames each curve stands
_CURVES_PER_SECOND, _SURFACES_PER_SECOND = 25.0, 2.0
_MORPH = 10  # frames from one curve to the next
_MOST_FRAMES = 10_000
_LINES = 60
_FEATURES = 2


def walk(
    family: Family,
    path: str | Path,
    *,
    output: int | str = 0,
    at: Mapping[str, float] | None = None,
    morph: int | None = None,
    size: tuple[int, int] = (640, 480),
    fps: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write a movie that walks through a family: each frame with its network's number.

    Between two networks weights and biases go evenly from the ones to the others, so that every frame is a network.

    Args:
        family: What `nodewise.family` returned, of one feature or two.
        path: Where to; the ending chooses the format: .gif, .webp, or .mp4, which needs the extra "video".
        output: Of two features: the output drawn. Of one feature all are.
        at: Of more features: the values the others are held at, by name (x1, x2, …), so that two or one are left.
        morph: Frames from one network to the next; 10 for curves, 0 (a cut) for surfaces unless given.
        size: Width and height in pixels. An odd one grows by one pixel in MP4, which knows no odd sizes.
        fps: Frames per second, at most 50; 25 for curves and 2 for surfaces, 12 where they morph, unless given.
        progress: Called with (frames done, frames in all) after each frame.

    Returns:
        The path.

    Raises:
        NodewiseError: If more than two features are left, a setting is out of range, PyAV is missing, or the
            file cannot be written.
    """
    if not isinstance(family, Family):
        raise NodewiseError(f"a walk needs a Family. Got {type(family).__name__}; see nodewise.family.")
    path = Path(path)
    ending = film.ending(path)
    whole = family.networks[0]
    cut = sliced(whole, at or {})
    curves = cut.inputs == 1
    if not curves:
        relief.refuse_features(cut, whole)
    morph = _morph(morph, curves)
    still = _STILL if curves or morph else 1
    usual = _CURVES_PER_SECOND if curves else _SURFACES_PER_SECOND * (_STILL if morph else 1)
    pace = film.pace(fps, usual, f"{usual:g}")
    pixels = film.size(size, even=ending == ".mp4")
    steps = _Steps(family, at or {})
    scene = _Curves(steps, pixels) if curves else _Surfaces(steps, pixels, find_output(cut, output))
    count = len(family) * still + (len(family) - 1) * morph
    if count > _MOST_FRAMES:
        raise NodewiseError(
            f"a walk must have at most {_MOST_FRAMES} frames. Got {count}, for {len(family)} networks; draw fewer of "
            "them, or let morph be smaller."
        )
    return film.write(path, lambda frame: _picture(scene, frame, still, morph), count, pace, progress)


def _morph(given: int | None, curves: bool) -> int:
    if given is None:
        return _MORPH if curves else 0
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 0:
        raise NodewiseError(f"morph must be a whole number of frames, 0 or more. Got {given!r}.")
    return int(given)


def _picture(scene: "_Curves | _Surfaces", frame: int, still: int, morph: int) -> Pixels:
    index, at = divmod(frame, still + morph)
    return scene.frame(index, max(0, at - still + 1) / (morph + 1))


@dataclass(frozen=True)
class _Steps:
    """The networks of a family, the features in `at` held, and those between two of them."""

    family: Family
    at: Mapping[str, float]

    def network(self, index: int, share: float = 0.0) -> Network:
        """Return network `index`, moved towards the next one by a share of the way."""
        networks = self.family.networks
        parameters = networks.parameters[index]
        if share:
            parameters = (1 - share) * parameters + share * networks.parameters[index + 1]
        return sliced(replace(networks, parameters=parameters[None])[0], self.at)

    @property
    def title(self) -> str:
        """What the family is."""
        return str(self.family) + "".join(f", {name} = {style.number(value)}" for name, value in self.at.items())


class _Curves:
    """Curves that move over axes that stand still."""

    def __init__(self, steps: _Steps, size: tuple[int, int]) -> None:
        self.steps = steps
        dpi = 100 * min(size[0] / 640, size[1] / 480)
        figure = Figure((size[0] / dpi, size[1] / dpi), dpi=dpi, facecolor="white", layout="constrained")
        self.ax = figure.add_subplot()
        style.dress(self.ax)
        (self.x,) = steps.family.places(1)
        first = steps.network(0)
        names = first.output_names
        colours = [style.INK] if len(names) == 1 else style.NODES
        self.lines = [
            self.ax.plot(self.x, 0 * self.x, color=colours[o % len(colours)], linewidth=2.2, label=name, animated=True)[
                0
            ]
            for o, name in enumerate(names)
        ]
        low, high = relief.bounds(first)
        limits = (low - 0.1 * (high - low), high + 0.1 * (high - low))
        self.ax.set(
            xlim=(self.x[0], self.x[-1]), ylim=limits if np.isfinite(limits).all() else style.reach(*self._all())
        )
        style.write(self.ax, steps.title, style.label(first.feature_names[0]), "y" if len(names) == 1 else "")
        if len(names) > 1:
            still = [
                Line2D([], [], color=line.get_color(), linewidth=2.2, label=line.get_label()) for line in self.lines
            ]
            style.legend(self.ax, still, below=True)
        self.number = self.ax.text(0.02, 0.95, "", transform=self.ax.transAxes, fontsize=16, va="top", animated=True)
        self.canvas = style.pixels(figure)
        figure.set_layout_engine("none")
        self.background = self.canvas.copy_from_bbox(figure.bbox)

    def _all(self) -> Iterator[np.ndarray]:
        return (self.steps.network(i)(self.x) for i in range(len(self.steps.family)))

    def frame(self, index: int, share: float) -> Pixels:
        """Return the picture of network `index`, moved towards the next, in memory that the next call overwrites."""
        self.canvas.restore_region(self.background)
        values = self.steps.network(index, share)(self.x)
        for line, curve in zip(self.lines, values.T, strict=True):
            line.set_ydata(curve)
            self.ax.draw_artist(line)
        self.number.set(text=str(index + (share > 0.5)), color="#999999" if share else style.INK)
        self.ax.draw_artist(self.number)
        return np.asarray(self.canvas.buffer_rgba())


class _Surfaces:
    """Surfaces in space, drawn anew each time."""

    def __init__(self, steps: _Steps, size: tuple[int, int], output: int) -> None:
        self.steps, self.size, self.output = steps, size, output
        self.places = steps.family.places(_FEATURES)
        self.x = np.stack([axis.ravel() for axis in np.meshgrid(*self.places)], axis=1)
        values = [steps.network(i)(self.x)[:, output] for i in range(len(steps.family))]
        low, high = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
        self.scale = relief.fitted(low, high, steps.network(0), 0.0)

    def frame(self, index: int, share: float) -> Pixels:
        """Return the picture of network `index`, moved towards the next."""
        across, up = self.places
        dpi = 100 * min(self.size[0] / 640, self.size[1] / 480)
        figure = Figure((self.size[0] / dpi, self.size[1] / dpi), dpi=dpi, facecolor="white")
        ax = relief.place(figure, (0.02, 0.0, 0.96, 0.97), 0.95)
        network = self.steps.network(index, share)
        values = network(self.x)[:, self.output].reshape(len(up), len(across))
        relief.draw(ax, across, up, values, self.scale, lines=_LINES)
        relief.dress(ax, network, self.output)
        figure.text(0.02, 0.97, style.plain(self.steps.title), fontsize=10.5, color=style.INK, va="top")
        figure.text(
            0.02, 0.9, str(index + (share > 0.5)), fontsize=16, color="#999999" if share else style.INK, va="top"
        )
        return np.asarray(style.pixels(figure).buffer_rgba())
