"""Settings of every test.

Property tests are repeatable, and not timed: a busy machine is no failure. One thread, set before
NumPy and torch are imported: on tensors this small more threads are several times slower.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["VAEVIZ_HOME"] = "."  # runs belong to a test's own folder, not to the code's

from hypothesis import settings

import vaeviz.families  # noqa: F401 - tells checkpoints how models are built

settings.register_profile("vaeviz", deadline=None, derandomize=True, database=None)
settings.load_profile("vaeviz")
