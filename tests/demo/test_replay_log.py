from __future__ import annotations

from pathlib import Path

import pytest

from inspector.demo.replay_log import Matcher, Recorded, exchanges
from inspector.domain.frames import Frame, Kind
from tests.demo.support import frames

WIRE = Path(__file__).parents[1] / "recordings" / "wire"


def recorded(number: int, method: str, target: str, **more: str) -> Recorded:
    return Recorded(number, method, f"http://elsewhere:2024{target}", 0.0, 200, headers=more)


def numbers(matcher: Matcher, *asked: str) -> list[int | None]:
    found = [matcher.match(*one.split(" ")) for one in asked]
    return [one.number if one else None for one in found]


def test_a_recording_falls_into_its_exchanges() -> None:
    log = frames((WIRE / "cut_rst.wire.jsonl").read_text(encoding="utf-8").splitlines())
    (one,) = exchanges(log)
    assert (one.method, one.path, one.status, one.end) == ("POST", "/v1/responses", 200, "reset")
    assert (one.is_socket, len(one.chunks)) == (False, sum(frame.kind is Kind.DATA for frame in log))
    assert one.at < one.answered_at < one.chunks[0].at < one.ended_at


def test_what_the_client_ended_or_nobody_stays_open() -> None:
    closed = frames((WIRE / "hang_keepalive_comments.wire.jsonl").read_text(encoding="utf-8").splitlines())
    assert exchanges(closed)[0].end is None
    assert exchanges(closed[:-1])[0].end is None


def test_a_socket_is_told_by_its_answer_or_its_frames() -> None:
    for name in ("chat_ok_and_errors", "v2_ws_start_after_cancel"):
        (one,) = exchanges(frames((WIRE / f"{name}.wire.jsonl").read_text(encoding="utf-8").splitlines()))
        assert one.is_socket
        assert one.frames


def test_requests_are_answered_in_the_order_of_the_recording() -> None:
    run = "/threads/0190-x/runs/1"
    matcher = Matcher([recorded(1, "GET", run), recorded(2, "POST", "/threads"), recorded(3, "GET", run)])
    assert numbers(matcher, f"GET {run}", f"GET {run}", f"GET {run}", "POST /threads") == [1, 3, 3, 2]


def test_it_begins_anew_for_who_begins_anew_and_not_for_who_asks_on() -> None:
    run = "/threads/0190-x/runs/1"
    matcher = Matcher([recorded(1, "POST", "/threads"), recorded(2, "GET", run), recorded(3, "GET", run)])
    assert numbers(matcher, "POST /threads", f"GET {run}", f"GET {run}", f"GET {run}") == [1, 2, 3, 3]
    assert numbers(matcher, "POST /threads", f"GET {run}") == [1, 2]
    polls = Matcher([recorded(1, "GET", run), recorded(2, "GET", run)])
    assert numbers(polls, *[f"GET {run}"] * 3) == [1, 2, 1]
    stream = recorded(1, "GET", f"{run}/stream", **{"content-type": "text/event-stream"})
    streams = Matcher([stream, recorded(2, "GET", run)])
    assert numbers(streams, f"GET {run}/stream", f"GET {run}", f"GET {run}/stream", f"GET {run}") == [1, 2, 1, 2]


def test_the_better_fit_goes_first() -> None:
    uuid, other = "01a1fb98-3215-737f-acef-5af05529d43c", "01a1fb98-321d-76c1-858b-a90422fa47bc"
    log = [
        recorded(1, "GET", f"/threads/{uuid}/state"),
        recorded(2, "GET", f"/threads/{uuid}"),
        recorded(3, "GET", f"/threads/{uuid}/state?subgraphs=true"),
        recorded(4, "POST", "/v1/threads/thread_abc/runs"),
    ]
    assert numbers(Matcher(log), f"GET /threads/{uuid}/state?subgraphs=true") == [3]
    assert numbers(Matcher(log), f"GET /threads/{other}/state") == [1]
    assert numbers(Matcher(log), f"GET /threads/{other}") == [2]
    assert numbers(Matcher(log), "POST /v1/threads/thread_XYZ9/runs") == [4]
    assert numbers(Matcher(log), "POST /threads/thread_XYZ9/runs") == [4]


def test_an_act_gets_the_next_one_of_its_method_and_a_question_nothing_foreign() -> None:
    log = [recorded(1, "POST", "/v1/responses"), recorded(2, "GET", "/v1/responses/resp_1")]
    assert numbers(Matcher(log), "POST /anything/else") == [1]
    assert numbers(Matcher(log), "GET /ok", "GET /info", "DELETE /v1/responses/resp_1") == [None, None, None]
    assert numbers(Matcher(log), "GET /v1/responses/some-other-thing") == [2]


def test_sockets_and_requests_are_kept_apart() -> None:
    socket = Recorded(1, "GET", "ws://elsewhere/ws", 0.0, 101)
    matcher = Matcher([socket, recorded(2, "GET", "/ws")])
    assert matcher.match("GET", "/ws", socket=True) is socket
    assert numbers(matcher, "GET /ws") == [2]


@pytest.mark.parametrize(
    ("headers", "end", "body", "kept"),
    [
        ({"content-length": "5"}, "eof", b"12345", {"content-length": "5"}),
        ({"content-length": "9"}, "eof", b"12345", {}),
        ({"content-length": "9"}, "cut", b"12345", {"content-length": "9"}),
        ({"transfer-encoding": "chunked", "connection": "keep-alive", "x-a": "b"}, "eof", b"1", {"x-a": "b"}),
        ({"content-encoding": "gzip"}, "eof", b'{"already":"plain"}', {}),
        ({"content-encoding": "gzip"}, "eof", b"\x1f\x8b\x08\xff", {"content-encoding": "gzip"}),
    ],
)
def test_headers_that_would_lie_are_left_out(
    headers: dict[str, str], end: str, body: bytes, kept: dict[str, str]
) -> None:
    one = recorded(1, "GET", "/", **headers)
    one.chunks, one.end = [Frame(1, 1.0, 1, Kind.DATA, {}, body)], end
    assert dict(one.answer_headers()) == kept
