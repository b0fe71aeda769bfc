"""Opening in a child process: the same networks and sentences, bounds on memory and time, and nothing left behind."""

import gc
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hostile
import nodewise as nw
from hostile import GOOD, OPTIONS
from nodewise import child
from nodewise.adapters.limited import parent
from nodewise.adapters.limited.parent import open_limited

pytest.importorskip("onnx")
from onnx_graphs import Graph

TRUSTED = "if you trust it, open it in Python with nodewise.open_model, which sets no bounds."


def good(folder, ending):
    path = folder / f"model{ending}"
    path.write_bytes(GOOD[ending]())
    return path


def box(folder):
    graph = Graph(np.float32).layer(4)
    graph.last = graph.op("Softmax", graph.last, axis=1)
    graph.layer(2)
    path = folder / "box.onnx"
    path.write_bytes(graph.model().SerializeToString())
    return path


def refusal(path, **options):
    with pytest.raises(nw.NodewiseError) as caught:
        open_limited(path, **options)
    return str(caught.value)


@pytest.mark.parametrize("ending", GOOD)
def test_equal_to_the_bit(tmp_path, ending):
    if ending in (".pt", ".pth"):
        pytest.importorskip("torch")
    path, options = good(tmp_path, ending), OPTIONS.get(ending, {})
    opened, direct = open_limited(path, **options), nw.open_model(path, **options)
    x = np.random.default_rng(0).normal(size=(50, 3))
    assert opened(x).tobytes() == direct(x).tobytes()
    # Where Keras is imported here, the one read here was compared with it, and its origin says so.
    assert replace(opened, origin=None).to_bytes() == replace(direct, origin=None).to_bytes()
    assert (opened.origin is None) == (ending == ".nodewise")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.onnx", b"hello world" * 9), ("a.keras", b""), ("a.safetensors", b"PK"), ("a.h5", b""), ("a.xyz", b"")],
)
def test_the_same_sentences(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(path)
    assert refusal(path) == str(caught.value)


def test_options_are_checked_as_ever(tmp_path):
    assert (
        refusal(good(tmp_path, ".onnx"), magic="1")
        == "an option for this model must be one of output. Got magic; leave it out."
    )


def test_a_black_box_answers_as_long_as_it_is_in_use(tmp_path):
    path = box(tmp_path)
    opened, direct = open_limited(path), nw.open_model(path)
    assert str(opened) == str(direct)
    x = np.random.default_rng(0).normal(size=(1000, 3))
    for _ in range(3):
        assert opened(x) == pytest.approx(direct(x), abs=1e-6)  # by onnxruntime, where another test has loaded it
    with pytest.raises(nw.NodewiseError, match=r"^x must be \[sample, feature\] with 3 feature"):
        opened([[1, 2]])
    process = opened.call.process
    assert process.poll() is None
    del opened
    gc.collect()
    assert process.poll() is not None


def test_a_black_box_that_mixes_samples(tmp_path):
    graph = Graph(np.float32).layer(4)
    graph.last = graph.op("ReduceMax", graph.last, keepdims=1)
    path = tmp_path / "box.onnx"
    path.write_bytes(graph.model().SerializeToString())
    opened = open_limited(path)
    assert opened([[1, 2, 3]]).shape == (1, 1)
    with pytest.raises(nw.NodewiseError) as caught:
        opened(np.zeros((20, 3)))
    assert str(caught.value) == (
        "an ONNX model must give as many numbers for each sample. Got shape (1, 1) for 20 samples; ask about one at a "
        "time."
    )


def test_a_black_box_whose_process_was_ended(tmp_path):
    opened = open_limited(box(tmp_path))
    opened.call.process.kill()
    with pytest.raises(nw.NodewiseError) as caught:
        opened([[1, 2, 3]])
    assert str(caught.value) == (
        "box.onnx must be a model that can be read and called. The process that does so broke off (exit code -9); save "
        "the model again."
    )


def test_the_child_ends_with_its_program(tmp_path, fresh_python):
    done = fresh_python(
        "-c",
        "from nodewise.adapters.limited.parent import open_limited\n"
        f"opened = open_limited({str(box(tmp_path))!r})\nprint(opened.call.process.pid)",
    )
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


def test_too_long_on_the_clock(tmp_path, monkeypatch):
    monkeypatch.setattr(parent, "SECONDS", 0.01)
    began = time.perf_counter()
    assert refusal(good(tmp_path, ".onnx")) == f"model.onnx must be read in 0.01 seconds. It takes longer; {TRUSTED}"
    assert time.perf_counter() - began < 60  # of the 120 that a child may take


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds memory")
def test_too_much_memory(tmp_path, monkeypatch):
    from safetensors.numpy import save_file

    save_file({"0.weight": np.zeros((3000, 3000), "f4")}, tmp_path / "model.safetensors")
    monkeypatch.setattr(parent, "_MEMORY", 30 << 20)
    monkeypatch.setattr(parent, "_TIMES", 0)
    assert refusal(tmp_path / "model.safetensors") == (
        f"model.safetensors must be read in 30 MiB of memory. It takes more; {TRUSTED}"
    )


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)",
         f"model.onnx must be read in a minute of the processor. It takes longer; {TRUSTED}"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "broke off (exit code -11)"),
        ("raise SystemExit(3)", "broke off (exit code 3)"),
        ("print('no answer')", "broke off (exit code "),
        ("print('{\"kind\": \"network\", \"bytes\": 1000000000000000}')", "broke off (exit code "),
        ("print('{\"kind\": \"network\", \"bytes\": -1}')", "broke off (exit code "),
        ("print('{\"kind\": \"network\", \"bytes\": 2}'); print('x')", "model.onnx must be a .nodewise file"),
        ("print('[' * 100000)", "broke off (exit code "),
    ],
)  # fmt: skip
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_child_that_breaks_off_or_lies(tmp_path, monkeypatch, program, sentence):
    monkeypatch.setattr(child, "command", lambda _: [sys.executable, "-c", f"input(); {program}"])
    said = refusal(good(tmp_path, ".onnx"))
    assert said.startswith("model.onnx must be ")
    assert sentence in said
    assert said.isprintable()


@pytest.mark.slow
def test_a_pickle_is_not_run_in_the_child_either(tmp_path):
    pytest.importorskip("torch")
    for i, pickled in enumerate(hostile.pickles(tmp_path / "mark")):
        path = tmp_path / f"{i}.pt"
        path.write_bytes(hostile.zipped({"data.pkl": pickled, "version": b"3\n"}, "archive/"))
        if i in (0, 4):
            assert refusal(path, activation="relu").startswith(f"{i}.pt must be weights as torch.save")
    assert not (tmp_path / "mark").exists()


def test_relative_paths_and_strange_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("[a]*\n.onnx").write_bytes(GOOD[".onnx"]())
    assert open_limited("[a]*\n.onnx").sizes == hostile.SIZES
