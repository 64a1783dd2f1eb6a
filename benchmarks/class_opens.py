"""Does a class that opens the link at once see an error? `python benchmarks/class_opens.py`

Twenty browsers (their websockets) visit the pages and tools of a server that has just started,
within a second; ten servers, one after another. Prints the visits that failed, and how long the
first board took to arrive.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser import server

PLACES = [
    "",
    "training",
    "latent",
    "collapse",
    "?tool=exact",
    "collapse?tool=linear",
    "?data=mnist-5k",
    "collapse?tool=diagnosis",
    "latent?tool=holes",
    "?tool=fidelity",
]
ASKS = 5  # runs of each page, as its browser asks for what is on its way


def visit(address: str, place: str, wait: float) -> tuple[float | None, str]:
    """Seconds until the board arrived, and the first error."""
    time.sleep(wait)
    start, shown = time.monotonic(), None
    page, _, query = place.partition("?")
    ask = BackMsg()
    ask.rerun_script.page_name, ask.rerun_script.query_string = page, query
    url = f"{address.replace('http', 'ws')}/_stcore/stream"
    spoken: Any = ["streamlit"]
    with connect(url, max_size=None, open_timeout=60, subprotocols=spoken) as browser:
        for _ in range(ASKS):
            browser.send(ask.SerializeToString())
            for kind, error in answers(browser):
                if error:
                    return shown, error
                if kind == "bidi_component" and shown is None:
                    shown = time.monotonic() - start
            time.sleep(0.2)
    return shown, "" if shown else "no board"


def answers(browser: ClientConnection) -> Iterator[tuple[str, str]]:
    """The kind and the error of each element of a run."""
    message = ForwardMsg()
    while message.WhichOneof("type") != "script_finished":
        message.ParseFromString(browser.recv(timeout=120))  # type: ignore[arg-type]
        element = message.delta.new_element
        yield element.WhichOneof("type") or "", element.exception.message


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--visits", type=int, default=20)
    given = parser.parse_args()
    errors: list[str] = []
    times: list[float] = []
    for turn in range(given.rounds):
        chance = random.Random(turn)
        places = list(itertools.islice(itertools.cycle(PLACES), given.visits))
        chance.shuffle(places)
        with TemporaryDirectory() as folder, server.running(folder=Path(folder)) as address:
            with ThreadPoolExecutor(given.visits) as browsers:
                done = browsers.map(
                    lambda place, wait, address=address: visit(address, place, wait),
                    places,
                    [chance.random() for _ in places],
                )
            for shown, error in done:
                errors += [error] if error else []
                times += [shown] if shown else []
    report = {"visits": given.rounds * given.visits, "failed": len(errors), "errors": errors[:5]}
    print(json.dumps({**report, "median s": round(statistics.median(times), 2)}))


if __name__ == "__main__":
    main()
