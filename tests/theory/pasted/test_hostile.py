"""The reader of pasted text always returns, and runs nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vaeviz.theory import pasted
from vaeviz.theory.pasted import Reading, code, read

WORDS = [
    "mse_loss",
    "torch",
    ".",
    "(",
    ")",
    "[",
    "]",
    "sum",
    "mean",
    "1",
    "0.5",
    "mu",
    "logvar",
    "exp",
    "-",
    "+",
    "**",
    "2",
    "/",
    "*",
    "=",
    "\n",
    " ",
    ",",
    "dim",
    "x",
    "F",
    "log",
    ":",
    "if",
    "lambda",
    "'",
    "size",
    "{",
    "loss",
    "with",
    "return",
    "10",
    "abs",
    "shape",
    "reduction",
]


def valid(result: Reading) -> bool:
    return all(
        line and "\n" not in line and len(line) < 200 for line in (*result.parts, *result.unread)
    )


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=60).map("".join)))
@settings(max_examples=400, deadline=None)
@example("1 .e")
@example("x.size()")
@example("pow(x)")
@example("torch.pow(x, 2, 3)")
@example("x = 9" + "9" * 400 + " ** 9 ** 9")
def test_any_text_comes_back_with_a_line(text: str) -> None:
    result = read(text)
    assert valid(result)
    assert result.parts or result.unread or not text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1900,
        "-" * 1900 + "1",
        "[" * 30 + "]" * 30,
        "a" + ".b" * 900,
        "1" + "+1" * 900,
        "x" * 1_000_000,
        "loss\0 = 1",
        "\ud800",
        "\u202eloss",
        "9" * 1900,
        "lambda: " * 200,
        "x = " * 400 + "1",
        "f" + "()" * 900,
        "{" * 41,
        "not " * 480 + "x",
        "x\u2028y",
        "e=" + "9**" * 600 + "9",
        "if 1:\n" + " if 1:\n" * 90,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_hostile_text_is_refused_in_a_line(text: str) -> None:
    result = read(text)
    assert valid(result)
    assert result.unread
    assert (result.error, result.weight) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "a = 9**8\n" + "a = a**8\n" * 150,
        "a = 2*x\n" + "a = a**-7\n" * 150,
        "a = x + y\n" + "a = a*a + z\n" * 150,
        "a = 3\n" + "a = a + 1/a\n" * 150,
        "a = 1e-300\n" + "a = a*1e-300\n" * 100,
        "a = 0\nb = 1/a\nc = log(a)\nd = a**-1\ne = 0.0**0.5\nf = log(-x)\ng = (-2)**0.5",
        "a = x\n" + "a = exp(2*log(a))\n" * 100,
        "p = " + "+".join(f"a{i}" for i in range(36)) + "\n" + "p = p*p\n" * 100,
        "l = 0\n" + "l += mse_loss(a, b)\n" * 95,
        "loss = 1e-200 * F.mse_loss(a, b) + 1e200 * torch.sum(mu**2 + exp(s) - s)",
    ],
    ids=lambda text: repr(text[:24]),
)
def test_what_grows_from_line_to_line_is_bounded(text: str) -> None:
    assert len(text) <= 2000
    result = read(text)
    assert valid(result)
    assert result.unread
    assert result.weight is None


def test_a_long_text_is_not_looked_at() -> None:
    assert read("x\n" * 1001).unread == ("not read: the text is longer than 2,000 characters",)


def test_brackets_in_brackets_are_not_looked_at() -> None:
    assert read("(" * 41 + ")" * 41).unread == ("not read: the brackets are nested too deeply",)


def test_open_brackets_take_a_few_lines_along_not_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or many lines, each with all that follow, would take seconds."""
    longest = [0]
    parsed = code.parsed
    monkeypatch.setattr(
        code, "parsed", lambda text: longest.append(text.count("\n")) or parsed(text)
    )
    assert read("(\n" * 39 + "x\n" * 900).unread
    assert sum(longest) < 3 * 939


def test_nothing_is_run(tmp_path: Path) -> None:
    made = tmp_path / "made"
    read(f"loss = open({str(made)!r}, 'w') + __import__('os').mkdir({str(made)!r})")
    assert not made.exists()


def test_the_reader_calls_nothing_that_could_run_a_text() -> None:
    for path in Path(pasted.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not called & {
            "eval",
            "exec",
            "compile",
            "__import__",
            "getattr",
            "globals",
            "ast.literal_eval",
        }
