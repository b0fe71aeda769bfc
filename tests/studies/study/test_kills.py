"""Killed at any moment, a study loses at most what was in flight, and ends with what it would have found undisturbed."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


KILLS, SEED = 20, 0  # `benchmarks/studies.py kills` does the same 200 times


def test_killed_at_random(tmp_path):
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    command = [sys.executable, "-W", "error", Path(__file__).with_name("kills.py"), tmp_path, str(KILLS), str(SEED)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > KILLS / 4  # found it at work
