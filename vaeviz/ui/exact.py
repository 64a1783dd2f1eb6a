""" "Train this exact model": a dedicated VAE at the Explorer's settings, in a process of its own.

Its numbers stand beside the multi-rate model's, measured on the same held-out examples with the
same noise.
"""

from __future__ import annotations

import contextlib
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from vaeviz import checkpoints
from vaeviz.checkpoints import RUNS
from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.config import Likelihood, RunSettings, UserError
from vaeviz.measures.observe import objectives, observe, read
from vaeviz.records import Readings
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.launch import Progress
from vaeviz.ui import explorer, models, store
from vaeviz.ui.frames import clipped
from vaeviz.ui.runs import first, registry, session
from vaeviz.ui.settings import Settings

FOLDER = RUNS / "exact"
KEPT = 100_000_000  # bytes of runs on disk
MOST_STEPS = 20_000
_JOB = "exact-job"
_LIKELIHOODS: dict[str, Likelihood] = {
    "gaussian": "gaussian",
    "gaussian-optimal": "gaussian-learned",
    "gaussian-per-pixel": "gaussian-per-pixel",
    "bernoulli": "bernoulli",
    "categorical": "categorical",
}


@dataclass(frozen=True)
class Job:
    """A run and the Explorer's settings that it was started for."""

    folder: Path
    settings: Settings


def panel() -> None:
    """The button, the progress while a run is on, and the two sets of numbers at its end."""
    job: Job | None = st.session_state.get(_JOB)
    if job is None and (job := _under_way(explorer.current())):
        st.session_state[_JOB] = job
    running = job is not None and not _status(job).over
    st.fragment(_panel, run_every=0.5 if running else None)()


def _panel() -> None:
    job: Job | None = st.session_state.get(_JOB)
    progress = _status(job) if job else None
    if job is None or progress is None or progress.over:
        _start_button()
    if job and progress:
        _report(job, progress)


def _start_button() -> None:
    pressed = st.button(
        "Train this exact model",
        icon=":material/model_training:",
        type="primary",
        help="Trains a VAE for these very β, σ² and d, until its held-out objective stops falling",
    )
    st.caption("At the board's settings, in a process of its own: the board stays live.")
    if pressed:
        try:
            st.session_state[_JOB] = _start(explorer.current())
        except (UserError, OSError) as error:
            st.error(_line(error))
            return
        st.rerun()


def _start(settings: Settings) -> Job:
    """Into the queue; a run that is refused leaves nothing behind."""
    registry().prune(FOLDER, KEPT)
    folder = FOLDER / f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:8]}"
    try:
        write_json(folder / runs.SETTINGS, run_settings(settings).to_json())
        registry().submit(folder, session(), first=first(), until_flat=True)
    except (UserError, OSError):
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Job(folder, settings)


def _under_way(settings: Settings) -> Job | None:
    """A run at these very settings that is still going: after a refresh, it is ours again."""
    wanted = run_settings(settings).to_json()
    for file in FOLDER.glob("*/settings.json"):
        with contextlib.suppress(UserError):
            if read_json(file) == wanted and registry().status(file.parent).going:
                return Job(file.parent, settings)
    return None


def run_settings(s: Settings) -> RunSettings:
    """The training run that the Explorer's settings stand for; the widths are the multi-rate
    model's.
    """
    return RunSettings(
        data=s.data,
        likelihood=_LIKELIHOODS[s.decoder],
        latent=s.d,
        beta=s.beta,
        sigma2=s.sigma2,
        steps=MOST_STEPS,
        seed=s.seed,
        widths=models.widths(s),
    )


def _status(job: Job) -> Progress:
    try:
        return registry().status(job.folder)
    except UserError as error:
        return Progress(state="failed", error=str(error))


def _report(job: Job, progress: Progress) -> None:
    if progress.state == "failed":
        st.error(progress.error)
    elif progress.state == "cancelled":
        st.info("Cancelled; nothing was kept.")
    elif progress.state == "done":
        _compare(job, progress)
    else:
        _progress(job, progress)
    if progress.over and not st.session_state.get(f"over-{job.folder.name}"):
        st.session_state[f"over-{job.folder.name}"] = True
        st.rerun()  # once: the button returns, and the fragment stops asking


