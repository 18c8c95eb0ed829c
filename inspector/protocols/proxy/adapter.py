"""A capture proxy as the rest of the program sees it: its runs are the exchanges that pass through it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.actions import Action, Outcome
from inspector.domain.adapter import Adapter, Drawing, Page, Probe, Query, Rule, RunRef, Source, Target
from inspector.domain.book import Decoder, Keys
from inspector.domain.calls import Call, Script
from inspector.domain.case import Case
from inspector.domain.charts import Chart
from inspector.domain.errors import Refused
from inspector.domain.frames import Frame
from inspector.protocols.jsons import items, number, obj, text
from inspector.protocols.proxy import acts
from inspector.protocols.proxy.chart import CHART
from inspector.protocols.proxy.decoder import ProxyDecoder, claims
from inspector.protocols.proxy.rules import RULES

NAME = "proxy"
_PASTED = re.compile(r"(?P<base>https?://[^\s/]+)/_inspector(?:/exchanges(?:/(?P<id>\d+))?)?")


class ProxyAdapter:
    """Exchanges of a running proxy, asked for at its own door."""

    name: str = NAME
    title: str = "Capture proxy"
    charts: tuple[Chart, ...] = (CHART,)
    rules: tuple[Rule, ...] = RULES
    has_terminal_event: bool = True
    acts: tuple[str, ...] = acts.ACTS

    def chart_of(self, run_protocol: str) -> Chart:
        """There is one kind of run."""
        return CHART

    def decoder(self, keys: Keys) -> Decoder:
        """Frames to events, for one connection."""
        return ProxyDecoder(keys)

    def claims(self, frames: Sequence[Frame]) -> float:
        """How sure it is that these frames are ours."""
        return claims(frames)

    def recognise(self, text: str) -> Target | None:
        """The address of an exchange."""
        found = _PASTED.search(text)
        if found is None:
            return None
        said = f"exchange {found['id']} of a capture proxy" if found["id"] else "a capture proxy"
        return Target(NAME, found["id"], base=found["base"], said=said)

    def probe(self) -> Script[Probe]:
        """Asks at the door."""
        reply = yield Call("GET", "/_inspector", label="is this a capture proxy")
        assert reply is not None
        if reply.ok and text(reply.body, "inspector") == NAME:
            server = f"A capture proxy for {text(reply.body, 'upstream')}"
            return Probe(1.0, server, (("GET /_inspector", "it is a capture proxy"),), {"threads": "none"})
        if reply.status == 401 and "token of this proxy" in str(reply.body):
            problem = "This capture proxy wants its token: it was started by another user, or on another machine."
            return Probe(0.0, tried=(("GET /_inspector", "it wants its token"),), problem=problem)
        return Probe(0.0)

    def discover(self, query: Query) -> Script[Page]:
        """Its exchanges, the newest first; it has no threads."""
        if query.kind != "runs":
            return Page(error="A capture proxy has exchanges, and no threads.")
        reply = yield Call("GET", "/_inspector/exchanges", label="the exchanges")
        assert reply is not None
        if not reply.ok:
            return Page(error=reply.error or f"The proxy answered {reply.status}.")
        refs = [_ref(obj(each)) for each in reversed(items(reply.body, "exchanges"))]
        return Page(tuple(ref for ref in refs if query.status in (None, ref.status)))

    def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
        """One read tells all."""
        return [] if target.run is None else [acts.read(target.run)]

    def attach(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Source]:
        """It tells only who asks."""
        return (Source("asking again and again"),)

    def poll_after(self, reply_headers: Mapping[str, str]) -> float | None:
        """The proxy gives no such hint."""
        return None

    def drawing_call(self, case: Case) -> Call | None:
        """There is no graph."""
        return None

    def draw(self, case: Case, now: float) -> Drawing | None:
        """There is no graph."""
        return None

    def actions(self, case: Case, now: float) -> Sequence[Action]:
        """What the proxy itself said is possible; for an exchange of a log, what its frames show."""
        said = case.said("run")
        if said is not None and case.run.protocol == NAME:
            gone = "The proxy does not know this exchange."
            lost = {"kick": gone, "fail": gone}
            return acts.offered(acts.reasons_told(obj(said.data)) if said.status == 200 else lost)
        link = case.link
        return [] if link is None else acts.offered(acts.reasons_seen(link))

    def plan(self, action: str, case: Case, data: Any) -> Sequence[Call]:
        """The write of an action."""
        return acts.plan(action, case, data)

    def act(self, action: str, case: Case, data: Any) -> Script[Outcome]:
        """The script of an action; what the plan refuses is refused here, before anything is sent."""
        acts.plan(action, case, data)
        return acts.act(action, acts.exchange_of(case, data))

    def start(self, data: Mapping[str, Any]) -> Sequence[Call]:
        """Exchanges are begun by the app."""
        raise Refused("A capture proxy begins nothing: the app that uses it does.")


def _ref(each: Mapping[str, Any]) -> RunRef:
    title = " ".join(filter(None, (text(each, "method"), text(each, "path"))))
    return RunRef(f"{number(each, 'id') or 0:.0f}", None, text(each, "state"), None, title)


ADAPTER: Adapter = ProxyAdapter()
