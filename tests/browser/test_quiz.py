"""The quiz and the cards, by keyboard on a projector and by touch on a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app_board import PATIENCE, QUIZ, projector
from tests.browser.test_nothing_cut import FAULTS, LABELS
from vaeviz.chapters.learn import content
from vaeviz.learning.bank import Question, bank
from vaeviz.learning.cards import cards

pytestmark = pytest.mark.browser
BY_STEM = {one.stem.split("$")[0].split("[[")[0]: one for one in bank()}
WIDE = """() => {
  const wide = [];
  for (let main; (main = document.querySelector(".vv-ask .vv-main")).textContent !== "Again"; ) {
    main.click(); // turns the card
    const { right } = document.querySelector(".vv-card").getBoundingClientRect();
    for (const node of document.querySelectorAll(".vv-card .katex-html .base"))
      if (node.getBoundingClientRect().right > right)
        wide.push(node.closest(".vv-tex").dataset.tex);
    document.querySelector(".vv-ask .vv-main").click(); // it is known
  }
  return wide;
}"""
LEARN = """() => {
  let cards = 0;
  for (let main; (main = document.querySelector(".vv-ask .vv-main")).textContent !== "Again"; ) {
    main.click(); // turns the card
    document.querySelector(".vv-ask .vv-main").click(); // it is known
    cards += 1;
  }
  return cards;
}"""
FOCUS = "document.activeElement.textContent"
RENDERED = ".st-key-vv-reading-learn .katex"


@pytest.fixture
def fresh(browser: Browser) -> Iterator[Page]:
    """A window that remembers nothing."""
    with projector(browser) as page:
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with projector(browser, has_touch=True, is_mobile=True) as page:
        page.set_viewport_size({"width": 390, "height": 844})
        yield page


def visit(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/learn{query}")
    page.wait_for_selector(f"{QUIZ.ready} .vv-ask h4", timeout=PATIENCE)


def asked(page: Page) -> Question:
    """The question that is on the screen."""
    text = page.locator(".vv-ask .vv-stem").inner_text()
    (one,) = (own for stem, own in BY_STEM.items() if text.startswith(stem))
    return one


def faults(page: Page) -> list[str]:
    """What is cut; the "?" of a panel is larger for a finger than it looks."""
    return [fault for fault in page.evaluate(FAULTS, LABELS) if "vv-why" not in fault]


def key(one: Question, right: bool, turn: int = 0) -> str:
    """The key of the right option, or of the first wrong one; each run turns the options on."""
    order = content.drawn(0)["options"][one.id]
    if turn and one.kind != "truefalse":
        by = 1 + (turn - 1) % (len(order) - 1)
        order = order[by:] + order[:by]
    return str(1 + next(at for at, k in enumerate(order) if one.options[k].right is right))


def answer(page: Page, one: Question, right: bool, turn: int = 0) -> None:
    """By keys alone, from where the focus is."""
    if one.options:
        page.keyboard.press(key(one, right, turn))
    elif one.generator:
        value = content.drawn(0)["numbers"][one.id]["answer"]
        page.keyboard.type("words")
        page.keyboard.press("Enter")
        assert "number" in page.locator(".vv-graded").inner_text()
        page.keyboard.press("Control+A")
        page.keyboard.type(f"{value if right else value + 9:.3f}".replace(".", ","))
        page.keyboard.press("Enter")
    else:
        page.keyboard.type("My answer.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        for k in range(len(one.rubric) if right else 0):
            page.keyboard.press(str(k + 1))
        page.get_by_role("button", name="Grade it").press("Enter")


def test_a_quiz_by_keyboard_with_its_reasons_and_what_to_look_at_again(
    fresh: Page, address: str
) -> None:
    visit(fresh, address, "?quiz=practice")
    fresh.get_by_role("button", name="Start").press("Enter")
    for k in range(6):
        one, right = asked(fresh), k % 2 == 0
        answer(fresh, one, right)
        expect(
            fresh.locator(".vv-passed" if right else ".vv-question-card.vv-failed")
        ).to_have_count(1)
        verdict = fresh.locator(".vv-graded")
        expect(verdict).to_have_attribute("role", "status")
        assert verdict.inner_text()
        wrong = [option for option in one.options if not option.right]
        expect(fresh.locator(".vv-reason")).to_have_count(len(wrong))
        expect(fresh.locator(".vv-explanation")).to_have_count(1)
        expect(fresh.locator(".vv-after .vv-see")).to_have_count(1 if one.link else 0)
        assert fresh.evaluate(FOCUS) == ("Next" if k < 5 else "Result")
        assert faults(fresh) == []
        fresh.keyboard.press("Enter")
    assert fresh.locator(".vv-ask .vv-stem").inner_text() == "3 of 6"
    expect(fresh.locator(".vv-summary tbody tr")).to_have_count(6)
    expect(fresh.locator(".vv-summary tr.vv-failed")).to_have_count(3)
    assert faults(fresh) == []
    fresh.get_by_role("button", name="Repeat what was missed").press("Enter")
    assert "1 of 3" in fresh.locator(".vv-asked").inner_text()


def test_what_was_missed_is_remembered_and_a_quiz_goes_on_after_a_reload(
    fresh: Page, address: str
) -> None:
    visit(fresh, address)
    fresh.get_by_role("button", name="Start").click()
    first = asked(fresh)
    answer(fresh, first, right=False)
    fresh.reload()
    fresh.wait_for_selector(f"{QUIZ.ready} .vv-asked", timeout=PATIENCE)
    assert "2 of 5" in fresh.locator(".vv-asked").inner_text()
    assert asked(fresh) != first
    fresh.get_by_role("button", name="Missed").click()
    expect(fresh.locator(".vv-start h4")).to_contain_text("1 question")
    fresh.get_by_role("button", name="Start").click()
    assert asked(fresh) == first
    answer(fresh, first, right=True, turn=1)
    fresh.get_by_role("button", name="Result").click()
    fresh.get_by_role("button", name="New quiz").click()
    expect(fresh.locator(".vv-start .vv-main")).to_be_disabled()


def boxes(page: Page) -> dict[str, int]:
    kept = json.loads(page.evaluate("localStorage.getItem('vaeviz-progress')"))["boxes"]
    return {name: entry["box"] for name, entry in kept.items()}


def test_a_repeat_turns_the_options_and_raises_no_box(fresh: Page, address: str) -> None:
    visit(fresh, address)
    fresh.get_by_role("button", name="Start").click()
    for _ in range(5):
        fresh.get_by_role("button", name="I don't know").click()
        fresh.keyboard.press("Enter")
    missed = boxes(fresh)
    assert set(missed.values()) == {1}
    for turn in (1, 2):
        fresh.get_by_role("button", name="Repeat what was missed").click()
        for k in range(5):
            one = asked(fresh)
            assert key(one, True, turn) != key(one, True, turn - 1)
            answer(fresh, one, right=k > 0, turn=turn)
            expect(fresh.locator(".vv-passed")).to_have_count(int(k > 0))
            fresh.keyboard.press("Enter")
            if turn == 2:
                break
        assert boxes(fresh) == missed


def test_a_part_of_an_answer_counts_and_leads_back(fresh: Page, address: str) -> None:
    """2 of 3 points pass, and where the rest can be seen is said all the same."""
    label = ""
    visit(fresh, address, "?quiz=practice")
    fresh.get_by_role("button", name="Start").click()
    for _ in range(6):
        one = asked(fresh)
        if one.kind == "short" and one.link and len(one.rubric) > 2:
            fresh.keyboard.type("My answer.")
            fresh.get_by_role("button", name="Show a good answer").click()
            for k in range(len(one.rubric) - 1):
                fresh.keyboard.press(str(k + 1))
            fresh.get_by_role("button", name="Grade it").click()
            label = one.link.label
        else:
            fresh.get_by_role("button", name="I don't know").click()
            expect(fresh.locator(".vv-best")).to_have_count(int(one.kind == "short"))
        fresh.keyboard.press("Enter")
    row = fresh.locator(".vv-summary tbody tr:not(.vv-failed)")
    expect(row.filter(has_text=label).first).to_be_visible()


def test_see_it_opens_the_tool_beside_the_quiz(fresh: Page, address: str) -> None:
    visit(fresh, address)
    fresh.get_by_role("button", name="Start").click()
    fresh.get_by_role("button", name="I don't know").click()
    with fresh.expect_popup() as opened:
        fresh.locator(".vv-see").click()
    other = opened.value
    other.wait_for_selector(".vv-explorer[data-ready=true][data-tool=steps]", timeout=PATIENCE)
    expect(fresh.locator(".vv-see")).to_have_count(1)


def test_formulas_are_those_of_streamlit(fresh: Page, address: str) -> None:
    visit(fresh, address)
    fresh.wait_for_selector(RENDERED, state="attached", timeout=PATIENCE)
    fresh.get_by_role("button", name="Start").click()
    fresh.get_by_role("button", name="I don't know").click()
    fresh.wait_for_function(
        """() => {
      const all = [...document.querySelectorAll(".vv-ask .vv-tex")];
      return all.length > 2 && all.every((node) => node.querySelector(".katex"));
    }""",
        timeout=PATIENCE,
    )


def test_sections_are_ticked_and_stand_in_the_link(fresh: Page, address: str) -> None:
    visit(fresh, address, "?quiz=sections&sections=5&length=5")
    boxes = fresh.locator(".vv-sections input")
    assert [box.is_checked() for box in boxes.all()] == [k == 4 for k in range(9)]
    boxes.nth(1).check()
    boxes.nth(4).uncheck()
    fresh.wait_for_function("location.search.includes('sections=2')", timeout=PATIENCE)
    fresh.get_by_role("button", name="Start").click()
    assert asked(fresh).section == "objective"


def test_progress_is_saved_as_a_file_and_only_a_whole_one_is_read(
    fresh: Page, address: str, tmp_path: Path
) -> None:
    visit(fresh, address)
    fresh.get_by_role("button", name="Start").click()
    answer(fresh, asked(fresh), right=True)
    fresh.get_by_role("button", name="Chapter").click()
    with fresh.expect_download() as saving:
        fresh.get_by_role("button", name="Save progress").click()
    file = Path(saving.value.path())
    assert len(json.loads(file.read_text())["boxes"]) == 1
    fresh.get_by_role("button", name="Forget progress").click()
    expect(fresh.get_by_role("button", name="Save progress")).to_be_disabled()
    broken = tmp_path / "broken.json"
    broken.write_text('{"boxes": 1}')
    chooser = fresh.locator("input[type=file]")
    chooser.set_input_files(broken)
    expect(fresh.locator(".vv-told")).to_contain_text("is no saved progress")
    expect(fresh.get_by_role("button", name="Save progress")).to_be_disabled()
    chooser.set_input_files(file)
    expect(fresh.locator(".vv-told")).to_contain_text("1 ")
    expect(fresh.get_by_role("button", name="Save progress")).to_be_enabled()


def test_on_a_phone_a_quiz_is_tapped_and_nothing_is_cut(phone: Page, address: str) -> None:
    visit(phone, address, "?quiz=practice")
    phone.get_by_role("button", name="Start").tap()
    for _ in range(6):
        one = asked(phone)
        phone.get_by_role("button", name="I don't know").tap()
        main = phone.locator(".vv-onward .vv-main")
        expect(main).to_be_in_viewport()
        for own in phone.locator(".vv-ask :is(button, .vv-see)").all():
            box = own.bounding_box()
            assert box
            assert box["height"] >= 43.5, one.id
        assert faults(phone) == [], one.id
        main.tap()
    assert phone.locator(".vv-ask .vv-stem").inner_text() == "0 of 6"
    assert faults(phone) == []


def test_cards_turn_by_space_and_come_back_until_they_are_known(fresh: Page, address: str) -> None:
    visit(fresh, address, "?tool=cards")
    count = fresh.locator(".vv-deck span")
    fronts = fresh.locator(".vv-card h4")
    total = len(cards())
    expect(count).to_have_text(f"0 of {total} known")
    first = fronts.inner_text()
    fresh.keyboard.press("Space")
    expect(fresh.locator(".vv-back")).to_be_visible()
    fresh.keyboard.press("1")
    for known in range(3):
        assert fronts.inner_text() != first
        fresh.keyboard.press("Enter")  # the focus is on "Turn"
        fresh.keyboard.press("2")
        expect(count).to_have_text(f"{known + 1} of {total} known")
    assert fronts.inner_text() == first
    assert faults(fresh) == []
    fresh.get_by_role("button", name="Shuffle").click()
    assert fresh.evaluate(LEARN) == total - 3  # those that were known stay away
    expect(count).to_have_text(f"{total} of {total} known")
    fresh.locator(".vv-deck select").select_option("use")
    own = len([card for card in cards() if card.section == "use"])
    expect(count).to_have_text(f"{own} of {own} known")


def test_on_a_phone_cards_are_tapped(phone: Page, address: str) -> None:
    visit(phone, address, "?tool=cards")
    phone.locator(".vv-card").tap()
    phone.get_by_role("button", name="Known").tap()
    expect(phone.locator(".vv-deck span")).to_contain_text("1 of")
    assert faults(phone) == []
    phone.wait_for_selector(RENDERED, state="attached", timeout=PATIENCE)
    assert phone.evaluate(WIDE) == []


def test_the_drill_has_a_clock_a_rubric_and_a_stub_and_remembers(fresh: Page, address: str) -> None:
    fresh.goto(f"{address}/learn?tool=drill")
    clock = fresh.locator(".vv-clock")
    expect(clock).to_have_text("12:00 left of 12 min", timeout=PATIENCE)
    fresh.get_by_role("button", name="Start the clock").press("Enter")
    expect(clock).to_have_text(re.compile(r"11:5\d left of 12 min"))
    fresh.get_by_role("button", name="Next stage").click()
    expect(clock).to_have_text(re.compile(r"4:5\d left of 5 min"))
    fresh.get_by_label("Your explanation").fill("Two terms.")
    fresh.get_by_role("button", name="Compare with the rubric").click()
    point = fresh.get_by_role("checkbox").first
    point.check()
    fresh.get_by_role("button", name="Pause").click()
    fresh.reload()
    expect(fresh.get_by_label("Your explanation")).to_have_value("Two terms.", timeout=PATIENCE)
    fresh.get_by_role("button", name="Compare with the rubric").click()
    expect(fresh.get_by_role("checkbox").first).to_be_checked()
    fresh.get_by_role("button", name="Implement").click()
    with fresh.expect_download() as download:
        fresh.get_by_role("button", name="Save drill.py").click(timeout=PATIENCE)
    assert download.value.suggested_filename == "drill.py"
    fresh.get_by_role("button", name="Start over").click()
    expect(clock).to_have_text("12:00 left of 12 min")


def test_a_prediction_sends_to_the_model_and_is_graded_by_hand(fresh: Page, address: str) -> None:
    fresh.goto(f"{address}/learn?quiz=sections&sections=6&length=40")
    fresh.locator(".vv-start .vv-main").click(timeout=PATIENCE)
    for _ in range(40):
        if fresh.get_by_role("button", name="I was right").count():
            break
        fresh.get_by_role("button", name="I don't know").click()
        fresh.keyboard.press("Enter")
    href = fresh.locator(".vv-answers .vv-see").get_attribute("href")
    assert href
    assert href.endswith("explain=predict")
    fresh.keyboard.press("1")
    expect(fresh.locator(".vv-passed")).to_have_count(1)
    fresh.goto(f"{address}/{href.removeprefix('./')}")
    expect(fresh.locator(".vv-prediction").first).to_be_in_viewport(timeout=PATIENCE)


def test_cards_of_a_section_are_saved_as_files(fresh: Page, address: str) -> None:
    visit(fresh, address, "?tool=cards")
    fresh.locator(".vv-deck select").select_option("use")
    own = [card for card in cards() if card.section == "use"]
    for label, name, begin in (
        ("Anki", "vaeviz-cards-use.txt", b"#separator:tab\n"),
        ("PDF, eight per sheet", "vaeviz-cards-use-sheet.pdf", b"%PDF-"),
        ("Print: PDF, one per page", "vaeviz-cards-use.pdf", b"%PDF-"),
    ):
        with fresh.expect_download(timeout=PATIENCE) as saving:
            fresh.get_by_role("button", name=label).click()
        assert saving.value.suggested_filename == name
        content = Path(saving.value.path()).read_bytes()
        assert content.startswith(begin)
    assert len(re.findall(rb"/Type /Page\b", content)) == 2 * len(own)
    expect(fresh.locator(".vv-print progress")).to_be_hidden()
    assert faults(fresh) == []
