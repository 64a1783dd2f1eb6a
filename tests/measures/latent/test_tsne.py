"""t-SNE in a process: groups stay groups, the same each time, with progress, stoppable."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from vaeviz.config import UserError
from vaeviz.measures.latent import tsne as module
from vaeviz.measures.latent.tsne import tsne

RNG = np.random.default_rng(12)
GROUPS = np.arange(60) % 3
MU = (RNG.normal(size=(60, 5)) + 12 * GROUPS[:, None]).astype(np.float32)


def test_groups_stay_groups_with_progress_and_a_seed() -> None:
    heard: list[float] = []
    seen = tsne(MU, seed=3, report=heard.append)
    assert seen.points.shape == (60, 2)
    assert KNeighborsClassifier(3).fit(seen.points, GROUPS).score(seen.points, GROUPS) == 1
    assert len(heard) >= 5
    assert heard == sorted(heard)
    assert 0 < heard[0] <= heard[-1] <= 1
    assert seen.source == "t-SNE of 60 posterior means, perplexity 19.6667, seed 3"
    np.testing.assert_array_equal(seen.points, tsne(MU, seed=3).points)


def test_one_dimension_and_one_point_are_no_trouble() -> None:
    assert np.isfinite(tsne(MU[:30, :1]).points).all()
    alone = tsne(np.ones((50, 4)))
    assert not alone.points.any()
    assert alone.source.endswith("all codes are one")


def test_a_report_that_raises_stops_the_work() -> None:
    def enough(done: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        tsne(MU, report=enough)


def test_a_failed_layout_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="choose at least 10"):
        tsne(MU[:9])
    broken = MU.copy()
    broken[0, 0] = np.nan
    with pytest.raises(UserError, match=r"t-SNE failed \(ValueError.*NaN"):
        tsne(broken)
    monkeypatch.setattr(module.sys, "executable", "/bin/false")
    with pytest.raises(UserError, match="no reason given"):
        tsne(MU)
