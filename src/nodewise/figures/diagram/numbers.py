"""Weights written on their lines, where there is room for all of a layer's."""

from collections.abc import Sequence

import numpy as np

from nodewise.figures import style
from nodewise.figures.diagram import words
from nodewise.figures.diagram.graph import Edge, Graph, Node, Word, box_of, ends_of

_MOST = 16  # lines between two layers; among more, no number could be told to be of one line
_ALONG = np.linspace(0.14, 0.86, 25)  # where on its line a number may stand
_SIZE = 7.5
_CLEAR = 2.0  # points around a number


def numbers(graph: Graph) -> tuple[Word, ...]:
    """Return the weights as words on their lines, each where other lines are farthest; none where they would touch."""
    nodes = {node.id: node for node in graph.nodes}
    gaps: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        if edge.weight is not None:
            gaps.setdefault(edge.target.partition(".")[0], []).append(edge)
    taken = [box_of(node) for node in graph.nodes if node.kind != "joint"] + [words.box_of(w) for w in graph.words]
    found: list[Word] = []
    for edges in gaps.values():
        placed = _placed(edges, nodes, taken) if len(edges) <= _MOST else []
        found += placed
        taken += [words.box_of(word) for word in placed]
    return tuple(found)


def _placed(edges: Sequence[Edge], nodes: dict[str, Node], taken: list[tuple[float, ...]]) -> list[Word]:
    ends = np.array([ends_of(edge, nodes[edge.source], nodes[edge.target]) for edge in edges])
    boxes, placed = list(taken), []
    for i, edge in enumerate(edges):
        others = np.delete(ends, i, axis=0)
        points = ends[i, 0] + _ALONG[:, None] * (ends[i, 1] - ends[i, 0])
        far = _distance(points, others) if len(others) else -np.abs(_ALONG - 0.5)
        for k in np.argsort(-far, kind="stable"):
            word = Word(
                style.number(edge.weight or 0.0), float(points[k, 0]), float(points[k, 1]), _SIZE, "center", "weight"
            )
            box = words.box_of(word)
            if not any(_touch(box, other) for other in boxes):
                placed.append(word)
                boxes.append(box)
                break
        else:
            return []
    return placed


def _distance(points: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Return how far each point [point, 2] is from the nearest of the lines [line, end, 2]."""
    start, along = lines[:, 0], lines[:, 1] - lines[:, 0]
    away = points[:, None] - start
    share = np.clip((away * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-12), 0, 1)
    return np.linalg.norm(away - share[..., None] * along, axis=-1).min(axis=1)


def _touch(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(min(one[k + 2], other[k + 2]) - max(one[k], other[k]) > -_CLEAR for k in (0, 1))
