"""Writers of movies, one per format. Each asks for one frame at a time and keeps none.

A writer takes the path, `frame(i)` that returns the pixels of frame i in memory the next call overwrites, the number of
frames, and the frames per second.
"""

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from nodewise.errors import NodewiseError

Pixels = UInt8[np.ndarray, "row column 4"]
Frame = Callable[[int], Pixels]

_CLEAR = 255  # the palette's entry for "as in the frame before"
_HOLD = 1.5  # seconds the last frame of a movie that repeats stands still


def gif(path: Path, frame: Frame, count: int, fps: float) -> None:
    """Write a GIF: one palette for all frames, of each frame only the pixels that changed.

    Pillow would hold all frames until the last; here it packs (LZW) one at a time.
    """
    from PIL import Image
    from PIL.GifImagePlugin import getdata

    palette, lookup = _palette([frame(i).copy() for i in {0, count // 2, count - 1}])
    ends = np.round(np.arange(count + 1) * 100 / fps) * 10
    ends[-1] += _HOLD * 1000
    pixels = frame(0)
    height, width = pixels.shape[:2]
    before = np.zeros((height, width), "<u4")
    with path.open("wb") as file:
        file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + palette.tobytes())
        file.write(b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")  # repeat for ever
        for i in range(count):
            now = frame(i).view("<u4")[:, :, 0]
            (left, top), part = _changed(now, before, lookup)
            image = Image.fromarray(part)
            before[...] = now
            duration = int(ends[i + 1] - ends[i])
            file.writelines(getdata(image, (left, top), duration=duration, disposal=1, transparency=_CLEAR))
        file.write(b";")


def _changed(now: np.ndarray, before: np.ndarray, lookup: np.ndarray) -> tuple[tuple[int, int], np.ndarray]:
    """Return the smallest box around all that changed: its corner, and its palette entries, clear where nothing did."""
    changed = now != before
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not rows.size:
        return (0, 0), np.full((1, 1), _CLEAR, np.uint8)
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    changed = changed[box]
    part = np.full(changed.shape, _CLEAR, np.uint8)
    part[changed] = lookup[_keys(now[box][changed])]
    return (int(columns[0]), int(rows[0])), part


def _keys(colours: np.ndarray) -> np.ndarray:
    """Return colours, packed as bytes red, green, blue, to 5 bits each."""
    return (colours >> 3 & 0x1F) | (colours >> 6 & 0x3E0) | (colours >> 9 & 0x7C00)


def _palette(frames: list[Pixels]) -> tuple[np.ndarray, np.ndarray]:
    """Return the 255 most common colours and a free entry [256, 3], and the nearest entry for each 15-bit key."""
    from scipy.spatial import KDTree

    colours = np.concatenate([pixels.reshape(-1, 4) for pixels in frames])
    keys = _keys(colours.view("<u4")[:, 0])
    counts = np.bincount(keys, minlength=1 << 15)
    common = np.argsort(-counts, kind="stable")[:_CLEAR]
    common = common[counts[common] > 0]
    sums = [np.bincount(keys, colours[:, channel], minlength=1 << 15)[common] for channel in range(3)]
    chosen = np.round(np.stack(sums, axis=1) / counts[common, None])
    palette = np.zeros((256, 3), np.uint8)
    palette[: len(chosen)] = chosen
    every = np.arange(1 << 15)
    centres = np.stack([every & 0x1F, every >> 5 & 0x1F, every >> 10], axis=1) * 8 + 4
    nearest = KDTree(chosen).query(centres)[1].astype(np.uint8)
    nearest[common] = np.arange(len(common))
    return palette, nearest


class _Lazy:
    """What Pillow takes for an image of many frames; each is drawn when Pillow turns to it."""

    mode = "RGBA"

    def __init__(self, frame: Frame, count: int) -> None:
        self._frame, self._count = frame, count
        self.seek(0)

    @property
    def n_frames(self) -> int:
        return self._count - 1

    def seek(self, index: int) -> None:
        from PIL import Image

        self._image = Image.fromarray(self._frame(index + 1 if self._count > 1 else 0))

    def getim(self) -> Any:
        return self._image.getim()


def webp(path: Path, frame: Frame, count: int, fps: float) -> None:
    """Write a WebP without loss. The encoder holds the compressed frames, a few kilobytes each, until the last."""
    from PIL import Image

    ends = np.round(np.arange(count + 1) * 1000 / fps).astype(int)
    durations = np.diff(ends).tolist()
    durations[-1] += int(_HOLD * 1000)
    first, rest = Image.fromarray(frame(0).copy()), _Lazy(frame, count)
    first.save(
        path, "WEBP", save_all=True, append_images=[rest], duration=durations, loop=0, lossless=True, quality=0,
        method=0,
    )  # fmt: skip


def mp4(path: Path, frame: Frame, count: int, fps: float) -> None:
    """Write an MP4: H.264 with yuv420p, which every browser and player knows.

    Raises:
        NodewiseError: If PyAV is missing.
    """
    try:
        import av
    except ImportError:
        raise NodewiseError(
            'A movie in MP4 needs PyAV, which is not installed. Run: pip install "nodewise[video]". GIF and WebP need no '
            "more than nodewise."
        ) from None
    height, width = frame(0).shape[:2]
    rate = Fraction(fps).limit_denominator(1000)
    with av.open(str(path), "w", options={"movflags": "faststart"}) as file:
        stream = file.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for i in range(count):
            picture = av.VideoFrame.from_ndarray(frame(i), format="rgba")
            picture.pts, picture.time_base = i, 1 / rate
            file.mux(stream.encode(picture))
        file.mux(stream.encode())


WRITERS: dict[str, Callable[[Path, Frame, int, float], None]] = {".gif": gif, ".webp": webp, ".mp4": mp4}
