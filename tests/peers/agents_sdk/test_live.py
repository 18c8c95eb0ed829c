"""Programs of the real Agents SDK through proxy and tap: who hangs is shown, by name, and a kick ends the hang."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.store.open import open_log
from tests.peers.agents_sdk.floor import KEY, PATIENCE_S, Floor, floor, ids, told
from tests.peers.agents_sdk.upstream import ANSWER

pytestmark = pytest.mark.peer

SCENES = ("normal", "approval", "approved", "created", "cut", "tool-timeout")
RESEARCHER = "agent “Researcher”"
Run = Mapping[str, Any]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """A floor for programs that end by themselves."""
    with floor(tmp_path_factory.mktemp("ended")) as made:
        yield made


@pytest.fixture(scope="module")
def came(stage: Floor) -> dict[str, Run]:
    """What the program says that came of each scene; all were played by one process, one after the other."""
    out, _ = stage.start(*SCENES).communicate(timeout=PATIENCE_S)
    return {line["scene"]: line for line in map(json.loads, out.splitlines())}


@pytest.fixture(scope="module")
def runs(stage: Floor, came: dict[str, Run]) -> list[Run]:
    """What the recording says of it; each trace has its scene for a thread."""
    assert list(came) == list(SCENES)
    return stage.until(lambda runs: len(_traces(runs)) == len(SCENES))


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Floor]:
    """A floor for one program that hangs."""
    with floor(tmp_path) as made:
        yield made


def _traces(runs: list[Run]) -> list[Run]:
    return [run for run in runs if str(run["id"]).startswith("trace_")]


def of_scene(runs: list[Run], scene: str) -> tuple[Run, list[Run]]:
    """The trace of a scene, and the responses that were asked for while it went on."""
    traces = _traces(runs)
    at = next(number for number, run in enumerate(traces) if run["thread"] == scene)
    until = traces[at + 1]["started_ms"] if at + 1 < len(traces) else float("inf")
    inner = [run for run in runs if run not in traces and traces[at]["started_ms"] <= run["started_ms"] < until]
    return traces[at], inner


def test_a_run_that_goes_well_is_told_as_such(runs: list[Run], came: dict[str, Run]) -> None:
    trace, inner = of_scene(runs, "normal")
    assert came["normal"]["final"] == ANSWER
    assert (trace["ending"], trace["findings"]) == ("completed", [])
    assert [(run["ending"], run["findings"]) for run in inner] == [("completed", [])] * 3


def test_a_call_that_needs_an_approval_is_waited_for(runs: list[Run], came: dict[str, Run]) -> None:
    trace, _ = of_scene(runs, "approval")
    assert came["approval"]["asks"] == 1
    assert trace["ending"] == "waiting"
    assert "delete_file" in told(trace, "run.waiting_for_input")


def test_a_run_that_went_on_after_the_approval_completed(runs: list[Run], came: dict[str, Run]) -> None:
    trace, _ = of_scene(runs, "approved")
    assert came["approved"]["final"] == ANSWER
    assert trace["ending"] == "completed"
    assert "agents.open_span" not in ids(trace)


def test_silence_after_created_is_told_of_the_agent_it_happened_to(runs: list[Run], came: dict[str, Run]) -> None:
    trace, (_, hung) = of_scene(runs, "created")
    assert came["created"]["error"] == "APITimeoutError"
    assert trace["ending"] == "failed"
    assert "Researcher" in told(trace, "run.failed")
    assert hung["status"] == "in_progress"
    assert RESEARCHER in told(hung, "client.gave_up")
    assert "its read timeout is 2 s" in told(hung, "client.gave_up")


def test_a_stream_that_is_cut_is_told_of_the_agent_it_happened_to(runs: list[Run], came: dict[str, Run]) -> None:
    trace, (_, broken) = of_scene(runs, "cut")
    assert came["cut"]["error"] == "APIConnectionError"
    assert trace["ending"] == "failed"
    assert broken["ending"] == "cut"
    assert RESEARCHER in told(broken, "stream.cut")


def test_a_timeout_that_a_tool_swallowed_is_not_hidden(runs: list[Run], came: dict[str, Run]) -> None:
    trace, inner = of_scene(runs, "tool-timeout")
    assert came["tool-timeout"]["final"] == ANSWER
    assert trace["ending"] == "completed"
    assert "Researcher" in told(trace, "agents.hidden_failure")
    assert "ask_researcher" in told(trace, "agents.hidden_failure")
    (unanswered,) = [run for run in inner if run["id"] is None]
    assert RESEARCHER in told(unanswered, "stream.no_headers")


def test_no_key_is_in_the_recording(stage: Floor, runs: list[Run]) -> None:
    with closing(open_log(stage.session)) as log:
        frames = list(log)
    assert {frame.headers.get("authorization") for frame in frames} == {None, "Bearer <redacted>"}
    assert not any(KEY in json.dumps(dict(frame.head)) or KEY.encode() in frame.body for frame in frames)


def test_who_hangs_is_named_within_the_threshold_and_a_kick_lets_it_finish(hall: Floor) -> None:
    app = hall.start("hang")
    runs = hall.until(lambda runs: any("agents.open_span" in ids(run) for run in runs))
    (trace,) = _traces(runs)
    sentence = told(trace, "agents.open_span")
    assert sentence.startswith("Agent “Researcher” is stuck")
    waits = re.search(r"open for (\d+) s .* waits for exchange (\d+)", sentence)
    assert waits is not None, sentence
    assert 10 <= int(waits[1]) <= 16
    status, done = hall.said("act", "kick", hall.url, waits[2], "--yes")
    assert (status, done["effect"]) == (0, "seen")
    out, _ = app.communicate(timeout=PATIENCE_S)
    assert (app.returncode, json.loads(out)["final"]) == (0, ANSWER)
    assert hall.upstream.asked["says:no-headers"] == 2
    over = hall.until(lambda runs: _traces(runs)[0]["ending"] == "completed")
    assert [(run["ending"], run["attempts"]) for run in over] == [("completed", 1), ("completed", 1), ("completed", 2)]


def test_a_program_that_was_killed_leaves_a_trace_that_was_cut_where_it_stood(hall: Floor) -> None:
    app = hall.start("killed")
    runs = hall.until(lambda runs: len(runs) == 3 and _traces(runs)[0]["ending"] == "running")
    app.kill()
    runs = hall.until(lambda runs: _traces(runs)[0]["ending"] != "running")
    (trace,) = _traces(runs)
    assert trace["ending"] == "cut"
    assert "Researcher" in told(trace, "agents.open_span")
    (unanswered,) = [run for run in runs if run["id"] is None]
    assert RESEARCHER in told(unanswered, "client.gave_up")
