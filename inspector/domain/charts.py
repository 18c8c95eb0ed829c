"""State charts as tables: what the states of a run are, and which changes its lifecycle declares.

One table serves the diagnosis, the drawing and the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class StateKind(StrEnum):
    """What a state means for somebody who waits for the run."""

    START = "start"
    BUSY = "busy"
    WAITS = "waits"
    GOOD_END = "good_end"
    BAD_END = "bad_end"


class Ending(StrEnum):
    """How a run stands: the one word of the verdict."""

    RUNNING = "running"
    NOT_STARTED = "not_started"
    WAITING = "waiting"
    STALLED = "stalled"
    CUT = "cut"
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    LOST = "lost"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class State:
    """One state. ``ending`` is the verdict of a run that ended in it (terminal kinds only)."""

    id: str
    kind: StateKind
    ending: Ending | None = None
    parent: str | None = None

    @property
    def terminal(self) -> bool:
        """Whether the lifecycle ends here."""
        return self.kind in (StateKind.GOOD_END, StateKind.BAD_END)


@dataclass(frozen=True)
class Chart:
    """A lifecycle. An edge or a state that is not in it is data for the diagnosis, never an error."""

    name: str
    states: tuple[State, ...]
    edges: frozenset[tuple[str, str]]

    @cached_property
    def by_id(self) -> dict[str, State]:
        """The states by their id."""
        return {state.id: state for state in self.states}

    def declares(self, now: str | None, then: str) -> bool:
        """Whether the lifecycle has this change. Staying is always declared, and so is a first sight of any state."""
        return now is None or now == then or (now, then) in self.edges
