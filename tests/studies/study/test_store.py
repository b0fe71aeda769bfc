"""The folder of a study: whole files or none, damage noticed, an index that can be made anew."""

import os
import resource
import signal
import sqlite3

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.studies.study.blob import pack, unpack
from nodewise.studies.study.samples import split
from nodewise.studies.study.store import Store

ARRAYS = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([1, 2])}


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "study")
    for key in ("aa11", "aa22", "bb33"):
        store.write(key, pack(ARRAYS, {"key": key}), 1.5)
    return store


def place(store, key):
    return store.path / "chunks" / key[:2] / f"{key}.safetensors"


def test_what_is_written_is_read(store):
    arrays, about = store.read("aa11")
    assert about == {"key": "aa11"}
    for name, values in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], values)
    assert store.read("cc44") is None
    assert (store.has("aa11"), store.has("cc44")) == (True, False)


def test_no_byte_can_change_unnoticed(store):
    content = place(store, "aa11").read_bytes()
    for at in range(0, len(content), 3):
        with pytest.raises(NodewiseError):
            unpack(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :], "it")


@pytest.mark.parametrize("damage", [lambda c: c[:-3], lambda c: b"", lambda c: c[:-1] + b"\x01", lambda c: b"x" * 99])
def test_a_damaged_chunk_is_moved_aside(store, damage):
    path = place(store, "aa11")
    path.write_bytes(damage(path.read_bytes()))
    assert store.read("aa11") is None
    assert not store.has("aa11")
    assert path.with_suffix(".damaged").exists()
    assert store.read("aa22") is not None


def test_a_chunk_under_another_s_name_is_moved_aside(store):
    place(store, "aa22").write_bytes(place(store, "aa11").read_bytes())
    assert store.read("aa22") is None


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"no database" * 99)])
def test_the_index_is_made_anew(store, harm):
    before = store.indexed()
    assert before == {key: place(store, key).stat().st_size for key in ("aa11", "aa22", "bb33")}
    harm(store.path / "index.sqlite")
    assert Store(store.path).indexed() == before


def test_the_index_forgets_what_is_gone(store):
    place(store, "aa11").unlink()
    assert set(Store(store.path).indexed()) == {"aa22", "bb33"}


def test_pruning_leaves_what_is_wanted_and_what_another_process_is_writing(store):
    place(store, "aa11").with_suffix(".damaged").write_bytes(b"")
    fresh, old = (place(store, "bb33").with_name(name) for name in (".new.part", ".old.part"))
    for part in (fresh, old):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert store.prune(["aa22"]) == 4
    assert store.keys() == {"aa22"}
    assert set(store.indexed()) == {"aa22"}
    assert (fresh.exists(), old.exists()) == (True, False)


def test_a_full_disk_loses_nothing_that_is_there(store):
    """A limit on the size of files stands in for the disk: beyond it writing fails midway, as there."""
    large = pack({"a": np.zeros(100_000)}, {"key": "dd55"})
    before, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
        with pytest.raises(NodewiseError) as refused:
            store.write("dd55", large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert str(refused.value) == f"{place(store, 'dd55')} could not be written: File too large. Choose another folder."
    assert Store(store.path).keys() == {"aa11", "aa22", "bb33"}
    assert [path.name for path in store.path.rglob("*.part")] == []


def test_a_full_disk_is_said_to_be_full(store, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    with pytest.raises(NodewiseError) as refused:
        store.write("dd55", b"")
    assert str(refused.value) == (
        f"{place(store, 'dd55')} could not be written: No space left on device. "
        "The disk is full; free some space or choose another folder."
    )


def test_an_index_that_cannot_be_written_is_said(store, monkeypatch):
    def full(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("sqlite3.connect", full)
    with pytest.raises(NodewiseError) as refused:
        store.write("dd55", b"")
    assert str(refused.value) == (
        f"{store.path / 'index.sqlite'} could not be written: database or disk is full. "
        "Free some space or choose another folder; the chunks are kept."
    )


def test_samples_are_kept_and_another_study_is_refused(tmp_path):
    store, samples = Store(tmp_path / "study"), split(nw.problems.sine(), 0.2)
    store.begin(samples, {"more": 1})
    store.begin(samples, {"more": 2})
    assert store.told()["more"] == 2
    assert store.samples().key == samples.key
    other = split(nw.problems.step(), 0)
    with pytest.raises(NodewiseError) as refused:
        store.begin(other, {})
    assert str(refused.value) == (
        f"a study must have a folder of its own. {store.path} holds that of sine ({samples.key[:8]}), and this one is of "
        f"step ({other.key[:8]}); give another folder."
    )


def test_a_study_of_another_format_is_refused(tmp_path):
    store = Store(tmp_path)
    (tmp_path / "study.json").write_text('{"format": 0}')
    with pytest.raises(NodewiseError) as refused:
        store.told()
    assert str(refused.value) == f"a store must be of format 1. {tmp_path} is of 0; run it anew."
    (tmp_path / "study.json").write_text("{")
    with pytest.raises(NodewiseError) as refused:
        store.told()
    assert str(refused.value) == f"{tmp_path / 'study.json'} must be what a study wrote. It is damaged; move it away."
