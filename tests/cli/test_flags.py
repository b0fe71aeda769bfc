"""The options made from the docstring of `Settings`."""

import inspect

from nodewise.cli import flags
from nodewise.training.settings import Settings


def test_the_texts_are_the_same_where_python_dedents_docstrings(monkeypatch):
    texts = flags._texts()
    assert set(texts) == set(Settings.__dataclass_fields__)
    monkeypatch.setattr(Settings, "__doc__", inspect.cleandoc(Settings.__doc__ or ""))
    assert flags._texts() == texts
