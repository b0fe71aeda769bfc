"""Every script in examples/ runs by itself, from any folder, without a warning."""

from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).resolve().parents[1] / "examples").glob("*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_script_runs(script, fresh_python, tmp_path):
    fresh_python(str(script), cwd=tmp_path)
