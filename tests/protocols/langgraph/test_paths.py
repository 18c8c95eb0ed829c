"""What a request is for."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.events import Purpose
from inspector.protocols.langgraph.paths import route
from tests.protocols.langgraph.fakes import AT_RUN, AT_THREAD, RUN, THREAD


@pytest.mark.parametrize(
    ("method", "path", "about", "purpose"),
    [
        ("POST", AT_THREAD + "/runs/stream", "run", Purpose.CREATE),
        ("POST", AT_THREAD + "/runs/wait", "run", Purpose.WAIT),
        ("POST", AT_THREAD + "/runs", "run", Purpose.BACKGROUND),
        ("POST", "/runs/stream", "run", Purpose.CREATE),
        ("GET", AT_RUN + "/stream", "run", Purpose.JOIN),
        ("GET", AT_RUN + "/join", "run", Purpose.WAIT),
        ("GET", AT_RUN, "run", Purpose.READ),
        ("POST", AT_RUN + "/cancel", "cancel", Purpose.ACT),
        ("POST", "/runs/cancel", "cancel", Purpose.ACT),
        ("DELETE", AT_RUN, "delete_run", Purpose.ACT),
        ("GET", AT_THREAD, "thread", Purpose.READ),
        ("GET", AT_THREAD + "/state", "state", Purpose.READ),
        ("GET", AT_THREAD + "/state/c1", "old_state", Purpose.READ),
        ("POST", AT_THREAD + "/state", "set_state", Purpose.ACT),
        ("POST", AT_THREAD + "/history", "history", Purpose.READ),
        ("GET", AT_THREAD + "/stream", "thread_stream", Purpose.JOIN),
        ("POST", AT_THREAD + "/stream/events", "v2", Purpose.JOIN),
        ("POST", AT_THREAD + "/commands", "command", Purpose.ACT),
        ("POST", AT_THREAD + "/copy", "copy", Purpose.ACT),
        ("GET", "/assistants/hitl/graph", "graph", Purpose.READ),
        ("GET", "/deep/prefix" + AT_THREAD + "/state/", "state", Purpose.READ),
        ("GET", "/elsewhere", "other", Purpose.READ),
        ("PUT", "/elsewhere", "other", Purpose.OTHER),
    ],
)
def test_a_request_and_what_it_is_for(method: str, path: str, about: str, purpose: Purpose) -> None:
    found = route(method, path, None)
    assert (found.about, found.opened.purpose) == (about, purpose)


def test_the_ids_are_in_the_path() -> None:
    found = route("GET", AT_RUN + "/stream", None)
    assert (found.thread, found.run) == (THREAD, RUN)
    assert route("GET", AT_THREAD + "/state/c1", None).item == "c1"


@pytest.mark.parametrize(
    ("method", "path", "joined"),
    [
        ("GET", AT_RUN + "/stream", True),
        ("GET", AT_THREAD + "/stream", True),
        ("POST", AT_THREAD + "/stream/events", True),
        ("POST", AT_THREAD + "/runs/stream", False),
    ],
)
def test_who_came_later_may_have_missed_something(method: str, path: str, joined: bool) -> None:
    assert route(method, path, None).opened.joined is joined


@pytest.mark.parametrize(
    ("method", "path", "body", "query", "cancels"),
    [
        ("POST", AT_THREAD + "/runs/stream", {"on_disconnect": "cancel"}, {}, True),
        ("POST", AT_THREAD + "/runs/wait", {"on_disconnect": "cancel"}, {}, True),
        ("POST", AT_THREAD + "/runs/stream", {"on_disconnect": "continue"}, {}, False),
        ("POST", AT_THREAD + "/runs/stream", {"on_disconnect": 7}, {}, None),
        ("POST", AT_THREAD + "/runs/stream", "text", {}, None),
        ("POST", AT_THREAD + "/runs", {"on_disconnect": "cancel"}, {}, None),
        ("GET", AT_RUN + "/stream", None, {"cancel_on_disconnect": "true"}, True),
        ("GET", AT_RUN + "/stream", None, {"cancel_on_disconnect": "false"}, None),
        ("GET", AT_RUN + "/join", None, {"cancel_on_disconnect": "1"}, True),
    ],
)
def test_what_leaving_does(method: str, path: str, body: Any, query: dict[str, str], cancels: bool | None) -> None:
    assert route(method, path, body, query).opened.cancels_on_close is cancels
