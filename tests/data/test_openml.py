"""The optional downloads, without a network: success, failure, a hang, half a file, a damaged
cache.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from vaeviz import data
from vaeviz.config import UserError
from vaeviz.data import openml, openml_child, packaged
from vaeviz.data.dataset import Progress, Source

ABOUT = Source(
    name="tiny",
    title="Tiny",
    shape=(2, 2),
    value_range=(0.0, 1.0),
    size=20,
    class_names=tuple("0123456789"),
    source="this test",
    licence="MIT",
    embedded=False,
)
PATIENT = openml.Patience(look=0.05)  # a slow start on a busy machine is no failure
SHORT = openml.Patience(answer=1.5, parser=4.0, total=8.0, look=0.05)
STUB = """
import pathlib, sys, time, types
import numpy as np
def fetch_openml(*, data_id, data_home, **_):
    pixels = np.arange(80, dtype=float).reshape(20, 4)
    labels = np.array([str(i % 10) for i in range(20)], object)
    folder = pathlib.Path(data_home, "openml"); folder.mkdir(parents=True, exist_ok=True)
    {body}
    return pixels, labels
sys.modules["sklearn.datasets"] = types.SimpleNamespace(fetch_openml=fetch_openml)
from vaeviz.data.openml_child import main
raise SystemExit(main(sys.argv[1:]))
"""


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(home))
    return home


def fetch(
    body: str, heard: list[Progress] | None = None, patience: openml.Patience = PATIENT
) -> None:
    """Run the real parent against a child whose fetch_openml does `body`."""
    child = (sys.executable, "-c", STUB.format(body=body))
    reports = [] if heard is None else heard
    openml.fetch(ABOUT, 554, "digits", reports.append, patience, child)


def left_over(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "vaeviz").glob("*"))


def test_a_download_is_kept_and_read_back(data_home: Path) -> None:
    fetch("pass")
    assert left_over(data_home) == ["tiny.npz"]
    pixels, labels = openml.read(ABOUT, openml.cache_file("tiny"))
    np.testing.assert_array_equal(pixels, (np.arange(80, dtype=np.float32) / 255).reshape(20, 4))
    assert labels.tolist() == [i % 10 for i in range(20)]
    assert labels.dtype == np.int64


def test_what_is_cached_is_not_downloaded_again() -> None:
    fetch("pass")
    fetch("raise OSError('the network must not be asked')")


def test_progress_counts_the_bytes_that_arrive() -> None:
    heard: list[Progress] = []
    fetch("time.sleep(0.3); (folder / 'part').write_bytes(bytes(5000)); time.sleep(0.5)", heard)
    assert heard[0].stage == "connecting"
    assert (heard[-1].stage, heard[-1].received) == ("downloading", 5000)
    assert [p.seconds for p in heard] == sorted(p.seconds for p in heard)


def test_the_parser_may_be_silent_for_longer_than_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(openml, "UNPACKING", 0.5)
    heard: list[Progress] = []
    fetch(
        "time.sleep(0.2); (folder / 'data').write_bytes(bytes(1_500_000)); time.sleep(1.9)",
        heard,
        SHORT,
    )
    assert heard[-1].stage == "unpacking"
    openml.cache_file("tiny").unlink()
    fetch(
        "time.sleep(1.9)", None, SHORT
    )  # the data lie there from last time: nothing arrives, which is fine
    assert openml.cache_file("tiny").is_file()


@pytest.mark.parametrize(
    "body",
    [
        "raise __import__('urllib.error').error.URLError('Name or service not known')",
        "raise TimeoutError('timed out')",
        (
            "raise ValueError('md5 checksum of local file does not match description:\\\\n download"
            " it again')"
        ),
        "pixels[3, 1] = 300",
        "pixels[3, 1] = float('nan')",
        "sys.exit(3)",
    ],
)
def test_a_failure_is_one_line_with_a_cure_and_leaves_nothing(body: str, data_home: Path) -> None:
    with pytest.raises(
        UserError, match=r"'tiny' could not be downloaded .* or choose digits"
    ) as caught:
        fetch(body)
    assert "\n" not in str(caught.value)
    assert left_over(data_home) == []


def test_a_cause_of_two_lines_is_reported_whole() -> None:
    with pytest.raises(UserError, match=r"ValueError: md5 differs; fetch again"):
        fetch("raise ValueError('md5 differs;\\n fetch again')")


def test_a_hang_before_the_first_byte_is_ended() -> None:
    start = time.monotonic()
    with pytest.raises(UserError, match=r"no answer for \d+ seconds.*choose digits"):
        fetch("time.sleep(60)", None, SHORT)
    assert time.monotonic() - start < 6


def test_a_hang_in_the_middle_is_ended_and_cleared_away(data_home: Path) -> None:
    body = (
        "import tempfile\n"
        "    with tempfile.TemporaryDirectory(dir=folder) as d:\n"
        "        pathlib.Path(d, 'half').write_bytes(bytes(999)); time.sleep(60)"
    )
    start = time.monotonic()
    with pytest.raises(UserError, match="no answer"):
        fetch(body, None, SHORT)
    assert time.monotonic() - start < 8
    assert list((data_home / "openml").iterdir()) == []
    assert left_over(data_home) == []


def test_a_trickle_without_end_is_ended() -> None:
    body = "for i in range(600):\n        time.sleep(0.1); (folder / str(i)).write_bytes(b'x')"
    with pytest.raises(UserError, match=r"not done after \d+ seconds"):
        openml.fetch(
            ABOUT,
            554,
            "digits",
            lambda _: None,
            openml.Patience(3.0, 3.0, 2.0, 0.05),
            (sys.executable, "-c", STUB.format(body=body)),
        )


def test_a_child_that_will_not_go_is_killed() -> None:
    start = time.monotonic()
    with pytest.raises(UserError, match="no answer"):
        fetch(
            "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
            None,
            SHORT,
        )
    assert time.monotonic() - start < 9


def test_a_listener_that_raises_stops_the_download(data_home: Path) -> None:
    def cancel(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        openml.fetch(
            ABOUT,
            554,
            "digits",
            cancel,
            SHORT,
            (sys.executable, "-c", STUB.format(body="time.sleep(60)")),
        )
    assert left_over(data_home) == []


def test_a_cache_folder_that_cannot_be_made_is_named(data_home: Path) -> None:
    data_home.write_text("a file where a folder should be")
    with pytest.raises(UserError) as caught:
        fetch("pass")
    blamed(caught.value, data_home)


def blamed(error: UserError, folder: Path) -> None:
    """The line names the folder, and no network."""
    words = str(error)
    assert str(folder) in words
    assert "SCIKIT_LEARN_DATA" in words
    assert "internet" not in words
    assert "\n" not in words


@pytest.mark.parametrize("part", ["vaeviz", "openml"])
def test_a_part_of_the_cache_that_cannot_be_written_is_named(data_home: Path, part: str) -> None:
    data_home.mkdir()
    (data_home / part).write_text("a file where a folder should be")
    with pytest.raises(UserError) as caught:
        fetch("sys.exit('the network must not be asked')")
    blamed(caught.value, data_home / part)


@pytest.mark.parametrize("number", ["EACCES", "EROFS", "ENOSPC"])
def test_a_disk_that_fails_during_a_download_is_not_called_a_network(
    data_home: Path, number: str
) -> None:
    with pytest.raises(UserError) as caught:
        fetch(f"import errno; raise OSError(errno.{number}, 'no', str(folder / 'part'))")
    blamed(caught.value, data_home / "openml" / "part")


def test_a_network_that_refuses_is_not_called_a_disk() -> None:
    with pytest.raises(UserError, match="internet"):
        fetch("import urllib.error; raise urllib.error.URLError(OSError(101, 'unreachable'))")


@pytest.mark.parametrize(
    "damage",
    ["truncated", "flipped", "text", "pickled", "other shape", "missing key", "empty", "npy"],
)
def test_a_damaged_cache_is_removed_and_says_so(damage: str) -> None:
    fetch("pass")
    path = openml.cache_file("tiny")
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 4] ^= 0xFF
    if damage == "pickled":
        np.savez(path, pixels=np.array([{"a": 1}], dtype=object), labels=np.zeros(20, np.uint8))
    elif damage == "other shape":
        np.savez(path, pixels=np.zeros((20, 5), np.uint8), labels=np.zeros(20, np.uint8))
    elif damage == "npy":
        with path.open("wb") as file:
            np.save(file, np.zeros((20, 4), np.uint8))
    elif damage == "missing key":
        np.savez(path, pixels=np.zeros((20, 4), np.uint8))
    else:
        contents = {
            "truncated": whole[:100],
            "flipped": bytes(flipped),
            "text": b"hello",
            "empty": b"",
        }
        path.write_bytes(contents[damage])
    with pytest.raises(UserError, match="damaged and has been removed: load it again"):
        openml.read(ABOUT, path)
    assert not path.exists()


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_the_optional_sets_are_described_and_absent_without_a_network(name: str) -> None:
    assert not data.available(name)
    assert not data.describe(name).embedded
    assert data.describe(name).size == 70_000


def test_load_turns_a_failed_download_into_one_line_and_tries_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def broken(*_: object, **__: object) -> subprocess.Popen[str]:
        asked.append("once")
        child = STUB.format(body="raise OSError('Network is unreachable')")
        return real(
            [sys.executable, "-c", child, "554", "h", "t"],
            stderr=subprocess.PIPE,
            text=True,
            cwd=openml.ROOT,
        )

    real = subprocess.Popen
    monkeypatch.setattr(openml.subprocess, "Popen", broken)
    for _ in range(2):
        with pytest.raises(
            UserError, match=r"'mnist' could not .*unreachable.*mnist-5k .*works offline"
        ):
            data.load("mnist")
    assert len(asked) == 2


def test_load_reads_the_cache_when_it_is_there(data_home: Path) -> None:
    rng = np.random.default_rng(0)
    pixels, labels = (
        np.zeros((70_000, 784), np.uint8),
        rng.integers(10, size=70_000).astype(np.uint8),
    )
    pixels[:, 0], pixels[:, 1] = labels, 255
    openml_child.save(openml.cache_file("mnist"), pixels, labels)
    assert data.available("mnist")
    try:
        loaded = data.load("mnist")
        assert loaded.train.shape == (56_000, 784)
        np.testing.assert_array_equal(np.rint(loaded.train[:, 0] * 255), loaded.train_labels)
        assert loaded.train.max() == 1.0
    finally:
        data.catalogue._read.cache_clear()  # type: ignore[attr-defined]


def test_an_interrupted_save_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="No space"):
        openml_child.save(tmp_path / "a.npz", np.zeros((2, 4), np.uint8), np.zeros(2, np.uint8))
    assert list(tmp_path.iterdir()) == []


def test_a_cache_with_any_byte_flipped_is_read_right_or_refused() -> None:
    fetch("pass")
    path = openml.cache_file("tiny")
    whole = path.read_bytes()
    right = openml.read(ABOUT, path)
    for place in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        try:
            read = openml.read(ABOUT, path)
        except UserError:
            continue
        np.testing.assert_array_equal(read[0], right[0])
        np.testing.assert_array_equal(read[1], right[1])


def test_a_missing_package_is_named() -> None:
    with pytest.raises(UserError, match="pip install no-such"):
        packaged.read_bytes_csv("no_such_package", "x.csv", "no-such")


@pytest.mark.parametrize("contents", [None, "1,2\n3,300\n", "1,2\n3\n", "a,b\n"])
def test_a_damaged_packaged_file_is_named(
    contents: str | None, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "broken_package").mkdir()
    (tmp_path / "broken_package" / "__init__.py").touch()
    if contents is not None:
        (tmp_path / "broken_package" / "x.csv").write_text(contents)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UserError, match="reinstall it with pip install --force-reinstall broken"):
        packaged.read_bytes_csv("broken_package", "x.csv", "broken")
