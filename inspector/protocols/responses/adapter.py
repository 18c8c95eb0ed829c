"""The backend as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.actions import Action, Outcome
from inspector.domain.adapter import Drawing, Page, Probe, Query, Rule, Source, Target
from inspector.domain.book import Decoder, Keys
from inspector.domain.calls import Call, Script
from inspector.domain.case import Case
from inspector.domain.charts import Chart
from inspector.domain.frames import Frame
from inspector.protocols.responses import actions, acts, discover, drawing
from inspector.protocols.responses.chart import CHART
from inspector.protocols.responses.claims import claims
from inspector.protocols.responses.decoder import ResponsesDecoder
from inspector.protocols.responses.recognise import NAME, recognise
from inspector.protocols.responses.rules import RULES


class ResponsesAdapter:
    """Responses and their chains, whoever serves them."""

    name: str = NAME
    title: str = "Responses"
    charts: tuple[Chart, ...] = (CHART,)
    rules: tuple[Rule, ...] = RULES
    has_terminal_event: bool = True
    acts: tuple[str, ...] = ("submit_tool_outputs", "approve", "cancel", "resume_stream", "start_new_run", "refresh")

    def chart_of(self, run_protocol: str) -> Chart:
        """There is one kind of run."""
        return CHART

    def decoder(self, keys: Keys) -> Decoder:
        """Frames to events, for one connection."""
        return ResponsesDecoder(keys)

    def claims(self, frames: Sequence[Frame]) -> float:
        """How sure it is that these frames are ours."""
        return claims(frames)

    def recognise(self, text: str) -> Target | None:
        """What a pasted text points at."""
        return recognise(text)

    def probe(self) -> Script[Probe]:
        """Asks a server what it is."""
        return discover.probe()

    def discover(self, query: Query) -> Script[Page]:
        """A page of responses, where the server lists them."""
        return discover.discover(query)

    def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
        """The response; or the conversation with its items."""
        return discover.look(target)

    def attach(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Source]:
        """Its stream again, where the server still has it; else asking again and again."""
        return discover.attach(target)

    def poll_after(self, reply_headers: Mapping[str, str]) -> float | None:
        """Seconds that the server wants to be left alone."""
        return discover.poll_after(reply_headers)

    def drawing_call(self, case: Case) -> Call | None:
        """The items come with every look."""
        return None

    def draw(self, case: Case, now: float) -> Drawing | None:
        """The items of the output."""
        return drawing.draw(case, now)

    def actions(self, case: Case, now: float) -> Sequence[Action]:
        """All actions, each possible or refused with its reason."""
        return actions.actions(case, now)

    def plan(self, action: str, case: Case, data: Any) -> Sequence[Call]:
        """The writes of an action."""
        return actions.plan(action, case, data)

    def act(self, action: str, case: Case, data: Any) -> Script[Outcome]:
        """The script of an action; what the plan refuses is refused here, before anything is sent."""
        return acts.act(action, case, actions.plan(action, case, data))

    def start(self, data: Mapping[str, Any]) -> Sequence[Call]:
        """The writes that start a new response."""
        return actions.start(data)
