"""Movies that the page makes of a training: files that other programs open."""

import pytest
from PIL import Image

import nodewise as nw

pytestmark = pytest.mark.slow

READY = "() => performance.getEntriesByName('nodewise-ready').length > 0"
STEPS = 12
FRAMES = STEPS + 1  # one per snapshot, the start included
RATE = 4  # a second, the fewest there are
HELD = 6  # frames at the end: 1.5 s


@pytest.fixture(scope="module")
def moons(tmp_path_factory):
    """The report of a classifier of two features."""
    fit = nw.fit(nw.problems.moons(), 4, "tanh", steps=STEPS, starts=1)
    return nw.inspect(fit).save(tmp_path_factory.mktemp("moons") / "report.html")


@pytest.fixture(scope="module")
def spirals(tmp_path_factory):
    """The report of a training of many steps."""
    fit = nw.fit(nw.problems.spirals(), 8, "tanh", steps=200, starts=1)
    return nw.inspect(fit).save(tmp_path_factory.mktemp("spirals") / "report.html")


def opened(page, path):
    page.goto(path.as_uri())
    page.wait_for_function(READY)
    page.locator(".nw-movie summary").click()
    return page


def saved(page, button, path):
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    download.value.save_as(path)
    return download.value.suggested_filename


@pytest.mark.parametrize("panel", ["Where each class wins", "The surface"])
def test_a_gif_has_a_frame_for_every_snapshot(page, moons, tmp_path, panel):
    opened(page, moons)
    page.locator(".nw-movie select").select_option(label=panel)
    name = saved(page, "Save GIF", tmp_path / "movie.gif")
    assert name == ("moons-regions.gif" if panel == "Where each class wins" else "moons-surface.gif")
    with Image.open(tmp_path / "movie.gif") as movie:
        assert (movie.n_frames, movie.width) == (FRAMES, 640)
        pictures, shown = [], []
        for frame in range(FRAMES):
            movie.seek(frame)
            pictures.append(movie.convert("RGB").tobytes())
            shown.append(movie.info["duration"])
    assert len(set(pictures)) == FRAMES
    assert shown == [1000 / RATE] * (FRAMES - 1) + [1000 * HELD / RATE]
    assert page.locator(".nw-movie [role=status]").inner_text().startswith("Saved")


def test_an_mp4_has_the_same_frames_and_even_sides(page, moons, tmp_path):
    av = pytest.importorskip("av", reason="the extra nodewise[video]")
    opened(page, moons)
    assert saved(page, "Save MP4", tmp_path / "movie.mp4") == "moons-regions.mp4"
    with av.open(tmp_path / "movie.mp4") as movie:
        frames = list(movie.decode(video=0))
        stream = movie.streams.video[0]
        assert (stream.frames, stream.average_rate) == (FRAMES + HELD, RATE)
    assert len(frames) == FRAMES + HELD
    assert frames[0].width == 1280
    assert frames[0].height % 2 == 0
    first, last = (frame.to_ndarray(format="rgb24").astype(int) for frame in (frames[0], frames[-1]))
    assert abs(first - last).max() > 100
    assert last.mean() > 120  # a picture on white paper


def test_the_page_stays_where_it_is(page, moons, tmp_path):
    opened(page, moons)
    saved(page, "Save GIF", tmp_path / "movie.gif")
    assert page.locator(".nw-transport output").inner_text().startswith(f"step {STEPS}")
    assert "snapshot" not in page.url


def test_a_browser_that_encodes_no_video_says_so(page, moons):
    page.add_init_script("delete globalThis.VideoEncoder")
    opened(page, moons)
    page.get_by_role("button", name="Save MP4").click()
    said = page.locator(".nw-movie [role=status]")
    said.get_by_text("Not saved").wait_for()
    assert said.inner_text() == (
        "Not saved: This page may not encode video (WebCodecs' VideoEncoder is missing); a GIF works."
    )


def test_a_movie_can_be_given_up(page, spirals):
    opened(page, spirals)
    page.get_by_role("button", name="Save MP4").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Save GIF").wait_for()
    assert page.locator(".nw-movie [role=status]").inner_text() == "Given up."
