"""The movie plays back: every frame is there, shows its snapshot, and memory does not grow with their number."""

import dataclasses
import sys
import tracemalloc

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.figures import movie, style
from nodewise.figures.movie import make
from nodewise.figures.movie.scene import Scene

ENDINGS = (".gif", ".webp", ".mp4")
SMALL = (320, 240)


@pytest.fixture(scope="module")
def long():
    return nw.fit(nw.problems.sine(), hidden=4, activation="tanh", steps=1000, start="glorot", seed=1)


def decoded(path):
    """All frames as RGB arrays, and the seconds they last."""
    if path.suffix == ".mp4":
        import av

        with av.open(str(path)) as file:
            stream = file.streams.video[0]
            frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(stream)]
            return frames, float(stream.duration * stream.time_base)
    frames, seconds = [], 0.0
    with Image.open(path) as image:
        for i in range(image.n_frames):
            image.seek(i)
            image.load()
            frames.append(np.asarray(image.convert("RGB")))
            seconds += image.info["duration"] / 1000
    return frames, seconds


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_snapshot_is_a_frame(long, tmp_path, ending):
    calls = []
    path = movie.save(
        long, tmp_path / f"m{ending}", frames=60, size=SMALL, fps=30, progress=lambda *call: calls.append(call)
    )
    frames, seconds = decoded(path)
    assert len(frames) == 60
    assert {frame.shape for frame in frames} == {(240, 320, 3)}
    assert seconds == pytest.approx(2.0 + (0 if ending == ".mp4" else 1.5), abs=0.05)
    assert calls == [(i + 1, 60) for i in range(60)]
    assert np.abs(frames[0].astype(int) - frames[-1]).max() > 100
    scene = Scene(long, SMALL, False, 0)
    for i, snapshot in ((0, 0), (-1, 1000)):
        off = np.abs(frames[i].astype(int) - scene.frame(snapshot)[:, :, :3])
        assert off.mean() < 2.5


@pytest.mark.slow
def test_all_1001_snapshots_are_shown_by_default(long, tmp_path):
    frames, seconds = decoded(movie.save(long, tmp_path / "m.gif", size=(240, 180)))
    assert len(frames) == 1001
    assert seconds == pytest.approx(1001 / 50 + 1.5, abs=0.01)
    scene = Scene(long, (240, 180), False, 0)
    for i in (0, 1, 500, 1000):  # within what 5 bits per colour and a palette of 255 leave
        off = np.abs(frames[i].astype(int) - scene.frame(i)[:, :, :3])
        assert off.mean() < 0.5


def test_the_pixel_under_the_curve_is_the_curves(long):
    scene = Scene(long, (640, 480), False, 0)
    for snapshot in (0, 300, 1000):
        pixels = scene.frame(snapshot)
        x = np.array([-9.0, -3.3, 0.4, 6.1])
        y = long.history.network(snapshot)(x)[:, 0]
        places = scene.ax.transData.transform(np.column_stack([x, y]))
        for column, height in places:
            assert pixels[int(480 - height), int(column), :3].max() < 0x60


def test_the_counter_shows_step_and_loss(long):
    scene = Scene(long, (640, 480), False, 0)
    tiles, rows = scene.counter.tiles, scene.counter.rows
    pixels = scene.frame(1000)
    read = ""
    for place, length in zip(scene.counter.places, (4, 9), strict=True):
        for i in range(length):
            cell = pixels[rows, place + i * scene.counter.width :][:, : scene.counter.width]
            read += next(letter for letter, tile in tiles.items() if np.array_equal(tile, cell))
    assert read == f"1000{long.losses[1000]:<9.3g}"
    assert min(tile[:, :, :3].min() for letter, tile in tiles.items() if letter != " ") < 0x60
    assert all((tile[[0, -1], :, :3] > 0xF0).all() for tile in tiles.values())


