"""States of the real Agents SDK, decided by us, resume with that decision."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from inspector.protocols.agents_sdk.states import decided
from inspector.store.open import open_log
from tests.peers.agents_sdk.floor import interpreter

pytestmark = pytest.mark.peer

PROGRAM = Path(__file__).with_name("program.py")
DECISIONS = {"call_a": True, "call_b": {"approve": False, "reason": "not on a Friday"}}


def ran(what: str, file: Path, *more: str) -> Any:
    quiet = {"OPENAI_API_KEY": "none", "OPENAI_AGENTS_DISABLE_TRACING": "1"}
    command = [interpreter(), str(PROGRAM), what, str(file), *more]
    done = subprocess.run(command, env={**os.environ, **quiet}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


@pytest.mark.parametrize("how", [[], ["nested"]], ids=["own", "nested"])
def test_a_decided_state_resumes_with_that_decision(how: list[str], tmp_path: Path) -> None:
    saved, out = tmp_path / "a.json", tmp_path / "b.json"
    ran("save", saved, *how)
    assert open_log(saved).kind == "run_state"
    out.write_bytes(decided(saved.read_bytes(), DECISIONS))
    said = ran("resume", out, *how)
    assert said["told"] == {"call_a": "deleted a", "call_b": "not on a Friday"}
    assert (said["open"], said["final"]) == (0, "done" if how else "inner done")


def test_what_is_left_open_is_asked_again(tmp_path: Path) -> None:
    saved, out = tmp_path / "a.json", tmp_path / "b.json"
    ran("save", saved)
    indented = json.dumps(json.loads(saved.read_text()), indent=2).encode()
    out.write_bytes(decided(indented, {"call_a": {"approve": False}}))
    assert ran("resume", out)["open"] == 1
