"""A browser's session with a chapter, without Streamlit: what it says, and what it then shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vaeviz.chapters import engine
from vaeviz.chapters.chapter import Chapter, Context, Tool, Visitor
from vaeviz.chapters.engine import Memory
from vaeviz.chapters.model.answer import Model
from vaeviz.figures.theme import LIGHT, THEMES, Theme
from vaeviz.live.message import unpack
from vaeviz.measures.codecs.codec import Codec
from vaeviz.serve.kept import Kept
from vaeviz.serve.probes import Probe

Header = dict[str, Any]


@dataclass
class Session:
    """One browser tab. `state` is what it said last; it asks for whole messages unless it `holds`
    the parts that came before.
    """

    chapter: Chapter
    visitor: Visitor = field(default_factory=lambda: Visitor("me"))
    memory: Memory = field(default_factory=Memory)
    address: dict[str, str] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    header: Header = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    holds: bool = False
    said: int = 0  # messages
    size: int = 0  # bytes of the last message

    def opens(self, theme: str = "light", **address: str) -> Header:
        """The page at this address, before the browser has said anything."""
        self.address, self.state, self.said = address, {}, 0
        return self.again(theme)

    def says(self, *actions: tuple[int, str, Any], **settings: Any) -> Header:
        """A message with the settings that it was sent, but for these, and actions by number."""
        sent = [{"id": number, "name": name, "value": value} for number, name, value in actions]
        return self.sends(settings={**self.header["settings"], **settings}, actions=sent)

    def sends(self, **state: Any) -> Header:
        """A message as it is, under the next number unless it has one."""
        held = {"held": list(self.parts)} if self.holds else {}
        self.said += 1
        self.state = {"seq": self.said, **held, **state}
        return self.again()

    def again(self, theme: str = "light") -> Header:
        """Streamlit runs the page with the newest message, read or not."""
        heard = engine.said(self.state, theme)
        sent = engine.answer(self.chapter, heard, self.address, self.visitor, self.memory)
        self.size = len(sent)
        self.header = unpack(sent, self.parts if self.holds else None)
        return self.header

    def settled(self) -> Header:
        """What it shows once nothing is pending: it asks again as long as it is told to."""
        for _ in range(200):
            if not self.header["pending"]:
                return self.header
            self.says()
        raise TimeoutError(self.header["notes"])


def at(
    probe: Probe,
    tool: Tool,
    codec: Codec | None = None,
    kept: Kept | None = None,
    theme: Theme | str = LIGHT,
    likelihoods: tuple[str, ...] = ("gaussian", "gaussian-optimal"),
) -> Context:
    """What a tool may use: a probe set, and a codec (None: the closed form)."""
    look = THEMES[theme] if isinstance(theme, str) else theme
    model = Model(codec or probe.linear, kept, likelihoods)
    return Context(look, rules=tool.rules, free=tool.free, _probe=probe, _model=model)


def option(header: Header, name: str) -> dict[str, Any]:
    """The control of this name."""
    return next(control for control in header["controls"] if control["name"] == name)
