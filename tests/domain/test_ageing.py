"""Streams of a run are let go, and nothing that is said of it changes by that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock, patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain import ageing
from inspector.domain.adapter import Rule
from inspector.domain.book import Book
from inspector.domain.case import Case
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.events import ErrorSeen, Noticed, Opened, Purpose, StatusSeen, Witness
from inspector.domain.frames import Frame, Kind
from inspector.protocols.registry import ADAPTERS
from tests.domain.toy import Story, Toy

RULES: tuple[Rule, ...] = tuple(rule for adapter in ADAPTERS.values() for rule in adapter.rules)
STATES = ("queued", "busy", "asking", "done", "failed")
HOW = (("eof", "server"), ("cut", "server"), ("reset", "server"), ("refused", "server"), ("closed", "client"))


def rejoined(times: int, story: Story | None = None) -> Story:
    """A run whose stream is cut every minute, and joined again."""
    story = story or Story().request(connection="c").response().state(1, "busy").end(2, "cut")
    for minute in range(times):
        at = story.at + 60.0
        story.request(at, Purpose.JOIN, joined=True, connection="c").response(at)
        story.beat(at + 1).event(at + 10 + minute % 7, StatusSeen("busy", "busy")).end(at + 59, "cut")
    return story


def test_of_streams_that_were_joined_again_and_again_the_first_and_the_last_stay() -> None:
    story = rejoined(100)
    run, book = story.case().run, story.book
    assert run.refs == [1, 2, *range(92, 102)] == list(book.links)
    assert [one.number for one in run.bygone.gone] == list(range(3, 92))
    assert dict(book.gone)[50].url == "http://x/y"
    assert len(book.gone) == 89


def test_of_many_runs_that_are_over_the_newest_read_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "ALL_READS", 20)
    story = Story()
    for number in range(12):
        for second in range(5):
            story.request(number * 10 + second, Purpose.READ, run=f"r{number}")
            story.frame(Kind.END, number * 10 + second, how="eof", by="server", run=f"r{number}")
    left = [len(run.refs) for run in story.book.runs.values()]
    assert left == [1] * 8 + [5] * 4
    assert len(story.book.gone) == 60 - sum(left)


def test_of_runs_that_are_asked_for_in_turns_no_more_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "ALL_READS", 10)
    story = Story()
    for second in range(200):
        story.request(second, Purpose.READ, run=f"r{second % 20}")
        story.frame(Kind.END, second, how="eof", by="server", run=f"r{second % 20}")
    assert {len(run.refs) for run in story.book.runs.values()} <= {1, 2}


def test_what_an_app_did_is_a_part_of_its_story() -> None:
    story = Story().request().response().state(1, "busy").end(2, "cut")
    for second in range(30):
        story.request(3 + second, Purpose.JOIN, joined=True).response(3 + second).end(3.5 + second, "cut")
    assert len(story.book.links) == 31
    assert not story.book.gone


def test_a_silence_of_a_stream_that_was_let_go_still_counts() -> None:
    story = rejoined(3)
    at = story.at + 60
    story.request(at, Purpose.JOIN, joined=True, connection="c").response(at).event(at + 1).event(at + 41)
    story = rejoined(30, story.end(at + 50, "cut"))
    finding = next(f for f in story.verdict().findings if f.id == "stream.was_silent")
    assert finding.values == {"silence": 40_000.0, "from": (at + 1) * 1000, "beats": 0, "times": 1}


moment = st.sampled_from([0.001, 1.0, 9.0, 31.0])
told = st.one_of(
    st.sampled_from(STATES).map(lambda state: ("data", StatusSeen(state, state), True)),
    st.just(("data", ErrorSeen("event", "broken"), True)),
    st.just(("data", Noticed("stream.half_event", {"event": "x"}), False)),
    st.just(("data", Noticed("stream.sequence", {"what": "repeated"}), False)),
    st.just(("beat", None, False)),
    st.just(("data", None, True)),
)
ask = st.tuples(st.just("ask"), st.sampled_from(STATES), st.just(0))
tell = st.tuples(st.just("tell"), told, st.integers(0, 2))
OPEN, AGAIN = ("open", Purpose.JOIN, True), ("open", Purpose.JOIN, False)
TAKEN, MISSING = ("answer", 200, 0), ("answer", 404, 0)
WORD, PIECE = ("tell", ("data", StatusSeen("busy", "busy"), True), 0), ("tell", ("data", None, True), 0)
act = st.one_of(
    ask.map(lambda one: [one]),
    tell.map(lambda one: [one]),
    st.just([("open", Purpose.CREATE, False), TAKEN]),
    st.tuples(st.just("end"), st.sampled_from(HOW), st.integers(0, 2)).map(lambda one: [one]),
    *(
        st.just([*stream, ("end", how, 0)])
        for stream in ([OPEN, TAKEN, PIECE], [OPEN, TAKEN, WORD], [AGAIN, TAKEN, PIECE], [OPEN, TAKEN], [OPEN, MISSING])
        for how in HOW[:2]
    ),
    st.sampled_from([OPEN, AGAIN]).map(lambda one: [one, TAKEN]),
)


def log_of(told: list[tuple[float, list[tuple[Any, Any, Any]]]]) -> list[Frame]:
    """Frames of a run whose streams are opened, answered, ended beside one another."""
    frames: list[Frame] = []
    going: list[int] = []
    at, links = 0.0, 0

    def frame(link: int, kind: Kind, **head: Any) -> None:
        frames.append(Frame(len(frames) + 1, at, link, kind, head))

    for wait, what, which, place in ((wait, *one) for wait, acts in told for one in acts):
        at += wait * 1000
        if what == "open":
            links += 1
            going.append(links)
            head: dict[str, Any] = {"connection": "c"} if which is Purpose.JOIN else {}
            opened = Opened(which, joined=place)
            frame(links, Kind.REQUEST, method="GET", url="http://x", facts=(opened,), **head)
        elif what == "ask":
            links += 1
            frame(links, Kind.REQUEST, method="GET", url="http://x", facts=(Opened(Purpose.READ),), connection="c")
            frame(links, Kind.DATA, facts=(StatusSeen(which, which, Witness.SERVER),))
            frame(links, Kind.END, how="eof", by="server")
        elif len(going) > place:
            link = going[-1 - place]
            if what == "answer":
                frame(link, Kind.RESPONSE, status=which, headers={})
            elif what == "end":
                going.remove(link)
                frame(link, Kind.END, how=which[0], by=which[1])
            else:
                kind, fact, content = which
                name = ": beat" if kind == "beat" else "event"
                frame(link, Kind.DATA, name=name, content=content, facts=() if fact is None else (fact,))
    return frames


def told_of(book: Book) -> list[Verdict]:
    cases = [Case(run, book) for run in book.runs.values()]
    return [judge(case, book.now + later, RULES, ends) for case in cases for ends, later in ((True, 0), (False, 45e3))]


def both(frames: list[Frame], fold: Callable[[], Book]) -> None:
    """The same is said after every frame, whether or not all that can go has gone."""
    kept, let_go = fold(), fold()
    for frame in frames:
        for book, streams in ((kept, 1_000), (let_go, 0)):
            with patch.object(ageing, "STREAMS", streams):
                book.feed([frame])
        if frame.kind is Kind.END:
            assert told_of(let_go) == told_of(kept)
    assert told_of(let_go) == told_of(kept)
    assert not kept.gone


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(moment, act), min_size=15, max_size=30))
def test_no_verdict_hangs_on_a_stream_that_is_let_go(acts: list[tuple[float, list[tuple[Any, Any, Any]]]]) -> None:
    both(log_of(acts), lambda: Book([Toy()], "toy"))


def test_streams_that_all_tell_something_else_are_looked_at_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story().request(connection="c").response().state(1, "busy").end(2, "cut")
    looked = Mock(wraps=ageing._kind)
    for number in range(40):
        monkeypatch.setattr(ageing, "_kind", looked if number == 39 else ageing._kind)
        at = story.at + 60
        story.request(at, Purpose.JOIN, joined=True, connection="c").response(at)
        story.event(at + 1, StatusSeen(("asking", "busy")[number % 2], "x")).end(at + 2, "cut")
    assert len(story.book.links) == 41
    assert looked.call_count == 40


def test_the_many_streams_of_a_run_are_judged_alike_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    few = rejoined(40)
    monkeypatch.setattr(ageing, "STREAMS", 1_000)
    all_ = rejoined(40)
    assert len(all_.book.links) == 41
    assert few.verdict() == all_.verdict()
    assert few.verdict(few.at + 200) == all_.verdict(few.at + 200)
