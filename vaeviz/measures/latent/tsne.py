"""t-SNE of codes by scikit-learn (van der Maaten & Hinton 2008, JMLR 9), in another process.

It keeps neighbours together; distances between groups, and their sizes, mean nothing.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from vaeviz.config import UserError
from vaeviz.measures.latent.tsne_child import STEPS
from vaeviz.records import Array, Embedding

PERPLEXITY, FEWEST = 30.0, 10
ENOUGH = 2000  # codes; more look the same and take longer
_ROOT = Path(__file__).parents[3]
_STEP = re.compile(r"^\[t-SNE\] Iteration (\d+): error")


def tsne(
    mu: Array, seed: int = 0, report: Callable[[float], None] = lambda done: None
) -> Embedding:
    """Lay codes out in two dimensions; the page takes the first 2,000.

    On one core 2,000 codes take 5 s, 5,000 three times as long.

    Parameters
    ----------
    mu : array of shape (N, d)
        Posterior means.
    seed : int, optional
        The same seed gives the same layout.
    report : callable, optional
        Called with the share done, 0 to 1; if it raises, the work stops.

    Returns
    -------
    Embedding
        `points` (N, 2), without a unit.

    Raises
    ------
    UserError
        For fewer than ten codes, or where scikit-learn fails.

    Examples
    --------
    >>> import numpy as np, vaeviz
    >>> vaeviz.tsne(np.eye(12)).points.shape
    (12, 2)
    """
    if len(mu) < FEWEST:
        raise UserError(f"t-SNE of {len(mu)} codes means nothing: choose at least {FEWEST}")
    perplexity = min(PERPLEXITY, (len(mu) - 1) / 3)
    source = f"t-SNE of {len(mu):,} posterior means, perplexity {perplexity:g}, seed {seed}"
    if not np.ptp(mu, axis=0).any():
        return Embedding(
            np.zeros((len(mu), 2), np.float32), "t-SNE", f"{source}: all codes are one"
        )
    return Embedding(_lay_out(mu, perplexity, seed, report), "t-SNE", source)


def _lay_out(mu: Array, perplexity: float, seed: int, report: Callable[[float], None]) -> Array:
    with TemporaryDirectory(prefix="vaeviz-tsne-") as folder:
        codes, target = Path(folder, "codes.npy"), Path(folder, "points.npy")
        np.save(
            codes, mu if mu.shape[1] > 1 else np.pad(mu, ((0, 0), (0, 1)))
        )  # it starts from 2 PCs
        arguments = [str(codes), str(target), repr(perplexity), str(seed)]
        with _child(arguments) as process:
            last = _follow(process, report)
        if process.returncode or not target.exists():
            raise UserError(
                f"t-SNE failed ({last[:120] or 'no reason given'}): try fewer examples, or PCA"
            )
        return np.load(target)


@contextmanager
def _child(arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
    """The process, which ends with the block."""
    command = [sys.executable, "-u", "-m", "vaeviz.measures.latent.tsne_child", *arguments]
    process = subprocess.Popen(
        command,
        cwd=_ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def _follow(process: subprocess.Popen[str], report: Callable[[float], None]) -> str:
    """Reports progress until the process ends; returns its last line, which names any error."""
    last = ""
    for line in process.stdout or ():
        last, step = line.strip() or last, _STEP.match(line)
        if step:
            report(int(step[1]) / STEPS)
    process.wait()
    return last
