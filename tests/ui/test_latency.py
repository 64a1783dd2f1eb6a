"""Small messages leave at once: the option is on the open sockets, and connections to come inherit
it.
"""

from __future__ import annotations

import socket

from vaeviz.ui import latency


def delayed(found: socket.socket) -> bool:
    return found.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0


def test_open_sockets_and_those_to_come() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with (
            socket.create_connection(listener.getsockname()) as client,
            listener.accept()[0] as early,
        ):
            assert delayed(early)
            assert latency.send_at_once.__wrapped__() >= 3
            assert not delayed(early)
            assert not delayed(client)
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as late:
            assert not delayed(late)
