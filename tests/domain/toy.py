"""A toy backend for tests of the pure core: a frame's head says itself which facts it carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspector.domain.book import Book, Decoder, Keys
from inspector.domain.case import Case, Thresholds
from inspector.domain.charts import Chart, Ending, State, StateKind
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.events import Event, Fact, Identified, Opened, Purpose, StatusSeen, Witness
from inspector.domain.frames import Frame, Kind

CHART = Chart(
    "toy",
    (
        State("queued", StateKind.START),
        State("busy", StateKind.BUSY),
        State("asking", StateKind.WAITS),
        State("done", StateKind.GOOD_END, Ending.COMPLETED),
        State("short", StateKind.BAD_END, Ending.INCOMPLETE),
        State("failed", StateKind.BAD_END, Ending.FAILED),
        State("timeout", StateKind.BAD_END, Ending.FAILED),
        State("cancelled", StateKind.BAD_END, Ending.CANCELLED),
        State("expired", StateKind.BAD_END, Ending.EXPIRED),
    ),
    frozenset(
        [("queued", "busy"), ("busy", "asking"), ("asking", "busy"), ("asking", "expired"), ("busy", "cancelled")]
        + [("busy", end) for end in ("done", "short", "failed", "timeout")]
    ),
)


class ToyDecoder(Decoder):
    """``head["facts"]`` of a frame are its event's; ``head["run"]`` is the run's id, ``content`` whether it counts."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    def feed(self, frame: Frame) -> Sequence[Event]:
        name = frame.head.get("name", frame.kind.value)
        run = frame.head.get("run", "r1")
        key = None if run is None else self.keys.of(run)
        facts = (*((Identified(run, "t1"),) if run else ()), *frame.head.get("facts", ()))
        return [Event(key, frame.seq, 0, frame.at, frame.link, name, "", bool(frame.head.get("content")), facts)]


class Toy:
    """The backend of :data:`CHART`."""

    name = "toy"

    def chart_of(self, run_protocol: str) -> Chart:
        return CHART

    def decoder(self, keys: Keys) -> Decoder:
        return ToyDecoder(keys)

    def claims(self, frames: Sequence[Frame]) -> float:
        return 1.0


class Story:
    """Tells a log frame by frame; times are in seconds."""

    def __init__(self, thresholds: Thresholds | None = None) -> None:
        self.book = Book([Toy()], "toy")
        self.thresholds = thresholds or Thresholds()
        self.seq = 0
        self.link = 0
        self.at = 0.0
        self.wall_ms: float | None = None

    def frame(self, kind: Kind, at: float, /, **head: Any) -> Story:
        self.seq, self.at = self.seq + 1, at
        self.book.feed([Frame(self.seq, at * 1000, self.link, kind, head)])
        return self

    def request(
        self, at: float = 0.0, purpose: Purpose = Purpose.CREATE, *facts: Fact, joined: bool = False, **head: Any
    ) -> Story:
        self.link += 1
        opened = Opened(purpose, joined, head.pop("cancels", None))
        url = head.pop("url", "http://x/y")
        return self.frame(Kind.REQUEST, at, method="POST", url=url, facts=(opened, *facts), **head)

    def response(self, at: float = 0.1, status: int = 200, *facts: Fact) -> Story:
        return self.frame(Kind.RESPONSE, at, status=status, headers={"content-type": "text/event-stream"}, facts=facts)

    def event(self, at: float, *facts: Fact, run: str | None = "r1") -> Story:
        return self.frame(Kind.DATA, at, name="event", content=True, facts=facts, run=run)

    def state(self, at: float, state: str) -> Story:
        return self.event(at, StatusSeen(state, state))

    def beat(self, at: float) -> Story:
        return self.frame(Kind.DATA, at, name=": keep-alive")

    def end(self, at: float, how: str = "eof", by: str = "server") -> Story:
        return self.frame(Kind.END, at, how=how, by=by)

    def server(self, at: float, state: str, *facts: Fact) -> Story:
        """A read whose answer says the state."""
        self.request(at, Purpose.READ)
        said = StatusSeen(state, state, Witness.SERVER)
        return self.frame(Kind.DATA, at, name="answer", facts=(said, *facts)).end(at)

    def case(self, run: str = "r1") -> Case:
        found = self.book.run_by_id(run)
        assert found is not None
        return Case(found, self.book, self.thresholds, wall_ms=self.wall_ms)

    def verdict(self, now: float | None = None, terminal: bool = True, run: str = "r1") -> Verdict:
        at = self.at if now is None else now
        return judge(self.case(run), at * 1000, (), terminal)

    def found(self, now: float | None = None, terminal: bool = True, run: str = "r1") -> dict[str, str]:
        """The findings' ids with their severities."""
        return {f.id: f.severity.value for f in self.verdict(now, terminal, run).findings}
