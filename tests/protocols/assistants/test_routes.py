from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocols.assistants.routes import (
    Route,
    base_of,
    messages_path,
    route_of,
    run_path,
    runs_path,
    thread_path,
)


@pytest.mark.parametrize(
    "path, route",
    [
        ("/v1/threads", Route("threads")),
        ("/v1/threads/runs", Route("runs")),
        ("/threads/t/runs", Route("runs", "t")),
        ("/openai/threads/t/runs/r", Route("run", "t", "r")),
        ("/api/projects/p/threads/t/runs/r/cancel", Route("cancel", "t", "r")),
        ("/v1/threads/t/runs/r/submit_tool_outputs", Route("submit_tool_outputs", "t", "r")),
        ("/v1/threads/t/runs/r/steps", Route("steps", "t", "r")),
        ("/v1/threads/t/runs/r/steps/s", Route("step", "t", "r", "s")),
        ("/v1/threads/t/messages", Route("messages", "t")),
        ("/v1/threads/t/messages/m", Route("message", "t", item="m")),
        ("/v1/threads/t", Route("thread", "t")),
        ("/v1/threads/t/runs/r/stream", Route("other", "t", "r")),
        ("/v1/threads/t/state", Route("other", "t")),
        ("/v1/responses", None),
        ("", None),
    ],
)
def test_a_path_is_read_from_threads_on(path: str, route: Route | None) -> None:
    assert route_of(path) == route


@pytest.mark.parametrize(
    "path, base", [("/api/projects/p/threads/t", "/api/projects/p"), ("/threads", ""), ("/v1/models", None)]
)
def test_what_stands_before(path: str, base: str | None) -> None:
    assert base_of(path) == base


IDS = st.text(min_size=1, max_size=20).filter(lambda text: text != "threads")


@given(IDS, IDS)
def test_our_paths_are_read_as_they_were_meant(thread: str, run: str) -> None:
    assert route_of("/v1" + run_path(thread, run)) == Route("run", thread, run)
    assert route_of(run_path(thread, run, "steps")) == Route("steps", thread, run)
    assert route_of(messages_path(thread)) == Route("messages", thread)
    assert route_of(runs_path(thread)) == Route("runs", thread)
    if thread != "runs":
        assert route_of(thread_path(thread)) == Route("thread", thread)


def test_an_id_cannot_leave_its_place() -> None:
    assert run_path("..", "a/b?c") == "/threads/%2E%2E/runs/a%2Fb%3Fc"
