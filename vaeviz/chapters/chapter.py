"""What a chapter declares: its settings, its tools, and the frame that each tool makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vaeviz.chapters.prediction import Prediction
from vaeviz.chapters.settings import Note, Option, check_declared, defaults
from vaeviz.figures.theme import Theme
from vaeviz.live.message import Panel

if TYPE_CHECKING:
    from vaeviz.chapters.model.answer import Model
    from vaeviz.serve.probes import Probe

Text = str | list[str]  # one value, or one per twin
Row = tuple[str, Text, str, Text]  # a read-out: label, value, help, level ("", "warning", "alarm")
RUNS = 8  # live runs that a visitor's session remembers
RESET = "reset"  # the action that brings back a page's defaults
AGAIN = 250  # ms until the browser asks again for what is on its way


@dataclass(frozen=True)
class Button:
    """A button that sends the action `name`; `off` is why it can't be pressed."""

    name: str
    label: str
    help: str
    off: str = ""


@dataclass(frozen=True)
class Frame:
    """What a tool shows at its settings.

    `controls` are the names of the settings that the user can move, in their order (None: the
    tool's). `columns` and `rows` place the panels: widths, and (the panel of each column, as in CSS
    grid-template-areas; height) such as ("plane kl", "1fr"); without rows, as many as columns go in
    a row. `again`: the browser asks once more in so many ms. `extra` are header fields that the
    page's own panels read; `link` and `address` replace the query of the settings.
    """

    panels: Mapping[str, Panel]
    readouts: Sequence[Row] = ()
    notes: Sequence[str] = ()
    controls: tuple[str, ...] | None = None
    buttons: Sequence[Button] = ()
    columns: str = "1fr 1fr"
    rows: tuple[tuple[str, str], ...] = ()
    pending: bool = False
    again: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    link: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Scene:
    """Ready settings: a name for the button, one line of what to notice.

    What is `free` may be moved, and the line still holds.
    """

    name: str
    notice: str
    settings: Mapping[str, Any]
    free: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """What a setting can be here: said once, it repairs the view and limits the control.

    `off` is why the control is idle. `options` are a choice's, each with the reason why it can't be
    chosen or "". A value beyond `low` and `high`, or an option with a reason, is repaired, and the
    note begins with `why`, or names the value. `instead` are the settings that replace what can't
    be, this one and others; without it, the nearest value. `about` are the settings that the note
    depends on, besides this one.
    """

    setting: str
    why: str = ""
    low: float | None = None
    high: float | None = None
    off: str = ""
    options: tuple[Option, ...] | None = None
    about: tuple[str, ...] = ()
    instead: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Visitor:
    """A browser tab: its session, whether it is on the server's machine, the live runs it saw, and
    the names of the models it kept.
    """

    session: str = ""
    local: bool = True
    runs: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def remember(self, run: str) -> None:
        """This live run was seen last; the newest few are offered on other pages."""
        self.runs[:] = [run, *(other for other in self.runs if other != run)][:RUNS]


@dataclass(eq=False)
class Context:
    """What a tool may use besides its settings.

    `memory` is the chapter's own, from frame to frame of one session. `browser` is what the page
    said besides its settings; `held` are the tags of the parts that it holds, `actions` the numbers
    of those that it has not heard of yet, and `action` that of the one which is being done. `rules`
    hold for the open tool. `probe` and `model` are there for a chapter that is about a model, once
    it is prepared.
    """

    theme: Theme
    visitor: Visitor = field(default_factory=Visitor)
    memory: dict[str, Any] = field(default_factory=dict)
    browser: Mapping[str, Any] = field(default_factory=dict)
    rules: tuple[RuleMaker, ...] = ()
    free: tuple[str, ...] = ()
    held: frozenset[str] = frozenset()
    actions: tuple[int, ...] = ()
    action: int = 0
    _probe: Probe | None = None
    _model: Model | None = None

    @property
    def probe(self) -> Probe:
        assert self._probe is not None, "this chapter is not about a data set"
        return self._probe

    @property
    def model(self) -> Model:
        assert self._model is not None, "this chapter is not about a model"
        return self._model


@dataclass(frozen=True)
class Prepared:
    """The view that can be shown now, the one to go on with, and what there is to say.

    They differ while something is on its way. `notes` stay while their settings do; `passing` are
    of this frame alone. `extra` are header fields for the browser, `usual` what these settings are
    here unless the user or the address says otherwise.
    """

    shown: Any
    kept: Any
    notes: Sequence[Note] = ()
    passing: Sequence[str] = ()
    pending: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    usual: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tool:
    """One tab: `name` in the URL, `title` on it, `notice` is the line of what to see there.

    `view` is the chapter's settings class or a subclass with the tool's own settings. `show` comes
    back within a frame: what takes longer is a job of `serve.jobs`. `controls` are names of
    settings; `free` those that the tool reads as the user left them, whatever the model allows.
    `predictions` are questions on what a move will do.
    """

    name: str
    title: str
    notice: str
    view: type
    show: Callable[[Any, Context], Frame]
    controls: tuple[str, ...] = ()
    rules: tuple[RuleMaker, ...] = ()
    scenes: Callable[[Any, Context], Sequence[Scene]] = lambda view, context: ()
    follow: Follow | None = None
    act: Act | None = None
    free: tuple[str, ...] = ()
    predictions: tuple[Prediction, ...] = ()

    def __post_init__(self) -> None:
        known, view = check_declared(self.view), self.view.__name__
        for name in {*self.controls, *self.free} - known.keys():
            raise ValueError(f"tool {self.name}: {name!r} is no setting of {view}")


@dataclass(frozen=True)
class Chapter:
    """A page. Its tools' views all have the fields of `view`, which is shared.

    `prepare` finds what the view needs and what of it can be shown; `follow` is what a move of the
    user brings along; `translate` puts an address into names of settings, `open` reads it; `act`
    does what a button asks for. `bound` is why the page keeps its settings now, whatever was set on
    others, or "". `page` is the browser's page class ("page", unless the chapter has one of its
    own). `formulas` are the TeX in its panels' texts, which Streamlit renders with the reading.
    """

    name: str
    view: type
    tools: tuple[Tool, ...]
    prepare: Callable[[Any, Context], Prepared] = lambda view, context: Prepared(view, view)
    follow: Follow | None = None
    translate: Callable[[Mapping[str, str]], Mapping[str, str]] = lambda address: address
    open: Callable[[Mapping[str, str], Any, Context], tuple[Any, list[Note]]] | None = None
    act: Act | None = None
    always: Callable[[Any], tuple[str, ...]] = lambda view: ()
    bound: Callable[[Context], str] = lambda context: ""
    page: str = "page"
    formulas: Callable[[], Iterable[str]] = tuple


@lru_cache
def usual(tools: tuple[Tool, ...]) -> dict[str, Any]:
    """The defaults of all tools' settings."""
    return {name: value for tool in tools for name, value in defaults(tool.view).items()}


RuleMaker = Callable[[Any, Context], Rule | None]
Follow = Callable[[Any, Any], tuple[Any, list[Note]]]  # (before, now) -> now, notes
Act = Callable[[Any, Context, str, Any], tuple[Any, list[Note]]]  # (view, context, name, value)
