"""The drill's page: its plan and its stub, and nothing that runs what a student writes."""

from __future__ import annotations

import json

from tests.chapters.session import Session
from vaeviz.chapters.learn.chapter import CHAPTER
from vaeviz.learning.drill import notebook, plan


def test_the_page_has_every_stage_the_rubric_and_the_stub() -> None:
    session = Session(CHAPTER)
    session.opens(tool="drill")
    header = session.settled()
    sent = header["panels"]["drill"]["drill"]
    assert [stage["minutes"] for stage in sent["plan"]["stages"]] == [12, 5, 16, 5]
    assert [point["name"] for point in sent["plan"]["rubric"]] == [p.name for p in plan.EXPLANATION]
    files = {file["name"]: file["text"] for file in sent["files"]}
    assert files == notebook.stub()
    assert json.loads(files["drill.ipynb"])["nbformat"] == 4
