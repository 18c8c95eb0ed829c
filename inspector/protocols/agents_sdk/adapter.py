"""Agents SDK traces as the rest of the program sees them.

Nobody can be asked how a trace stands and nothing can be sent to it: the program that runs the agents reports it. What
can be decided by hand is a saved run state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.actions import Action, Outcome
from inspector.domain.adapter import Drawing, Page, Probe, Query, Rule, Source, Target
from inspector.domain.book import Decoder, Keys
from inspector.domain.calls import Call, Script
from inspector.domain.case import Case
from inspector.domain.charts import Chart
from inspector.domain.errors import UserError
from inspector.domain.frames import Frame
from inspector.protocols.agents_sdk import actions, drawing
from inspector.protocols.agents_sdk.chart import CHART
from inspector.protocols.agents_sdk.claims import claims
from inspector.protocols.agents_sdk.decoder import TraceDecoder
from inspector.protocols.agents_sdk.recognise import NAME, recognise
from inspector.protocols.agents_sdk.rules import RULES
from inspector.protocols.agents_sdk.states import decided

ALONE = "An Agents SDK program reports its traces by itself: tap it, or open an export, a feed or a saved run state."


class AgentsAdapter:
    """Traces of Agents SDK programs, and the files that the SDK saves."""

    name: str = NAME
    title: str = "Agents SDK"
    charts: tuple[Chart, ...] = (CHART,)
    rules: tuple[Rule, ...] = RULES
    has_terminal_event: bool = True
    acts: tuple[str, ...] = ("decide",)

    def chart_of(self, run_protocol: str) -> Chart:
        """There is one kind of run."""
        return CHART

    def decoder(self, keys: Keys) -> Decoder:
        """Frames to events, for all programs that report to one place."""
        return TraceDecoder(keys)

    def claims(self, frames: Sequence[Frame]) -> float:
        """How sure it is that these frames are ours."""
        return claims(frames)

    def recognise(self, text: str) -> Target | None:
        """What a pasted text points at."""
        return recognise(text)

    def probe(self) -> Script[Probe]:
        """Nothing is asked: there is nothing to attach to."""
        yield from ()
        return Probe(0.0)

    def discover(self, query: Query) -> Script[Page]:
        """Nobody lists traces."""
        yield from ()
        return Page(error=ALONE)

    def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
        """Nobody can be asked how a trace stands."""
        return ()

    def attach(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Source]:
        """Nobody can join."""
        return ()

    def poll_after(self, reply_headers: Mapping[str, str]) -> float | None:
        """Nothing is polled."""
        return None

    def drawing_call(self, case: Case) -> Call | None:
        """The spans are all there is."""
        return None

    def draw(self, case: Case, now: float) -> Drawing | None:
        """The tree of agents, turns, tools, handoffs and guardrails."""
        return drawing.draw(case, now)

    def actions(self, case: Case, now: float) -> Sequence[Action]:
        """Deciding, where there is a saved state to decide in."""
        return actions.actions(case, now)

    def plan(self, action: str, case: Case, data: Any) -> Sequence[Call]:
        """What deciding writes: a file, which no server is sent."""
        return actions.plan(action, case, data)

    def act(self, action: str, case: Case, data: Any) -> Script[Outcome]:
        """Decisions are written into a file by the window and the command line, never sent."""
        raise UserError(actions.LOCAL)

    def start(self, data: Mapping[str, Any]) -> Sequence[Call]:
        """A program is started by whoever wrote it."""
        raise UserError(ALONE)

    def written(self, case: Case) -> int | None:
        """The frame that completed the run state."""
        said = actions.saved_state(case)
        return None if said is None else said.seq

    def edited(self, case: Case, content: bytes, data: Any) -> bytes:
        """The run state with these decisions."""
        return decided(content, data)

    def afterwards(self, case: Case, file: str) -> Sequence[str]:
        """Two lines, in the language of the program."""
        state = actions.state_of(case)
        return [] if state is None else actions.resume_lines(state, file)
