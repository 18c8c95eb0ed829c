"""What is printed is right for who reads it: programs get JSON whatever a server wrote, people get harmless text."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from inspector.cli.output import Bar, complain, data_of, finding_text, json_line, moment, run_text, say
from inspector.domain.errors import UserError

FINDING = {
    "id": "run.failed",
    "severity": "error",
    "text": "It failed.",
    "frames": [1, 2, 3, 4, 5, 6],
    "next": ["continue"],
}
RUN: dict[str, Any] = {
    "id": "r1",
    "ending": "failed",
    "why": "It ended by an error.",
    "started_ms": 100.0,
    "ended_ms": 2600.0,
    "findings": [FINDING, {**FINDING, "id": "x", "severity": "note", "frames": [7], "next": ["continue", "rewind"]}],
}


class Terminal(io.StringIO):
    """Something that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
@pytest.mark.parametrize("pretty", [True, False])
def test_json_is_json_in_any_encoding(monkeypatch: pytest.MonkeyPatch, encoding: str, pretty: bool) -> None:
    value = {"text": "Grüße ✓ 🚢 \ud83d \x1b[2J", "empty": None}
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    monkeypatch.setattr("sys.stdout", stream)
    json_line(value, pretty)
    printed = raw.getvalue().decode(encoding)
    assert json.loads(printed) == value
    assert printed.count("\n") == (4 if pretty else 1)


def test_numbers_that_json_has_not_are_null(capsys: pytest.CaptureFixture[str]) -> None:
    json_line({"body": [float("nan"), 1.5, float("-inf")]})
    assert capsys.readouterr().out == '{"body": [null, 1.5, null]}\n'


def test_text_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[2Jb\x9bc\u202ed\ne\tf ✓")
    complain("one\nsentence\x07 \x1b[1m")
    assert capsys.readouterr() == ("a�[2Jb�c�d\ne\tf ✓\n", "stream-inspector: one sentence [1m\n")


def test_text_is_told_as_the_encoding_can(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii", newline="\n"))
    say("ü \ud83d")
    assert raw.getvalue() == b"\\xfc \\ud83d\n"


def test_a_run_is_told_with_what_proves_it() -> None:
    assert run_text(RUN).splitlines() == [
        "r1  FAILED  It ended by an error.  [after 2.5 s]",
        "  ✖ It failed.  (run.failed #1 #2 #3 #4 #5 …)",
        "  · It failed.  (x #7)",
        "  → continue, rewind",
    ]
    assert run_text({**RUN, "id": None, "ended_ms": None, "findings": []}) == "(no id)  FAILED  It ended by an error."
    assert finding_text({**FINDING, "frames": []}) == "✖ It failed.  (run.failed)"


def test_data_is_given_as_it_is_or_in_a_file(tmp_path: Path) -> None:
    assert data_of(None) is None
    assert data_of('{"a": [1, "x"]}') == {"a": [1, "x"]}
    assert data_of('"yes"') == "yes"
    file = tmp_path / "data.json"
    file.write_bytes('\ufeff{"ü": null}'.encode())
    assert data_of(f"@{file}") == {"ü": None}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yes", "--data is no JSON"),
        ("", "--data is no JSON"),
        ('{"a": NaN}', "NaN is no number there"),
        pytest.param("[" * 200_000, "--data is no JSON", id="deep"),
        ("@", "cannot be read"),
        ("@/nowhere/at/all", "/nowhere/at/all cannot be read: No such file or directory."),
    ],
)
def test_data_that_is_none_is_said(text: str, words: str) -> None:
    with pytest.raises(UserError) as told:
        data_of(text)
    assert words in str(told.value)


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    file = tmp_path / "data.bin"
    file.write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(UserError, match="cannot be read"):
        data_of(f"@{file}")


def test_moments_are_told_as_the_server_does_or_as_dates() -> None:
    assert moment("2026-11-21T05:21:08.132845+00:00") == "2026-11-21T05:21:08.132845+00:00"
    assert moment(1795234868.0) == "2026-11-21T04:21:08+00:00"
    assert (moment(None), moment(1e300), moment(float("nan"))) == ("", "1e+300", "nan")


def test_long_work_shows_a_bar_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = iter([0.0, 0.1, 0.6, 0.7])
    monkeypatch.setattr("inspector.cli.output.time.monotonic", lambda: next(now))
    bar = Bar()
    bar(1, 10)
    assert capsys.readouterr().err == ""
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    bar(1, 10)
    assert screen.getvalue() == ""
    bar(5, 10)
    assert screen.getvalue() == "\r" + "█" * 15 + " " * 15 + "  50%  5 of 10 "
    bar(5, 0)
    bar.clear()
    bar.clear()
    assert screen.getvalue().endswith("5 of 10 \r\x1b[K")


def test_a_file_without_times_tells_none() -> None:
    first = run_text({**RUN, "ended_ms": RUN["started_ms"]}).splitlines()[0]
    assert first == "r1  FAILED  It ended by an error."
