"""What our own processes set before JAX loads: never in the way, and never over what the user has set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nodewise.training import runtime

SMALL = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1500000"
WIDE = "--xla_cpu_prefer_vector_width=512"
AVX = "x86_64 fpu avx2 avx512f"


@pytest.mark.parametrize(
    ("given", "jaxlib", "processor", "flags"),
    [
        ("", "0.10.2", AVX, f"{SMALL} {WIDE}"),
        ("", "0.12.0", AVX, f"{SMALL} {WIDE}"),
        ("", "0.11.0", "x86_64 fpu avx2", SMALL),
        ("", "0.12.1.dev20", "aarch64 fp asimd", SMALL),
        ("--xla_dump_to=d", "0.10.2", AVX, f"--xla_dump_to=d {SMALL} {WIDE}"),
        ("--xla_cpu_prefer_vector_width=256", "0.10.2", AVX, f"--xla_cpu_prefer_vector_width=256 {SMALL}"),
        ("--xla_backend_extra_options=a=1", "0.10.2", AVX, f"--xla_backend_extra_options=a=1 {WIDE}"),
        ("", "0.9.2", AVX, None),
        ("", "0.13.0", AVX, None),
        ("", "unknown", AVX, None),
        ("flags.txt", "0.10.2", AVX, None),
    ],
)
def test_flags_only_where_they_are_known(given, jaxlib, processor, flags):
    expected = {} if flags is None else {"XLA_FLAGS": flags}
    assert runtime._xla_flags(given, jaxlib, processor) == expected


def test_nothing_changes_once_jax_is_loaded(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", sys)
    before = dict(os.environ)
    runtime.own_process()
    assert dict(os.environ) == before


def test_a_ctrl_c_that_python_would_swallow_is_repeated(fresh_python):
    program = """
import gc, signal, time
from nodewise.training.runtime import own_process
own_process()
gc.callbacks.append(lambda phase, _: phase == "start" and signal.raise_signal(signal.SIGINT))
try:
    gc.collect()
    gc.callbacks.clear()
    time.sleep(5)
    print("lost")
except KeyboardInterrupt:
    print("heard")
"""
    done = fresh_python("-c", program)
    assert (done.stdout, done.stderr) == ("heard\n", "")


TRAIN = """
from nodewise.training.runtime import own_process
own_process()
import nodewise as nw
print(nw.fit(nw.problems.sine(), steps=50).losses[-1])
"""


def train(cache: Path, **more: str) -> str:
    root = Path(__file__).resolve().parents[2]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JAX_", "XLA_"))}
    environment |= {"PYTHONPATH": str(root / "src"), "XDG_CACHE_HOME": str(cache), **more}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", TRAIN], env=environment, capture_output=True, text=True
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is set by XDG_CACHE_HOME")
def test_the_cache_is_kept_and_broken_entries_are_no_one_s_concern(tmp_path):
    first = train(tmp_path)
    entries = sorted(tmp_path.glob("nodewise/jax-*/*-cache"))
    assert entries
    assert train(tmp_path) == first
    whole, *rest = entries
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    for entry, damage in zip(rest, [b"", *[b"garbage"] * len(rest)], strict=False):
        entry.write_bytes(damage)
    assert train(tmp_path) == first


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is set by XDG_CACHE_HOME")
def test_no_cache_folder_no_cache(tmp_path):
    (tmp_path / "file").touch()
    assert float(train(tmp_path / "file")) > 0


def test_the_user_s_own_cache_folder_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", "mine")
    runtime._keep_compiled("0.10.2", AVX)
    assert os.environ["JAX_COMPILATION_CACHE_DIR"] == "mine"
