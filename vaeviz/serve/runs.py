"""The training runs of this server: one registry for all sessions."""

from __future__ import annotations

from vaeviz.runs.queue.registry import Registry

REGISTRY = Registry()  # not in Streamlit's cache, which a click in its menu empties
