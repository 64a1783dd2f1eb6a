"""Do a hundred followers slow the lecturer down, and how far behind are they?
`python benchmarks/room.py [--followers 100]`

Followers are websockets that speak Streamlit's protocol and join the room of a lecturer, who drags
β: the next move goes out a browser's drawing time after the last one was answered. First alone in
the room, then beside the followers, in turns; with a release and a short rest every few seconds.
Measured: the lecturer's repaints per second while the pointer is down, and the time from each
release until each follower has the frame of it. At last all answer a poll.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.sessions import Session, share
from tests.browser import server
from vaeviz.live.message import Packed, opened

DRAWING = 0.015  # seconds that a browser takes to draw a frame
DOWN, REST = 5.0, 2.0  # seconds with the pointer down, and until the next drag
ANSWER = "It rises"


class Follower(Session):
    """Reads what comes; `places` are the times at which each version of the room's place came."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        super().__init__(socket)
        self.places: dict[int, float] = {}
        self.poll: dict[str, Any] = {}
        self.come = asyncio.Condition()
        self.actions = 0

    async def listen(self) -> None:
        while True:
            message = ForwardMsg()
            message.ParseFromString(await self.socket.recv())  # type: ignore[arg-type]
            component = message.delta.new_element.bidi_component
            if not component.bytes:
                continue
            self.element, self.fragment = component.id, message.delta.fragment_id
            self.header = opened(Packed(component.bytes))[0]
            room = self.header.get("room") or {}
            self.places.setdefault(room.get("version", 0), time.monotonic())
            self.poll = room.get("poll") or {}
            async with self.come:
                self.come.notify_all()

    async def until(self, done: Any) -> None:
        async with self.come:
            await self.come.wait_for(lambda: self.header and done(self))

    async def acts(self, name: str, value: Any) -> None:
        """An action, until it is acknowledged."""
        self.actions += 1
        number, self.seq = self.actions, self.seq + 1
        action = {"id": number, "name": name, "value": value}
        state = {"seq": self.seq, "settings": {}, "actions": [action], "held": []}
        message = BackMsg()
        request = message.rerun_script
        request.fragment_id = self.fragment
        widget = request.widget_states.widgets.add()
        widget.id, widget.json_value = self.element, json.dumps({"live": state})
        await self.socket.send(message.SerializeToString())
        await self.until(lambda page: page.header["done"] >= number)


@asynccontextmanager
async def page(address: str, query: str, kind: type[Session]) -> AsyncIterator[Any]:
    url = address.replace("http", "ws") + "/_stcore/stream"
    options: dict[str, Any] = {"max_size": None, "origin": address, "open_timeout": 60}
    async with websockets.connect(url, **options) as socket:
        session, first = kind(socket), BackMsg()
        first.rerun_script.query_string = query
        await socket.send(first.SerializeToString())
        yield session


async def follower(address: str, code: str, joined: Any, over: asyncio.Event) -> Follower:
    async with page(address, "", Follower) as one:
        listening = asyncio.create_task(one.listen())
        await one.until(lambda page: page.fragment)
        await one.acts("room-join", {"code": code})
        await one.until(lambda page: max(page.places) > 0)
        joined.release()
        answering = asyncio.create_task(answers(one))
        await over.wait()
        for task in (answering, listening):
            task.cancel()
    return one


async def answers(one: Follower) -> None:
    """As soon as something is asked."""
    await one.until(lambda page: page.poll)
    await one.acts("room-answer", {"number": one.poll["number"], "answer": ANSWER})


class Lecturer(Session):
    """Drives the room and counts its repaints."""

    acts = 0

    async def act(self, name: str, value: Any = None, **more: Any) -> None:
        self.acts += 1
        action = {"id": self.acts, "name": name, "value": value}
        await self.say(settings=self.header["settings"], actions=[action], **more)

    async def drag(self, data: str, seconds: float, releases: dict[int, float]) -> float:
        """Repaints per second while the pointer is down."""
        start, repaints, down = time.monotonic(), 0, 0.0
        while time.monotonic() - start < seconds:
            begun = time.monotonic()
            while (held := time.monotonic() - begun) < DOWN:
                await self.move(data, 10 ** (1.4 * math.sin(1.8 * held + down)))
                repaints += 1
                await asyncio.sleep(DRAWING)
            down += time.monotonic() - begun
            released = time.monotonic()
            await self.act("room-show")
            releases[self.header["room"]["version"]] = released
            await asyncio.sleep(REST)
        return repaints / down


async def bench(address: str, given: argparse.Namespace) -> dict[str, Any]:
    async with page(address, f"data={given.data}", Lecturer) as lecturer:
        await lecturer.frame(0)
        while not await lecturer.move(given.data, 1.0):
            await asyncio.sleep(0.5)
        await lecturer.act("room-open")
        await lecturer.act("room-show")
        alone = [await lecturer.drag(given.data, given.seconds / 2, {})]
        over, joined = asyncio.Event(), asyncio.Semaphore(0)
        code, releases = lecturer.header["room"]["code"], dict[int, float]()
        crowd = [
            asyncio.create_task(follower(address, code, joined, over))
            for _ in range(given.followers)
        ]
        for _ in crowd:
            await asyncio.wait_for(joined.acquire(), 300)
        await asyncio.sleep(3)
        beside = await lecturer.drag(given.data, given.seconds, releases)
        await lecturer.act("room-ask", "sharper", reading="open")
        asked = time.monotonic()
        while lecturer.header["room"]["poll"]["answers"] < given.followers:
            if time.monotonic() - asked > 60:
                break
            await asyncio.sleep(0.5)
            await lecturer.say(settings=lecturer.header["settings"])
        polled = time.monotonic() - asked
        answered = lecturer.header["room"]["poll"]["answers"]
        over.set()
        pages = await asyncio.gather(*crowd)
        await asyncio.sleep(2)
        alone.append(await lecturer.drag(given.data, given.seconds / 2, {}))
    return report(given, alone, beside, pages, releases) | {
        "answers": answered,
        "all answers s": round(polled, 1),
    }


def report(
    given: argparse.Namespace,
    alone: list[float],
    beside: float,
    pages: list[Follower],
    releases: dict[int, float],
) -> dict[str, Any]:
    late, missed = list[float](), 0
    for one in pages:
        for version, released in releases.items():
            come = [at for v, at in one.places.items() if v >= version]
            missed += not come
            late += [1000 * (min(come) - released)] if come else []
    late.sort()
    return {
        "data": given.data,
        "followers": given.followers,
        "repaints alone": [round(rate, 1) for rate in alone],
        "repaints beside": round(beside, 1),
        "share": round(beside / (sum(alone) / len(alone)), 2),
        "releases": len(releases),
        "frames": len(late),
        "never": missed,
        **{f"behind p{p} ms": round(share(late, p / 100)) for p in (50, 95)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="digits")
    parser.add_argument("--followers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log"
        with server.running(log, Path(scratch)) as address:
            print(json.dumps(asyncio.run(bench(address, given))))
        print(log.read_text()[-2000:], file=sys.stderr)


if __name__ == "__main__":
    main()
