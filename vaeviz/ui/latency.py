"""Lets small messages leave at once.

Streamlit 1.67 opens its port with a socket on which asyncio does not switch Nagle's algorithm off
(it looks for proto IPPROTO_TCP and finds 0). A frame is several small writes, so each then waits
for the browser's delayed acknowledgement: 40 ms of the 75 ms from sending a move to its repaint.
New connections inherit the option from the listening socket; the ones already open get it here,
too.
"""

from __future__ import annotations

import contextlib
import gc
import socket

import streamlit as st


@st.cache_resource(show_spinner=False)
def send_at_once() -> int:
    """TCP_NODELAY on every TCP socket of this process, once; how many there were."""
    sockets = [
        found for found in gc.get_objects() if type(found) is socket.socket and _is_tcp(found)
    ]
    for found in sockets:
        with contextlib.suppress(OSError):  # closed meanwhile
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(sockets)


def _is_tcp(found: socket.socket) -> bool:
    return found.family in (socket.AF_INET, socket.AF_INET6) and found.type == socket.SOCK_STREAM
