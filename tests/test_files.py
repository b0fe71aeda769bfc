"""Files are written whole or not at all."""

import errno
import os

import pytest

from nodewise.errors import NodewiseError
from nodewise.files import folder, replacing, write_bytes


def test_a_file_is_replaced_whole(tmp_path):
    path = write_bytes(tmp_path / "a.txt", b"one")
    write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.ENOSPC, "No space left on device. The disk is full; free some space or choose another folder."),
        (errno.EACCES, "Permission denied. Choose a folder you may write to."),
        (errno.EROFS, "Read-only file system. The disk is read-only; choose another folder."),
        (errno.EIO, "Input/output error. Choose another folder."),
    ],
)
def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, code, message):
    path = write_bytes(tmp_path / "a.txt", b"old")
    with pytest.raises(NodewiseError) as caught, replacing(path) as temporary:
        temporary.write_bytes(b"half")
        raise OSError(code, os.strerror(code))
    assert str(caught.value) == f"{path} could not be written: {message}"
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_any_other_failure_cleans_up_too(tmp_path):
    with pytest.raises(KeyboardInterrupt), replacing(tmp_path / "a.txt") as temporary:
        temporary.write_bytes(b"half")
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []


def test_a_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NodewiseError) as caught:
        folder(tmp_path / "file" / "out")
    assert str(caught.value) == (
        f"{tmp_path / 'file' / 'out'} could not be written: Not a directory. "
        "A part of the path is a file; choose another folder."
    )


def test_a_missing_folder_is_made_with_its_parents(tmp_path):
    assert folder(tmp_path / "a" / "b").is_dir()
