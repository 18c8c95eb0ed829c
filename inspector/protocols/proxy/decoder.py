"""What the proxy answers about its exchanges, as events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from inspector.domain.events import Acted, Event, Identified, NodeSeen, Opened, Purpose, ServerSaid, StatusSeen, Witness
from inspector.domain.frames import Frame, Kind
from inspector.protocols.exchange import Draft, Exchange, HttpDecoder
from inspector.protocols.jsons import items, number, obj, short, text
from inspector.protocols.proxy.chart import state_of

PATH = re.compile(r"/_inspector/exchanges/(?P<id>\d+)(?:/(?P<act>kick|fail))?/?$")


def claims(frames: Sequence[Frame]) -> float:
    """Nothing else has these paths."""
    urls = [str(frame.head.get("url", "")) for frame in frames if frame.kind is Kind.REQUEST]
    return 1.0 if any(PATH.search(url.partition("?")[0]) for url in urls) else 0.0


class ProxyDecoder(HttpDecoder):
    """Decodes the exchanges with a proxy's own door."""

    def feed(self, frame: Frame) -> list[Event]:
        """The events that this frame completed."""
        self._at = frame.at
        return super().feed(frame)

    def on_request(self, x: Exchange) -> Iterable[Draft]:
        """One exchange is asked for, or acted on."""
        found = PATH.search(x.path)
        if found is None:
            return
        x.run, x.ids = self.keys.of(found["id"]), {"run": found["id"]}
        x.about = found["act"] or "run"
        x.opened = Opened(Purpose.ACT if found["act"] else Purpose.READ)
        yield Draft("exchange", found["id"], x.run, facts=(Identified(found["id"], None),))

    def on_body(self, x: Exchange, body: Any) -> Iterable[Draft]:
        """How it stands."""
        if x.run is None:
            return
        if x.about != "run":
            yield Draft(f"{x.about}: {x.status}", short(body), x.run, facts=(Acted(x.about, x.ok),))
            body = obj(body, "exchange")
        said = obj(body)
        lost = x.status == 404 and x.about == "run"
        word = text(said, "state")
        state = "missing" if lost else state_of(word, text(said, "how"))
        if state is None:
            return
        ident, silent = x.ids["run"], number(said, "silent_s")
        since = None if silent is None else self._at - silent * 1000
        facts: list[Any] = [
            ServerSaid("run", ident, None if lost else said, 404 if lost else 200),
            StatusSeen(
                state,
                word or "404",
                Witness.SERVER,
                message=text(said, "how") if state == "broken" else None,
                since=since,
            ),
            Identified(ident, None, " ".join(filter(None, (text(said, "method"), text(said, "path")))) or None),
        ]
        for count, link in enumerate(items(said, "links"), 1):
            over = state not in ("waiting", "relaying") or count < len(items(said, "links"))
            facts.append(NodeSeen(f"attempt-{link}", f"attempt {count}", "end" if over else "start", "attempt"))
        yield Draft(f"exchange: {state}", short(said), x.run, facts=tuple(facts))
