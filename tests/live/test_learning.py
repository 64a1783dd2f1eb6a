"""The quiz's own modules: formulas in plain signs, typed numbers, progress, and what is asked."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest

from tests.live.node import run
from vaeviz.chapters.learn import content

KEPT = """
  const stored = new Map();
  const kept = { keep: (k, v) => stored.set(k, v), remembered: (k) => stored.get(k) ?? null };
"""


def test_every_formula_has_a_plain_form_without_tex() -> None:
    ours = list(content.formulas())
    plain = run(
        """
        import { plain } from "./draw/formula.js";
        result = given.ours.map(plain);
        """,
        ours=ours,
    )
    for tex, text in zip(ours, plain, strict=True):
        assert text, tex
        assert not set("\\{}") & set(text), (tex, text)


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\frac12(\sigma^2 + \mu^2 - 1 - \log\sigma^2)", "½(σ² + μ² - 1 - log σ²)"),
        (r"\mathrm{KL}(q(z|x)\,\Vert\,p(z))", "KL(q(z|x) ‖ p(z))"),
        (r"\sqrt{\bar\alpha_t}\,x_0", "√(ᾱ_t) x₀"),
        (r"\frac{\sigma_0}{\sigma}", "(σ₀)/σ"),
        (r"\bar\alpha_t = \prod_{s \le t}(1 - \beta_s)", "ᾱ_t = ∏_(s ≤ t)(1 - β_s)"),
        ("", ""),
        ("x^", "x"),
        (r"a_{b", "a_b"),
    ],
)
def test_plain_signs(tex: str, text: str) -> None:
    code = """
        import { plain } from "./draw/formula.js";
        result = plain(given.tex);
        """
    assert unicodedata.normalize("NFC", run(code, tex=tex)) == unicodedata.normalize("NFC", text)


def test_typed_numbers() -> None:
    texts = ["0,318", " −2 ", "1.307", "1e-3", ".5", "5.", "+3", "", "x", "1.2.3", "0x10", "1/2"]
    found = run(
        """
        import { number } from "./panels/learn/choose.js";
        result = given.texts.map(number);
        """,
        texts=texts,
    )
    assert found == [0.318, -2, 1.307, 0.001, 0.5, 5, 3, *[None] * 5]


def test_a_missed_question_comes_back_and_a_known_one_less_and_less_often() -> None:
    found = run(
        f"""
        import {{ Progress }} from "./panels/learn/progress.js";
        {KEPT}
        const mine = new Progress(kept);
        const waits = [];
        for (const right of [true, true, true, true, true, true, false]) {{
          mine.note("one", right);
          let round = mine.round;
          while (mine.rank("one", round) > 5) round += 1;
          waits.push(round - mine.round);
          mine.round = round;
        }}
        const again = new Progress(kept);
        result = [waits, again.missed("one"), again.boxes.get("one"), mine.rank("two", 9)];
        """
    )
    assert found[0] == [2, 4, 8, 16, 16, 16, 1]
    assert found[1] is True
    assert found[2]["box"] == 1
    assert (found[2]["seen"], found[2]["good"]) == (7, 6)
    assert found[3] == 6


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("", -1),
        ("[", -1),
        ("null", -1),
        ('{"boxes": {}}', -1),
        ('{"kind": "vaeviz progress", "boxes": null}', -1),
        ("x" * 300_000, -1),
        ('{"kind": "vaeviz progress", "boxes": {}}', 0),
        (
            json.dumps(
                {
                    "kind": "vaeviz progress",
                    "round": -4,
                    "boxes": {
                        "good": {"box": 2, "seen": 3, "good": 9, "last": 1},
                        "__proto__": {"box": 2, "seen": 3, "good": 1, "last": 1},
                        "<b>": {"box": 2, "seen": 3, "good": 1, "last": 1},
                        "high": {"box": 9, "seen": 3, "good": 1, "last": 1},
                        "half": {"box": 1.5, "seen": 3, "good": 1, "last": 1},
                        "text": {"box": 1, "seen": "3", "good": 1, "last": 1},
                        "many": {"box": 1, "seen": 1e12, "good": 1, "last": 1},
                        "none": None,
                    },
                }
            ),
            1,
        ),
    ],
)
def test_a_file_of_progress_is_untrusted(text: str, taken: int) -> None:
    found = run(
        f"""
        import {{ Progress }} from "./panels/learn/progress.js";
        {KEPT}
        const mine = new Progress(kept);
        mine.note("before", true);
        const taken = mine.load(given.text);
        result = [taken, [...mine.boxes], mine.round];
        """,
        text=text,
    )
    assert found[0] == taken
    if taken < 0:
        assert [name for name, _ in found[1]] == ["before"]
    else:
        assert [name for name, _ in found[1]] == ["good"][:taken]
        assert all(entry["good"] <= entry["seen"] for _, entry in found[1])
        assert found[2] == 0


def chosen(settings: dict[str, Any], missed: list[str]) -> list[str]:
    return run(
        f"""
        import {{ chosen }} from "./panels/learn/choose.js";
        import {{ Progress }} from "./panels/learn/progress.js";
        {KEPT}
        const mine = new Progress(kept);
        for (const id of given.missed) mine.note(id, false);
        result = chosen(given.content, given.settings, mine);
        """,
        settings={"length": 10, "sections": "", **settings},
        missed=missed,
        content={**content.course(), "bank": content.questions(), "drawn": content.drawn(0)},
    )


def test_what_a_quiz_asks() -> None:
    bank = {one["id"]: one for one in content.questions()}
    assert [len(chosen({"quiz": tag}, [])) for tag in ("vaes", "practice", "chapter")] == [5, 6, 20]
    mixed = chosen({"quiz": "sections", "length": 40}, [])
    assert len(set(mixed)) == 40
    fifth = chosen({"quiz": "sections", "sections": "5", "length": 4}, ["warm-up"])
    assert fifth[0] == "warm-up"
    assert len(fifth) == 4
    assert {bank[own]["section"] for own in fifth} == {"collapse"}
    assert chosen({"quiz": "missed"}, []) == []
    assert set(chosen({"quiz": "missed"}, ["warm-up", "kl-zero"])) == {"warm-up", "kl-zero"}


def test_the_drills_clock_counts_each_stage_alone_and_says_what_is_over() -> None:
    found = run(
        """
        import { Clock } from "./panels/learn/clock.js";
        let now = 0;
        const clock = new Clock(4, [1000, "x", -1, 1e12], () => now);
        const faces = [clock.face(0, 12)];
        clock.turn(0);
        now = 61_500;
        faces.push(clock.face(0, 12), clock.face(1, 5));
        clock.goes(1);
        now += 301_000;
        faces.push(clock.face(0, 12), clock.face(1, 5));
        clock.turn(1);
        now += 60_000;
        faces.push(clock.face(1, 5));
        const odd = new Clock(2, "?").spent;
        result = { faces, spent: clock.spent, running: clock.running, odd };
        """
    )
    assert found["faces"] == [
        "11:59 left of 12 min", "10:58 left of 12 min", "5:00 left of 5 min",
        "10:58 left of 12 min", "0:01 over 5 min", "0:01 over 5 min",
    ]  # fmt: skip
    assert found["spent"] == [62_500, 301_000, 0, 0]
    assert found["running"] is False
    assert found["odd"] == [0, 0]
