"""The command line: what it prints for people and machines, and how it refuses."""

from __future__ import annotations

import argparse
import dataclasses
import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import vaeviz
from vaeviz import checkpoints, data, families
from vaeviz.checkpoints import shipped_recipes, studies
from vaeviz.commands import checkpoints as checkpoints_command
from vaeviz.commands import cures as cures_command
from vaeviz.commands import fidelity as fidelity_command
from vaeviz.commands import settings as flags
from vaeviz.commands import stored as stored_command
from vaeviz.commands import train as train_command
from vaeviz.commands.cli import COMMANDS, main, parser
from vaeviz.commands.loading import load
from vaeviz.commands.output import Bar, Output, bar_line, table
from vaeviz.config import RunSettings, UserError
from vaeviz.measures import curves
from vaeviz.models import multi_rate_settings
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.studies.toy import Toy

QUICK = ("--latent", "2", "--widths", "8", "--steps", "20")
TINY = MultiRateSettings("three-gaussians", widths=(8,), max_latent=2, steps=20, rows=4, knots=3)


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*arguments: str, status: int = 0) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    assert main(arguments, out, err) == status, err.getvalue()
    return out.getvalue(), err.getvalue()


def machine(*arguments: str, status: int = 0) -> dict:
    """The one JSON object that --json prints."""
    (line,) = call(*arguments, "--json", status=status)[0].splitlines()
    return json.loads(line)


def multi_rate_checkpoint(folder: Path, name: str = "three-gaussians") -> None:
    model = multi_rate_settings.build(TINY, (2,)).eval()
    about = families.MULTI_RATE.judge(model, TINY, data.load("three-gaussians"), name)[1]
    checkpoints.save(model, folder, about)


# --- help
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_help_teaches(command, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command.name, "--help"])
    shown = capsys.readouterr().out
    assert caught.value.code == 0
    assert "--json" in shown
    assert "examples:" in shown
    assert len(command.about.split()) > 30


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_every_example_in_a_help_text_parses(command) -> None:
    examples = re.findall(r"python -m vaeviz (\S.*?)(?: {3,}.*)?$", command.epilog, re.MULTILINE)
    assert len(examples) >= 2
    for example in examples:
        parser().parse_args(example.split())


def test_every_setting_has_a_flag_with_its_default() -> None:
    assert set(flags.HELP) == {field.name for field in dataclasses.fields(RunSettings)} - {"data"}
    args = parser().parse_args(["train"])
    assert train_command._family(args) == (families.VAE, RunSettings())


def test_flags_reach_the_settings() -> None:
    words = (
        "train moons --beta 2.5 --widths 8,16 --no-variational --likelihood bernoulli"
        " --free-bits 0.5"
    )
    more = "--schedule linear --warmup 7 --steps 9 --seed 3"
    given = parser().parse_args(f"{words} {more}".split())
    family, settings = train_command._family(given)
    assert family is families.AUTOENCODER
    assert settings == RunSettings(
        data="moons",
        beta=2.5,
        widths=(8, 16),
        variational=False,
        likelihood="bernoulli",
        free_bits=0.5,
        schedule="linear",
        warmup=7,
        steps=9,
        seed=3,
    )


