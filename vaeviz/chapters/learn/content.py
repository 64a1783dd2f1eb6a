"""The bank as the browser needs it: what never changes, and what a draw decides."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from vaeviz.chapters.catalogue import NAMES, PAGES
from vaeviz.learning.bank import Link, Question, bank
from vaeviz.learning.cards import cards
from vaeviz.learning.concepts import CONCEPTS, LISTS, SECTIONS
from vaeviz.learning.numbers import draw

_FORMULA = re.compile(r"\$(.+?)\$")


@lru_cache
def course() -> dict[str, Any]:
    """Sections, concepts and ready lists by their short names."""
    return {
        "sections": [{"name": name, "title": title} for name, title in SECTIONS.items()],
        "concepts": {name: about.title for name, about in CONCEPTS.items()},
        "lists": {tag: title for tag, (title, _) in LISTS.items()},
    }


@lru_cache
def questions() -> tuple[dict[str, Any], ...]:
    """Every question, its link as an address that is relative to this page."""
    return tuple({**dataclasses.asdict(one), "link": _link(one)} for one in bank())


@lru_cache
def deck() -> tuple[dict[str, Any], ...]:
    """Every card."""
    return tuple({**dataclasses.asdict(card), "section": card.section} for card in cards())


@lru_cache
def drawn(seed: int) -> dict[str, Any]:
    """The order of the questions and of each one's options, and the values of the numbers."""
    rng = np.random.default_rng(seed)
    asked = bank()
    mixed = [asked[k].id for k in rng.permutation(len(asked))]
    options = {one.id: _order(one, rng) for one in asked if one.options}
    numbers = {
        one.id: dataclasses.asdict(draw(one.generator, one.id, seed))
        for one in asked
        if one.generator
    }
    return {"mixed": mixed, "options": options, "numbers": numbers}


def formulas() -> Iterable[str]:
    """The TeX in all questions and cards, each once."""
    texts = [text for one in bank() for text in one.texts]
    texts += [side for card in cards() for side in (card.front, card.back)]
    return dict.fromkeys(tex for text in texts for tex in _FORMULA.findall(text))


def _order(one: Question, rng: np.random.Generator) -> list[int]:
    """True stands before False; other options in any order."""
    count = len(one.options)
    return list(range(count)) if one.kind == "truefalse" else rng.permutation(count).tolist()


def _link(one: Question) -> dict[str, str] | None:
    """A prediction opens where the reading asks it."""
    if one.link is None:
        return None
    address = _address(one.link)
    if one.prediction:
        address["href"] += f"{'&' if '?' in address['href'] else '?'}explain=predict"
    return address


def _address(link: Link) -> dict[str, str]:
    """From a page beside it; the first page has no name of its own."""
    assert link.page in PAGES, link.page
    page = "./" if link.page == NAMES[0] else link.page
    return {"href": page + link.query, "label": link.label}
