"""A bundle reproduces an app's error: the official openai-node client, served by ``serve``, fails as it did before.

Clients before 5.1.1 do not count ``thread.run.incomplete`` among the last words of a run; all of them give up where the
stream broke off before any.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inspector.store.open import open_log
from tests.house.sources import ROOT

pytestmark = pytest.mark.peer

RECORDINGS = ROOT / "tests/recordings/assistants"
CUT = RECORDINGS / "14_cut_mid_message_clean_eof.wire.jsonl"
INCOMPLETE = RECORDINGS / "09_incomplete_content_filter.wire.jsonl"
OLD, NEW = "5.1.0", "7.55.0"
LOST = "Final run has not been received"

App = Callable[[str, str, str], dict[str, str]]


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    """Runs the client of one version against a server: version, URL, thread."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.fail("Node.js with npm is not on this machine: the official client cannot be tried.")
    folders: dict[str, Path] = {}

    def run(version: str, url: str, thread: str) -> dict[str, str]:
        if version not in folders:
            folder = folders[version] = tmp_path_factory.mktemp("node")
            (folder / "package.json").write_text('{"private": true}')
            command = [npm, "install", "--silent", "--no-audit", "--no-fund", f"openai@{version}"]
            got = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
            if got.returncode:
                pytest.fail(f"openai {version} cannot be installed, is a registry of npm within reach? {got.stderr}")
            shutil.copy(Path(__file__).with_name("client.mjs"), folder)
        done = subprocess.run(
            [node, "client.mjs", url, thread],
            cwd=folders[version],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, str] = json.loads(done.stdout)
        return told

    return run


def inspector(*words: str) -> list[str]:
    return [sys.executable, "-m", "inspector", *words]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[[Path], str]]:
    """Exports a recording as a bundle and serves it: the URL."""
    servers: list[subprocess.Popen[str]] = []

    def serve(recording: Path) -> str:
        bundle = tmp_path / f"{recording.stem}.bundle.jsonl"
        subprocess.run(inspector("export", str(recording), str(bundle), "--to", "bundle"), cwd=ROOT, check=True)
        assert open_log(bundle).head["report"]["runs"]
        words = inspector("serve", str(bundle), "--speed", "50")
        server = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        servers.append(server)
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        return found[0].rstrip("/") + "/v1"

    yield serve
    for server in servers:
        server.terminate()
        server.wait(60)
        assert server.stdout is not None
        server.stdout.close()


@pytest.mark.parametrize("version", [OLD, NEW])
def test_a_stream_that_broke_off_breaks_off_again(app: App, served: Callable[[Path], str], version: str) -> None:
    assert app(version, served(CUT), "thread_1") == {"error": LOST}


@pytest.mark.parametrize(("version", "told"), [(OLD, {"error": LOST}), (NEW, {"status": "incomplete"})])
def test_a_run_that_ended_early_is_lost_by_old_clients_only(
    app: App, served: Callable[[Path], str], version: str, told: dict[str, str]
) -> None:
    assert app(version, served(INCOMPLETE), "thread_1") == told