def test_help_needs_no_torch() -> None:
    code = "import sys, vaeviz.commands.cli as c; c.parser(); sys.exit('torch' in sys.modules)"
    root = Path(vaeviz.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


# --- cures
# ------------------------------------------------------------------------------------------------


def test_a_study_of_cures_from_end_to_end(tmp_path: Path) -> None:
    words = (
        "cures",
        "three-gaussians",
        "--steps",
        "6",
        "--seeds",
        "4,5",
        "--only",
        "skip",
        "--out",
        "found",
    )
    said = machine(*words)
    study = studies.load(Path(said["file"]))
    assert Path(said["file"]) == Path("found/cures-three-gaussians.json")
    assert [(run.cure, run.seed) for run in study.runs] == [
        ("none", 4),
        ("skip", 4),
        ("none", 5),
        ("skip", 5),
    ]
    assert (study.settings["steps"], study.examples, study.seeds) == (6, 400, (4, 5))
    for run in study.runs:
        slack = 4 * run.information_error
        assert -slack < run.information < min(study.cap, run.rate) + slack
    shown, _ = call(*words)
    assert re.search(rf"no cure .* {study.verdict('none')}\n", shown)
    assert re.search(r"z in every layer .* (cures|revives .*|no collapse .*)\n", shown)
    assert "2 seeds (4, 5), 400 held-out examples" in shown


def test_an_unknown_cure_is_one_line() -> None:
    _, err = call("cures", "three-gaussians", "--only", "sleep", status=2)
    assert "unknown cure 'sleep': use none, warm-up" in err


# --- train, evaluate, checkpoints
# ------------------------------------------------------------------------------------------------


def test_train_then_evaluate_then_list() -> None:
    trained = machine("train", "three-gaussians", *QUICK, "--name", "mine")
    assert trained["checkpoint"] == str(Path("runs/mine"))
    assert RunSettings.from_json(trained["settings"]).steps == 20
    judged = machine("evaluate", "mine")
    assert judged["held_out"] == trained["held_out"]
    assert judged["kl"] == trained["kl"]
    (listed,) = machine("checkpoints", "--folder", "runs")["checkpoints"]
    assert listed["manifest"]["held_out"] == trained["held_out"]
    text, _ = call("evaluate", "runs/mine.json")
    assert re.search(rf"ELBO -\(D \+ R\) +{judged['held_out']['elbo']:.3f}", text)
    assert "mine  vae   three-gaussians     20" in call("checkpoints", "--folder", "runs")[0]


@pytest.mark.parametrize(
    "extra", [("--linear",), ("--no-variational",), ("--likelihood", "gaussian-optimal")]
)
def test_other_models_train_too(extra: Sequence[str]) -> None:
    name = Path(machine("train", "three-gaussians", *QUICK, *extra)["checkpoint"]).name
    assert machine("evaluate", name)["held_out"]["distortion"] == pytest.approx(
        checkpoints.load(name).manifest.held_out["distortion"]
    )


def test_a_checkpoint_is_not_overwritten_unasked() -> None:
    call("train", "moons", *QUICK)
    assert "exists: add --force" in call("train", "moons", *QUICK, status=2)[1]
    call("train", "moons", *QUICK, "--force")


def test_beta_may_be_judged_anew_but_not_what_was_trained() -> None:
    call("train", "moons", *QUICK, "--name", "mine")
    one, four = machine("evaluate", "mine"), machine("evaluate", "mine", "--beta", "4")
    extra = 3 * one["held_out"]["rate"]
    assert four["held_out"]["objective"] == pytest.approx(one["held_out"]["objective"] + extra)
    assert "belong to multi-rate" in call("evaluate", "mine", "--sigma2", "1", status=2)[1]


def test_names_tell_settings_apart() -> None:
    usual, other = (
        RunSettings(),
        RunSettings(beta=1e6, likelihood="bernoulli", variational=False, seed=2),
    )
    name = train_command.default_name
    assert name(families.VAE, usual) == "digits-beta1-var0.1-d8-seed0"
    assert name(families.AUTOENCODER, other) == "digits-beta1e06-var0.1-d8-bernoulli-plain-seed2"
    assert name(families.LINEAR, usual).endswith("-linear-seed0")
    assert name(families.MULTI_RATE, TINY) == "three-gaussians-multi-rate-seed0"


@pytest.mark.parametrize(
    ("words", "family"),
    [
        ("", families.VAE),
        ("--family autoencoder", families.AUTOENCODER),
        ("--no-variational", families.AUTOENCODER),
        ("--family masked", families.MASKED),
        ("--decoder masked", families.MASKED),
        ("--family linear", families.LINEAR),
        ("--linear", families.LINEAR),
        ("--family multi-rate --set max_latent=3 --set widths=[8]", families.MULTI_RATE),
    ],
)
def test_a_family_by_name_or_by_its_settings(words: str, family: families.Family) -> None:
    result, settings = train_command._family(parser().parse_args(["train", *words.split()]))
    assert result is family
    assert isinstance(settings, family.settings)
    with pytest.raises(UserError, match="unknown setting 'gamma'"):
        train_command._family(parser().parse_args(["train", *words.split(), "--set", "gamma=2"]))


def test_a_checkpoint_of_other_data_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    call("train", "moons", *QUICK, "--name", "mine")
    monkeypatch.setitem(data.load("moons").__dict__, "digest", "0" * 16)
    assert "trained on another version of 'moons'" in call("evaluate", "mine", status=2)[1]


def test_the_unusable_are_listed_with_the_reason_and_a_status() -> None:
    call("train", "moons", *QUICK, "--name", "mine")
    Path("runs/mine.safetensors").write_bytes(b"")
    text, _ = call("checkpoints", "--folder", "runs", status=1)
    assert "unusable: mine.safetensors is truncated" in text
    assert (
        "truncated"
        in machine("checkpoints", "--folder", "runs", status=1)["checkpoints"][0]["error"]
    )


def test_an_empty_folder_says_so() -> None:
    assert call("checkpoints", "--folder", "none")[0] == "no checkpoints in none\n"


def test_the_shipped_ones_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = (families.MULTI_RATE, TINY)
    monkeypatch.setitem(checkpoints_command.SHIPPED, "three-gaussians", tiny)
    (made,) = machine("checkpoints", "make", "three-gaussians", "--folder", "made")["checkpoints"]
    loaded = checkpoints.load("made/three-gaussians")
    assert loaded.manifest.to_json() == made
    assert loaded.manifest.kind == "multi-rate"
    assert "no checkpoint 'cats' is shipped" in call("checkpoints", "make", "cats", status=2)[1]
    assert curves.load(Path("made/curves/three-gaussians.json"), loaded.manifest.sha256)


def test_a_shipped_pair_can_be_made_and_comes_out_the_same_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dedicated = set(checkpoints_command.SHIPPED) - set(multi_rate_settings.RECIPES)
    assert dedicated == set(shipped_recipes.RECIPES)
    tiny = RunSettings("digits", widths=(8,), latent=2, steps=20)
    pair = {"digits-ae-2d": dataclasses.replace(tiny, variational=False), "digits-vae-2d": tiny}
    for name, settings in pair.items():
        monkeypatch.setitem(checkpoints_command.SHIPPED, name, (families.of(settings), settings))
    made, again = (
        machine("checkpoints", "make", *pair, "--folder", folder)["checkpoints"]
        for folder in ("a", "b")
    )
    assert [m["sha256"] for m in made] == [m["sha256"] for m in again]
    assert made[0]["sha256"] != made[1]["sha256"]
    for manifest in made:
        loaded = checkpoints.load(f"a/{manifest['name']}")
        assert (loaded.manifest.kind, loaded.manifest.steps) == ("vae", 20)
        assert loaded.manifest.settings == pair[manifest["name"]].to_json()


# --- multi-rate
# ------------------------------------------------------------------------------------------------


def test_a_multi_rate_model_is_judged_at_any_setting() -> None:
    multi_rate_checkpoint(Path("runs"), "many")
    usual = machine("evaluate", "many")["held_out"]
    kept = checkpoints.load("many").manifest.held_out  # of weights that float16 rounds
    assert usual == pytest.approx(kept, rel=1e-3, abs=1e-3)
    other = machine("evaluate", "many", "--beta", "4", "--sigma2", "0.05", "--latent", "1")
    assert other["beta"] == 4
    assert other["held_out"]["sigma2"] == pytest.approx(0.05)
    assert len(other["kl"]) == 1
    assert "this model has 1 to 2" in call("evaluate", "many", "--latent", "3", status=2)[1]
    assert "covers 0.001 to 10" in call("evaluate", "many", "--beta", "0", status=2)[1]


# --- variances
# ------------------------------------------------------------------------------------------------


def test_variances_are_trained_saved_and_told() -> None:
    words = ("variances", "--rates", "0.1", "--seeds", "3", "--steps", "5", "--out", "found")
    said = machine(*words)
    study = studies.load_variances(Path(said["file"]))
    assert (study.rates, study.seeds, study.steps) == ((0.1,), (3,), 5)
    assert [run.broken > 0 for run in study.runs] == [False, True, False]
    shown, _ = call(*words)
    assert re.search(r"^0\.1 +3 +[\d.]+ +NaN at step \d", shown, re.MULTILINE)


# --- toy
# ------------------------------------------------------------------------------------------------


def test_toy_prints_its_figures_beside_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    import vaeviz.studies.toy as module

    monkeypatch.setattr(module, "toy", lambda seed, watch: Toy(4.0 + seed, 1.5, 0.3, 0.9))
    text, _ = call("toy")
    assert re.search(r"loss, mean of the first epoch +4\.000 +4\.190", text)
    text, _ = call("toy", "--seed", "1")
    assert re.search(r"seed 1 +reference, one run", text)
    result = machine("toy", "--seed", "1")
    assert (result["first_loss"], result["reference_runs"]) == (5.0, 1)


# --- refusals
# ------------------------------------------------------------------------------------------------


WRITING = [
    "train --steps 3 --out",
    "train --family multi-rate --out",
    "cures --steps 3 --out",
    "variances --rates 0.1 --seeds 0 --steps 3 --out",
    "fidelity three-gaussians --taus 1 --dims 1 --seeds 0 --out",
    "checkpoints make digits --folder",
]


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize("where", ["file", "file/folder", "read-only"])
def test_a_place_that_cannot_be_written_is_refused_before_the_first_step(
    command: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints_command, "load", lambda *_: pytest.fail("too late"))
    for module in (train_command, cures_command, fidelity_command):
        monkeypatch.setattr(module, "load", lambda *_: pytest.fail("too late"))
    multi_rate_checkpoint(Path("runs"))
    Path("file").write_text("mine")
    if where == "read-only":
        make = Path.mkdir

        def mkdir(self: Path, *args: Any, **kwargs: Any) -> None:
            if self.name == where:
                raise PermissionError(errno.EACCES, "Permission denied", str(self))
            make(self, *args, **kwargs)

        monkeypatch.setattr(Path, "mkdir", mkdir)
    out, err = call(*command.split(), where, status=2)
    assert out == ""
    assert where.split("/")[0] in err
    assert err.count("\n") == 1
    assert Path("file").read_text() == "mine"


def test_every_command_with_a_folder_to_write_in_is_among_these() -> None:
    flags = {"--out", "--folder"}
    writing = {
        command.name
        for command in COMMANDS
        for action in _of(command)
        if flags & set(action.option_strings)
    }
    assert writing == {line.split()[0] for line in WRITING} | {"stored"}


def test_a_stored_run_is_trained_only_for_a_file_that_can_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stored_command, "load", lambda *_: pytest.fail("too late"))
    Path("file").write_text("mine")
    _, err = call("stored", "--out", "file/run.bin", status=2)
    assert err.count("\n") == 1
    assert "file" in err


