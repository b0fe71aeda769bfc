"""The order of a Keras model's layers, from its configuration: a chain of links, or the reason why it is none."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nodewise.adapters.base import UnreadableError
from nodewise.adapters.keras.functions import TENSOR

MOST = 1000  # links in a chain
_OPERATIONS = ("keras.src.ops.", "keras.src.activations.", "keras.ops")
_MODULES = ("keras", "keras.layers", "keras.models", "keras.src.models.functional", "keras.src.models.sequential")


@dataclass(frozen=True)
class Link:
    """A layer, model or operation in a chain.

    Attributes:
        kind: Its class.
        name: What the model calls it.
        config: What it was made with.
        key: What the weights file calls it inside its model; "" for what has no weights.
        operation: Whether it is an operation of `keras.ops`.
        arguments: What it is called with, TENSOR for the array.
    """

    kind: str
    name: str
    config: Mapping[str, Any]
    key: str = ""
    operation: bool = False
    arguments: Sequence[Any] = (TENSOR,)

    def __str__(self) -> str:
        """Return it as a message names it."""
        return f"{self.kind} (layer {self.name})"


def links(kind: str, config: Mapping[str, Any]) -> list[Link]:
    """Return the links of a model in the order in which a sample passes them.

    Args:
        kind: "Sequential" or "Functional".
        config: What its `get_config` gives.

    Raises:
        UnreadableError: If they form no chain, or one of them is not Keras's own.
    """
    entries = config["layers"]
    if kind == "Sequential":
        keys = keys_of(entries[1:] if entries and entries[0]["class_name"] == "InputLayer" else entries)
        return [link_of(entry, keys) for entry in entries]
    return _backward(config, entries, keys_of(entries))[::-1]


def link_of(entry: Mapping[str, Any], keys: Mapping[int, str] | None = None) -> Link:
    """Return one layer, model or operation of a configuration.

    Raises:
        UnreadableError: If it is not Keras's own.
    """
    kind, module, config = entry["class_name"], str(entry.get("module")), entry["config"]
    name = str(config.get("name", "")) if isinstance(config, dict) else ""
    if kind == "Lambda":
        raise UnreadableError(f"Lambda (layer {name}) holds code")
    operation = module.startswith(_OPERATIONS)
    if not (operation or module in _MODULES) or entry.get("registered_name") not in (None, kind):
        raise UnreadableError(f"{kind} (layer {name}) is not one of Keras's own layers")
    return Link(kind, name, config, (keys or {}).get(id(entry), ""), operation)


def is_model(link: Link) -> bool:
    """Return whether a link is a model of its own."""
    return link.kind in ("Sequential", "Functional") and not link.operation


def signature(config: Mapping[str, Any]) -> str:
    """Return the operations of a model in one line, such as "Sin([x]) Square([0]) Add([x], [1])"."""
    places: dict[str, str] = {}
    said = []
    for entry in config["layers"]:
        if entry["class_name"] == "InputLayer":
            places[entry["name"]] = "x"
            continue
        arguments, _ = called(entry["inbound_nodes"][0], entry)
        sources = iter(tensors(entry["inbound_nodes"][0]))
        shown = [f"[{places[next(sources)[0]]}]" if value is TENSOR else _shown(value) for value in arguments]
        places[entry["name"]] = str(len(said))
        said.append(f"{entry['class_name']}({', '.join(shown)})")
    return " ".join(said)


def _shown(value: Any) -> str:
    return repr(float(value)) if isinstance(value, int | float) else "?"


def snake(name: str) -> str:
    """Return a class's name as Keras's files and functions write it, as keras.src.utils.naming.to_snake_case does."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _backward(config: Mapping[str, Any], entries: Sequence[Any], keys: Mapping[int, str]) -> list[Link]:
    """Return the links from a model's output back to its input."""
    by_name = {entry["name"]: entry for entry in entries}
    start, at = _only(config["input_layers"], "inputs"), _only(config["output_layers"], "outputs")
    at = made(at, by_name)
    found: list[Link] = []
    while at[0] != start[0]:
        entry = by_name[at[0]]
        link = link_of(entry, keys)
        if at[2] != 0:
            raise UnreadableError(f"{link} gives several arrays")
        node = entry["inbound_nodes"][at[1]]
        arguments, sources = called(node, entry)
        if len(sources) != 1:
            raise UnreadableError(f"{link} joins {len(sources)} arrays, and only a chain of layers can be read")
        found.append(Link(link.kind, link.name, link.config, link.key, link.operation, arguments))
        if len(found) > MOST:
            raise UnreadableError(f"it has more than {MOST} layers in a row")
        at = sources[0]
    return [*found, link_of(by_name[start[0]], keys)]


def made(at: Any, by_name: Mapping[str, Any]) -> Any:
    """Return which call of a layer gives an output, counted as calls are elsewhere."""
    if by_name[at[0]]["class_name"] == "Functional":  # Keras counts its making as a call here, and nowhere else
        return [at[0], at[1] - 1, at[2]]
    return at


def _only(places: Any, what: str) -> Any:
    if isinstance(places, dict):
        places = list(places.values())
    if isinstance(places[0], str):
        return places
    if len(places) != 1:
        raise UnreadableError(f"it has {len(places)} {what}")
    return _only(places[0], what)


def called(node: Any, entry: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return what a layer is called with, and where the arrays among it come from."""
    sources = tensors(node)
    given = dict(node["kwargs"])
    if given.pop("training", None):
        raise UnreadableError(f"{entry['class_name']} (layer {entry['name']}) is called with training=True")
    values = [*node["args"], *(value for value in given.values() if value is not None)]
    return [TENSOR if _is_tensor(value) else value for value in values], sources


def tensors(value: Any) -> list[Any]:
    """Return where the arrays come from that are anywhere in a value, in their order."""
    found, waiting = [], [value]
    for _ in range(MOST):
        if not waiting:
            return found
        value = waiting.pop()
        if _is_tensor(value):
            found.append(value["config"]["keras_history"])
        elif isinstance(value, dict | list | tuple):
            waiting.extend(reversed(list(value.values() if isinstance(value, dict) else value)[:MOST]))
    raise UnreadableError(f"a layer is called with more than {MOST} values")


def _is_tensor(value: Any) -> bool:
    return isinstance(value, dict) and value.get("class_name") == "__keras_tensor__"


def keys_of(entries: Sequence[Any]) -> dict[int, str]:
    """Return what the weights file calls each layer: its class in lower case, and a count from the second one on."""
    return dict(_counted(entries))


def _counted(entries: Sequence[Any]) -> Iterator[tuple[int, str]]:
    used: dict[str, int] = {}
    for entry in entries:
        if str(entry.get("module")).startswith(_OPERATIONS):
            yield id(entry), ""
            continue
        name = snake(entry["class_name"])
        used[name] = used.get(name, -1) + 1
        yield id(entry), f"{name}_{used[name]}" if used[name] else name
