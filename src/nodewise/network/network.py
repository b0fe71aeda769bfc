"""Network: a frozen chain of layers with the names of its features and outputs."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from nodewise.activations import Activation, find
from nodewise.errors import NodewiseError
from nodewise.exports import exporter
from nodewise.network.layers import Dense, Scale, in_layer
from nodewise.network.origin import Origin
from nodewise.network.samples import as_samples
from nodewise.shapes import Float

Layer = Dense | Scale
Class = str | bool | int
_LABELS = ("feature_names", "output_names", "feature_units", "output_units")
_BINARY = 2
# Samples are evaluated in blocks whose widest layer has this many numbers, and stays in the cache: thrice as fast.
_BLOCK, _FEWEST = 2**16, 256


def default_names(letter: str, count: int) -> tuple[str, ...]:
    """Return ("x",) for one feature, ("x1", "x2", …) for more."""
    return (letter,) if count == 1 else tuple(f"{letter}{i + 1}" for i in range(count))


def called(label: object) -> str:
    """Return what a sentence calls a class: a text as it is, a number or truth value as "class 2"."""
    return label if isinstance(label, str) else f"class {label}"


@dataclass(frozen=True, eq=False)
class Network:
    """A trained network as data. Calling it takes [sample, feature] and returns [sample, output].

    Attributes:
        layers: The chain, first layer first; the last `Dense` is the output layer, those before it are hidden.
        feature_names: One name each; x, or x1, x2, … where none is given.
        output_names: One name each; y, or y1, y2, … where none is given.
        feature_units: One unit each, "" where unknown.
        output_units: One unit each, "" where unknown.
        classes: Of a classifier the labels as they were: one per output, or two for one output, the second at and above
            its threshold.
        label: Of a classifier what the labels are called, such as the column they came from.
        origin: Of a network opened from elsewhere what it was, and how far it may be from it.
    """

    layers: tuple[Layer, ...]
    feature_names: tuple[str, ...] = ()
    output_names: tuple[str, ...] = ()
    feature_units: tuple[str, ...] = ()
    output_units: tuple[str, ...] = ()
    classes: tuple[Class, ...] = ()
    label: str = ""
    origin: Origin | None = None

    def __post_init__(self) -> None:
        """Check that the layers fit each other and fill in names and units."""
        object.__setattr__(self, "layers", tuple(self.layers))
        if not any(isinstance(layer, Dense) for layer in self.layers):
            raise NodewiseError("a network must have at least one Dense layer. Got none.")
        for i, (before, after) in enumerate(zip(self.layers, self.layers[1:], strict=False)):
            if before.outputs != after.inputs:
                raise NodewiseError(
                    f"each layer must read what the one before it gives. Layer {i} gives {before.outputs}, "
                    f"layer {i + 1} reads {after.inputs}."
                )
        counts = {"feature": self.inputs, "output": self.outputs}
        for kind, letter in (("feature", "x"), ("output", "y")):
            self._label(f"{kind}_names", default_names(letter, counts[kind]))
            self._label(f"{kind}_units", ("",) * counts[kind])
        _check_joint(self.layers)
        object.__setattr__(self, "classes", _classes(self.classes, self.outputs))

    def _label(self, field: str, default: tuple[str, ...]) -> None:
        given = getattr(self, field)
        labels = tuple(str(label) for label in ((given,) if isinstance(given, str) else given)) or default
        if len(labels) != len(default):
            raise NodewiseError(f"{field} must have {len(default)} entries. Got {len(labels)}: {', '.join(labels)}.")
        object.__setattr__(self, field, labels)

    @classmethod
    def from_weights(
        cls, layers: Iterable[tuple[object, object, str | Activation]], *, names: Sequence[str] = ()
    ) -> "Network":
        """Build a network from (weight [node, feature], bias [node], activation) triples.

        Args:
            layers: One triple per layer, the output layer last.
            names: Names of the features, if known.

        Raises:
            NodewiseError: If shapes do not fit, a number is not finite or an activation is unknown.
        """
        triples = list(layers)
        if not triples:
            raise NodewiseError("a network must have at least one layer. Got none.")
        for i, triple in enumerate(triples):
            if not isinstance(triple, tuple | list) or len(triple) != 3:
                raise NodewiseError(f"each layer must be (weight, bias, activation). Layer {i} is not.")
        made = []
        for i, (weight, bias, activation) in enumerate(triples):
            with in_layer(i + 1):
                made.append(Dense(weight, bias, find(activation)))  # type: ignore[arg-type]
        return cls(tuple(made), feature_names=tuple(names))

    @property
    def inputs(self) -> int:
        """Number of features."""
        return self.layers[0].inputs

    @property
    def outputs(self) -> int:
        """Number of outputs."""
        return self.layers[-1].outputs

    @cached_property
    def dense(self) -> tuple[Dense, ...]:
        """The `Dense` layers, without scaling; the last one is the output layer."""
        return tuple(layer for layer in self.layers if isinstance(layer, Dense))

    @property
    def hidden(self) -> tuple[Dense, ...]:
        """The hidden layers, first one first; empty for a linear model."""
        return self.dense[:-1]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of features, of nodes per hidden layer, and of outputs."""
        return (self.inputs, *(layer.outputs for layer in self.dense))

    @property
    def parameters(self) -> int:
        """Number of weights and biases (the scaling is not counted)."""
        return sum(layer.weight.size + layer.bias.size for layer in self.dense)

    def __str__(self) -> str:
        """Return the sizes and hidden activations, such as "1-10-1 sigmoid"; without any "linear", or the output's."""
        last = self.dense[-1].activation
        activations = dict.fromkeys(layer.activation.name for layer in self.hidden)
        return " ".join(
            ["-".join(map(str, self.sizes)), "/".join(activations) or ("linear" if last.linear else last.name)]
        )

    __repr__ = __str__

    def check(self, x: object) -> Float[np.ndarray, "sample feature"]:
        """Return `x` as float64 [sample, feature]; one number or a row of numbers is taken as the shape allows.

        Raises:
            NodewiseError: If it has another number of features or is not numeric.
        """
        return as_samples(x, self.feature_names)

    def __call__(self, x: object) -> Float[np.ndarray, "sample output"]:
        """Return the outputs, in the user's units, for x [sample, feature].

        Raises:
            NodewiseError: If x has another number of features.
        """
        values = self.check(x)
        rows = max(_FEWEST, _BLOCK // max(self.sizes))
        if len(values) <= rows:
            return self._through(values)
        outputs = np.empty((len(values), self.outputs))
        for begin in range(0, len(values), rows):
            outputs[begin : begin + rows] = self._through(values[begin : begin + rows])
        return outputs

    def _through(self, values: np.ndarray) -> np.ndarray:
        for layer in self.layers:
            values = layer(values)
        return values

    def trace(self, x: object) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return (pre-activations, activations), both [sample, node], of every `Dense` layer for x."""
        values, seen = self.check(x), []
        for layer in self.layers:
            if isinstance(layer, Dense):
                before = layer.pre_activation(values)
                values = layer.activation(before)
                seen.append((before, values))
            else:
                values = layer(values)
        return seen

    @cached_property
    def folded(self) -> "Network":
        """The equal network of `Dense` layers alone, scaling multiplied into the weights next to it.

        Its weights and biases are in the user's units. It equals this network up to rounding.
        """
        return replace(self, layers=tuple(_fold(self.layers)))

    @cached_property
    def logits(self) -> "Network":
        """The network before its output activation: its output layer's pre-activations, without units.

        A network whose output activation is the identity is returned as it is.
        """
        last = max(i for i, layer in enumerate(self.layers) if isinstance(layer, Dense))
        if self.dense[-1].activation.identity:
            return self
        output = replace(self.dense[-1], activation=find("identity"))
        names = tuple(f"logit of {name}" for name in self.output_names)
        layers = (*self.layers[:last], output)
        return replace(self, layers=layers, output_names=names, output_units=("",) * self.outputs)

    @property
    def keeps_order(self) -> bool:
        """Whether the largest output is that of the largest logit, which tells apart what saturated outputs do not."""
        activation = self.dense[-1].activation
        strict = activation.rising and not activation.piecewise_linear
        return (activation.joint or strict) and isinstance(self.layers[-1], Dense)

    @property
    def threshold(self) -> float:
        """The output at and above which a network of one output says the second class.

        It is the middle of what a bounded output activation can give (sigmoid 0.5, tanh 0), else 0.
        """
        activation = self.dense[-1].activation
        if not activation.bounded:
            return 0.0
        value = np.array([(activation.low + activation.high) / 2])
        last = max(i for i, layer in enumerate(self.layers) if isinstance(layer, Dense))
        for layer in self.layers[last + 1 :]:
            value = layer(value)
        return float(value[0])

    def classify(self, x: object, threshold: float | None = None) -> np.ndarray:
        """Return the class of every sample [sample]: by the largest output, or of one output by its threshold.

        Args:
            x: [sample, feature].
            threshold: Of one output: where the second class begins; `self.threshold` unless given.

        Returns:
            Entries of `classes`, as they were; whole numbers from 0 where the network has none.

        Raises:
            NodewiseError: If x does not fit, or a threshold is no finite number or given for several outputs.
        """
        if self.outputs == 1:
            code = self(x)[:, 0] >= (self.threshold if threshold is None else _threshold(threshold))
        elif threshold is not None:
            raise NodewiseError(
                f"threshold must be left out for {self.outputs} outputs, of which the largest decides. "
                f"Got {threshold!r}."
            )
        else:
            code = (self.logits if self.keeps_order else self)(x).argmax(axis=1)
        return (np.array(self.classes) if self.classes else np.arange(max(self.outputs, _BINARY)))[code.astype(int)]

    def save(self, path: str | Path) -> Path:
        """Write the network to a `.nodewise` file; `nodewise.open_model` reads it back equal to the bit.

        Raises:
            NodewiseError: If the path does not end in .nodewise or cannot be written.
        """
        from nodewise.network import file

        return file.save(self.layers, self._labels(), path)

    @classmethod
    def load(cls, path: str | Path) -> "Network":
        """Read a network from a `.nodewise` file.

        Raises:
            NodewiseError: If the file is missing, damaged, or written by a later version.
        """
        from nodewise.network import file

        return file.load(path, cls)

    def to_bytes(self) -> bytes:
        """Return what `save` writes."""
        from nodewise.network import file

        return file.pack(self.layers, self._labels())

    @classmethod
    def from_bytes(cls, content: bytes, name: str = "the network") -> "Network":
        """Return the network that `to_bytes` wrote, equal to the bit.

        Args:
            content: The bytes.
            name: What messages call them.

        Raises:
            NodewiseError: If they are damaged, or written by a later version.
        """
        from nodewise.network import file

        return file.unpack(content, name, cls)

    def _labels(self) -> dict[str, Any]:
        labels = {name: getattr(self, name) for name in (*_LABELS, "classes", "label")}
        return labels | ({"origin": asdict(self.origin)} if self.origin else {})

    def to_onnx(self, path: str | Path, **options: Any) -> Path:
        """Write the network as an ONNX file, with one input "x" [sample, feature] and one output "y" [sample, output].

        Args:
            path: Ends in .onnx.
            options: `precision`: "float64", the default, keeps the network to rounding; "float32", about 1e-6, is what
                most runtimes are fast in.

        Raises:
            NodewiseError: If onnx is missing, or the path, the precision or the file cannot be.
        """
        return exporter("to_onnx")(self, path, **options)

    def to_torch(self, **options: Any) -> Any:
        """Return the network as a PyTorch module; see `nodewise.adapters.torch.to_torch`."""
        return exporter("to_torch")(self, **options)

    def to_keras(self, **options: Any) -> Any:
        """Return the network as a `keras.Sequential`, which predicts the same and can be trained and saved.

        Args:
            options: `precision`: "float64", equal to about 1e-12, or "float32", about 1e-6. Unless given, it is
                float64 where the backend holds that, which JAX does with JAX_ENABLE_X64=1 alone; else it is float32,
                and the model's name says so, "network_float32".

        Raises:
            NodewiseError: If Keras or a backend is missing, or does not hold the precision.
        """
        return exporter("to_keras")(self, **options)

    def to_sklearn(self, **options: Any) -> Any:
        """Return the network as a fitted estimator of scikit-learn, equal to rounding.

        It is a linear model, an `MLPRegressor` or an `MLPClassifier`, in a `Pipeline` with a `StandardScaler` and a
        `TransformedTargetRegressor` where the network has scalings.

        Raises:
            NodewiseError: If scikit-learn is missing, or has no estimator that can hold the network.
        """
        return exporter("to_sklearn")(self, **options)


def _threshold(given: Any) -> float:
    number = isinstance(given, int | float | np.number) and not isinstance(given, bool)
    if not number or not np.isfinite(given):
        raise NodewiseError(
            f"threshold must be a finite number in the output's unit. Got {given!r}. Leave it out for the default."
        )
    return float(given)


def _check_joint(layers: Sequence[Layer]) -> None:
    """Refuse an activation of all nodes together anywhere but at the end, and over one node."""
    for i, layer in enumerate(layers):
        if isinstance(layer, Dense) and layer.activation.joint and (i < len(layers) - 1 or layer.outputs < _BINARY):
            raise NodewiseError(
                f"{layer.activation.name} must be the activation of an output layer of at least 2 nodes, with nothing "
                f"behind it. Got it in layer {i} of {len(layers)}, counted from 0, on {layer.outputs} node(s); "
                "for one output use sigmoid."
            )


def _classes(given: Iterable[Any], outputs: int) -> tuple[Class, ...]:
    classes = tuple(entry.item() if isinstance(entry, np.generic) else entry for entry in given)
    wanted = max(outputs, _BINARY)
    if classes and len(classes) != wanted:
        each = "two for one output" if outputs == 1 else "one per output"
        raise NodewiseError(f"classes must have {wanted} entries, {each}. Got {len(classes)}: {_shown(classes)}.")
    if not all(isinstance(entry, str | bool | int) for entry in classes) or len(set(classes)) != len(classes):
        raise NodewiseError(
            f"classes must be different texts, True and False, or whole numbers. Got {_shown(classes)}."
        )
    return classes


def _shown(classes: Sequence[object], most: int = 6) -> str:
    return ", ".join(map(repr, classes[:most])) + ", …" * (len(classes) > most)


def _fold(layers: Sequence[Layer]) -> list[Dense]:
    folded: list[Dense] = []
    shift, factor = np.zeros(layers[0].inputs), np.ones(layers[0].inputs)
    for layer in layers:
        if isinstance(layer, Scale):
            shift, factor = layer.shift + layer.factor * shift, layer.factor * factor
        else:
            folded.append(Dense(layer.weight * factor, layer.bias + layer.weight @ shift, layer.activation))
            shift, factor = np.zeros(layer.outputs), np.ones(layer.outputs)
    if (factor == 1).all() and not shift.any():
        return folded
    last = folded[-1]
    if last.activation.identity:
        folded[-1] = Dense(factor[:, None] * last.weight, factor * last.bias + shift, last.activation)
    else:
        folded.append(Dense(np.diag(factor), shift, find("identity")))
    return folded
