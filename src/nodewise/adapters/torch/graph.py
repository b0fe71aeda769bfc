"""Modules that are followed: the graph that `torch.export` makes of their forward, operation by operation."""

import io
import logging
import warnings
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import torch  # type: ignore[import-not-found]
from nodewise.adapters.base import UnreadableError
from nodewise.adapters.torch.call import count
from nodewise.adapters.torch.operations import result
from nodewise.adapters.torch.values import Value

SAMPLES = 211  # a prime that hardly any layer has as its width, so that samples are not taken for features
_DECIDES = "its forward decides by the values that it computes, or does what is no operation on tensors"


def follow(module: Any, shape: tuple[int, ...], dtype: Any) -> Value:
    """Return what comes out of a module in evaluation mode.

    Args:
        module: It is called, in PyTorch's own tracing.
        shape: That of one sample.
        dtype: That of its samples.

    Raises:
        UnreadableError: If its forward cannot be followed, or holds what is no step of a chain.
    """
    program = _exported(module, torch.zeros(SAMPLES, *shape, dtype=dtype))
    known = {**program.state_dict, **program.constants}
    targets = {spec.arg.name: spec.target for spec in program.graph_signature.input_specs if spec.target}
    found: dict[Any, Any] = {}
    for node in program.graph.nodes:
        if node.op == "placeholder":
            constant = node.name in targets
            found[node] = _constant(known[targets[node.name]]) if constant else Value((), shape)
        elif node.op == "output":
            (answer,) = _arguments(node.args[0], found)
            if not isinstance(answer, Value):
                raise UnreadableError("what it answers does not depend on its features")
            return answer
        elif node.op == "call_function":
            arguments, named = _arguments(node.args, found), _arguments(node.kwargs, found)
            found[node] = _result(node, arguments, named, shape)
            if getattr(getattr(node.target, "_schema", None), "is_mutable", False):  # works in place
                found[node.args[0]] = found[node]
        else:
            raise UnreadableError(f"its forward holds {node.name}, which is no operation on tensors")
    raise UnreadableError("its forward answers nothing")


def _exported(module: Any, example: Any) -> Any:
    # What it warns, logs and prints is about programs that are run later; a forward that prints does so when it is run.
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        silent = redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO())
        with silent[0], silent[1], warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            return torch.export.export(module, (example,), strict=False)
    except Exception as error:
        raise UnreadableError(f"{_DECIDES} (torch.export: {type(error).__name__})") from None
    finally:
        logging.disable(level)


def _constant(tensor: Any) -> Any:
    return tensor.detach().double() if tensor.is_floating_point() else tensor.detach()


def _arguments(given: Any, found: dict[Any, Any]) -> Any:
    if isinstance(given, dict):
        return {name: _arguments(part, found) for name, part in given.items()}
    if isinstance(given, list | tuple):
        return type(given)(_arguments(part, found) for part in given)
    return found.get(given, given) if isinstance(given, torch.fx.Node) else given


def _result(node: Any, arguments: Any, named: Any, shape: tuple[int, ...]) -> Any:
    try:
        return result(node, arguments, named, width=count(shape), samples=SAMPLES)
    except (ArithmeticError, IndexError, RuntimeError, TypeError, ValueError) as error:
        raise UnreadableError(f"{node.name} in its forward could not be followed ({type(error).__name__})") from None
