"""Opening a network of others, and evaluating the opened one, beside the frameworks themselves.

    python benchmarks/opening.py
    python benchmarks/opening.py --cold     also with the imports, each side in a fresh process

One network, 100-256-256-10 with ReLU, trained a few steps by scikit-learn and written by skl2onnx. What each side does:

- opening: ours reads the file, finds the layers and compares them with the original on 256 samples and more (of which
  the comparison is told apart); onnx parses the file, checks it and makes its reference evaluator ready; onnxruntime
  makes a session. A .keras file is opened by ours without Keras and by `keras.saving.load_model`; left out where this
  nodewise or Keras cannot.
- evaluating: 100 000 samples through ours (float64), scikit-learn's `predict_proba` (float64) and onnxruntime (float32,
  as the file is, and float64, as `to_onnx` writes it), all on one thread and alternating in one process; ratios are of
  medians.
"""

import argparse
import os
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

SIZES, SAMPLES = (100, 256, 256, 10), 100_000
COLD = {
    "nodewise": "import nodewise as nw; nw.open_model({!r})",
    "onnx's reference": "import onnx; from onnx.reference import ReferenceEvaluator; "
    "model = onnx.load({!r}); onnx.checker.check_model(model); ReferenceEvaluator(model)",
    "onnxruntime": "import onnxruntime; onnxruntime.InferenceSession({!r}, providers=['CPUExecutionProvider'])",
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


def alternate(sides: dict[str, Callable[[], object]], rounds: int) -> None:
    """Run all sides in turn and print the median, the range and the ratio to the first."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for i in range(rounds + 1):
        for name, work in sides.items():
            began = time.perf_counter()
            work()
            if i:  # the first round loads and touches everything
                taken[name].append(1e3 * (time.perf_counter() - began))
    first = statistics.median(next(iter(taken.values())))
    for name, times in taken.items():
        middle = statistics.median(times)
        print(f"  {name:34} {middle:9.2f} ms  ({min(times):.2f} to {max(times):.2f})   ours is {first / middle:5.2f} ×")


def reference(path: Path) -> object:
    import onnx
    from onnx.reference import ReferenceEvaluator

    model = onnx.load(path)
    onnx.checker.check_model(model)
    return ReferenceEvaluator(model)


def session(path: Path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def cold(path: Path, rounds: int) -> None:
    print("\nOpening the ONNX file, imports included, each in a fresh process")

    def run(program: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", program.format(str(path))], check=True)

    alternate({name: run(program) for name, program in COLD.items()}, rounds)


def keras_file(path: Path) -> Path | None:
    """Write the same architecture by Keras, if that is there and nodewise reads it."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    try:
        import keras

        layers = [keras.layers.Dense(n, activation="relu") for n in SIZES[1:-1]]
        model = keras.Sequential([keras.Input((SIZES[0],)), *layers, keras.layers.Dense(SIZES[-1], "softmax")])
        model.save(path)
        nw.open_model(path)
    except (ImportError, nw.NodewiseError):
        return None
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--cold", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = trained()
        path = written(model, Path(folder) / "network.onnx")
        if options.cold:
            cold(path, options.rounds)
        from nodewise.adapters.onnx import read

        print("\nOpening the ONNX file")
        sides = {"nodewise": lambda: nw.open_model(path), "nodewise, not compared": lambda: read(path)}
        alternate(sides | {"onnx's reference": lambda: reference(path), "onnxruntime": lambda: session(path)}, 20)
        network = nw.open_model(path)
        print("\nOpening scikit-learn's network")
        alternate({"nodewise": lambda: nw.open_model(model)}, 20)
        if keras := keras_file(Path(folder) / "network.keras"):
            import keras as framework

            print("\nOpening the .keras file")
            load = framework.saving.load_model
            alternate({"nodewise": lambda: nw.open_model(keras), "Keras": lambda: load(keras)}, 9)
        runtime, double = session(path), session(network.to_onnx(Path(folder) / "double.onnx"))
        x = np.random.default_rng(0).normal(size=(SAMPLES, SIZES[0]))
        single = x.astype(np.float32)
        name = runtime.get_outputs()[1].name
        assert np.abs(network(x) - model.predict_proba(x)).max() < 1e-5
        print(f"\nEvaluating {network} on {SAMPLES} samples, one thread each")
        alternate(
            {
                "nodewise, float64": lambda: network(x),
                "scikit-learn, float64": lambda: model.predict_proba(x),
                "onnxruntime, float64": lambda: double.run(None, {"x": x}),
                "onnxruntime, float32": lambda: runtime.run([name], {"X": single}),
            },
            options.rounds,
        )


if __name__ == "__main__":
    main()
