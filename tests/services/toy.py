"""A backend of a few lines: runs at ``/runs/ID``, streams of ``{"state": …}`` and ``{"token": …}``, one act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.actions import Action, Effect, Outcome
from inspector.domain.adapter import Drawing, Page, Probe, Query, Rule, RunRef, Source, Target
from inspector.domain.book import Keys
from inspector.domain.calls import Answer, Call, Script, Sleep
from inspector.domain.case import Case
from inspector.domain.charts import Chart, Ending, State, StateKind
from inspector.domain.errors import Refused, UserError
from inspector.domain.events import (
    Identified,
    MessageSeen,
    Opened,
    Purpose,
    ServerSaid,
    StatusSeen,
    Witness,
)
from inspector.domain.frames import Frame
from inspector.domain.sse import SseEvent
from inspector.protocols.exchange import Draft, Exchange, HttpDecoder
from inspector.protocols.jsons import obj, parse, text

CHART = Chart(
    "toy",
    (
        State("queued", StateKind.START),
        State("running", StateKind.BUSY),
        State("waiting", StateKind.WAITS),
        State("done", StateKind.GOOD_END, Ending.COMPLETED),
        State("failed", StateKind.BAD_END, Ending.FAILED),
        State("cancelled", StateKind.BAD_END, Ending.CANCELLED),
    ),
    frozenset(
        [("queued", "running"), ("running", "waiting"), ("waiting", "running")]
        + [("running", end) for end in ("done", "failed", "cancelled")]
    ),
)


class ToyDecoder(HttpDecoder):
    """What the toy's server says."""

    thread: str | None = "t1"
    """All runs are of this one."""

    def on_request(self, x: Exchange) -> Iterable[Draft]:
        parts = [part for part in x.path.split("/") if part]
        if x.method == "POST" and parts == ["runs"]:
            x.run, x.opened = self.keys.new(), Opened(Purpose.CREATE)
            return ()
        x.ids = {"run": parts[1]} if len(parts) > 1 else {}
        if "run" not in x.ids:
            return ()
        x.run = self.keys.of(x.ids["run"])
        streams = parts[2:] == ["stream"]
        purpose = Purpose.JOIN if streams else Purpose.ACT if x.method == "POST" else Purpose.READ
        x.opened = Opened(purpose, joined=streams)
        return [Draft("run", run=x.run, facts=(Identified(x.ids["run"], self.thread),))]

    def on_event(self, x: Exchange, event: SseEvent) -> Iterable[Draft]:
        value = parse(event.data)
        if (run := text(value, "run")) is not None and x.run is not None:
            x.run = self.keys.tie(x.run, run)
            yield Draft("run", run=x.run, facts=(Identified(run, self.thread),))
        if (state := text(value, "state")) is not None:
            yield Draft("state", state, x.run, True, (StatusSeen(state, state),))
        if (token := text(value, "token")) is not None:
            yield Draft("token", token, x.run, True, (MessageSeen("m", "assistant", token, append=True),))

    def on_body(self, x: Exchange, body: Any) -> Iterable[Draft]:
        if x.opened.purpose is Purpose.CREATE and (run := text(body, "id")) is not None and x.run is not None:
            x.run = self.keys.tie(x.run, run)
            yield Draft("run", run=x.run, facts=(Identified(run, self.thread),))
        if "run" in x.ids and x.opened.purpose is Purpose.READ:
            said = ServerSaid("run", x.ids["run"], body if x.ok else None, x.status or 0)
            state = text(body, "state") if x.ok else None
            word = () if state is None else (StatusSeen(state, state, Witness.SERVER),)
            yield Draft("said", "", x.run, facts=(said, *word))


@dataclass
class Toy:
    """The adapter; what a test wants otherwise it sets."""

    sources: tuple[Source, ...] = ()
    poll: float | None = None
    known: tuple[RunRef, ...] = ()
    name: str = "toy"
    title: str = "Toy server"
    charts: tuple[Chart, ...] = (CHART,)
    rules: tuple[Rule, ...] = ()
    has_terminal_event: bool = True
    acts: tuple[str, ...] = ("cancel", "never", "refresh")
    capabilities: Mapping[str, Any] = field(default_factory=lambda: {"sings": True})

    def chart_of(self, run_protocol: str) -> Chart:
        return CHART

    def decoder(self, keys: Keys) -> ToyDecoder:
        return ToyDecoder(keys)

    def claims(self, frames: Sequence[Frame]) -> float:
        return 0.6

    def recognise(self, text: str) -> Target | None:
        return Target("toy", text.removeprefix("toy:")) if text.startswith("toy:") else None

    def probe(self) -> Script[Probe]:
        reply = yield Call("GET", "/toy", label="is it a toy")
        assert reply is not None
        if not reply.ok:
            return Probe(0.0, tried=(("GET /toy", reply.error or f"{reply.status}, no toy"),), problem=reply.error)
        return Probe(1.0, "Toy 1.0", (("GET /toy", "200"),), self.capabilities)

    def discover(self, query: Query) -> Script[Page]:
        yield Call("GET", f"/{query.kind}")
        return Page(self.known)

    def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
        return () if target.run is None else (Call("GET", f"/runs/{target.run}", label="the run"),)

    def attach(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Source]:
        return self.sources or (stream(str(target.run)), Source("asking again and again"))

    def poll_after(self, reply_headers: Mapping[str, str]) -> float | None:
        return self.poll

    def drawing_call(self, case: Case) -> Call | None:
        return None

    def draw(self, case: Case, now: float) -> Drawing | None:
        return Drawing((("a", "A"),), ())

    def actions(self, case: Case, now: float) -> Sequence[Action]:
        return (Action("cancel", "Cancel", "ends it"), Action("never", "Never", "nothing", why_not="it never works"))

    def plan(self, action: str, case: Case, data: Any) -> Sequence[Call]:
        if action != "cancel":
            raise Refused("it never works")
        if data == "nonsense":
            raise UserError("That is nonsense.")
        return (Call("POST", f"/runs/{case.run.id}/cancel", json=data, reads=False, label="cancel"),)

    def act(self, action: str, case: Case, data: Any) -> Script[Outcome]:
        return self._act(self.plan(action, case, data), case)

    def _act(self, calls: Sequence[Call], case: Case) -> Script[Outcome]:
        reply = yield calls[0]
        assert reply is not None
        if not reply.ok:
            return Outcome(Effect.REFUSED, f"the server answered {reply.status}")
        while True:
            reply = yield Call("GET", f"/runs/{case.run.id}", label="look")
            assert reply is not None
            state = obj(reply.body).get("state")
            if state == "cancelled":
                return Outcome(Effect.SEEN, "it is cancelled", text(reply.body, "next"))
            yield Sleep(0.5)

    def start(self, data: Mapping[str, Any]) -> Sequence[Call]:
        answer = Answer.JSON if data.get("background") else Answer.STREAM
        return (Call("POST", "/runs", json=dict(data), reads=False, answer=answer, label="start"),)


def stream(run: str, **changes: Any) -> Source:
    """The run's stream as a source."""
    call = Call("GET", f"/runs/{run}/stream", answer=Answer.STREAM)
    return Source(**{"name": "stream of the run", "call": call, "resumes": "Last-Event-ID", **changes})
