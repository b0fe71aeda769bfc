"""The viewer's module, which `make viewer` builds, and how a page vouches for it."""

import base64
from functools import cache
from hashlib import sha256
from pathlib import Path

MODULE = Path(__file__).with_name("static") / "viewer.js"


@cache
def module() -> str:
    """Return the source of the module, safe between `<script>` and `</script>`."""
    return MODULE.read_text(encoding="utf-8")


def allowed(source: str) -> str:
    """Return what a Content-Security-Policy says to allow exactly this script or style, `'sha256-…'`.

    Source: Content Security Policy Level 3, 2.3.1.
    """
    return f"'sha256-{base64.b64encode(sha256(source.encode()).digest()).decode()}'"
