"""A class opens the link at once: one session at a time imports what is new.

In a fresh process two sessions open two chapters. The first is inside a package when the second
begins to import a part of it, which needs the package: without a lock both fail.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = {
    "one/__init__.py": "",
    "one/chapter.py": """
from vaeviz.chapters.common import PART
CHAPTER = PART
""",
    "two/__init__.py": "",
    "two/chapter.py": """
from rendezvous import meet
meet()
from vaeviz.chapters.common.part import PART
CHAPTER = PART
""",
    "common/__init__.py": """
from rendezvous import meet
meet()
OTHER = 1
from .part import PART
""",
    "common/part.py": """
from vaeviz.chapters.common import OTHER
PART = OTHER
""",
    "rendezvous.py": """
import contextlib, threading, time
both = threading.Barrier(2)
def meet():
    with contextlib.suppress(threading.BrokenBarrierError):
        both.wait(1)
        time.sleep(0.3 * (threading.current_thread().name == "one"))
""",
}
VISITS = """
import contextlib, sys, threading
from types import ModuleType
import vaeviz.chapters
from vaeviz.chapters.catalogue import chapter
from vaeviz.ui import opening

vaeviz.chapters.__path__.append(sys.argv[1])
sys.path.append(sys.argv[1])
shell, page = ModuleType("vaeviz.ui.shell"), ModuleType("vaeviz.ui.page")
shell.frame, page.show = lambda: None, lambda chapter: opened.append(chapter)
vaeviz.ui.shell, vaeviz.ui.page = shell, page
sys.modules |= {"vaeviz.ui.shell": shell, "vaeviz.ui.page": page}
opened, ways = [], {"bare": lambda name: opened.append(chapter(name)), "page": opening.page}

def visit(name):
    with contextlib.suppress(ImportError, KeyError, RuntimeError):
        ways[sys.argv[2]](name)

threads = [threading.Thread(target=visit, args=(name,), name=name) for name in ("one", "two")]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(opened))
"""


@pytest.mark.parametrize(("way", "whole"), [("bare", False), ("page", True)])
def test_two_sessions_open_chapters_that_share_a_package(
    way: str, whole: bool, tmp_path: Path
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-c", VISITS, str(tmp_path), way]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (int(done.stdout) == 2) is whole
