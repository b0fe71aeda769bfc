"""The command line as a process of its own: start-up, signals, pipes."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODEWISE = [sys.executable, "-W", "error", "-m", "nodewise"]


@pytest.fixture
def environment(tmp_path):
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "XDG_CACHE_HOME": str(tmp_path / "cache")}


@pytest.fixture
def start(environment, tmp_path):
    started = []

    def start(*words, program=NODEWISE):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen([*program, *words], cwd=tmp_path, env=environment, text=True, **pipes))
        return started[-1]

    yield start
    for process in started:
        process.kill()  # without effect on one that has ended
        process.communicate()


def wait_for(folder, pattern):
    deadline = time.monotonic() + 60
    while not list(folder.glob(pattern)):
        assert time.monotonic() < deadline, f"no {pattern}"
        time.sleep(0.02)


def cpu_seconds(words, environment) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_is_quick(environment):
    """Under 0.25 s of CPU where `python -c pass` takes 0.02; scaled, with room for a busy machine."""
    bare = min(cpu_seconds([sys.executable, "-c", "pass"], environment) for _ in range(5))
    enough = 0.25 * max(bare / 0.02, 0.4)
    assert any(cpu_seconds([*NODEWISE, "--help"], environment) < enough for _ in range(20))


@pytest.mark.parametrize("words", [["--help"], ["--version"], []])
def test_the_first_look_loads_neither_numpy_nor_the_parser(fresh_python, words):
    program = (
        "import sys\nfrom nodewise.cli.main import main\n"
        f"assert main({words!r}) == 0\n"
        "heavy = {'numpy', 'jax', 'scipy', 'matplotlib', 'polars', 'cyclopts', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    fresh_python("-c", program)


@pytest.mark.parametrize("words", [["fit", "--help"], ["fit", "sine", "--steps", "0"], ["open", "--help"]])
def test_what_does_not_train_does_not_load_jax(fresh_python, words):
    program = (
        "import sys\nfrom nodewise.cli.main import main\n"
        f"main({words!r})\n"
        "heavy = {'jax', 'scipy', 'matplotlib', 'polars'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    fresh_python("-c", program)


def test_a_mistake_in_a_real_process(start):
    process = start("fit", "sine", "--hidden", "0")
    out, err = process.communicate()
    assert process.returncode == 2
    assert out == ""
    assert err == (
        "Error: hidden must be a whole number of at least 1. Got 0. "
        "For a linear model give hidden=() (--hidden none).\n"
    )


@pytest.mark.slow
def test_ctrl_c_keeps_and_reports_what_is_there(start, tmp_path):
    process = start("fit", "sine", "--solver", "adam", "--steps", "100000000", "--hidden", "20")
    wait_for(tmp_path, "cache/nodewise/*/jit_run*")  # the compiled loop is kept, and then run
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err == ""
    assert "Interrupted after" in out
    assert (tmp_path / "nodewise-sine" / "report.html").exists()


def test_ctrl_c_before_training_is_one_word(start, tmp_path):
    # Of an import that is cut short, Python leaves a file open, and would say so here.
    program = [sys.executable, "-W", "error", "-W", "ignore::ResourceWarning", "-m", "nodewise"]
    process = start("fit", "sine", program=program)
    wait_for(tmp_path, "cache/nodewise/*")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    # Where a string was being executed, Python ends by the signal itself, which a shell shows as 130 too.
    assert process.returncode in (130, -signal.SIGINT)
    assert (out, err) == ("", "Interrupted.\n")


@pytest.mark.slow
def test_a_reader_that_wants_one_line_is_no_error(start, tmp_path):
    process = start("fit", "sine", "--json", "--steps", "200")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Error" not in err
    assert "Traceback" not in err
    assert (tmp_path / "nodewise-sine" / "report.html").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_standard_output_is_a_sentence(environment, tmp_path):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*NODEWISE, "--help"], cwd=tmp_path, env=environment, text=True, stdout=full, stderr=subprocess.PIPE
        )
    assert (done.returncode, done.stderr) == (2, "Error: No space left on device: standard output.\n")


@pytest.mark.slow
def test_a_narrow_encoding_is_no_error(environment, tmp_path):
    (tmp_path / "t.csv").write_text("x,höhe\n1,2\n2,4\n3,5\n4,1\n", encoding="utf-8")
    done = subprocess.run(
        [*NODEWISE, "fit", "t.csv", "--target", "höhe", "--steps", "3"],
        cwd=tmp_path, env=environment | {"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize("no_colour", [True, False])
def test_a_terminal_shows_a_bar_with_the_time_left(environment, tmp_path, no_colour):
    ours, theirs = os.openpty()
    words = ["fit", "sine", "--solver", "adam", "--steps", "60000", "--hidden", "20"]
    extra = {"TERM": "xterm-256color", "COLUMNS": "100"} | ({"NO_COLOR": "1"} if no_colour else {})
    environment = {name: value for name, value in environment.items() if name != "NO_COLOR"} | extra
    process = subprocess.Popen(
        [*NODEWISE, *words], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"Training" in shown
    assert b"/60000" in shown
    assert b"0:0" in shown
    assert (b"\x1b[32m" in shown or b"\x1b[36m" in shown) is not no_colour
    assert b"\x1b" not in out
