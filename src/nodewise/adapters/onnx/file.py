"""An ONNX file as a model proto: of bounded size, without loops, and with no data from outside its own folder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nodewise.adapters.onnx.wire import NODES, Message, TooManyError, parse
from nodewise.errors import NodewiseError

_LARGEST = 2**31  # bytes; larger models keep their numbers beside the file
_LOOPS = ("Loop", "Scan", "SequenceMap")
_DAMAGED = "must be an ONNX model. It is damaged or of another kind"


def library() -> Any:
    """Return the package onnx.

    Raises:
        NodewiseError: If it is not installed; says how to install it.
    """
    try:
        import onnx
    except ImportError:
        raise NodewiseError(
            "ONNX files are written with the package onnx, and run where they are no chain of layers. It is not "
            'installed; run: pip install "nodewise[onnx]"'
        ) from None
    return onnx


def load(model: Any) -> Any:
    """Return the model of a path or a model proto, with its data inside and its functions written out.

    Of a path it is a `wire.Message`, for which onnx is not imported, unless the model has functions.

    Raises:
        NodewiseError: If it is damaged, too large, or holds loops or data from elsewhere.
    """
    if not isinstance(model, str | Path):
        return by_onnx(model)
    found = _usable(_parsed(Path(model), parse), str(model))
    return by_onnx(model) if found.functions else _with_data(found, Path(model).parent, str(model))


def by_onnx(model: Any) -> Any:
    """Return the same as one of onnx's own classes.

    Raises:
        NodewiseError: If it cannot be, or onnx is not installed.
    """
    onnx = library()
    folder, name = None, "the model"
    if isinstance(model, str | Path):
        folder, name = Path(model).parent, str(model)
        model = _parsed(Path(model), onnx.ModelProto.FromString)
    if not isinstance(model, onnx.ModelProto):
        raise NodewiseError(f"an ONNX model must be a ModelProto or a path. Got {type(model).__name__}.")
    return _with_data(_usable(model, name), folder, name)


def copied(model: Any) -> Any:
    """Return a model proto that may be changed."""
    copy = type(model)()
    copy.CopyFrom(model)
    return copy


def _usable(model: Any, name: str) -> Any:
    if not model.graph.node and not model.graph.output:
        raise NodewiseError(f"{name} {_DAMAGED}: it holds no graph; save it again.")
    if not model.opset_import:
        raise NodewiseError(f"{name} {_DAMAGED}: it does not say of which version its operators are; save it again.")
    _check(model, name)
    return model


def _parsed(path: Path, parser: Callable[[bytes], Any]) -> Any:
    try:
        if path.stat().st_size > _LARGEST:
            raise NodewiseError(f"{path} {_DAMAGED}: it has more than the 2 GiB that such a file can; save it again.")
        return parser(path.read_bytes())
    except OSError as error:
        raise NodewiseError(f"{path} could not be read: {error.strerror}. Check the path.") from None
    except TooManyError:
        raise _too_many(str(path)) from None
    except NodewiseError:
        raise
    except Exception as error:
        if type(error).__name__ not in ("DecodeError", "DamagedError", "ValueError", "UnicodeDecodeError"):
            raise
        raise NodewiseError(f"{path} {_DAMAGED}; save it again.") from None


def nodes(holder: Any) -> Iterator[Any]:
    """Give every node of a graph or function, those of the graphs inside its nodes included."""
    waiting = [holder]
    while waiting:
        for node in waiting.pop().node:
            yield node
            for attribute in node.attribute:
                waiting += [attribute.g] if attribute.HasField("g") else []
                waiting += attribute.graphs


def _too_many(name: str) -> NodewiseError:
    return NodewiseError(f"{name} must have at most {NODES} nodes. It has more; open a smaller model.")


def _check(model: Any, name: str) -> None:
    count = 0
    for holder in (model.graph, *model.functions):
        for node in nodes(holder):
            count += 1
            if count > NODES:
                raise _too_many(name)
            if node.op_type in _LOOPS:
                raise NodewiseError(f"{name} must have no loops, and is not run. It holds {node.op_type}.")
    if model.graph.sparse_initializer or any(
        a.HasField("sparse_tensor") for n in nodes(model.graph) for a in n.attribute
    ):
        raise NodewiseError(f"{name} must hold its numbers as dense arrays. It has sparse ones; save them dense.")


def _with_data(model: Any, folder: Path | None, name: str) -> Any:
    """Return the model with its functions written out and its external data inside."""
    outside = [tensor for tensor in _tensors(model) if tensor.data_location == tensor.EXTERNAL]
    if not outside and not model.functions:
        return model
    copy = model if isinstance(model, Message) else copied(model)  # a proto may be the user's
    if outside:
        if folder is None:
            raise NodewiseError(f"{name} keeps its numbers in another file; give the path of the .onnx file instead.")
        _bring(copy, folder.resolve(), name)
    return _inlined(copy, name) if copy.functions else copy


def _tensors(model: Any) -> Iterator[Any]:
    for graph in _graphs(model):
        yield from getattr(graph, "initializer", ())
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.HasField("t"):
                    yield attribute.t
                yield from attribute.tensors


def _graphs(model: Any) -> Iterator[Any]:
    waiting = [model.graph, *model.functions]
    while waiting:
        graph = waiting.pop()
        yield graph
        for node in graph.node:
            for attribute in node.attribute:
                waiting += [attribute.g] if attribute.HasField("g") else []
                waiting += attribute.graphs


def _bring(model: Any, folder: Path, name: str) -> None:
    """Read external data: from files of the model's own folder only, and all of a file together at most once over."""
    taken: dict[Path, int] = {}
    for tensor in _tensors(model):
        if tensor.data_location != tensor.EXTERNAL:
            continue
        entry = {pair.key: pair.value for pair in tensor.external_data}
        place = folder / entry.get("location", "")
        if place.parent != folder or place.is_symlink() or not place.is_file():
            raise NodewiseError(
                f"{name} may keep its numbers in a file of its own folder only. It names "
                f"{entry.get('location', '')[:80]!r}, which is none."
            )
        offset, size = _whole(entry.get("offset", "0")), place.stat().st_size
        length = _whole(entry["length"]) if "length" in entry else size - offset
        taken[place] = taken.get(place, 0) + length
        if offset < 0 or length < 0 or offset + length > size or taken[place] > size:
            raise NodewiseError(
                f"{name} must keep its numbers inside {place.name}. Some lie beyond its end; save it again."
            )
        with place.open("rb") as opened:
            opened.seek(offset)
            tensor.raw_data = opened.read(length)
        tensor.data_location = tensor.DEFAULT
        del tensor.external_data[:]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else -1


def _inlined(model: Any, name: str) -> Any:
    """Return the model with its functions written out, if that is finite and not too much."""
    from onnx.inliner import inline_local_functions

    bodies = {(f.domain, f.name): f for f in model.functions}
    sizes: dict[tuple[str, str], int] = {}
    waiting = list(bodies)
    for _ in range(len(bodies) + 1):  # a round settles every function whose callees are settled
        waiting = [key for key in waiting if not _settle(bodies[key], sizes, bodies, key)]
    total = sum(1 + sizes.get((node.domain, node.op_type), 0) for node in nodes(model.graph))
    if waiting or total > NODES:
        raise NodewiseError(
            f"{name} must have at most {NODES} nodes when its functions are written out, and no function that calls "
            "itself. It has more; export it without functions."
        )
    return inline_local_functions(model)


def _settle(body: Any, sizes: dict[Any, int], bodies: dict[Any, Any], key: Any) -> bool:
    total = 0
    for node in nodes(body):
        called = (node.domain, node.op_type)
        if called in bodies and called not in sizes:
            return False
        total += 1 + sizes.get(called, 0)
    sizes[key] = total
    return True
