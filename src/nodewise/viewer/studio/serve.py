"""`nodewise studio`: from a folder and a port to a server that runs until Ctrl-C."""

import asyncio
import contextlib
import ipaddress
import os
import socket
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import uvicorn

from nodewise.data import problems
from nodewise.errors import NodewiseError
from nodewise.viewer.studio import app, kept, places, store, uploads
from nodewise.viewer.studio.guard import MOST_UPLOAD, Guard, host_names
from nodewise.viewer.studio.jobs import Jobs
from nodewise.viewer.studio.state import Studio

PORT = 8520
_TRIED = 20
_CHUNK = 1 << 20
_LAST_PORT = 65535
_OPEN_TO_ALL = "Others on the network can reach this studio: whoever has the link can use it and read its data."


def serve(
    table: str | None = None,
    port: int | None = None,
    host: str = "127.0.0.1",
    folder: str | Path | None = None,
    browser: bool = True,
    *,
    link: Callable[[str], None],
    talk: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Run the studio until Ctrl-C.

    Args:
        table: A table's file or a problem's name, chosen at the start.
        port: To listen on; None for 8520 or the next one that is free, 0 for any.
        host: Address to listen on.
        folder: Where runs are kept; None for the user's own data folder.
        browser: Whether to open the page.
        link: Told the address with its token, once it answers.
        talk: Told where the runs are and when it ends.
        warn: Told of danger.

    Raises:
        NodewiseError: If the table, the port, the address or the folder cannot be taken.
    """
    place = places.prepare(Path(folder).expanduser() if folder else places.default_folder())
    with places.lock(place), _listen(host, port) as listening:
        token, number = places.token(place), listening.getsockname()[1]
        opened = store.open_store(place)
        with contextlib.closing(opened.index):
            kept.tidy(place)
            studio = Studio(place, opened, Jobs(opened), _choose(place, table))
            address = f"http://{host_names(['127.0.0.1' if _any(host) else host], number)[0]}/"
            places.note_address(place, address)
            if not _loopback(host):
                warn(_OPEN_TO_ALL)
            talk(f"The studio runs at this link; Ctrl-C stops it. Runs are kept in {place}.")
            link(f"{address}?token={token}")
            if browser:
                threading.Thread(target=webbrowser.open, args=(f"{address}?token={token}",), daemon=True).start()
            guarded = Guard(app.build(studio), token, _hosts(host, number), own_address=not _loopback(host))
            _run(guarded, studio.jobs, listening)
    talk("Stopped. The runs are kept.")


def _listen(host: str, port: int | None) -> socket.socket:
    if port is not None and not (isinstance(port, int) and 0 <= port <= _LAST_PORT):
        raise NodewiseError(f"port must be a whole number from 0 to {_LAST_PORT}. Got {port!r}.")
    ports = [port] if port is not None else [*range(PORT, PORT + _TRIED), 0]
    error: OSError | None = None
    for number in ports:
        try:
            family, _, _, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
            # Named in full: asyncio sends at once, without waiting for more, only where it knows that this is TCP.
            listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        except (OSError, UnicodeError) as reason:
            raise NodewiseError(f"host must be an address of this machine. Got {host!r} ({reason}).") from None
        try:
            if os.name == "posix":  # elsewhere it would let two servers share a port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(128)
        except OSError as reason:
            listening.close()
            error = reason
        else:
            return listening
    raise NodewiseError(
        f"The studio needs a port of {host} to listen on. Got {ports[0]}: {error.strerror if error else 'none'}. "
        "Choose another with --port, or leave it out."
    )


def _loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _hosts(host: str, port: int) -> frozenset[str]:
    names = {"127.0.0.1", "localhost", host} | (set() if _loopback(host) else {socket.gethostname()})
    return frozenset(host_names(names, port))


def _any(host: str) -> bool:
    return host in ("0.0.0.0", "::", "")


def _choose(place: Path, table: str | None) -> dict[str, str] | None:
    """Take in the table named at the start; return it, or the problem named, as the source chosen."""
    if table is None:
        return None
    if table in problems.names() or table in problems.ALIASES:
        return {"problem": problems.ALIASES.get(table, table)}
    path = Path(table).expanduser()
    if not path.is_file():
        raise NodewiseError(
            f"TABLE must be an existing table's file, or a problem: {', '.join(problems.names())}. Got {table!r}."
        )
    if path.stat().st_size > MOST_UPLOAD:
        raise NodewiseError(
            f"A table in the studio must have at most {MOST_UPLOAD >> 20} MiB. Got {path.stat().st_size >> 20} MiB in "
            f"{path.name}. Leave out rows or columns, or train on it with `nodewise fit`."
        )
    return {"table": asyncio.run(uploads.take(place, path.name, _chunks(path)))["id"]}


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _run(guarded: Guard, jobs: Jobs, listening: socket.socket) -> None:
    class Server(uvicorn.Server):
        """A server that first ends what people wait for, so that nobody keeps it from ending."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await jobs.stop()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        guarded, log_level="warning", access_log=False, server_header=False, proxy_headers=False, ws="none",
        http="h11", loop="asyncio", lifespan="on", timeout_graceful_shutdown=1,
    )  # fmt: skip
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn repeats the Ctrl-C that stopped it
        Server(config).run(sockets=[listening])