def _of(command: Any) -> list[Any]:
    own = argparse.ArgumentParser()
    command.configure(own)
    return own._actions


def test_a_disk_that_is_full_by_then_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "there")

    monkeypatch.setattr(checkpoints, "save", full)
    _, err = call("train", "three-gaussians", *QUICK, status=2)
    assert "there (No space left on device)" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("train cats", "unknown data set 'cats'"),
        ("train --latent 0", "latent size 0: use 1 to 512"),
        ("train --steps 5 --schedule linear --warmup 6", "β would never be reached"),
        ("train moons --architecture conv", "does not fit data of shape"),
        ("train --name ../up", "checkpoint name '../up'"),
        ("evaluate none", "no checkpoint 'none'"),
        ("evaluate model.pt", "looks like a pickle"),
        ("fidelity mnist", "no checkpoint 'mnist'"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(arguments: str, message: str) -> None:
    out, err = call(*arguments.split(), status=2)
    assert out == ""
    assert message in err
    assert err.startswith(f"vaeviz {arguments.split()[0]}: ")
    assert err.count("\n") == 1
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    "flag", ["--beta nan", "--beta inf", "--beta x", "--seed 99999999999999999999", "--widths a"]
)
def test_a_number_that_is_none_is_refused_by_its_flag(
    flag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["train", *flag.split()])
    assert caught.value.code == 2
    assert f"argument {flag.split()[0]}: " in capsys.readouterr().err


