"""A class opens the link at once: in a fresh process one session at a time imports what is new."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Runs the scripts as Streamlit does, each in a thread of its own, with Streamlit's half replaced;
# every module of ours gives way to the other threads once while it is being found.
SCRIPTS = """
import json, sys, threading, time
from pathlib import Path
import streamlit
inside, most, opened, errors = {}, [], [], []

class Giving:
    def find_spec(self, name, path=None, target=None):
        me = threading.current_thread().name
        if not name.startswith("vaeviz.") or name.startswith("vaeviz.ui") or me == "MainThread":
            return None
        inside[me] = inside.get(me, 0) + 1
        most.append(len([n for n in inside.values() if n]))
        time.sleep(0.002)
        inside[me] -= 1
        return None

def visit(script):
    ready.wait()
    try:
        exec(compile(script.read_text(), script, "exec"), {})
        opened.append(script.stem)
    except BaseException as error:
        errors.append(repr(error))

sys.meta_path.insert(0, Giving())
streamlit.fragment = lambda run: opened_by
opened_by = lambda chapter: None
streamlit.navigation = lambda *_, **__: type("Page", (), {"run": lambda self: None})()
streamlit.Page = lambda *_, **__: None
streamlit.session_state = {}
streamlit.stop = lambda: None
scripts = [*sorted(Path("pages").glob("*.py")), Path("explorer_app.py")] * 4
ready = threading.Barrier(len(scripts))
threads = [threading.Thread(target=visit, args=(script,)) for script in scripts]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps({"most": max(most), "opened": len(opened), "errors": errors}))
"""


def test_twenty_sessions_import_one_after_another() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPTS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"most": 1, "opened": 20, "errors": []}
