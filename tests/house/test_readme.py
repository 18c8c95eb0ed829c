"""What the README says to type exists, and what it shows is there."""

from __future__ import annotations

import re

import pytest

from inspector.cli.parser import COMMANDS, parser
from tests.house.sources import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = [
    (words[0], re.findall(r"--[a-z-]+", line))
    for line in re.findall(r"^\| `stream-inspector (.+?)` \|", README, re.MULTILINE)
    if (words := line.split())[0].isalpha()
]


def test_two_commands_do_everything() -> None:
    commands = dict(re.findall(r"<!-- command: (\w+) -->\n```sh\n(.+)\n```", README))
    assert set(commands) == {"demo", "tests"}
    for command in commands.values():
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -e ")


@pytest.mark.parametrize(("command", "options"), ROWS, ids=[command for command, _ in ROWS])
def test_the_command_line_has_what_the_table_says(
    command: str, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([command, "--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert [option for option in options if option not in shown] == []


def test_the_table_has_every_command() -> None:
    assert set(COMMANDS) == {command for command, _ in ROWS}


def test_what_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_charts_have_their_place() -> None:
    assert README.count("<!-- charts:begin -->") == README.count("<!-- charts:end -->") == 1
