"""A package that is not there: the exact command that installs it, in Python and on the command line."""

import os
import subprocess
import sys

import pytest

import hostile

KERAS = '.keras files are read with the package h5py. It is not installed; run: pip install "nodewise[keras]"'
TORCH = (
    'PyTorch must be installed to open its files. Got none; pip install "torch>=2.10", or save the weights as '
    ".safetensors, which needs no PyTorch."
)
ONNX = (
    "ONNX files are written with the package onnx, and run where they are no chain of layers. It is not installed; run: "
    'pip install "nodewise[onnx]"'
)
FILES = [("h5py", ".keras", KERAS), ("torch", ".pt", TORCH)]
HIDDEN = """
import sys
sys.modules[{package!r}] = None
import nodewise as nw
network = nw.Network.from_weights([([[1.0]], [0.0], "tanh")])
try:
    {call}
except nw.NodewiseError as error:
    print(error)
"""


def good(folder, ending):
    path = folder / f"model{ending}"
    path.write_bytes(hostile.GOOD[ending]())
    return path


@pytest.mark.parametrize(("package", "ending", "sentence"), FILES)
def test_files_in_python(fresh_python, tmp_path, package, ending, sentence):
    call = f"nw.open_model({str(good(tmp_path, ending))!r}, **{hostile.OPTIONS.get(ending, {})!r})"
    assert fresh_python("-c", HIDDEN.format(package=package, call=call)).stdout == f"{sentence}\n"


def test_onnx_files_need_no_onnx_unless_they_are_no_chain(fresh_python, tmp_path):
    pytest.importorskip("onnx")
    from onnx_graphs import Graph, saved

    chain = saved(Graph().layer(4).activation("relu").layer(2).model(), tmp_path, "chain.onnx")
    graph = Graph().layer(3).activation("relu")
    graph.last = graph.op("Add", graph.last, "x")
    residual = saved(graph.model(), tmp_path, "residual.onnx")
    code = "print(nw.open_model({!r}).sizes)"
    done = fresh_python("-c", HIDDEN.format(package="onnx", call=code.format(str(chain))))
    assert done.stdout == "(3, 4, 2)\n"
    done = fresh_python("-c", HIDDEN.format(package="onnx", call=code.format(str(residual))))
    assert done.stdout == f"{ONNX}\n"


@pytest.mark.slow
@pytest.mark.parametrize(("package", "ending", "sentence"), FILES)
@pytest.mark.parametrize("command", ["open", "equations"])
def test_files_on_the_command_line(tmp_path, package, ending, sentence, command):
    path = good(tmp_path, ending)
    # The child has this process's packages: one of that name, which cannot be imported, hides the real one from it.
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / f"{package}.py").write_text("raise ImportError")
    words = ["--activation", "relu"] if ending == ".pt" and command == "open" else ["relu"] if ending == ".pt" else []
    paths = os.pathsep.join([str(tmp_path / "hidden"), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-m", "nodewise", command, str(path), *words],
        env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"Error: {sentence}\n")


@pytest.mark.parametrize(
    ("package", "call", "command"),
    [
        ("onnx", "network.to_onnx('model.onnx')", 'pip install "nodewise[onnx]"'),
        ("keras", "network.to_keras()", "pip install keras"),
        ("torch", "network.to_torch()", "pip install torch"),
        ("sklearn", "network.to_sklearn()", 'pip install "nodewise[sklearn]"'),
        ("sklearn", "nw.NodewiseRegressor()", 'pip install "nodewise[sklearn]"'),
    ],
)
def test_exports_and_estimators(fresh_python, tmp_path, package, call, command):
    said = fresh_python("-c", HIDDEN.format(package=package, call=call), cwd=tmp_path).stdout
    assert command in said
    assert said.count("\n") == 1


def test_other_formats_do_without_them(fresh_python, tmp_path):
    path = good(tmp_path, ".safetensors")
    call = f"print(nw.open_model({str(path)!r}, activation='relu').sizes)"
    hidden = "import sys\nfor name in ('onnx', 'h5py', 'torch', 'keras', 'sklearn', 'jax'): sys.modules[name] = None\n"
    assert fresh_python("-c", hidden + HIDDEN.format(package="onnx", call=call)).stdout == "(3, 4, 1)\n"
