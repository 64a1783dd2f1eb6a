"""Does a class of thirty slow the sliders down? `python benchmarks/sessions.py [--sessions 30]`

Each session is a websocket that speaks Streamlit's own protocol and moves β once a second, at a random
moment and to a random place; measured from sending the move to the arrival of the frame that answers it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser import server
from vaeviz.live import board


class Session:
    """One student: the socket, the board's element id and its fragment."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket, self.element, self.fragment, self.seq = socket, "", "", 0

    async def frame(self, seq: int) -> bool:
        """Reads until a frame with this number has come; whether it shows the trained model."""
        while True:
            message = ForwardMsg()
            message.ParseFromString(await self.socket.recv())
            component = message.delta.new_element.bidi_component
            if component.bytes:
                self.element, self.fragment = component.id, message.delta.fragment_id
                header, _ = board.unpack(component.bytes)
                if header["seq"] == seq:
                    return not header["pending"]

    async def move(self, data: str, beta: float) -> bool:
        self.seq += 1
        message = BackMsg()
        request = message.rerun_script
        request.fragment_id = self.fragment
        state = request.widget_states.widgets.add()
        state.id = self.element
        settings = {"data": data, "beta": beta, "d": 16}
        state.json_value = json.dumps({"live": {"seq": self.seq, "settings": settings}})
        await self.socket.send(message.SerializeToString())
        return await self.frame(self.seq)


async def student(address: str, data: str, seconds: float, number: int, times: list[float]) -> None:
    chance = random.Random(number)
    url = address.replace("http", "ws") + "/_stcore/stream"
    async with websockets.connect(url, max_size=None, origin=address) as socket:
        session = Session(socket)
        first = BackMsg()
        first.rerun_script.query_string = f"data={data}"
        await socket.send(first.SerializeToString())
        await session.frame(0)
        while not await session.move(data, 1.0):
            await asyncio.sleep(0.5)
        await asyncio.sleep(5 + chance.random())
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            start = time.monotonic()
            await session.move(data, 10 ** chance.uniform(-2, 1))
            times.append(time.monotonic() - start)
            await asyncio.sleep(max(0.0, start + 1 - time.monotonic()))


async def crowd(address: str, data: str, sessions: int, seconds: float) -> list[float]:
    times: list[float] = []
    await asyncio.gather(*(student(address, data, seconds, n, times) for n in range(sessions)))
    return sorted(1000 * t for t in times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="mnist-5k")
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    with server.running() as address:
        times = asyncio.run(crowd(address, given.data, given.sessions, given.seconds))
    p50, p95 = times[len(times) // 2], times[int(0.95 * len(times))]
    print(json.dumps({"data": given.data, "sessions": given.sessions, "moves": len(times),
                      "p50 ms": round(p50, 1), "p95 ms": round(p95, 1)}))  # fmt: skip


if __name__ == "__main__":
    main()
