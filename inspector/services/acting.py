"""What a person does by hand: shown before, sent once, followed until its effect is proved, and kept in the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.domain.actions import Effect, Outcome
from inspector.domain.adapter import Target
from inspector.domain.calls import Call, Reply, filled
from inspector.domain.errors import Refused, UserError
from inspector.domain.events import RunKey
from inspector.services.clock import Clock
from inspector.services.connections import Opened
from inspector.services.driver import Listener, Sent, awaited
from inspector.services.journal import entry_note
from inspector.services.live import Live
from inspector.services.model import ActResult, Change, Request, RunId, Step
from inspector.services.watching import Watching

OnStep = Callable[[Step], None]

PATIENCE_S = 3.0
"""How long the answer to a start is waited for before its run is shown without one."""


@dataclass(slots=True)
class Told:
    """An act as it goes: its steps, the answers to its writes, and the run that its stream carries."""

    opened: Opened
    watching: Watching
    on_step: OnStep
    requests: list[Request] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    started: RunKey | None = None
    waiting: bool = False

    def sending(self, call: Call) -> None:
        """A call goes out."""
        if not call.reads:
            request = self.opened.shown(call)
            self.requests.append(request)
            self.waiting = False
            self.on_step(Step("sending", call.label or f"{call.method} {call.path}", request))
        elif not self.waiting:
            self.waiting = True
            self.on_step(Step("waiting", "waiting for the effect" if self.answers else "asking how the run stands"))

    def answered(self, sent: Sent) -> None:
        """An answer came, or none did."""
        if sent.call.reads:
            return
        if sent.waiting is not None:
            self.started = self.watching.carried(sent)
        reply = sent.reply
        answer = (reply.status, reply.body)
        self.answers.append(answer)
        text = f"{reply.status}" if reply.status else reply.error or "no answer"
        self.on_step(Step("answered", text, self.requests[-1], answer))
        if sent.pump is not None:
            self.started = self.watching.adopt(self.opened.means, sent)

    def late(self, sent: Sent) -> None:
        """An answer came after all, when nobody waited for it any longer."""
        self.watching.adopt(self.opened.means, sent)


class Acting:
    """Acts on runs of the live book. ``who`` is the user's name, for the journal."""

    def __init__(self, live: Live, watching: Watching, clock: Clock, who: str, tell: Callable[[Change], None]) -> None:
        self._live = live
        self._watching = watching
        self._clock = clock
        self._who = who
        self._tell = tell

    def plan(self, opened: Opened, key: RunKey, action: str, data: Any) -> Sequence[Request]:
        """The requests of an act. Refused with the reason, UserError for unusable data."""
        calls = opened.means.adapter.plan(action, self._live.ledger.case(key), data)
        return [opened.shown(call) for call in calls]

    async def act(
        self, opened: Opened, key: RunKey, action: str, data: Any, on_step: OnStep | None, wait_s: float
    ) -> ActResult:
        """Send an act and wait for its effect, and for the run that it starts, no longer than ``wait_s`` seconds."""
        told = Told(opened, self._watching, on_step or (lambda step: None))
        until = self._clock.now() + wait_s
        try:
            plan = tuple(self.plan(opened, key, action, data))
            outcome = await self._run(opened, key, action, data, told, wait_s)
        except Refused as reason:
            told.on_step(Step("refused", str(reason)))
            return ActResult(action, False, str(reason), ())
        begun = self._started(opened, told, outcome)
        if begun is not None:
            await self._follow(opened, begun, until)
        self._watching.nudge(key)
        told.on_step(Step(outcome.effect.value, outcome.why))
        other = begun is not None and self._live.ledger.book.canon(begun) != self._live.ledger.book.canon(key)
        started = RunId(self._live.ledger.number, begun) if begun is not None and other else None
        return ActResult(action, True, None, plan, tuple(told.answers), outcome, started)

    async def start(self, opened: Opened, data: Mapping[str, Any]) -> RunKey:
        """Start a run and watch it; Refused with what the server said where it began none."""
        told = Told(opened, self._watching, lambda step: None)
        calls = opened.means.adapter.start(data)
        reply: Reply | None = None
        for call in calls:
            call = filled(call, reply)
            told.sending(call)
            sent = await opened.means.driver.send(call, PATIENCE_S, told.late)
            if sent.waiting is not None:
                if (key := self._watching.carried(sent)) is not None:
                    return self._unanswered(opened, told, key)
                sent = await awaited(sent.waiting, call)
            told.answered(sent)
            reply = sent.reply
            if not reply.ok:
                break
        return await self._begun(opened, told, reply)

    def _unanswered(self, opened: Opened, told: Told, key: RunKey) -> RunKey:
        """The run of a request that nobody has answered so far: it is there to be seen, and to be given up."""
        told.answers.append((0, None))
        why = "It was sent, and nobody has answered so far."
        self._keep(opened, None, "start", told, Outcome(Effect.NOT_SEEN, why))
        return key

    async def _run(self, opened: Opened, key: RunKey, action: str, data: Any, told: Told, wait_s: float) -> Outcome:
        outcome = Outcome(Effect.NOT_SEEN, "It was broken off before its effect could be seen.", next=("refresh",))
        case, listener = self._live.ledger.case(key), Listener(told.sending, told.answered, told.late)
        try:
            script = opened.means.adapter.act(action, case, data)
            outcome = await opened.means.driver.run(script, wait_s, listener)
        except TimeoutError:
            outcome = replace(outcome, why=f"No effect was seen within {wait_s:g} s.")
        finally:
            if told.requests:
                self._keep(opened, case.run.id, action, told, outcome)
        return outcome

    def _keep(self, opened: Opened, run: str | None, action: str, told: Told, outcome: Outcome) -> None:
        name, when = opened.connection.name, self._clock.wall()
        self._live.recorder.note(entry_note(action, run, name, told.requests, told.answers, outcome, self._who, when))
        self._live.recorder.flush()
        self._tell(Change(self._live.ledger.number, kind="journal"))

    def _started(self, opened: Opened, told: Told, outcome: Outcome) -> RunKey | None:
        runs = self._live.ledger.book.runs.values()
        named = (run.key for run in runs if run.id == outcome.started and run.connection == opened.connection.name)
        return next(named, told.started) if outcome.started is not None else told.started

    async def _follow(self, opened: Opened, key: RunKey, until: float) -> None:
        """Watch a run that was begun, and wait until it is over or waits for somebody."""
        if self._watching.state(key) is None:
            run = self._live.ledger.run(key)
            await self._watching.watch(opened.means, Target(run.protocol, run.id, run.thread))
        await self._watching.settled(key, until)

    async def _begun(self, opened: Opened, told: Told, reply: Reply | None) -> RunKey:
        """The run that a start began, in the journal and watched."""
        assert reply is not None
        link = self._live.ledger.book.links.get(reply.link)
        key = told.started if told.started is not None or link is None or not link.runs else link.runs[-1]
        if not reply.ok or key is None:
            why = refusal(reply)
            effect = Effect.REFUSED if reply.status else Effect.NOT_SEEN
            self._keep(opened, None, "start", told, Outcome(effect, why))
            if reply.status == 0:
                raise UserError(why, unreachable=True)
            raise Refused(why)
        run = self._live.ledger.run(key)
        said = "It was sent over a new socket." if reply.status == 101 else f"The server answered {reply.status}."
        self._keep(opened, run.id, "start", told, Outcome(Effect.SEEN, said, run.id))
        if self._watching.state(key) is None:
            await self._watching.watch(opened.means, Target(run.protocol, run.id, run.thread))
        return key


def refusal(reply: Reply) -> str:
    """What the server said instead of beginning a run, in one sentence."""
    if reply.status == 0:
        return reply.error or "The server did not answer."
    body = reply.body
    if isinstance(body, Mapping):
        error = body.get("error")
        inner = error.get("message") if isinstance(error, Mapping) else error
        body = next((text for text in (inner, body.get("detail"), body.get("message")) if text), body)
    said = " ".join(str(body or "").split())
    return f"The server answered {reply.status}" + (f": {said[:300]}" if said else ", and began no run.")
