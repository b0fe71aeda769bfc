"""Notebook servers of their own for the tests: on this machine, with a token, in a folder that goes away."""

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 60  # seconds


@contextmanager
def jupyter(folder: Path) -> Iterator[tuple[str, str]]:
    """Run JupyterLab on the notebooks in `folder`; yields its address, which ends in a slash, and its token."""
    own = folder / ".jupyter"
    quiet = own / "settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text('{"checkForUpdates": false, "fetchNews": "false"}')
    whole = own / "settings" / "@jupyterlab" / "notebook-extension"
    whole.mkdir()  # or cells below a high output are not in the page
    (whole / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_WORKSPACES_DIR")
    places = {name: str(own / name) for name in names} | {"JUPYTERLAB_SETTINGS_DIR": str(own / "settings")}
    command = ["jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    command += [f"--ServerApp.root_dir={folder}", "--LabApp.extension_manager=readonly"]
    with _running(command, own, places) as alive:
        while not (found := [*(own / "JUPYTER_RUNTIME_DIR").glob("jpserver-*.json")]) or not found[0].read_text():
            alive()
        about = json.loads(found[0].read_text())
        yield about["url"], about["token"]


@contextmanager
def marimo(notebook: Path) -> Iterator[tuple[str, str]]:
    """Run a marimo notebook as an app; yields its address, which ends in a slash, and its token."""
    token, own = secrets.token_hex(16), notebook.parent / ".marimo"
    own.mkdir()
    places = {f"XDG_{name}_HOME": str(own) for name in ("CONFIG", "CACHE", "DATA", "STATE")}
    places |= {"MARIMO_SKIP_UPDATE_CHECK": "1"}
    port = _free_port()
    command = ["marimo", "-q", "run", str(notebook), "--headless", "--host=127.0.0.1", f"--port={port}"]
    address = f"http://127.0.0.1:{port}/"
    with _running([*command, "--token", f"--token-password={token}"], own, places) as alive:
        while not _answers(f"{address}health"):
            alive()
        yield address, token


@contextmanager
def _running(command: list[str], own: Path, environment: dict[str, str]) -> Iterator:
    """Run a module of Python; yields what waits a moment, and fails if the program has ended or takes too long."""
    given = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment}
    until = time.monotonic() + _PATIENCE
    log = own / "log"
    with log.open("wb") as said:
        program = subprocess.Popen([sys.executable, "-m", *command], env=given, stdout=said, stderr=said, cwd=own)

        def alive() -> None:
            assert program.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)

        try:
            yield alive
        finally:
            program.terminate()
            try:
                program.wait(30)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