def test_contributions_are_those_of_the_reading(sigmoid):
    scene = Scene(sigmoid, SMALL, True, 0)
    nodes = scene.moving[0]
    for snapshot in (0, 60):
        network = sigmoid.history.network(snapshot)
        scene.frame(snapshot)
        drawn = np.array([segment[:, 1] for segment in nodes.lines.get_segments()]).T
        expected = nw.contributions(network, nodes.x[:, None]).values[:, nodes.order, 0]
        np.testing.assert_allclose(drawn, expected, atol=1e-12)
    pixels = scene.frame(60)[:, :, :3].reshape(-1, 3).astype(int)
    for node in style.NODES[:4]:
        colour = [int(node[i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(pixels - colour).max(axis=1).min() < 40  # a thin line is mixed with what lies below


def test_many_features_move_as_predictions(table, tmp_path):
    path = movie.save(table, tmp_path / "m.gif", size=SMALL, output=r"\alpha")
    assert len(decoded(path)[0]) == len(table.history)


def test_a_probability_moves_between_its_samples_over_the_threshold(dose):
    scene = Scene(dose, (640, 480), False, 0)
    assert scene.ax.get_ylabel() == "probability of B"
    for snapshot in (0, len(dose.history) - 1):
        pixels = scene.frame(snapshot)
        x = np.array([-2.2, 0.3, 2.1])
        said = dose.history.network(snapshot)(x)[:, 0]
        for column, height in scene.ax.transData.transform(np.column_stack([x, said])):
            assert pixels[int(480 - height), int(column), :3].max() < 0x60
    dots, (threshold, *_) = scene.ax.collections[0], scene.ax.lines
    np.testing.assert_array_equal(dots.get_offsets()[:, 1], dose.data.labels == "B")
    assert set(threshold.get_ydata()) == {0.5}


@pytest.mark.parametrize("subject", ["moons", "species", "perceptron"])
def test_regions_have_the_colour_of_the_class_the_network_says(subject, request):
    """Brute force: the network classifies points whose pixels no sample covers; away from where it changes its mind."""
    fit = request.getfixturevalue(subject)
    scene = Scene(fit, (640, 480), False, 0)
    across, up = np.meshgrid(*(np.linspace(low, high, 23) for low, high in (scene.ax.get_xlim(), scene.ax.get_ylim())))
    x = np.tile(np.median(fit.data.inputs, axis=0), (across.size, 1))
    drawn = list(scene.moving[0].where.features)
    x[:, drawn] = np.column_stack([across.ravel(), up.ravel()])
    near = [0.02 * np.ptp(x[:, i]) * np.eye(len(x[0]))[i] * side for i in drawn for side in (-1, 1)]
    places = scene.ax.transData.transform(x[:, drawn])
    dots = scene.ax.transData.transform(fit.data.inputs[:, drawn])
    free = np.linalg.norm(places[:, None] - dots, axis=-1).min(axis=1) > 8
    free &= (places > scene.ax.bbox.min + 3).all(1) & (places < scene.ax.bbox.max - 3).all(1)
    for snapshot in (0, len(fit.history) - 1):
        network, pixels = fit.history.network(snapshot), scene.frame(snapshot).astype(int)
        said = network.classify(x)
        sure = free & np.all([network.classify(x + step) == said for step in near], axis=0)
        assert sure.sum() > 100
        for place, label in zip(places[sure], said[sure], strict=True):
            faded = 255 - pixels[int(480 - place[1]), int(place[0]), :3]
            own = 1 - np.array([to_rgb(colour) for colour in style.CLASSES[: len(network.classes)]])
            alike = own @ faded / np.linalg.norm(own, axis=1)
            assert network.classes[alike.argmax()] == label


def test_samples_lie_on_the_regions(moons):
    scene = Scene(moons, (640, 480), False, 0)
    for snapshot in (0, len(moons.history) - 1):
        pixels = scene.frame(snapshot)
        places = scene.ax.transData.transform(moons.data.inputs)
        for (column, height), code in list(zip(places, moons.data.codes, strict=True))[-20:]:  # the last drawn
            colour = 255 * np.array(to_rgb(style.CLASSES[code]))
            assert np.abs(pixels[int(480 - height), int(column), :3] - colour).max() < 4


def test_stronger_where_the_winner_is_further_ahead(moons):
    scene = Scene(moons, (640, 480), False, 0)
    pixels, network = scene.frame(-1), moons.network
    spots = np.column_stack([np.full(60, 0.5), np.linspace(-0.8, 1.2, 60)])  # from one moon to the other
    spots = spots[np.linalg.norm(spots[:, None] - moons.data.inputs, axis=-1).min(axis=1) > 0.08]
    ahead = 0.5 - network(spots)[:, 0]
    ours = ahead > 0.02
    spots, margin = spots[ours], ahead[ours]
    places = scene.ax.transData.transform(spots)
    faded = np.array([765 - int(pixels[int(480 - up), int(across), :3].sum()) for across, up in places])
    assert len(spots) > 10
    assert np.ptp(margin) > 0.3
    full = 765 * (1 - np.mean(to_rgb(style.CLASSES[0])))
    np.testing.assert_allclose(faded / full, 0.12 + 0.38 * margin / 0.5, atol=0.05)


@pytest.mark.parametrize("ending", ENDINGS)
def test_movies_of_labels_play_back(species, tmp_path, ending):
    frames, _ = decoded(movie.save(species, tmp_path / f"m{ending}", frames=8, size=SMALL))
    scene = Scene(species, SMALL, False, 0)
    snapshots = np.linspace(0, len(species.history) - 1, 8).round().astype(int)
    for frame, snapshot in zip(frames, snapshots, strict=True):
        assert np.abs(frame.astype(int) - scene.frame(int(snapshot))[:, :, :3]).mean() < 3


@pytest.mark.parametrize("subject", ["dose", "moons", "species", "perceptron"])
def test_words_of_a_movie_of_labels_are_readable(subject, request, readable):
    scene = Scene(request.getfixturevalue(subject), (640, 480), False, 0)
    readable(scene.ax.figure)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_memory_does_not_grow_with_the_frames(long, tmp_path, ending):
    def peak(count):
        tracemalloc.start()
        try:
            movie.save(long, tmp_path / f"m{ending}", frames=count, size=(240, 180))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(5)
    few, many = peak(20), peak(300)
    compressed = (tmp_path / f"m{ending}").stat().st_size if ending == ".webp" else 0
    assert many < few + compressed + 300_000  # two frames


def test_odd_sizes_grow_in_mp4(sigmoid, tmp_path):
    frames, _ = decoded(movie.save(sigmoid, tmp_path / "m.mp4", frames=2, size=(321, 241)))
    assert frames[0].shape == (242, 322, 3)


def test_one_frame_is_the_last_snapshot(sigmoid, tmp_path):
    for ending in ENDINGS:
        frames, _ = decoded(movie.save(sigmoid, tmp_path / f"m{ending}", frames=1, size=SMALL))
        assert len(frames) == 1


def test_frames_that_do_not_differ_are_kept(sigmoid, tmp_path):
    still = dataclasses.replace(
        sigmoid, history=dataclasses.replace(sigmoid.history, parameters=sigmoid.history.parameters[[0] * 61])
    )
    still.losses[:] = still.losses[0]
    still = dataclasses.replace(still, history=dataclasses.replace(still.history, steps=np.zeros(61, int)))
    assert len(decoded(movie.save(still, tmp_path / "m.gif", size=SMALL))[0]) == 61


def refused(work):
    with pytest.raises(NodewiseError) as caught:
        work()
    return str(caught.value)


def test_refusals(sigmoid, table, tmp_path):
    path = tmp_path / "m.gif"
    save = lambda name=path, **more: refused(lambda: movie.save(sigmoid, name, **more))  # noqa: E731
    assert save(tmp_path / "m.avi") == "a movie's name must end in .gif, .webp, .mp4. Got 'm.avi'."
    assert save(frames=0) == "frames must be a whole number from 1 to 61, the snapshots there are. Got 0."
    assert save(frames=62) == "frames must be a whole number from 1 to 61, the snapshots there are. Got 62."
    assert save(fps=0) == "fps must be above 0 and at most 50. Got 0; leave it out for 20 seconds."
    assert save(fps=60) == "fps must be above 0 and at most 50. Got 60; leave it out for 20 seconds."
    assert save(size=(10, 10)) == (
        "size must be width and height in pixels, from 240×180 to 4096×4096. Got (10, 10)."
    )  # fmt: skip
    assert refused(lambda: movie.save(table, path, contributions=True)) == (
        "contributions in a movie need a network of one feature with a hidden layer. Got 3-12-6-2 relu; "
        "leave contributions out."
    )
    missing = tmp_path / "missing" / "m.gif"
    assert (
        save(missing)
        == f"{missing} could not be written: No such file or directory. Its folder does not exist; make it first."
    )
    missing = tmp_path / "missing" / "m.mp4"
    assert (
        save(missing)
        == f"{missing} could not be written: No such file or directory. Its folder does not exist; make it first."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_no_file_behind(sigmoid, tmp_path):
    def stop(done, _):
        if done == 5:
            raise KeyboardInterrupt

    for ending in ENDINGS:
        with pytest.raises(KeyboardInterrupt):
            movie.save(sigmoid, tmp_path / f"m{ending}", size=SMALL, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_mp4_without_pyav(sigmoid, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    assert refused(lambda: movie.save(sigmoid, tmp_path / "m.mp4")) == (
        'A movie in MP4 needs PyAV, which is not installed. Run: pip install "nodewise[video]", '
        "or end the name in .gif or .webp, which need nothing more."
    )
    assert list(tmp_path.iterdir()) == []


def test_pace():
    assert [make._pace(None, frames) for frames in (10, 200, 1001)] == [5.0, 10.0, 50.0]
