"""Two saved runs side by side."""

from __future__ import annotations

import pytest

from inspector.cli.comparing import compare
from inspector.cli.parser import parse
from tests.cli.shop import Shell
from tests.house.sources import ROOT

pytestmark = pytest.mark.anyio

RECORDINGS = ROOT / "tests/recordings"
WAITS = str(RECORDINGS / "assistants/02a_requires_action_two_calls.wire.jsonl")
FAILED = str(RECORDINGS / "assistants/06_failed_rate_limit.wire.jsonl")
TWO_RUNS = str(RECORDINGS / "langgraph/resume_then_node_error.wire.jsonl")


async def test_where_two_runs_part(shell: Shell) -> None:
    (told,) = (await shell("compare", "--json", WAITS, FAILED, exits=1)).lines
    assert told["endings"] == ["waiting", "failed"]
    assert told["steps"][told["parts"]]["left"]["state"] == "requires_action"
    assert told["steps"][told["parts"]]["right"]["state"] == "failed"
    assert all(call["differs"] == ["only left"] for call in told["tool_calls"])
    text = (await shell("compare", WAITS, FAILED, exits=1)).out
    assert text.startswith(told["sentence"])
    assert "≠" in text


async def test_a_run_is_like_itself(shell: Shell) -> None:
    said = await shell("compare", WAITS, WAITS, exits=0)
    assert said.out.startswith("Both went the same way")
    assert await compare(parse(["compare", WAITS, WAITS])) == 0
    assert await compare(parse(["compare", WAITS, FAILED])) == 1


async def test_runs_are_named_where_a_file_has_several(shell: Shell) -> None:
    (told,) = (await shell("diagnose", "--json", TWO_RUNS, exits=1)).lines
    first, second = (run["id"] for run in told["runs"])
    (both,) = (await shell("compare", "--json", "--run", first, "--other", second, TWO_RUNS, TWO_RUNS, exits=1)).lines
    assert (both["left"].split()[-1], both["right"].split()[-1]) == (first, second)
    refused = await shell("compare", "--run", "nobody", TWO_RUNS, TWO_RUNS, exits=2)
    assert first in refused.err
    assert refused.out == ""


async def test_a_file_without_a_run(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("a") / "beats.sse"
    file.write_text(": heartbeat\r\n\r\n", encoding="utf-8")
    said = await shell("compare", str(file), WAITS, exits=2)
    assert "There is no run in" in said.err
