"""The tables of Effective β: the written loss, and known losses."""

from __future__ import annotations

from collections.abc import Callable

from vaeviz.chapters.collapse.written import IMAGES, SYMBOLS, EffectiveView
from vaeviz.chapters.model.views import clipped
from vaeviz.chapters.museum.view import NUMBERS
from vaeviz.figures.numbers import three_digits
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import ACTIVE, Observation, Table
from vaeviz.serve import probes
from vaeviz.serve.probes import Probe
from vaeviz.theory.effective_beta import Size, Written, beta_at, sigma2_at, tau
from vaeviz.theory.known_losses import KNOWN, Known
from vaeviz.theory.pasted import read

VARIANCES = {"gaussian": "σ²", "laplace": "b", "bernoulli": ""}


def speaks(codec: Codec, loss: Written) -> bool:
    """Whether the model was trained with this loss's likelihood, at every level."""
    return codec.likelihood == loss.family and not codec.remark


def _observed(codec: Codec, probe: Probe, loss: Written, size: Size) -> Observation:
    """The model's observation at this loss's level, or at the end of its range."""
    return probes.observer(probe, codec)(clipped(tau(loss, size), codec), size.latent)


def active(codec: Codec, probe: Probe, loss: Written, size: Size) -> int | None:
    """The model's active units at this loss's level; None if it was trained with another loss.

    Beyond the model's range: those at its end, if they are 0.
    """
    if not speaks(codec, loss):
        return None
    level = tau(loss, size)
    count = int((_observed(codec, probe, loss, size).mu.var(0) > ACTIVE).sum())
    return count if covered(codec, level) or (count == 0 and level > codec.tau_range[1]) else None


def covered(codec: Codec, level: float) -> bool:
    low, high = codec.tau_range
    return low <= level <= high


def reading(view: EffectiveView, probe: Probe, codec: Codec, size: Size) -> Table:
    """The loss's β and σ² on the current data, and at the chosen image size."""
    loss, other = view.written, Size(view.image_elements, view.d, view.batch)
    symbol, variance = SYMBOLS[loss.family], VARIANCES[loss.family]
    levels = tau(loss, size), tau(loss, other)
    level, elsewhere = map(three_digits, levels)
    rows = [("elements D", f"{size.elements:,}", f"{other.elements:,}")]
    if variance:
        betas = [(f"β at {variance} = {at}", value) for at, value in (("½", 0.5), ("1", 1.0))]
        rows += [
            (f"β{variance}" + (" = τ" if symbol == "τ" else ""), level, elsewhere),
            *((words, *_pair(beta_at, levels, value)) for words, value in betas),
            (f"{variance} at β = 1", *_pair(sigma2_at, levels, 1.0)),
        ]
    else:
        rows.append(("β", level, elsewhere))
    rows += _measured(view, probe, codec, size)
    seen = exhibits(view)
    rows[:0] = [(f"→ Museum of bugs, exhibit {NUMBERS[name]}", "", "") for name in seen]
    links = (*(f"museum?exhibit={name}" for name in seen), *[""] * (len(rows) - len(seen)))
    title = f"As written: β = {level}{f' at {variance} = 1' if variance else ''}"
    image = view.image.replace("x", "×") if IMAGES[view.image] else "own size"
    finding = (
        f"The loss as written has {symbol} = {level} on {probe.data.about.title}, and {elsewhere}"
        f" on images of {other.elements:,} elements."
    )
    measured = f"; last rows: {codec.source}" if speaks(codec, loss) else ""
    columns = ("", f"{probe.data.name} (shown)", image)
    source = f"closed form{measured}"
    words = f"{title} on {probe.data.name}"
    return Table(columns, tuple(rows), words, source, finding, links if seen else ())


def exhibits(view: EffectiveView) -> tuple[str, ...]:
    """The exhibits of the museum of bugs that the pasted code belongs to."""
    return read(view.pasted).mistakes if view.pasted else ()


def _pair(
    of: Callable[[float, float], float], levels: tuple[float, float], value: float
) -> tuple[str, str]:
    one, other = (three_digits(of(level, value)) for level in levels)
    return one, other


def _measured(
    view: EffectiveView, probe: Probe, codec: Codec, size: Size
) -> list[tuple[str, str, str]]:
    """The best σ² for this level, its β, and the active units, on the current data."""
    loss = view.written
    if not speaks(codec, loss):
        return [("active units", "no model of this loss", "")]
    count = active(codec, probe, loss, size)
    if count is None:
        return [("active units", "beyond the model's range", "")]
    units = ("active units", f"{count} of {view.d}", "")
    if not loss.squared:
        return [units]
    best = _observed(codec, probe, loss, size).loss / probe.elements
    beta = three_digits(beta_at(tau(loss, size), best))
    return [
        ("optimal σ² there (MSE)", three_digits(best), ""),
        ("β at that σ²", beta, ""),
        units,
    ]


def known_losses(probe: Probe, size: Size) -> Table:
    """Known losses: the level on this data, and on the data that they were written for."""
    rows = tuple(
        (f"{k} {known.name}", known.words, _level(known, size), _level(known, known.home))
        for k, known in enumerate(KNOWN, 1)
    )
    squared = [known for known in KNOWN if known.loss.squared]
    heaviest = max(squared, key=lambda known: tau(known.loss, size))
    title = f"{len(KNOWN)} written losses, and the τ or β that each one fixes"
    finding = f"{title}; of the squared errors, {heaviest.name} has the heaviest KL here."
    named = "; ".join(known.source for known in KNOWN if known.home)
    columns = ("loss", "as written", f"on {probe.data.name}", "on its own data")
    return Table(columns, rows, title, f"closed form; {named}", finding)


def _level(known: Known, size: Size | None) -> str:
    if size is None:
        return ""
    return f"{SYMBOLS[known.loss.family]} = {three_digits(tau(known.loss, size))}"
