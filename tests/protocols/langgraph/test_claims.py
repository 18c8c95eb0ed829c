"""Whether the first frames of a link are of a LangGraph server."""

from __future__ import annotations

import pytest

from inspector.domain.frames import Frame, Kind
from inspector.protocols.langgraph.claims import claims
from tests.protocols.langgraph.fakes import AT_RUN, AT_THREAD, RUN, THREAD


def request(method: str, url: str, **headers: str) -> Frame:
    return Frame(1, 0.0, 1, Kind.REQUEST, {"method": method, "url": url, "headers": headers})


@pytest.mark.parametrize(
    "path",
    [
        AT_THREAD + "/runs/stream",
        AT_THREAD + "/runs/wait",
        AT_RUN + "/stream",
        AT_RUN + "/cancel",
        AT_RUN,
        AT_THREAD,
        AT_THREAD + "/runs",
        AT_THREAD + "/state",
        AT_THREAD + "/stream/events",
        AT_THREAD + "/commands",
        "/runs/stream",
        "/runs/cancel",
        "/assistants/search",
        "/prefix" + AT_THREAD + "/history",
    ],
)
def test_its_paths_are_known(path: str) -> None:
    assert claims([request("GET", "http://h" + path)]) >= 0.5


@pytest.mark.parametrize(
    "frame",
    [
        request("POST", "https://api.openai.com/v1/threads/thread_1/runs"),
        request("GET", f"http://h/threads/{THREAD}/runs/{RUN}", **{"openai-beta": "assistants=v2"}),
        request("GET", "http://h/v1/responses"),
        request("GET", "http://[broken"),
        Frame(1, 0.0, 1, Kind.DATA, {}, b"event: thread.run.created\ndata: {}\n\n"),
        Frame(1, 0.0, 1, Kind.END, {"how": "eof"}),
    ],
)
def test_what_is_not_ours_is_left_to_others(frame: Frame) -> None:
    assert claims([frame]) == 0.0


@pytest.mark.parametrize(
    "first", [b"event: metadata\r\n", b"event: values|sub:1\n", b": heartbeat\n\nevent: lifecycle\n"]
)
def test_a_bare_stream_shows_by_its_first_event(first: bytes) -> None:
    assert claims([Frame(1, 0.0, 1, Kind.DATA, {}, first + b"data: {}\n\n")]) == 0.7


def test_the_answer_tells_where_the_request_was_not_kept() -> None:
    head = {"status": 200, "headers": {"content-location": AT_RUN}}
    assert claims([Frame(1, 0.0, 1, Kind.RESPONSE, head)]) == 0.9
