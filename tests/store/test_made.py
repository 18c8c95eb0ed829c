from __future__ import annotations

from inspector.domain.frames import Kind
from inspector.store.made import Made, path_of


def test_frames_are_put_in_order_and_numbered() -> None:
    made = Made()
    assert made.request(5.0, {"method": "GET"}) == 1
    made.answer(9.0, 200, {"a": "b"}, assumed=True)
    made.end(9.0, "cut", detail="x")
    assert made.request(6.0, {"method": "POST"}, {"a": 1}) == 2
    made.body(7.0, b"data: 1\n\ndata: 2\n\n")
    frames = made.frames()
    assert [(frame.seq, frame.at, frame.link, frame.kind) for frame in frames] == [
        (1, 5.0, 1, Kind.REQUEST),
        (2, 6.0, 2, Kind.REQUEST),
        (3, 7.0, 2, Kind.DATA),
        (4, 7.0, 2, Kind.DATA),
        (5, 9.0, 1, Kind.RESPONSE),
        (6, 9.0, 1, Kind.END),
    ]
    assert frames[1].head == {"method": "POST", "json": True}
    assert frames[1].body == b'{"a":1}'
    assert frames[4].head == {"status": 200, "headers": {"a": "b"}, "assumed": True}
    assert frames[5].head == {"how": "cut", "by": "server", "detail": "x"}


def test_a_text_is_a_body_as_it_is() -> None:
    made = Made()
    made.request(0.0, {}, "a=1")
    made.request(0.0, {})
    assert [(frame.body, frame.head) for frame in made.frames()] == [(b"a=1", {}), (b"", {})]


def test_a_saved_answer_is_the_read_that_gave_it() -> None:
    made = Made()
    made.got(path_of("threads", "a/b \ud83d"), {"n": 1}, assumed=True, protocol="langgraph")
    asked, answered, body, end = made.frames()
    assert (asked.head["method"], asked.head["url"]) == ("GET", "/threads/a%2Fb%20%ED%A0%BD")
    assert (asked.head["protocol"], asked.head["assumed"], answered.head["assumed"]) == ("langgraph", True, True)
    assert (answered.head["status"], body.body, end.head["how"], end.head["assumed"]) == (200, b'{"n":1}', "eof", True)
