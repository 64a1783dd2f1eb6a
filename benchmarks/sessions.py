"""Does a class of thirty slow the sliders down? `python benchmarks/sessions.py [--sessions 30]
[--training]`

Each session is a websocket that speaks Streamlit's protocol and moves β once per second, at a
random moment and to a random place; measured from sending the move to the arrival of the frame that
answers it. With --training the same sessions are timed, in turns, with and without a live run that
a page watches.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser import server
from vaeviz.live.message import unpack

MOST_PARTS = 500  # held at a time; a browser holds those of its last message, about 100


class Session:
    """One student: the socket, the page's element id and its fragment."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket, self.element, self.fragment, self.seq = socket, "", "", 0
        self.header: dict[str, Any] = {}
        self.parts: dict[str, Any] = {}

    async def frame(self, seq: int) -> bool:
        """Reads until a frame with this number has come; whether it shows the trained model."""
        while True:
            message = ForwardMsg()
            message.ParseFromString(await self.socket.recv())
            component = message.delta.new_element.bidi_component
            if component.bytes:
                self.element, self.fragment = component.id, message.delta.fragment_id
                self.header = unpack(component.bytes, self.parts)
                if self.header["seq"] == seq:
                    return not self.header.get("pending")

    async def move(self, data: str, beta: float) -> bool:
        return await self.say(settings={"data": data, "beta": beta, "d": 16})

    async def say(self, **state_of_page: Any) -> bool:
        """What the page says, and the answer."""
        self.seq += 1
        if len(self.parts) > MOST_PARTS:
            self.parts = {}
        state_of_page["held"] = list(self.parts)
        message = BackMsg()
        request = message.rerun_script
        request.fragment_id = self.fragment
        state = request.widget_states.widgets.add()
        state.id = self.element
        state.json_value = json.dumps({"live": {"seq": self.seq, **state_of_page}})
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


async def watcher(address: str, query: str, running: asyncio.Event, enough: asyncio.Event) -> None:
    """Starts a live run and follows it as its page does, until it is enough."""
    url = address.replace("http", "ws") + "/_stcore/stream"
    async with websockets.connect(url, max_size=None, origin=address) as socket:
        session, first = Session(socket), BackMsg()
        first.rerun_script.query_string, first.rerun_script.page_name = query, "training"
        await socket.send(first.SerializeToString())
        await session.frame(0)
        await session.say(actions=[{"id": 1, "name": "start"}])
        while not enough.is_set():
            await session.say()
            if session.header["transport"]["step"] > 0:
                running.set()
            await asyncio.sleep((session.header["again"] or 250) / 1000)
        await session.say(actions=[{"id": 2, "name": "stop"}])


async def beside_training(address: str, query: str, *about: Any) -> list[float]:
    """The crowd's times while a live run trains and is watched."""
    running, enough = asyncio.Event(), asyncio.Event()
    watching = asyncio.create_task(watcher(address, query, running, enough))
    await asyncio.wait_for(running.wait(), 120)
    times = await crowd(address, *about)
    enough.set()
    await watching
    return times


async def crowd(address: str, data: str, sessions: int, seconds: float) -> list[float]:
    times: list[float] = []
    await asyncio.gather(*(student(address, data, seconds, n, times) for n in range(sessions)))
    return sorted(1000 * t for t in times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="mnist-5k")
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--training",
        nargs="?",
        const="data=mnist-5k&widths=256-256&latent=16&steps=200000",
        help="also beside a live run of these settings (a query of the Training page)",
    )
    given = parser.parse_args()
    about = (given.data, given.sessions, given.seconds)
    with tempfile.TemporaryDirectory() as scratch, server.running(folder=Path(scratch)) as address:
        for _ in range(given.rounds):
            alone = asyncio.run(crowd(address, *about))
            report(given, "nothing", alone)
            if given.training:
                beside = asyncio.run(beside_training(address, given.training, *about))
                report(given, given.training, beside)
                print(f"  p95 with / without: {share(beside, 0.95) / share(alone, 0.95):.2f}")


def share(times: list[float], part: float) -> float:
    return times[int(part * len(times))]


def report(given: argparse.Namespace, beside: str, times: list[float]) -> None:
    about = {"data": given.data, "sessions": given.sessions, "beside": beside, "moves": len(times)}
    print(json.dumps({**about, **{f"p{p} ms": round(share(times, p / 100), 1) for p in (50, 95)}}))


if __name__ == "__main__":
    main()
