"""A real studio in a process of its own, on a port of its own, and what a page would ask of it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[1]
SINE = {"source": {"problem": {"name": "sine"}}}
# Minutes of training, whatever the machine.
LONGEST = 60_000  # milliseconds for one training, on a machine that does other things as well
LONG = {"source": {"problem": {"name": "sine"}}, "settings": {"steps": 100_000_000}}


@dataclass(frozen=True)
class Studio:
    process: subprocess.Popen[str]
    base: str
    token: str
    folder: Path
    client: httpx2.Client

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refusal(self, method: str, path: str, **more: Any) -> tuple[int, dict[str, str]]:
        answer = self.client.request(method, path, **more)
        return answer.status_code, answer.json()

    def begin(self, body: dict[str, Any]) -> str:
        answer = self.client.post("/api/runs", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def watch(self, key: str) -> Iterator[dict[str, Any]]:
        with self.client.stream("GET", f"/api/runs/{key}/progress") as answer:
            for line in answer.iter_lines():
                yield json.loads(line)

    def train(self, body: dict[str, Any]) -> str:
        key = self.begin(body)
        last = list(self.watch(key))[-1]
        assert last["state"] == "finished", last
        return key

    def wait_for_step(self, key: str) -> None:
        """Wait until a run trains, compiled and all."""
        assert any(news["state"] == "training" and news["step"] for news in self.watch(key))

    def add_table(self, name: str, content: bytes) -> dict[str, Any]:
        answer = self.client.post("/api/tables", params={"name": name}, content=content)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def workers(self) -> list[int]:
        """The processes this server has started."""
        return [
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)


def launch(folder: Path, *words: str) -> Studio:
    command = [sys.executable, "-m", "nodewise", "studio", *words, "--folder", str(folder), "--no-browser", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    port = () if "--port" in words else ("--port", "0")
    process = subprocess.Popen([*command, *port], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    link = process.stdout.readline().strip()
    base, token = link.split("/?token=")
    # Not verified, for it is not encrypted: to load certificates takes longer than most tests.
    client = httpx2.Client(
        base_url=base, headers={"X-Nodewise-Token": token}, timeout=60, trust_env=False, verify=False
    )
    return Studio(process, base, token, folder, client)


def end(studio: Studio) -> None:
    studio.client.close()
    studio.process.terminate()
    studio.process.wait(60)
    assert studio.process.stdout is not None
    studio.process.stdout.close()


def open_page(page, watch, studio, more=""):
    watch.allow(studio.base)
    page.goto(f"{studio.base}/?token={studio.token}{more}")
    expect(page.get_by_role("form", name="What to train")).to_be_visible()
    return page


def shown(page):
    found = page.locator("[data-shown]")
    return found.get_attribute("data-shown") if found.count() else None


def wait_for_another(page, before):
    page.wait_for_function(
        "before => { const run = document.querySelector('[data-shown]'); "
        "return run && run.dataset.shown !== before && run.querySelector('.nw-panels canvas') }",
        arg=before,
        timeout=LONGEST,
    )
    return shown(page)
