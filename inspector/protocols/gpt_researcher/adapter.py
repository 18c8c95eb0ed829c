"""GPT-Researcher as the rest of the program sees it: recordings of its socket are read and judged.

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
from inspector.domain.errors import UserError
from inspector.domain.frames import Frame
from inspector.protocols.gpt_researcher.chart import CHART
from inspector.protocols.gpt_researcher.claims import claims
from inspector.protocols.gpt_researcher.decoder import Decoder as SocketDecoder
from inspector.protocols.gpt_researcher.rules import RULES

ALONE = "A GPT-Researcher run lives on the socket that started it; it can be read from a recording only."


class GptResearcherAdapter:
    """Recordings of a GPT-Researcher socket."""

    name: str = "gpt_researcher"
    title: str = "GPT-Researcher"
    charts: tuple[Chart, ...] = (CHART,)
    rules: tuple[Rule, ...] = RULES
    has_terminal_event: bool = True
    acts: tuple[str, ...] = ()

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
        """Nothing that can be pasted leads to such a run."""
        return None

    def probe(self) -> Script[Probe]:
        """Nothing is asked: there is nothing to attach to."""
        yield from ()
        return Probe(0.0)

    def discover(self, query: Query) -> Script[Page]:
        """The server lists no runs."""
        yield from ()
        return Page(error=ALONE)

    def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
        """Nobody can ask how a run stands."""
        return ()

    def attach(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Source]:
        """Nobody can join."""
        return ()

    def poll_after(self, reply_headers: Mapping[str, str]) -> float | None:
        """The server gives no such hint."""
        return None

    def drawing_call(self, case: Case) -> Call | None:
        """There is no graph."""
        return None

    def draw(self, case: Case, now: float) -> Drawing | None:
        """There is no graph."""
        return None

    def actions(self, case: Case, now: float) -> Sequence[Action]:
        """A recording can only be read."""
        return ()

    def plan(self, action: str, case: Case, data: Any) -> Sequence[Call]:
        """A recording can only be read."""
        raise UserError(ALONE)

    def act(self, action: str, case: Case, data: Any) -> Script[Outcome]:
        """A recording can only be read."""
        raise UserError(ALONE)

    def start(self, data: Mapping[str, Any]) -> Sequence[Call]:
        """A recording can only be read."""
        raise UserError(ALONE)
