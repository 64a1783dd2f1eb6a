"""Where a run stands, in words and in what a hand may do now. Knows no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vaeviz.runs.folder.progress import Progress
from vaeviz.ui.training.settings import SPEEDS

_CAN = {
    "none": ("start",),
    "queued": ("start", "stop"),
    "starting": ("start", "pause", "rewind", "stop", "speed"),
    "running": ("start", "pause", "rewind", "stop", "speed"),
    "paused": ("start", "play", "step", "rewind", "stop", "speed"),
    "parked": ("start", "play", "step", "rewind", "stop", "speed"),
    "interrupted": ("start", "play", "step", "rewind", "stop", "speed"),
    "stopped": ("start", "play", "rewind", "keep"),
    "cancelled": ("start", "play", "rewind"),
    "failed": ("start", "play", "rewind"),
    "done": ("start", "rewind", "keep"),
}
_TEXT = {
    "none": "Ready",
    "queued": "In the queue",
    "starting": "Starting",
    "running": "Training",
    "paused": "Paused",
    "parked": "Laid aside: press play to go on",
    "interrupted": "Interrupted: press play to go on",
    "stopped": "Stopped",
    "cancelled": "Taken out of the queue",
    "failed": "Failed",
    "done": "Done",
}
_SPEEDS = [["full", "full speed"], *([s, f"{s} steps/s"] for s in SPEEDS if s != "full")]
QUICK, RESTING, OVER = 150, 400, 3000  # ms until the board asks again


@dataclass(frozen=True)
class Standing:
    """A run as the page sees it; `progress` is None before there is one."""

    progress: Progress | None
    owner: bool
    place: int | None
    speed: str
    name: str = ""

    @property
    def state(self) -> str:
        return self.progress.state if self.progress else "none"

    @property
    def going(self) -> bool:
        return self.progress is not None and self.progress.going


def transport(standing: Standing, pace: float, seconds_left: float) -> dict[str, Any]:
    """The board's transport: state, words, what can be done, steps done and to come."""
    p = standing.progress or Progress()
    playing = standing.state == "running"
    return {
        "state": standing.state,
        "text": _text(standing),
        "can": list(_CAN[standing.state]),
        "step": p.step,
        "steps": p.steps,
        "pace": (pace or p.rate_of_steps) if playing else 0,
        "left": seconds_left if playing else 0,
        "place": standing.place,
        "owner": standing.owner,
        "speed": standing.speed,
        "speeds": _SPEEDS,
        "name": standing.name,
    }


def wait(standing: Standing, watchers: int) -> int | None:
    """Milliseconds until the board asks again; longer where many watch, so that nobody else has to
    wait.
    """
    if standing.progress is None:
        return None
    share = 25 * watchers
    if standing.state == "running":
        return max(QUICK, share)
    return max(RESTING if standing.going else OVER, share)


def _text(standing: Standing) -> str:
    if standing.state == "queued" and standing.place:
        others = standing.place - 1
        return "Next in the queue" if not others else f"In the queue behind {others}"
    return _TEXT[standing.state]
