"""A settings file: TOML whose names are those of the options, written with underscores."""

import tomllib
from pathlib import Path
from typing import Any

from nodewise.errors import NodewiseError, unknown


def read(path: Path, known: tuple[str, ...]) -> dict[str, Any]:
    """Return the settings in the file at `path`.

    Raises:
        NodewiseError: If it is missing or no TOML, or names a setting that is not `known`.
    """
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NodewiseError(f"A settings file must be a readable file. Got {str(path)!r}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise NodewiseError(f"A settings file must be UTF-8 text. Got something else: {path.name}.") from None
    except tomllib.TOMLDecodeError as error:
        raise NodewiseError(f"{path.name} must be TOML, such as: steps = 1000. Got: {error}. Correct it.") from None
    for name in settings:
        if name not in known:
            raise unknown(f"A setting in {path.name}", name, known)
    return settings
