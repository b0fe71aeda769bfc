"""Opening a network of others, and evaluating the opened one, beside the frameworks themselves.

    python benchmarks/opening.py            needs onnx, onnxruntime, skl2onnx and scikit-learn; Keras, PyTorch if there

One network, 100-256-256-10 with ReLU, written by scikit-learn (skl2onnx, joblib), Keras and PyTorch. Three parts, the
sides of each in turn, with medians, ranges, and the ratio of ours to each:

- cold: CPU time of a fresh process, from Python's start to a model that can be called. Ours finds the layers and
  compares them with the original on 256 samples and more; a .keras file is read without Keras, and so not compared.
  All packages are compiled to bytecode, as installers do it.
- warm: wall time of opening again in a process that has everything loaded. Of ONNX with the part of it that no reader
  can save: to evaluate both the original and the network once on the samples of the proof.
- evaluating: 100 000 samples, all on one thread: ours and scikit-learn in float64, onnxruntime in float32, as the
  file is, and in float64, as `to_onnx` writes it.
"""

import argparse
import itertools
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # NumPy reads them when it loads

import numpy as np  # noqa: E402

import nodewise as nw  # noqa: E402
from nodewise.adapters.onnx import read  # noqa: E402
from nodewise.adapters.proof import probes  # noqa: E402

SIZES, SAMPLES = (100, 256, 256, 10), 100_000
LAYERS = ", nn.ReLU(), ".join(f"nn.Linear{pair}" for pair in itertools.pairwise(SIZES))
TORCH = f"import torch; nn = torch.nn; m = nn.Sequential({LAYERS}); m.load_state_dict(torch.load('network.pt'))"
RUNTIME = "ONNX, onnxruntime loaded, which then evaluates the probes"
OURS = "import nodewise as nw; nw.open_model("
# By what is opened: ours first, then the framework's own ways.
COLD = {
    "ONNX": {
        "nodewise": OURS + "'network.onnx')",
        "onnx.load": "import onnx; onnx.load('network.onnx')",
        "onnx.load, reference evaluator": "import onnx; from onnx.reference import ReferenceEvaluator; "
        "ReferenceEvaluator(onnx.load('network.onnx'))",
        "onnxruntime session": "import onnxruntime; "
        "onnxruntime.InferenceSession('network.onnx', providers=['CPUExecutionProvider'])",
    },
    "Keras": {
        "nodewise": OURS + "'network.keras')",
        "keras.saving.load_model": "import keras; keras.saving.load_model('network.keras')",
    },
    "PyTorch": {
        "nodewise, .pt": OURS + "'network.pt', activation='relu')",
        "torch.load, load_state_dict": TORCH,
        "nodewise, .safetensors": OURS + "'network.safetensors', activation='relu')",
    },
    "scikit-learn": {
        "joblib.load, nodewise": f"import joblib; {OURS}joblib.load('network.joblib'))",
        "joblib.load": "import joblib; joblib.load('network.joblib')",
    },
}


def trained():
    """Return scikit-learn's network."""
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(500, SIZES[0])), rng.integers(SIZES[-1], size=500)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MLPClassifier(hidden_layer_sizes=SIZES[1:-1], max_iter=3, random_state=0).fit(x, y)


def written(model, path: Path) -> Path:
    """Write scikit-learn's network by skl2onnx."""
    from skl2onnx import to_onnx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        proto = to_onnx(model, np.zeros((1, SIZES[0]), np.float32), options={id(model): {"zipmap": False}})
    path.write_bytes(proto.SerializeToString())
    return path


