"""What a .pt file is before anything is read from it: an uncompressed zip whose pickle makes nothing but tensors.

Python's and PyTorch's readers of zips may disagree about a file made to fool one of them. So the members are taken out
by the one that checks here, and PyTorch gets an archive made of them anew.
"""

import io
import pickletools
import zipfile
from pathlib import Path

from nodewise.adapters.state_dict.arrays import damaged
from nodewise.errors import NodewiseError

WHAT = "weights as torch.save(module.state_dict(), path) writes them"
_LONGEST_PICKLE = 2_000_000  # ten thousand tensors; PyTorch takes seconds for as long a one made to be slow
_MOST_MEMBERS = 100_000
_ALLOWED = {
    "collections OrderedDict",
    "torch._utils _rebuild_parameter",
    "torch._utils _rebuild_tensor_v2",
    *(f"torch {kind}Storage" for kind in ("BFloat16", "Bool", "Byte", "Double", "Float", "Half", "Int", "Long")),
}
# Others call or build what they find on the stack, where this walk does not look.
_FORBIDDEN = {"STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4", "PERSID", "NEXT_BUFFER"}


def checked(path: Path) -> io.BytesIO:
    """Return the file's members in an archive of their own.

    Raises:
        NodewiseError: If it is no such file, holds more than tensors, or claims to be larger than it is.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_sizes(path, members)
            pickles = [member for member in members if member.filename.rpartition("/")[2] == "data.pkl"]
            if len(pickles) != 1 or pickles[0].file_size > _LONGEST_PICKLE:
                raise damaged(path, WHAT, f"an archive with {len(pickles)} lists of tensors, or one that is too long")
            _check_pickle(path, archive.read(pickles[0]), [member.filename for member in members])
            return _copied(archive, members)
    except NodewiseError:
        raise
    except Exception as error:  # whatever a damaged file provokes, the user needs one sentence
        why = f"a damaged file, or one of another kind or from before PyTorch 1.6 ({type(error).__name__})"
        raise damaged(path, WHAT, why) from None


def _check_sizes(path: Path, members: list[zipfile.ZipInfo]) -> None:
    packed = any(member.compress_type != zipfile.ZIP_STORED for member in members)
    size = path.stat().st_size
    if packed or len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > size:
        raise damaged(
            path, WHAT, f"an archive that unpacks to more than its {size} bytes, which torch.save never makes"
        )
    if len({member.filename for member in members}) < len(members):
        raise damaged(path, WHAT, "an archive with two members of one name")


def _check_pickle(path: Path, pickled: bytes, members: list[str]) -> None:
    if any(name.rpartition("/")[2] == "constants.pkl" for name in members):
        raise NodewiseError(
            f"{path.name} must be {WHAT}. Got a TorchScript program, whose code nodewise does not run; "
            "save module.state_dict() instead."
        )
    for operation, argument, _ in pickletools.genops(pickled):
        if operation.name == "GLOBAL" and argument not in _ALLOWED:
            made = ".".join(str(argument).split(" "))
            raise NodewiseError(
                f"{path.name} must be {WHAT}. Got one that makes {made}, and nodewise runs no code from a file; "
                "save module.state_dict() instead."
            )
        if operation.name in _FORBIDDEN:
            raise damaged(path, WHAT, f"a pickle with {operation.name}, which torch.save does not write")


def _copied(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> io.BytesIO:
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as written:
        for member in members:
            inside = member.filename.partition("/")[2] or member.filename
            written.writestr(f"archive/{inside}", archive.read(member))
    copy.seek(0)
    return copy
