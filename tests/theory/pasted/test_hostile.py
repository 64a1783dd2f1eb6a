"""The reader of pasted text always returns, and runs nothing."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vaeviz.theory import pasted
from vaeviz.theory.pasted import Reading, code, read, reading

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


WRAPPED = (
    *("{}", "loss = {}", "mse_loss(x, {})", "x[{}] = mse_loss(a, b)", "a = len({})", "x.y({}).z"),
    *("torch.sum(x, dim={})", "mse_loss(x, y, reduction={})", "if {}:\n  x"),
)
NESTED, BYTES = "f'''{f\"\"\"\n{x}\"\"\"}'''", "f'''{b\"\"\"\n\"\"\"}'''"


@pytest.mark.parametrize("around", WRAPPED)
@pytest.mark.parametrize("string", [NESTED, BYTES], ids=["nested", "bytes"])
def test_an_f_string_that_python_cannot_write_is_answered_in_a_line(
    around: str, string: str
) -> None:
    """`ast.unparse` raises ValueError for these."""
    result = read(around.format(string))
    assert valid(result)
    assert result.unread


def test_any_other_exception_is_answered_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(text: str) -> None:
        raise SystemError(text)

    monkeypatch.setattr(reading, "statements", stumbles)
    assert read("x").unread == ("not read: Python itself stumbles over this text",)


LOSSES = (
    "recon = F.mse_loss(x_hat, x, reduction='sum')\nkld = -0.5 * torch.sum(1 + logvar - mu.pow(2)"
    " - logvar.exp())\nloss = recon + beta * kld",
    "loss = nn.MSELoss()(y, x) + 0.00025 * torch.mean(-0.5 * torch.sum(1 + s - m ** 2 - s.exp(),"
    " dim=1), dim=0)",
    "kl_loss = K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1) * -0.5",
    "def loss_fn(self, *args, w=1.0, **kwargs):\n    recons = args[0]\n    return {'loss': loss}",
    "l = lambda a, /, *b, k=1: ((a - b)**2).mean()\nloss = l(x, y) / x.size(0) + len(x)",
    "if (n := len(x)) > 3:\n    loss = f'{n!r:>{w}}' + x.shape[1:2]",
    "a = [*b, *c]; f(*args, **kw); F.mse_loss(*a, **b); x.sum(*[1]); pow(); torch.log(); len(*x)",
    "match x:\n    case [1, *_]: pass\ntry:\n    pass\nexcept* E: pass",
    "x[0] += mse_loss(a, b)\n(a, b) = 1, 2\na = b = c = mse_loss(x, y)",
)
PIECES = (
    *"()[]{}*/%@~:;,.=#'\"\\\t\n\r\x0c\x0b\u2028\u200b\u202e\ufeff\ud800éﬁ²½٣",
    *("**", "//", ":=", "->", "not ", "lambda x: ", "f'{x}'", "f'{", "'''", '"""', "9" * 50),
    *("1e400", "1e-320", "0", "1j", "True", "None", "...", "b'\\x00'", "*args", "**kw", "await "),
    *("yield from ", "x[1:2, ::3]", "x[*y]", "size(", "shape[", "sum(", "mean(", "log(", "pow("),
    *("MSELoss(", "nn.l2_loss(", "mse_loss(", "dim=-9", "axis=(0, 1)", "reduction=None", "**9**9"),
    *("/0", "**-1", "\n  ", "with a as b:\n c\n", "@d\n", "async def f():\n", "0x" + "F" * 200),
    *(NESTED, BYTES),
)


def mangled(rng: random.Random) -> str:
    """A loss with odd pieces put in, parts left out, doubled, and taken from another."""
    text = rng.choice(LOSSES)
    for _ in range(rng.choice([1, 2, 3, 5, 10, 30])):
        at = rng.randrange(len(text) + 1)
        end = at + rng.choice([0, 0, 1, 5, 20])
        match rng.randrange(5):
            case 0 | 1:
                text = text[:at] + rng.choice(PIECES) + text[end:]
            case 2:
                text = text[:at] + text[end:]
            case 3:
                text = text[:at] + rng.choice(PIECES) * rng.choice([2, 40, 200]) + text[at:]
            case _:
                text = text[:at] + rng.choice(LOSSES)[at : at + 40] + text[at:]
    return text


@pytest.mark.parametrize("seed", range(20))
def test_mangled_losses_come_back_with_a_line(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(30):
        text = mangled(rng)
        result = read(text)
        assert valid(result), text
        assert result.parts or result.unread or not text.strip(), text


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
