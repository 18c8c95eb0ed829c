"""How a trace ended, which no span says: worked out from what failed, what was answered and what came after it.

Measured on openai-agents 0.24: a stream that ends without its last event and a cancelled run leave no error anywhere,
only a response span without an id; a failed model call marks its own span and not always its agent's; a call that
needs an approval leaves a function span without output after which nothing comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.domain.events import Ask
from inspector.protocols.agents_sdk.chart import COMPLETED, CUT, FAILED, UNCLEAR, WAITING
from inspector.protocols.agents_sdk.spans import MODEL_CALLS, TOOLS, Span
from inspector.protocols.agents_sdk.trace import Trace, after
from inspector.protocols.jsons import obj

_STEPS = MODEL_CALLS | {"turn"}
_FATAL = frozenset(["agent", "task", "turn", "guardrail", "transcription", "speech"]) | MODEL_CALLS


@dataclass(frozen=True, slots=True)
class Standing:
    """A state of the chart, with the reason of a failure and what is waited for."""

    state: str
    message: str | None = None
    asks: tuple[Ask, ...] = ()


def standing(trace: Trace) -> Standing:
    """How an ended trace ended."""
    outer = trace.outer()
    calls = [span for span in outer if span.kind in MODEL_CALLS]
    errors = [span for span in outer if error_of(span) is not None and not _overcome(trace, span, outer)]
    fatal = [span for span in errors if span.kind in _FATAL or (span.kind in TOOLS and not returned(span))]
    if fatal:
        first = min(fatal, key=lambda span: (span.kind not in MODEL_CALLS, span.ended or 0.0, -span.place))
        return Standing(FAILED, error_of(first))
    if any(span.id in trace.open for span in outer):
        return Standing(CUT)
    asks = _asked(trace, outer)
    if asks:
        return Standing(WAITING, asks=asks)
    last = max(calls, key=lambda call: (call.started or 0.0, call.place), default=None)
    if errors or not outer or (last is not None and not _answered(trace, last, outer)) or _bare(trace, outer):
        return Standing(UNCLEAR, next((error_of(span) for span in errors), None))
    return Standing(COMPLETED)


def error_of(span: Span) -> str | None:
    """What went wrong in it: its error, or that it is a guardrail which spoke up."""
    if span.error is None and span.kind == "guardrail" and span.data.get("triggered") is True:
        return f"The guardrail “{span.name}” was triggered."
    return span.error


def lost_answer(trace: Trace, span: Span) -> bool:
    """Whether a model call that ended without an error has no answer to show."""
    return span.kind in MODEL_CALLS and span.over and span.error is None and not _answered(trace, span, trace.outer())


def hidden(trace: Trace, span: Span) -> Span | None:
    """The failure within a tool call that came back as its ordinary output, where the tool is an agent."""
    if span.kind not in TOOLS or not span.over or not returned(span):
        return None
    inner = list(trace.within(span))
    if not any(each.kind == "agent" for each in inner):
        return None
    calls = [each for each in inner if each.kind in MODEL_CALLS]
    bad = [
        each for each in inner if each.error is not None and each.kind in _FATAL and not _overcome(trace, each, inner)
    ]
    calls.sort(key=lambda call: (call.started or 0.0, call.place))
    if not bad and calls and not _answered(trace, calls[-1], inner):
        bad = calls[-1:]
    return min(bad, key=lambda each: (each.kind not in MODEL_CALLS, each.ended or 0.0), default=None)


def _overcome(trace: Trace, span: Span, among: Sequence[Span]) -> bool:
    """Whether the run went on after it: a later call of the model was answered. Some models report no spans of their
    own; then the turn tells, by its tokens. What goes on within the very agent that failed is only a straggler: it was
    asked for side by side with the guardrail that stopped it."""
    ended = span.parent if span.kind == "guardrail" else span.id
    return any(
        each.kind in _STEPS
        and each.answered
        and after(each, span)
        and not any(up.id == ended for up in trace.over_span(each))
        for each in among
    )


def _answered(trace: Trace, call: Span, among: Sequence[Span]) -> bool:
    """Whether a model call brought an answer; where its id was withheld, by the tokens, or by what came of it."""
    if call.answered or call.error is not None or not call.over:
        return call.answered
    if "usage" not in call.data and "response_id" not in call.data:
        turn = next((up for up in trace.over_span(call) if up.kind == "turn"), None)
        if turn is not None and obj(turn.data, "usage"):
            return True
    return any(after(span, call) and span.kind in (TOOLS | {"handoff"}) for span in among)


def _bare(trace: Trace, among: Sequence[Span]) -> bool:
    """Whether the last turn has nothing to show: neither tokens nor a step. Python 0.17 to 0.20 leaves the span of a
    model call open when its stream ends without a result, and what is open is never exported."""
    turns = [span for span in among if span.kind == "turn"]
    last = max(turns, key=lambda turn: (turn.started or 0.0, turn.place), default=None)
    return last is not None and last.over and not obj(last.data, "usage") and not trace.children.get(last.id)


def _asked(trace: Trace, outer: Sequence[Span]) -> tuple[Ask, ...]:
    """The calls after which nothing came, without a result: they wait for an approval."""
    steps = [span for span in outer if span.kind in _STEPS]
    open_ = [
        span
        for span in trace.spans.values()
        if span.kind in TOOLS
        and _unanswered(span)
        and all(_unanswered(up) for up in trace.over_span(span) if up.kind in TOOLS)
        and not any(after(step, span) for step in steps)
    ]
    inmost = [span for span in open_ if not any(other in open_ for other in trace.within(span))]
    return tuple(Ask("approval", span.id, span.name, span.data.get("input"), trace.agent_of(span)) for span in inmost)


def _unanswered(span: Span) -> bool:
    return span.over and span.error is None and not returned(span)


def returned(span: Span) -> bool:
    """Whether a function gave something back. Where it needs an approval, JavaScript writes an empty text, Python null,
    or (0.13 to 0.20) the name of the question that it asked instead."""
    if isinstance(span.output, str) and span.output.startswith("FunctionToolResult("):
        return "run_item=ToolApprovalItem(" not in span.output
    return span.output not in (None, "")
