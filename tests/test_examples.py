"""Every script in examples/ runs by itself, in its folder as the documentation runs it, without a warning."""

import shutil
from pathlib import Path

import pytest

import compiled

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SCRIPTS = sorted(path.name for path in EXAMPLES.glob("*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_the_script_runs(script, fresh_python, tmp_path, monkeypatch):
    for name, value in compiled.settings().items():
        monkeypatch.setenv(name.upper(), str(value))
    folder = shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("out", "__pycache__"))
    fresh_python(script, cwd=folder)
