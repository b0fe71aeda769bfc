"""`.keras` files that are damaged, or no archives of three entries."""

import contextlib
import zipfile

import numpy as np
import pytest

from kerasfiles import FILES, damaged, refusal, unusable, write
from kerasmodels import saving
from nodewise.adapters.open import open_model
from nodewise.errors import NodewiseError

pytest.importorskip("h5py")
pytestmark = saving


def test_empty_random_and_truncated(entries, tmp_path):
    path = tmp_path / "model.keras"
    whole = write(tmp_path / "whole.keras", entries).read_bytes()
    rng = np.random.default_rng(0)
    for content in (b"", rng.bytes(5000), whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(content)
        assert refusal(path) == damaged(path, "BadZipFile")
    for kept in (0, 100, 3000):
        write(path, entries | {"model.weights.h5": entries["model.weights.h5"][:kept]})
        assert refusal(path).startswith(f"{path} ")


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_never_escape(entries, tmp_path, seed):
    rng = np.random.default_rng(seed)
    name = FILES[seed % 3]
    content = bytearray(entries[name])
    for place in rng.integers(0, len(content), 8):
        content[place] = rng.integers(256)
    with contextlib.suppress(NodewiseError):  # refused; anything else fails the test
        open_model(write(tmp_path / "model.keras", entries | {name: bytes(content)}))


def test_entries_that_are_missing(entries, tmp_path):
    for name in FILES:
        rest = {key: value for key, value in entries.items() if key != name}
        path = write(tmp_path / "model.keras", rest)
        assert refusal(path) == unusable(
            path, f"it must hold config.json, model.weights.h5 and metadata.json. Got none called {name}."
        )


def test_entries_that_point_outside_are_left_alone(entries, tmp_path):
    more = {"../../outside.txt": b"x", "/etc/outside": b"x"}
    assert open_model(write(tmp_path / "model.keras", entries | more))
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]
    assert not (tmp_path.parent.parent / "outside.txt").exists()


def test_zip_bomb(entries, tmp_path):
    path = write(tmp_path / "model.keras", entries | {"model.weights.h5": bytes(2**26)}, zipfile.ZIP_DEFLATED)
    most = max(2**24, 10 * path.stat().st_size)
    assert refusal(path) == unusable(path, f"model.weights.h5 must unpack to at most {most} bytes. Got {2**26}.")
    path = write(path, entries | {"config.json": b" " * 2**25}, zipfile.ZIP_DEFLATED)
    assert refusal(path) == unusable(path, f"config.json must unpack to at most {2**22} bytes. Got {2**25}.")


def test_other_compressions(entries, tmp_path):
    path = write(tmp_path / "model.keras", entries, zipfile.ZIP_LZMA)
    assert refusal(path) == unusable(
        path, "it must be packed as Keras does. Got metadata.json encrypted or in another compression."
    )


def test_bytes_that_do_not_fit_their_checksum(entries, tmp_path):
    path = write(tmp_path / "model.keras", entries)
    content = path.read_bytes()
    weights = content.index(entries["model.weights.h5"])
    path.write_bytes(content[: weights + 50] + bytes([content[weights + 50] ^ 1]) + content[weights + 51 :])
    assert refusal(path) == damaged(path, "BadZipFile")
