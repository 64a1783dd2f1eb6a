"""Contexts as the engine makes them: with a model that is prepared, and what a browser says."""

from __future__ import annotations

from typing import Any

from vaeviz.chapters.chapter import Context, Prepared
from vaeviz.chapters.latent.prepare import prepare
from vaeviz.chapters.latent.view import RULES, LatentView
from vaeviz.chapters.model.answer import Model
from vaeviz.figures.theme import LIGHT
from vaeviz.serve.probes import Probe


def prepared(view: LatentView, **browser: Any) -> tuple[Prepared, Context]:
    """What the page prepares for a view, and its context."""
    context = Context(LIGHT, browser=browser, rules=RULES)
    return prepare(view, context), context


def closed_form(probe: Probe, held: Any = (), **browser: Any) -> Context:
    """A context in which the linear VAE answers."""
    model = Model(probe.linear, None, ("gaussian",))
    return Context(LIGHT, browser=browser, held=frozenset(held), _probe=probe, _model=model)
