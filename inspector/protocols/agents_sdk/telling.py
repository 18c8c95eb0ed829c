"""From what was told of a trace to the events of its run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspector.domain.events import Fact, Identified, NodeSeen, Noticed, StatusSeen, ToolCallSeen, Wanted
from inspector.protocols.agents_sdk.chart import BEGUN, CUT, FAILED, PROVISIONAL, RUNNING, TERMINAL, WAITING
from inspector.protocols.agents_sdk.clock import WallClock
from inspector.protocols.agents_sdk.spans import KINDS, MODEL_CALLS, TOOLS, Span
from inspector.protocols.agents_sdk.standing import hidden, lost_answer, returned, standing
from inspector.protocols.agents_sdk.trace import Trace
from inspector.protocols.exchange import Draft
from inspector.protocols.jsons import short, text

INFERRED = "inferred: it was never reported, only named as a parent"
_PARENT = {"turn": "agent", "response": "turn", "generation": "turn", "function": "turn", "handoff": "turn"}


class Teller:
    """Tells each trace's news: its tree, its state, and what is odd about it."""

    def __init__(self, clock: WallClock) -> None:
        self._clock = clock

    def trace(self, trace: Trace, item: Mapping[str, Any], word: str) -> Iterator[Draft]:
        """The trace itself began or ended; an exporter reports it when it begins."""
        facts = list(self._named(trace, item))
        if word == "trace_end":
            trace.live = trace.ended = True
            facts += self._over(trace, told=True)
        else:
            trace.live = trace.live or word == "trace_start"
            trace.ended = False
            if trace.state in (None, *TERMINAL, WAITING) and word == "trace_start":
                facts += self._state(trace, RUNNING if trace.spans else BEGUN, word)
            elif trace.state is None:
                facts += self._state(trace, RUNNING, "trace")
        yield Draft(word or "trace", trace.workflow or trace.id, trace.key, True, tuple(facts))

    def span(self, trace: Trace, new: Span, word: str) -> Iterator[Draft]:
        """A span began, or ended, or was reported when it had ended."""
        fresh = trace.take(new)
        name = f"{word or 'span'} {new.kind}"
        if fresh is None:
            yield Draft(name, f"{new.name}: told before", trace.key)
            return
        facts: list[Fact] = []
        if trace.state is None:
            facts += self._named(trace, {})
        if not trace.ended and trace.state != RUNNING:
            facts += self._state(trace, RUNNING, word or "span")
        facts += self._tree(trace, fresh)
        if fresh.over:
            facts += self._odd(trace, fresh)
        if fresh.kind not in KINDS:
            facts.append(Noticed("run.unknown_word", {"word": fresh.kind, "what": "span type"}))
        if trace.ended:
            facts += self._over(trace, told=True)
        elif trace.live and fresh.over and fresh.parent is None:
            facts += self._failed(trace)
        happened = self._clock.log_time(fresh.ended if fresh.over else fresh.started)
        yield Draft(name, self._line(trace, fresh), trace.key, True, tuple(facts), happened)

    def judged(self, trace: Trace) -> Iterator[Draft]:
        """After a batch of finished spans: where nothing points at an unfinished one, the trace has ended."""
        if trace.live or trace.ended or not trace.whole:
            return
        facts = tuple(self._over(trace, told=False))
        if facts:
            yield Draft("inferred", "no span points at one that is still open", trace.key, True, facts)

    def stopped(self, trace: Trace, why: str) -> Iterator[Draft]:
        """Nothing more of this trace will come."""
        if trace.state in TERMINAL or trace.state == WAITING:
            return
        facts = (*self._doubts(trace), *(self._failed(trace) or self._state(trace, CUT, why)))
        yield Draft("stopped", why, trace.key, True, facts)

    def _named(self, trace: Trace, item: Mapping[str, Any]) -> Iterator[Fact]:
        thread = text(item, "group_id") or text(item, "groupId")
        workflow = text(item, "workflow_name") or text(item, "name") or trace.workflow
        if trace.told and thread in (None, trace.thread) and workflow == trace.workflow:
            return
        trace.workflow = workflow
        trace.told, trace.thread = True, thread or trace.thread
        yield Identified(trace.id, trace.thread, trace.workflow or None)

    def _state(self, trace: Trace, state: str, word: str, message: str | None = None) -> Iterator[Fact]:
        if state == trace.state:
            return
        if trace.waits and state != WAITING:
            trace.waits = False
            yield Wanted(())
        # What only we concluded, before more came, was no state of the trace: the new word takes its place.
        yield StatusSeen(state, word, message=message, refines=trace.inferred or trace.state in PROVISIONAL)
        trace.state, trace.inferred = state, False

    def _failed(self, trace: Trace) -> list[Fact]:
        """The SDK for JavaScript tells no end of a trace whose run failed; then its outermost span is the end."""
        if trace.open or standing(trace).state != FAILED:
            return []
        return list(self._over(trace, told=False))

    def _over(self, trace: Trace, told: bool) -> Iterator[Fact]:
        how = standing(trace)
        yield from self._doubts(trace)
        if how.asks:
            trace.waits = True
            yield Wanted(how.asks)
        before = trace.state
        yield from self._state(trace, how.state, "trace_end" if told else "inferred", how.message)
        trace.inferred = not told or (trace.inferred and trace.state == before)

    def _tree(self, trace: Trace, span: Span) -> Iterator[Fact]:
        note = span.error or ("triggered" if span.data.get("triggered") is True else "")
        begun, over = self._clock.log_time(span.started), self._clock.log_time(span.ended)
        if span.parent in trace.missing and trace.missing[span.parent] == span.id:
            yield self._unseen(span.parent, span, begun)
        named = (span.id, span.name)
        if not span.over:
            yield NodeSeen(*named, "start", span.kind, span.parent, note, at=begun)
        else:
            if not span.began:
                yield NodeSeen(*named, "start", span.kind, span.parent, at=begun)
            phase = "error" if span.error is not None or note == "triggered" else "end"
            yield NodeSeen(*named, phase, span.kind, span.parent, short(note, 300), span.response, at=over)
        if span.kind in TOOLS:
            output = span.output if returned(span) else None
            told = output if isinstance(output, str) or output is None else short(output, 10_000)
            arguments = span.data.get("input")
            said = arguments if isinstance(arguments, str) else "" if arguments is None else short(arguments, 10_000)
            yield ToolCallSeen(span.id, span.name, said, told, hosted=True)

    def _unseen(self, ident: str, child: Span, at: float | None) -> Fact:
        """The parent that never came, as far as its child gives it away."""
        kind = _PARENT.get(child.kind, "span")
        name = text(child.data, "agent_name") if kind == "agent" else None
        return NodeSeen(ident, name or kind, "start", kind, None, INFERRED, at=at)

    def _odd(self, trace: Trace, span: Span) -> Iterator[Fact]:
        """What an ended span shows that nobody said: an answer that never came, a failure that was swallowed."""
        if span.kind in MODEL_CALLS and span.response is None and not span.answered:
            if "response_id" in span.data or "usage" in span.data or span.error is not None:
                yield self._no_response(trace, span)
            else:
                trace.unsure[span.id] = None  # JavaScript tells no id where the content is withheld
        failure = hidden(trace, span)
        if failure is not None:
            said = {"tool": span.name, "agent": trace.agent_of(failure), "message": failure.error, "span": failure.id}
            yield Noticed("agents.hidden_failure", said)

    def _doubts(self, trace: Trace) -> Iterator[Fact]:
        """Of calls without an id: those that nothing came of, now that all of it is known."""
        for ident in trace.unsure:
            if lost_answer(trace, trace.spans[ident]):
                yield self._no_response(trace, trace.spans[ident])
        trace.unsure.clear()

    def _no_response(self, trace: Trace, span: Span) -> Fact:
        said = {"agent": trace.agent_of(span), "span": span.id, "message": span.error, "word": span.id}
        return Noticed("agents.no_response", said)

    def _line(self, trace: Trace, span: Span) -> str:
        agent = trace.agent_of(span)
        parts = [span.name if agent in (None, span.name) else f"{agent}: {span.name}", span.error, span.response]
        return short(" · ".join(part for part in parts if part))