def test_a_failure_in_training_saves_nothing() -> None:
    assert "diverged" in call("train", "moons", *QUICK, "--learning-rate", "1e30", status=2)[1]
    assert not Path("runs").exists()


def _heed_ctrl_c() -> None:
    """A shell's background jobs ignore Ctrl-C, and so do their children: this test may run in
    one.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_with_130_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vaeviz", "train", "moons", "--steps", "9000000"]
    environment = {**os.environ, "PYTHONPATH": str(Path(vaeviz.__file__).parents[1])}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, preexec_fn=_heed_ctrl_c
    ) as process:
        try:
            time.sleep(4)
            process.send_signal(signal.SIGINT)
            err = process.communicate(timeout=30)[1].decode()
        finally:
            process.kill()
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert not (tmp_path / "runs").exists()


# --- output
# ------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_draws_in_place_and_wipes_itself() -> None:
    stream = Terminal()
    with Bar(stream, 10, "train") as bar:
        bar.show(10, "D 1.0")
    assert "100%  10/10" in stream.getvalue()
    assert "\n" not in stream.getvalue()
    assert stream.getvalue().endswith(" \r")


def test_a_bar_is_silent_without_a_terminal() -> None:
    stream = io.StringIO()
    with Bar(stream, 10, "train") as bar:
        bar.show(10)
    assert stream.getvalue() == ""


def test_a_download_is_shown_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(name: str, report: data.Report) -> str:
        report(data.Progress("downloading", 2_500_000, 3.0))
        return name

    monkeypatch.setattr(data, "load", slow)
    stream = Terminal()
    assert load("mnist", Output(io.StringIO(), stream)) == "mnist"
    assert "mnist: downloading  2.5 MB  3 s" in stream.getvalue()


def test_a_bar_line_is_never_too_long() -> None:
    assert bar_line("x", 5, 10, 1.0, "y" * 500).startswith(
        "x [##############..............]  50%  5/10  5/s  y"
    )
    assert len(bar_line("x", 5, 10, 1.0, "y" * 500)) == 110


def test_a_table_lines_up() -> None:
    assert table(("a", "b"), [("long", "1"), ("x", "1000")]) == "a        b\nlong     1\nx     1000"
    assert table(("a", "b"), [("x", "1"), ("y", "1000")], left=(0, 1)) == "a  b\nx  1\ny  1000"


def test_an_error_in_several_lines_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    def many(*_: object) -> None:
        raise UserError("one\ntwo")

    monkeypatch.setattr(train_command, "given", many)
    assert call("train", status=2)[1] == "vaeviz train: one two\n"
