"""What the studio's form offers, made from the library's own tables: nothing is listed a second time."""

from dataclasses import Field, fields
from typing import Any, get_args

from nodewise import activations
from nodewise.data import problems
from nodewise.data.classes import TASKS
from nodewise.training import settings
from nodewise.training.settings import Settings
from nodewise.viewer.studio import sources, uploads

_KINDS: dict[Any, str] = {int: "whole", float: "number", bool: "switch", str: "choice"}


def describe() -> dict[str, Any]:
    """Return the problems, settings, activations and limits that a person can choose from."""
    return {
        "problems": [_problem(name) for name in problems.names()],
        "settings": {field.name: _setting(field) for field in fields(Settings)},
        "activations": [
            {"name": row.name, "formula": row.formula} for row in map(activations.find, activations.names())
        ],
        "tasks": list(TASKS),
        "limits": {"samples": sources.MOST_SAMPLES, "cells": uploads.MOST_CELLS},
    }


def _problem(name: str) -> dict[str, Any]:
    kind = "labels" if name in problems.of_classes() else "numbers"
    return {
        "name": name, "kind": kind, "features": problems.make(name).features, "options": problems.options(name)
    }  # fmt: skip


def _setting(field: Field[Any]) -> dict[str, Any]:
    about = {"kind": _kind(field), "default": field.default, "about": settings.texts()[field.name]}
    about["optional"] = type(None) in get_args(field.type)
    if field.name in settings.CHOICES:
        about["choices"] = settings.CHOICES[field.name]
    elif field.name == "activation":
        about["choices"] = activations.names()
    return about


def _kind(field: Field[Any]) -> str:
    if field.type == tuple[int, ...]:
        return "list"
    if field.type == tuple[str, ...]:
        return "names"
    return next(_KINDS[kind] for kind in (field.type, *get_args(field.type)) if kind in _KINDS)
