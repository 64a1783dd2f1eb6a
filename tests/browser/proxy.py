"""A reverse proxy that strips a prefix from the path, as JupyterHub's does: the server behind it
never sees where the page is.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import Queue
from urllib.parse import SplitResult, urlsplit


@dataclass
class Stripping:
    """Passes what comes below `prefix` on to the server `behind`."""

    behind: SplitResult
    prefix: str
    started: Queue[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = field(
        default_factory=Queue
    )

    async def run(self) -> None:
        over = asyncio.Event()
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.started.put((server.sockets[0].getsockname()[1], asyncio.get_running_loop(), over))
        await over.wait()
        server.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, rest = head.split("\r\n", 1)
            method, path, version = first.split(" ")
            below = path.startswith(f"{self.prefix}/")
            inside = path.removeprefix(self.prefix) if below else "/outside"
            if "upgrade: websocket" not in rest.lower():  # one request per connection
                lines = [line for line in rest.split("\r\n") if not line.startswith("Connection")]
                rest = "\r\n".join(["Connection: close", *lines])
            there, back = await asyncio.open_connection(self.behind.hostname, self.behind.port)
            back.write(f"{method} {inside} {version}\r\n{rest}".encode("latin-1"))
            await asyncio.gather(_pass(reader, back), _pass(there, writer))
        writer.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


@contextlib.contextmanager
def stripping(address: str, prefix: str) -> Iterator[str]:
    """The address at which `address` is served below `prefix`."""
    made = Stripping(urlsplit(address), prefix)
    thread = threading.Thread(target=lambda: asyncio.run(made.run()))
    thread.start()
    port, loop, over = made.started.get(timeout=10)
    try:
        yield f"http://127.0.0.1:{port}{prefix}"
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
