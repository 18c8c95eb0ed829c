"""A program of the real @openai/agents through proxy and tap: who hangs is named, and a kick lets it finish."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.peers.agents_sdk.floor import PATIENCE_S, floor, ids, told
from tests.peers.agents_sdk.upstream import ANSWER

pytestmark = pytest.mark.peer

VERSION = "0.20.0"
TEAM = Path(__file__).with_name("team.mjs")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that runs the program."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("there is no Node with npm on this machine")
    folder = tmp_path_factory.mktemp("node")
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", f"@openai/agents@{VERSION}", "zod@4"]
    got = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    if got.returncode:
        pytest.fail(f"@openai/agents {VERSION} cannot be installed, is a registry of npm within reach? {got.stderr}")
    return [node, str(shutil.copy(TEAM, folder))]


def test_who_hangs_is_named_and_a_kick_lets_it_finish(node: list[str], tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        app = hall.run("node", node)
        runs = hall.until(lambda runs: any("agents.open_span" in ids(run) for run in runs))
        (trace,) = [run for run in runs if str(run["id"]).startswith("trace_")]
        sentence = told(trace, "agents.open_span")
        assert sentence.startswith("Agent “Researcher” is stuck")
        waits = re.search(r"waits for exchange (\d+)", sentence)
        assert waits is not None, sentence
        status, done = hall.said("act", "kick", hall.url, waits[1], "--yes")
        assert (status, done["effect"]) == (0, "seen")
        out, _ = app.communicate(timeout=PATIENCE_S)
        assert (app.returncode, json.loads(out)["final"]) == (0, ANSWER)
        hall.until(lambda runs: {run["ending"] for run in runs} == {"completed"})
