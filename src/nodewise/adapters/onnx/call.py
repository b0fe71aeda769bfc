"""An ONNX model as something to call: by onnxruntime where that is loaded, in NumPy, or by onnx's own reference."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from nodewise.adapters.onnx.file import copied, library
from nodewise.adapters.onnx.inputs import Input
from nodewise.adapters.onnx.pointwise import evaluate
from nodewise.adapters.onnx.walk import needed
from nodewise.errors import NodewiseError

# Where onnxruntime is less precise than its numbers: two operators have constants of float32, and its sigmoid is right
# in parts of 1, not of itself, which a logarithm shows.
_ROUGH = {"HardSwish": ("float64",), "Gelu": ("float64",), "Log": ("float32", "float64")}


Engine = Callable[[list[str], dict[str, np.ndarray]], list[Any]]


@dataclass(eq=False)
class Original:
    """The original, called with float64 [sample, feature]; several inputs stand side by side.

    Attributes:
        proto: Gives the model as onnx's own class, which is imported for it; each time one that may be changed.
        inputs: What it is given.
        outputs: The tensors to return, side by side.
        plain: Evaluates the graph without onnx; None where it has an operator that only onnx knows.
        column: The one column to return, None for all.
        compared: What messages call it, of a model that is only asked about the probes; "" of a black box. Then
            onnxruntime evaluates the graph as it is written, by one thread: to improve it first, or to wake the others,
            takes longer.
        version: What evaluates it, once it is prepared.
    """

    proto: Callable[[], Any]
    inputs: Sequence[Input]
    outputs: Sequence[str]
    plain: Engine | None = None
    column: int | None = None
    compared: str = ""
    engine: Engine | None = field(default=None, init=False)
    version: str = field(default="", init=False)

    def prepare(self) -> None:
        """Make the engine ready.

        Raises:
            Exception: Whatever onnx raises where it does not know an operator.
        """
        with self._sure():
            self._prepare()

    @contextmanager
    def _sure(self) -> Iterator[None]:
        """Say in a sentence that a model fails: a damaged file may still have all that its layers are made of."""
        try:
            yield
        except NodewiseError:
            raise
        except Exception as error:
            if not self.compared:
                raise
            raise NodewiseError(
                f"{self.compared} must run, to be compared. Got {type(error).__name__}; save it again."
            ) from None

    def _prepare(self) -> None:
        runtime = sys.modules.get("onnxruntime")
        if runtime is not None:
            with suppress(Exception):  # an operator that it has not in this precision
                self.engine, self.version = self._session(runtime), f"onnxruntime {runtime.__version__}"
                return
        if self.plain is not None:
            self.engine, self.version = self.plain, f"NumPy {np.__version__}"
            return
        proto = _rooted(self.proto(), self.outputs)
        from onnx.reference import ReferenceEvaluator

        reference: Any = ReferenceEvaluator(proto, new_ops=_exact())
        self.engine = reference.run
        self.version = f"onnx {library().__version__}"

    def _session(self, runtime: Any) -> Engine:
        proto = _rooted(self.proto(), self.outputs)
        kinds = {entry.kind for entry in self.inputs}
        if any(kinds.intersection(_ROUGH.get(node.op_type, ())) for node in proto.graph.node):
            raise ValueError(kinds)
        options = runtime.SessionOptions()
        if self.compared:
            options.intra_op_num_threads = 1
            options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
            options.add_session_config_entry("session.disable_prepacking", "1")
        options.log_severity_level = 4  # it would tell the terminal of constants that are left over
        session = runtime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return session.run

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs for x."""
        if self.engine is None:
            self.prepare()
        with self._sure():
            return self._padded(x)

    def _padded(self, x: np.ndarray) -> np.ndarray:
        batch = max(entry.batch for entry in self.inputs)
        if not batch:
            return self._run(x)
        padded = np.concatenate([x, np.zeros((-len(x) % batch, x.shape[1]))])
        return np.concatenate([self._run(part) for part in padded.reshape(-1, batch, x.shape[1])])[: len(x)]

    def _run(self, x: np.ndarray) -> np.ndarray:
        feeds, at = {}, 0
        for entry in self.inputs:
            part = x[:, at : at + entry.width]
            part = np.rint(part) if "int" in entry.kind else part
            with np.errstate(all="ignore"):
                feeds[entry.name] = np.ascontiguousarray(part.reshape(len(x), *entry.shape).astype(entry.kind))
            at += entry.width
        assert self.engine is not None
        with np.errstate(all="ignore"):
            found = self.engine(list(self.outputs), feeds)
        parts = [np.asarray(part, dtype=float) for part in found]
        mixed = next((part for part in parts if part.size % len(x)), None)
        if mixed is not None:
            raise NodewiseError(
                f"an ONNX model must give as many numbers for each sample. Got shape {mixed.shape} for {len(x)} "
                "samples; ask about one at a time."
            )
        whole = np.concatenate([part.reshape(len(x), -1) for part in parts], axis=1)
        return whole if self.column is None else whole[:, [self.column]]


