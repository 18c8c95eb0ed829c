"""GPT-Researcher as the rest of the program sees it.

There is no run to look up and no stream to join: the socket is the run, and whoever opened it alone can see it.
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
from inspector.domain.frames import Frame
from inspector.protocols.gpt_researcher import actions, acts, artefacts, discover
from inspector.protocols.gpt_researcher.chart import CHART
from inspector.protocols.gpt_researcher.claims import claims
from inspector.protocols.gpt_researcher.decoder import Decoder as SocketDecoder
from inspector.protocols.gpt_researcher.recognise import recognise
from inspector.protocols.gpt_researcher.rules import RULES


class GptResearcherAdapter:
    """Runs that live on their sockets, and the reports that a server's page has saved."""

    name: str = discover.NAME
    title: str = "GPT-Researcher"
    charts: tuple[Chart, ...] = (CHART,)
    rules: tuple[Rule, ...] = RULES
    has_terminal_event: bool = True
    acts: tuple[str, ...] = actions.ACTS

    def chart_of(self, run_protocol: str) -> Chart:
        """There is one kind of run."""
        return CHART

    def decoder(self, keys: Keys) -> Decoder:
        """Frames to events, for one connection."""
        return SocketDecoder(keys)

    def claims(self, frames: Sequence[Frame]) -> float:
        """How sure it is that these frames are ours."""
        return claims(frames)

    def recognise(self, text: str) -> Target | None:
        """The server that a pasted text points at; a run there cannot be joined."""
        return recognise(text)

    def probe(self) -> Script[Probe]:
        """Asks a server what it is."""
        return discover.probe()

    def discover(self, query: Query) -> Script[Page]:
        """The reports of its store."""
        return discover.discover(query)

    def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
        """A report of the store; how a run on a socket stands nobody can ask."""
        return discover.look(target)

    def attach(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Source]:
        """Nobody can join."""
        return ()

    def poll_after(self, reply_headers: Mapping[str, str]) -> float | None:
        """The server gives no such hint."""
        return None

    def drawing_call(self, case: Case) -> Call | None:
        """The report's file, once the run named it: ``path`` alone proves nothing."""
        path = actions.standing(case).files.get("md")
        if not path or case.said("report", case.own) is not None:
            return None
        return artefacts.fetch(path, "the report's file")

    def draw(self, case: Case, now: float) -> Drawing | None:
        """There is no graph."""
        return None

    def actions(self, case: Case, now: float) -> Sequence[Action]:
        """All actions, each possible or refused with its reason."""
        return actions.actions(case, now)

    def plan(self, action: str, case: Case, data: Any) -> Sequence[Call]:
        """What an action would send."""
        return actions.plan(action, case, data)

    def act(self, action: str, case: Case, data: Any) -> Script[Outcome]:
        """The script of an action; what the plan refuses is refused here, before anything is sent."""
        return acts.act(action, case, actions.plan(action, case, data))

    def start(self, data: Mapping[str, Any]) -> Sequence[Call]:
        """A socket, and the command that begins a research on it."""
        return actions.start(data)
