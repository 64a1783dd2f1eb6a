"""Predict, then reveal: a tool's questions on what a move will do, which the model then answers.

The user answers before anything moves. The engine moves the settings, measures the model before and
after, and grades the answer: nothing is stored. A question's words are a part of the tool's text,
`predict-NAME` (reading.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from vaeviz.chapters.answers import Kind, Moves, number
from vaeviz.chapters.settings import Declared, Note, declared, parse
from vaeviz.config import UserError

if TYPE_CHECKING:
    from vaeviz.chapters.chapter import Context, Prepared, Tool
    from vaeviz.chapters.engine import Memory

PREDICT, FORGET = "predict", "forget"  # the actions: {"name", "answer"}, and a name
SAME = ("data", "model", "likelihood")  # what no question moves


@dataclass(frozen=True)
class Prediction:
    """A question of a tool: `move` gives the settings that change, from those that are shown, and
    `measure` what the model shows at a view, None while it is on its way. `when` is whether it can
    be asked.
    """

    name: str
    kind: Kind
    measure: Callable[[Any, Context], Any]
    move: Callable[[Any], Mapping[str, Any]] = lambda view: {}
    when: Callable[[Any, Context], bool] = lambda view, context: True


@dataclass(frozen=True)
class Asked:
    """An answer that is to be graded: the views before and after the move. A room's lecturer gives
    none: `measured` takes the measure before and after instead.
    """

    tool: str
    prediction: Prediction
    answer: Any
    before: Any
    moves: Moves
    after: Any = None
    measured: Callable[[Any, Any], None] | None = None


def questions(
    tool: Tool, prepared: Prepared, memory: Memory, context: Context
) -> list[dict[str, Any]]:
    """Grades what was asked, and gives the tool's questions as the browser draws them."""
    if not prepared.pending:
        _settle(tool, prepared.shown, memory, context)
    return _offered(tool, prepared.shown, memory, context)


def _offered(tool: Tool, view: Any, memory: Memory, context: Context) -> list[dict[str, Any]]:
    """The tool's questions for the browser: how to answer, what moves, and the verdict. A drag
    measures nothing for a browser whose reading is closed.
    """
    if context.browser.get("reading") != "open":
        return []
    return [_offer(each, tool, view, memory, context) for each in tool.predictions]


def _offer(
    each: Prediction, tool: Tool, view: Any, memory: Memory, context: Context
) -> dict[str, Any]:
    verdict = memory.verdicts.get((tool.name, each.name))
    if verdict is not None:
        return {"name": each.name, **asdict(verdict)}
    if memory.asked is not None and memory.asked.prediction is each:
        return {"name": each.name, "waiting": True, "moves": memory.asked.moves}
    if not each.when(view, context):
        return {"name": each.name}
    now = each.measure(view, context) if each.kind.needs_now else None
    moves = _moves(each, view)
    if each.move(view) and not moves:
        return {"name": each.name}  # the settings are at their ends: nothing would move
    form = {} if now is None and each.kind.needs_now else each.kind.form(now)
    return {"name": each.name, "moves": moves, **form}


def _moves(each: Prediction, view: Any) -> Moves:
    """Label, value before and after of each setting that the question moves."""
    known = declared(type(view))
    moved = parse(each.move(view), view)[0]
    told = (
        (known[name].label, _told(known[name], getattr(view, name)),
         _told(known[name], getattr(moved, name)))
        for name in each.move(view)
    )  # fmt: skip
    return tuple(move for move in told if move[1] != move[2])


def ask(
    tool: Tool, memory: Memory, view: Any, context: Context, action: str, value: object
) -> tuple[Any, list[Note]]:
    """The view after the move, once an answer is given; the verdict comes with the next frame."""
    if action == FORGET and isinstance(value, str):
        memory.verdicts.pop((tool.name, value), None)
    if action != PREDICT or not isinstance(value, Mapping):
        return view, []
    each = next((one for one in tool.predictions if one.name == value.get("name")), None)
    if each is None:
        return view, []
    answer, before = each.kind.read(value.get("answer")), memory.shown
    if answer is None:
        raise UserError("this is no answer: choose one, or type a number")
    if not isinstance(before, tool.view):
        raise UserError("the model is still on its way: answer once it is there")
    memory.asked = Asked(tool.name, each, answer, before, _moves(each, before))
    return parse(each.move(before), view)


def _settle(tool: Tool, shown: Any, memory: Memory, context: Context) -> None:
    """Grades what was asked, once the view after the move is shown and all is measured."""
    asked, memory.shown = memory.asked, shown
    if asked is None:
        return None
    same = tool.name == asked.tool and all(_of(shown, n) == _of(asked.before, n) for n in SAME)
    if not same:
        memory.asked = None
        return None
    asked = memory.asked = replace(asked, after=asked.after or shown)
    each = asked.prediction
    before, after = (each.measure(view, context) for view in (asked.before, asked.after))
    if before is None or after is None:
        return None
    memory.asked = None
    if asked.measured is not None:
        return asked.measured(before, after)
    verdict = each.kind.grade(asked.answer, before, after)
    memory.verdicts[tool.name, each.name] = replace(verdict, moves=asked.moves)
    return None


def _of(view: Any, name: str) -> Any:
    return getattr(view, name, None)


def _told(about: Declared, value: Any) -> str:
    return number(value) if isinstance(value, int | float) else about.titles.get(value, str(value))
