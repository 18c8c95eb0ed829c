"""One trace as its spans fold: what is open, what is known only as a parent, which handoff led to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from inspector.domain.events import RunKey
from inspector.protocols.agents_sdk.spans import TOOLS, Span


@dataclass(slots=True)
class Trace:
    """``live``: starts are told as they happen, so what was not told has not begun. ``ended``: its end was told.

    ``missing`` maps the id of a span that was never told to its first child. ``saved``: it comes from a file, so that
    nothing more will come. ``state`` is the last word that was said of it, ``inferred`` whether nobody but we said it.
    """

    id: str
    key: RunKey
    workflow: str = ""
    thread: str | None = None
    spans: dict[str, Span] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    open: dict[str, None] = field(default_factory=dict)
    told: bool = False
    live: bool = False
    ended: bool = False
    saved: bool = False
    state: str | None = None
    inferred: bool = False
    waits: bool = False
    unsure: dict[str, None] = field(default_factory=dict)

    def take(self, new: Span) -> Span | None:
        """Add a span, or what is new of it; None where it says nothing new."""
        known = self.spans.get(new.id)
        if known is None:
            new.place, new.began = len(self.spans), not new.over
            self.spans[new.id] = known = new
            self.missing.pop(new.id, None)
            self._within(new)
        elif known.over or not new.over:
            return None
        else:
            parent = known.parent
            known.kind, known.name, known.data, known.error = new.kind, new.name, new.data, new.error
            known.started, known.ended = new.started or known.started, new.ended
            known.parent, known.over = new.parent or parent, True
            if known.parent != parent:
                self._within(known)
        if known.over:
            self.open.pop(known.id, None)
        else:
            self.open[known.id] = None
        return known

    def _within(self, span: Span) -> None:
        if span.parent is None or span.parent == span.id:
            span.parent = None
            return
        self.children.setdefault(span.parent, []).append(span.id)
        if span.parent not in self.spans:
            self.missing.setdefault(span.parent, span.id)

    def over_span(self, span: Span) -> Iterator[Span]:
        """The spans that it is within, from the inside out."""
        seen = {span.id}
        while span.parent is not None and span.parent in self.spans and span.parent not in seen:
            seen.add(span.parent)
            span = self.spans[span.parent]
            yield span

    def within(self, span: Span) -> Iterator[Span]:
        """The spans beneath it."""
        todo, seen = list(self.children.get(span.id, ())), {span.id}
        while todo:
            here = todo.pop()
            if here in seen:
                continue
            seen.add(here)
            if here in self.spans:
                yield self.spans[here]
            todo += self.children.get(here, ())

    def outer(self) -> list[Span]:
        """The spans that no tool call contains: those of the run itself, not of an agent that it used as a tool."""
        return [span for span in self.spans.values() if not any(up.kind in TOOLS for up in self.over_span(span))]

    def agent_of(self, span: Span) -> str | None:
        """The agent that it belongs to."""
        for up in (span, *self.over_span(span)):
            if up.kind == "agent":
                return up.name
            if up.kind == "turn" and isinstance(name := up.data.get("agent_name"), str):
                return name
        return None

    def to_nobody(self) -> list[Span]:
        """Handoffs after whose beginning no such agent came."""
        agents = [span for span in self.spans.values() if span.kind == "agent"]
        return [
            span
            for span in self.spans.values()
            if span.kind == "handoff"
            and isinstance(name := span.data.get("to_agent"), str)
            and name
            and not any(agent.name == name and not before(agent, span) for agent in agents)
        ]

    @property
    def whole(self) -> bool:
        """Of finished spans alone: nothing points at a span that has not come."""
        return bool(self.spans) and not self.live and not self.missing and not self.to_nobody()


def after(one: Span, other: Span) -> bool:
    """Whether the one began when the other had ended, as far as their times or their order tell."""
    if one.started is not None and other.ended is not None:
        return one.started >= other.ended and one is not other
    return one.place > other.place


def before(one: Span, other: Span) -> bool:
    """Whether the one began before the other."""
    if one.started is not None and other.started is not None:
        return one.started < other.started
    return one.place < other.place
