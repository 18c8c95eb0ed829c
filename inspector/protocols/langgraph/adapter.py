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
from inspector.protocols.langgraph import actions, acts, attach, discover, graph, plans, probe
from inspector.protocols.langgraph.beginnings import before_start
from inspector.protocols.langgraph.chart import CHART
from inspector.protocols.langgraph.claims import claims
from inspector.protocols.langgraph.decoder import Decoder as LangGraphDecoder
from inspector.protocols.langgraph.recognise import recognise
from inspector.protocols.langgraph.rules import RULES


class LangGraphAdapter:
    """Threads, runs and checkpoints of a LangGraph Agent Server or of one that speaks like it."""

    name: str = "langgraph"
    title: str = "LangGraph"
    charts: tuple[Chart, ...] = (CHART,)
    rules: tuple[Rule, ...] = RULES
    has_terminal_event: bool = False
    acts: tuple[str, ...] = plans.ACTIONS

    def chart_of(self, run_protocol: str) -> Chart:
        """There is one kind of run."""
        return CHART

    def decoder(self, keys: Keys) -> Decoder:
        """Frames to events, for one connection."""
        return LangGraphDecoder(keys)

    def claims(self, frames: Sequence[Frame]) -> float:
        """How sure it is that these frames are ours."""
        return claims(frames)

    def recognise(self, text: str) -> Target | None:
        """What a pasted text points at."""
        return recognise(text)

    def probe(self) -> Script[Probe]:
        """Asks a server what it is."""
        return probe.probe()

    def discover(self, query: Query) -> Script[Page]:
        """A page of threads or runs."""
        return discover.discover(query)

    def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
        """Run, thread and state: only together they tell how a run stands."""
        return attach.look(target, capabilities)

    def attach(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Source]:
        """The thread's event stream, its stream, the run's own, asking."""
        return attach.attach(target, capabilities)

    def poll_after(self, reply_headers: Mapping[str, str]) -> float | None:
        """Seconds that the server wants to be left alone."""
        return attach.poll_after(reply_headers)

    def drawing_call(self, case: Case) -> Call | None:
        """The assistant's graph, once its id is known."""
        return graph.drawing_call(case)

    def draw(self, case: Case, now: float) -> Drawing | None:
        """The graph, lit as things stand."""
        return graph.draw(case, now)

    def actions(self, case: Case, now: float) -> Sequence[Action]:
        """All actions, each possible or refused with its reason."""
        return actions.actions(case, now)

    def plan(self, action: str, case: Case, data: Any) -> Sequence[Call]:
        """The writes of an action."""
        return plans.plan(action, case, data)

    def act(self, action: str, case: Case, data: Any) -> Script[Outcome]:
        """The script of an action."""
        return acts.act(action, case, data)

    def start(self, data: Mapping[str, Any]) -> Sequence[Call]:
        """The writes that start a new run."""
        return plans.start(data)

    def before_start(self, data: Mapping[str, Any]) -> Script[str | None]:
        """What a start on a thread that is there would really do."""
        return before_start(data)
