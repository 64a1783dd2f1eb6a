"""What the models of a data set are held against in a diagnosis, counted once for all sessions."""

from __future__ import annotations

from functools import partial

from vaeviz.measures.collapse.reference import Reference, reference
from vaeviz.ui.store import Once
from vaeviz.ui.views import Probe

REFERENCES = Once(workers=1, most=4)


def known(probe: Probe, likelihood: str, patience: float) -> Reference | None:
    """Of a data set's training examples, for decoders of this likelihood; None while it is being
    counted.
    """
    job = partial(reference, probe.data.train, likelihood)
    return REFERENCES.result((probe, likelihood), job, patience)
