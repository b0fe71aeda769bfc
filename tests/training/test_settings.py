"""What the settings say of themselves."""

import inspect

from nodewise.training.settings import CHOICES, Settings, texts


def test_every_setting_has_a_text():
    assert set(texts()) == set(Settings.__dataclass_fields__)
    assert texts()["solver"] == f'One of {", ".join(CHOICES["solver"])}; "auto" chooses by the size of the data.'


def test_the_texts_are_the_same_where_python_dedents_docstrings(monkeypatch):
    before = texts()
    monkeypatch.setattr(Settings, "__doc__", inspect.cleandoc(Settings.__doc__ or ""))
    assert texts() == before