def alternate(sides: dict[str, Callable[[], float]], rounds: int) -> None:
    """Run all sides in turn and print the median of the seconds they give, the range and the ratio of the first."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for i in range(rounds + 1):
        for name, work in sides.items():
            seconds = work()
            if i:  # the first round loads and touches everything
                taken[name].append(1e3 * seconds)
    first = statistics.median(next(iter(taken.values())))
    for name, times in taken.items():
        middle = statistics.median(times)
        print(f"  {name:34} {middle:9.2f} ms  ({min(times):.2f} to {max(times):.2f})   ours is {first / middle:5.2f} ×")


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """Return what does the work and gives the seconds it took."""

    def run() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return run


def process(program: str, folder: Path) -> Callable[[], float]:
    """Return what runs a program in a fresh process and gives the CPU time of it, in seconds."""

    def run() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", program], check=True, cwd=folder, stderr=subprocess.DEVNULL, env=env)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # The first run compiles what an installer has not, such as a working copy of nodewise.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return run


def proof_alone(original: Callable[[np.ndarray], object], model: object) -> Callable[[], object]:
    """Return what evaluates an original and the network read from it, once each, on the samples of the proof."""
    network, x = nw.open_model(model), probes(-np.ones(SIZES[0]), np.ones(SIZES[0]))
    original(x)
    return lambda: (original(x), network(x))


def onnx_model(path: Path) -> object:
    import onnx

    return onnx.load(path)


def reference(path: Path) -> object:
    from onnx.reference import ReferenceEvaluator

    return ReferenceEvaluator(onnx_model(path))


def session(path: Path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def by_keras(path: Path) -> Callable[[], object] | None:
    """Write the same architecture by Keras, if that is there, and return what loads it."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    try:
        import keras
    except ImportError:
        return None
    layers = [keras.layers.Dense(n, activation="relu") for n in SIZES[1:-1]]
    keras.Sequential([keras.Input((SIZES[0],)), *layers, keras.layers.Dense(SIZES[-1], "softmax")]).save(path)
    return lambda: keras.saving.load_model(path)


def by_torch(path: Path) -> Callable[[], object] | None:
    """Write the same architecture by PyTorch, if that is there, and return what loads it."""
    try:
        import torch
        from safetensors.torch import save_file
    except ImportError:
        return None

    def module():
        pairs = itertools.pairwise(SIZES)
        parts = [part for pair in pairs for part in (torch.nn.Linear(*pair), torch.nn.ReLU())]
        return torch.nn.Sequential(*parts[:-1])

    torch.set_num_threads(1)
    torch.save(module().state_dict(), path)
    save_file(module().state_dict(), path.with_suffix(".safetensors"))
    return lambda: module().load_state_dict(torch.load(path))


def evaluate(model, path: Path, rounds: int) -> None:
    network = nw.open_model(path)
    runtime, double = session(path), session(network.to_onnx(path.with_name("double.onnx")))
    x = np.random.default_rng(0).normal(size=(SAMPLES, SIZES[0]))
    single = x.astype(np.float32)
    name = runtime.get_outputs()[1].name
    assert np.abs(network(x) - model.predict_proba(x)).max() < 1e-5
    print(f"\nEvaluating {network} on {SAMPLES} samples, one thread each")
    sides = {
        "nodewise, float64": lambda: network(x),
        "scikit-learn, float64": lambda: model.predict_proba(x),
        "onnxruntime, float64": lambda: double.run(None, {"x": x}),
        "onnxruntime, float32": lambda: runtime.run([name], {"X": single}),
    }
    alternate({side: timed(work) for side, work in sides.items()}, rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder, model = Path(name), trained()
        path = written(model, folder / "network.onnx")
        import joblib

        joblib.dump(model, folder / "network.joblib")
        theirs = {
            "ONNX": {"onnx.load": lambda: onnx_model(path), "onnx.load, reference evaluator": lambda: reference(path)},
            RUNTIME: {"onnxruntime session": lambda: session(path)},
        }
        ours = {
            "ONNX": lambda: nw.open_model(path),
            RUNTIME: lambda: nw.open_model(path),
            "Keras": lambda: nw.open_model(folder / "network.keras"),
            "PyTorch": lambda: nw.open_model(folder / "network.pt", activation="relu"),
            "scikit-learn": lambda: nw.open_model(model),
        }
        as_file = lambda: (read(path).call, path)  # noqa: E731
        proved = {"ONNX": as_file, RUNTIME: as_file, "scikit-learn": lambda: (model.predict_proba, model)}
        for kind, load, call in (
            ("Keras", by_keras(folder / "network.keras"), "keras.saving.load_model"),
            ("PyTorch", by_torch(folder / "network.pt"), "torch.load, load_state_dict"),
            ("scikit-learn", lambda: joblib.load(folder / "network.joblib"), "joblib.load"),
        ):
            theirs |= {kind: {call: load}} if load else {}
        for kind in (kind for kind in COLD if kind in theirs):
            print(f"\n{kind}, cold: CPU time of a fresh process")
            alternate({side: process(program, folder) for side, program in COLD[kind].items()}, rounds)
        for kind, sides in theirs.items():
            for load in sides.values():  # whatever a side imports is there before ours first runs
                load()
            proof = {"the proof's evaluations alone": proof_alone(*proved[kind]())} if kind in proved else {}
            print(f"\n{kind}, warm")
            alternate({side: timed(work) for side, work in ({"nodewise": ours[kind]} | sides | proof).items()}, rounds)
        evaluate(model, path, rounds)


if __name__ == "__main__":
    main()
