"""The calls of a Functional model's layers, in an order in which each comes behind those that it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nodewise.adapters.base import UnreadableError
from nodewise.adapters.keras.graph import MOST, Link, called, keys_of, link_of, made, tensors

Place = tuple[str, int]  # a layer's name, and which of its calls
Source = tuple[Place, int]  # a call, and which of the arrays that it gives


@dataclass(frozen=True)
class Call:
    """One call of a layer.

    Attributes:
        place: Its name and which call of it this is.
        link: The layer, with what it is called with.
        sources: The arrays it is called with.
    """

    place: Place
    link: Link
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Calls:
    """A Functional model.

    Attributes:
        inputs: Its InputLayers, as calls without sources.
        order: All other calls that its outputs need.
        outputs: The arrays that it gives.
    """

    inputs: tuple[Call, ...]
    order: tuple[Call, ...]
    outputs: tuple[Source, ...]


def calls_of(config: Mapping[str, Any]) -> Calls:
    """Return the calls of a Functional model.

    Args:
        config: What its `get_config` gives.

    Raises:
        UnreadableError: If they go in circles, or one of the layers is not Keras's own.
    """
    entries = config["layers"]
    by_name, keys = {entry["name"]: entry for entry in entries}, keys_of(entries)
    inputs = [_source(at)[0] for at in _listed(config["input_layers"])]
    outputs = [_source(made(at, by_name)) for at in _listed(config["output_layers"])]
    found: dict[Place, Call | None] = {
        (name, at): Call((name, at), link_of(by_name[name], keys), ()) for name, at in inputs
    }
    waiting = [place for place, _ in reversed(outputs)]
    while waiting:  # a call stays until all that it needs is found; meanwhile None stands for it
        place = waiting[-1]
        if found.get(place) is not None:
            waiting.pop()
            continue
        call = _call(place, by_name[place[0]], keys)
        missing = [source for source, _ in call.sources if found.get(source) is None]
        if any(source in found for source in missing):
            raise UnreadableError(f"{call.link} needs what it gives itself")
        if len(waiting) + len(missing) > 2 * MOST:
            raise UnreadableError(f"it has more than {MOST} layers in a row")
        if missing:
            found[place] = None
            waiting.extend(reversed(missing))
        else:
            found.pop(place, None)  # its place in the order is here
            found[place] = call
            waiting.pop()
    every = [call for call in found.values() if call is not None]
    return Calls(tuple(every[: len(inputs)]), tuple(every[len(inputs) :]), tuple(outputs))


def _call(place: Place, entry: Mapping[str, Any], keys: Mapping[int, str]) -> Call:
    link = link_of(entry, keys)
    if not 0 <= place[1] < len(entry["inbound_nodes"]):
        raise UnreadableError(f"{link} is not called that often")
    node = entry["inbound_nodes"][place[1]]
    arguments, sources = called(node, entry)
    mixed = any(isinstance(value, dict) and value.get("class_name") is None for value in node["args"])
    if len(sources) > 1 and (mixed or tensors(node["kwargs"])):
        raise UnreadableError(f"{link} is given arrays by name")
    if not sources:
        raise UnreadableError(f"{link} is given no arrays")
    link = Link(link.kind, link.name, link.config, link.key, link.operation, arguments)
    return Call(place, link, tuple(map(_source, sources)))


def _source(at: Any) -> Source:
    name, call, array = at
    return (str(name), int(call)), int(array)


def _listed(places: Any) -> list[Any]:
    """Return the places in a structure of them, in Keras's order: of names, the alphabet's."""
    if isinstance(places, dict):
        return [at for name in sorted(places) for at in _listed(places[name])]
    if isinstance(places[0], str):
        return [places]
    return [at for part in places for at in _listed(part)]