@cache
def _exact() -> list[Any]:
    """Return the operators Erf, Gelu and HardSwish to the last bit, which onnx's reference has to 1e-7."""
    from onnx.reference.op_run import OpRun

    def erf(_: Any, x: np.ndarray) -> tuple[np.ndarray]:
        return (np.asarray(evaluate("Erf", {}, [x])).astype(x.dtype),)

    def gelu(_: Any, x: np.ndarray, approximate: str = "none") -> tuple[np.ndarray]:
        return (np.asarray(evaluate("Gelu", {"approximate": approximate}, [x])).astype(x.dtype),)

    def hard_swish(_: Any, x: np.ndarray) -> tuple[np.ndarray]:
        return (np.asarray(evaluate("HardSwish", {}, [x])).astype(x.dtype),)

    runs = {"Erf": erf, "Gelu": gelu, "HardSwish": hard_swish}
    return [type(name, (OpRun,), {"op_domain": "", "_run": run}) for name, run in runs.items()]


def _rooted(model: Any, outputs: Sequence[str]) -> Any:
    """Give the model other outputs, take away the nodes that these do not need, and return it."""
    if [value.name for value in model.graph.output] == list(outputs):
        return model
    known = {value.name: value for value in model.graph.output}
    kept = [type(node).FromString(node.SerializeToString()) for node in needed(model.graph.node, outputs)]
    kind = next(iter(model.graph.input)).type.tensor_type.elem_type
    helper = library().helper
    wanted = [known.get(name) or helper.make_tensor_value_info(name, kind, None) for name in outputs]
    del model.graph.node[:], model.graph.output[:]
    model.graph.node.extend(kept)
    model.graph.output.extend(wanted)
    return model


def too_large(model: Any, most: int = 10**7) -> bool:
    """Return whether a tensor of a model may have more numbers than fit into memory, as far as its shapes tell.

    Args:
        model: The model proto.
        most: Numbers of one tensor for one sample.
    """
    copy = copied(model)
    del copy.graph.value_info[:]  # what a file says of its own sizes is not believed
    for value in copy.graph.output:
        value.type.tensor_type.ClearField("shape")
    for value in copy.graph.input:
        for dim in value.type.tensor_type.shape.dim:
            dim.dim_value = dim.dim_value or 1
    for node in copy.graph.node:  # of these onnx does not say that the shape stays
        if node.op_type in _SAME:
            node.op_type, node.domain = "Identity", ""
            del node.attribute[:]
    try:
        graph = library().shape_inference.infer_shapes(copy, data_prop=True).graph
    except Exception:  # shapes that contradict each other
        return True
    sizes = {value.name: _numbers(value.type.tensor_type) for value in (*graph.value_info, *graph.output)}
    for node in graph.node:
        found = [sizes.get(name) for name in node.output if name]
        if any(size is None for size in found) and node.op_type in _GROWING:
            return True
        if any(size is not None and size > most for size in found):
            return True
    return False


def _numbers(kind: Any) -> float | None:
    """Return how many numbers a tensor has, None where that is not known."""
    dims = kind.shape.dim
    known = kind.HasField("shape") and all(dim.HasField("dim_value") for dim in dims)
    return float(np.prod([float(dim.dim_value) for dim in dims])) if known else None


_SAME = ("Imputer", "Normalizer", "Scaler")
# Operators whose results can be larger than all that they are given.
_GROWING = (
    "ConstantOfShape", "Expand", "EyeLike", "Multinomial", "OneHot", "Pad", "RandomNormal", "RandomNormalLike",
    "RandomUniform", "RandomUniformLike", "Range", "Resize", "Tile", "Upsample", "MaxUnpool", "ConvTranspose",
    "Add", "BitShift", "Concat", "Div", "Einsum", "Equal", "Gather", "GatherElements", "GatherND", "Gemm", "Greater",
    "If", "Less", "MatMul", "Max", "Mean", "Min", "Mod", "Mul", "Or", "Pow", "Sub", "Sum", "Where", "Xor", "And",
    "SequenceConstruct", "SequenceInsert", "SequenceAt", "StringSplit", "TfIdfVectorizer",
)  # fmt: skip