def _progress(job: Job, p: Progress) -> None:
    share = min(p.step / max(p.steps, 1), 1.0)
    pace = _pace(p, registry().place(job.folder))
    st.progress(
        share,
        f"{_describe(job.settings)}: {pace} · at most {p.steps:,} steps, fewer once J is flat",
    )
    if st.button("Cancel"):
        registry().cancel(job.folder)


def _pace(p: Progress, place: int | None) -> str:
    if p.state == "queued":
        return f"waiting for a free processor, place {place or 1} in the queue"
    if p.step == 0:
        return "starting"
    return f"step {p.step:,}, {p.rate_of_steps:,.0f} a second · J = {p.objective:,.2f}"


def _compare(job: Job, progress: Progress) -> None:
    try:
        pair = _both(job)
    except UserError as error:
        st.error(str(error))
        return
    st.markdown(_table(pair, progress.step))
    excess = pair.shared.objective - pair.own.objective
    learned = f" The dedicated model learned σ² = {pair.sigma2:.3g}." if pair.sigma2 else ""
    st.caption(
        f"At {_describe(job.settings)}: the board's J is {excess:+.2f} ± {pair.error:.2f} nats from"
        " the dedicated one's (one standard error of the paired difference: same held-out"
        " examples, same noise). The dedicated model stopped where its own held-out J was"
        f" least.{learned}"
    )


@dataclass(frozen=True)
class Pair:
    """Read-outs of the board's model and of the dedicated one, the paired error of J, σ² if
    learned.
    """

    source: str
    shared: Readings
    own: Readings
    error: float
    sigma2: float | None


def _both(job: Job) -> Pair:
    from vaeviz.measures.codecs.torch_codec import DedicatedCodec
    from vaeviz.models.vae import VAE

    s = job.settings
    probe = store.probe(s.data, patience=60)
    loaded = checkpoints.load(job.folder / runs.MODEL, ())
    assert probe is not None
    assert isinstance(loaded.model, VAE)
    codec = models.codec(s, probe) or probe.linear
    dedicated = DedicatedCodec(loaded.model, codec.likelihood, s.tau, "dedicated model")
    learned = float(loaded.model.log_sigma2.exp()) if s.decoder == "gaussian-optimal" else None
    seen = store.observer(probe, codec)(clipped(s.tau, codec), s.d)
    own = observe(dedicated, probe.x, s.tau, s.d, probe.noise)
    kind = codec.likelihood
    apart = objectives(seen, kind, s.beta, s.sigma2) - objectives(
        own, kind, s.beta, learned or s.sigma2
    )
    return Pair(
        codec.source,
        read(seen, probe.elements, kind, s.beta, s.sigma2, s.threshold),
        read(own, probe.elements, kind, s.beta, learned or s.sigma2, s.threshold),
        float(apart.std(ddof=1)) / len(apart) ** 0.5,
        learned,
    )


def _table(pair: Pair, steps: int) -> str:
    a, b = pair.shared, pair.own
    rows = [
        ("rate R (nats)", a.rate, b.rate),
        ("distortion D (nats)", a.distortion, b.distortion),
        ("ELBO (nats)", a.elbo, b.elbo),
        ("J = D + βR (nats)", a.objective, b.objective),
    ]
    head = (
        f"| | {pair.source} | dedicated model, {steps:,} steps | difference |\n|---|--:|--:|--:|\n"
    )
    body = [f"| {name} | {x:,.2f} | {y:,.2f} | {x - y:+,.2f} |" for name, x, y in rows]
    return head + "\n".join(
        [*body, f"| active units | {a.active} | {b.active} | {a.active - b.active:+d} |"]
    )


def _describe(s: Settings) -> str:
    variance = f", σ² = {s.sigma2:.3g}" if s.gaussian else ""
    return f"{s.data}, β = {s.beta:.3g}{variance}, d = {s.d}"


def _line(error: Exception) -> str:
    if isinstance(error, OSError):
        return (
            f"cannot start a run in {FOLDER} ({error.strerror}): free some space or make it"
            " writable"
        )
    return str(error)
