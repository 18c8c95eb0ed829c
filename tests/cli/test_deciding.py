"""Approvals decided from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inspector.cli import deciding
from inspector.protocols.agents_sdk.states import decided
from tests.cli.shop import Shell
from tests.house.sources import ROOT

pytestmark = pytest.mark.anyio

FILES = ROOT / "tests/recordings/agents_files"
STATE = FILES / "approval_interrupted.run_state.json"
CALL = "call_d52232f1bf499721cb1617b3"


async def test_the_decided_state_is_a_copy_with_the_decision(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "decided.json"
    before = STATE.read_bytes()
    said = await shell("decide", str(STATE), "--data", json.dumps({CALL: False}), "--out", str(out), exits=0)
    assert 'await RunState.from_string(agent, open("decided.json").read())' in said.out
    assert out.read_bytes() == decided(before, {CALL: False})
    assert STATE.read_bytes() == before


async def test_decisions_may_stand_in_a_file_and_the_answer_is_an_object(shell: Shell, tmp_path: Path) -> None:
    data, out = tmp_path / "d.json", tmp_path / "o.json"
    data.write_text(json.dumps({"call_0": True, "call_1": {"approve": False, "reason": "not on a Friday"}}))
    state = FILES / "approval_interrupted_js.run_state.json"
    said = await shell("decide", str(state), "--data", f"@{data}", "--out", str(out), "--json", exits=0)
    (line,) = said.lines
    assert [call["id"] for call in line["calls"]] == ["call_0", "call_1"]
    assert line["resume"][1] == "const result = await run(agent, state);"
    assert line["out"] == str(out)
    again = await shell("diagnose", "--json", str(out), exits=0)
    assert again.lines[0]["runs"][0]["ending"] == "waiting"


async def test_what_cannot_be_decided_is_said_in_one_sentence(shell: Shell, tmp_path: Path) -> None:
    out = str(tmp_path / "o.json")
    bad = await shell("decide", str(STATE), "--data", '{"call_9": true}', "--out", out, exits=2)
    assert CALL in bad.err
    feed = FILES / "approval_interrupted.trace_feed.jsonl"
    refused = await shell("decide", str(feed), "--data", "{}", "--out", out, exits=4)
    assert "There is no saved run state here" in refused.err
    newer = tmp_path / "newer.json"
    newer.write_bytes(STATE.read_bytes().replace(b'"1.21"', b'"1.99"'))
    late = await shell("decide", str(newer), "--data", json.dumps({CALL: True}), "--out", out, exits=4)
    assert "newer than 1.21" in late.err
    other = ROOT / "tests/recordings/responses/text_stream.wire.jsonl"
    wrong = await shell("decide", str(other), "--data", "{}", "--out", out, exits=2)
    assert "no saved run state" in wrong.err
    nowhere = await shell(
        "decide", str(STATE), "--data", json.dumps({CALL: True}), "--out", str(tmp_path / "no" / "o.json"), exits=2
    )
    assert "cannot be written" in nowhere.err
    assert not (tmp_path / "o.json").exists()
    assert deciding.decide.__doc__


async def test_of_a_session_with_more_in_it_the_run_that_waits_is_decided(shell: Shell, tmp_path: Path) -> None:
    session, out = tmp_path / "a.session", tmp_path / "o.json"
    feed = FILES / "subagent_as_tool_hang.trace_feed.jsonl"
    await shell("import", str(feed), str(STATE), "--session", str(session), exits=0)
    await shell("decide", str(session), "--data", json.dumps({CALL: True}), "--out", str(out), exits=0)
    assert out.read_bytes() == decided(STATE.read_bytes(), {CALL: True})
