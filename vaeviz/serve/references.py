"""What models are held against in a diagnosis, counted once for all sessions."""

from __future__ import annotations

from functools import partial

from vaeviz.measures.collapse.reference import Reference, reference
from vaeviz.serve import jobs
from vaeviz.serve.probes import Probe


def known(probe: Probe, likelihood: str, patience: float) -> Reference | None:
    """Of a data set's training examples, for one likelihood; None while it is counted."""
    count = partial(reference, probe.data.train, likelihood)
    return jobs.get(("reference", probe, likelihood), count, jobs.REFERENCE, patience)
