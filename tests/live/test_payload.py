"""The browser's half of the message, under node: payload.js reads what message.py packs."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vaeviz import live
from vaeviz.figures.theme import Spec
from vaeviz.live.message import Part, pack, unpack
from vaeviz.records import ImageStrip, Table

HERE = Path(__file__).parent
PAYLOAD = next(Path(live.__file__).parent.rglob("payload.js"))
TYPES = {"f": "Float32Array", "i": "Int32Array", "u": "Uint8Array"}
Step = tuple[list[str] | None, bytes]


def read(cases: list[list[Step]]) -> list[list[dict[str, Any]]]:
    """What one node process makes of each case's messages, one after the other."""
    sent = [[(held, base64.b64encode(m).decode()) for held, m in steps] for steps in cases]
    done = subprocess.run(
        ["node", str(HERE / "read_messages.mjs"), PAYLOAD.as_uri()],
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def plain(value: Any) -> Any:
    """A header as the node process writes it down."""
    if isinstance(value, np.ndarray):
        shape = list(value.shape) if value.ndim != 1 else None
        return {"type": TYPES[value.dtype.kind], "shape": shape, "values": value.ravel().tolist()}
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


class Drawn:
    """Random headers: the same pieces come again, so that later messages lack some of them."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.arrays = [self.array() for _ in range(6)]
        self.named = [self.value(1) for _ in range(3)]

    def array(self) -> np.ndarray:
        rng, size = self.rng, int(self.rng.integers(0, 40))
        kind = rng.integers(4)
        if kind == 0:
            values = rng.normal(0, 10.0 ** rng.integers(-6, 6), size).astype(np.float32)
        elif kind == 1:
            values = rng.integers(-(2**31), 2**31, size).astype(np.int32)
        elif kind == 2:
            values = rng.integers(0, 256, size).astype(np.uint8)
        else:  # mostly 0, as images are
            values = (rng.integers(0, 256, size) * (rng.random(size) < 0.3)).astype(np.uint8)
        return values.reshape(2, -1) if size % 2 == 0 and rng.random() < 0.3 else values

    def value(self, depth: int = 3) -> Any:
        rng, kind = self.rng, self.rng.integers(7)
        if depth and kind == 0:
            return [self.value(depth - 1) for _ in range(rng.integers(4))]
        if depth and kind == 1:
            names = rng.choice(["a", "β", "base", "part", "array", "shape", "data", "x"], 3)
            return {str(name): self.value(depth - 1) for name in names}
        if depth and kind == 2:
            made = self.value(depth - 1)
            return Part(lambda: made)
        if kind == 3:
            return self.arrays[rng.integers(len(self.arrays))]
        if depth > 1 and kind == 4:
            k = int(rng.integers(len(self.named)))
            return Part(lambda: self.named[k], f"named-{k}")
        plain = ["σ² < 1", "", None, True, 0, -1.5, 1e30, 2**31]
        return plain[rng.integers(len(plain))]

    def panels(self) -> dict[str, Any]:
        rng, pick = self.rng, lambda: self.arrays[self.rng.integers(len(self.arrays))]
        trace = {"type": "scatter", "x": pick(), "y": [1, 2, float(rng.integers(3))], "line": {}}
        layout = {"meta": {"title": f"T{rng.integers(3)}"}, "xaxis": {"range": [0, 1]}}
        images = (np.arange(24) * rng.integers(2)).astype(np.uint8).reshape(1, 2, 3, 4)
        made: dict[str, Any] = {
            "figure": Spec([trace, {"type": "bar", "base": pick()}], layout),
            "strip": ImageStrip("I", images, ("x",), "Images.", "a test"),
            "table": Table(("τ",), (("0.5",), (str(rng.integers(2)),)), "T", "a test", "Table."),
        }
        return {name: panel for name, panel in made.items() if rng.random() < 0.8}

    def message(self, held: list[str]) -> bytes:
        header = {name: self.value() for name in ("settings", "controls", "extra", "model")}
        return pack(self.panels(), held, **header)


def test_the_browser_reads_what_was_packed_over_several_messages() -> None:
    cases, expected = [], []
    for seed in range(60):
        drawn = Drawn(seed)
        held: dict[str, Any] = {}
        steps: list[Step] = []
        for _ in range(5):
            tags = list(held)
            message = drawn.message(tags)
            steps.append((tags, message))
            header = unpack(message, held)
            named = _named(message, held)
            held = {tag: held[tag] for tag in held if tag in named}
            expected.append((header, named))
        cases.append(steps)
    answers = [answer for results in read(cases) for answer in results]
    assert len(answers) == len(expected) == 300
    for answer, (header, named) in zip(answers, expected, strict=True):
        assert "error" not in answer, answer
        assert answer["message"] == plain(header)
        assert set(answer["parts"]) == named
        assert answer["same"]
    assert sum(answer["shared"] for answer in answers) > 500


def _named(message: bytes, parts: dict[str, Any]) -> set[str]:
    """The tags of all parts that a message names, in its header or within a part."""
    length = int.from_bytes(message[:4], "little")
    about = json.loads(message[4 : 4 + length])
    texts, named = [message[4 + length : 4 + length + about["header"]].decode()], set()
    while texts:
        news = _tags(json.loads(texts.pop())) - named
        named |= news
        texts += [parts[tag] for tag in news if isinstance(parts[tag], str)]
    return named


def _tags(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_tags, value))
    if not isinstance(value, dict):
        return set()
    own = {value[name] for name in ("$part", "$array") if name in value}
    return own.union(*map(_tags, value.values()))


def test_the_browser_keeps_the_parts_within_a_held_part() -> None:
    """The server does not make the part again, so it names only the outer one."""
    inner = np.arange(5, dtype=np.float32)

    def model(k: int) -> dict[str, Any]:
        return {"model": Part(lambda: {"layers": [Part(lambda: {"weights": inner})]}, "model"),
                "k": k}  # fmt: skip

    held: dict[str, Any] = {}
    steps: list[Step] = [(None, pack({}, **model(0)))]
    unpack(steps[0][1], held)
    steps += [(None, pack({}, list(held), **model(k))) for k in (1, 2)]
    steps.append((None, pack({}, list(held), x=inner)))
    (answers,) = read([steps])
    assert {len(answer["parts"]) for answer in answers[:3]} == {3}
    assert all(answer["same"] for answer in answers)
    assert [answer["shared"] for answer in answers] == [0, 3, 3, 1]
    weights = answers[2]["message"]["model"]["layers"][0]["weights"]
    assert weights == plain(inner)


def test_the_browser_drops_unused_parts() -> None:
    first, second = pack({}, x=np.arange(3)), pack({}, x=np.arange(4))
    (answers,) = read([[(None, first), (None, second)]])
    assert [len(answer["parts"]) for answer in answers] == [1, 1]
    assert set(answers[0]["parts"]).isdisjoint(answers[1]["parts"])


def test_a_part_that_is_missing_is_an_error() -> None:
    held: dict[str, Any] = {}
    unpack(pack({}, x=np.arange(3)), held)
    (answers,) = read([[(None, pack({}, list(held), x=np.arange(3)))]])
    (tag,) = held
    assert tag in answers[0]["error"]


@pytest.mark.parametrize("offset", range(1, 5))
def test_a_message_may_begin_anywhere_in_its_buffer(offset: int) -> None:
    """Headers of any length put the arrays at any byte: typed arrays want multiples of four."""
    message = pack({}, pad="x" * offset, x=np.arange(7, dtype=np.float32), y=np.arange(3))
    ((answer,),) = read([[(None, message)]])
    assert answer["message"] == plain(unpack(message))
