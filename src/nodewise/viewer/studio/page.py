"""The studio's one page: the viewer's module inside it, and a policy under which nothing else can run."""

from html import escape

from nodewise.viewer.module import allowed, module

_NOTHING_ELSE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>nodewise studio</title>
</head>
<body>
{body}
</body>
</html>
"""
# The token leaves the address at once, so that it is in no history and no link copied from it.
_TAKE_TOKEN = """
const given = new URLSearchParams(location.search).get("token");
if (given) {
  sessionStorage.setItem("nodewise-token", given);
  history.replaceState(null, "", "/" + location.hash);
}
"""
# A page loaded again has no token in its address: it is sent to where it has. One refused there is forgotten.
_BRING_TOKEN = """
const kept = sessionStorage.getItem("nodewise-token");
if (new URLSearchParams(location.search).has("token")) sessionStorage.removeItem("nodewise-token");
else if (kept) location.replace("/?token=" + encodeURIComponent(kept) + location.hash);
"""


def shell() -> tuple[bytes, str]:
    """Return the page and its Content-Security-Policy.

    Raises:
        FileNotFoundError: If the viewer's module has not been built.
    """
    viewer = module()
    body = (
        '<main id="nodewise-studio"></main>\n<noscript>The studio needs JavaScript.</noscript>\n'
        f'<script>{_TAKE_TOKEN}</script>\n<script type="module">{viewer}</script>'
    )
    scripts = f"{allowed(_TAKE_TOKEN)} {allowed(viewer)}"
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; connect-src 'self'; img-src data: blob:; "
        f"media-src blob:; {_NOTHING_ELSE}"
    )
    return _FRAME.format(body=body).encode(), policy


def refusal(sentence: str) -> tuple[bytes, str]:
    """Return a page that only says `sentence`, and its policy; one that was loaded again finds its token by itself."""
    body = f"<p>{escape(sentence)}</p>\n<script>{_BRING_TOKEN}</script>"
    policy = f"default-src 'none'; script-src {allowed(_BRING_TOKEN)}; img-src data:; {_NOTHING_ELSE}"
    return _FRAME.format(body=body).encode(), policy
