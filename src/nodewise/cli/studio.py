"""`nodewise studio`: train and look in the browser."""

import sys
from typing import Annotated

from cyclopts import Parameter

from nodewise.cli.flags import NUMBER, SWITCH


def studio(
    table: str | None = None,
    /,
    *,
    port: Annotated[int | None, NUMBER] = None,
    host: str = "127.0.0.1",
    folder: str | None = None,
    browser: Annotated[bool, Parameter(negative="--no-browser", show_default=False)] = True,
    quiet: Annotated[bool, SWITCH] = False,
) -> None:
    """Train and look in the browser, on this machine alone.

    Args:
        table: A CSV, TSV or Parquet file, or a problem such as sine, to begin with.
        port: Port to listen on; 0 for any. [default: 8520, or the next one that is free]
        host: Address to listen on. Any but 127.0.0.1 lets other machines reach the studio.
        folder: Where runs and tables are kept. [default: a folder of the user's own data]
        browser: Whether to open the page in the browser.
        quiet: Print errors and the link only.
    """
    from nodewise.viewer.studio.serve import serve

    serve(
        table, port, host, folder, browser,
        link=lambda text: print(text, flush=True),
        talk=lambda text: None if quiet else print(text, file=sys.stderr),
        warn=lambda text: print(f"Warning: {text}", file=sys.stderr),
    )  # fmt: skip
