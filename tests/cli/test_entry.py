"""Exit codes, interrupts and closed pipes, with real processes; and what is imported for which command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from inspector.cli import entry, main, main_gui
from inspector.cli.entry import ABNORMAL, FINE, INTERRUPTED, PIPE_CLOSED, REFUSED, UNREACHABLE, USAGE
from tests.house.sources import ROOT

WAITS = ROOT / "tests/recordings/assistants/02a_requires_action_two_calls.wire.jsonl"
FAILED = ROOT / "tests/recordings/assistants/06_failed_rate_limit.wire.jsonl"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")
COMMAND = [sys.executable, "-m", "inspector"]


def run(*words: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    command = COMMAND if code is None else [sys.executable, "-c", code]
    return subprocess.run(
        [*command, *words], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )


def test_the_exit_status_is_the_process_own() -> None:
    fine = run("diagnose", "--json", str(WAITS))
    assert (fine.returncode, fine.stderr, json.loads(fine.stdout)["runs"][0]["ending"]) == (FINE, "", "waiting")
    assert run("diagnose", str(FAILED)).returncode == ABNORMAL
    unreadable = run("diagnose", "--json", "nowhere")
    assert (unreadable.returncode, unreadable.stdout) == (USAGE, "")
    assert unreadable.stderr.count("\n") == 1
    assert run("watch").returncode == USAGE
    assert run("runs", "http://127.0.0.1:1").returncode == UNREACHABLE
    assert {FINE, ABNORMAL, USAGE, UNREACHABLE, REFUSED} == {0, 1, 2, 3, 4}


def test_the_console_script_is_the_same() -> None:
    script = "import sys; from inspector.cli import main; sys.exit(main())"
    done = run("diagnose", "--json", str(FAILED), code=script)
    assert (done.returncode, json.loads(done.stdout)["runs"][0]["ending"]) == (ABNORMAL, "failed")


LEAN = """
import sys
from inspector.cli import main
status = main(sys.argv[1:])
names = {name.split(".")[0] for name in sys.modules}
print(status, sorted(names & set("PySide6 shiboken6 qasync httpx keyring h11 websockets".split())))
"""


def test_judging_a_log_needs_neither_qt_nor_the_network() -> None:
    done = run("diagnose", "--json", str(WAITS), code=LEAN)
    assert done.stdout.splitlines()[-1] == "0 []"


@pytest.mark.parametrize(
    "words", [["runs", "http://127.0.0.1:1"], ["watch", "http://127.0.0.1:1"], ["serve", "nowhere"]]
)
def test_no_command_but_the_windows_needs_qt(words: list[str]) -> None:
    found = run(*words, code=LEAN).stdout.splitlines()[-1]
    assert "PySide6" not in found
    assert "qasync" not in found


def at_a_terminal(*words: str) -> subprocess.Popen[str]:
    """A command that hears Ctrl+C: these tests may themselves run where a shell has it ignored."""
    return subprocess.Popen(
        [*COMMAND, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@POSIX
def test_an_interrupt_ends_it_quietly() -> None:
    process = at_a_terminal("serve")
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    watch = at_a_terminal("watch", url, "--json")
    assert watch.stdout is not None
    while '"event"' not in (line := watch.stdout.readline()):
        assert line
    watch.send_signal(signal.SIGINT)
    out, err = watch.communicate(timeout=60)
    assert (watch.returncode, err) == (INTERRUPTED, "")
    assert "ending" in json.loads(out.splitlines()[-1])
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (FINE, "")


@POSIX
@pytest.mark.parametrize(
    ("words", "status"), [(["--help"], FINE), (["diagnose", "--json", *[str(WAITS)] * 40], PIPE_CLOSED)]
)
def test_a_reader_that_goes_away_is_no_error(words: list[str], status: int) -> None:
    read, write = os.pipe()
    os.close(read)
    process = subprocess.Popen([*COMMAND, *words], cwd=ROOT, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (status, "")


def test_a_mistyped_command_opens_no_window(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["diagnos"], ["diagnos", str(WAITS)], [str(WAITS), "nowhere.session"]):
        assert main(words) == USAGE
        told = capsys.readouterr()
        assert told.out == ""
        assert "and no such command; there are demo, connect" in told.err


class Window:
    """Stands in for the window: keeps the wishes that it was started with."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wishes: list[SimpleNamespace] = []
        app = SimpleNamespace(Wish=SimpleNamespace, run=self._run)
        monkeypatch.setitem(sys.modules, "inspector.app.start", app)

    def _run(self, wish: SimpleNamespace) -> int:
        self.wishes.append(wish)
        return 0


def test_the_window_is_started_with_what_was_wished(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    window, picture = Window(monkeypatch), Path("x.png")
    assert main([str(WAITS)]) == main([]) == main(["--grab", "x.png"]) == 0
    assert [wish.files for wish in window.wishes] == [(WAITS,), (), ()]
    assert [wish.grab for wish in window.wishes] == [None, None, picture]
    window.wishes.clear()
    assert main(["demo", "--scenario", "langgraph-failed", "--grab", "x.png"]) == main(["demo"]) == 0
    assert window.wishes == [
        SimpleNamespace(demo=True, scenario="langgraph-failed", grab=picture),
        SimpleNamespace(demo=True, scenario=None, grab=None),
    ]
    assert main(["connect", "localhost:2024", "--protocol", "langgraph"]) == 0
    assert window.wishes[-1].connect.base_url == "http://localhost:2024"


def test_the_desktop_opens_the_window_also_for_a_file_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window(monkeypatch)
    monkeypatch.setattr(sys, "argv", ["stream-inspector-gui", "gone.session"])
    assert main_gui() == 0
    assert window.wishes[0].files == (Path("gone.session"),)


def test_a_scene_that_is_none_opens_no_window(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    window = Window(monkeypatch)
    assert main(["demo", "--scenario", "bongo"]) == USAGE
    assert main(["demo", "--scenario", "list"]) == FINE
    assert window.wishes == []
    told = capsys.readouterr()
    assert "There is no scene “bongo”" in told.err
    assert "assistants-stuck" in told.out


def test_an_interrupt_in_the_window_is_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(entry, "_run", interrupted)
    assert main(["demo"]) == INTERRUPTED
