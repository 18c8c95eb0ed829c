"""``tap`` prints what can be pasted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inspector.cli import tapping
from inspector.cli.entry import USAGE, main


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["tap", *words]) == 0
    return capsys.readouterr().out


def test_every_line_is_a_comment_or_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys, "--port", "4040", "--shell", "bash")
    assert all(line == "" or line.startswith(("#", "export ")) for line in shown.splitlines())
    assert shown.count("export STREAM_INSPECTOR_TAP='http://127.0.0.1:4040'") == 2


def test_shells_that_are_alike_are_known_by_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    bash = printed(capsys, "--port", "4040", "--shell", "bash")
    assert printed(capsys, "--port", "4040", "--shell", "sh") == bash
    assert printed(capsys, "--port", "4040", "--shell", "zsh") == f"setopt interactive_comments\n{bash}"
    told = json.loads(printed(capsys, "--port", "4040", "--shell", "zsh", "--json"))
    assert told["python"]["zsh"][0] == "export OPENAI_BASE_URL='http://127.0.0.1:4040/v1'"


def test_without_a_port_it_says_what_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys)
    assert shown.startswith("# First: stream-inspector proxy")
    assert f"http://127.0.0.1:{tapping.NO_PORT}/v1" in shown


@pytest.mark.parametrize("url", ["http://10.0.0.7:99", "http://10.0.0.7:99/", "http://10.0.0.7:99/v1"])
def test_the_address_of_a_proxy_elsewhere(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(printed(capsys, "--url", url, "--json"))
    assert told["url"] == "http://10.0.0.7:99"
    assert "export OPENAI_BASE_URL='http://10.0.0.7:99/v1'" in told["python"]["bash"]
    assert told["in_code"]["node"].count("http://10.0.0.7:99/v1/traces/ingest") == 1


def test_the_files_it_names_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(printed(capsys, "--port", "1", "--json", "--shell", "bash"))
    folder, module = (told[of]["bash"][2].split("'")[1] for of in ("python", "node"))
    assert (Path(folder) / "sitecustomize.py").is_file()
    assert Path(module.removeprefix('--require "').rstrip('"')).is_file()


@pytest.mark.parametrize(
    "words", [["--url", "here"], ["--url", "http://"], ["--url", "http://h:x"], ["--shell", "csh"]]
)
def test_wrong_use_is_told_in_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tap", *words]) == USAGE
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_port_and_url_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tap", "--port", "1", "--url", "http://h"]) == USAGE
    assert "give one of them" in capsys.readouterr().err


def test_an_app_behind_a_proxy_is_led_around_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert "no_proxy" not in printed(capsys, "--port", "4040", "--shell", "bash")
    monkeypatch.setenv("http_proxy", "http://proxy.test:3128")
    assert printed(capsys, "--port", "4040", "--shell", "bash").count("export no_proxy='127.0.0.1'") == 2
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert "no_proxy" not in printed(capsys, "--port", "4040", "--shell", "bash")
