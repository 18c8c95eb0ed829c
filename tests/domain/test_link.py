"""One exchange as it stands."""

from __future__ import annotations

import pytest

from inspector.domain.events import Event, RunKey, Stretch
from inspector.domain.frames import Frame, Kind
from inspector.domain.link import LINK_CHART, Condition, Link
from tests.domain.toy import Story


def link_of(story: Story) -> Link:
    link = story.case().link
    assert link is not None
    return link


@pytest.mark.parametrize(
    ("how", "by", "status", "condition"),
    [
        ("eof", "server", 200, "ended"),
        ("cut", "server", 200, "broken"),
        ("reset", "server", 200, "broken"),
        ("refused", "server", None, "broken"),
        ("closed", "client", 200, "closed"),
        ("reset", "client", 200, "closed"),
        ("eof", "server", 404, "refused"),
        ("closed", "client", 500, "refused"),
    ],
)
def test_the_end_says_how_it_stands(how: str, by: str, status: int | None, condition: str) -> None:
    story = Story().request()
    if status is not None:
        story.response(1, status)
    assert link_of(story.end(2, how, by)).condition(9e9, 1.0) == condition
    assert condition in LINK_CHART.by_id


def test_an_open_link_goes_from_connecting_to_silent() -> None:
    story = Story().request()
    assert link_of(story).condition(500, 1_000) is Condition.CONNECTING
    assert link_of(story.response(1)).condition(1_500, 1_000) is Condition.OPEN
    assert link_of(story.event(2)).condition(2_999, 1_000) is Condition.LIVE
    assert link_of(story).condition(3_000, 1_000) is Condition.SILENT


def test_keep_alives_are_counted_and_do_not_end_a_silence() -> None:
    story = Story().request().response().event(1).beat(4).beat(7)
    link = link_of(story)
    assert (link.beats, link.silence(8_000), link.last_byte_at) == (2, 7_000, 7_000)
    link = link_of(story.event(9))
    assert link.gaps == [(1_000, 9_000, 2)]
    assert link.beats == 0


def test_a_stretch_of_pieces_is_heard_as_one_after_the_other() -> None:
    times = [2_000.0, 2_000.0, 9_000.0, 9_001.0]
    one, many = (Link(1, "x", headers_at=1.0, beats=3, last_content_at=before) for before in (-7_000.0, -7_000.0))
    for seq, at in enumerate(times, 5):
        one.heard(Event(RunKey(1), seq, 0, at, 1, "piece", content=True))
    many.heard(Stretch(RunKey(1), 1, "piece", range(5, 9), [0] * 4, times, [""] * 4, ()))
    assert one == many
    assert one.gaps == [(-7_000.0, 2_000.0, 3), (2_000.0, 9_000.0, 0)]


def test_a_sockets_first_close_is_its_end_and_a_frame_proves_its_handshake() -> None:
    link = Link(1, "x")
    link.see(Frame(1, 0.0, 1, Kind.REQUEST, {"url": "ws://x"}))
    link.see(Frame(2, 1.0, 1, Kind.SOCKET, {"dir": "in", "op": "text"}))
    assert link.socket
    assert link.ok
    link.see(Frame(3, 2.0, 1, Kind.SOCKET, {"dir": "out", "op": "close", "code": 1000}))
    link.see(Frame(4, 3.0, 1, Kind.SOCKET, {"dir": "in", "op": "text"}))
    link.see(Frame(5, 4.0, 1, Kind.END, {"how": "eof", "by": "server"}))
    link.see(Frame(6, 5.0, 1, Kind.END, {"how": "eof", "by": "client"}))
    assert link.ended_by == "client"
    assert link.condition(9.0, 1.0) is Condition.CLOSED
    assert link.late == [4]
    assert link.end is not None
    assert link.end.seq == 5
    assert link.silence(99.0) == 1.0


def test_a_socket_that_the_server_left_is_broken_unless_it_said_goodbye() -> None:
    for code, condition in ((1000, Condition.ENDED), (1012, Condition.BROKEN)):
        link = Link(1, "x")
        link.see(Frame(1, 0.0, 1, Kind.SOCKET, {"dir": "in", "op": "close", "code": code}))
        assert link.condition(1.0, 1.0) is condition


def test_facts_of_the_request() -> None:
    story = Story().request(timeout_s=5)
    assert link_of(story).fact("timeout_s") == 5
    assert Link(1, "x").fact("timeout_s") is None


@pytest.mark.parametrize(
    ("headers", "timeout"),
    [
        ({"x-stainless-read-timeout": "1.5", "x-stainless-timeout": "9"}, 1.5),
        ({"x-stainless-timeout": "600"}, 600),
        ({"x-stainless-read-timeout": "not given"}, None),
        ({}, None),
    ],
)
def test_a_header_tells_the_read_timeout_where_the_recorder_did_not(headers: dict[str, str], timeout: float) -> None:
    link = Link(1, "x")
    link.see(Frame(1, 0, 1, Kind.REQUEST, {"headers": headers}))
    assert link.fact("timeout_s") == timeout
    assert link.fact("connection") is None


def test_only_the_other_side_of_a_socket_is_a_sign_of_life() -> None:
    link = Link(1, "x")
    for seq, (side, op) in enumerate((("in", "text"), ("out", "ping"), ("in", "pong"), ("out", "ping")), 1):
        link.see(Frame(seq, float(seq), 1, Kind.SOCKET, {"dir": side, "op": op}))
    assert link.last_byte_at == 3.0
    assert link.heard_beats() == 1
