"""How long a movie takes, beside matplotlib's `FuncAnimation.save` of the same picture.

    python benchmarks/movie.py            100 frames on both sides
    python benchmarks/movie.py --full     all 1000 steps on both sides; minutes

The two sides alternate in one process. matplotlib writes MP4 through ffmpeg; where there is no ffmpeg (and no
imageio-ffmpeg, which brings one), its frames go into the encoder that nodewise uses, with the same settings.
"""

import argparse
import resource
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, FuncAnimation, PillowWriter
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import nodewise as nw
from nodewise.figures import movie, style

FPS = 50
SIZE = (640, 480)


class AvWriter(AbstractMovieWriter):
    """Whole frames from matplotlib into the encoder of nodewise."""

    def setup(self, fig: Any, outfile: Any, dpi: float | None = None) -> None:
        import av

        super().setup(fig, outfile, dpi)
        self.file = av.open(str(outfile), "w", options={"movflags": "faststart"})
        self.stream = self.file.add_stream("libx264", rate=self.fps, options={"preset": "veryfast", "crf": "20"})
        self.stream.width, self.stream.height, self.stream.pix_fmt = *SIZE, "yuv420p"
        self.count = 0

    def grab_frame(self, **_: Any) -> None:
        import av

        self.fig.canvas.draw()
        picture = av.VideoFrame.from_ndarray(np.asarray(self.fig.canvas.buffer_rgba()), format="rgba")
        picture.pts, picture.time_base = self.count, Fraction(1, self.fps)
        self.count += 1
        self.file.mux(self.stream.encode(picture))

    def finish(self) -> None:
        self.file.mux(self.stream.encode())
        self.file.close()


def mp4_writer() -> tuple[str, AbstractMovieWriter]:
    try:
        import imageio_ffmpeg

        mpl.rcParams["animation.ffmpeg_path"] = imageio_ffmpeg.get_ffmpeg_exe()
    except ImportError:
        pass
    if FFMpegWriter.isAvailable():
        return "its ffmpeg writer", FFMpegWriter(fps=FPS)
    return "its frames into PyAV", AvWriter(fps=FPS)


def ours(fit: nw.Fit, path: Path, frames: int) -> None:
    movie.save(fit, path, frames=frames, fps=FPS, size=SIZE)


def theirs(fit: nw.Fit, path: Path, frames: int) -> None:
    """The same picture: samples, true function, curve, step and loss."""
    shots = np.linspace(0, len(fit.history) - 1, frames).round().astype(int)
    figure = Figure((6.4, 4.8), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    ax = figure.add_subplot()
    style.dress(ax)
    x = np.linspace(-13, 13, SIZE[0] // 2)
    style.shade(ax, fit.data.low[0], fit.data.high[0])
    style.draw_samples(ax, fit.data.inputs[:, 0], fit.data.targets[:, 0])
    ax.plot(x, np.sin(x), color=style.TRUTH, linewidth=1.5)
    (line,) = ax.plot(x, 0 * x, color=style.INK, linewidth=2.2)
    ax.set(xlim=(-13, 13), ylim=(-1.8, 1.8), xlabel="x", ylabel="y")
    title = ax.set_title("", loc="left", fontsize=10)

    def update(i: int) -> tuple[Any, ...]:
        line.set_ydata(fit.history.network(shots[i])(x[:, None])[:, 0])
        title.set_text(f"step {shots[i]} loss {fit.losses[shots[i]]:.3g}")
        return line, title

    writer = PillowWriter(fps=FPS) if path.suffix == ".gif" else mp4_writer()[1]
    FuncAnimation(figure, update, frames=frames, repeat=False).save(path, writer=writer, dpi=100)


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def memory(fit: nw.Fit, path: Path, frames: int) -> float:
    tracemalloc.start()
    ours(fit, path, frames)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all 1000 steps, once")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    frames, rounds = (1001, 1) if options.full else (100, options.rounds)
    fit = nw.fit(nw.problems.sine(), hidden=10, activation="sigmoid", steps=1000)
    print(f"{frames} frames of {SIZE[0]}×{SIZE[1]}, medians of {rounds}; MP4 of matplotlib: {mp4_writer()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for ending in ("mp4", "gif"):
            ours(fit, place / f"warm.{ending}", 3)
            pairs = [
                (
                    timed(lambda e=ending: ours(fit, place / f"a.{e}", frames)),
                    timed(lambda e=ending: theirs(fit, place / f"b.{e}", frames)),
                )
                for _ in range(rounds)
            ]
            mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
            sizes = [(place / f"{name}.{ending}").stat().st_size / 1e6 for name in "ab"]
            print(
                f"{ending}: {mine:7.2f} s, FuncAnimation.save {other:7.2f} s, ratio {other / mine:5.1f}; "
                f"{sizes[0]:.2f} MB and {sizes[1]:.2f} MB"
            )
        print(f"webp: {timed(lambda: ours(fit, place / 'a.webp', frames)):.2f} s")
        for count in (100, 1001):
            print(f"memory of Python for {count} frames of MP4: {memory(fit, place / 'm.mp4', count):.1f} MB at most")
    print(f"whole process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB at most")


if __name__ == "__main__":
    main()
