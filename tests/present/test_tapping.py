"""What is printed to be pasted does in the shell what it says."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace

import pytest

from inspector.present.tapping import BLIND, LANGUAGES, SHELLS, Setting

PLACE = "/opt/my tools/it's here"
SETTING = Setting("http://127.0.0.1:4040", PLACE, f"{PLACE}/tap.cjs")
SHELL_COMMANDS = {"bash": ["bash", "--norc", "-c"], "fish": ["fish", "-c"], "powershell": ["pwsh", "-NoProfile", "-c"]}
HERE = [shell for shell, (program, *_) in SHELL_COMMANDS.items() if shutil.which(program)]
"""The shells of this machine; what is pasted is tried in all that there are."""


def environment_after(shell: str, language: str, before: dict[str, str], setting: Setting = SETTING) -> dict[str, str]:
    command = SHELL_COMMANDS[shell]
    home = {"PATH": os.environ["PATH"], "HOME": os.devnull}
    script = "\n".join([*setting.lines(language, shell), "env"])
    shown = subprocess.run([*command, script], env={**home, **before}, capture_output=True, text=True, check=True)
    return dict(line.split("=", 1) for line in shown.stdout.splitlines() if "=" in line)


@pytest.mark.parametrize("shell", HERE)
def test_the_shell_sets_the_base_address_and_the_tap(shell: str) -> None:
    seen = environment_after(shell, "python", {})
    assert seen["OPENAI_BASE_URL"] == "http://127.0.0.1:4040/v1"
    assert seen["STREAM_INSPECTOR_TAP"] == "http://127.0.0.1:4040"
    assert seen["PYTHONPATH"] == PLACE


@pytest.mark.parametrize("shell", HERE)
def test_what_was_set_before_stays(shell: str) -> None:
    assert environment_after(shell, "python", {"PYTHONPATH": "/a:/b"})["PYTHONPATH"] == f"{PLACE}:/a:/b"
    seen = environment_after(shell, "node", {"NODE_OPTIONS": "--trace-warnings"})
    assert seen["NODE_OPTIONS"] == f'--trace-warnings --require "{PLACE}/tap.cjs"'


@pytest.mark.parametrize("shell", HERE)
@pytest.mark.parametrize(
    "before, after", (({}, "127.0.0.1"), ({"NO_PROXY": "a.test", "no_proxy": "a.test"}, "127.0.0.1,a.test"))
)
def test_where_a_proxy_is_set_the_way_to_ours_leads_around_it(shell: str, before: dict[str, str], after: str) -> None:
    seen = environment_after(shell, "python", before, replace(SETTING, around=True))
    assert (seen["NO_PROXY"], seen["no_proxy"]) == (after, after)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shell_is_told_the_same_variables(language: str) -> None:
    own = "PYTHONPATH" if language == "python" else "NODE_OPTIONS"
    for shell in SHELLS:
        lines = SETTING.lines(language, shell)
        for name, line in zip(("OPENAI_BASE_URL", "STREAM_INSPECTOR_TAP", own), lines, strict=True):
            assert name in line


def test_powershell_quotes_by_doubling_and_leaves_out_what_is_empty() -> None:
    base, _, path = SETTING.lines("python", "powershell")
    assert base == "$env:OPENAI_BASE_URL = 'http://127.0.0.1:4040/v1'"
    assert "'/opt/my tools/it''s here', $env:PYTHONPATH" in path
    assert "Where-Object { $_ }" in path


def test_node_is_given_forward_slashes() -> None:
    """In NODE_OPTIONS a backslash inside quotes escapes what follows."""
    windows = Setting("http://127.0.0.1:1", "C:\\tap", "C:\\My tap\\tap.cjs")
    assert '--require "C:/My tap/tap.cjs"' in windows.lines("node", "powershell")[2]


def test_the_line_of_code_and_what_neither_way_sees() -> None:
    for language in LANGUAGES:
        assert "http://127.0.0.1:4040/v1/traces/ingest" in SETTING.in_code(language)
        assert "OPENAI_AGENTS_DISABLE_TRACING" in BLIND[language]
