"""What the command line accepts, and how it says what it does not."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from inspector.cli.parser import COMMANDS, parse, parser, tool_version
from inspector.domain.errors import UserError


@pytest.mark.parametrize(
    "words",
    [
        ["watch", "http://h", "run", "--thread", "t"],
        ["watch", "http://h", "--thread", "t", "run"],
        ["watch", "--thread", "t", "http://h", "run"],
    ],
)
def test_options_may_stand_anywhere(words: list[str]) -> None:
    args = parse(words)
    assert (args.command, args.url, args.run, args.thread, args.seconds) == ("watch", "http://h", "run", "t", None)


def test_options_may_stand_between_files() -> None:
    assert parse(["diagnose", "./a", "--json", "b"]).files == ["./a", "b"]


@pytest.mark.parametrize("words", [[], ["a.session"], ["--grab", "x.png", "a.session"], ["window", "a.session"]])
def test_words_that_are_no_command_are_for_the_window(words: list[str]) -> None:
    args = parse(words)
    assert args.command == "window"
    assert args.files == [word for word in words if word.endswith("session")]
    assert args.grab == (Path("x.png") if "--grab" in words else None)


def test_what_an_act_takes() -> None:
    args = parse(["act", "cancel", "http://h", "run"])
    assert (args.seconds, args.yes, args.dry_run, args.data, args.thread) == (10.0, False, False, None, None)
    assert parse(["act", "cancel", "u", "r", "--data", "-1", "--for", "0"]).data == "-1"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["act"], "The following arguments are required: ACTION, URL, RUN. See stream-inspector act --help."),
        (["serve", "--speed", "0"], "Argument --speed: a number above 0, at most 1000."),
        (["serve", "--port", "65536"], "Argument --port: a port is a number from 0 to 65535."),
        (["serve", "--port", "-1"], "Argument --port: a port is a number from 0 to 65535."),
        (["watch", "u", "--for", "nan"], "Argument --for: a number of seconds, not below 0."),
        (["watch", "u", "--for", "-1"], "Argument --for: a number of seconds, not below 0."),
        (["watch", "u", "--silence", "soon"], "Argument --silence: a number of seconds above 0."),
        (["runs", "u", "--stat", "x"], "Unrecognized arguments: --stat x."),
        (["export", "a", "b", "--to", "xml"], "Argument --to: invalid choice: 'xml' (choose from"),
        (["import", "a"], "The following arguments are required: --session."),
        (["--bongo"], "Unrecognized arguments: --bongo."),
    ],
)
def test_wrong_use_is_one_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(UserError) as told:
        parse(words)
    assert str(told.value).startswith(sentence)
    assert "\n" not in str(told.value)


def test_every_command_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["-h"]):
        with pytest.raises(SystemExit) as ended:
            parse(words)
        shown = capsys.readouterr().out
        assert ended.value.code == 0
        assert [command for command in COMMANDS if f"    {command} " not in shown] == []
    assert parser().prog == "stream-inspector"


def test_the_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--version"])
    assert capsys.readouterr().out == f"stream-inspector {tool_version()}\n"

    def nowhere(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", nowhere)
    assert tool_version() == "0"


def test_no_words_mean_what_the_window_alone_means() -> None:
    assert parse([]) == parse(["window"])
