"""A page answers a browser that reads: frames for one that does not are dropped, not queued.

Streamlit queues up to 500 messages for a browser, and a frame of ours can take a megabyte. While a
browser has not taken what was sent, its page waits. Streamlit keeps only its newest request
meanwhile, so that the frame which comes next is the newest, too.
"""

from __future__ import annotations

import asyncio
import time

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

MOST = 12  # messages in the queue: a few frames with what Streamlit says around each
LOOK = 0.05  # seconds


def wait_for_reader() -> None:
    """Comes back once this session's browser has taken what was sent, or is gone."""
    while waiting() > MOST:
        time.sleep(LOOK)


def waiting() -> int:
    """The messages that this session's browser has not taken; 0 where Streamlit does not say."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not runtime.exists():
        return 0
    sessions = getattr(runtime.get_instance(), "_session_mgr", None)
    session = sessions and sessions.get_active_session_info(context.session_id)
    queue = getattr(getattr(session, "client", None), "_send_queue", None)
    return queue.qsize() if isinstance(queue, asyncio.Queue) else 0
