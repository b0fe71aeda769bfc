"""The viewer in a real Chromium: page ready, scrubbing, dragging a weight, and, of the studio, from train to the curve.

    python benchmarks/viewer.py [--repeat 5]

Prints a table of what was asked, the median and the worst. A frame is the time between two animation frames while the
slider moves, or a weight changes, once in each: 16.7 ms is the rate of the screen, and less cannot be seen.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nodewise as nw

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import browser  # noqa: E402  # of the tests, which know where Chromium is
import studios  # noqa: E402  # and how to start a studio

SCRUB = """async () => {
  const slider = document.querySelector(".nw-transport input");
  const frames = [];
  let before = await new Promise(requestAnimationFrame);
  const last = Number(slider.max);
  for (let i = 0; i <= 300; i++) {
    slider.value = String(Math.round((i * 7919) % last));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return frames.slice(1);
}"""
# A weight that is changed in every frame, as dragging an edge does.
DRAG = """async () => {
  const field = document.querySelector('[data-panel="diagram"] input');
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const frames = [];
  let before = await new Promise(requestAnimationFrame);
  for (let i = 0; i <= 200; i++) {
    set.call(field, String(0.5 + i / 100));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  if (!location.hash.includes("weight=")) throw new Error("no weight is picked");
  return frames.slice(1);
}"""
# From pressing Train until the new run's curve is on its canvas, and until the slider has been moved over it all.
TRAIN = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const canvas = () => document.querySelector('[data-shown] [data-panel="fit"] canvas');
  const drawn = (c) => c.width && new Uint32Array(
    c.getContext("2d").getImageData(0, 0, c.width, c.height).data.buffer).some((pixel, i, all) => pixel !== all[0]);
  const [run, old] = [document.querySelector("[data-shown]")?.dataset.shown, canvas()];
  const began = performance.now();
  document.querySelector(".nws-go").click();
  while (document.querySelector("[data-shown]")?.dataset.shown === run) await frame();
  while (!canvas() || canvas() === old || !drawn(canvas())) await frame();
  const curve = performance.now() - began;
  const slider = document.querySelector(".nw-transport input");
  for (const place of [0, Math.floor(slider.max / 2), Number(slider.max)]) {
    slider.value = String(place);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    await new Promise((done) => setTimeout(done));
  }
  return [curve, performance.now() - began, Number(slider.max) + 1];
}"""
READY = """() => new Promise((done) => {
  const look = () => {
    const mark = performance.getEntriesByName("nodewise-ready")[0];
    if (mark) done(mark.startTime); else setTimeout(look, 5);
  };
  look();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    data = nw.problems.sine(samples=400)
    fits = {
        "1-10-1 sigmoid": nw.fit(nw.problems.sine(), 10, "sigmoid", steps=1000),
        "1-100-1 ReLU": nw.fit(data, 100, "relu", steps=1000),
        "1-100-1 tanh": nw.fit(data, 100, "tanh", steps=1000),
    }
    rows = [("module, kB", "300", [(ROOT / "src/nodewise/viewer/static/viewer.js").stat().st_size / 1000])]
    with tempfile.TemporaryDirectory() as folder, browser.launched() as chromium:
        for name, fit in fits.items():
            report = nw.inspect(fit).save(Path(folder) / f"{name.replace(' ', '-')}.html")
            rows += measured(chromium, name, report, repeat)
        rows += trained(chromium, Path(folder) / "studio", repeat)
    for title, asked, times in rows:
        print(f"{title:<52} asked {asked:>6}   median {statistics.median(times):8.1f}   worst {max(times):8.1f}")


def measured(chromium, name, report, repeat):
    """Yield rows of what one report does."""
    yield f"{name}: report, kB", "1500", [report.stat().st_size / 1000]
    ready = []
    for _ in range(repeat):
        with chromium.new_context(viewport={"width": 1280, "height": 720}) as context:
            page = context.new_page()
            page.goto(report.as_uri())
            ready.append(page.evaluate(READY))
    yield f"{name}: page ready, ms", "700", ready
    with chromium.new_context(viewport={"width": 1280, "height": 720}) as context:
        page = context.new_page()
        page.goto(report.as_uri())
        page.evaluate(READY)
        page.evaluate("scrollTo(0, document.querySelector('.nw-controls').offsetTop)")
        time.sleep(0.5)
        yield f"{name}: frame while scrubbing, ms", "20/60", page.evaluate(SCRUB)
        page.goto(report.as_uri() + "#weight=1.0.3")
        page.reload()
        page.evaluate(READY)
        time.sleep(0.5)
        yield f"{name}: frame while a weight is dragged, ms", "16.7", page.evaluate(DRAG)
    # As tall as the page, so that every picture is on the screen and drawn.
    with chromium.new_context(viewport={"width": 1280, "height": 2400}) as context:
        page = context.new_page()
        page.goto(report.as_uri())
        page.evaluate(READY)
        time.sleep(0.5)
        yield f"{name}: the same, all pictures on the screen", "20/60", page.evaluate(SCRUB)


def trained(chromium, folder, repeat):
    """Return rows of what the studio takes for the sine, another seed each time, once it has trained before."""
    studio = studios.launch(folder)
    try:
        with chromium.new_context(viewport={"width": 1280, "height": 720}) as context:
            page = context.new_page()
            page.goto(f"{studio.base}/?token={studio.token}")
            page.get_by_role("form", name="What to train").wait_for()
            page.evaluate(TRAIN)
            times = []
            for seed in range(1, repeat + 1):
                page.get_by_label("Seed", exact=True).fill(str(seed))
                page.wait_for_timeout(1000)  # for what follows a change: it is checked
                times.append(page.evaluate(TRAIN))
    finally:
        studios.end(studio)
    curve, movie, snapshots = zip(*times, strict=True)
    movie_title = f"studio: from Train to {snapshots[0]} snapshots scrubbed, ms"
    return [("studio: from Train to the first curve, ms", "300", curve), (movie_title, "1000", movie)]


if __name__ == "__main__":
    main()
